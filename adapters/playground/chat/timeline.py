"""Moving time in the playground: on request, from one due post to the next.

Each post appears at its own time. The bot's schedule decides what is due.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from adapters.playground.chat.model import Json
from adapters.playground.chat.store import Store
from adapters.playground.errors import ChatError
from bot.core.adapter import Bot
from bot.core.language.words import _
from bot.core.timers import Planner
from bot.core.times import weekday_name

FIRST_STEP = timedelta(minutes=1)


async def advance_clock(world: Store, bot: Bot, to: datetime) -> None:
    """Move the clock to `to`, and stop wherever anything is due.

    Work that stays due after a tick must not block time. The steps then double until it is done.
    """
    before, step = None, FIRST_STEP
    while (due := await bot.next_due()) is not None and due <= to and world.current_time() <= to:
        stuck = before is not None and due <= before
        step = step * 2 if stuck else FIRST_STEP
        world.set_clock(min(to, world.current_time() + step) if stuck else due)
        await bot.tick()
        before = due
    world.set_clock(to)


def parse_jump_time(given: str, zone: str) -> datetime:
    """Return the time that the page asks for: with an offset, or local to the person's zone.

    ChatError when it is not a time.
    """
    try:
        at = datetime.fromisoformat(given)
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ChatError(_("Write a day and a time like 2026-03-20 16:00.")) from error


def suggest_stops(
    now: datetime, reader: str, zones: Iterable[str], planners: Iterable[Planner]
) -> list[Json]:
    """Return times to jump to next, nearest first: those of a new team's schedules, and a year from now.

    They are in the westernmost of all zones: when that time has come there, it has come for
    everyone, so a team's post due then has appeared whatever its zone. The label names the zone if
    the reader's clock differs.
    """
    west = min([reader, *zones], key=lambda zone: now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta())
    here = now.astimezone(ZoneInfo(west))
    elsewhere = here.utcoffset() != now.astimezone(ZoneInfo(reader)).utcoffset()
    place = west.rpartition("/")[2].replace("_", " ") if elsewhere else ""
    times = {(each.weekday - 1, time.fromisoformat(each.at)) for each in planners}
    days = sorted(_next_stop(here, weekday, hour) for weekday, hour in times)
    named = [(_label_stop(day, place), day) for day in days]
    return [_stop_json(label, day) for label, day in [*named, (_("A year from now"), _year_later(here))]]


def _label_stop(at: datetime, place: str) -> str:
    when = {"weekday": weekday_name(at.isoweekday()), "time": f"{at:%H:%M}"}
    return _("{weekday} {time} in {place}", place=place, **when) if place else _("{weekday} {time}", **when)


def _stop_json(label: str, at: datetime) -> Json:
    return {"label": label, "at": at.astimezone(UTC).isoformat()}


def _next_stop(here: datetime, weekday: int, hour: time) -> datetime:
    day = here.date() + timedelta(days=(weekday - here.weekday()) % 7)
    at = datetime.combine(day, hour, here.tzinfo)
    return at if at > here else datetime.combine(day + timedelta(days=7), hour, here.tzinfo)


def _year_later(here: datetime) -> datetime:
    day = date(here.year + 1, here.month, min(here.day, 28) if here.month == 2 else here.day)
    return datetime.combine(day, here.time(), here.tzinfo)
