"""A period's moments composed for reading, as data.

It holds people's words in whole and no id of ours, so that a card and a file can each take what they need.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.charts.recap_chart import Week


@dataclass(frozen=True)
class Version:
    """One person's own telling."""

    by: str
    text: str


@dataclass(frozen=True)
class Told:
    """A moment as a recap tells it, in whole; the card clips it."""

    number: int
    kind: str
    by: str
    text: str
    happened: str = ""
    taught: str = ""
    versions: tuple[Version, ...] = ()


@dataclass(frozen=True)
class Said:
    """An answer and the question it was given to. `by` is empty where it was given without a name."""

    question: str
    by: str
    text: str


@dataclass(frozen=True)
class Heard:
    """How many people said something, and how many answers came without a name. Never who did not.

    `millimetres` is how far outside comfortable they were, where enough of them said.
    """

    people: int = 0
    nameless: int = 0
    millimetres: int | None = None


@dataclass(frozen=True)
class Recap:
    """What a recap holds. `crowd` counts what it was made with, so that a removal moves nothing else."""

    since: datetime
    until: datetime
    zone: ZoneInfo
    experiments: tuple[Told, ...] = ()
    moments: tuple[Told, ...] = ()
    answers: tuple[Said, ...] = ()
    more: int = 0
    still_open: tuple[int, ...] = ()
    heard: Heard = Heard()
    year_ago: Told | None = None
    question: str = ""
    weeks: tuple[Week, ...] = ()
    crowd: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing was kept: then nothing is posted."""
        return not (self.experiments or self.moments or self.answers)


def title(recap: Recap) -> str:
    """What the recap is of, such as `The week of 16 March`."""
    days = (recap.until - recap.since).days
    first = recap.since.astimezone(recap.zone)
    last = (recap.until - timedelta(seconds=1)).astimezone(recap.zone)
    if days <= 8:
        return f"The week of {first.day} {first:%B}"
    if days <= 15:
        return f"The two weeks to {last.day} {last:%B}"
    if days <= 32:
        return f"The month to {last.day} {last:%B}"
    return f"The {'quarter' if days <= 93 else 'year'} to {last.day} {last:%B} {last.year}"


def document(recap: Recap) -> dict[str, Any]:
    """The recap for programs, its texts in whole; docs/export.md says what each key means."""
    plain = asdict(recap)
    del plain["crowd"]
    return {
        **plain,
        "title": title(recap),
        "since": recap.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "until": recap.until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "zone": recap.zone.key,
        "weeks": [{**week, "starts": week["starts"].isoformat()} for week in plain["weeks"]],
    }
