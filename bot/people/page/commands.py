"""The commands that show a person's own page and change what is on it.

`page` is the number of the page that is shown, counted from 1. Without one the whole page is shown at once.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Home:
    """Show the whole page, where a platform has a place of its own for it."""


@dataclass(frozen=True)
class OwnPage:
    """Show the page in private, one part at a time."""

    page: str = ""


@dataclass(frozen=True)
class PauseNotes:
    """Pause a person's Notes for a week. With `off`, end the pause."""

    off: str = ""
    page: str = ""


@dataclass(frozen=True)
class PauseDate:
    """Pause one schedule of a team for a week, for everyone there. With `off`, end its pause."""

    kind: str = ""
    team: str = ""
    off: str = ""
    page: str = ""
