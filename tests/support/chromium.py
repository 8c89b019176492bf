"""The system's Chromium or Chrome, for tests that look at a page as a person would.

The system's own, because Playwright's download of a browser needs a host that many networks close.
"""

import shutil
from pathlib import Path

MISSING = "Chromium is not installed (Debian: apt install chromium libatomic1; macOS: brew install chromium)"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
ARGUMENTS = (
    "--no-sandbox",  # refused to root and in most containers; the only pages it sees are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",  # on a closed network each call home is a refusal, many at a time
    "--disable-component-update",
    "--disable-sync",
)


def find() -> Path | None:
    """The browser's program, if there is one."""
    named = (shutil.which(name) for name in NAMES)
    installed = (path for path in APPLICATIONS if Path(path).exists())
    path = next((path for path in (*named, *installed) if path), None)
    return Path(path) if path else None
