"""The clock's half of the bot: what is due by now, and when anything is due next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from bot.core.timers import Timer
from bot.runtime.housekeeping import Chore, list_due_chores
from storage.delivery import due as due_rows
from storage.engine.database import Database
from storage.moments import fetches, lookups


async def run_due_timers(database: Database, timers: Iterable[Timer], now: datetime) -> None:
    """Do the work of every timer that is due, batch by batch, and then the housekeeping.

    What is due is read first, so that a tick with nothing to do writes nothing for it.
    """
    for timer in await database.read_in_background(lambda session: _list_due_timers(session, timers, now)):
        await _run_timer(database, timer, now)
    for chore in await database.read_in_background(lambda session: list_due_chores(session, now)):
        await _run_chore(database, chore, now)
    await database.remove_old_copies(now)


def _list_due_timers(session: Session, timers: Iterable[Timer], now: datetime) -> list[Timer]:
    return [timer for timer in timers if timer.is_due(session, now)]


async def _run_timer(database: Database, timer: Timer, now: datetime) -> None:
    while await database.write(lambda session: timer.run_due(session, now)):
        pass


async def _run_chore(database: Database, chore: Chore, now: datetime) -> None:
    while await database.write(lambda session: chore.run(session, now)):
        pass


def next_send_time(session: Session, now: datetime) -> datetime | None:
    """Return when the next posting, fetch or lookup is due after `now`, or None."""
    dues = (
        due_rows.next_due(session, now),
        fetches.next_fetch_time(session, now),
        lookups.next_lookup_time(session, now),
    )
    return min((due for due in dues if due is not None), default=None)


def next_due_time(session: Session, timers: Iterable[Timer]) -> datetime | None:
    """Return when anything is due next: a posting, a message to read, or the work of one of these. None without any.

    What a tick only looks after, such as who is still there, is left to whichever tick comes next.
    """
    dues = (
        due_rows.next_due(session),
        fetches.next_fetch_time(session),
        lookups.next_lookup_time(session),
        *(timer.next_due(session) for timer in timers),
    )
    return min((due for due in dues if due is not None), default=None)
