"""Reads messages that were saved with an emoji: their text and, where it is not known, their author.

The reading is planned in the same transaction as the emoji, retried on failure and never lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.adapter import Adapter
from bot.core.context import Clock
from bot.core.language.choice import choose_language
from bot.core.language.words import lazy, speaking
from bot.core.origin import OutcomeUnknownError, Place, Shows, Source
from bot.core.text import LONGEST_TEXT, sanitize_texts
from bot.moments.source import (
    mark_unreadable,
    plan_unsaved_note,
    refusal_reason,
    save_source_text,
    start_looked_up,
    update_author_name,
)
from bot.teams.channels import can_save_private_source
from storage.engine.database import Database
from storage.engine.errors import StoreError
from storage.models import Fetch, Lookup, Moment, Person, PostingKind, Team, Workspace
from storage.moments import erasure, fetches, lookups

log = logging.getLogger(__name__)

BATCH = 50
"""The most due fetches that are started at a time."""
RETRY_DELAYS = (timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=2))
"""The delays before retries. After the last one, the moment stays a draft."""


UNREADABLE = lazy(
    "I can't read the message you wanted saved, so I couldn't save it. Save it as an aha from the message's "
    "menu instead."
)

CONCURRENT_READS = 8
"""The most messages read at the same time."""

READ_TIMEOUT = 30
"""The time limit for reading one message, in seconds."""


@dataclass(frozen=True)
class Job:
    """A message to read: what to do with it, or when it cannot be read now, and the row that asks for it."""

    save: Callable[[Session, int, Source | None, datetime], None]
    retry: Callable[[Session, int, datetime], None]
    row_id: int

    def __str__(self) -> str:
        """Return the job as the log names it, without any text."""
        kind = "the fetch of moment" if self.save is _save_source else "lookup"
        return f"{kind} {self.row_id}"


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
        self._in_hand: dict[Job, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(CONCURRENT_READS)

    async def start_fetches(self) -> None:
        """Start the fetches and lookups that are due."""
        now, limit, platforms = self.clock(), BATCH + len(self._in_hand), list(self.adapters)
        due_fetches, due_lookups = await self.database.read_in_background(
            lambda session: (
                fetches.list_due_fetches(session, now, platforms, limit),
                lookups.list_due_lookups(session, now, platforms, limit),
            )
        )
        for moment, workspace in due_fetches:
            job = Job(_save_source, _plan_retry, moment.id)
            self._start_job(job, workspace, moment.source_channel or "", moment.source_message or "")
        for lookup, workspace in due_lookups:
            job = Job(_save_lookup, _plan_lookup_retry, lookup.id)
            self._start_job(job, workspace, lookup.channel, lookup.message)

    def _start_job(self, job: Job, workspace: Workspace, channel: str, message: str) -> None:
        if job not in self._in_hand:
            work = self._run_job(
                job, self.adapters[workspace.platform], Place(workspace.external_id, channel), message
            )
            self._in_hand[job] = asyncio.create_task(work)

    async def fetch_all(self) -> None:
        """Start the fetches that are due, and return when each was tried."""
        await self.start_fetches()
        await asyncio.gather(*self._in_hand.values())

    def stop(self) -> None:
        """Cancel the running fetches. They stay planned."""
        for fetch in self._in_hand.values():
            fetch.cancel()

    async def _run_job(self, job: Job, adapter: Adapter, place: Place, message: str) -> None:
        try:
            async with self._room:
                await self._try_job(job, adapter, place, message)
            self.wake()
        except Exception as error:  # the database is unavailable: the fetch stays planned
            log.warning("%s waits: %s", job, _describe_error(error))
        finally:
            del self._in_hand[job]

    async def _try_job(self, job: Job, adapter: Adapter, place: Place, message: str) -> None:
        """Read a message and save the result, or plan a retry.

        An error with one message affects no other.
        """
        try:
            async with asyncio.timeout(READ_TIMEOUT):
                source = await adapter.read(place, message)
            words = sanitize_texts(source) if source else None
            await self.database.write(lambda session: job.save(session, job.row_id, words, self.clock()))
        except OutcomeUnknownError:
            await self.database.write(lambda session: job.retry(session, job.row_id, self.clock()))
        except Exception as error:
            log.error("%s failed: %s", job, _describe_error(error))
            await self.database.write(lambda session: job.retry(session, job.row_id, self.clock()))


def _describe_error(error: Exception) -> str:
    """Return a description of the error that contains no user text."""
    return str(error) if isinstance(error, StoreError) else type(error).__name__


def _save_source(session: Session, moment_id: int, source: Source | None, now: datetime) -> None:
    """Save the message's text, mark it unreadable, or discard a moment that may not be kept."""
    moment = session.get(Moment, moment_id)
    if moment is None or session.get(Fetch, moment_id) is None:
        return
    if source is None or (not source.text and not source.by_bot):
        if source is not None:
            update_author_name(session, moment, source)
        mark_unreadable(session, moment, now, shows=source.shows if source else Shows.NOTHING)
    elif _is_refused(session, moment, source) or (
        source.private and not can_save_private_source(session, moment)
    ):
        erasure.discard_moment(session, moment, now)
    elif len(source.text) > LONGEST_TEXT:
        update_author_name(session, moment, source)
        mark_unreadable(session, moment, now, PostingKind.NOTE_LONG)
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


def _save_lookup(session: Session, lookup_id: int, source: Source | None, now: datetime) -> None:
    """Save a message as its author's, now that they are known, or tell that it cannot be read."""
    lookup = session.get(Lookup, lookup_id)
    if lookup is None:
        return
    session.delete(lookup)
    session.flush()
    if source is None:
        _tell_unreadable(session, lookup, now)
    elif (moment := start_looked_up(session, lookup, source, now)) is not None:
        _save_source(session, moment.id, source, now)


def _tell_unreadable(session: Session, lookup: Lookup, now: datetime) -> None:
    """Plan a Note to the person who wanted it saved: nobody else is known who could be asked."""
    team = session.get_one(Team, lookup.team_id)
    person = session.get_one(Person, lookup.kept_by_id)
    with speaking(choose_language(person.language, person.locale, team.language)):
        sentence = UNREADABLE()
    cause = f"{lookup.channel}:{lookup.message}"
    plan_unsaved_note(session, team.workspace_id, lookup.kept_by_id, cause, sentence, now)


def _plan_lookup_retry(session: Session, lookup_id: int, now: datetime) -> None:
    lookup = session.get(Lookup, lookup_id)
    if lookup is None:
        return
    if lookup.attempts >= len(RETRY_DELAYS):
        _save_lookup(session, lookup_id, None, now)
        return
    lookup.due_at = now + RETRY_DELAYS[lookup.attempts]
    lookup.attempts += 1
