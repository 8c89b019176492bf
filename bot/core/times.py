"""Local wall times and periods.

A schedule stores a local time such as "Tuesday at ten, in Lisbon" and not an interval in
seconds, so that it is still ten o'clock after the clocks have changed.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.core.language.catalogs import ENGLISH
from bot.core.language.words import current_language, lazy
from bot.core.text import join_list

UNKNOWN_TIME = lazy("Write the time like 10:00 or 4 pm.")
UNKNOWN_DATE = lazy("Write the day like 2026-03-20.")

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""The days in English, as people type them. `weekday_name` has them in the current language."""
MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}

MORNING, EVENING = time(10), time(17)
"""When a team may be asked something: from ten until five, Monday to Friday, in its zone.

Ten is also when its weekly question comes. A question at night or on a Sunday would suggest that
someone should be working then.
"""
DAY = timedelta(days=1)
FURTHEST_AHEAD = timedelta(hours=14)
"""How far the clocks of any time zone are ahead of UTC."""
SATURDAY = 6
"""The ISO weekday from which on nobody is asked."""

TIME = re.compile(r"(\d{1,2})(?:\s*[:.h∶٫]\s*(\d{2}))?\s*(?:h|uhr)?(?:\s*([ap])\.?\s?m?\.?)?")
"""A time as people write it: `9`, `9.30`, `16h30` or `4:30 pm`."""
TIME_WORDS: Mapping[str, time] = {"noon": time(12), "midday": time(12), "midnight": time(0)}
DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


class Occurrence(NamedTuple):
    """One due time: the local date that names it, and the instant (UTC)."""

    day: date
    at: datetime


@dataclass(frozen=True)
class Rhythm:
    """A recurring local time: ISO weekday digits, wall time, zone, and every how many weeks.

    Weeks are counted from the week of `anchor`. There are no occurrences before `paused_until`.
    ValueError without any weekday.
    """

    weekdays: str
    at: time
    zone: str
    every: int
    anchor: date
    paused_until: date | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for a rhythm without occurrences."""
        if not set(self.weekdays) & set("1234567") or self.every < 1:
            raise ValueError("a rhythm needs a weekday and at least one week")

    def falls_on(self, day: date) -> bool:
        """Return whether the rhythm has an occurrence on that local date."""
        weeks = (_monday_of(day) - _monday_of(self.anchor)).days // 7
        return str(day.isoweekday()) in self.weekdays and weeks % self.every == 0


@dataclass(frozen=True)
class Period:
    """A period of time: from `since` up to, but not including, `until`."""

    since: datetime
    until: datetime


def next_occurrence(rhythm: Rhythm, after: datetime) -> Occurrence:
    """Return the first occurrence later than `after`.

    The search starts a day earlier, because a local time that does not exist shifts forward: in
    Apia in 2011 by a whole day.
    """
    first = after.astimezone(zone_or_utc(rhythm.zone)).date() - timedelta(days=1)
    first = max(first, rhythm.paused_until or first)
    days = (first + timedelta(days=n) for n in range(7 * rhythm.every + 9))
    dues = (Occurrence(day, utc_of(day, rhythm.at, rhythm.zone)) for day in days if rhythm.falls_on(day))
    return next(due for due in dues if due.at > after)


def utc_of(day: date, at: time, zone: str) -> datetime:
    """Return the instant of a local wall time.

    A time that occurs twice means the first one. A time that does not exist shifts forward.
    """
    return datetime.combine(day, at.replace(fold=0), zone_or_utc(zone)).astimezone(UTC)


def local_day(now: datetime, zone: str) -> date:
    """Return the local date in that zone."""
    return now.astimezone(zone_or_utc(zone)).date()


def last_day(until: datetime, zone: str) -> date:
    """Return the last local date of a time that ends before `until`: at midnight, the day before."""
    return local_day(until - timedelta(microseconds=1), zone)


def zone_or_utc(key: str) -> ZoneInfo:
    """Return the zone of that name, or UTC for a name that this machine's data does not have."""
    try:
        return ZoneInfo(key)
    except (LookupError, ValueError, OSError):
        return ZoneInfo("UTC")


def parse_time(text: str) -> time | None:
    """Return the time in `9`, `09:30`, `9.30`, `16h30`, `4:30 pm` or `noon`, in any digits, or None."""
    said = plain_digits(text).casefold().strip()
    found = TIME.fullmatch(said)
    if found is None:
        return TIME_WORDS.get(said)
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    return time(hour, minute) if hour < 24 and minute < 60 else None


