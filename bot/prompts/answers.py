"""Answering a question by form, saving an answer as a moment, and taking an answer back.

An answer becomes a moment only when its author presses the button.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from bot.core.commands import Declaration, OwnWords
from bot.core.context import Context, UserError, card_place, name_place, posting_place
from bot.core.language.words import _, lazy, line
from bot.core.messages import FORM_WORDS, Button, Field, FieldKind, Form, Reply, text_reply
from bot.core.moment import plan_moment_card
from bot.core.params import user_text
from bot.core.text import parse_number
from bot.moments.saved import saved_reply
from bot.prompts.anonymous_answers import (
    confirm_answer,
    describe_anonymity,
    even_if_few_field,
    is_repeated_answer,
    refuse_second_answer,
    save_anonymous_answer,
)
from bot.prompts.bank.goal_questions import question_text
from bot.prompts.sealed_answers import (
    SEALED_FORMS,
    TakeAnswerBack,
    find_sealed_text,
    is_sealed,
    save_sealed_answer,
)
from storage.delivery import refresh
from storage.models import Answer, AnswerKind, Kind, Posting, PostingKind, PromptForm
from storage.moments import moments
from storage.prompts import answers, rounds

NAMED_NOTE = lazy("Your answer appears under the question, with your name.")
TAKEN_BACK = lazy("This question was taken back.")
LATE_ANSWER = lazy(
    "This question has closed. On its own, your answer would give you away, so I didn't save it."
)


@dataclass(frozen=True)
class GiveAnswer:
    """The command to answer a question by form. A second answer replaces the first.

    `alone` is not empty for an anonymous answer that is shown even if few answer.
    """

    posting: str = ""
    team: str = ""
    text: str = user_text()
    alone: str = ""


@dataclass(frozen=True)
class KeepAnswer:
    """The command to save one's own answer as a moment."""

    answer: str = ""
    team: str = ""


@dataclass(frozen=True)
class DropAnswer:
    """The command to take one's own answer back."""

    answer: str = ""
    team: str = ""


def is_question(posting: Posting) -> bool:
    """Return whether a posting is a prompt or a retrospective, which people can answer."""
    return posting.kind in (PostingKind.PROMPT, PostingKind.RETRO)


def find_asked_question(context: Context, given: str) -> Posting:
    """Return the prompt or retrospective that a button names.

    Raises UserError if the team has no such question.
    """
    posting = context.session.get(Posting, parse_number(given))
    if posting is None or posting.team_id != context.caller.team_id or not is_question(posting):
        raise UserError(_("That question isn't from this channel."))
    return posting


def lock_question(context: Context, given: str, *forms: PromptForm, taken_back: bool = False) -> Posting:
    """Return a question of one of the given forms, locked until the commit.

    Raises UserError if the question has another form, or was taken back and `taken_back` is
    false.
    """
    posting = find_asked_question(context, given)
    rounds.lock_posting(context.session, posting)
    if posting.form not in forms:
        raise UserError(_("That button belongs to another question."))
    if posting.withdrawn_at is not None and not taken_back:
        raise UserError(TAKEN_BACK())
    return posting


def can_answer_in_thread(posting: Posting) -> bool:
    """Return whether replies and reactions in a question's thread count as answers.

    They do not for anonymous questions, withdrawn ones and forms whose lines are private,
    where they are only talk.
    """
    if posting.anonymous or posting.withdrawn_at is not None:
        return False
    if posting.form in (PromptForm.PARK_IT, *SEALED_FORMS):
        return posting.turned_at is not None
    return posting.form not in (PromptForm.BRINGS, PromptForm.CROSS_PAIR)


def submit_answer(context: Context, command: GiveAnswer) -> Reply | Form:
    """Save the answer from a form. Without text, return the form."""
    posting = find_asked_question(context, command.posting)
    if posting.anonymous and command.text:
        return _submit_anonymous_answer(context, command, posting)
    _require_open_question(context, posting, bool(command.text))
    if not command.text:
        return _build_answer_form(context, command, posting)
    if is_sealed(posting):
        rounds.lock_posting(context.session, posting)
    if is_sealed(posting):
        return save_sealed_answer(context, posting, command.text)
    return _save_answer(context, posting, command.text)


