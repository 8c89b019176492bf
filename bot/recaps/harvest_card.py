"""A quarter's harvest for reading: what was searched, tried and found, and how it becomes a card.

It is a recap that steps back: the figures are of the whole quarter, the words of a few of its moments. What there is
none of is left out, so that a quiet quarter is a short card.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_high

from bot.core.messages import Block, Card, Inline, Quote, Section, Small, Strong, Text, Title
from bot.moments import odometer
from bot.quests import link_words as road_signs
from bot.recaps.card import excerpt, in_words
from bot.recaps.content import Told
from storage.quests.links import Road

WORDS, TAUGHT = 200, 140
"""Characters of a moment, and of what an experiment taught."""
QUEST = 90
"""Characters of a quest in the line of all."""
ENOUGH = 2
"""Roads from which on there is a middle to speak of."""
MONTHS = 3


@dataclass(frozen=True)
class Found:
    """A breakthrough, with its road where it has one, and the door it opened where it did."""

    told: Told
    road: Road | None = None
    door: str = ""


@dataclass(frozen=True)
class Looked:
    """What a team looked for, and in a few words how it stands."""

    words: str
    stands: str


@dataclass(frozen=True)
class Quests:
    """The quests of a quarter: how many there were, how many of them were found or let go, and some of them."""

    number: int = 0
    found: int = 0
    let_go: int = 0
    some: tuple[Looked, ...] = ()


@dataclass(frozen=True)
class Harvest:
    """What a harvest holds. `roads` are those of all its breakthroughs, `heard` is how many people said something.

    `millimetres` is how far outside comfortable they were, where enough of them said.
    """

    ends: date
    quests: Quests
    tried: int = 0
    breakthroughs: int = 0
    found: tuple[Found, ...] = ()
    doors: tuple[Found, ...] = ()
    experiments: tuple[Told, ...] = ()
    moments: tuple[Told, ...] = ()
    roads: tuple[Road, ...] = ()
    worth: tuple[tuple[str, int], ...] = ()
    heard: int = 0
    millimetres: int | None = None
    kept: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing was kept: then nothing is posted."""
        return not self.kept


def quarter(day: date) -> tuple[date, date]:
    """The first day of a day's quarter, and the first after it."""
    first = date(day.year, day.month - (day.month - 1) % MONTHS, 1)
    after = (first + timedelta(days=31 * MONTHS)).replace(day=1)
    return first, after


def title(ends: date) -> str:
    """The quarter in words, such as `January to March 2026`."""
    first, after = quarter(ends)
    return f"{first:%B} to {after - timedelta(days=1):%B %Y}"


def card(harvest: Harvest) -> Card:
    """The harvest, in its one order."""
    return Card(
        (
            Title(f"Harvest · {title(harvest.ends)}"),
            *_figures(harvest),
            *_looked_for(harvest.quests),
            *_found(harvest.found, harvest.breakthroughs),
            *_doors(harvest.doors),
            *_tried(harvest.experiments),
            *_moments(harvest.moments),
            *_roads(harvest.roads),
            *_worth(harvest.worth),
            *_heard(harvest.heard, harvest.millimetres),
        )
    )


def _figures(harvest: Harvest) -> Iterator[Block]:
    """Searched, tried, found: each with its number, where there is one."""
    quests = harvest.quests
    ways = ((quests.found, "found"), (quests.let_go, "let go"))
    ended = ", ".join(f"{number} {how}" for number, how in ways if number)
    searched = road_signs.counted(quests.number, "quest") + (f" ({ended})" if ended else "")
    figures = (
        ("Searched", searched if quests.number else ""),
        ("Tried", road_signs.counted(harvest.tried, "experiment") if harvest.tried else ""),
        ("Found", road_signs.counted(harvest.breakthroughs, "breakthrough") if harvest.breakthroughs else ""),
    )
    line: list[Inline] = []
    for word, said in figures:
        if said:
            line += [" · " if line else "", Strong(word), f" {said}"]
    if line:
        yield Text(tuple(line))


def _looked_for(quests: Quests) -> Iterator[Block]:
    """Some quests, each on a line of its own with how it stands, and how many more there were."""
    if quests.some:
        yield Section("Looked for")
    for looked in quests.some:
        yield Small((Strong(excerpt(looked.words, QUEST)), f" · {looked.stands}"))
    if more := quests.number - len(quests.some):
        yield Small((f"and {in_words(more)} more",))


def _found(found: Sequence[Found], number: int) -> Iterator[Block]:
    if found:
        yield Section("Found")
    for each in found:
        road = each.road
        signs = (road_signs.measures(road) if road.stops else "", road_signs.missing(road)) if road else ()
        measures = "".join(f" · {sign}" for sign in signs if sign)
        yield Quote(excerpt(each.told.text, WORDS), by=f"#{each.told.number} · {each.told.by}{measures}")
    if found and number > len(found):
        yield Small((f"and {in_words(number - len(found))} more",))


def _doors(doors: Sequence[Found]) -> Iterator[Block]:
    if doors:
        yield Section("Doors that opened")
    for each in doors:
        yield Quote(excerpt(each.door, TAUGHT), by=f"#{each.told.number} · {each.told.by}")


def _tried(experiments: Sequence[Told]) -> Iterator[Block]:
    if experiments:
        yield Section("Tried, and what it taught")
    for told in experiments:
        taught = f"→ {excerpt(told.taught, TAUGHT)}" if told.taught else ""
        words = "\n".join(filter(None, (excerpt(told.text, TAUGHT), taught)))
        yield Quote(words, by=f"#{told.number} · {told.by}")


def _moments(moments: Sequence[Told]) -> Iterator[Block]:
    if moments:
        yield Section("Moments")
    for told in moments:
        yield Quote(excerpt(told.text, WORDS), by=f"#{told.number} · {told.by}")


def _roads(roads: Sequence[Road]) -> Iterator[Block]:
    """The middle of all roads with attempts on them; a single one says so itself."""
    walked = [road for road in roads if road.attempts]
    if len(walked) < ENOUGH:
        return
    attempts, days = median_high(road.attempts for road in walked), median_high(road.days for road in walked)
    said = f"{road_signs.counted(attempts, 'attempt')} and {road_signs.days(days)}"
    yield Small((Strong("To a breakthrough, typically: "), f"{said} (the median)."))


def _worth(worth: Sequence[tuple[str, int]]) -> Iterator[Block]:
    if worth:
        mix = ", ".join(f"{kind}{_times(number)}" for kind, number in worth)
        yield Small((Strong("What it was worth: "), mix))


def _times(number: int) -> str:
    return {1: "", 2: " twice"}.get(number, f" {number} times")


def _heard(people: int, millimetres: int | None) -> Iterator[Block]:
    heard = f"{in_words(people)} of you" if people else ""
    far = odometer.words(millimetres) if millimetres is not None else ""
    if said := " · ".join(filter(None, (heard, far))):
        yield Small((Strong("Heard: "), f"{said}."))