def plain_digits(text: str) -> str:
    """Return a text with full-width characters and the digits of any script as plain ones."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in plain)


def parse_date(text: str) -> date | None:
    """Return the date in `2026-03-20` or `2026-3-2`, in any digits, or None. `core.days` reads what people write."""
    found = DATE.fullmatch(plain_digits(text).strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def working_day(day: date) -> date:
    """Return that day, or the following Monday for a weekend day."""
    while day.isoweekday() >= SATURDAY:
        day += DAY
    return day


def latest_day(now: datetime) -> date:
    """Return the local date in the time zone that is furthest ahead. No day after it has begun anywhere."""
    return (now + FURTHEST_AHEAD).date()


def morning_on_or_after(day: date, zone: str) -> datetime:
    """Return ten o'clock, in UTC, on that day, or on the following Monday for a weekend day."""
    return utc_of(working_day(day), MORNING, zone)


def next_working_time(at: datetime, zone: str) -> datetime:
    """Return the time itself within working hours, or the next morning after it."""
    local = at.astimezone(zone_or_utc(zone))
    if local.isoweekday() < SATURDAY and MORNING <= local.time() < EVENING:
        return at
    return morning_on_or_after(local.date() + (DAY if local.time() >= EVENING else timedelta()), zone)


def quarter_of(day: date) -> tuple[date, date]:
    """Return the first day of a day's calendar quarter, and that of the next quarter."""
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return first, months_back(first, -3)


def period_until(kind: str, now: datetime, zone: str) -> Period:
    """Return the week, month, quarter or year that ends at `now`.

    A week is seven days, the others are calendar months. KeyError for any other kind.
    """
    local = now.astimezone(zone_or_utc(zone))
    first = local.date() - timedelta(days=7) if kind == "week" else months_back(local.date(), MONTHS[kind])
    return Period(utc_of(first, local.time(), zone), now)


def format_day(day: date) -> str:
    """Return a day as people write it in the current language, such as `23 March`."""
    return f"{day.day} {day:%B}" if current_language() == ENGLISH else _format_parts(day, "MMMMd")


def format_short_day(day: date) -> str:
    """Return a day with the name of its month cut short where the language does so, such as `23 Mar`."""
    return f"{day.day} {day:%b}" if current_language() == ENGLISH else _format_parts(day, "MMMd")


def format_full_day(day: date) -> str:
    """Return a day with its year, such as `23 March 2026`."""
    if current_language() == ENGLISH:
        return f"{format_day(day)} {day.year}"
    from babel.dates import format_date

    return format_date(day, "long", locale=current_language())


def format_day_from(day: date, today: date) -> str:
    """Return a day as people write it, with its year unless that is today's: `3 January 2027`."""
    return format_day(day) if day.year == today.year else format_full_day(day)


def month_name(month: int, short: bool = False) -> str:
    """Return the name of a month as it stands alone, such as `March` or `Mar`."""
    if current_language() == ENGLISH:
        return f"{date(2000, month, 1):{'%b' if short else '%B'}}"
    from babel.dates import get_month_names

    names = get_month_names("abbreviated" if short else "wide", "stand-alone", locale=current_language())
    return str(names[month])


def weekday_name(number: int) -> str:
    """Return the name of an ISO weekday in the current language, such as `Monday` for 1."""
    if current_language() == ENGLISH:
        return WEEKDAYS[number - 1]
    from babel.dates import get_day_names

    name: str = get_day_names("wide", "stand-alone", locale=current_language())[number - 1]
    return name


def list_weekdays() -> Sequence[int]:
    """Return the ISO weekdays in the order of a week in the current language. An English one begins on Monday."""
    if current_language() == ENGLISH:
        return range(1, 8)
    from babel import Locale

    first = Locale.parse(current_language()).first_week_day
    return [(first + number) % 7 + 1 for number in range(7)]


def weekday_names(weekdays: str) -> str:
    """Return ISO weekday digits in words: `25` is "Tuesday and Friday"."""
    return join_list([weekday_name(int(digit)) for digit in sorted(set(weekdays))])


def months_back(day: date, months: int) -> date:
    """Return the same day of an earlier month, or that month's last day. Below 0 it is a later one."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _format_parts(day: date, parts: str) -> str:
    """Return parts of a date in the order and with the words of the current language."""
    from babel.dates import format_skeleton

    return format_skeleton(parts, day, locale=current_language())


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
