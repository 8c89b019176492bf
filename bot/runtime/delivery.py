"""Sending what was promised and recording what became of it.

A posting is claimed, and that is committed, before the call goes out; so after a crash nobody knows whether it
stands, and it is looked for before it is ever posted again. Each destination has a lane of its own: a slow or
limited one holds nobody else up, and what goes to one place keeps its order.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from sqlmodel import Session

from bot.core import times
from bot.core.adapter import Adapter, NotPosted, OutcomeUnknown, Place, Sent, Ways
from bot.core.context import Clock
from bot.core.posts import Composed, Composer, Mark, NotYet
from bot.runtime.metrics import Metrics
from bot.schedules.form import NAMES
from storage.delivery import postings
from storage.delivery.postings import Destination, Due
from storage.engine.database import Database
from storage.engine.errors import StoreError
from storage.models import Posting, PostingKind, PostingState, Schedule
from storage.people import notes
from storage.schedules import schedules
from storage.teams import presence, teams

log = logging.getLogger(__name__)

Call = Callable[[], Awaitable[None]]
"""What is left to do of a posting once it is claimed."""

BATCH = 100
EACH = 20
"""Postings that one destination's lane takes up at a time."""
LANES = 1_000
"""Destinations that are served at once; the next one waits until a lane ends."""
TRIES = 35
"""Calls for one posting that never stood until it is given up; with the waits between them, about a day.

What stands and is behind its rows is never given up: it may show words that somebody took out.
"""
TRY_AGAIN = timedelta(seconds=1)
LOOK_AGAIN = timedelta(seconds=30)
"""Until an unknown outcome is looked into, so that a slow platform has time to show the message."""
SELDOM = timedelta(hours=1)
"""Waits double until they are this long."""
MORNING = time(8)
"""When Notes go out on the day that a pause ends, where the person is."""
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
        wake: Callable[[], None],
    ) -> None:
        self.database = database
        self.adapters = adapters
        self.composers = composers
        self.clock = clock
        self.metrics = metrics
        self.wake = wake
        """Called when a lane ends, because more may be due for its destination by then."""
        self._lanes: dict[Destination, asyncio.Task[None]] = {}

    async def begin(self) -> None:
        """After a start: what was being sent when the last process ended is unknown. Alone, we know that at once."""
        await self.adrift(timedelta() if self.database.lock is not None else ADRIFT)

    async def adrift(self, since: timedelta = ADRIFT) -> None:
        """What was claimed so long ago belongs to a process that died: now it is unknown."""
        now = self.clock()
        await self.database.write(lambda session: postings.adrift(session, now - since, now))

    async def pump(self) -> int:
        """Start a lane for each destination that has something due; how many postings were taken up."""
        now, platforms, busy = self.clock(), list(self.adapters), list(self._lanes)
        if len(busy) >= LANES:
            return 0
        found = await self.database.read(
            lambda session: postings.due(session, now, platforms, EACH, BATCH, busy)
        )
        if len(found) == BATCH:
            self.wake()
        lanes = groupby(sorted(found, key=_destination), key=_destination)
        return sum(self._start(destination, list(dues)) for destination, dues in lanes)

    async def finish(self) -> None:
        """Return when nothing is due any more: nothing was found while no lane held anything back."""
        while True:
            idle = not self._lanes
            if not await self.pump() and idle and not self._lanes:
                return
            await asyncio.gather(*self._lanes.values())

    async def stop(self, within: float) -> None:
        """Let the lanes finish for `within` seconds; what is cut off then is unknown and looked for next time."""
        lanes = list(self._lanes.values())
        if lanes:
            _, late = await asyncio.wait(lanes, timeout=within)
            for lane in late:
                lane.cancel()

    def _start(self, destination: Destination, dues: list[Due]) -> int:
        if destination in self._lanes:
            return 0
        self._lanes[destination] = lane = asyncio.create_task(self._lane(destination, dues))
        lane.add_done_callback(_noted)
        return len(dues)

    async def _lane(self, destination: Destination, dues: Sequence[Due]) -> None:
        try:
            for due in dues:
                await self._bring_out(due)
            self.wake()
        finally:
            del self._lanes[destination]

    async def _bring_out(self, due: Due) -> None:
        """One posting; whatever goes wrong is recorded, and the lane goes on."""
        posting = due.posting
        try:
            call = await self._ready(due)
        except Exception as error:
            await self._not_yet(posting, error)
            return
        if call is not None:
            await self._called(posting, call)

    async def _called(self, posting: Posting, call: Call) -> None:
        """From here on the platform may have heard of it."""
        try:
            await call()
        except NotPosted as refused:
            await self._refused(posting, refused)
        except OutcomeUnknown:
            await self._unknown(posting)
        except Exception:
            log.exception("posting %s (%s) failed", posting.id, posting.kind)
            await self._unknown(posting)

    async def _ready(self, due: Due) -> Call | None:
        """Everything before the call, the claim included; the call, if there is one to make."""
        posting, adapter = due.posting, self.adapters[due.platform]
        if posting.state == PostingState.UNKNOWN:
            return partial(self._look_for, due, adapter)
        now = self.clock()
        if not posting.message and (later := _paused(due, now)) is not None:
            await self._record(posting, due_at=later)
            return None
        ways = adapter.ways
        composed, stamps = await self.database.read(
            lambda session: self._compose(session, posting, now, ways)
        )
        match composed:
            case None:
                await self._record(posting, state=PostingState.SKIPPED, due_at=None)
            case NotYet(at):
                await self._record(posting, due_at=at)
            case Mark(on):
                return partial(self._mark, due, adapter, on)
            case Composed() if posting.message:
                return partial(self._edit, due, adapter, composed)
            case Composed():
                if await self.database.write(lambda session: self._claim(session, posting, composed, stamps)):
                    return partial(self._post, due, adapter, composed)
        return None

    def _compose(
        self, session: Session, posting: Posting, now: datetime, ways: Ways
    ) -> tuple[Composed | Mark | NotYet | None, Sequence[Any]]:
        """What it says, and as of when the things it quotes are."""
        composed = self.composers[posting.kind](session, posting, now, ways)
        return composed, _stamps(session, composed) if isinstance(composed, Composed) else ()

    async def _post(self, due: Due, adapter: Adapter, composed: Composed) -> None:
        posting = due.posting
        place = _place(due)
        place = replace(place, thread=composed.thread or place.thread)
        sent = await adapter.post(place, composed.post, posting.key)
        await self._sent(posting, channel=sent.channel, message=sent.message, link=sent.link)

    def _claim(self, session: Session, posting: Posting, composed: Composed, stamps: Sequence[Any]) -> bool:
        """Take it for sending, unless what it says was changed or removed since: then it is composed anew."""
        if _stamps(session, composed, hold=True) != stamps:
            return False
        if not postings.claim(session, posting.id, posting.state, posting.revision, self.clock()):
            return False
        if composed.thread:
            postings.record(session, posting.id, thread=composed.thread)
        postings.quote(session, posting.id, composed.moments, composed.answers)
        return True

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
        standing = PostingState.SENT if _stands(posting) else PostingState.PLANNED
        if refused.retry_after is not None and (_stands(posting) or tries < TRIES):
            again = now + max(timedelta(seconds=refused.retry_after), _wait_after(tries, TRY_AGAIN))
            await self._record(posting, state=standing, due_at=again, attempts=tries, error=str(refused))
        elif refused.closed and posting.person_id:
            await self.database.write(lambda session: _wait(session, posting.id))
        elif standing is PostingState.SENT:
            await self._record(posting, state=standing, due_at=None, error=str(refused))
        else:
            self.metrics.postings.labels("failed").inc()
            for_good = refused.retry_after is None
            await self.database.write(lambda session: _give_up(session, posting, str(refused), now, for_good))

    async def _not_yet(self, posting: Posting, error: Exception) -> None:
        """Nothing went out, so it may simply be tried later: the database was away, or there is a fault of ours."""
        if isinstance(error, StoreError):
            log.warning("posting %s (%s) waits: %s", posting.id, posting.kind, error)
        else:
            log.error("posting %s (%s) failed before it was sent", posting.id, posting.kind, exc_info=error)
        again = self.clock() + _wait_after(posting.attempts + 1, TRY_AGAIN)
        await self.database.write(
            lambda session: postings.put_off(
                session, posting.id, posting.state, due_at=again, attempts=posting.attempts + 1,
                error="not sent yet: the log says why",
            )
        )  # fmt: skip

    async def _unknown(self, posting: Posting) -> None:
        """Nobody knows: an edit or a mark is simply repeated, a post is looked for.

        For ever only where something stands that is behind its rows.
        """
        now, tries = self.clock(), posting.attempts + 1
        state = posting.state if posting.message else PostingState.UNKNOWN
        self.metrics.postings.labels("unknown").inc()
        again = now + _wait_after(tries, LOOK_AGAIN) if _stands(posting) or tries < TRIES else None
        await self._record(
            posting, state=state, due_at=again, attempts=tries, error="no answer from the platform"
        )

    async def _record(self, posting: Posting, **values: Any) -> None:
        await self.database.write(lambda session: postings.record(session, posting.id, **values))


