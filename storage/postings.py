"""Postings: what shall stand on a platform, what is due, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import case, func, insert, literal, or_, select, update
from sqlmodel import Session, col

from storage.models import Person, Posting, PostingKind, PostingState, Quotation, Workspace
from storage.prepared import Prepared
from storage.types import UtcDateTime

NOTES = tuple(kind for kind in PostingKind if kind.startswith("note"))

_ADD = Prepared(insert(Posting.__table__))  # type: ignore[attr-defined]
_EMPTY: dict[str, Any] = {
    "state": PostingState.PLANNED, "channel": "", "thread": "", "link": "", "text": "", "question": "",
    "anonymous": False, "revision": 1, "sent_revision": 0, "attempts": 0, "error": "",
}  # fmt: skip


def plan(
    session: Session, key: str, kind: PostingKind, workspace_id: int, now: datetime, **more: Any
) -> None:
    """Promise a message; `key` must be new. `more` are further columns of `Posting`."""
    row = {
        **_EMPTY,
        "key": key,
        "kind": kind,
        "workspace_id": workspace_id,
        "created_at": now,
        "due_at": now,
        **more,
    }
    _ADD.run(session, row)


def plan_once(
    session: Session, key: str, kind: PostingKind, workspace_id: int, now: datetime, **more: Any
) -> bool:
    """The same, unless one with that key is there already; whether it was new."""
    if by_key(session, key) is not None:
        return False
    plan(session, key, kind, workspace_id, now, **more)
    return True


def by_key(session: Session, key: str) -> Posting | None:
    """The posting of that name."""
    return session.execute(select(Posting).where(col(Posting.key) == key)).scalar_one_or_none()


def by_message(session: Session, workspace_id: int, channel: str, message: str) -> Posting | None:
    """The posting that stands as this message. Our own 💡 on somebody's message is not one."""
    return session.execute(
        select(Posting).where(
            col(Posting.workspace_id) == workspace_id,
            col(Posting.channel) == channel,
            col(Posting.message) == message,
            col(Posting.kind) != PostingKind.MARK,
        )
    ).scalar_one_or_none()


def touch_moment(session: Session, moment_id: int, now: datetime) -> None:
    """Let everything that shows a moment follow its rows: card, mark, notes, and recaps that quote it."""
    quoting = select(col(Quotation.posting_id)).where(col(Quotation.moment_id) == moment_id)
    _touch(session, or_(col(Posting.moment_id) == moment_id, col(Posting.id).in_(quoting)), now)


def touch_answer(session: Session, answer_id: int, now: datetime) -> None:
    """Let the recaps that quote an answer follow it."""
    quoting = select(col(Quotation.posting_id)).where(col(Quotation.answer_id) == answer_id)
    _touch(session, col(Posting.id).in_(quoting), now)


def touch(session: Session, posting_id: int, now: datetime) -> None:
    """Let one posting follow its rows."""
    _touch(session, col(Posting.id) == posting_id, now)


def _touch(session: Session, condition: Any, now: datetime) -> None:
    """One more revision to bring out; a posting still on its way is composed from the rows anyway."""
    session.execute(
        update(Posting)
        .where(condition, col(Posting.state).not_in([PostingState.FAILED, PostingState.SKIPPED]))
        .values(revision=col(Posting.revision) + 1, due_at=now)
        .execution_options(synchronize_session=False)
    )


class Due(NamedTuple):
    """A posting to bring out, and how its platform calls workspace and person."""

    posting: Posting
    platform: str
    workspace: str
    person: str
    paused_until: date | None


def due(session: Session, now: datetime, limit: int) -> Sequence[Due]:
    """What is to be brought out, oldest first."""
    wanted = (
        select(
            Posting,
            col(Workspace.platform),
            col(Workspace.external_id),
            func.coalesce(Person.external_id, ""),
            col(Person.paused_until),
        )
        .join(Workspace, col(Workspace.id) == col(Posting.workspace_id))
        .outerjoin(Person, col(Person.id) == col(Posting.person_id))
        .where(col(Posting.due_at) <= now, col(Posting.state) != PostingState.SENDING)
        .order_by(col(Posting.due_at), col(Posting.id))
        .limit(limit)
    )
    return [Due(*row) for row in session.execute(wanted)]


def claim(session: Session, posting_id: int, was: str, now: datetime) -> bool:
    """Take a posting for sending, before the call; whether it was ours to take."""
    taken = session.execute(
        update(Posting)
        .where(col(Posting.id) == posting_id, col(Posting.state) == was)
        .values(state=PostingState.SENDING, claimed_at=now, attempts=col(Posting.attempts) + 1)
        .returning(col(Posting.id))
        .execution_options(synchronize_session=False)
    )
    return taken.first() is not None


def record(session: Session, posting_id: int, **values: Any) -> None:
    """Write down what became of a posting."""
    session.execute(
        update(Posting)
        .where(col(Posting.id) == posting_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def record_sent(session: Session, posting_id: int, revision: int, now: datetime, **values: Any) -> None:
    """It stands as of `revision`; due again at once if the rows have moved on since."""
    at = literal(now, UtcDateTime())
    behind = case((col(Posting.revision) > revision, at), else_=None)
    record(
        session, posting_id, state=PostingState.SENT, sent_revision=revision,
        sent_at=func.coalesce(Posting.sent_at, at), due_at=behind, attempts=0, error="", **values,
    )  # fmt: skip


def quote(session: Session, posting_id: int, moments: Sequence[int], answers: Sequence[int]) -> None:
    """Record what a recap quotes."""
    session.add_all(
        [Quotation(posting_id=posting_id, moment_id=one) for one in moments]
        + [Quotation(posting_id=posting_id, answer_id=one) for one in answers]
    )


def adrift(session: Session, claimed_before: datetime, now: datetime) -> None:
    """Postings whose process died while sending them: nobody knows whether they stand."""
    session.execute(
        update(Posting)
        .where(col(Posting.state) == PostingState.SENDING, col(Posting.claimed_at) <= claimed_before)
        .values(state=PostingState.UNKNOWN, due_at=now)
        .execution_options(synchronize_session=False)
    )


def waiting_for(session: Session, person_id: int) -> Sequence[Posting]:
    """Notes that found a person's direct messages closed."""
    wanted = select(Posting).where(
        col(Posting.person_id) == person_id, col(Posting.state) == PostingState.WAITING
    )
    return session.execute(wanted.order_by(col(Posting.id))).scalars().all()


def next_due(session: Session) -> datetime | None:
    """When the next posting is due."""
    first: datetime | None = session.execute(select(func.min(Posting.due_at))).scalar_one()
    return first


def try_again(session: Session, workspace_id: int, channel: str, now: datetime) -> None:
    """Hello and cards that a channel did not take while the bot was not in it; what had its own hour is over."""
    session.execute(
        update(Posting)
        .where(
            col(Posting.workspace_id) == workspace_id,
            col(Posting.channel) == channel,
            col(Posting.state) == PostingState.FAILED,
            col(Posting.message).is_(None),
            col(Posting.kind).in_([PostingKind.HELLO, PostingKind.CARD]),
        )
        .values(state=PostingState.PLANNED, due_at=now, attempts=0, error="")
        .execution_options(synchronize_session=False)
    )


def revive_moment(session: Session, moment_id: int, now: datetime) -> None:
    """Postings of a moment that were skipped because it was deleted just then."""
    session.execute(
        update(Posting)
        .where(col(Posting.moment_id) == moment_id, col(Posting.state) == PostingState.SKIPPED)
        .values(state=PostingState.PLANNED, due_at=now)
        .execution_options(synchronize_session=False)
    )
