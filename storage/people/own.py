"""What waits for a person and what is theirs, in the teams whose channels they are in now.

Each query begins with what is recent or open in these teams, so that it costs the same however much a person
ever wrote. The sums keep a planner from beginning with the person instead.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from storage.models import (
    Answer,
    Attempt,
    AttemptOutcome,
    Membership,
    Moment,
    MomentState,
    Participant,
    Posting,
    PostingKind,
    PostingState,
    PromptForm,
    Quest,
    Version,
)
from storage.recaps.recaps import has_no_lesson

ROUND_FORMS = (PromptForm.BRINGS, PromptForm.CROSS_PAIR)
"""The forms of questions that one joins first, and that a plain answer does not fit."""


def has_taken_part(session: Session, person_id: int) -> bool:
    """Return whether a person has done anything in any team."""
    done = select(col(Membership.team_id)).where(col(Membership.person_id) == person_id).limit(1)
    return session.execute(done).first() is not None


def list_unanswered(
    session: Session, person_id: int, team_ids: Collection[int], limit: int
) -> Sequence[Posting]:
    """Return the open questions in these teams that a person has not answered, newest first.

    Anonymous ones are left out.
    """
    answered = select(col(Answer.id)).where(
        col(Answer.posting_id) == col(Posting.id),
        col(Answer.person_id) == person_id,
        col(Answer.deleted_at).is_(None),
    )
    wrote = select(col(Participant.posting_id)).where(
        col(Participant.posting_id) == col(Posting.id),
        col(Participant.person_id) == person_id,
        col(Participant.wrote_at).is_not(None),
    )
    wanted = select(Posting).where(
        col(Posting.team_id).in_(team_ids),
        col(Posting.kind).in_([PostingKind.PROMPT, PostingKind.RETRO]),
        col(Posting.turns_at).is_not(None),
        col(Posting.closed_at).is_(None),
        col(Posting.withdrawn_at).is_(None),
        col(Posting.state) == PostingState.SENT,
        ~col(Posting.anonymous),
        col(Posting.form).not_in(ROUND_FORMS),
        ~answered.exists(),
        ~wrote.exists(),
    )
    newest = wanted.order_by(col(Posting.created_at).desc(), col(Posting.id).desc())
    return session.execute(newest.limit(limit)).scalars().all()


def list_drafts(
    session: Session, person_id: int, team_ids: Collection[int], since: datetime, limit: int
) -> Sequence[Moment]:
    """Return the drafts since a time that wait for a person's words, newest first."""
    wanted = select(Moment).where(
        col(Moment.team_id).in_(team_ids),
        col(Moment.created_at) >= since,
        col(Moment.author_id) + 0 == person_id,
        col(Moment.state) == MomentState.DRAFT,
        col(Moment.deleted_at).is_(None),
    )
    newest = wanted.order_by(col(Moment.created_at).desc(), col(Moment.id).desc())
    return session.execute(newest.limit(limit)).scalars().all()


def list_without_lesson(
    session: Session, person_id: int, team_ids: Collection[int], since: datetime, limit: int
) -> Sequence[tuple[Moment, bool]]:
    """Return a person's experiments since a time without a lesson, newest first, and whether each is under way.

    Those that went well need none.
    """
    wanted = (
        select(Moment, col(Attempt.outcome))
        .outerjoin(Attempt, col(Attempt.moment_id) == col(Moment.id))
        .where(
            col(Moment.team_id).in_(team_ids),
            col(Moment.created_at) >= since,
            col(Moment.author_id) + 0 == person_id,
            has_no_lesson(),
            col(Moment.state) == MomentState.KEPT,
            col(Moment.deleted_at).is_(None),
            (col(Attempt.outcome).is_(None)) | (col(Attempt.outcome) != AttemptOutcome.WENT_WELL),
        )
    )
    newest = wanted.order_by(col(Moment.created_at).desc(), col(Moment.id).desc())
    found = session.execute(newest.limit(limit))
    return [(moment, outcome == AttemptOutcome.UNDER_WAY) for moment, outcome in found]


def list_sealed_versions(
    session: Session, person_id: int, team_ids: Collection[int], since: datetime, limit: int
) -> Sequence[tuple[Version, Moment]]:
    """Return a person's versions since a time that are sealed, with their moments, the next to open first.

    A second version opens both.
    """
    wanted = (
        select(Version, Moment)
        .join(Moment, col(Moment.id) == col(Version.moment_id))
        .where(
            col(Version.author_id) == person_id,
            col(Version.created_at) > since,
            col(Version.opened_at).is_(None),
            (col(Moment.team_id) + 0).in_(team_ids),
            col(Moment.state) == MomentState.KEPT,
            col(Moment.deleted_at).is_(None),
        )
    )
    first = wanted.order_by(col(Version.created_at), col(Version.id))
    return [(version, moment) for version, moment in session.execute(first.limit(limit))]


def list_open_quests(
    session: Session, person_id: int, team_ids: Collection[int], limit: int
) -> Sequence[Quest]:
    """Return the open quests that a person started in these teams, newest first."""
    wanted = select(Quest).where(
        col(Quest.team_id).in_(team_ids),
        col(Quest.author_id) + 0 == person_id,
        col(Quest.closed_at).is_(None),
        col(Quest.withdrawn_at).is_(None),
    )
    return session.execute(wanted.order_by(col(Quest.id).desc()).limit(limit)).scalars().all()
