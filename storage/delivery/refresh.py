"""Marking posted cards to be edited after their rows changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, literal, or_, select, update
from sqlmodel import Session, col

from storage.delivery.postings import is_note_about
from storage.engine.types import UtcDateTime
from storage.models import Attempt, FollowUp, Link, Posting, PostingKind, PostingState, Quest, Quotation
from storage.prompts import hosts


def refresh_moment(session: Session, moment_id: int, now: datetime) -> None:
    """Refresh every posting that shows a moment.

    These are its card, mark, notes and whys, the recaps that quote it or ask about it, the quest
    that counts it or that it found, and the cards of the moments linked to it.
    """
    asking = select(col(FollowUp.recap_id)).where(col(FollowUp.moment_id) == moment_id)
    quoting = select(col(Quotation.posting_id)).where(col(Quotation.moment_id) == moment_id)
    shown = (
        col(Posting.moment_id) == moment_id,
        is_note_about(moment_id),
        _is_card_of(_breakthroughs_fed_by(moment_id)),
        _is_card_of(select(col(Link.from_id)).where(col(Link.to_id) == moment_id)),
        col(Posting.id).in_(quoting.union(asking.where(col(FollowUp.recap_id).is_not(None)))),
        col(Posting.key).in_(_quest_keys(session, moment_id)),
    )
    _refresh_matching(session, or_(*shown), now)


def _quest_keys(session: Session, moment_id: int) -> Sequence[str]:
    """Return the posting keys of the quests that a moment is an attempt at or has found."""
    tried = select(col(Attempt.quest_id)).where(
        col(Attempt.moment_id) == moment_id, col(Attempt.quest_id).is_not(None)
    )
    found = select(col(Quest.id)).where(col(Quest.found_id) == moment_id)
    return [f"quest:{quest_id}" for quest_id in session.execute(tried.union(found)).scalars()]


def refresh_card(session: Session, moment_id: int, now: datetime) -> None:
    """Refresh the card of a moment and the cards of the breakthroughs it fed.

    Use it for changes that no other posting shows.
    """
    _refresh_matching(session, _is_card_of([moment_id]) | _is_card_of(_breakthroughs_fed_by(moment_id)), now)


def _is_card_of(moment_ids: Any) -> Any:
    return col(Posting.moment_id).in_(moment_ids) & (col(Posting.kind) == PostingKind.CARD)


def _breakthroughs_fed_by(moment_id: int) -> Any:
    return select(col(Link.to_id)).where(col(Link.from_id) == moment_id)


def refresh_kinds(session: Session, team_id: int, kinds: Collection[PostingKind], now: datetime) -> None:
    """Refresh all postings of a team of these kinds."""
    _refresh_matching(session, (col(Posting.team_id) == team_id) & col(Posting.kind).in_(kinds), now)


def refresh_removal_notes(session: Session, moment_id: int, now: datetime) -> None:
    """Refresh the notes that offer to bring a removed moment back."""
    removal = col(Posting.kind) == PostingKind.NOTE_REMOVED
    _refresh_matching(session, is_note_about(moment_id) & removal, now)


def refresh_schedule(session: Session, team_id: int, now: datetime) -> None:
    """Refresh the posts of a team that speak of what its schedules bring.

    These are its hello, the notices of a pause, and the newest weekly question, which names the next
    host.
    """
    latest = hosts.latest_prompt_id(session, team_id)
    refresh_kinds(session, team_id, (PostingKind.HELLO, PostingKind.QUIET), now)
    if latest is not None:
        refresh_posting(session, latest, now)


def refresh_question(session: Session, team_id: int, key: str, now: datetime) -> None:
    """Refresh the cards on which a team was asked a question of its bank."""
    asked = (col(Posting.team_id) == team_id) & (col(Posting.question) == key)
    kinds = col(Posting.kind).in_([PostingKind.PROMPT, PostingKind.RETRO])
    _refresh_matching(session, asked & kinds, now)


def refresh_figures(session: Session, team_id: int, counted_from: datetime, now: datetime) -> None:
    """Refresh the cycle and harvest postings of a team created at or after `counted_from`.

    Their figures may count a moment kept at that time.
    """
    kinds = col(Posting.kind).in_([PostingKind.CYCLE, PostingKind.HARVEST])
    _refresh_matching(
        session, (col(Posting.team_id) == team_id) & kinds & (col(Posting.created_at) >= counted_from), now
    )


def refresh_answer(session: Session, answer_id: int, now: datetime) -> None:
    """Refresh the recaps that quote an answer."""
    quoting = select(col(Quotation.posting_id)).where(col(Quotation.answer_id) == answer_id)
    _refresh_matching(session, col(Posting.id).in_(quoting), now)


def refresh_posting(session: Session, posting_id: int, now: datetime) -> None:
    """Refresh one posting."""
    _refresh_matching(session, col(Posting.id) == posting_id, now)


def refresh_note(session: Session, key: str, now: datetime) -> None:
    """Refresh the Note with a key, if there is one."""
    _refresh_matching(session, col(Posting.key) == key, now)


def _refresh_matching(session: Session, condition: Any, now: datetime) -> None:
    """Increment the revision of matching postings and make them due now.

    A posting not sent yet is composed from the rows anyway. A note that was shown at the top of a
    reply is sent without a message of its own, so it cannot be edited and is left out. A 💡 that
    failed may be on its message all the same, so it is set once more. A message whose outcome is
    unknown is looked up no sooner than planned, because it may still appear.
    """
    somewhere = or_(col(Posting.state) != PostingState.SENT, col(Posting.message).is_not(None))
    dropped = col(Posting.state).in_([PostingState.FAILED, PostingState.SKIPPED])
    marked = (col(Posting.kind) == PostingKind.MARK) & (col(Posting.state) == PostingState.FAILED)
    at = literal(now, UtcDateTime())
    unknown = (col(Posting.state) == PostingState.UNKNOWN, func.coalesce(Posting.due_at, at))
    session.execute(
        update(Posting)
        .where(condition, somewhere, or_(~dropped, marked))
        .values(revision=col(Posting.revision) + 1, due_at=case(unknown, else_=at))
        .execution_options(synchronize_session=False)
    )
