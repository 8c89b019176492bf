"""The content of a posting, composed from the database each time it is sent or edited."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlmodel import Session

from bot.core.messages import Button, Line, Post
from bot.core.origin import Capabilities
from bot.core.times import Period
from storage.models import Moment, Posting
from storage.models.span import Span

Report = TypeVar("Report")


@dataclass(frozen=True)
class ComposedPost:
    """A post, and the ids of the moments and answers it quotes.

    The ids let a deletion reach the post. `thread` is the thread to post in, if it was not
    known when the posting was planned. `as_posted` is what a report tells, as its posting stores
    it when it is sent.
    """

    post: Post
    moments: tuple[int, ...] = ()
    answers: tuple[int, ...] = ()
    thread: str = ""
    as_posted: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Mark:
    """The bot's 💡 reaction on a person's message, to add or to remove."""

    on: bool


@dataclass(frozen=True)
class Deferred:
    """The result for a posting whose parent is not posted yet. Compose it again at `at`."""

    at: datetime


@dataclass(frozen=True)
class Withdrawn:
    """The result for a posting that should never have been sent. Its message is deleted."""


Composed = ComposedPost | Mark | Deferred | Withdrawn
"""What a composer makes of a posting that has something to say."""


def dump_report(told: Any) -> Mapping[str, Any]:
    """Return what a report tells, a dataclass of ids and figures, as JSON data for its posting."""
    stored: Mapping[str, Any] = TypeAdapter(type(told)).dump_python(told, mode="json")
    return stored


def load_report(kind: type[Report], stored: Mapping[str, Any]) -> Report:
    """Return what a report told from its posting's JSON data."""
    return TypeAdapter(kind).validate_python(stored)


Composer = Callable[[Session, Posting, datetime, Capabilities], Composed | None]
"""A function that composes one kind of posting as of a given time.

Returns None if there is nothing left to say. The last argument holds the capabilities of
the destination's platform.
"""


@dataclass(frozen=True)
class RecapPick:
    """What a room picked for a recap, as its posting stores it: ids of moments, and how many there were besides."""

    moments: tuple[int, ...] = ()
    more: int = 0


def count_nothing(_session: Session, _span: Span) -> int:
    """Return that nothing is counted."""
    return 0


@dataclass(frozen=True)
class RecapPart:
    """What one room tells in a recap.

    `pick` chooses the ids of moments for a span, when the recap is first sent. `count` says how many
    there are to choose from; the recap keeps how many it left out. With a `title`, the picked moments
    are quoted under it, each with its part `reason`. `tell` returns lines from those of the picked
    moments that are not removed, and the number left out. A part that is worth a recap `alone` makes
    one in a week without anything else.
    """

    name: str
    """The part's name in stored postings. It never changes."""
    pick: Callable[[Session, Span], Sequence[int]]
    tell: Callable[[Session, Sequence[Moment], int], Sequence[str]]
    count: Callable[[Session, Span], int] = count_nothing
    title: str = ""
    reason: str = ""
    alone: bool = False


@dataclass(frozen=True)
class ReportLine:
    """A small line that another room adds to a recap, and the buttons that go with it."""

    line: Line
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class ShareMark:
    """A mark in a recap's picture: how many of how many moments.

    `words` stand beside the numbers, two or three of them. `meaning` is for the alternative text, such as
    `served the big goal`.
    """

    part: int
    whole: int
    words: str
    meaning: str


def mark_nothing(_session: Session, _told: Mapping[str, Any] | None, _posting: Posting | None) -> None:
    """Add no mark to a recap's picture."""


def plan_nothing(_session: Session, _posting: Posting, _now: datetime) -> None:
    """Do nothing when a recap is planned."""


@dataclass(frozen=True)
class RecapSource:
    """A room that adds small lines to a recap, such as how the goals are going.

    `select` returns what it tells of a team's period as of a time: JSON data of ids and figures, without
    anybody's words, or None. It is called when the recap is first sent and stored with its posting under
    `key`, so that a later edit tells the same. `tell` makes the lines of it, with the present words, less
    what was removed since. Its posting is None for a private recap. `plan` may note something, such as a
    question that only this recap asks, when the recap of a schedule is planned. `mark`
    makes the one mark that a room may add to the picture, of the same data as the lines.
    """

    key: str
    select: Callable[[Session, int, Period, datetime], Mapping[str, Any] | None]
    tell: Callable[[Session, Mapping[str, Any] | None, Posting | None], tuple[ReportLine, ...]]
    plan: Callable[[Session, Posting, datetime], None] = plan_nothing
    mark: Callable[[Session, Mapping[str, Any] | None, Posting | None], ShareMark | None] = mark_nothing


@dataclass(frozen=True)
class OwnLine:
    """Something that is a person's own, such as a goal: its words, what is small below them, and its button."""

    words: str
    by: str
    button: Button


@dataclass(frozen=True)
class OwnSource:
    """A room that tells people what is theirs, on their own page and above their settings.

    `list_teams` returns the teams in which a person has something. `list_lines` returns it for those of the
    teams whose channels the person is in now.
    """

    title: str
    list_teams: Callable[[Session, int], Collection[int]]
    list_lines: Callable[[Session, int, Collection[int], datetime], Sequence[OwnLine]]
