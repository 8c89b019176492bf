"""The day that a person's text names, read the same in every form and line.

`2026-03-20`, `20 March`, `March 20th, 2026`, `end of March`, `Friday`, `today` and `tomorrow` are read, in any
digits. `12/03` is none: in half of the world it is another day.
"""

from __future__ import annotations

import calendar
import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from bot.core.language.words import _
from bot.core.times import DATE, UNKNOWN_DATE, WEEKDAYS, month_name, plain_digits

LONG_OVER = timedelta(days=182)
"""A day without a year that was longer ago than this is meant in the next year."""
MONTH_NUMBERS: Mapping[str, int] = {
    **{calendar.month_name[number].casefold(): number for number in range(1, 13)},
    **{calendar.month_abbr[number].casefold(): number for number in range(1, 13)},
    "sept": 9,
}
WEEKDAY_NUMBERS: Mapping[str, int] = {
    **{name.casefold(): number for number, name in enumerate(WEEKDAYS)},
    **{name[:3].casefold(): number for number, name in enumerate(WEEKDAYS)},
}
DAY_NUMBER = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?")
YEAR = re.compile(r"\d{4}")


class DayError(ValueError):
    """A text that names no day, or one that doesn't exist. Its message is the sentence for the person."""


class _Named(NamedTuple):
    """A day as it was named: its year if that was said, its month, and its number, or None for the month's last."""

    year: int | None
    month: int
    number: int | None


def parse_day(text: str, today: date) -> date:
    """Return the day that a text names. DayError with one sentence if it names none, or one that isn't there."""
    words = split_day_words(text)
    relative = _read_relative(words, today)
    if relative is not None:
        return relative
    named = _read_named(words)
    if named is None:
        raise DayError(UNKNOWN_DATE())
    return _find_day(named, today)


def find_day(text: str, today: date) -> date | None:
    """Return the day that a text names, or None."""
    try:
        return parse_day(text, today)
    except DayError:
        return None


def plain_day(text: str, today: date) -> str:
    """Return a typed day as `2026-03-20`, or the text as it is if it's no day."""
    day = find_day(text, today)
    return day.isoformat() if day is not None else text


def describe_missing_day(text: str, today: date) -> str:
    """Return that the day of a text doesn't exist, such as 30 February, or an empty string."""
    try:
        parse_day(text, today)
    except DayError as wrong:
        return "" if str(wrong) == UNKNOWN_DATE() else str(wrong)
    return ""


def split_day_words(text: str) -> list[str]:
    """Return the words of a text that may name a day, in plain digits and small letters."""
    return plain_digits(text).casefold().replace(",", " ").strip(" .)").split()


def _read_relative(words: list[str], today: date) -> date | None:
    match [word for word in words if word not in ("on", "the", "this")]:
        case ["today"]:
            return today
        case ["tomorrow"]:
            return today + timedelta(days=1)
        case [name] if name in WEEKDAY_NUMBERS:
            return today + timedelta(days=(WEEKDAY_NUMBERS[name] - today.weekday()) % 7)
        case _:
            return None


def _read_named(words: list[str]) -> _Named | None:
    said = [word for word in words if word not in ("on", "the")]
    if len(said) > 1 and said[0].rstrip(".") in WEEKDAY_NUMBERS:
        said = said[1:]  # the weekday of `Friday, 20 March` says nothing more
    match said:
        case [written] if found := DATE.fullmatch(written):
            year, month, number = map(int, found.groups())
            return _Named(year, month, number)
        case ["end", "of", month, *years]:
            return _build_named(None, month, years)
        case [number, "of", month, *years] | [number, month, *years] if DAY_NUMBER.fullmatch(number):
            return _build_named(number, month, years)
        case [month, number, *years] if DAY_NUMBER.fullmatch(number):
            return _build_named(number, month, years)
        case _:
            return None


def _build_named(number: str | None, month: str, years: list[str]) -> _Named | None:
    known = MONTH_NUMBERS.get(month.rstrip("."))
    if known is None or len(years) > 1 or any(not YEAR.fullmatch(year) for year in years):
        return None
    counted = DAY_NUMBER.fullmatch(number) if number is not None else None
    return _Named(int(years[0]) if years else None, known, int(counted[1]) if counted else None)


def _find_day(named: _Named, today: date) -> date:
    """Return the day that was named: without a year, the one that is near. DayError if there is none."""
    years = [named.year] if named.year is not None else [today.year, today.year + 1]
    found = [day for year in years if (day := _build_day(named, year)) is not None]
    near = [day for day in found if named.year is not None or day >= today - LONG_OVER]
    if not near:
        raise DayError(_describe_missing(named, years[0]))
    return near[0]


def _build_day(named: _Named, year: int) -> date | None:
    """Return the named day of a year, or None if that year hasn't got it."""
    try:
        number = monthrange(year, named.month)[1] if named.number is None else named.number
        return date(year, named.month, number)
    except ValueError:
        return None


def _describe_missing(named: _Named, year: int) -> str:
    if not 1 <= year <= 9999:
        return UNKNOWN_DATE()
    if not 1 <= named.month <= 12:
        return _("There's no month {month}.", month=named.month) + " " + UNKNOWN_DATE()
    last = monthrange(year, named.month)[1]
    return _(
        "There's no {day} {month} {year}: that month has {last} days. Choose another day.",
        day=named.number or 0, month=month_name(named.month), year=year, last=last,
    )  # fmt: skip
