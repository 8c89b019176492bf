"""The clocks that an abbreviation or an offset can mean, each with a city that has it.

EST is New York's clock in winter and Jamaica's all year. Which ones there are comes from `zonenow.tab` of
the time zone database: one zone for each clock from now on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import ZoneInfo

MONTHS = tuple(datetime(2040, month, 15, tzinfo=UTC) for month in range(1, 13))
"""A year after all changes of zones that are decided by now."""

OFFSET = re.compile(r"(etc/)?(?:utc|gmt)?\s*([+\u2212-])\s*(\d{1,2})(?::?(\d{2}))?")
ZERO = re.compile(r"(?:etc/)?(?:utc|gmt)\s*[+\u2212-]?\s*0{1,2}(?::?00)?|[+\u2212-]00:?00")

CITIES_NAMED = 2
"""The most cities of each sort in a sentence."""


class Clock(NamedTuple):
    """A zone's clock: its abbreviations in lower case, and its offsets in minutes, over a year.

    `places` is in how many places it is said to be used.
    """

    zone: str
    names: frozenset[str]
    offsets: frozenset[int]
    places: int


class Cities(NamedTuple):
    """Cities whose clocks change in summer, and cities whose clocks never do."""

    changing: Sequence[str]
    fixed: Sequence[str]


def cities_with_clock(text: str) -> Cities:
    """Return cities that an abbreviation or an offset can mean, those with a widely used clock first.

    GMT+5 is east of Greenwich as people mean it, while Etc/GMT+5 is west, as the database has it. There are
    no cities for any other text. An offset is a clock's in winter.
    """
    said = unicodedata.normalize("NFKC", text).casefold().strip().replace(".", "")
    minutes = _read_offset(said)
    found = [each for each in _clocks() if said in each.names or minutes == min(each.offsets)]
    found.sort(key=lambda each: -each.places)
    return Cities(
        [_city(each) for each in found if len(each.offsets) > 1][:CITIES_NAMED],
        [_city(each) for each in found if len(each.offsets) == 1][:CITIES_NAMED],
    )


def is_offset_alone(key: str) -> bool:
    """Return whether a zone of the database is an offset for ever, named by an abbreviation or by the offset."""
    if key.startswith("Etc/"):
        return key not in ("Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu")
    return is_abbreviation(key) and len(_offsets(ZoneInfo(key))) == 1


def is_abbreviation(name: str) -> bool:
    """Return whether a clock of some place has this name, as EST and WEST are names."""
    return any(name.casefold() in each.names for each in _clocks())


def is_zero_offset(text: str) -> bool:
    """Return whether a text is an offset of nothing, as in `UTC+0`."""
    return ZERO.fullmatch(unicodedata.normalize("NFKC", text).casefold().strip()) is not None


def _read_offset(said: str) -> int | None:
    """Return an offset in minutes east of UTC, or None."""
    found = OFFSET.fullmatch(said)
    if found is None:
        return None
    minutes = int(found[3]) * 60 + int(found[4] or 0)
    return minutes if (found[2] == "+") is not bool(found[1]) else -minutes


@cache
def _clocks() -> Sequence[Clock]:
    table = (files("tzdata") / "zoneinfo" / "zonenow.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return [_read_clock(key, comment) for _codes, _at, key, comment in rows]


def _read_clock(key: str, comment: str) -> Clock:
    zone = ZoneInfo(key)
    names = {str(at.astimezone(zone).tzname()).casefold() for at in MONTHS}
    letters = frozenset(name for name in names if name.isalpha())
    return Clock(key, letters, _offsets(zone), len(re.split("[;,&]", comment)))


def _offsets(zone: ZoneInfo) -> frozenset[int]:
    told = (at.astimezone(zone).utcoffset() for at in MONTHS)
    return frozenset(int(each.total_seconds()) // 60 for each in told if each is not None)


def _city(clock: Clock) -> str:
    return clock.zone.rpartition("/")[2].replace("_", " ")
