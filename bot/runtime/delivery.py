"""Sends planned postings, in one lane for each destination.

A slow or rate-limited destination delays no other, and messages to one destination stay in
order. Due postings are found by a walk over all that are due, which goes on where it stopped.
Where several processes share a database, each claims its lanes there for a short time.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from bot.charts.drawer import Drawer, DrawingStoppedError
from bot.core.adapter import Adapter
from bot.core.context import Clock
from bot.core.posts import Composer
from bot.runtime.metrics import Metrics
from bot.runtime.sending.sender import Sender
from storage.delivery import due as due_rows
from storage.delivery import lanes
from storage.delivery.due import Destination, DueRow, Place
from storage.engine.database import Database
from storage.engine.errors import StoreError

log = logging.getLogger(__name__)

BATCH = 500
"""The postings that wait in lanes at a time, unless the destinations are slow."""
LANE_BATCH = 100
"""The most postings that wait in the lane of one destination."""
MAX_LANES = 1_000
"""The most destinations served at once. Further ones wait until a lane ends."""
PAGE = 1_000
"""The due postings that are looked at in one read."""
PAGES = 10
"""The most such reads at a time. They are needed where many postings wait for busy destinations."""
ORPHANED_AFTER = timedelta(minutes=2)
"""The age from which a claimed posting counts as orphaned. A call takes only seconds."""
CLAIMED_FOR = timedelta(minutes=1)
"""How long a process keeps its lanes without extending that. Afterwards another one takes them."""
KEPT_FOR = CLAIMED_FOR / 4
"""The age from which a look for due postings extends the claims. A tick may plan for minutes before it does."""
BACKLOG = 1_000
"""The due postings from which on a start says how many there are."""


@dataclass
class Walk:
    """How far the due postings have been looked at, oldest first.

    In `passed` are destinations of which a posting was left out, so that no later one overtakes it. Those
    `elsewhere` are another process's.
    """

    after: Place | None = None
    passed: set[Destination] = field(default_factory=set)
    elsewhere: set[Destination] = field(default_factory=set)


class Delivery(Sender):
    """Sends postings through the adapters, in one lane for each destination."""

    def __init__(
        self,
        database: Database,
        adapters: Mapping[str, Adapter],
        composers: Mapping[str, Composer],
        clock: Clock,
        metrics: Metrics,
        wake: Callable[[], None],
        drawer: Drawer,
    ) -> None:
        super().__init__(database, adapters, composers, clock, metrics, drawer)
        self.wake = wake
        """Called when a lane ends, because more may be due for its destination by then."""
        self._process = None if database.lock is not None else uuid4().hex
        """The name under which lanes are claimed, or None if no other process can send."""
        self._lanes: dict[Destination, asyncio.Task[None]] = {}
        self._queues: dict[Destination, deque[int]] = {}
        self._ended: set[Destination] = set()
        """Lanes that have ended and are still claimed."""
        self._kept_at = clock()
        """When the claims were last extended."""
        self._waiting: set[int] = set()
        """The postings in all lanes."""
        self._done = 0
        """The postings that have left their lanes since new ones were looked for."""
        self._walk = Walk()
        self._looking = asyncio.Lock()
        self._stopping = False

    async def recover_orphaned(self) -> None:
        """Mark as unknown the postings that a previous process was still sending, and tell of a backlog.

        With the database lock held, this process is alone and marks all of them at once.
        Otherwise only those older than ORPHANED_AFTER.
        """
        await self.mark_orphaned(timedelta() if self.database.lock is not None else ORPHANED_AFTER)
        now = self.clock()
        many, oldest = await self.database.read_in_background(
            lambda session: due_rows.count_due(session, now)
        )
        if many >= BACKLOG:
            log.warning(
                "%s postings wait to be sent, the oldest since %s", f"{many:,}", f"{oldest:%Y-%m-%d %H:%M}"
            )

    async def mark_orphaned(self, since: timedelta = ORPHANED_AFTER) -> None:
        """Mark as unknown the postings claimed more than `since` ago, and keep this process's own lanes.

        The process that claimed them has died.
        """
        now = self.clock()
        before = now - since
        if await self.database.read_in_background(lambda session: due_rows.is_orphaned(session, before)):
            await self.database.write(lambda session: due_rows.mark_orphaned(session, before, now))
        await self._keep_lanes(now)

    async def start_lanes(self) -> int:
        """Start a lane for each destination with due postings, and return how many were taken."""
        async with self._looking:
            await self._release_ended()
            if (now := self.clock()) - self._kept_at >= KEPT_FOR:
                await self._keep_lanes(now)
            if len(self._lanes) >= MAX_LANES or self._stopping:
                return 0
            room, self._done = max(BATCH - len(self._waiting), self._done, BATCH // 10), 0
            try:
                return await self._fill_lanes(room, now)
            except Exception:
                self._walk = Walk()  # or what was chosen and not taken would be overtaken
                raise

    async def _fill_lanes(self, room: int, now: datetime) -> int:
        """Go on with the walk until `room` postings are taken, and return how many were."""
        took = 0
        for _ in range(PAGES):
            page = await self._read_page(now)
            took += await self._take_rows(page, room - took, now)
            if took >= room:
                break
            if len(page) < PAGE:
                self._restart_walk()
                return took
        self.wake()
        return took

    async def deliver_all(self) -> None:
        """Deliver postings until none is due and no lane is running, or the bot stops."""
        while not self._stopping:
            idle = not self._lanes and self._walk.after is None
            if not await self.start_lanes() and idle and not self._lanes and self._walk.after is None:
                return
            await asyncio.gather(*self._lanes.values())

    async def stop(self, within: float) -> None:
        """Let each lane finish its posting for up to `within` seconds, then cancel them, and release all.

        The outcome of a cancelled call is unknown, and is looked up after the next start.
        """
        self._stopping = True
        running = list(self._lanes.values())
        if running:
            _, late = await asyncio.wait(running, timeout=within)
            for lane in late:
                lane.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self.finish_writes()
        if (process := self._process) is not None:
            with suppress(StoreError):  # without its database, they are free when the claims run out
                await self.database.write(lambda session: lanes.release_lanes(session, process))

    async def _read_page(self, now: datetime) -> Sequence[DueRow]:
        after, process = self._walk.after, self._process
        return await self.database.read_in_background(
            lambda session: due_rows.list_due_rows(session, now, after, PAGE, process)
        )

    async def _take_rows(self, page: Sequence[DueRow], room: int, now: datetime) -> int:
        """Put up to `room` postings of a page into their lanes, and return how many."""
        chosen = self._choose_rows(page, room)
        refused = await self._claim_lanes({row.destination for row in chosen}, now)
        self._walk.passed |= refused
        taken = [row for row in chosen if row.destination not in refused]
        for row in taken:
            self._waiting.add(row.id)
            self._queues.setdefault(row.destination, deque()).append(row.id)
        for destination in dict.fromkeys(row.destination for row in taken):
            if destination not in self._lanes:
                self._start_lane(destination)
        return len(taken)

    def _choose_rows(self, page: Sequence[DueRow], room: int) -> Sequence[DueRow]:
        """Return the postings of a page whose lanes have room, and move the walk behind the last one seen."""
        chosen: list[DueRow] = []
        lengths = {destination: len(queue) for destination, queue in self._queues.items()}
        for row in page:
            if len(chosen) >= room:
                break
            self._walk.after = row.place
            if row.id in self._waiting or row.platform not in self.adapters:
                continue
            if self._has_to_wait(row, lengths):
                self._walk.passed.add(row.destination)
                continue
            lengths[row.destination] = lengths.get(row.destination, 0) + 1
            chosen.append(row)
        return chosen

    def _has_to_wait(self, row: DueRow, lengths: Mapping[Destination, int]) -> bool:
        """Return whether a posting finds no room in a lane, or another process sends to its destination."""
        destination = row.destination
        if row.taken and destination not in self._lanes:
            self._walk.elsewhere.add(destination)
            return True
        if destination in self._walk.passed:
            return True
        if destination not in lengths:
            return len(lengths) >= MAX_LANES
        return lengths[destination] >= LANE_BATCH

    async def _claim_lanes(self, wanted: set[Destination], now: datetime) -> set[Destination]:
        """Claim the lanes that are not this process's own yet, and return those that another process has."""
        new = wanted - self._lanes.keys()
        if (process := self._process) is None or not new:
            return set()
        until = now + CLAIMED_FOR
        won = await self.database.write(lambda session: lanes.claim_lanes(session, new, process, now, until))
        self._walk.elsewhere |= new - won
        return new - won

    async def _keep_lanes(self, now: datetime) -> None:
        """Extend the claims on the lanes that run."""
        self._kept_at, until = now, now + CLAIMED_FOR
        if (process := self._process) is not None and self._lanes:
            await self.database.write(lambda session: lanes.renew_lanes(session, process, until))

    async def _release_ended(self) -> None:
        """Release the lanes that have ended, before it is looked what is due.

        A posting that another process plans for one of them is then found here, or there.
        """
        ended = self._ended - self._lanes.keys()
        self._ended = set()
        if ended and (process := self._process) is not None:
            await self.database.write(lambda session: lanes.release_lanes(session, process, ended))

    def _restart_walk(self) -> None:
        """Begin at the oldest posting again, and soon if a lane that was full has ended meanwhile."""
        if self._walk.passed - self._walk.elsewhere - self._lanes.keys():
            self.wake()
        self._walk = Walk()

    def _start_lane(self, destination: Destination) -> None:
        self._lanes[destination] = lane = asyncio.create_task(self._run_lane(destination))
        lane.add_done_callback(_log_lane_error)

    async def _run_lane(self, destination: Destination) -> None:
        """Send the postings in a lane, one after another, until none is left."""
        queue = self._queues[destination]
        try:
            while queue and not self._stopping:
                await self.send_posting(queue[0])
                self._leave_lane(queue.popleft())
            self.wake()
        except DrawingStoppedError:
            pass  # at shutdown: it is sent with its picture after the next start
        finally:
            if queue:  # the walk is past these already, and later ones come after them
                self._walk.passed.add(destination)
            for posting_id in queue:
                self._leave_lane(posting_id)
            del self._lanes[destination], self._queues[destination]
            self._ended.add(destination)

    def _leave_lane(self, posting_id: int) -> None:
        self._waiting.discard(posting_id)
        self._done += 1


def _log_lane_error(lane: asyncio.Task[None]) -> None:
    """Log a lane that failed to record a result.

    Its postings are still due, and the next tick finds them.
    """
    if not lane.cancelled() and (error := lane.exception()) is not None:
        log.warning("a lane stopped: %s", error if isinstance(error, StoreError) else type(error).__name__)
