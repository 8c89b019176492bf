"""Local wall time, zones and periods: what people mean by "Tuesday at ten, in Lisbon".

A schedule keeps that and never a count of seconds: only so is it still ten after the clocks have changed.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

UNKNOWN_ZONE = "That zone is not one I know. Try a city, like Lisbon."
UNKNOWN_TIME = "Write the time like 10:00."
UNKNOWN_DATE = "Write the day like 2026-03-20."

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}

REGIONS = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
NOT_PLACES = {"Factory", "localtime"}
CITIES: Mapping[str, Sequence[str]] = {
    "Africa/Johannesburg": ("Cape Town", "Durban", "Pretoria"),
    "America/Chicago": ("Austin", "Dallas", "Houston", "Minneapolis"),
    "America/Los_Angeles": ("San Francisco", "San Diego", "San Jose", "Seattle", "Portland", "Las Vegas"),
    "America/New_York": ("Boston", "Washington", "Philadelphia", "Atlanta", "Miami", "Pittsburgh"),
    "America/Sao_Paulo": ("Rio de Janeiro", "Brasilia", "Porto Alegre", "Belo Horizonte"),
    "America/Toronto": ("Montreal", "Ottawa", "Quebec"),
    "Asia/Ho_Chi_Minh": ("Hanoi",),
    "Asia/Jerusalem": ("Haifa",),
    "Asia/Kolkata": ("Bangalore", "Bengaluru", "Chennai", "Delhi", "New Delhi", "Mumbai", "Pune"),
    "Asia/Shanghai": ("Beijing", "Guangzhou", "Shenzhen"),
    "Asia/Tokyo": ("Kyoto", "Osaka"),
    "Australia/Sydney": ("Canberra",),
    "Europe/Berlin": ("Cologne", "Köln", "Frankfurt", "Hamburg", "Munich", "München"),
    "Europe/Istanbul": ("Ankara", "Izmir"),
    "Europe/Kyiv": ("Lviv", "Odesa"),
    "Europe/Lisbon": ("Porto", "Coimbra"),
    "Europe/London": ("Birmingham", "Bristol", "Edinburgh", "Glasgow", "Manchester", "Oxford"),
    "Europe/Madrid": ("Barcelona", "Sevilla", "Valencia"),
    "Europe/Paris": ("Bordeaux", "Lille", "Lyon", "Marseille", "Nantes", "Toulouse"),
    "Europe/Rome": ("Bologna", "Florence", "Milan", "Milano", "Naples", "Turin"),
    "Europe/Warsaw": ("Gdansk", "Krakow", "Wroclaw"),
    "Europe/Zurich": ("Basel", "Bern", "Geneva", "Lausanne"),
    "Pacific/Auckland": ("Christchurch", "Wellington"),
}  # fmt: skip
"""Large cities that give no zone its name, because people answer "a city" with their own."""

TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")
DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


class Occurrence(NamedTuple):
    """One time that something is due: the local date that names it, and the instant (UTC)."""

    day: date
    at: datetime


@dataclass(frozen=True)
class Rhythm:
    """When something comes again: ISO weekday digits, local wall time, zone, weeks counted from `anchor`'s.

    Before `paused_until` nothing comes. ValueError without any weekday.
    """

    weekdays: str
    at: time
    zone: str
    every: int
    anchor: date
    paused_until: date | None = None

    def __post_init__(self) -> None:
        """Refuse a rhythm that would never come."""
        if not set(self.weekdays) & set("1234567") or self.every < 1:
            raise ValueError("a rhythm needs a weekday and at least one week")

    def has(self, day: date) -> bool:
        """Whether something comes on that local date."""
        weeks = (_monday(day) - _monday(self.anchor)).days // 7
        return str(day.isoweekday()) in self.weekdays and weeks % self.every == 0


@dataclass(frozen=True)
class Period:
    """A stretch of time: from `since` up to, and without, `until`."""

    since: datetime
    until: datetime


def next_occurrence(rhythm: Rhythm, after: datetime) -> Occurrence:
    """The first occurrence later than `after`.

    It is looked for from the day before on, because a time that does not exist shifts forward, in Apia in
    2011 by a whole day.
    """
    first = after.astimezone(zone_or_utc(rhythm.zone)).date() - timedelta(days=1)
    first = max(first, rhythm.paused_until or first)
    days = (first + timedelta(days=n) for n in range(7 * rhythm.every + 9))
    dues = (Occurrence(day, utc_of(day, rhythm.at, rhythm.zone)) for day in days if rhythm.has(day))
    return next(due for due in dues if due.at > after)


def utc_of(day: date, at: time, zone: str) -> datetime:
    """The instant of a local wall time: a doubled one means the first, a missing one shifts forward."""
    return datetime.combine(day, at.replace(fold=0), zone_or_utc(zone)).astimezone(UTC)


def local_day(now: datetime, zone: str) -> date:
    """The date that a calendar in that zone shows."""
    return now.astimezone(zone_or_utc(zone)).date()


def zone_or_utc(key: str) -> ZoneInfo:
    """The zone of that name; UTC for a name that this machine's data do not know (any more)."""
    try:
        return ZoneInfo(key)
    except (LookupError, ValueError, OSError):
        return ZoneInfo("UTC")


def zone_in_words(key: str) -> str:
    """A zone as a sentence says it: `Europe/Lisbon` is "Lisbon time". What is named after no place keeps its name."""
    region, _, place = key.partition("/")
    return f"{place.rpartition('/')[2].replace('_', ' ')} time" if region in REGIONS else key


def zone_named(text: str) -> ZoneInfo | None:
    """The zone a person means by its name or by a city ("lisbon", "São Paulo", "Lisbon, Portugal")."""
    zones = _zones()
    key = zones.get(_plain(text)) or zones.get(_plain(text.partition(",")[0]))
    return ZoneInfo(key) if key else None


@cache
def _zones() -> Mapping[str, str]:
    """Zones by what people may call them: a whole name, one of the cities above, the city in a name."""
    keys = sorted(available_timezones() - NOT_PLACES)
    in_names = {_plain(key.rpartition("/")[2]): key for key in keys if key.partition("/")[0] in REGIONS}
    others = {_plain(city): key for key, cities in CITIES.items() for city in cities}
    return in_names | others | {_plain(key): key for key in keys}


def _plain(name: str) -> str:
    """A name without accents, case, underscores and the like."""
    letters = (char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    bare = "".join(letters).casefold().translate({ord("_"): " ", ord("-"): " ", ord("."): "", ord("'"): ""})
    return " ".join(bare.split())


def parse_time(text: str) -> time | None:
    """The time in `9`, `9:30`, `09:30` or `9.30`."""
    found = TIME.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def parse_date(text: str) -> date | None:
    """The date in `2026-03-20` or `2026-3-2`."""
    found = DATE.fullmatch(text.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def period(kind: str, now: datetime, zone: str) -> Period:
    """The week (seven days), month, quarter or year (calendar months) that ends now. KeyError otherwise."""
    local = now.astimezone(zone_or_utc(zone))
    first = local.date() - timedelta(days=7) if kind == "week" else _months_back(local.date(), MONTHS[kind])
    return Period(utc_of(first, local.time(), zone), now)


def weekday_names(weekdays: str) -> str:
    """ISO weekday digits in words: `25` is "Tuesday and Friday"."""
    *most, last = [WEEKDAYS[int(digit) - 1] for digit in sorted(set(weekdays))]
    return f"{', '.join(most)} and {last}" if most else last


def _months_back(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
