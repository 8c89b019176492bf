"""The day at the end of a line, such as `Weekly report, by 12 March`.

A tail that says no day at all belongs to the words, such as `Letters, by hand`. One that means a day and can't
be read as one gets a sentence.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from bot.core.days.reading import (
    DAY_NUMBER,
    MONTH_NUMBERS,
    WEEKDAY_NUMBERS,
    describe_missing_day,
    find_day,
    split_day_words,
)
from bot.core.language.words import _, lazy_pgettext
from bot.core.text import one_line
from bot.core.times import format_full_day

LONGEST = timedelta(days=3 * 366)
WORDS = 40
BEFORE_DAY = lazy_pgettext("before a day that somebody types", "by, until, till")
"""The words before such a day. Those of the current language count, and the English ones."""
NAMED = frozenset({*MONTH_NUMBERS, *WEEKDAY_NUMBERS, "today", "tomorrow", "next", "week", "month", "quarter", "year",
                   "summer", "autumn", "winter", "spring", "easter", "christmas"})  # fmt: skip
BESIDE = frozenset({"the", "of", "end", "middle", "mid", "beginning", "start", "early", "late", "this", "on"})
NUMBERED = re.compile(r"\d{1,2}[./]\d{1,2}([./]\d{2,4})?\.?|\d{4}[-./]\d{1,2}[-./]\d{1,2}")


class OwnDay(NamedTuple):
    """A line's words, its own day if it has one, and what is wrong with that, or an empty string."""

    text: str
    day: date | None = None
    error: str = ""


def read_own_day(line: str, today: date) -> OwnDay:
    """Split the day off the end of a line."""
    found = _compile_tail(f"{BEFORE_DAY.text},{BEFORE_DAY()}").fullmatch(line)
    if found is None:
        return OwnDay(line)
    day = find_day(found["day"], today)
    if day is None and (missing := describe_missing_day(found["day"], today)):
        return OwnDay(line, None, _("“{line}”: {problem}", line=one_line(line, WORDS), problem=missing))
    if day is None:
        means = _means_day(split_day_words(found["day"]), bool(found["before"].strip()))
        unread = _(
            "I can't read the day in “{line}”. End the line with one, like “, by 12 March”.",
            line=one_line(line, WORDS),
        )
        return OwnDay(line, None, unread if means else "")
    wrong = describe_unusable_day(day, today)
    if not wrong:
        return OwnDay(found["text"], day)
    words = one_line(found["text"], WORDS)
    return OwnDay(found["text"], day, _("“{line}”: {problem}", line=words, problem=wrong))


@cache
def _compile_tail(words: str) -> re.Pattern[str]:
    """Return the pattern of a line that ends with a day after one of these words, which have commas between them."""
    each = [r"\s+".join(map(re.escape, one.split())) for one in words.split(",") if one.strip()]
    return re.compile(
        r"(?P<text>.*[^\s,;:(–—-])(?P<before>\s*[,;:(–—]\s*|\s+-\s+|\s+)"
        rf"(?:{'|'.join(sorted(each, key=len, reverse=True))})\s+(?P<day>\S.*)",
        re.IGNORECASE,
    )


def describe_unusable_day(day: date, today: date) -> str:
    """Return why a team can't be out of something by a day, or an empty string."""
    if day < today:
        return _("{date} is in the past. Choose today or a later day.", date=format_full_day(day))
    if day > today + LONGEST:
        return _("That's more than three years away. Choose an earlier day.")
    return ""


def _means_day(words: list[str], has_comma: bool) -> bool:
    """Return whether some words mean a day, though none that can be read.

    Without a comma before them, only a date in numbers or with a month does.
    """
    if any(NUMBERED.fullmatch(word) for word in words):
        return True
    dated = all(word in NAMED | BESIDE or DAY_NUMBER.fullmatch(word) or word.isdecimal() for word in words)
    named = bool(NAMED & {*words})
    return dated and named and (has_comma or bool({*words} & MONTH_NUMBERS.keys()))
