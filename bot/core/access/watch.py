"""People of whom their platform is asked by the clock whether they are still in a team's channels.

Not every platform tells of a person who leaves: Discord does so only with an intent that this bot does
not request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session


class Watched(NamedTuple):
    """A person of a team, by row and by the platform's ids. `about` is the row for which it is asked."""

    platform: str
    workspace: str
    team_id: int
    about: int
    person_id: int
    person: str


@dataclass(frozen=True)
class Watch:
    """What asks about people by the clock.

    `list_due` returns a batch of people as of a time. `record` takes whether the person has left all
    the team's channels, or None where the platform doesn't say, and plans the next time. Every tick asks:
    nothing needs one at that very time.
    """

    list_due: Callable[[Session, datetime], Sequence[Watched]]
    record: Callable[[Session, Watched, bool | None, datetime], None]
