"""A recap's content as data: the moments and answers of one period.

It holds people's full texts and no database ids, so that a card and an export can each take
the parts that they need.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.charts.recap_chart import Week
from bot.core.language.words import _
from bot.core.plain_text import render_plain_line
from bot.core.posts import ReportLine
from bot.core.times import format_day, format_full_day, last_day
from storage.models import AttemptOutcome


@dataclass(frozen=True)
class ToldVersion:
    """One person's own version of a moment."""

    by: str
    text: str


@dataclass(frozen=True)
class ToldMoment:
    """A moment in a recap, with its full text. The card shortens it."""

    number: int
    kind: str
    by: str
    text: str
    happened: str = ""
    taught: str = ""
    versions: tuple[ToldVersion, ...] = ()
    why: str = ""
    outcome: AttemptOutcome | None = None
    """How an experiment stands."""


@dataclass(frozen=True)
class ToldPart:
    """What another room tells: moments under a title, or none, and lines of its own."""

    name: str
    title: str = ""
    moments: tuple[ToldMoment, ...] = ()
    lines: tuple[ReportLine, ...] = ()
    alone: bool = False


@dataclass(frozen=True)
class ToldAnswer:
    """An answer and its question. `by` is empty for an anonymous answer."""

    question: str
    by: str
    text: str


@dataclass(frozen=True)
class Participation:
    """How many people contributed, and how many answers were anonymous.

    It never says who did not contribute. `millimetres` is how far outside comfortable people were,
    or None when too few of them tapped.
    """

    people: int = 0
    nameless: int = 0
    millimetres: int | None = None


@dataclass(frozen=True)
class RecapContent:
    """The content of a recap.

    `crowd` is the number of screen lines of the recap's first version. It decides how far texts
    are shortened, so that removing one part later does not change the others.
    """

    since: datetime
    until: datetime
    zone: ZoneInfo
    experiments: tuple[ToldMoment, ...] = ()
    moments: tuple[ToldMoment, ...] = ()
    answers: tuple[ToldAnswer, ...] = ()
    more: int = 0
    still_open: tuple[int, ...] = ()
    heard: Participation = Participation()
    year_ago: ToldMoment | None = None
    question: str = ""
    weeks: tuple[Week, ...] = ()
    crowd: int = 0
    parts: tuple[ToldPart, ...] = ()
    """What other rooms tell."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was saved in the period. An empty recap is not posted."""
        told_alone = any(part.alone for part in self.parts)
        return not (self.experiments or self.moments or self.answers or told_alone)


def recap_title(recap: RecapContent) -> str:
    """Return the recap's title, such as `The week to 20 March`.

    A period is named by its last day, whatever its length.
    """
    days = (recap.until - recap.since).days
    last = last_day(recap.until, recap.zone.key)
    if days <= 8:
        return _("The week to {day}", day=format_day(last))
    if days <= 15:
        return _("The two weeks to {day}", day=format_day(last))
    if days <= 32:
        return _("The month to {day}", day=format_day(last))
    if days <= 93:
        return _("The quarter to {day}", day=format_full_day(last))
    return _("The year to {day}", day=format_full_day(last))


def recap_document(recap: RecapContent) -> dict[str, Any]:
    """Return the recap as JSON data with full texts. docs/export.md describes each key."""
    plain = asdict(replace(recap, parts=()))
    del plain["crowd"]
    return {
        **plain,
        "title": recap_title(recap),
        "since": recap.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "until": recap.until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "zone": recap.zone.key,
        "weeks": [_week_document(week) for week in plain["weeks"]],
        "parts": [_part_document(part) for part in recap.parts],
    }


def _part_document(part: ToldPart) -> dict[str, Any]:
    return {
        "name": part.name,
        "title": part.title,
        "moments": [asdict(told) for told in part.moments],
        "lines": [render_plain_line(each.line) for each in part.lines],
    }


def _week_document(week: dict[str, Any]) -> dict[str, Any]:
    return {**week, "starts": week["starts"].isoformat(), "ends": week["ends"].isoformat()}
