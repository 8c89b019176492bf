"""The course of a question: when its turn comes by itself, and how it closes.

The rows hold it, so a restart changes nothing and what fell due meanwhile happens at the next tick. Time begins
when the card stands, because that is when people can read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.prompts import sealed_answers as aha_first
from bot.prompts.formats import parking
from bot.prompts.formats import rounds as gatherings
from storage.delivery import postings
from storage.models import Posting, PostingState, PromptForm
from storage.prompts import lifecycle as courses
from storage.prompts.rounds import remove_all

BATCH = 25
"""Questions whose turn is done in one transaction."""

WEEK = timedelta(days=7)
"""How long a question is open, where no next one comes."""

STOOD = timedelta(hours=20)
"""A next question closes those that have stood most of a day; younger ones have hardly been seen."""

FIRST: Mapping[str, timedelta] = {
    PromptForm.GREY_AREA: timedelta(days=1),
    PromptForm.BRINGS: gatherings.OPEN,
    PromptForm.CROSS_PAIR: gatherings.OPEN,
    PromptForm.PARK_IT: parking.PARKED,
    PromptForm.AHA_FIRST: aha_first.SEALED,
}
"""When a form first says something else."""


def first(form: str, since: datetime) -> datetime:
    """When a question's first turn comes, counted from a time."""
    return since + FIRST.get(form, WEEK)


def turn_due(session: Session, now: datetime) -> int:
    """Let a batch of questions take their turn; how many did. There may be more until it is 0."""
    due = courses.due(session, now, BATCH)
    for posting in due:
        _turn(session, posting, now)
    session.flush()
    return len(due)


def _turn(session: Session, posting: Posting, now: datetime) -> None:
    never = posting.state in (PostingState.FAILED, PostingState.SKIPPED) or posting.created_at + WEEK <= now
    if posting.withdrawn_at is not None and (later := parking.kept_until(session, posting, now)) is not None:
        posting.turns_at = later
    elif posting.withdrawn_at is not None or (posting.sent_at is None and never):
        remove_all(session, posting.id)
        posting.turns_at = None
        postings.touch(session, posting.id, now)
    elif posting.sent_at is None:
        posting.turns_at = first(posting.form, now)
    elif posting.turned_at is None and (turns_at := first(posting.form, posting.sent_at)) > now:
        posting.turns_at = turns_at
    else:
        posting.turns_at = _next(session, posting, now, posting.sent_at + WEEK)
        session.flush()
        postings.touch(session, posting.id, now)


def _next(session: Session, posting: Posting, now: datetime, last: datetime) -> datetime | None:
    """Do what is due; the time of the next turn, or none where the question has closed."""
    again = _of_form(session, posting, now, last)
    if again is None and now >= last:
        posting.closed_at = posting.closed_at or now
    if again is None and posting.closed_at is None:
        return last
    return again


def _of_form(session: Session, posting: Posting, now: datetime, last: datetime) -> datetime | None:
    """What the form itself does; when it next does something, if it does."""
    if posting.form in gatherings.ROUNDS:
        return gatherings.turn_over(session, posting, now, last)
    if posting.form == PromptForm.PARK_IT:
        return parking.turn_over(session, posting, now)
    if posting.form == PromptForm.AHA_FIRST and posting.turned_at is None:
        aha_first.turn_over(session, posting, now)
    elif posting.form == PromptForm.GREY_AREA and posting.turned_at is None:
        posting.turned_at = now
    return None


def close_earlier(session: Session, posting: Posting, now: datetime) -> None:
    """The next question is there: those before it close, but for a round that is still under way."""
    for earlier in courses.open_before(session, posting, now - STOOD):
        if earlier.form in gatherings.ROUNDS:
            continue
        earlier.closed_at = now
        if earlier.form != PromptForm.PARK_IT:
            earlier.turns_at = None
        session.flush()
        postings.touch(session, earlier.id, now)
