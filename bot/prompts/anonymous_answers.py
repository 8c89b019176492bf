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
from bot.core.language.words import _, line, ngettext
from bot.core.messages import Field, FieldKind, Line, Option, Reply, Timestamp, text_reply
from bot.core.text import number_in_words
from bot.core.times import format_day, weekday_names, zone_or_utc
from bot.core.zones.names import describe_zone
from storage.models import Answer, AnswerKind, Posting, Team
from storage.prompts import answers

ANSWERING_TIME = timedelta(days=1)
"""How long an anonymous question takes answers. A retro on Thursday is in Friday's recap."""

SHORTEST_ANSWERING_TIME = timedelta(hours=12)
"""How long it takes them at least. One that was posted later than planned closes later."""


def floor_word() -> str:
    """Return in words how many answers there must be for them to be shown."""
    return number_in_words(ANONYMITY_FLOOR)


def even_if_few_field() -> Field:
    """Return the box in the form for an author who wants their answer shown in any case."""
    return Field(
        "alone",
        _("If fewer than {number} people answer", number=floor_word()),
        FieldKind.CHOICES,
        required=False,
        hint=_("People may then guess that it's yours."),
        options=(Option("yes", _("Show my answer anyway")),),
    )


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
    return line(
        "Anonymous. Answers appear together on {time}, shuffled, if at least {number} people answer",
        time=_closing_stamp(posting, team.zone),
        number=floor_word(),
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
        return say_answered(shown)
    if shown:
        return _(
            "This question has closed. Fewer than {number} people answered, so you only see what people "
            "chose to show anyway.",
            number=floor_word(),
        )
    return _(
        "This question has closed. Fewer than {number} people answered, so no answers are shown.",
        number=floor_word(),
    )


def say_answered(people: int) -> str:
    """Return the sentence about how many people answered a question."""
    number = number_in_words(people).capitalize()
    return ngettext("One person answered.", "{number} people answered.", people, number=number)


def describe_anonymity(context: Context, posting: Posting) -> str:
    """Return the sentences in the form: what is saved, and what is shown when."""
    zone = _reader_zone(context)
    local = _closes_at(posting).astimezone(zone_or_utc(zone))
    said = (
        _("I don't save your name or the time with your answer."),
        _(
            "All answers appear together on {weekday}, {day} at {time} ({zone}), shuffled, "
            "if at least {number} people answer.",
            weekday=weekday_names(str(local.isoweekday())),
            day=format_day(local.date()),
            time=f"{local:%H:%M}",
            zone=describe_zone(zone),
            number=floor_word(),
        ),
        _("If fewer do, I delete them and nobody sees them, unless you tick the box below."),
        _("You can answer once, and can't change it later."),
    )
    return " ".join(said)


def refuse_second_answer(context: Context, posting: Posting) -> None:
    """Raise UserError for a second answer, before the person fills in the form."""
    if context.anonymity.has_answered(posting.id, context.origin.person_key):
        raise UserError(
            _("You've already answered this one. It's anonymous, so I can't tell which answer is yours.")
        )


def is_repeated_answer(context: Context, posting: Posting) -> bool:
    """Return whether the person's answer is saved already, and was delivered again."""
    return context.anonymity.is_repeated(posting.id, context.origin.person_key, context.origin.event)


def save_anonymous_answer(context: Context, posting: Posting, text: str, alone: bool) -> Reply:
    """Save an anonymous answer. `alone` says whether it is shown even if few answer.

    The reply has no button, because a button would link the answer to its author. No card is
    refreshed, because that would show when the answer came. UserError for a second answer.
    """
    if not context.anonymity.record_answer(posting.id, context.origin.person_key, context.origin.event):
        raise UserError(_("You've already answered this one. Each person can answer once."))
    token = context.anonymity.answer_token(context.origin.event)
    answers.add_once(context.session, _anonymous_answer(posting, token, text, alone))
    return confirm_answer(context, posting, alone)


def confirm_answer(context: Context, posting: Posting, alone: bool) -> Reply:
    """Return the reply to the author: when the answers come out, and whether theirs does in any case."""
    at = _closing_stamp(posting, _reader_zone(context))
    if alone:
        return text_reply(
            *line(
                "Your answer is saved, without your name. It appears on {time}, even if few people answer.",
                time=at,
            )
        )
    return text_reply(
        *line(
            "Your answer is saved, without your name. All answers appear together on {time}, "
            "if at least {number} people answer.",
            time=at,
            number=floor_word(),
        )
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
