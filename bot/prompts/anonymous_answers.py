"""Anonymous answers: one per person, without author or time, and with no link back to the person.

People say more in a retrospective if they have nothing to fear, so nothing else is
stored.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.core import anonymity
from bot.core.context import Context, UserError
from bot.core.messages import Reply, text_reply
from storage.delivery import refresh
from storage.models import Answer, AnswerKind, Posting
from storage.prompts import answers

ANONYMITY_FLOOR = anonymity.ANONYMITY_FLOOR
"""How many answers it takes until any is shown."""

ANONYMITY_NOTICE = (
    "Your name is not kept with your answer, nor is the time. Answers are shown shuffled, once there are "
    "four. There is one each, and it cannot be changed later."
)


def refuse_second_answer(context: Context, posting: Posting) -> None:
    """Raise UserError for a second answer, before the person fills in the form."""
    if context.anonymity.has_answered(posting.id, context.caller.person_id):
        raise UserError("You have answered this one. Without names, nobody can tell which answer is yours.")


def save_anonymous_answer(context: Context, posting: Posting, text: str) -> Reply:
    """Save an anonymous answer.

    The reply has no button, because a button would link the answer to its author.
    UserError for a second answer.
    """
    if not context.anonymity.record_answer(posting.id, context.caller.person_id, context.origin.event):
        raise UserError(
            "You have answered this one; without names there is one each. These words are not kept."
        )
    answers.add_once(
        context.session,
        _anonymous_answer(posting, context.anonymity.answer_token(context.origin.event), text),
    )
    refresh.refresh_posting(context.session, posting.id, context.now)
    shown = answers.count_people(context.session, posting.id) >= ANONYMITY_FLOOR
    then = "" if shown else " Answers are shown once there are four."
    return text_reply(f"Your answer is in, without your name.{then}")


def _anonymous_answer(posting: Posting, token: str, text: str) -> Answer:
    """Build the answer with the question's date, since its real time could reveal the author."""
    dated = posting.sent_at or posting.created_at
    return Answer(posting_id=posting.id, kind=AnswerKind.FORM, text=text, event=token, created_at=dated)


def shuffle_answers(given: Sequence[Answer]) -> Sequence[Answer]:
    """Return the answers that may be shown, ordered by their random tokens.

    The order reveals nothing. Empty below ANONYMITY_FLOOR answers.
    """
    return sorted(given, key=lambda answer: answer.event) if len(given) >= ANONYMITY_FLOOR else []
