"""Sends planned postings and records the results.

A posting is claimed, and the claim is committed, before the call goes out. After a crash
nobody knows whether the message exists, so it is looked up before it is posted again.
Each destination has its own lane: a slow or rate-limited destination delays no other, and
messages to one destination stay in order.
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

from bot.charts.drawer import Drawer, DrawingStoppedError
from bot.core.adapter import Adapter
from bot.core.context import Clock
from bot.core.messages import add_words
from bot.core.origin import Capabilities, OutcomeUnknownError, Place, PostFailedError, SentMessage
from bot.core.posts import Composed, ComposedPost, Composer, Deferred, Mark, Withdrawn
from bot.core.times import utc_of
from bot.people.unposted import KEY_PREFIX
from bot.runtime.metrics import Metrics
from bot.runtime.refusals import give_up_posting, hold_posting, release_postings
from storage.delivery import postings, refresh
from storage.delivery.postings import Destination, DuePosting
from storage.engine.database import Database
from storage.engine.errors import StoreError
from storage.models import Posting, PostingKind, PostingState
from storage.people import notes

log = logging.getLogger(__name__)

Call = Callable[[], Awaitable[None]]
"""The platform call that remains to be made for a posting."""

BATCH = 100
"""The most postings that are read from the queue at a time."""
LANE_BATCH = 20
"""The most postings that one destination's lane takes at a time."""
MAX_LANES = 1_000
"""The most destinations served at once. Further ones wait until a lane ends."""
MAX_ATTEMPTS = 35
"""The most calls for a posting that was never shown. With the delays, about a day.

A message that exists and is out of date is retried without limit, because it may show
text that a person removed.
"""
FIRST_RETRY_DELAY = timedelta(seconds=1)
"""The delay before the first retry."""
FIRST_LOOKUP_DELAY = timedelta(seconds=30)
"""The delay before an unknown outcome is looked up. A slow platform may show it late."""
MAX_RETRY_DELAY = timedelta(hours=1)
"""The longest delay between retries. Delays double up to it."""
MORNING = time(8)
"""The local time at which Notes go out on the day a person's pause ends."""
ASKED_FOR = (PostingKind.BOOK,)
"""What comes into a person's direct messages during their pause, too, because they have just asked for it."""
PICTURE_DELAY = timedelta(seconds=30)
"""The delay before a message that went out without its picture is edited to show it."""
REMEMBERED_PICTURES = 1_000
"""The most postings without their picture that are remembered, so that each is edited for it only once."""
ORPHANED_AFTER = timedelta(minutes=2)
"""The age from which a claimed posting counts as orphaned. A call takes only seconds."""


