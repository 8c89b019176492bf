"""Composing the postings of a batch from one state of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from time import monotonic
from typing import Any

from sqlmodel import Session

from bot.core.adapter import Adapter
from bot.core.language.choice import choose_language, known_language
from bot.core.language.words import speaking
from bot.core.posts import Composed, ComposedPost, Composer, Deferred
from bot.core.times import utc_of
from storage.delivery import sending
from storage.delivery.card_batch import load_batch
from storage.delivery.sending import DuePosting, RowVersions
from storage.models import PostingKind, PostingState

MORNING = time(8)
"""The local time at which Notes go out on the day a person's pause ends."""
ASKED_FOR = (PostingKind.BOOK,)
"""What comes into a person's direct messages during their pause, too, because they have just asked for it."""
COMPOSE_FOR = 0.1
"""Seconds after which a batch goes out with what is composed. The others do not wait for a slow one."""


@dataclass(frozen=True)
class Lookup:
    """What remains for a posting whose outcome is unknown: to look its message up."""


@dataclass(frozen=True)
class Prepared:
    """A due posting with what was composed of it, and when the rows that it quotes last changed."""

    due: DuePosting
    composed: Composed | Lookup | None
    stamps: Sequence[Any] = ()


Result = Prepared | Exception | None


def prepare_postings(
    session: Session,
    ids: Sequence[int],
    now: datetime,
    composers: Mapping[str, Composer],
    adapters: Mapping[str, Adapter],
) -> Sequence[Result]:
    """Compose postings in order, and return what was made of the first ones. None is one that is not due any more.

    It ends after COMPOSE_FOR seconds, and before or right after the first error.
    """
    due, until = sending.read_due(session, ids, now), monotonic() + COMPOSE_FOR
    load_batch(session, {one.posting.moment_id for one in due.values() if one.posting.moment_id is not None})
    results: list[Result] = []
    for posting_id in ids:
        try:
            results.append(_prepare(session, due.get(posting_id), now, composers, adapters))
        except Exception as error:
            if not results:
                return [error]
            break
        if monotonic() > until:
            break
    return _add_stamps(session, results)


def _prepare(
    session: Session,
    due: DuePosting | None,
    now: datetime,
    composers: Mapping[str, Composer],
    adapters: Mapping[str, Adapter],
) -> Prepared | None:
    if due is None:
        return None
    posting = due.posting
    if posting.state == PostingState.UNKNOWN:
        return Prepared(due, Lookup())
    if not posting.message and (later := _pause_end(due, now)) is not None:
        return Prepared(due, Deferred(later))
    with speaking(_language_of(due)):
        capabilities = adapters[due.platform].capabilities_in(due.workspace)
        composed = composers[posting.kind](session, posting, now, capabilities)
    if isinstance(composed, ComposedPost):
        composed = replace(composed, post=replace(composed.post, language=_language_of(due)))
    return Prepared(due, composed)


def _language_of(due: DuePosting) -> str:
    """Return the language of a posting: a Note's is its person's, any other's its team's."""
    if due.person:
        return choose_language(due.language, due.locale, due.team_language)
    return known_language(due.team_language)


def _add_stamps(session: Session, results: Sequence[Result]) -> Sequence[Result]:
    """Add when the quoted rows last changed, read in the same state of the database."""
    posts = [each.composed for each in results if isinstance(each, Prepared)]
    versions = read_versions(session, [post for post in posts if isinstance(post, ComposedPost)])
    return [
        Prepared(each.due, each.composed, stamps_of(each.composed, versions))
        if isinstance(each, Prepared)
        else each
        for each in results
    ]


def read_versions(session: Session, posts: Sequence[ComposedPost], hold: bool = False) -> RowVersions:
    """Return when the rows last changed that posts quote. `hold` locks them until the commit."""
    moments = sorted({one for post in posts for one in post.moments})
    answers = sorted({one for post in posts for one in post.answers})
    return sending.read_versions(session, moments, answers, hold)


def stamps_of(composed: object, versions: RowVersions) -> Sequence[Any]:
    """Return when the rows last changed that a post quotes."""
    return (
        versions.select_rows(composed.moments, composed.answers) if isinstance(composed, ComposedPost) else ()
    )


def _pause_end(due: DuePosting, now: datetime) -> datetime | None:
    """Return when a Note to a person who paused may go out, or None if it may go now.

    That is the morning of the day the pause ends, in the person's time zone.
    """
    if due.paused_until is None or due.posting.kind in ASKED_FOR:
        return None
    morning = utc_of(due.paused_until, MORNING, due.zone)
    return morning if now < morning else None
