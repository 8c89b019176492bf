"""The writer of requirements.lock: one universal resolution with hashes, in parts.

Each part is complete together with the parts before it, so the beginning of the file is itself
a valid lock file. The Makefile and the Dockerfile cut it with sed, and pip checks every hash.
Run by `make lock`.
"""

import re
import subprocess
import sys
import tomllib
from itertools import chain, product
from pathlib import Path
from tempfile import TemporaryDirectory

LOCK = Path("requirements.lock")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = (
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
)
PARTS = {
    "uv": ["--group", "uv"],  # uv, which installs the rest and writes this file
    "run": ["pyproject.toml"],  # Ahabot's runtime packages
    "build": ["-"],  # what builds it (on standard input), which stays out of the image
    "dev": ["--group", "dev"],  # tests, lint and types
}
HEADER = """\
# Every package that Ahabot installs, with hashes, for Python 3.11 to 3.14 on Linux and macOS.
# Written by `make lock` from pyproject.toml; `make lock ARGS=--upgrade` takes newer releases.
"""


def run_uv(*arguments: str) -> None:
    """Run uv on this project, ignoring the user's own configuration."""
    build = tomllib.loads(Path("pyproject.toml").read_text())["build-system"]["requires"]
    command = ["uv", "--no-config", "--quiet", *arguments]
    subprocess.run(command, input="\n".join(build), text=True, check=True)


def resolve_packages(output: Path, *arguments: str) -> dict[str, str]:
    """Resolve for all platforms at once, and return each package's lines by its name."""
    fixed = ("--universal", "--python-version", PYTHONS[0], "--generate-hashes", "--no-header")
    run_uv("pip", "compile", *fixed, "--output-file", str(output), *arguments)
    text = output.read_text().replace("-r -", "the build of ahabot")
    entries: dict[str, str] = {}
    for entry in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]:
        name = entry.split("==")[0]  # platforms may need different versions of a package
        entries[name] = entries.get(name, "") + entry
    return entries


def resolve_parts(folder: Path, *options: str) -> dict[str, list[str]]:
    """Return the entries of each part: the packages that it needs beyond the parts before it."""
    whole = folder / "whole.lock"
    whole.write_text(LOCK.read_text() if LOCK.exists() else "")  # uv keeps the versions it finds there
    entries = resolve_packages(whole, *chain(*PARTS.values()), *options)
    found: dict[str, list[str]] = {}
    needed = ["--constraints", str(whole)]
    for part, inputs in PARTS.items():
        needed += inputs
        names = resolve_packages(folder / f"{part}.lock", *needed).keys() & entries.keys()
        found[part] = [entries.pop(name) for name in sorted(names)]
    return found


def check_wheels(python: str, machine: str) -> None:
    """Raise an error unless each pinned package has a wheel for this Python on this machine."""
    print(f"wheels for {python} on {machine}", flush=True)
    target = ("--python-version", python, "--python-platform", machine, "--target", ".venv/never-made")
    run_uv(
        "pip", "install", "--dry-run", "--only-binary", ":all:", "--require-hashes", *target, "-r", str(LOCK)
    )


def main() -> None:
    """Write the lock file, then check it for every supported Python and machine."""
    with TemporaryDirectory() as folder:
        found = resolve_parts(Path(folder), *sys.argv[1:])
    LOCK.write_text(HEADER + "".join(f"\n#: {part}\n" + "".join(entries) for part, entries in found.items()))
    for python, machine in product(PYTHONS, MACHINES):
        check_wheels(python, machine)


if __name__ == "__main__":
    main()
