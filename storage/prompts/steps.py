"""Next steps of retrospectives: given, taken, asked about in the next one, and what became of them.

A retrospective has at most one step, and callers lock its posting first. One that was removed keeps its words
for a day, so that it can be brought back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, or_, select
from sqlmodel import Session, col

from storage.delivery import refresh
from storage.engine.leftovers import Leftovers, is_before
from storage.engine.statements import build_once
from storage.models import NextStep, Posting, PostingKind, PostingState
from storage.models.memory import CHANGED_STEP, REMOVED_STEP
from storage.models.span import Span
from storage.prompts.step_changes import forget_before

ASKED_WITHIN = timedelta(days=365)
"""The age after which nobody is asked about a step any more."""
MOST_ASKED = 3
"""The most steps that one retrospective opens with, one line for each."""
CARRIED = "carry:"
"""What begins the event of a step that was carried over, before the id of the one that it repeats."""
NEVER_POSTED = (PostingState.FAILED, PostingState.SKIPPED)
NEWEST_FIRST = (col(Posting.created_at).desc(), col(Posting.id).desc())
"""The order of a team's retrospectives in which an index has them, so that only the first is read."""
NOTHING_BEFORE = {"before": "", "before_at": None}
REMOVED = (
    Leftovers(
        NextStep,
        NextStep.deleted_at,
        (REMOVED_STEP, is_before(NextStep.deleted_at)),
        {"condition": "", "action": "", "became": "", **NOTHING_BEFORE},
    ),
    Leftovers(NextStep, NextStep.before_at, (CHANGED_STEP, is_before(NextStep.before_at)), NOTHING_BEFORE),
)
"""The words of removed steps, and what the last change of a step replaced."""


def find_step(session: Session, team_id: int, step_id: int) -> NextStep | None:
    """Return a step of a team by its id, or None. A removed one is returned, too."""
    step = session.get(NextStep, step_id)
    return step if step is not None and step.team_id == team_id else None


def find_of_retro(session: Session, posting_id: int) -> NextStep | None:
    """Return the step that a retrospective ended with, or None."""
    return session.execute(_select_of_retro(), {"posting_id": posting_id}).scalars().first()


@build_once
def _select_of_retro() -> Select[NextStep]:
    ours = (col(NextStep.posting_id) == bindparam("posting_id"), col(NextStep.deleted_at).is_(None))
    return select(NextStep).where(*ours)


def list_asked_in(session: Session, posting_id: int) -> Sequence[NextStep]:
    """Return the steps that a retrospective opens with, oldest first."""
    return session.execute(_select_asked_in(), {"posting_id": posting_id}).scalars().all()


@build_once
def _select_asked_in() -> Select[NextStep]:
    asked = (col(NextStep.asked_in_id) == bindparam("posting_id"), col(NextStep.deleted_at).is_(None))
    return select(NextStep).where(*asked).order_by(col(NextStep.id))


def find_by_event(session: Session, posting_id: int, event: str) -> NextStep | None:
    """Return the step that an event gave to a retrospective, removed or not, or None."""
    wanted = select(NextStep).where(col(NextStep.posting_id) == posting_id, col(NextStep.event) == event)
    return session.execute(wanted).scalars().first()


def find_newest_retro(session: Session, team_id: int) -> int | None:
    """Return the posting id of a team's newest retrospective that wasn't taken back, or None."""
    return session.execute(_select_newest_retro(), {"team_id": team_id}).scalar_one_or_none()


@build_once
def _select_newest_retro() -> Select[int]:
    wanted = select(col(Posting.id)).where(
        col(Posting.team_id) == bindparam("team_id"),
        col(Posting.kind) == PostingKind.RETRO,
        col(Posting.withdrawn_at).is_(None),
        col(Posting.state).not_in(NEVER_POSTED),
    )
    return wanted.order_by(*NEWEST_FIRST).limit(1)


def add_step(session: Session, step: NextStep, now: datetime) -> NextStep:
    """Add a step, and refresh the retrospective's card."""
    session.add(step)
    session.flush()
    refresh_step(session, step, now)
    return step


def change_step(session: Session, step: NextStep, now: datetime, **values: Any) -> None:
    """Change columns of a step, and refresh the cards and reports that tell of it."""
    for name, value in values.items():
        setattr(step, name, value)
    session.flush()
    refresh_step(session, step, now)


def refresh_step(session: Session, step: NextStep, now: datetime) -> None:
    """Refresh the two retrospectives of a step, and the reports of the spans in which it was given and settled."""
    for posting_id in filter(None, (step.posting_id, step.asked_in_id)):
        refresh.refresh_posting(session, posting_id, now)
    for at in filter(None, (step.created_at, step.settled_at)):
        refresh_reports(session, step.team_id, at, now)


def refresh_reports(session: Session, team_id: int, at: datetime, now: datetime) -> None:
    """Refresh the recaps and harvests that tell of a time."""
    refresh.refresh_figures(session, team_id, at, now)


