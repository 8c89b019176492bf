"""Sending what was promised and recording what became of it.

A posting is claimed, and that is committed, before the call goes out; so after a crash nobody knows whether it
stands, and it is looked for before it is ever posted again. Each destination has a lane of its own: a slow or
limited one holds nobody else up, and what goes to one place keeps its order.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from typing import Any

from sqlmodel import Session

from bot.adapter import Adapter, NotPosted, OutcomeUnknown, Place, Sent
from bot.composed import Composed, Composer, Mark
from bot.metrics import Metrics
from bot.turn import Clock
from storage import notes, postings, presence, schedules, teams
from storage.database import Database
from storage.models import Posting, PostingKind, PostingState
from storage.postings import Due

log = logging.getLogger(__name__)

BATCH = 100
TRIES = 6
"""Calls for one posting until it is given up; with the waits between them, about half an hour."""
LOOK_AGAIN = timedelta(seconds=30)
"""Until an unknown outcome is looked into, so that a slow platform has time to show the message."""
ADRIFT = timedelta(minutes=2)
"""A call takes seconds; what was claimed longer ago is nobody's any more."""


class Delivery:
    """Brings out postings over the adapters, in lanes."""

    def __init__(
        self,
        database: Database,
        adapters: Mapping[str, Adapter],
        composers: Mapping[str, Composer],
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self.database = database
        self.adapters = adapters
        self.composers = composers
        self.clock = clock
        self.metrics = metrics
        self._lanes: dict[tuple[Any, ...], asyncio.Task[None]] = {}
        self._in_hand: set[int] = set()

    async def begin(self) -> None:
        """After a start: what was being sent when the last process ended is unknown. Alone, we know that at once."""
        await self.adrift(timedelta() if self.database.lock is not None else ADRIFT)

    async def adrift(self, since: timedelta = ADRIFT) -> None:
        """What was claimed so long ago belongs to a process that died: now it is unknown."""
        now = self.clock()
        await self.database.write(lambda session: postings.adrift(session, now - since, now))

    async def pump(self) -> int:
        """Start a lane for each destination that has something due; how many postings were taken up."""
        now, limit = self.clock(), BATCH + len(self._in_hand)
        found = await self.database.read(lambda session: postings.due(session, now, limit))
        fresh = [
            due for due in found if due.posting.id not in self._in_hand and due.platform in self.adapters
        ]
        lanes = groupby(sorted(fresh, key=_destination), key=_destination)
        return sum(self._start(destination, list(dues)) for destination, dues in lanes)

    async def finish(self) -> None:
        """Return when nothing is due any more."""
        while await self.pump() or self._lanes:
            await asyncio.gather(*self._lanes.values())

    async def stop(self, within: float) -> None:
        """Let the lanes finish for `within` seconds; what is cut off then is unknown and looked for next time."""
        lanes = list(self._lanes.values())
        if lanes:
            _, late = await asyncio.wait(lanes, timeout=within)
            for lane in late:
                lane.cancel()

    def _start(self, destination: tuple[Any, ...], dues: list[Due]) -> int:
        if destination in self._lanes:
            return 0
        self._in_hand.update(due.posting.id for due in dues)
        self._lanes[destination] = asyncio.create_task(self._lane(destination, dues))
        return len(dues)

    async def _lane(self, destination: tuple[Any, ...], dues: Sequence[Due]) -> None:
        try:
            for due in dues:
                await self._bring_out(due)
                self._in_hand.discard(due.posting.id)
        finally:
            self._in_hand.difference_update(due.posting.id for due in dues)
            del self._lanes[destination]

    async def _bring_out(self, due: Due) -> None:
        """One posting; whatever goes wrong is recorded, and the lane goes on."""
        posting = due.posting
        try:
            await self._step(due)
        except NotPosted as refused:
            await self._refused(posting, refused)
        except OutcomeUnknown:
            await self._unknown(posting)
        except Exception:
            log.exception("posting %s (%s) failed", posting.id, posting.kind)
            await self._unknown(posting)

    async def _step(self, due: Due) -> None:
        posting, adapter = due.posting, self.adapters[due.platform]
        if posting.state == PostingState.UNKNOWN:
            await self._look_for(due, adapter)
            return
        now = self.clock()
        if (later := _paused(due, now)) is not None:
            await self._record(posting, due_at=later)
            return
        compose = self.composers[posting.kind]
        composed = await self.database.read(lambda session: compose(session, posting, now))
        match composed:
            case None:
                await self._record(posting, state=PostingState.SKIPPED, due_at=None)
            case Mark(on):
                await self._mark(due, adapter, on)
            case Composed() if posting.message:
                await self._edit(due, adapter, composed)
            case Composed():
                await self._post(due, adapter, composed)

    async def _post(self, due: Due, adapter: Adapter, composed: Composed) -> None:
        posting = due.posting
        if not await self.database.write(lambda session: self._claim(session, posting, composed)):
            return
        sent = await adapter.post(_place(due), composed.post, posting.key)
        await self._sent(posting, channel=sent.channel, message=sent.message, link=sent.link)

    def _claim(self, session: Session, posting: Posting, composed: Composed) -> bool:
        taken = postings.claim(session, posting.id, posting.state, self.clock())
        if taken:
            postings.quote(session, posting.id, composed.moments, composed.answers)
        return taken

    async def _edit(self, due: Due, adapter: Adapter, composed: Composed) -> None:
        posting = due.posting
        assert posting.message is not None
        await adapter.edit(_place(due), posting.message, composed.post)
        await self._sent(posting)

    async def _mark(self, due: Due, adapter: Adapter, on: bool) -> None:
        posting = due.posting
        assert posting.message is not None
        if on or posting.sent_revision:
            await adapter.mark(_place(due), posting.message, on)
        await self._sent(posting)

    async def _look_for(self, due: Due, adapter: Adapter) -> None:
        """Whether an unknown posting stands: then it is brought up to date, else it may be posted."""
        posting = due.posting
        found: Sent | None = await adapter.find(_place(due), posting.key)
        now = self.clock()
        if found is None:
            await self._record(posting, state=PostingState.PLANNED, due_at=now)
        else:
            await self._record(
                posting, state=PostingState.SENT, due_at=now, sent_at=posting.sent_at or now,
                channel=found.channel, message=found.message, link=found.link,
            )  # fmt: skip

    async def _sent(self, posting: Posting, **values: Any) -> None:
        now = self.clock()
        self.metrics.postings.labels("sent").inc()
        await self.database.write(
            lambda session: postings.record_sent(session, posting.id, posting.revision, now, **values)
        )

    async def _refused(self, posting: Posting, refused: NotPosted) -> None:
        """Surely not posted: later, when the person speaks, or never; then whoever set it up is told, once."""
        now, tries = self.clock(), posting.attempts + 1
        standing = PostingState.SENT if posting.message and posting.sent_revision else PostingState.PLANNED
        if refused.retry_after is not None and tries < TRIES:
            again = now + timedelta(seconds=refused.retry_after)
            await self._record(posting, state=standing, due_at=again, attempts=tries, error=str(refused))
        elif refused.closed and posting.person_id:
            await self.database.write(lambda session: _wait(session, posting.id))
        elif standing is PostingState.SENT:
            await self._record(posting, state=standing, due_at=None, error=str(refused))
        else:
            self.metrics.postings.labels("failed").inc()
            await self.database.write(lambda session: _give_up(session, posting, str(refused), now))

    async def _unknown(self, posting: Posting) -> None:
        """Nobody knows: an edit or a mark is simply repeated, a post is looked for; neither for ever."""
        now, tries = self.clock(), posting.attempts + 1
        standing = bool(posting.message)
        state = posting.state if standing else PostingState.UNKNOWN
        self.metrics.postings.labels("unknown").inc()
        again = now + LOOK_AGAIN * tries if tries < TRIES else None
        await self._record(
            posting, state=state, due_at=again, attempts=tries, error="no answer from the platform"
        )

    async def _record(self, posting: Posting, **values: Any) -> None:
        await self.database.write(lambda session: postings.record(session, posting.id, **values))


def _destination(due: Due) -> tuple[Any, ...]:
    return (due.posting.workspace_id, due.posting.channel, due.posting.person_id or 0)


def _place(due: Due) -> Place:
    posting = due.posting
    return Place(due.workspace, posting.channel, posting.thread, due.person)


def _paused(due: Due, now: datetime) -> datetime | None:
    """When a Note to somebody who paused may go out."""
    if due.paused_until is None or due.paused_until <= now.date():
        return None
    return datetime.combine(due.paused_until, time(8), UTC)


def _wait(session: Session, posting_id: int) -> None:
    notes.wait(session, session.get_one(Posting, posting_id))


def _give_up(session: Session, posting: Posting, reason: str, now: datetime) -> None:
    """A posting that cannot go out; its schedule stops, and whoever set it up gets a Note, once.

    Where the whole workspace took us out nobody can be told, and its schedules wait as they are.
    """
    postings.record(session, posting.id, state=PostingState.FAILED, due_at=None, error=reason)
    if posting.schedule_id is None or presence.is_removed(session, posting.workspace_id):
        return
    who = schedules.stop(session, posting.schedule_id) or teams.maker(session, posting.team_id)
    if who is not None:
        postings.plan_once(
            session, f"stopped:{posting.schedule_id}:{posting.local_date}", PostingKind.NOTE_STOPPED,
            posting.workspace_id, now, team_id=posting.team_id, person_id=who,
            text=f"The {posting.kind} of your team could not be posted: {reason} "
            "It is off until someone turns it on again with `schedule`.",
        )  # fmt: skip
