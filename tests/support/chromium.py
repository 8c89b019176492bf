"""The system's Chromium or Chrome, for tests that use a page in a browser.

Playwright's own download of a browser needs a host that many networks block.
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
    "--no-sandbox",  # the sandbox does not work as root and in most containers; only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",  # on a blocked network these many requests would all fail
    "--disable-component-update",
    "--disable-sync",
)


def find() -> Path | None:
    """Return the path of the browser's program, or None when there is none."""
    named = (shutil.which(name) for name in NAMES)
    installed = (path for path in APPLICATIONS if Path(path).exists())
    path = next((path for path in (*named, *installed) if path), None)
    return Path(path) if path else None
