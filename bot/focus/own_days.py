"""The day at the end of a line, such as `Weekly report, by 12 March`.

A tail that says no day at all belongs to the words, such as `Letters, by hand`. One that means a day and can't
be read as one gets a sentence.
"""

from __future__ import annotations

import re
from calendar import month_abbr, month_name, monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from bot.core.text import one_line
from bot.core.times import WEEKDAYS, format_day, parse_date, plain_digits

LONGEST = timedelta(days=3 * 366)
LONG_OVER = timedelta(days=182)
"""A day without a year that was longer ago than this is meant in the next year."""
WORDS = 40
TAIL = re.compile(
    r"(?P<text>.*[^\s,;:(–—-])(?P<before>\s*[,;:(–—]\s*|\s+-\s+|\s+)(?:by|until|till)\s+(?P<day>\S.*)",
    re.IGNORECASE,
)
MONTHS: Mapping[str, int] = {
    **{month_name[number].casefold(): number for number in range(1, 13)},
    **{month_abbr[number].casefold(): number for number in range(1, 13)},
    "sept": 9,
}
NAMED = frozenset({*MONTHS, *(name.casefold() for name in WEEKDAYS), "today", "tomorrow", "next", "week", "month",
                   "quarter", "year", "summer", "autumn", "winter", "spring", "easter", "christmas"})  # fmt: skip
BESIDE = frozenset({"the", "of", "end", "middle", "mid", "beginning", "start", "early", "late", "this", "on"})
NUMBERED = re.compile(r"\d{1,2}[./]\d{1,2}([./]\d{2,4})?\.?|\d{4}[-./]\d{1,2}[-./]\d{1,2}")
DAY_NUMBER = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?")


class OwnDay(NamedTuple):
    """A line's words, its own day if it has one, and what is wrong with that, or an empty string."""

    text: str
    day: date | None = None
    error: str = ""


def read_own_day(line: str, today: date) -> OwnDay:
    """Split the day off the end of a line."""
    found = TAIL.fullmatch(line)
    if found is None:
        return OwnDay(line)
    tail = plain_digits(found["day"]).casefold().replace(",", " ").strip(" .)")
    day = _read_day(tail, today)
    if day is None:
        means = _means_day(tail, bool(found["before"].strip()))
        unread = f"I can't read the day of “{one_line(line, WORDS)}”. End it with one like “, by 12 March”."
        return OwnDay(line, None, unread if means else "")
    wrong = describe_unusable_day(day, today)
    return OwnDay(found["text"], day, f"“{one_line(found['text'], WORDS)}”: {wrong}" if wrong else "")


def describe_unusable_day(day: date, today: date) -> str:
    """Return why a team can't be out of something by a day, or an empty string."""
    if day < today:
        return f"{format_day(day)} {day.year} is over. Choose a day from today on."
    if day > today + LONGEST:
        return "That is more than three years away. Choose an earlier day."
    return ""


def _read_day(tail: str, today: date) -> date | None:
    """Return the day that some words name, or None."""
    words = [word for word in tail.split() if word != "the"]
    match words:
        case ["today"]:
            return today
        case ["tomorrow"]:
            return today + timedelta(days=1)
        case [name] if name.capitalize() in WEEKDAYS:
            return today + timedelta(days=(WEEKDAYS.index(name.capitalize()) - today.weekday()) % 7)
        case ["end", "of", month, *year] if month in MONTHS:
            return _find_day(None, MONTHS[month], year, today)
        case [number, "of", month, *year] | [number, month, *year] if month in MONTHS:
            return _find_day(number, MONTHS[month], year, today)
        case [month, number, *year] if month in MONTHS:
            return _find_day(number, MONTHS[month], year, today)
        case [written]:
            return parse_date(written)
        case _:
            return None


def _find_day(number: str | None, month: int, given: list[str], today: date) -> date | None:
    """Return a day of a month, or its last one without a number. Without a year, the one that is near."""
    if given and not (len(given) == 1 and re.fullmatch(r"[12]\d{3}", given[0])):
        return None
    counted = DAY_NUMBER.fullmatch(number) if number is not None else None
    if number is not None and counted is None:
        return None
    years = [int(given[0])] if given else [today.year, today.year + 1]
    days = [_build_day(year, month, int(counted[1]) if counted else None) for year in years]
    there = [day for day in days if day is not None]
    return next((day for day in there if given or day >= today - LONG_OVER), None)


def _build_day(year: int, month: int, number: int | None) -> date | None:
    last = monthrange(year, month)[1]
    return date(year, month, number or last) if number is None or 1 <= number <= last else None


def _means_day(tail: str, has_comma: bool) -> bool:
    """Return whether some words mean a day, though none that can be read.

    Without a comma before them, only a date in numbers or with a month does.
    """
    words = tail.split()
    if any(NUMBERED.fullmatch(word) for word in words):
        return True
    dated = all(word in NAMED | BESIDE or DAY_NUMBER.fullmatch(word) or word.isdecimal() for word in words)
    named = bool(NAMED & {*words})
    return dated and named and (has_comma or bool({*words} & MONTHS.keys()))
