"""Postings: messages to show on a platform, their due times, and the outcome of sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Update,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    union_all,
    update,
)
from sqlmodel import Session, col

from storage.engine.prepared import PreparedStatement
from storage.engine.statements import build_once
from storage.models import (
    NoteItem,
    Posting,
    PostingKind,
    PostingState,
)
from storage.models.postings import FAILED_POSTING, OUTDATED_POSTING

NOTE_KINDS = tuple(kind for kind in PostingKind if kind.startswith("note"))

_INSERT_POSTING = PreparedStatement(insert(Posting.__table__))  # type: ignore[attr-defined]
_POSTING_DEFAULTS: dict[str, Any] = {
    "state": PostingState.PLANNED, "channel": "", "thread": "", "link": "", "text": "", "question": "",
    "anonymous": False, "form": "", "revision": 1, "sent_revision": 0, "attempts": 0, "error": "",
}  # fmt: skip


def plan_posting(
    session: Session, key: str, kind: PostingKind, workspace_id: int, now: datetime, **more: Any
) -> None:
    """Plan a message to be sent at once.

    `key` must be new. `more` are further columns of `Posting`.
    """
    row = {
        **_POSTING_DEFAULTS,
        "key": key,
        "kind": kind,
        "workspace_id": workspace_id,
        "created_at": now,
        "due_at": now,
        **more,
    }
    _INSERT_POSTING.fetch_first(session, row)


def plan_once(
    session: Session, key: str, kind: PostingKind, workspace_id: int, now: datetime, **more: Any
) -> bool:
    """Plan a message unless a posting with its key exists, and return whether it is new."""
    if find_by_key(session, key) is not None:
        return False
    plan_posting(session, key, kind, workspace_id, now, **more)
    return True


def find_by_key(session: Session, key: str) -> Posting | None:
    """Return the posting with a key, or None."""
    return session.execute(_select_by_key(), {"key": key}).scalar_one_or_none()


@build_once
def _select_by_key() -> Select[Posting]:
    return select(Posting).where(col(Posting.key) == bindparam("key"))


def find_by_message(session: Session, workspace_id: int, channel: str, message: str) -> Posting | None:
    """Return the posting shown as a message, or None.

    The bot's own 💡 on a person's message does not count.
    """
    given = {"workspace_id": workspace_id, "channel": channel, "message": message}
    return session.execute(_select_by_message(), given).scalar_one_or_none()


@build_once
def _select_by_message() -> Select[Posting]:
    return select(Posting).where(
        col(Posting.workspace_id) == bindparam("workspace_id"),
        col(Posting.channel) == bindparam("channel"),
        col(Posting.message) == bindparam("message"),
        col(Posting.kind) != PostingKind.MARK,
    )


def update_posting(session: Session, posting_id: int, **values: Any) -> None:
    """Update columns of a posting, such as the outcome of sending it."""
    session.execute(_update_one(tuple(values)), _given_columns(posting_id, values))


@build_once
def _update_one(names: tuple[str, ...]) -> Update:
    """Return the update of these columns of one posting."""
    changed: Mapping[str, BindParameter[Any]] = {name: bindparam(f"new_{name}") for name in names}
    one = update(Posting).where(col(Posting.id) == bindparam("posting")).values(**changed)
    return one.execution_options(synchronize_session=False)


def _given_columns(posting_id: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of `_update_one`."""
    return {"posting": posting_id, **{f"new_{name}": value for name, value in values.items()}}


def list_waiting_notes(session: Session, person_id: int) -> Sequence[Posting]:
    """Return the notes of a person that wait because direct messages are closed."""
    wanted = select(Posting).where(
        col(Posting.person_id) == person_id, col(Posting.state) == PostingState.WAITING
    )
    return session.execute(wanted.order_by(col(Posting.id))).scalars().all()


def release_notes(session: Session, person_id: int, now: datetime) -> None:
    """Make the planned notes of a person due now.

    Delivery then decides again when they may go out. Used when the pause of the person changes.
    """
    session.execute(
        update(Posting)
        .where(
            col(Posting.person_id) == person_id,
            col(Posting.kind).in_(NOTE_KINDS),
            col(Posting.state) == PostingState.PLANNED,
        )
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )


LASTING_KINDS = (
    PostingKind.HELLO,
    PostingKind.CARD,
    PostingKind.QUEST,
    PostingKind.LADDER,
    PostingKind.MISSION,
    PostingKind.GOAL,
    PostingKind.FOCUS_CHECK,
    PostingKind.MARK,
)
"""Posts that are still worth showing after any time."""
REQUEST_LIFETIME = timedelta(days=1)
"""How long a post that a person asked for is still worth posting."""


