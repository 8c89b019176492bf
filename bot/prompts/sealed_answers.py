"""The form `aha first`: answers are sealed for two minutes, then all of them open together.

A sealed answer is stored on the participant and not among the answers, so no code that
lists answers can show it early.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.context import Context, describe_place, posting_place
from bot.core.messages import Button, Reply, text_reply
from storage.delivery import refresh
from storage.models import Answer, AnswerKind, Posting, PromptForm
from storage.prompts import answers, rounds

SEALED_FOR = timedelta(minutes=2)


@dataclass(frozen=True)
class TakeAnswerBack:
    """The command to take one's own answer back, sealed or opened."""

    posting: str = ""
    team: str = ""


def is_sealed(posting: Posting) -> bool:
    """Return whether a question's two minutes are still running."""
    return posting.form == PromptForm.AHA_FIRST and posting.turned_at is None


def find_sealed_text(context: Context, posting: Posting) -> str:
    """Return the text that the caller wrote so far, or an empty string."""
    mine = rounds.find_participant(context.session, posting.id, context.caller.person_id)
    return mine.text if mine else ""


def save_sealed_answer(context: Context, posting: Posting, text: str) -> Reply:
    """Store the caller's answer until the two minutes are over.

    A second answer replaces the first.
    """
    rounds.add_participant(context.session, posting.id, context.caller.person_id, context.now)
    mine = rounds.find_participant(context.session, posting.id, context.caller.person_id)
    assert mine is not None
    mine.text, mine.wrote_at = text, context.now
    refresh.refresh_posting(context.session, posting.id, context.now)
    place = describe_place(posting_place(context, posting))
    back = Button("Undo", TakeAnswerBack(str(posting.id), str(context.caller.team_id)))
    then = ". We read them together when the two minutes are over."
    return text_reply("Your answer is saved ", *place, then, buttons=(back,))


def open_sealed_answers(session: Session, posting: Posting, now: datetime) -> None:
    """Turn all sealed texts into answers at once, when the two minutes are over."""
    for one in rounds.list_participants(session, posting.id):
        given = Answer(
            posting_id=posting.id, person_id=one.person_id, kind=AnswerKind.FORM, text=one.text,
            event=f"form:{one.person_id}", created_at=now,
        )  # fmt: skip
        answers.save_answer(session, given)
    rounds.clear_participants(session, posting.id)
    posting.turned_at = now
