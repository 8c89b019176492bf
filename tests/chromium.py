"""The system's Chromium or Chrome, for tests that look at a page as a person would.

The system's own, because Playwright's download of a browser needs a host that many networks close.
"""

import os
import shutil
from pathlib import Path

MISSING = "Chromium is not installed (Debian: apt install chromium; macOS: brew install --cask chromium)"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
QUIET = [  # no call home: on a closed network each is a refusal, many at a time
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find() -> Path | None:
    """The browser's program, if there is one."""
    named = (shutil.which(name) for name in NAMES)
    installed = (path for path in APPLICATIONS if Path(path).exists())
    path = next((path for path in (*named, *installed) if path), None)
    return Path(path) if path else None


def sandboxed() -> bool:
    """Whether Chromium may use its sandbox, which it refuses to root (Playwright's `chromium_sandbox`)."""
    return os.getuid() != 0


def arguments() -> list[str]:
    """The command line of every start."""
    return [*QUIET, *([] if sandboxed() else ["--no-sandbox"])]
