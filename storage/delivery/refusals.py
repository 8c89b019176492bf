"""Postings that a platform refused: whether somebody knows already, and what waits for a permission."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.delivery.postings import LASTING_KINDS, NOTE_KINDS, REQUEST_LIFETIME, is_outdated
from storage.models import Posting, PostingKind, PostingState, Schedule, Workspace
from storage.models.postings import WAITING_POSTING

UNSENT_STATES = (PostingState.FAILED, PostingState.WAITING)


def was_told(session: Session, posting: Posting, reason: str) -> bool:
    """Return whether the person who waits for a posting knows of its cause.

    An earlier post of theirs in the channel was refused for the same reason, and since then nothing
    new was shown there.
    """
    shown, earlier = aliased(Posting), aliased(Posting)
    same_channel = (
        col(earlier.workspace_id) == posting.workspace_id,
        col(earlier.channel) == posting.channel,
        col(earlier.id) < posting.id,
    )
    shown_since = exists().where(
        col(shown.workspace_id) == posting.workspace_id,
        col(shown.channel) == posting.channel,
        col(shown.sent_at) > col(earlier.created_at),
        (col(shown.kind) == PostingKind.MARK) == (posting.kind == PostingKind.MARK),
    )
    wanted = select(col(earlier.id)).where(
        *same_channel,
        col(earlier.waits_for_id) == posting.waits_for_id,
        col(earlier.state).in_(UNSENT_STATES),
        col(earlier.error) == reason,
        (col(earlier.kind) == PostingKind.MARK) == (posting.kind == PostingKind.MARK),
        ~shown_since,
    )
    return session.execute(wanted.limit(1)).first() is not None


def record_permissions(
    session: Session, workspace_id: int, *, post: str | None = None, mark: str | None = None
) -> None:
    """Record the permissions to post and to add emoji that the bot lacks in a workspace.

    An empty text means that it has the permission, None that nothing is known.
    """
    workspace = session.get_one(Workspace, workspace_id)
    workspace.cannot_post = workspace.cannot_post if post is None else post
    workspace.cannot_mark = workspace.cannot_mark if mark is None else mark
    session.flush()


def hold_posting(session: Session, posting_id: int, reason: str) -> None:
    """Make a posting wait until the bot has its permission again."""
    session.execute(
        update(Posting)
        .where(col(Posting.id) == posting_id)
        .values(state=PostingState.WAITING, due_at=None, error=reason)
        .execution_options(synchronize_session=False)
    )


def release_postings(
    session: Session, workspace_id: int, marks: bool, late: Mapping[str, timedelta], now: datetime
) -> None:
    """Plan what waits in a workspace for the permission to post or, with `marks`, to add emoji.

    `late` says for each kind of schedule how late its post may come. A post that somebody asked for
    may come a day late, a card at any time, and an outdated message is edited.
    """
    is_mark = col(Posting.kind) == PostingKind.MARK
    here = (col(Posting.workspace_id) == workspace_id, is_mark if marks else ~is_mark)
    _set_due(session, now, *here, is_outdated())
    if not marks:
        notes = col(Posting.kind).in_(NOTE_KINDS) & (col(Posting.error) != "")
        _set_due(session, now, *here, notes, WAITING_POSTING, planned=True)
    waiting = (WAITING_POSTING, col(Posting.person_id).is_(None))
    in_time = or_(col(Posting.kind).in_(LASTING_KINDS), _is_recent_request(now), *_in_time(late, now))
    _set_due(session, now, *here, *waiting, in_time, planned=True)


def _set_due(session: Session, now: datetime, *conditions: Any, planned: bool = False) -> None:
    state = {"state": PostingState.PLANNED, "attempts": 0, "error": ""} if planned else {}
    session.execute(
        update(Posting)
        .where(*conditions)
        .values(due_at=now, **state)
        .execution_options(synchronize_session=False)
    )


def _is_recent_request(now: datetime) -> Any:
    return and_(col(Posting.schedule_id).is_(None), col(Posting.created_at) >= now - REQUEST_LIFETIME)


def _in_time(late: Mapping[str, timedelta], now: datetime) -> list[Any]:
    """Return a condition for each kind of schedule: its posts that may still come."""
    return [
        and_(
            col(Posting.schedule_id).in_(select(col(Schedule.id)).where(col(Schedule.kind) == kind)),
            col(Posting.created_at) >= now - longest,
        )
        for kind, longest in late.items()
    ]
