"""Answering a question by its form, keeping one's answer as a moment, and taking it back.

Whoever answers decides what becomes of it: it is a moment only when its author presses the button.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import Declaration, written
from bot.core.context import Refusal, Turn
from bot.core.messages import Button, Field, FieldKind, Form, Reply, reply
from bot.moments.log import FORM_WORDS, plan_card
from bot.prompts import anonymous_answers as nameless
from bot.prompts import sealed_answers as aha_first
from storage.delivery import postings
from storage.models import Answer, AnswerKind, Kind, Posting, PostingKind, PromptForm
from storage.moments import moments
from storage.prompts import answers
from storage.prompts import rounds as gatherings

NOTE = "Your answer will stand under the question, with your name."
TAKEN_BACK = "This question was taken back."


@dataclass(frozen=True)
class GiveAnswer:
    """Answer a question by the form; a second time, with new words."""

    posting: str = ""
    team: str = ""
    text: str = written()


@dataclass(frozen=True)
class KeepAnswer:
    """Make a moment of one's own answer."""

    answer: str = ""
    team: str = ""


@dataclass(frozen=True)
class DropAnswer:
    """Take one's own answer back."""

    answer: str = ""
    team: str = ""


def asks(posting: Posting) -> bool:
    """Whether a posting is something to answer."""
    return posting.kind in (PostingKind.PROMPT, PostingKind.RETRO)


def number(given: str) -> int:
    """The number in a button's field; 0 where it holds none that a row could have."""
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def question(turn: Turn, given: str) -> Posting:
    """The prompt or retrospective that a button names. Refusal where this team has none such."""
    posting = turn.session.get(Posting, number(given))
    if posting is None or posting.team_id != turn.seat.team_id or not asks(posting):
        raise Refusal("That question does not belong to this channel.")
    return posting


def held(turn: Turn, given: str, *forms: PromptForm, taken_back: bool = False) -> Posting:
    """A question of one of these forms, for this turn alone.

    Refusal where it is another, or was taken back and may not be.
    """
    posting = question(turn, given)
    gatherings.hold(turn.session, posting)
    if posting.form not in forms:
        raise Refusal("That button belongs to another question.")
    if posting.withdrawn_at is not None and not taken_back:
        raise Refusal(TAKEN_BACK)
    return posting


def counts_replies(posting: Posting) -> bool:
    """Whether what is done under a question in public is an answer: where lines are private, it is only talk."""
    if posting.anonymous or posting.withdrawn_at is not None:
        return False
    if posting.form in (PromptForm.PARK_IT, PromptForm.AHA_FIRST):
        return posting.turned_at is not None
    return posting.form not in (PromptForm.BRINGS, PromptForm.CROSS_PAIR)


def give(turn: Turn, command: GiveAnswer) -> Reply | Form:
    """Keep a form's answer; without any words, the form."""
    posting = question(turn, command.posting)
    _refuse(turn, posting, bool(command.text.strip()))
    if not command.text.strip():
        return _form(turn, command, posting)
    if aha_first.is_sealed(posting):
        gatherings.hold(turn.session, posting)
    if aha_first.is_sealed(posting):
        return aha_first.keep(turn, posting, command.text)
    if posting.anonymous:
        return nameless.keep(turn, posting, command.text)
    return _keep_answer(turn, posting, command.text)


def _refuse(turn: Turn, posting: Posting, written: bool) -> None:
    """Refusal where there is nothing to answer; words that were written before it closed are still taken."""
    if posting.withdrawn_at is not None:
        raise Refusal(TAKEN_BACK)
    if posting.form in (PromptForm.BRINGS, PromptForm.CROSS_PAIR):
        raise Refusal("That button belongs to another question.")
    if posting.form == PromptForm.PARK_IT and posting.turned_at is None:
        raise Refusal("This question opens in a few minutes.")
    if posting.closed_at is not None and not written:
        instead = f"{turn.ways.command} log and your words"
        raise Refusal(f"This question has closed. What you saw since can be kept as an aha: {instead}.")


