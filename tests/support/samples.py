"""Descriptions and samples that Slack and Discord publish, for tests. They are not part of the project.

They lie in `tests/samples/`, which git ignores, or in `shared/data/` beside the checkout. `make samples` brings those
that are single files; a test without its sample is skipped and says so.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
OURS = ROOT / "tests" / "samples"
FOLDERS = (OURS, ROOT.parent / "shared" / "data")

SOURCE = "https://raw.githubusercontent.com"
FILES: Mapping[str, str] = {
    "discord-openapi.json": "discord/discord-api-spec/main/specs/openapi.json",
    "slack-manifest.schema.2.json": "slackapi/manifest-schema/main/schemas/manifest.schema.2.0.0.json",
    "slack-block-limits.json": "nicklambourne/slackblocks/master/spec/limits.json",
}
"""The single files, by their path below SOURCE."""

RECORDED: Mapping[str, str] = {
    "slack-payloads": "the payloads in the tests of slackapi/bolt-python",
    "discord-payloads": "the JSON samples in Discord's API documentation",
}
"""Folders of payloads that somebody copied out of other texts, and where those come from."""


def find_sample(name: str) -> Path | None:
    """Return the path of a file or folder of samples, or None if it is not here."""
    return next((folder / name for folder in FOLDERS if (folder / name).exists()), None)


def missing(name: str) -> str:
    """Return the line that says how to get a sample."""
    if name in FILES:
        return f"{name} is not here: make samples brings it"
    return f"{name} is not here: copy {RECORDED[name]} into tests/samples/{name} (make samples says how)"


def needs(name: str) -> pytest.MarkDecorator:
    """Return the mark that skips tests without this sample."""
    return pytest.mark.skipif(find_sample(name) is None, reason=missing(name))


def main() -> int:
    """Download the files that are not here yet, and say what cannot be downloaded."""
    source = os.environ.get("AHABOT_SAMPLES", SOURCE).rstrip("/")
    OURS.mkdir(exist_ok=True)
    failed = [name for name in FILES if find_sample(name) is None and not _download(name, source)]
    for name, origin in RECORDED.items():
        if find_sample(name) is None:
            print(f"{name}: copy {origin} into tests/samples/{name}, one file each, named by what it is.")
    return 1 if failed else 0


def _download(name: str, source: str) -> bool:
    try:
        with urlopen(f"{source}/{FILES[name]}", timeout=60) as answer:
            (OURS / name).write_bytes(answer.read())
    except (URLError, OSError, ValueError) as error:
        print(
            f"{name} could not be downloaded ({error}). Try again, or copy it into tests/samples/.",
            file=sys.stderr,
        )
        return False
    print(f"{name} is here now")
    return True


if __name__ == "__main__":
    sys.exit(main())
