"""The content of a posting, composed from the database each time it is sent or edited."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlmodel import Session

from bot.core.language.words import NOTHING, Lazy
from bot.core.messages import Button, Entry, Line, Post
from bot.core.origin import Capabilities
from bot.core.parts.part import Part
from bot.core.pictures.drawing import Drawing, ShareMark
from bot.core.text import name_channel
from storage.models import Moment, Posting
from storage.models.span import Span

Report = TypeVar("Report")


@dataclass(frozen=True)
class ComposedPost:
    """A post, and the ids of the moments and answers it quotes.

    The ids let a deletion reach the post, and `named` are those of the moments of which it tells only
    the number. `thread` is the thread to post in, if it was not
    known when the posting was planned. `as_posted` is what a report tells, as its posting stores
    it when it is sent. `drawing` is the post's picture until it is drawn, after the composing.
    """

    post: Post
    moments: tuple[int, ...] = ()
    answers: tuple[int, ...] = ()
    named: tuple[int, ...] = ()
    thread: str = ""
    as_posted: Mapping[str, Any] | None = None
    drawing: Drawing | None = None


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
    """What a room tells of a span, as the posting of a recap or a harvest stores it: ids and figures, no words.

    `moments` are those it quotes, and `named` those of which it tells only the number, so that a removal
    reaches the posting. What is quoted rests for a quarter before it comes back. `others` are those it only
    counts: *and two more*. `figures` is JSON data of the room's own.
    """

    moments: tuple[int, ...] = ()
    others: tuple[int, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    named: tuple[int, ...] = ()


@dataclass(frozen=True)
class RecapTelling:
    """A stored pick, less what was removed since, to be told in words. `moments` are quoted or named.

    `more` is how many of the other moments are still kept. `posting` is None for a recap that one person
    asks for, and no question is asked there.
    """

    span: Span
    moments: Sequence[Moment]
    more: int
    figures: Mapping[str, Any]
    posting: Posting | None


@dataclass(frozen=True)
class ReportLine:
    """A small line that a room adds to a recap or a harvest, with its buttons and its mark in the picture.

    A picture has one mark: the first.
    """

    line: Line
    buttons: tuple[Button, ...] = ()
    mark: ShareMark | None = None


def tell_nothing(_session: Session, _telling: RecapTelling) -> Sequence[ReportLine]:
    """Add no line to the moments that are quoted."""
    return ()


def plan_nothing(_session: Session, _posting: Posting, _now: datetime) -> None:
    """Do nothing when a recap is planned."""


@dataclass(frozen=True)
class RecapSource:
    """What a room tells in recaps and harvests.

    To add a line, write `pick` and `tell` in a file of the room, list `RecapSource("key", pick, tell)` in
    its `RECAP_SOURCES`, and name that in `bot/features.py`. Every recap and harvest tells it then.

    `pick` chooses ids and figures of a span, once: a posted recap stores them under `key`, which never
    changes, and tells the same after an edit. It returns None for nothing. `tell` says them with the
    present words. With a `title`, the picked moments are quoted under it, each with its part `reason`, and
    the lines follow them. A source that is worth a recap `alone` makes one in a week without anything else.

    `plan` is called once, when a schedule's recap or harvest is planned. A question is noted there, so
    that no other recap asks it again. What is told only once is told again by the next recap if this one is
    not posted: `recaps.span_to_tell` and `recaps.is_told` say so.
    """

    key: str
    pick: Callable[[Session, Span, Posting | None], RecapPick | None]
    tell: Callable[[Session, RecapTelling], Sequence[ReportLine]] = tell_nothing
    plan: Callable[[Session, Posting, datetime], None] = plan_nothing
    title: Lazy = NOTHING
    reason: str = ""
    alone: bool = False
    part: Part | None = None
    """The part of the product that it belongs to. It tells nothing in a team where that is off."""


@dataclass(frozen=True)
class Viewer:
    """The person who looks at their own page, and their teams: those whose channels they are in now.

    `zone` is the person's own, or empty. `teams` holds the names of the home channels by team id. A room
    never reads beyond these teams.
    """

    person_id: int
    zone: str
    teams: Mapping[int, str]

    def name_team(self, team_id: int) -> Sequence[str]:
        """Return the team's channel, to add to a line, or nothing for the person's only team."""
        return (name_channel(self.teams[team_id]),) if len(self.teams) > 1 else ()


OWN_LIMIT = 4
"""The most lines that the page shows of one room."""

OwnLister = Callable[[Session, Viewer, datetime], Sequence[Entry]]
"""A function of a room that returns what is a person's own, each with its button.

It reads up to one more than OWN_LIMIT, so that the page can say that there is more.
"""


@dataclass(frozen=True)
class OwnSource:
    """A room that tells people what is theirs, under a title on their own page."""

    title: Lazy
    list_own: OwnLister


def list_no_buttons(_viewer: Viewer) -> Sequence[Button]:
    """Return no button for the end of a page."""
    return ()


@dataclass(frozen=True)
class PageSources:
    """What the rooms tell people on their own page: what waits for them, and what is theirs, in this order.

    `list_buttons` returns buttons for the page's end.
    """

    waiting: Sequence[OwnLister] = ()
    own: Sequence[OwnSource] = ()
    list_buttons: Callable[[Viewer], Sequence[Button]] = list_no_buttons