class Delivery:
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
        self.database = database
        self.adapters = adapters
        self.composers = composers
        self.clock = clock
        self.metrics = metrics
        self.drawer = drawer
        self.wake = wake
        """Called when a lane ends, because more may be due for its destination by then."""
        self._lanes: dict[Destination, asyncio.Task[None]] = {}
        self._without_picture: dict[int, int] = {}
        """The revisions of postings that went out without their picture lately, by the postings' ids."""

    async def recover_orphaned(self) -> None:
        """Mark as unknown the postings that a previous process was still sending.

        With the database lock held, this process is alone and marks all of them at once.
        Otherwise only those older than ORPHANED_AFTER.
        """
        await self.mark_orphaned(timedelta() if self.database.lock is not None else ORPHANED_AFTER)

    async def mark_orphaned(self, since: timedelta = ORPHANED_AFTER) -> None:
        """Mark as unknown the postings claimed more than `since` ago.

        The process that claimed them has died.
        """
        now = self.clock()
        if await self.database.read_in_background(
            lambda session: postings.has_orphaned(session, now - since)
        ):
            await self.database.write(lambda session: postings.mark_orphaned(session, now - since, now))

    async def start_lanes(self) -> int:
        """Start a lane for each destination with due postings, and return how many were taken."""
        now, platforms, busy = self.clock(), list(self.adapters), list(self._lanes)
        if len(busy) >= MAX_LANES:
            return 0
        found = await self.database.read_in_background(
            lambda session: postings.list_due(session, now, platforms, LANE_BATCH, BATCH, busy)
        )
        if len(found) == BATCH:
            self.wake()
        lanes = groupby(sorted(found, key=_destination_of), key=_destination_of)
        return sum(self._start_lane(destination, list(dues)) for destination, dues in lanes)

    async def deliver_all(self) -> None:
        """Deliver postings until none is due and no lane is running."""
        while True:
            idle = not self._lanes
            if not await self.start_lanes() and idle and not self._lanes:
                return
            await asyncio.gather(*self._lanes.values())

    async def stop(self, within: float) -> None:
        """Let the lanes finish for up to `within` seconds, then cancel them.

        The outcome of a cancelled call is unknown, and is looked up after the next start.
        """
        lanes = list(self._lanes.values())
        if lanes:
            _, late = await asyncio.wait(lanes, timeout=within)
            for lane in late:
                lane.cancel()

    def _start_lane(self, destination: Destination, dues: list[DuePosting]) -> int:
        if destination in self._lanes:
            return 0
        self._lanes[destination] = lane = asyncio.create_task(self._run_lane(destination, dues))
        lane.add_done_callback(_log_lane_error)
        return len(dues)

    async def _run_lane(self, destination: Destination, dues: Sequence[DuePosting]) -> None:
        try:
            for due in dues:
                await self._send_posting(due)
            self.wake()
        except DrawingStoppedError:
            pass  # at shutdown: it is sent with its picture after the next start
        finally:
            del self._lanes[destination]

    async def _send_posting(self, due: DuePosting) -> None:
        """Send one posting.

        Every error is recorded, so that the lane continues.
        """
        posting = due.posting
        try:
            call = await self._prepare_call(due)
        except DrawingStoppedError:
            raise
        except Exception as error:
            await self._postpone_posting(posting, error)
            return
        if call is not None:
            await self._make_call(posting, call)

    async def _make_call(self, posting: Posting, call: Call) -> None:
        """Make the platform call and record a failure.

        From here on the message may exist, so an unexpected error counts as an unknown outcome.
        """
        try:
            await call()
        except PostFailedError as refused:
            await self._handle_refusal(posting, refused)
        except OutcomeUnknownError:
            await self._handle_unknown(posting)
        except Exception:
            log.exception("posting %s (%s) failed", posting.id, posting.kind)
            await self._handle_unknown(posting)

    async def _prepare_call(self, due: DuePosting) -> Call | None:
        """Prepare a posting for its call, including the claim.

        Returns the call to make, or None if there is none.
        """
        posting, adapter = due.posting, self.adapters[due.platform]
        if posting.state == PostingState.UNKNOWN:
            return partial(self._find_message, due, adapter)
        now = self.clock()
        if not posting.message and (later := _pause_end(due, now)) is not None:
            await self._record_values(posting, due_at=later)
            return None
        capabilities = adapter.capabilities
        composed, stamps = await self.database.read_in_background(
            lambda session: self._compose_posting(session, posting, now, capabilities)
        )
        if isinstance(composed, ComposedPost):
            composed = await self._add_picture(composed)
        match composed:
            case None:
                await self._record_values(posting, state=PostingState.SKIPPED, due_at=None)
            case Deferred(at):
                await self._record_values(posting, due_at=at)
            case Withdrawn() if posting.message:
                return partial(self._delete_message, due, adapter)
            case Withdrawn():
                await self._record_values(posting, state=PostingState.SKIPPED, due_at=None)
            case Mark(on):
                return partial(self._mark_message, due, adapter, on)
            case ComposedPost() if posting.message:
                return partial(self._edit_message, due, adapter, composed)
            case ComposedPost():
                if await self.database.write(
                    lambda session: self._claim_posting(session, posting, composed, stamps)
                ):
                    return partial(self._post_message, due, adapter, composed)
        return None

    def _compose_posting(
        self, session: Session, posting: Posting, now: datetime, capabilities: Capabilities
    ) -> tuple[Composed | None, Sequence[Any]]:
        """Compose a posting, and read when the rows it quotes last changed."""
        composed = self.composers[posting.kind](session, posting, now, capabilities)
        return composed, _read_versions(session, composed) if isinstance(composed, ComposedPost) else ()

    async def _add_picture(self, composed: ComposedPost) -> ComposedPost:
        """Return a post with its picture drawn, or with the words for it, and its drawing, if that is missing."""
        if (drawing := composed.drawing) is None:
            return composed
        picture = await self.drawer.draw(drawing)
        if picture is None:
            return replace(composed, post=add_words(composed.post, drawing.alt))
        return replace(composed, post=replace(composed.post, picture=picture), drawing=None)

    async def _try_picture_again(self, posting: Posting) -> None:
        """Have a message without its picture edited later, once: a slow start of what draws is over by then."""
        if self._without_picture.get(posting.id) == posting.revision:
            return
        kept = [*self._without_picture.items(), (posting.id, posting.revision)]
        self._without_picture = dict(kept[-REMEMBERED_PICTURES:])
        again = self.clock() + PICTURE_DELAY
        await self.database.write(lambda session: refresh.compose_again(session, posting.id, again))

    async def _post_message(self, due: DuePosting, adapter: Adapter, composed: ComposedPost) -> None:
        posting = due.posting
        place = _place_of(due)
        place = replace(place, thread=composed.thread or place.thread)
        sent = await adapter.post(place, composed.post, posting.key)
        await self._record_sent(due, channel=sent.channel, message=sent.message, link=sent.link)
        if composed.drawing is not None:
            await self._try_picture_again(posting)

    def _claim_posting(
        self, session: Session, posting: Posting, composed: ComposedPost, stamps: Sequence[Any]
    ) -> bool:
        """Claim a posting for sending, and return whether that succeeded.

        It fails if a quoted row was changed or removed since the posting was composed. The
        posting is then composed again.
        """
        if _read_versions(session, composed, hold=True) != stamps:
            return False
        if not postings.claim(session, posting.id, posting.state, posting.revision, self.clock()):
            return False
        if composed.thread:
            postings.update_posting(session, posting.id, thread=composed.thread)
        postings.record_quotes(session, posting.id, composed.moments, composed.answers, composed.named)
        if composed.as_posted is not None:
            postings.record_as_posted(session, posting.id, composed.as_posted)
        return True

    async def _edit_message(self, due: DuePosting, adapter: Adapter, composed: ComposedPost) -> None:
        posting = due.posting
        assert posting.message is not None
        await adapter.edit(_place_of(due), posting.message, composed.post)
        is_new = posting.as_posted is None and composed.as_posted is not None
        await self._record_sent(due, **({"as_posted": composed.as_posted} if is_new else {}))
        if composed.drawing is not None:
            await self._try_picture_again(posting)

    async def _delete_message(self, due: DuePosting, adapter: Adapter) -> None:
        """Delete a message that should never have been sent, and forget it."""
        posting = due.posting
        assert posting.message is not None
        await adapter.delete(_place_of(due), posting.message)
        await self._record_values(
            posting, state=PostingState.SKIPPED, due_at=None, message=None, link="", error=""
        )

    async def _mark_message(self, due: DuePosting, adapter: Adapter, on: bool) -> None:
        """Set the bot's 💡.

        It is taken off even if nobody knows of it, because the answer to putting it may have been lost.
        """
        posting = due.posting
        assert posting.message is not None
        await adapter.mark(_place_of(due), posting.message, on)
        await self._record_sent(due)

    async def _find_message(self, due: DuePosting, adapter: Adapter) -> None:
        """Look up the message of a posting with an unknown outcome.

        If it exists, an edit brings it up to date. Otherwise the posting may be posted again.
        """
        posting = due.posting
        found: SentMessage | None = await adapter.find(_place_of(due), posting.key)
        now = self.clock()
        if found is None:
            await self._record_values(posting, state=PostingState.PLANNED, due_at=now)
        else:
            await self._record_values(
                posting, state=PostingState.SENT, due_at=now, sent_at=posting.sent_at or now,
                channel=found.channel, message=found.message, link=found.link,
            )  # fmt: skip

    async def _record_sent(self, due: DuePosting, **values: Any) -> None:
        now = self.clock()
        self.metrics.postings.labels("sent").inc()
        await self.database.write(lambda session: _record_success(session, due, now, **values))

    async def _handle_refusal(self, posting: Posting, refused: PostFailedError) -> None:
        """Record that the platform rejected a posting.

        It is retried later, waits until the person accepts messages or the bot has its permission
        again, or fails for good. In that last case, the person who waits for it is told once.
        """
        now, tries = self.clock(), posting.attempts + 1
        standing = PostingState.SENT if _is_shown(posting) else PostingState.PLANNED
        if refused.retry_after is not None and (_is_shown(posting) or tries < MAX_ATTEMPTS):
            again = now + max(timedelta(seconds=refused.retry_after), _retry_delay(tries, FIRST_RETRY_DELAY))
            await self._record_values(
                posting, state=standing, due_at=again, attempts=tries, error=str(refused)
            )
        elif refused.everywhere:
            await self.database.write(lambda session: hold_posting(session, posting, refused, now))
        elif refused.closed and posting.person_id:
            await self.database.write(lambda session: _wait_for_person(session, posting.id))
        elif standing is PostingState.SENT:
            await self._record_values(posting, state=standing, due_at=None, error=str(refused))
        else:
            self.metrics.postings.labels("failed").inc()
            await self.database.write(lambda session: give_up_posting(session, posting, refused, now))

    async def _postpone_posting(self, posting: Posting, error: Exception) -> None:
        """Postpone a posting that failed before its call.

        Nothing was sent, so a retry is safe. The database was unavailable, or the code has a
        fault.
        """
        if isinstance(error, StoreError):
            log.warning("posting %s (%s) waits: %s", posting.id, posting.kind, error)
        else:
            log.error("posting %s (%s) failed before it was sent", posting.id, posting.kind, exc_info=error)
        again = self.clock() + _retry_delay(posting.attempts + 1, FIRST_RETRY_DELAY)
        await self.database.write(
            lambda session: postings.postpone_posting(
                session, posting.id, posting.state, due_at=again, attempts=posting.attempts + 1,
                error="not sent yet: the log says why",
            )
        )  # fmt: skip

    async def _handle_unknown(self, posting: Posting) -> None:
        """Record that the outcome of a call is unknown.

        An edit or a mark is repeated, a post is looked up first. Retries are unlimited only for a
        message that exists and is out of date.
        """
        now, tries = self.clock(), posting.attempts + 1
        state = posting.state if posting.message else PostingState.UNKNOWN
        self.metrics.postings.labels("unknown").inc()
        unlimited = _is_shown(posting) or posting.kind == PostingKind.MARK
        again = now + _retry_delay(tries, FIRST_LOOKUP_DELAY) if unlimited or tries < MAX_ATTEMPTS else None
        await self._record_values(
            posting, state=state, due_at=again, attempts=tries, error="no answer from the platform"
        )

    async def _record_values(self, posting: Posting, **values: Any) -> None:
        await self.database.write(lambda session: postings.update_posting(session, posting.id, **values))


