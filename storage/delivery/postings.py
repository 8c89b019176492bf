"""Postings: what shall stand on a platform, what is due, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, case, delete, func, insert, literal, or_, select, tuple_, update
from sqlmodel import Session, col

from storage.engine.prepared import Prepared
from storage.engine.types import UtcDateTime
from storage.models import (
    Answer,
    Attempt,
    FollowUp,
    Link,
    Moment,
    Person,
    Posting,
    PostingKind,
    PostingState,
    Quest,
    Quotation,
    Version,
    Workspace,
)

NOTES = tuple(kind for kind in PostingKind if kind.startswith("note"))

_ADD = Prepared(insert(Posting.__table__))  # type: ignore[attr-defined]
_EMPTY: dict[str, Any] = {
    "state": PostingState.PLANNED, "channel": "", "thread": "", "link": "", "text": "", "question": "",
    "anonymous": False, "form": "", "revision": 1, "sent_revision": 0, "attempts": 0, "error": "",
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
    """Let everything that shows a moment follow its rows.

    That is its card, mark, notes and ladder, recaps that quote it or ask about it, the quest that counts it or that
    it found, and the cards of what it is linked to.
    """
    asking = select(col(FollowUp.recap_id)).where(col(FollowUp.moment_id) == moment_id)
    quoting = select(col(Quotation.posting_id)).where(col(Quotation.moment_id) == moment_id)
    shown = (
        col(Posting.moment_id) == moment_id,
        _card_of(_fed_by(moment_id)),
        _card_of(select(col(Link.from_id)).where(col(Link.to_id) == moment_id)),
        col(Posting.id).in_(quoting.union(asking.where(col(FollowUp.recap_id).is_not(None)))),
        col(Posting.key).in_(_quests_with(session, moment_id)),
    )
    _touch(session, or_(*shown), now)


def _quests_with(session: Session, moment_id: int) -> Sequence[str]:
    """The keys of the postings of quests that a moment is an attempt at, or the end of."""
    tried = select(col(Attempt.quest_id)).where(
        col(Attempt.moment_id) == moment_id, col(Attempt.quest_id).is_not(None)
    )
    found = select(col(Quest.id)).where(col(Quest.found_id) == moment_id)
    return [f"quest:{quest_id}" for quest_id in session.execute(tried.union(found)).scalars()]


def touch_card(session: Session, moment_id: int, now: datetime) -> None:
    """Let a moment's card follow, and those of the breakthroughs it fed, for what nothing else shows."""
    _touch(session, _card_of([moment_id]) | _card_of(_fed_by(moment_id)), now)


def _card_of(moment_ids: Any) -> Any:
    return col(Posting.moment_id).in_(moment_ids) & (col(Posting.kind) == PostingKind.CARD)


def _fed_by(moment_id: int) -> Any:
    return select(col(Link.to_id)).where(col(Link.from_id) == moment_id)


def touch_kinds(session: Session, team_id: int, kinds: Collection[PostingKind], now: datetime) -> None:
    """Let all of a team's postings of these kinds follow their rows."""
    _touch(session, (col(Posting.team_id) == team_id) & col(Posting.kind).in_(kinds), now)


def touch_figures(session: Session, team_id: int, counted_from: datetime, now: datetime) -> None:
    """Let a team's posts follow whose figures may count a moment from then."""
    kinds = col(Posting.kind).in_([PostingKind.CYCLE, PostingKind.HARVEST])
    _touch(
        session, (col(Posting.team_id) == team_id) & kinds & (col(Posting.created_at) >= counted_from), now
    )


def touch_answer(session: Session, answer_id: int, now: datetime) -> None:
    """Let the recaps that quote an answer follow it."""
    quoting = select(col(Quotation.posting_id)).where(col(Quotation.answer_id) == answer_id)
    _touch(session, col(Posting.id).in_(quoting), now)


def touch(session: Session, posting_id: int, now: datetime) -> None:
    """Let one posting follow its rows."""
    _touch(session, col(Posting.id) == posting_id, now)