def _destination(due: Due) -> Destination:
    return (due.posting.workspace_id, due.posting.channel, due.posting.person_id or 0)


def _place(due: Due) -> Place:
    posting = due.posting
    return Place(due.workspace, posting.channel, posting.thread, due.person)


def _noted(lane: asyncio.Task[None]) -> None:
    """A lane that could not even record how it went: what is in it is still due, and found at the next tick."""
    if not lane.cancelled() and (error := lane.exception()) is not None:
        log.warning("a lane stopped: %s", error if isinstance(error, StoreError) else type(error).__name__)


def _stamps(session: Session, composed: Composed, hold: bool = False) -> Sequence[Any]:
    return postings.stamps(session, composed.moments, composed.answers, hold)


def _stands(posting: Posting) -> bool:
    return bool(posting.message and posting.sent_revision)


def _wait_after(tries: int, first: timedelta) -> timedelta:
    times_longer: int = 2 ** min(tries - 1, 12)
    return min(first * times_longer, SELDOM)


def _paused(due: Due, now: datetime) -> datetime | None:
    """When a Note to somebody who paused may go out: on the morning of that day, where they are."""
    if due.paused_until is None:
        return None
    morning = times.utc_of(due.paused_until, MORNING, due.zone)
    return morning if now < morning else None


