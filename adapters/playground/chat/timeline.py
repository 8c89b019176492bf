"""Time in the playground moves on request, from one due thing to the next, each appearing at its own hour.

The bot's schedule is the truth of what is due; here is only the walking.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from adapters.playground.chat.model import Json, Refused
from adapters.playground.chat.store import World

if TYPE_CHECKING:
    from bot.runtime.bot import Bot

FIRST_STEP = timedelta(minutes=1)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
STOPS = ((1, time(10)), (3, time(15)), (4, time(16)))
"""The hours of a new team's schedule (design, section 6): weekday and local time."""


async def walk(world: World, bot: Bot, to: datetime) -> None:
    """Move the clock to `to`, stopping wherever the schedule has something to do.

    Something due that stays due whatever we do must not hold time up: then the steps double until it lets go.
    """
    before, step = None, FIRST_STEP
    while (due := await bot.next_due()) is not None and due <= to and world.now() <= to:
        stuck = before is not None and due <= before
        step = step * 2 if stuck else FIRST_STEP
        world.set_clock(min(to, world.now() + step) if stuck else due)
        await bot.tick()
        before = due
    world.set_clock(to)


def moment(given: str, zone: str) -> datetime:
    """A time the page asks for: with an offset, or as the clock on the person's wall shows it."""
    try:
        at = datetime.fromisoformat(given)
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused("Give a day and a time, like 2026-03-20 16:00.") from error


def stops(now: datetime, reader: str, zones: Iterable[str]) -> list[Json]:
    """Where one might want to jump next, nearest first.

    By the clock of the westernmost of all zones: when it strikes there, it has struck for everyone, so what a
    team has due at that hour has appeared whatever its zone. Named as such where the reader's clock differs.
    """
    west = min([reader, *zones], key=lambda zone: now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta())
    here = now.astimezone(ZoneInfo(west))
    elsewhere = here.utcoffset() != now.astimezone(ZoneInfo(reader)).utcoffset()
    place = f" in {west.rpartition('/')[2].replace('_', ' ')}" if elsewhere else ""
    days = sorted(_next(here, weekday, hour) for weekday, hour in STOPS)
    named = [(f"{WEEKDAYS[day.weekday()]} {day:%H:%M}{place}", day) for day in days]
    return [_stop(label, day) for label, day in [*named, ("A year from now", _in_a_year(here))]]


def _stop(label: str, at: datetime) -> Json:
    return {"label": label, "at": at.astimezone(UTC).isoformat()}


def _next(here: datetime, weekday: int, hour: time) -> datetime:
    day = here.date() + timedelta(days=(weekday - here.weekday()) % 7)
    at = datetime.combine(day, hour, here.tzinfo)
    return at if at > here else datetime.combine(day + timedelta(days=7), hour, here.tzinfo)


def _in_a_year(here: datetime) -> datetime:
    day = date(here.year + 1, here.month, min(here.day, 28) if here.month == 2 else here.day)
    return datetime.combine(day, here.time(), here.tzinfo)
