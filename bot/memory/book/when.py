"""When something was, in a person's own words: `spring 2014`, `29 February 2012`, `2009`."""

from __future__ import annotations

import re
from datetime import date

from bot.core.times import months_back, parse_date

LONGEST_WHEN = 60
"""The most characters of the words for a time."""
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
DECADE = re.compile(r"(?<!\d)((?:19|20)\d0)(?:'|’)?s")
DAY = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.)?(?!\d)")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SEASONS = {"spring": 4, "summer": 7, "autumn": 10, "fall": 10, "winter": 1, "early": 2, "late": 11, "end": 12}
"""The month that a part of a year stands for."""


def read_when(words: str) -> date | None:
    """Return the day that the words of a person mean, for a place in the book, or None.

    A year alone is its first day, a season a month in it, and a day that the month doesn't have its last one.
    """
    if (exact := parse_date(words.strip())) is not None:
        return exact
    found = YEAR.search(words) or DECADE.search(words)
    if found is None:
        return None
    rest = (words[: found.start()] + " " + words[found.end() :]).casefold()
    month = _find_month(rest)
    if month is None:
        return date(int(found[1]), 1, 1)
    day = DAY.search(rest)
    last = months_back(date(int(found[1]), 1, 31), 1 - month)
    return last.replace(day=min(max(int(day[1]), 1), last.day)) if day else last.replace(day=1)


def _find_month(rest: str) -> int | None:
    words = re.findall(r"[a-z]+", rest)
    named = (MONTHS.index(word[:3]) + 1 for word in words if word[:3] in MONTHS)
    return next(named, None) or next((SEASONS[word] for word in words if word in SEASONS), None)
