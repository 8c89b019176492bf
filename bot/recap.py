"""A period's moments composed for reading: what a recap holds, as data, and how it becomes a card.

Nothing here reads a row or a clock, so that what a recap says, and how it stays within one screen of a phone,
can be tried out without either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.charts import Week
from bot.messages import Block, Button, Card, Quote, Section, Small, Strong, Text, Title

ITEMS = 6
"""Moments, experiments and answers that one screen of a phone holds together."""

EXPERIMENTS, MOMENTS, ANSWERS = 3, 5, 3
"""How many of each there are at the most, when the others leave room."""

NUMBERS = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]


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
    """How many people said something, and how many answers came without a name. Never who did not."""

    people: int = 0
    nameless: int = 0


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


@dataclass(frozen=True)
class Clip:
    """How many characters of a text, of an experiment's part and of a version are shown."""

    text: int
    part: int
    version: int


def clip_for(crowd: int) -> Clip:
    """The more a recap holds, the less of each: the order of its parts stays, and so does the screen."""
    if crowd <= 3:
        return Clip(280, 140, 140)
    return Clip(150, 90, 80) if crowd < ITEMS else Clip(85, 60, 60)


def share(experiments: int, moments: int, answers: int) -> tuple[int, int, int]:
    """How many of each are shown: all, or fair parts of `ITEMS`.

    The most numerous give way first, so that no part of a recap crowds another one out.
    """
    shown = [min(answers, ANSWERS), min(moments, MOMENTS), min(experiments, EXPERIMENTS)]
    while sum(shown) > ITEMS:
        shown[shown.index(max(shown))] -= 1
    return shown[2], shown[1], shown[0]


def card(recap: Recap, buttons: tuple[Button, ...] = ()) -> Card:
    """The recap, in its one order; what is empty is not there at all."""
    clip = clip_for(recap.crowd)
    blocks = (
        Title(title(recap)),
        *_tried(recap.experiments, clip),
        *_moments(recap, clip),
        *_answers(recap.answers, clip),
        *_small(_still_open(recap.still_open)),
        *_small(_heard(recap.heard)),
        *_year_ago(recap.year_ago, clip),
        *_ahead(recap.question),
    )
    return Card(blocks, buttons)


def title(recap: Recap) -> str:
    """What the recap is of, such as `The week of 16 March`."""
    days = (recap.until - recap.since).days
    first = recap.since.astimezone(recap.zone)
    last = (recap.until - timedelta(seconds=1)).astimezone(recap.zone)
    if days <= 8:
        return f"The week of {first.day} {first:%B}"
    if days <= 32:
        return f"The month to {last.day} {last:%B}"
    return f"The {'quarter' if days <= 93 else 'year'} to {last.day} {last:%B} {last.year}"


def _tried(experiments: Sequence[Told], clip: Clip) -> Iterator[Block]:
    if experiments:
        yield Section("Tried, and what it taught")
    for told in experiments:
        taught = f"→ {excerpt(told.taught, clip.part)}" if told.taught else ""
        lines = (excerpt(told.text, clip.text), excerpt(told.happened, clip.part), taught)
        yield Quote("\n".join(filter(None, lines)), by=_whose(told))


def _moments(recap: Recap, clip: Clip) -> Iterator[Block]:
    if recap.moments:
        yield Section("Moments")
    for told in recap.moments:
        yield Quote(excerpt(told.text, clip.text), by=_whose(told))
        if told.versions:
            yield Small((" · ".join(f"{v.by}: “{excerpt(v.text, clip.version)}”" for v in told.versions),))
    if recap.more:
        yield Small((f"And {in_words(recap.more)} more: ", Strong("find"), " shows them."))


def _answers(answers: Sequence[Said], clip: Clip) -> Iterator[Block]:
    asked = ""
    for said in answers:
        if said.question != asked:
            yield Small((Strong("We asked: "), excerpt(said.question, 160)))
        asked = said.question
        yield Quote(excerpt(said.text, clip.text), by=said.by)


def _small(sentence: str) -> Iterator[Block]:
    if sentence:
        yield Small((sentence,))


def _still_open(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    if len(numbers) == 1:
        return f"#{numbers[0]} still waits for what it taught."
    *most, last = (f"#{number}" for number in numbers)
    return f"{', '.join(most)} and {last} still wait for what they taught."


def _heard(heard: Heard) -> str:
    named = f"{in_words(heard.people)} of you" if heard.people else ""
    nameless = f"{in_words(heard.nameless)} without a name" if heard.nameless else ""
    both = ", and ".join(filter(None, (named, nameless)))
    return f"Heard: {both}." if both else ""


def _year_ago(told: Told | None, clip: Clip) -> Iterator[Block]:
    if told:
        yield Quote(excerpt(told.text, clip.part), by=f"A year ago · {_whose(told)}")


def _ahead(question: str) -> Iterator[Block]:
    if question:
        yield Text((Strong("For the week ahead: "), question))


def _whose(told: Told) -> str:
    return f"#{told.number} · {told.by}"


def in_words(number: int) -> str:
    """A number as one would say it: in words up to twelve."""
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


def excerpt(words: str, length: int) -> str:
    """The beginning of a text, on one line, cut at a word where there is one near."""
    line = " ".join(words.split())
    if len(line) <= length:
        return line
    cut = line[:length]
    return (cut[: cut.rfind(" ")] if cut.rfind(" ") > length * 0.7 else cut).rstrip(" ,;:") + " …"


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
