"""When something was, in a person's own words: `spring 2014`, `29 February 2012`, `05/2014`, `the 90s`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from bot.core.times import months_back, parse_date, plain_digits

LONGEST_WHEN = 60
"""The most characters of the words for a time."""
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
SHORT_YEAR = re.compile(r"['’](\d\d)(?!\d|['’]?s)")  # in '98
S = r"(?:['’]?s|ern?(?:jahren?)?)\b"
"""What follows the number of a decade: 90s, 90's, 90er, 90ern or 90erjahre."""
DECADE = re.compile(rf"(?<!\d)((?:19|20)\d0){S}")
SHORT_DECADE = re.compile(
    rf"(?:\b(?:the|early|mid|late|die|der|den|anfang|mitte|ende)\b|^|['’])[\s'’-]*(\d0){S}"
)
"""The 90s, the early '90s or die 90er, but not somebody's age: *in my 20s*."""
NUMERIC = re.compile(r"(?<!\d)(?:(\d{1,2})[./-])?(\d{1,2})[./-]((?:19|20)\d\d)(?!\d)")
YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)[./-](\d{1,2})(?!\d)")
QUARTER = re.compile(r"\bq([1-4])\b")
MONTH_NAMES = (
    "january jan januar enero janvier",
    "february feb februar febrero fevrier",
    "march mar marz marzo mars",
    "april apr abril avril",
    "may mai mayo",
    "june jun juni junio juin",
    "july jul juli julio juillet",
    "august aug agosto aout",
    "september sept sep septiembre septembre",
    "october oct oktober octubre octobre",
    "november nov noviembre novembre",
    "december dec dezember diciembre decembre",
)
"""The names of the months without accents, and their usual short forms."""
MONTHS = {name: number for number, names in enumerate(MONTH_NAMES, start=1) for name in names.split()}
SEASONS = {
    "spring": 4, "summer": 7, "autumn": 10, "fall": 10, "winter": 1, "early": 2, "mid": 7, "middle": 7, "late": 11,
    "end": 12, "fruhling": 4, "fruhjahr": 4, "sommer": 7, "herbst": 10, "anfang": 2, "mitte": 7, "ende": 12,
}  # fmt: skip
"""The month that a part of a year stands for."""
LATER_IN_DECADE = {"mid": 4, "late": 7, "mitte": 4, "ende": 7}
NAMED = "|".join(sorted(MONTHS, key=len, reverse=True))
DAY_BEFORE = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:(?:of|de)\s+)?(?:{NAMED})\b")
DAY_AFTER = re.compile(rf"\b(?:{NAMED})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?![\d\w])")
PIVOT = 30
"""Two digits below it are of this century."""


def read_when(words: str) -> date | None:
    """Return the day that the words of a person mean, for a place in the book, or None.

    A year alone is its first day, and so is a decade. A season is a month in it, a day counts only beside a
    month, and one that the month doesn't have is its last one.
    """
    if (exact := parse_date(words.strip())) is not None:
        return exact
    said = _fold(words)
    readings = (_read_decade(said), _read_numbers(said), _read_year(said))
    return next((found for found in readings if found is not None), None)


def _fold(words: str) -> str:
    apart = unicodedata.normalize("NFKD", plain_digits(words)).casefold()
    return "".join(char for char in apart if not unicodedata.combining(char)).strip()


def _read_decade(said: str) -> date | None:
    found = DECADE.search(said) or SHORT_DECADE.search(said)
    if found is None:
        return None
    later = next((years for word, years in LATER_IN_DECADE.items() if re.search(rf"\b{word}\b", said)), 0)
    return date(_whole_year(found[1]) + later, 1, 1)


def _whole_year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < PIVOT else 1900)  # two digits


def _read_numbers(said: str) -> date | None:
    """Read `05/2014`, `2014/05` or `03.04.2015`, where the day is first unless it can't be."""
    if found := NUMERIC.search(said):
        return next((_day_of(int(found[3]), month, day) for day, month in _read_order(found)), None)
    if found := YEAR_FIRST.search(said):
        return _day_of(int(found[1]), int(found[2]), 1) if _is_month(int(found[2])) else None
    return None


def _read_order(found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Yield the day and the month that the numbers before a year may be, the likelier first."""
    first, second = int(found[1] or 1), int(found[2])
    if _is_month(second):
        yield first, second
    if found[1] and _is_month(first):
        yield second, first


def _is_month(number: int) -> bool:
    return 1 <= number <= len(MONTH_NAMES)


def _day_of(year: int, month: int, day: int) -> date:
    """Return a day of a month, or its last one for a day that it doesn't have."""
    last = months_back(date(year, 1, 31), 1 - month)
    return last.replace(day=min(max(day, 1), last.day))


def _read_year(said: str) -> date | None:
    found = YEAR.search(said) or SHORT_YEAR.search(said)
    if found is None:
        return None
    rest = f"{said[: found.start()]} | {said[found.end() :]}"  # so that nothing is beside what it wasn't
    month, day = _find_month(rest), DAY_BEFORE.search(rest) or DAY_AFTER.search(rest)
    return _day_of(_whole_year(found[1]), month or 1, int(day[1]) if day else 1)


def _find_month(rest: str) -> int | None:
    words = re.findall(r"[a-z]+", rest)
    named = next((MONTHS[word] for word in words if word in MONTHS), None)
    if named is None and (quarter := QUARTER.search(rest)):
        return 3 * int(quarter[1]) - 2
    return named or next((SEASONS[word] for word in words if word in SEASONS), None)