def _touch(session: Session, condition: Any, now: datetime) -> None:
    """One more revision to bring out; a posting still on its way is composed from the rows anyway.

    A Note that was read at the head of a reply is sent and stands nowhere: nothing can follow.
    """
    somewhere = or_(col(Posting.state) != PostingState.SENT, col(Posting.message).is_not(None))
    session.execute(
        update(Posting)
        .where(condition, somewhere, col(Posting.state).not_in([PostingState.FAILED, PostingState.SKIPPED]))
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
    zone: str


Destination = tuple[int, str, int]
"""Where a posting goes: the workspace's id, a channel, and for a Note the person's id; else 0."""


def due(
    session: Session, now: datetime, platforms: Collection[str], each: int, limit: int,
    busy: Collection[Destination] = (),
) -> Sequence[Due]:  # fmt: skip
    """What is to be brought out on these platforms, oldest first, at most `each` for one destination.

    Nothing for those that are `busy`: what waits behind them is not so much as looked at.
    """
    destination = (col(Posting.workspace_id), col(Posting.channel), func.coalesce(Posting.person_id, 0))
    oldest = (col(Posting.due_at), col(Posting.id))
    place = func.row_number().over(partition_by=destination, order_by=oldest).label("place")
    placed = (
        select(col(Posting.id), place)
        .join(Workspace, col(Workspace.id) == col(Posting.workspace_id))
        .where(
            col(Posting.due_at) <= now,
            col(Posting.state) != PostingState.SENDING,
            col(Workspace.platform).in_(platforms),
            tuple_(*destination).not_in(busy),
        )
        .subquery()
    )
    wanted = (
        select(
            Posting,
            col(Workspace.platform),
            col(Workspace.external_id),
            func.coalesce(Person.external_id, ""),
            col(Person.paused_until),
            func.coalesce(Person.zone, ""),
        )
        .join(placed, placed.c.id == col(Posting.id))
        .join(Workspace, col(Workspace.id) == col(Posting.workspace_id))
        .outerjoin(Person, col(Person.id) == col(Posting.person_id))
        .where(placed.c.place <= each)
        .order_by(*oldest)
        .limit(limit)
    )
    return [Due(*row) for row in session.execute(wanted)]


def claim(session: Session, posting_id: int, was: str, revision: int, now: datetime) -> bool:
    """Take a posting for sending, before the call; whether it was ours to take, and nothing touched it since."""
    taken = session.execute(
        update(Posting)
        .where(col(Posting.id) == posting_id, col(Posting.state) == was, col(Posting.revision) == revision)
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


def put_off(session: Session, posting_id: int, was: str, **values: Any) -> None:
    """Write down that a posting has to wait, unless somebody took it meanwhile."""
    session.execute(
        update(Posting)
        .where(col(Posting.id) == posting_id, col(Posting.state) == was)
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


def stamps(
    session: Session, moments: Sequence[int], answers: Sequence[int], hold: bool = False
) -> Sequence[Any]:
    """When each of these, and each version, was last changed or deleted; `hold` keeps it so until the commit."""
    parts = (
        _stamps(Moment, col(Moment.id).in_(moments), Moment.edited_at, Moment.deleted_at),
        _stamps(Answer, col(Answer.id).in_(answers), Answer.edited_at, Answer.deleted_at),
        _stamps(Version, col(Version.moment_id).in_(moments), Version.edited_at),
    )
    held = [part.with_for_update(read=True) if hold else part for part in parts]
    return [tuple(row) for part in held for row in session.execute(part)]


def _stamps(table: Any, condition: Any, *times: Any) -> Any:
    return select(table.id, *times).where(condition).order_by(table.id)


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


def next_due(session: Session, after: datetime | None = None) -> datetime | None:
    """When the next posting is due, of all or of those due later than `after`."""
    wanted = select(func.min(Posting.due_at))
    if after is not None:
        wanted = wanted.where(col(Posting.due_at) > after)
    first: datetime | None = session.execute(wanted).scalar_one()
    return first


def release_notes(session: Session, person_id: int, now: datetime) -> None:
    """A pause is over, or another one holds: a person's Notes look anew when they may go out."""
    session.execute(
        update(Posting)
        .where(
            col(Posting.person_id) == person_id,
            col(Posting.kind).in_(NOTES),
            col(Posting.state) == PostingState.PLANNED,
        )
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )


ASKED_FOR = timedelta(days=1)
"""How long a post that somebody asked for is still worth posting."""


def try_again(session: Session, workspace_id: int, channel: str, now: datetime) -> None:
    """What a channel did not take while the bot was not in it: hello, quests, cards and their ladders.

    So is what somebody asked for today. What had its own hour is over.
    """
    asked_for = and_(col(Posting.schedule_id).is_(None), col(Posting.created_at) >= now - ASKED_FOR)
    session.execute(
        update(Posting)
        .where(
            col(Posting.workspace_id) == workspace_id,
            col(Posting.channel) == channel,
            col(Posting.state) == PostingState.FAILED,
            col(Posting.message).is_(None),
            or_(
                col(Posting.kind).in_(
                    [PostingKind.HELLO, PostingKind.CARD, PostingKind.QUEST, PostingKind.LADDER]
                ),
                asked_for,
            ),
        )
        .values(state=PostingState.PLANNED, due_at=now, attempts=0, error="")
        .execution_options(synchronize_session=False)
    )


def is_gone(session: Session, workspace_id: int, channel: str, message: str) -> None:
    """Note that somebody deleted a ladder of ours; it stays away until the next why posts it anew."""
    posting = by_message(session, workspace_id, channel, message)
    if posting is not None and posting.kind == PostingKind.LADDER:
        posting.message, posting.state, posting.due_at = None, PostingState.SKIPPED, None
        session.flush()


def post_anew(session: Session, posting: Posting, now: datetime) -> None:
    """Post what was left out, or what no longer stands where it was posted."""
    posting.link, posting.sent_revision, posting.attempts, posting.error = "", 0, 0, ""
    posting.state, posting.due_at = PostingState.PLANNED, now
    session.flush()


def forget_unsent(session: Session, moment_id: int) -> bool:
    """Take back what was only promised about a moment; whether that was all there is."""
    unsent = (PostingState.PLANNED, PostingState.WAITING, PostingState.SKIPPED, PostingState.FAILED)
    session.execute(
        delete(Posting).where(
            col(Posting.moment_id) == moment_id,
            col(Posting.state).in_(unsent),
            col(Posting.sent_revision) == 0,
        )
    )
    left = select(col(Posting.id)).where(col(Posting.moment_id) == moment_id)
    return session.execute(left.limit(1)).first() is None


def revive_moment(session: Session, moment_id: int, now: datetime) -> None:
    """Postings of a moment that were skipped because it was deleted just then."""
    session.execute(
        update(Posting)
        .where(col(Posting.moment_id) == moment_id, col(Posting.state) == PostingState.SKIPPED)
        .values(state=PostingState.PLANNED, due_at=now)
        .execution_options(synchronize_session=False)
    )