def _destination_of(due: DuePosting) -> Destination:
    return (due.posting.workspace_id, due.posting.channel, due.posting.person_id or 0)


def _place_of(due: DuePosting) -> Place:
    posting = due.posting
    scheduled = posting.schedule_id is not None
    return Place(due.workspace, posting.channel, posting.thread, due.person, opens_thread=scheduled)


def _log_lane_error(lane: asyncio.Task[None]) -> None:
    """Log a lane that failed to record a result.

    Its postings are still due, and the next tick finds them.
    """
    if not lane.cancelled() and (error := lane.exception()) is not None:
        log.warning("a lane stopped: %s", error if isinstance(error, StoreError) else type(error).__name__)


def _read_versions(session: Session, composed: ComposedPost, hold: bool = False) -> Sequence[Any]:
    return postings.row_versions(session, composed.moments, composed.answers, hold)


def _is_shown(posting: Posting) -> bool:
    """Return whether a message of the bot exists, or its 💡 is surely on a person's message."""
    return bool(posting.message and (posting.sent_revision or posting.kind != PostingKind.MARK))


def _retry_delay(tries: int, first: timedelta) -> timedelta:
    times_longer: int = 2 ** min(tries - 1, 12)
    return min(first * times_longer, MAX_RETRY_DELAY)


def _pause_end(due: DuePosting, now: datetime) -> datetime | None:
    """Return when a Note to a person who paused may go out, or None if it may go now.

    That is the morning of the day the pause ends, in the person's time zone.
    """
    if due.paused_until is None or due.posting.kind in ASKED_FOR:
        return None
    morning = utc_of(due.paused_until, MORNING, due.zone)
    return morning if now < morning else None


def _record_success(session: Session, due: DuePosting, now: datetime, **values: Any) -> None:
    """Record that a posting is shown, and what that tells: of a permission, and to a person who waits."""
    posting = due.posting
    postings.record_sent(session, posting.id, posting.revision, now, **values)
    if due.cannot_mark if posting.kind == PostingKind.MARK else due.cannot_post:
        release_postings(session, posting, now)
    if posting.waits_for_id is not None and not posting.sent_revision:
        refresh.refresh_note(session, f"{KEY_PREFIX}{posting.id}", now)


def _wait_for_person(session: Session, posting_id: int) -> None:
    notes.mark_waiting(session, session.get_one(Posting, posting_id))
