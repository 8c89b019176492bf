"""The lifecycle of a question: its timed steps, such as opening, revealing and closing.

The times are in the rows, so a restart changes nothing, and overdue steps run at the next
tick. Time counts from when the card was posted, because people can read it from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.prompts.anonymous_answers import closing_time, later_closing_time, release_answers
from bot.prompts.formats.parking import PARKING_TIME, advance_parking, parked_until
from bot.prompts.formats.rounds import ROUND_FORMS, ROUND_LENGTH, advance_round
from bot.prompts.opening import OPENING_FORMS, plan_opening
from bot.prompts.sealed_answers import SEALED_FOR, is_sealed, open_sealed_answers
from storage.delivery import refresh
from storage.models import Posting, PostingState, PromptForm
from storage.prompts import lifecycle
from storage.prompts.rounds import clear_participants

BATCH = 5
"""Questions that are advanced in one transaction."""

WEEK = timedelta(days=7)
"""How long a question stays open if no later one closes it."""

CLOSE_AFTER = timedelta(hours=20)
"""The age from which a later question closes an earlier one.

Most of a day has passed by then. People have hardly seen a younger question.
"""

FIRST_STEP_AFTER: Mapping[str, timedelta] = {
    PromptForm.GREY_AREA: timedelta(days=1),
    PromptForm.BRINGS: ROUND_LENGTH,
    PromptForm.CROSS_PAIR: ROUND_LENGTH,
    PromptForm.PARK_IT: PARKING_TIME,
    PromptForm.AHA_FIRST: SEALED_FOR,
}
"""The time from posting a question to its form's first step."""


def first_step_at(form: str, since: datetime, anonymous: bool = False) -> datetime:
    """Return when a question of this form has its first step, counted from `since`.

    That of an anonymous question is its close.
    """
    if anonymous:
        return closing_time(since)
    return since + FIRST_STEP_AFTER.get(form, WEEK)


def advance_due_questions(session: Session, now: datetime) -> int:
    """Advance a batch of questions whose next step is due. Return how many.

    There may be more until it returns 0.
    """
    due = lifecycle.list_due(session, now, BATCH)
    for posting in due:
        _advance_question(session, posting, now)
    session.flush()
    return len(due)


def _advance_question(session: Session, posting: Posting, now: datetime) -> None:
    """Run a question's due step, or move its time.

    A question that was taken back, or never reached its channel within a week, loses its
    participants. A question that is not posted yet has its step moved back.
    """
    never = posting.state in (PostingState.FAILED, PostingState.SKIPPED) or posting.created_at + WEEK <= now
    if posting.withdrawn_at is not None and (later := parked_until(session, posting, now)) is not None:
        posting.turns_at = later
    elif posting.withdrawn_at is not None or (posting.sent_at is None and never):
        clear_participants(session, posting.id)
        posting.turns_at = None
        refresh.refresh_posting(session, posting.id, now)
    elif (later := _later_step(posting, now)) is not None:
        posting.turns_at = later
        if posting.anonymous:
            refresh.refresh_posting(session, posting.id, now)
    else:
        posting.turns_at = _run_step(session, posting, now)
        session.flush()
        refresh.refresh_posting(session, posting.id, now)


def _later_step(posting: Posting, now: datetime) -> datetime | None:
    """Return when the due step comes instead, because the card is not posted or was posted late.

    None if it comes now.
    """
    if posting.sent_at is None:
        return first_step_at(posting.form, now, posting.anonymous)
    if posting.anonymous:
        return later_closing_time(posting, now)
    turns_at = first_step_at(posting.form, posting.sent_at)
    return turns_at if posting.turned_at is None and turns_at > now else None


def _run_step(session: Session, posting: Posting, now: datetime) -> datetime | None:
    """Run the due step, and close the question after a week, or an anonymous one at its first step.

    Returns the time of the next step, or None if the question is closed.
    """
    if posting.anonymous:
        release_answers(session, posting, now)
        refresh.refresh_season_end(session, posting, now)
        return None
    assert posting.sent_at is not None
    last = posting.sent_at + WEEK
    was_open = posting.turned_at is not None
    again = _run_form_step(session, posting, now, last)
    if posting.form in OPENING_FORMS and posting.turned_at is not None and not was_open:
        plan_opening(session, posting, now)
    if again is None and now >= last:
        posting.closed_at = posting.closed_at or now
    if again is None and posting.closed_at is None:
        return last
    return again


def _run_form_step(session: Session, posting: Posting, now: datetime, last: datetime) -> datetime | None:
    """Run the step that belongs to the form. Return the time of its next one, if any."""
    if posting.form in ROUND_FORMS:
        return advance_round(session, posting, now, last)
    if posting.form == PromptForm.PARK_IT:
        return advance_parking(session, posting, now)
    if is_sealed(posting):
        open_sealed_answers(session, posting, now)
    elif posting.form == PromptForm.GREY_AREA and posting.turned_at is None:
        posting.turned_at = now
    return None


def close_earlier_questions(session: Session, posting: Posting, now: datetime) -> None:
    """Close the earlier open questions of the same kind in the channel.

    Rounds that are still running stay open, and so do questions with sealed answers, those
    younger than `CLOSE_AFTER`, and anonymous ones, which close at the time that was told.
    """
    for earlier in lifecycle.list_open_before(session, posting, now - CLOSE_AFTER):
        if earlier.form in ROUND_FORMS or earlier.anonymous or is_sealed(earlier):
            continue
        earlier.closed_at = now
        if earlier.form != PromptForm.PARK_IT:
            earlier.turns_at = None
        session.flush()
        refresh.refresh_posting(session, earlier.id, now)