def _form(turn: Turn, command: GiveAnswer, posting: Posting) -> Form:
    """The question and what becomes of an answer; with the present one, where it is known whose it is."""
    if posting.anonymous:
        nameless.refuse_second(turn, posting)
    present = _present(turn, posting)
    intro = f"{posting.text}\n\n{_becomes(posting)}"
    value = present if len(present) <= FORM_WORDS else ""
    field = Field("text", "Your answer", FieldKind.TEXT, value)
    title = "A question for us" if posting.kind == PostingKind.PROMPT else "Looking back"
    return Form(title, GiveAnswer(command.posting, command.team), (field,), intro=intro)


def _present(turn: Turn, posting: Posting) -> str:
    """What the speaker answered so far."""
    if aha_first.is_sealed(posting):
        return aha_first.present(turn, posting)
    known = answers.by_event(turn.session, posting.id, _name(turn, posting))
    return known.text if known else ""


def _becomes(posting: Posting) -> str:
    """What becomes of an answer."""
    if posting.anonymous:
        return nameless.NOTE
    if aha_first.is_sealed(posting):
        return (
            "Nobody else sees your answer before the two minutes are over; then all stand there with names."
        )
    if posting.form == PromptForm.GREY_AREA:
        asked = (
            "What is undecided here, as you see it?"
            if posting.turned_at is None
            else "A way out, as you see it."
        )
        return f"{asked} {NOTE}"
    return NOTE


def _name(turn: Turn, posting: Posting) -> str:
    """A person has one answer by form, so its name is theirs; in a grey area one more, for a way out."""
    way_out = posting.form == PromptForm.GREY_AREA and posting.turned_at is not None
    return f"form:{turn.seat.person_id}{':out' if way_out else ''}"


def _keep_answer(turn: Turn, posting: Posting, text: str) -> Reply:
    kept = answers.put(
        turn.session,
        Answer(
            posting_id=posting.id, person_id=turn.seat.person_id, kind=AnswerKind.FORM, text=text,
            event=_name(turn, posting), created_at=turn.now,
        ),
    )  # fmt: skip
    _follow(turn, kept)
    at, team = str(kept.id), str(turn.seat.team_id)
    keep_it = Button("Keep it as an aha", KeepAnswer(at, team))
    said = "Your answer has your new words." if kept.edited_at else "Your answer stands under the question."
    return reply(said, buttons=(keep_it, Button("Take it back", DropAnswer(at, team))))


def keep(turn: Turn, command: KeepAnswer) -> Reply:
    """A moment in the answer's words, once."""
    answer = _own(turn, command.answer)
    known = moments.by_event(turn.session, turn.seat.team_id, f"answer:{answer.id}")
    if known and known.deleted_at is not None:
        raise Refusal(f"#{known.number} was kept from your answer and removed again; it stays out.")
    kept_as = known.number if known else _keep_moment(turn, answer)
    return reply(f"Kept as #{kept_as}. Were others there? They can add their own version.")


def _keep_moment(turn: Turn, answer: Answer) -> int:
    """The moment and its card, where the question stands."""
    moment_id, number = moments.add(
        turn.session, turn.seat.team_id, Kind.AHA, turn.seat.person_id, answer.text.strip(), turn.now,
        event=f"answer:{answer.id}",
    )  # fmt: skip
    plan_card(turn, moment_id, turn.session.get_one(Posting, answer.posting_id).channel)
    return number


def drop(turn: Turn, command: DropAnswer) -> Reply:
    """Out of the question's card, of recaps and of the database."""
    take_away(turn, _own(turn, command.answer))
    return reply("Your answer is taken back.", replaces=True)


def _own(turn: Turn, given: str) -> Answer:
    """The speaker's own answer. Refusal where it is gone, or somebody else's."""
    answer = turn.session.get(Answer, number(given))
    if answer is None or answer.deleted_at is not None or answer.person_id != turn.seat.person_id:
        raise Refusal("That answer is gone, or it is not yours.")
    question(turn, str(answer.posting_id))
    return answer


def take_away(turn: Turn, answer: Answer) -> None:
    """Empty an answer, wherever it is counted or quoted."""
    answers.take_away(turn.session, answer, turn.now)
    _follow(turn, answer)


def _follow(turn: Turn, answer: Answer) -> None:
    """Let the question's card and the recaps that quote the answer follow it."""
    postings.touch(turn.session, answer.posting_id, turn.now)
    postings.touch_answer(turn.session, answer.id, turn.now)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("give-answer", GiveAnswer, give),
    Declaration("keep-answer", KeepAnswer, keep),
    Declaration("drop-answer", DropAnswer, drop),
)