def _submit_anonymous_answer(context: Context, command: GiveAnswer, posting: Posting) -> Reply:
    """Save an anonymous answer.

    The question is locked, so that none is saved while it closes. One that was saved before and
    is delivered again gets the same reply, also after the close.
    """
    rounds.lock_posting(context.session, posting)
    if posting.withdrawn_at is None and is_repeated_answer(context, posting):
        return confirm_answer(context, posting, bool(command.alone))
    _require_open_question(context, posting, written=True)
    return save_anonymous_answer(context, posting, command.text, bool(command.alone))


def hides_author(session: Session, command: GiveAnswer) -> bool:
    """Return whether a command answers an anonymous question."""
    posting = session.get(Posting, parse_number(command.posting))
    return posting is not None and posting.anonymous


def _require_open_question(context: Context, posting: Posting, written: bool) -> None:
    """Raise UserError if the question cannot be answered.

    Text that was written before the question closed is still accepted, but not for an anonymous
    question, where it would come out alone.
    """
    if posting.withdrawn_at is not None:
        raise UserError(TAKEN_BACK())
    if posting.form in (PromptForm.BRINGS, PromptForm.CROSS_PAIR):
        raise UserError(_("That button belongs to another question."))
    if posting.form == PromptForm.PARK_IT and posting.turned_at is None:
        raise UserError(_("This question opens in a few minutes."))
    if posting.closed_at is not None and posting.anonymous:
        raise UserError(LATE_ANSWER() if written else _("This question has closed."))
    if posting.closed_at is not None and not written:
        command_word = context.capabilities.command
        raise UserError(
            _(
                "This question has closed. To save what you noticed since, type {command} log and your words.",
                command=command_word,
            )
        )


def _build_answer_form(context: Context, command: GiveAnswer, posting: Posting) -> Form:
    """Return the form with the question and a note on who will see the answer.

    It holds the caller's present answer, except for anonymous questions, whose authors are
    not known.
    """
    if posting.anonymous:
        refuse_second_answer(context, posting)
    present = _find_current_text(context, posting)
    intro = f"{question_text(context.session, posting)}\n\n{_describe_visibility(context, posting)}"
    value = present if len(present) <= FORM_WORDS else ""
    field = Field("text", _("Your answer"), FieldKind.TEXT, value)
    fields = (field, even_if_few_field()) if posting.anonymous else (field,)
    again = GiveAnswer(command.posting, command.team)
    return Form(_("Answer"), again, fields, submit=_("Save"), intro=intro, storable=not posting.anonymous)


def _find_current_text(context: Context, posting: Posting) -> str:
    """Return the caller's present answer, or an empty string."""
    if is_sealed(posting):
        return find_sealed_text(context, posting)
    known = answers.find_by_event(context.session, posting.id, _answer_event(context, posting))
    return known.text if known else ""


def _describe_visibility(context: Context, posting: Posting) -> str:
    """Return the sentences that tell who will see an answer, and when."""
    if posting.anonymous:
        return describe_anonymity(context, posting)
    if is_sealed(posting) and posting.form == PromptForm.FOCUS_PART:
        return _("Nobody sees your answer until we read this part together. Then all are shown, with names.")
    if is_sealed(posting):
        return _("Nobody sees your answer until the two minutes are over. Then all are shown, with names.")
    if posting.form == PromptForm.GREY_AREA:
        asked = (
            _("What's undecided here, as you see it?")
            if posting.turned_at is None
            else _("What could be a way out?")
        )
        return f"{asked} {NAMED_NOTE()}"
    return NAMED_NOTE()


def _answer_event(context: Context, posting: Posting) -> str:
    """Return the event name of the caller's answer by form.

    A person has one answer per question, and in a grey area a second one for a way out.
    """
    way_out = posting.form == PromptForm.GREY_AREA and posting.turned_at is not None
    return f"form:{context.caller.person_id}{':out' if way_out else ''}"


