"""The measures of a breakthrough's road in words, for its card and wherever else a road is told."""

from __future__ import annotations

from collections.abc import Iterator

from bot.recaps.card import in_words
from storage.quests.links import Road


def measures(road: Road) -> str:
    """Such as `11 attempts · 83 days · 4 people`."""
    return " · ".join(_parts(road))


def _parts(road: Road) -> Iterator[str]:
    if road.attempts:
        yield counted(road.attempts, "attempt")
    yield days(road.days)
    yield "1 person" if len(road.people) == 1 else f"{len(road.people)} people"


def days(number: int) -> str:
    """Whole days in words."""
    return counted(number, "day") if number else "less than a day"


def counted(number: int, word: str) -> str:
    """Such as `1 attempt` or `1,204 attempts`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def removed(road: Road) -> str:
    """That a road is not all there any more, as a sentence; nothing where it is."""
    said = missing(road)
    return f"{said.capitalize()}." if said else ""


def missing(road: Road) -> str:
    """The same in a row of measures, such as `one attempt was removed`."""
    if not road.removed:
        return ""
    return f"{in_words(road.removed)} {'attempt was' if road.removed == 1 else 'attempts were'} removed"
