"""Changing the question bank: which packs are on, muting a question, wanting one next, suggesting one.

Anyone in the channel may, for the questions are put to everyone in it; only taking somebody else's suggestion
out is for admins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.commands import Declaration, written
from bot.core.context import FieldErrors, Refusal, Turn
from bot.core.messages import CARD_WORDS, Button, Field, FieldKind, Form, Option, Reply, reply
from bot.prompts.answers import number
from bot.prompts.bank import team_bank
from bot.prompts.bank.packs import Question
from bot.prompts.bank.team_bank import OWN, TeamPack
from storage.models import Question as OwnQuestion
from storage.models import ScheduleKind
from storage.prompts import bank as questions

TITLES: Mapping[str, str] = {
    ScheduleKind.PROMPT: "Questions to talk about",
    ScheduleKind.RETRO: "Questions that look back",
}


@dataclass(frozen=True)
class ChoosePacks:
    """Which packs are on, and which comes first."""

    kind: str = ScheduleKind.PROMPT
    team: str = ""
    packs: str = ""
    first: str = ""


@dataclass(frozen=True)
class MuteQuestion:
    """Never ask this one here."""

    question: str = ""
    team: str = ""


@dataclass(frozen=True)
class UnmuteQuestion:
    """Ask it again in its turn."""

    question: str = ""
    team: str = ""


@dataclass(frozen=True)
class AskNext:
    """Let this one come next."""

    question: str = ""
    team: str = ""


@dataclass(frozen=True)
class SuggestQuestion:
    """A question for the team's own bank."""

    team: str = ""
    kind: str = ""
    sort: str = ""
    text: str = written()


@dataclass(frozen=True)
class RemoveQuestion:
    """Take a question out of the team's own bank."""

    question: str = ""
    team: str = ""


def kind_of(given: str) -> str:
    """The kind of question that a button names."""
    return given if given in TITLES else ScheduleKind.PROMPT


def choose_packs(turn: Turn, command: ChoosePacks) -> Reply | Form:
    """Record which packs are on, and let one go first; the others keep their order."""
    kind = kind_of(command.kind)
    there = team_bank.packs(turn.session, turn.seat.team_id, kind)
    if not command.first:
        return _packs_form(command, there, [pack.key for pack in there if pack.active], there[0].key)
    chosen = [pack.key for pack in there if pack.key in command.packs.split("\n")]
    if command.first not in chosen:
        form = _packs_form(command, there, chosen, command.first)
        raise FieldErrors(form, {"first": "The first one has to be on as well."})
    order = [command.first, *(pack.key for pack in there if pack.key != command.first)]
    questions.set_packs(turn.session, turn.seat.team_id, kind, order, chosen)
    names = ", ".join(pack.name for key in order for pack in there if pack.key == key and key in chosen)
    return reply(f"{TITLES[kind]} come from these packs in turn: {names}.")


def _packs_form(command: ChoosePacks, there: Sequence[TeamPack], chosen: Sequence[str], first: str) -> Form:
    options = tuple(Option(pack.key, pack.name) for pack in there)
    fields = (
        Field("packs", "Packs that are on", FieldKind.CHOICES, "\n".join(chosen), options=options),
        Field("first", "Which goes first?", FieldKind.CHOICE, first, options=options),
    )
    return Form("Choose packs", ChoosePacks(command.kind, command.team), fields, submit="Save")


def the_question(turn: Turn, key: str) -> Question:
    """The question that a button names. Refusal where it is gone."""
    question = team_bank.find(turn.session, turn.seat.team_id, key)
    if question is None:
        raise Refusal("That question is not in the bank any more.")
    return question


def mute(turn: Turn, command: MuteQuestion) -> Reply:
    """It is not asked here any more. In a new private card, because the button also stands on a post."""
    question = the_question(turn, command.question)
    questions.decide(turn.session, turn.seat.team_id, question.key, muted=True, next_at=None)
    undo = Button("Undo", UnmuteQuestion(question.key, str(turn.seat.team_id)))
    return reply("Muted: this question is not asked here again.", buttons=(undo,))


def unmute(turn: Turn, command: UnmuteQuestion) -> Reply:
    """It may come again."""
    question = the_question(turn, command.question)
    questions.decide(turn.session, turn.seat.team_id, question.key, muted=False, next_at=None)
    return reply("It is back, and comes again in its turn.", replaces=True)


def ask_next(turn: Turn, command: AskNext) -> Reply:
    """It comes next, after others that were wanted before; a muted one is unmuted by that."""
    question = the_question(turn, command.question)
    questions.decide(turn.session, turn.seat.team_id, question.key, muted=False, next_at=turn.now)
    return reply("It comes next.", replaces=True)


def suggest(turn: Turn, command: SuggestQuestion) -> Reply | Form:
    """A new question of the team's own, from now on part of its rotation."""
    text = command.text.strip()
    if not text:
        return _suggest_form(command)
    if len(text) > CARD_WORDS:
        sentence = f"A question holds up to {CARD_WORDS} characters; this has {len(text)}."
        raise FieldErrors(_suggest_form(command), {"text": sentence})
    kind, seat = kind_of(command.sort or command.kind), turn.seat
    added = questions.add(turn.session, seat.team_id, kind, text, seat.person_id, turn.now)
    key, team = f"{OWN}:{added.id}", str(seat.team_id)
    buttons = (Button("Ask it next", AskNext(key, team)), Button("Remove", RemoveQuestion(key, team)))
    return reply("It is in your own pack now, and comes in its turn.", buttons=buttons)


def _suggest_form(command: SuggestQuestion) -> Form:
    options = tuple(Option(kind, title) for kind, title in TITLES.items())
    hint, kind = "One concrete thing, answered in a line.", kind_of(command.sort or command.kind)
    fields = (
        Field("text", "Your question", FieldKind.TEXT, command.text, hint=hint),
        Field("sort", "Where does it belong?", FieldKind.CHOICE, kind, options=options),
    )
    return Form("Suggest a question", SuggestQuestion(command.team, command.kind), fields)


def remove(turn: Turn, command: RemoveQuestion) -> Reply:
    """Out of the team's own bank, by who suggested it or by an admin."""
    own = turn.session.get(OwnQuestion, number(command.question.removeprefix(f"{OWN}:")))
    if own is None or own.team_id != turn.seat.team_id or own.deleted_at is not None:
        raise Refusal("That question is not in the bank any more.")
    if own.author_id != turn.seat.person_id and not turn.origin.admin:
        raise Refusal("Only who suggested it, or an admin, can remove it. You can mute it.")
    questions.remove(turn.session, own, turn.now)
    return reply("The question is removed.", replaces=True)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("choose-packs", ChoosePacks, choose_packs),
    Declaration("mute-question", MuteQuestion, mute),
    Declaration("unmute-question", UnmuteQuestion, unmute),
    Declaration("ask-next", AskNext, ask_next),
    Declaration("suggest-question", SuggestQuestion, suggest),
    Declaration("remove-question", RemoveQuestion, remove),
)