def _save_answer(context: Context, posting: Posting, text: str) -> Reply:
    earlier = answers.find_by_event(context.session, posting.id, _answer_event(context, posting))
    stood = earlier is not None and earlier.deleted_at is None
    kept = answers.save_answer(
        context.session,
        Answer(
            posting_id=posting.id, person_id=context.caller.person_id, kind=AnswerKind.FORM, text=text,
            event=_answer_event(context, posting), created_at=context.now,
        ),
    )  # fmt: skip
    _refresh_cards_of(context, kept)
    at, team = str(kept.id), str(context.caller.team_id)
    keep_it = Button(_("Save as an aha"), KeepAnswer(at, team))
    place = name_place(posting_place(context, posting))
    said = (
        line("Your answer in {place} is updated.", place=place)
        if stood and kept.edited_at
        else line("Your answer is under the question in {place}.", place=place)
    )
    undo = Button(_("Undo"), DropAnswer(at, team))
    return text_reply(*said, buttons=(undo, keep_it))


def save_answer_as_moment(context: Context, command: KeepAnswer) -> Reply:
    """Save the caller's answer as an aha, at most once. Raise UserError for an emoji, which has no words."""
    answer = _find_own_answer(context, command.answer)
    if answer.kind == AnswerKind.REACTION:
        raise UserError(_("Your answer is an emoji, so there are no words to save."))
    known = moments.find_by_event(context.session, context.caller.team_id, f"answer:{answer.id}")
    if known and known.deleted_at is not None:
        raise UserError(
            _("You saved this answer as #{number} and deleted that. It stays deleted.", number=known.number)
        )
    kept_as = known.number if known else _add_answer_moment(context, answer)
    question = context.session.get_one(Posting, answer.posting_id)
    return saved_reply(context.moment_ref(kept_as), posting_place(context, question))


def _add_answer_moment(context: Context, answer: Answer) -> int:
    """Add the moment and plan its card where the button was pressed. Return its number."""
    moment_id, number = moments.add_moment(
        context.session, context.caller.team_id, Kind.AHA, context.caller.person_id, answer.text.strip(), context.now,
        event=f"answer:{answer.id}",
    )  # fmt: skip
    plan_moment_card(context, moment_id, card_place(context))
    return number


def drop_answer(context: Context, command: DropAnswer) -> Reply:
    """Remove the caller's answer from the question's card, from recaps and from the database."""
    erase_answer(context, _find_own_answer(context, command.answer))
    return text_reply(_("Your answer is removed."), replaces=True)


def take_sealed_answer_back(context: Context, command: TakeAnswerBack) -> Reply:
    """Remove the caller's answer of a question whose answers open together, before or after that.

    Raises UserError if there is none.
    """
    posting = find_asked_question(context, command.posting)
    rounds.lock_posting(context.session, posting)
    mine = rounds.find_participant(context.session, posting.id, context.caller.person_id)
    known = answers.find_by_event(context.session, posting.id, _answer_event(context, posting))
    if is_sealed(posting) and mine is not None:
        rounds.remove_participant(context.session, mine)
        refresh.refresh_posting(context.session, posting.id, context.now)
    elif known is not None and known.deleted_at is None:
        erase_answer(context, known)
    else:
        raise UserError(_("That answer is gone, or it isn't yours."))
    return text_reply(_("Your answer is removed."), replaces=True)


def _find_own_answer(context: Context, given: str) -> Answer:
    """Return the caller's own answer.

    Raises UserError if the answer is gone or belongs to another person.
    """
    answer = context.session.get(Answer, parse_number(given))
    if answer is None or answer.deleted_at is not None or answer.person_id != context.caller.person_id:
        raise UserError(_("That answer is gone, or it isn't yours."))
    find_asked_question(context, str(answer.posting_id))
    return answer


def erase_answer(context: Context, answer: Answer) -> None:
    """Empty an answer and refresh every card that counts or quotes it."""
    answers.remove_answer(context.session, answer, context.now)
    _refresh_cards_of(context, answer)


def _refresh_cards_of(context: Context, answer: Answer) -> None:
    """Refresh the question's card and the recaps that quote the answer."""
    refresh.refresh_posting(context.session, answer.posting_id, context.now)
    refresh.refresh_answer(context.session, answer.id, context.now)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("give-answer", GiveAnswer, submit_answer, shown=True, hides_person=hides_author),
    Declaration("keep-answer", KeepAnswer, save_answer_as_moment),
    Declaration("drop-answer", DropAnswer, drop_answer, own_words=OwnWords.ALWAYS),
    Declaration("take-answer-back", TakeAnswerBack, take_sealed_answer_back, own_words=OwnWords.ALWAYS),
)
