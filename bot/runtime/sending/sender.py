"""Sends one posting at a time for each caller, and reads and writes for all callers together.

A posting is claimed, and the claim is committed, before the call goes out. After a crash
nobody knows whether the message exists, so it is looked up before it is posted again.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session

from bot.charts.drawer import Drawer, DrawingStoppedError
from bot.core.adapter import Adapter
from bot.core.context import Clock
from bot.core.messages import add_words
from bot.core.origin import OutcomeUnknownError, Place, PostFailedError, SentMessage
from bot.core.posts import ComposedPost, Composer, Deferred, Mark, Withdrawn
from bot.people.unposted import KEY_PREFIX
from bot.runtime.metrics import Metrics
from bot.runtime.refusals import give_up_posting, hold_posting, release_postings
from bot.runtime.sending.batches import Batches
from bot.runtime.sending.composing import Lookup, Prepared, Result, prepare_postings, read_versions, stamps_of
from storage.delivery import postings, refresh, sending
from storage.delivery.sending import Claim, DuePosting, Sent
from storage.engine.database import Database
from storage.engine.errors import StoreError
from storage.models import Posting, PostingKind, PostingState
from storage.people import notes

log = logging.getLogger(__name__)

Call = Callable[[], Awaitable[None]]
"""The platform call that remains to be made for a posting."""

COMPOSED_TOGETHER = 100
"""The most postings that are composed from one state of the database."""
COMPOSERS_AT_ONCE = 2
"""The batches composed at once, so that a slow recap does not hold up all others."""
WRITTEN_TOGETHER = 100
"""The most postings whose claims or outcomes are written by one job, which people's commands wait for."""
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
PICTURE_DELAY = timedelta(seconds=30)
"""The delay before a message that went out without its picture is edited to show it."""
REMEMBERED_PICTURES = 1_000
"""The most postings without their picture that are remembered, so that each is edited for it only once."""


class Sender:
    """Sends postings through the adapters and records the results."""

    def __init__(
        self,
        database: Database,
        adapters: Mapping[str, Adapter],
        composers: Mapping[str, Composer],
        clock: Clock,
        metrics: Metrics,
        drawer: Drawer,
    ) -> None:
        self.database = database
        self.adapters = adapters
        self.composers = composers
        self.clock = clock
        self.metrics = metrics
        self.drawer = drawer
        self._without_picture: dict[int, int] = {}
        """The revisions of postings that went out without their picture lately, by the postings' ids."""
        self._composing: Batches[int, Prepared | None] = Batches(
            self._compose_batch, COMPOSED_TOGETHER, COMPOSERS_AT_ONCE
        )
        self._claiming: Batches[Prepared, bool] = Batches(self._claim_batch, WRITTEN_TOGETHER)
        self._recording: Batches[tuple[DuePosting, Sent], None] = Batches(
            self._record_batch, WRITTEN_TOGETHER
        )

    async def send_posting(self, posting_id: int) -> None:
        """Send one posting, if it is still due.

        Every error is recorded, so that the caller can continue with the next. DrawingStoppedError
        at shutdown: it is sent with its picture after the next start.
        """
        try:
            prepared = await self._composing.run(posting_id)
            call = await self._choose_call(await self._add_picture(prepared)) if prepared else None
        except DrawingStoppedError:
            raise
        except Exception as error:
            await self._postpone_posting(posting_id, error)
            return
        if prepared is not None and call is not None:
            await self._make_call(prepared.due.posting, call)

    async def finish_writes(self) -> None:
        """Wait for the writes that are under way."""
        await self._claiming.finish()
        await self._recording.finish()

    async def _compose_batch(self, ids: Sequence[int]) -> Sequence[Result]:
        now = self.clock()
        return await self.database.read_in_background(
            lambda session: prepare_postings(session, ids, now, self.composers, self.adapters)
        )

    async def _claim_batch(self, prepared: Sequence[Prepared]) -> Sequence[bool]:
        now = self.clock()
        return await self.database.write(lambda session: _claim_unchanged(session, prepared, now))

    async def _record_batch(self, sent: Sequence[tuple[DuePosting, Sent]]) -> Sequence[None]:
        now = self.clock()
        await self.database.write(lambda session: _record_successes(session, sent, now))
        return [None] * len(sent)

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

    async def _add_picture(self, prepared: Prepared) -> Prepared:
        """Draw the picture of a post that has one. Without it, the post has the words for it, and its drawing."""
        composed = prepared.composed
        if not isinstance(composed, ComposedPost) or (drawing := composed.drawing) is None:
            return prepared
        picture = await self.drawer.draw(drawing)
        if picture is None:
            whole = replace(composed, post=add_words(composed.post, drawing.alt))
        else:
            whole = replace(composed, post=replace(composed.post, picture=picture), drawing=None)
        return replace(prepared, composed=whole)

    async def _try_picture_again(self, posting: Posting) -> None:
        """Have a message without its picture edited later, once: a slow start of what draws is over by then.

        The message is there, so an error of the database leaves it as it is.
        """
        if self._without_picture.get(posting.id) == posting.revision:
            return
        kept = [*self._without_picture.items(), (posting.id, posting.revision)]
        self._without_picture = dict(kept[-REMEMBERED_PICTURES:])
        again = self.clock() + PICTURE_DELAY
        try:
            await self.database.write(lambda session: refresh.compose_again(session, posting.id, again))
        except StoreError as error:
            log.warning("posting %s stays without its picture: %s", posting.id, error)

    async def _choose_call(self, prepared: Prepared) -> Call | None:
        """Prepare a composed posting for its call, including the claim.

        Returns the call to make, or None if there is none.
        """
        due, composed = prepared.due, prepared.composed
        posting, adapter = due.posting, self.adapters[due.platform]
        match composed:
            case Lookup():
                return partial(self._find_message, due, adapter)
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
                if await self._claiming.run(prepared):
                    return partial(self._post_message, due, adapter, composed)
        return None

    async def _post_message(self, due: DuePosting, adapter: Adapter, composed: ComposedPost) -> None:
        posting = due.posting
        place = _place_of(due)
        place = replace(place, thread=composed.thread or place.thread)
        sent = await adapter.post(place, composed.post, posting.key)
        await self._record_sent(due, channel=sent.channel, message=sent.message, link=sent.link)
        if composed.drawing is not None:
            await self._try_picture_again(posting)

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
        self.metrics.postings.labels("sent").inc()
        await self._recording.run((due, Sent(due.posting.id, due.posting.revision, values)))

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

    async def _postpone_posting(self, posting_id: int, error: Exception) -> None:
        """Postpone a posting that failed before its call.

        Nothing was sent, so a retry is safe. The database was unavailable, or the code has a
        fault.
        """
        if isinstance(error, StoreError):
            log.warning("posting %s waits: %s", posting_id, error)
        else:
            log.error("posting %s failed before it was sent", posting_id, exc_info=error)
        now = self.clock()
        await self.database.write(lambda session: _postpone_unsent(session, posting_id, now))

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