def ask_about_steps(session: Session, posting: Posting, now: datetime) -> None:
    """Open a new retrospective with the newest steps that nobody was asked about yet.

    Those of a retrospective that was taken back or never posted are asked about again. The card of the
    retrospective before it is refreshed, because it takes no step any more.
    """
    given = {"team_id": posting.team_id, "here": posting.id, "since": now - ASKED_WITHIN}
    for step in session.execute(_select_unasked(), given).scalars().all():
        step.asked_in_id = posting.id
    session.flush()
    before = session.execute(_select_retro_before(), given).scalars().first()
    if before is not None:
        refresh.refresh_posting(session, before, now)


@build_once
def _select_unasked() -> Select[NextStep]:
    void = select(col(Posting.id)).where(
        col(Posting.id) == col(NextStep.asked_in_id),
        or_(col(Posting.withdrawn_at).is_not(None), col(Posting.state).in_(NEVER_POSTED)),
    )
    taken_back = select(col(Posting.id)).where(
        col(Posting.id) == col(NextStep.posting_id), col(Posting.withdrawn_at).is_not(None)
    )
    wanted = select(NextStep).where(
        col(NextStep.team_id) == bindparam("team_id"),
        col(NextStep.settled_at).is_(None),
        col(NextStep.deleted_at).is_(None),
        col(NextStep.posting_id) != bindparam("here"),
        col(NextStep.created_at) > bindparam("since"),
        or_(col(NextStep.asked_in_id).is_(None), void.exists()),
        ~taken_back.exists(),
    )
    return wanted.order_by(col(NextStep.id).desc()).limit(MOST_ASKED)


@build_once
def _select_retro_before() -> Select[int]:
    wanted = select(col(Posting.id)).where(
        col(Posting.team_id) == bindparam("team_id"),
        col(Posting.kind) == PostingKind.RETRO,
        col(Posting.withdrawn_at).is_(None),
        col(Posting.id) < bindparam("here"),
    )
    return wanted.order_by(*NEWEST_FIRST).limit(1)


def withdraw_retro(session: Session, posting: Posting, now: datetime) -> None:
    """Remove the steps of a retrospective that is taken back, and open again the step that was carried over to it.

    The retrospective before it takes a step again.
    """
    for step in (
        session.execute(select(NextStep).where(col(NextStep.posting_id) == posting.id)).scalars().all()
    ):
        origin = find_origin(session, step) if step.deleted_at is None else None
        erase_step(session, step, now)
        if origin is not None:
            reopen_step(session, origin, now)
    given = {"team_id": posting.team_id, "here": posting.id}
    before = session.execute(_select_retro_before(), given).scalars().first()
    if before is not None:
        refresh.refresh_posting(session, before, now)


def find_copy(session: Session, step: NextStep) -> NextStep | None:
    """Return what a step was carried over as, removed or not, or None."""
    return find_by_event(session, step.asked_in_id or 0, f"{CARRIED}{step.id}")


def find_origin(session: Session, step: NextStep) -> NextStep | None:
    """Return the step that was carried over as this one, or None."""
    event = step.event or ""
    return session.get(NextStep, int(event.removeprefix(CARRIED))) if event.startswith(CARRIED) else None


def reopen_step(session: Session, step: NextStep, now: datetime) -> None:
    """Make a step wait for its outcome again."""
    settled_at = step.settled_at
    change_step(
        session, step, now, outcome="", became="", settled_at=None, settled_by_id=None,
        taker_check_at=now if step.taker_id is not None else None,
    )  # fmt: skip
    if settled_at is not None:
        refresh_reports(session, step.team_id, settled_at, now)


def erase_step(session: Session, step: NextStep, now: datetime) -> None:
    """Remove a step with its words, for good."""
    forget_before(step)
    change_step(session, step, now, condition="", action="", became="", deleted_at=now)


def list_given(session: Session, span: Span) -> Sequence[NextStep]:
    """Return the steps that were given in a span, oldest first."""
    return _list_between(session, span, NextStep.created_at)


def list_settled(session: Session, span: Span) -> Sequence[NextStep]:
    """Return the steps whose outcome was told in a span, in the order in which they were given."""
    return _list_between(session, span, NextStep.settled_at)


def _list_between(session: Session, span: Span, column: Any) -> Sequence[NextStep]:
    wanted = select(NextStep).where(
        col(NextStep.team_id) == span.team_id,
        col(NextStep.deleted_at).is_(None),
        col(column) >= span.since,
        col(column) < span.until,
    )
    return session.execute(wanted.order_by(col(NextStep.id))).scalars().all()


def list_kept(session: Session, step_ids: Sequence[int]) -> Sequence[NextStep]:
    """Return those of some steps that weren't removed, in the order in which they were given."""
    wanted = select(NextStep).where(col(NextStep.id).in_(step_ids), col(NextStep.deleted_at).is_(None))
    return session.execute(wanted.order_by(col(NextStep.id))).scalars().all()
