"""The parts of focus sessions: questions in one thread, one after the other.

The first part of a session has the key `focus-session:<event>`, each later one `focus-part:7:2` with the
id of the first part and its own number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from storage.models import Answer, Posting, PostingKind, PostingState, PromptForm
from storage.prompts import rounds

PART_PREFIX = "focus-part:"


def part_key(first_id: int, number: int) -> str:
    """Return the key of a later part of a session."""
    return f"{PART_PREFIX}{first_id}:{number}"


def part_number(posting: Posting) -> int:
    """Return which part of its session a question is, from 1."""
    return int(posting.key.rpartition(":")[2]) if posting.key.startswith(PART_PREFIX) else 1


def first_id(posting: Posting) -> int:
    """Return the id of the first part of a question's session."""
    return int(posting.key.split(":")[1]) if posting.key.startswith(PART_PREFIX) else posting.id


def find_latest_part(session: Session, team_id: int, since: datetime) -> Posting | None:
    """Return the newest part of a team's sessions that was planned since a time, or None."""
    wanted = select(Posting).where(
        col(Posting.team_id) == team_id,
        col(Posting.kind) == PostingKind.PROMPT,
        col(Posting.form) == PromptForm.FOCUS_PART,
        col(Posting.created_at) >= since,
        col(Posting.withdrawn_at).is_(None),
        col(Posting.state).not_in([PostingState.FAILED, PostingState.SKIPPED]),
    )
    return session.execute(wanted.order_by(col(Posting.id).desc()).limit(1)).scalar_one_or_none()


def carry_over(session: Session, earlier: Posting, later: Posting, now: datetime) -> None:
    """Add the people who answered a part to the next one."""
    wanted = select(col(Answer.person_id)).where(
        col(Answer.posting_id) == earlier.id,
        col(Answer.deleted_at).is_(None),
        col(Answer.person_id).is_not(None),
    )
    people: Sequence[int | None] = session.execute(wanted.distinct()).scalars().all()
    for person_id in sorted(one for one in people if one is not None):
        rounds.add_participant(session, later.id, person_id, now)