def _place_of(due: DuePosting) -> Place:
    posting = due.posting
    scheduled = posting.schedule_id is not None
    return Place(due.workspace, posting.channel, posting.thread, due.person, opens_thread=scheduled)


def _is_shown(posting: Posting) -> bool:
    """Return whether a message of the bot exists, or its 💡 is surely on a person's message."""
    return bool(posting.message and (posting.sent_revision or posting.kind != PostingKind.MARK))


def _retry_delay(tries: int, first: timedelta) -> timedelta:
    times_longer: int = 2 ** min(tries - 1, 12)
    return min(first * times_longer, MAX_RETRY_DELAY)


def _claim_unchanged(session: Session, prepared: Sequence[Prepared], now: datetime) -> Sequence[bool]:
    """Claim postings for sending, and return for each whether that succeeded.

    It fails if a quoted row was changed or removed since the posting was composed. The posting is
    then composed again.
    """
    posts = [each.composed for each in prepared if isinstance(each.composed, ComposedPost)]
    versions = read_versions(session, posts, hold=True)
    claims = [
        _claim_of(each.due.posting, each.composed)
        for each in prepared
        if isinstance(each.composed, ComposedPost) and stamps_of(each.composed, versions) == each.stamps
    ]
    won = sending.claim_postings(session, claims, now) if claims else set()
    return [each.due.posting.id in won for each in prepared]


def _claim_of(posting: Posting, composed: ComposedPost) -> Claim:
    return Claim(
        posting.id, posting.state, posting.revision, composed.moments, composed.answers, composed.named,
        composed.thread, composed.as_posted,
    )  # fmt: skip


def _record_successes(session: Session, sent: Sequence[tuple[DuePosting, Sent]], now: datetime) -> None:
    """Record that postings are shown, and what that tells: of a permission, and to a person who waits."""
    sending.record_sent(session, [each for _, each in sent], now)
    for due, _ in sent:
        if due.cannot_mark if due.posting.kind == PostingKind.MARK else due.cannot_post:
            release_postings(session, due.posting, now)
    waited_for = [
        f"{KEY_PREFIX}{due.posting.id}"
        for due, _ in sent
        if due.posting.waits_for_id is not None and not due.posting.sent_revision
    ]
    if waited_for:
        refresh.refresh_notes(session, waited_for, now)


def _postpone_unsent(session: Session, posting_id: int, now: datetime) -> None:
    """Let a posting wait that could not be prepared, unless it is being sent already or is not due any more."""
    posting = session.get(Posting, posting_id)
    if posting is None or posting.due_at is None or posting.state == PostingState.SENDING:
        return
    tries = posting.attempts + 1
    postings.update_posting(
        session, posting_id, due_at=now + _retry_delay(tries, FIRST_RETRY_DELAY), attempts=tries,
        error="not sent yet: the log says why",
    )  # fmt: skip


def _wait_for_person(session: Session, posting_id: int) -> None:
    notes.mark_waiting(session, session.get_one(Posting, posting_id))