def _wait(session: Session, posting_id: int) -> None:
    notes.wait(session, session.get_one(Posting, posting_id))


def _give_up(session: Session, posting: Posting, reason: str, now: datetime, for_good: bool) -> None:
    """A posting that cannot go out; where that is for good its schedule stops, and whoever set it up gets a Note, once.

    Where the whole workspace took us out nobody can be told, and its schedules wait as they are; so they do where
    we know that the channel is closed, until we are back in it.
    """
    postings.record(session, posting.id, state=PostingState.FAILED, due_at=None, error=reason)
    if posting.schedule_id is None or not for_good or presence.is_removed(session, posting.workspace_id):
        return
    name = NAMES[session.get_one(Schedule, posting.schedule_id).kind].lower()
    channel = teams.channel(session, posting.workspace_id, posting.channel)
    if channel is not None and channel.closed_at is not None:
        return
    where = f"#{channel.name}" if channel and channel.name else "your team's channel"
    who = schedules.stop(session, posting.schedule_id) or teams.maker(session, posting.team_id)
    if who is not None:
        postings.plan_once(
            session, f"stopped:{posting.schedule_id}:{posting.local_date}", PostingKind.NOTE_STOPPED,
            posting.workspace_id, now, team_id=posting.team_id, person_id=who,
            text=f"The {name} for {where} could not be posted: {reason}",
        )  # fmt: skip
