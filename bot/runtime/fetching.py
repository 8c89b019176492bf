"""Fetching the words of messages that an emoji kept: planned with the capture, tried again, never forgotten."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.adapter import Adapter, OutcomeUnknown, Place, Source
from bot.core.context import Clock
from bot.moments import source as sources
from bot.runtime.sanitize import cleaned
from bot.teams import channels
from storage.engine.database import Database
from storage.engine.errors import StoreError
from storage.models import Fetch, Moment, Person
from storage.moments import moments

log = logging.getLogger(__name__)

BATCH = 50
AGAIN = (timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=2))
"""When a message that could not be fetched is tried again; after the last the moment stays a draft."""


AT_ONCE = 8
"""Messages that are read at the same time."""

WITHIN = 30
"""Seconds for reading one message."""


class Fetching:
    """Reads messages beside everything else, so that no slow or bad one holds up another, or a posting."""

    def __init__(
        self,
        database: Database,
        adapters: Mapping[str, Adapter],
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self.database = database
        self.adapters = adapters
        self.clock = clock
        self.wake = wake
        """Called when something was fetched, because its card or Note is due now."""
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    async def pump(self) -> None:
        """Begin to fetch what is due."""
        now, limit, platforms = self.clock(), BATCH + len(self._in_hand), list(self.adapters)
        found = await self.database.read(lambda session: moments.fetches_due(session, now, platforms, limit))
        for moment, workspace in found:
            if moment.id not in self._in_hand:
                place = Place(workspace.external_id, moment.source_channel or "")
                adapter = self.adapters[workspace.platform]
                fetch = self._fetch(adapter, moment.id, place, moment.source_message or "")
                self._in_hand[moment.id] = asyncio.create_task(fetch)

    async def finish(self) -> None:
        """Fetch what is due now; returns when each was tried."""
        await self.pump()
        await asyncio.gather(*self._in_hand.values())

    def stop(self) -> None:
        """Leave off; what is not fetched yet is still planned."""
        for fetch in self._in_hand.values():
            fetch.cancel()

    async def _fetch(self, adapter: Adapter, moment_id: int, place: Place, message: str) -> None:
        try:
            async with self._room:
                await self._try(adapter, moment_id, place, message)
            self.wake()
        except Exception as error:  # the database is away: the fetch stays planned
            log.warning("moment %s waits for its words: %s", moment_id, _named(error))
        finally:
            del self._in_hand[moment_id]

    async def _try(self, adapter: Adapter, moment_id: int, place: Place, message: str) -> None:
        """Fetch and keep, or try again later: whatever is wrong with one message stays its own."""
        try:
            async with asyncio.timeout(WITHIN):
                source = await adapter.read(place, message)
            words = cleaned(source) if source else None
            await self.database.write(lambda session: _settle(session, moment_id, words, self.clock()))
        except OutcomeUnknown:
            await self.database.write(lambda session: _again(session, moment_id, self.clock()))
        except Exception as error:
            log.error("the words of moment %s could not be fetched: %s", moment_id, _named(error))
            await self.database.write(lambda session: _again(session, moment_id, self.clock()))


def _named(error: Exception) -> str:
    """What went wrong, without anybody's words."""
    return str(error) if isinstance(error, StoreError) else type(error).__name__


def _settle(session: Session, moment_id: int, source: Source | None, now: datetime) -> None:
    """Words, no words, or nothing that is ours to keep."""
    moment = session.get(Moment, moment_id)
    if moment is None or session.get(Fetch, moment_id) is None:
        return
    if source is None or (not source.text.strip() and not source.by_bot):
        if source is not None:
            sources.name_author(session, moment, source)
        sources.unreadable(session, moment, now)
    elif _refused(session, moment, source) or (source.private and not channels.stays_inside(session, moment)):
        moments.discard(session, moment, now)
    else:
        sources.name_author(session, moment, source)
        sources.settle(session, moment, source, now)


def _refused(session: Session, moment: Moment, source: Source) -> bool:
    author = session.get_one(Person, moment.author_id)
    return bool(sources.refusal(author, moment.kept_by_id, source.by_bot, source.external))


def _again(session: Session, moment_id: int, now: datetime) -> None:
    fetch = session.get(Fetch, moment_id)
    if fetch is None:
        return
    if fetch.attempts >= len(AGAIN):
        sources.unreadable(session, session.get_one(Moment, moment_id), now)
        return
    fetch.due_at = now + AGAIN[fetch.attempts]
    fetch.attempts += 1
