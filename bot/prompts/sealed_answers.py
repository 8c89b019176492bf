"""An aha first: what is answered within two minutes stays sealed, and then all of it opens together.

A sealed answer is not among the answers yet, so nothing that tells those can tell it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.context import Turn
from bot.core.messages import Reply, reply
from storage.delivery import postings
from storage.models import Answer, AnswerKind, Posting, PromptForm
from storage.prompts import answers
from storage.prompts import rounds as gatherings

SEALED = timedelta(minutes=2)


def is_sealed(posting: Posting) -> bool:
    """Whether a question's two minutes are not over yet."""
    return posting.form == PromptForm.AHA_FIRST and posting.turned_at is None


def present(turn: Turn, posting: Posting) -> str:
    """What a person wrote so far."""
    mine = gatherings.one(turn.session, posting.id, turn.seat.person_id)
    return mine.text if mine else ""


def keep(turn: Turn, posting: Posting, text: str) -> Reply:
    """Keep an answer for when the two minutes are over; a second one takes its place."""
    gatherings.join(turn.session, posting.id, turn.seat.person_id, turn.now)
    mine = gatherings.one(turn.session, posting.id, turn.seat.person_id)
    assert mine is not None
    mine.text, mine.wrote_at = text, turn.now
    postings.touch(turn.session, posting.id, turn.now)
    return reply("Your answer is in. We read them together when the two minutes are over.")


def turn_over(session: Session, posting: Posting, now: datetime) -> None:
    """The two minutes are over: what was written becomes answers, all at once."""
    for one in gatherings.of(session, posting.id):
        given = Answer(
            posting_id=posting.id, person_id=one.person_id, kind=AnswerKind.FORM, text=one.text,
            event=f"form:{one.person_id}", created_at=now,
        )  # fmt: skip
        answers.put(session, given)
    gatherings.remove_all(session, posting.id)
    posting.turned_at = now
