"""Answers without names: one a person, with no author, no time, and no way back from answer to person.

A retrospective hears more when nobody has to fear for what they say; what is not needed is not written down.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.core import anonymity
from bot.core.context import Refusal, Turn
from bot.core.messages import Reply, reply
from storage.delivery import postings
from storage.models import Answer, AnswerKind, Posting
from storage.prompts import answers

SHOWN_FROM = anonymity.SHOWN_FROM
"""Answers until any is shown."""

NOTE = (
    "Your name is not kept with your answer, nor is the time. Answers are shown shuffled, once there are "
    "four. There is one each, and it cannot be changed later."
)


def refuse_second(turn: Turn, posting: Posting) -> None:
    """Refusal before a form is filled in for nothing."""
    if turn.anonymity.has_answered(posting.id, turn.seat.person_id):
        raise Refusal("You have answered this one. Without names, nobody can tell which answer is yours.")


def keep(turn: Turn, posting: Posting, text: str) -> Reply:
    """Store an answer. The reply has no button, because a button would have to know which answer is whose."""
    if not turn.anonymity.first(posting.id, turn.seat.person_id, turn.origin.event):
        raise Refusal(
            "You have answered this one; without names there is one each. These words are not kept."
        )
    answers.add_once(turn.session, _answer(posting, turn.anonymity.token(turn.origin.event), text))
    postings.touch(turn.session, posting.id, turn.now)
    shown = answers.heard(turn.session, posting.id) >= SHOWN_FROM
    then = "" if shown else " Answers are shown once there are four."
    return reply(f"Your answer is in, without your name.{then}")


def _answer(posting: Posting, token: str, text: str) -> Answer:
    """Dated as the question is, for the real time could tell who it was."""
    dated = posting.sent_at or posting.created_at
    return Answer(posting_id=posting.id, kind=AnswerKind.FORM, text=text, event=token, created_at=dated)


def shuffled(given: Sequence[Answer]) -> Sequence[Answer]:
    """The answers that may be shown, in an order that tells nothing: that of their random names."""
    return sorted(given, key=lambda answer: answer.event) if len(given) >= SHOWN_FROM else []
