"""Anonymous answers: one per person, without author or time, and with no link back to the person.

People say more in a retrospective if they have nothing to fear, so nothing else is stored.
Whoever watches a card, a count or an export could see an answer appear and know who was there
at that moment. So all answers come out at once, at a time that is told beforehand, and until
then nothing anywhere depends on them. Groups of five would be seen sooner, but would tell that
their authors answered between two groups, and would leave a rest that never comes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random, SystemRandom

from sqlmodel import Session

from bot.core.anonymity import ANONYMITY_FLOOR
from bot.core.context import Context, UserError
from bot.core.messages import Field, FieldKind, Line, Option, Reply, Timestamp, text_reply
from bot.core.text import number_in_words
from bot.core.times import zone_or_utc
from bot.core.zones.names import describe_zone
from storage.models import Answer, AnswerKind, Posting, Team
from storage.prompts import answers

ANSWERING_TIME = timedelta(days=1)
"""How long an anonymous question takes answers. A retro on Thursday is in Friday's recap."""

SHORTEST_ANSWERING_TIME = timedelta(hours=12)
"""How long it takes them at least. One that was posted later than planned closes later."""

FLOOR_WORD = number_in_words(ANONYMITY_FLOOR)

EVEN_IF_FEW = Field(
    "alone", f"If fewer than {FLOOR_WORD} answer", FieldKind.CHOICES, required=False,
    hint="People may then guess who wrote it.", options=(Option("yes", "Show mine even if few answer"),),
)  # fmt: skip
"""The box in the form of an author who wants their answer shown in any case."""


def closing_time(posted: datetime) -> datetime:
    """Return when the answers to a question posted at a time come out, on a whole minute."""
    return (posted + ANSWERING_TIME).replace(second=0, microsecond=0)


def later_closing_time(posting: Posting, now: datetime) -> datetime | None:
    """Return when a question closes that was posted much later than planned, or None."""
    assert posting.sent_at is not None
    late = posting.sent_at + SHORTEST_ANSWERING_TIME > now
    return closing_time(posting.sent_at) if late else None


def opening_line(session: Session, posting: Posting) -> Line:
    """Return the line on the card of an open question: how to answer, and when answers come out."""
    team = session.get_one(Team, posting.team_id)
    end = f", shuffled, if at least {FLOOR_WORD} of you answer"
    return (
        "By the form, without names. Answers come out together on ",
        _closing_stamp(posting, team.zone),
        end,
    )


def _closing_stamp(posting: Posting, zone: str) -> Timestamp:
    return Timestamp(_closes_at(posting), zone, clock=True)


def _closes_at(posting: Posting) -> datetime:
    """Return when a question closes or has closed."""
    return posting.closed_at or posting.turns_at or closing_time(posting.created_at)


def _reader_zone(context: Context) -> str:
    """Return the time zone of the caller, of whom no row may be stored yet."""
    return context.caller.person_zone or context.origin.zone or context.caller.zone


def closed_line(shown: int) -> str:
    """Return the line on the card of a closed question.

    Of too few answers it does not tell the number, nor whether there are any.
    """
    if shown >= ANONYMITY_FLOOR:
        return f"{number_in_words(shown).capitalize()} of you were heard."
    few = f"This question has closed. Fewer than {FLOOR_WORD} of you answered, so"
    return (
        f"{few} you only see what people chose to show anyway." if shown else f"{few} no answers are shown."
    )


def describe_anonymity(context: Context, posting: Posting) -> str:
    """Return the sentences in the form: what is saved, and what is shown when."""
    zone = _reader_zone(context)
    local = _closes_at(posting).astimezone(zone_or_utc(zone))
    when = f"{local:%A}, {local.day} {local:%B} at {local:%H:%M} ({describe_zone(zone)})"
    return (
        "Your name isn't saved with your answer, and neither is the time. All answers come out together on "
        f"{when}, shuffled, if at least {FLOOR_WORD} of you answer. If fewer do, nobody sees them and they're "
        "deleted, unless you tick the box below. You have one answer and can't change it later."
    )


def refuse_second_answer(context: Context, posting: Posting) -> None:
    """Raise UserError for a second answer, before the person fills in the form."""
    if context.anonymity.has_answered(posting.id, context.origin.person_key):
        raise UserError("You have answered this one. Without names, nobody can tell which answer is yours.")


def is_repeated_answer(context: Context, posting: Posting) -> bool:
    """Return whether the person's answer is saved already, and was delivered again."""
    return context.anonymity.is_repeated(posting.id, context.origin.person_key, context.origin.event)


def save_anonymous_answer(context: Context, posting: Posting, text: str, alone: bool) -> Reply:
    """Save an anonymous answer. `alone` says whether it is shown even if few answer.

    The reply has no button, because a button would link the answer to its author. No card is
    refreshed, because that would show when the answer came. UserError for a second answer.
    """
    if not context.anonymity.record_answer(posting.id, context.origin.person_key, context.origin.event):
        raise UserError("You have answered this one, and without names there is one answer each.")
    token = context.anonymity.answer_token(context.origin.event)
    answers.add_once(context.session, _anonymous_answer(posting, token, text, alone))
    return confirm_answer(context, posting, alone)


def confirm_answer(context: Context, posting: Posting, alone: bool) -> Reply:
    """Return the reply to the author: when the answers come out, and whether theirs does in any case."""
    shown = "even if few answer" if alone else f"if at least {FLOOR_WORD} of you answer"
    at = _closing_stamp(posting, _reader_zone(context))
    return text_reply(
        "Your answer is in, without your name. Answers come out together on ", at, f", yours {shown}."
    )


def _anonymous_answer(posting: Posting, token: str, text: str, alone: bool) -> Answer:
    """Build the answer with the question's date, since its real time could reveal the author."""
    dated = posting.sent_at or posting.created_at
    return Answer(
        posting_id=posting.id, kind=AnswerKind.FORM, text=text, event=token, alone=alone, created_at=dated
    )


def release_answers(session: Session, posting: Posting, now: datetime) -> None:
    """Close a question and let its answers come out, all at once.

    Those that are too few are deleted, unless their authors want them shown even then.
    """
    too_few = answers.count_people(session, posting.id) < ANONYMITY_FLOOR
    answers.release_anonymous(session, posting.id, now, too_few)
    posting.closed_at = now


def list_shown_answers(session: Session, posting: Posting, order: str = "") -> Sequence[Answer]:
    """Return the answers that came out, in an order that is drawn anew each time.

    With `order`, any text, it is always the same one. Empty before the close.
    """
    if posting.closed_at is None:
        return []
    given = sorted(answers.list_form_answers(session, posting.id), key=lambda answer: answer.event)
    (Random(order) if order else SystemRandom()).shuffle(given)
    return given