def retry_channel(session: Session, workspace_id: int, channel: str, now: datetime) -> None:
    """Plan postings again that failed in a channel while the bot was not a member of it.

    These are hello messages, quests, goals, the mission, focus checks, cards and whys, the bot's 💡, and
    posts that a person asked for within the last day. Scheduled posts are not sent late. Messages that
    could not be edited there are edited, so that removed text goes there too.
    """
    here = (col(Posting.workspace_id) == workspace_id, col(Posting.channel) == channel)
    asked_for = and_(col(Posting.schedule_id).is_(None), col(Posting.created_at) >= now - REQUEST_LIFETIME)
    session.execute(
        update(Posting)
        .where(
            *here,
            FAILED_POSTING,
            or_(col(Posting.message).is_(None), col(Posting.kind) == PostingKind.MARK),
            or_(
                col(Posting.kind).in_(LASTING_KINDS),
                asked_for,
            ),
        )
        .values(state=PostingState.PLANNED, due_at=now, attempts=0, error="")
        .execution_options(synchronize_session=False)
    )
    outdated = update(Posting).where(*here, is_outdated())
    values = {"due_at": now, "attempts": 0, "error": ""}
    session.execute(outdated.values(**values).execution_options(synchronize_session=False))


def is_outdated() -> Any:
    """Return the condition for a shown message that differs from its rows and isn't due to be edited.

    A mark that failed for good may be there all the same.
    """
    lost_mark = and_(col(Posting.state) == PostingState.FAILED, col(Posting.kind) == PostingKind.MARK)
    return and_(
        OUTDATED_POSTING,
        or_(col(Posting.state) == PostingState.SENT, lost_mark),
    )


def record_deleted_message(session: Session, workspace_id: int, channel: str, message: str) -> None:
    """Record that a person deleted the message of the whys of a moment.

    It stays away until the next why posts it again. Other postings do not change.
    """
    posting = find_by_message(session, workspace_id, channel, message)
    if posting is not None and posting.kind == PostingKind.LADDER:
        posting.message, posting.state, posting.due_at = None, PostingState.SKIPPED, None
        session.flush()


def post_again(session: Session, posting: Posting, now: datetime) -> None:
    """Plan a posting as a new message, because it was skipped or its old message is gone."""
    posting.link, posting.sent_revision, posting.attempts, posting.error = "", 0, 0, ""
    posting.state, posting.due_at = PostingState.PLANNED, now
    session.flush()


UNSENT_STATES = (PostingState.PLANNED, PostingState.WAITING, PostingState.SKIPPED, PostingState.FAILED)
"""The states of a posting that is surely not shown, unless it has a message."""


def delete_unsent(session: Session, moment_id: int) -> bool:
    """Delete the postings of a moment never sent, and return whether no others are left.

    The bot's 💡 may be on its message even if the answer to putting it was lost, so that one is left to be
    taken off, and so is a note that was sent.
    """
    session.execute(
        delete(Posting).where(
            col(Posting.moment_id) == moment_id,
            col(Posting.kind) != PostingKind.MARK,
            col(Posting.state).in_(UNSENT_STATES),
            col(Posting.sent_revision) == 0,
        )
    )
    left = select(col(Posting.id)).where(col(Posting.moment_id) == moment_id)
    noted = select(col(NoteItem.id)).where(col(NoteItem.moment_id) == moment_id)
    return all(session.execute(wanted.limit(1)).first() is None for wanted in (left, noted))


def is_note_about(moment_id: int | BindParameter[Any]) -> ColumnElement[bool]:
    """Return the SQL condition of a note about a moment."""
    return col(Posting.id).in_(select(col(NoteItem.posting_id)).where(col(NoteItem.moment_id) == moment_id))


def is_shown_by(moment_id: int | BindParameter[Any], *others: Select[Any]) -> ColumnElement[bool]:
    """Return the SQL condition of a posting of a moment, a note about it, or one with an id of `others`.

    The ids are gathered first. With several conditions joined by OR, PostgreSQL would walk all postings.
    """
    own = select(col(Posting.id)).where(col(Posting.moment_id) == moment_id)
    notes = select(col(NoteItem.posting_id)).where(col(NoteItem.moment_id) == moment_id)
    return col(Posting.id).in_(union_all(own, notes, *others))


def restore_postings(session: Session, moment_id: int, now: datetime) -> None:
    """Plan the postings of a restored moment again that were skipped when it was deleted."""
    session.execute(_update_restored(), {"moment": moment_id, "now": now})


@build_once
def _update_restored() -> Update:
    return (
        update(Posting)
        .where(is_shown_by(bindparam("moment")), col(Posting.state) == PostingState.SKIPPED)
        .values(state=PostingState.PLANNED, due_at=bindparam("now"))
        .execution_options(synchronize_session=False)
    )
