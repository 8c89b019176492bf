"""Fetches the text of messages that were saved with an emoji.

The fetch is planned in the same transaction as the moment, retried on failure and never
lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.adapter import Adapter
from bot.core.context import Clock
from bot.core.origin import OutcomeUnknownError, Place, Source
from bot.core.text import sanitize_texts
from bot.moments.source import mark_unreadable, refusal_reason, save_source_text, update_author_name
from bot.teams.channels import can_save_private_source
from storage.engine.database import Database
from storage.engine.errors import StoreError
from storage.models import Fetch, Moment, Person
from storage.moments import erasure, fetches

log = logging.getLogger(__name__)

BATCH = 50
"""The most due fetches that are started at a time."""
RETRY_DELAYS = (timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=2))
"""The delays before retries. After the last one, the moment stays a draft."""


CONCURRENT_READS = 8
"""The most messages read at the same time."""

READ_TIMEOUT = 30
"""The time limit for reading one message, in seconds."""


class Fetching:
    """Reads messages in the background, so that a slow or failing one delays nothing else."""

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
        """Called after a fetch, because its card or Note is due now."""
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(CONCURRENT_READS)

    async def start_fetches(self) -> None:
        """Start the fetches that are due."""
        now, limit, platforms = self.clock(), BATCH + len(self._in_hand), list(self.adapters)
        found = await self.database.read_in_background(
            lambda session: fetches.list_due_fetches(session, now, platforms, limit)
        )
        for moment, workspace in found:
            if moment.id not in self._in_hand:
                place = Place(workspace.external_id, moment.source_channel or "")
                adapter = self.adapters[workspace.platform]
                fetch = self._run_fetch(adapter, moment.id, place, moment.source_message or "")
                self._in_hand[moment.id] = asyncio.create_task(fetch)

    async def fetch_all(self) -> None:
        """Start the fetches that are due, and return when each was tried."""
        await self.start_fetches()
        await asyncio.gather(*self._in_hand.values())

    def stop(self) -> None:
        """Cancel the running fetches. They stay planned."""
        for fetch in self._in_hand.values():
            fetch.cancel()

    async def _run_fetch(self, adapter: Adapter, moment_id: int, place: Place, message: str) -> None:
        try:
            async with self._room:
                await self._try_fetch(adapter, moment_id, place, message)
            self.wake()
        except Exception as error:  # the database is unavailable: the fetch stays planned
            log.warning("moment %s waits for its words: %s", moment_id, _describe_error(error))
        finally:
            del self._in_hand[moment_id]

    async def _try_fetch(self, adapter: Adapter, moment_id: int, place: Place, message: str) -> None:
        """Read a message and save the result, or plan a retry.

        An error with one message affects no other.
        """
        try:
            async with asyncio.timeout(READ_TIMEOUT):
                source = await adapter.read(place, message)
            words = sanitize_texts(source) if source else None
            await self.database.write(lambda session: _save_source(session, moment_id, words, self.clock()))
        except OutcomeUnknownError:
            await self.database.write(lambda session: _plan_retry(session, moment_id, self.clock()))
        except Exception as error:
            log.error("the words of moment %s could not be fetched: %s", moment_id, _describe_error(error))
            await self.database.write(lambda session: _plan_retry(session, moment_id, self.clock()))


def _describe_error(error: Exception) -> str:
    """Return a description of the error that contains no user text."""
    return str(error) if isinstance(error, StoreError) else type(error).__name__


def _save_source(session: Session, moment_id: int, source: Source | None, now: datetime) -> None:
    """Save the message's text, mark it unreadable, or discard a moment that may not be kept."""
    moment = session.get(Moment, moment_id)
    if moment is None or session.get(Fetch, moment_id) is None:
        return
    if source is None or (not source.text.strip() and not source.by_bot):
        if source is not None:
            update_author_name(session, moment, source)
        mark_unreadable(session, moment, now)
    elif _is_refused(session, moment, source) or (
        source.private and not can_save_private_source(session, moment)
    ):
        erasure.discard_moment(session, moment, now)
    else:
        update_author_name(session, moment, source)
        save_source_text(session, moment, source, now)


def _is_refused(session: Session, moment: Moment, source: Source) -> bool:
    author = session.get_one(Person, moment.author_id)
    return bool(refusal_reason(author, moment.kept_by_id, source.by_bot, source.external))


def _plan_retry(session: Session, moment_id: int, now: datetime) -> None:
    fetch = session.get(Fetch, moment_id)
    if fetch is None:
        return
    if fetch.attempts >= len(RETRY_DELAYS):
        mark_unreadable(session, session.get_one(Moment, moment_id), now)
        return
    fetch.due_at = now + RETRY_DELAYS[fetch.attempts]
    fetch.attempts += 1
