"""The team's question bank, to look at: its packs in their order, their questions, and one with its buttons.

Everything is private: whoever looks through the bank spoils nobody else's surprise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.commands import Declaration
from bot.core.context import Refusal, Turn
from bot.core.messages import Block, Button, Card, Quote, Reply, Small, Style, Text, Title
from bot.prompts.answers import number
from bot.prompts.bank import edit as question_changes
from bot.prompts.bank import team_bank
from bot.prompts.bank.edit import (
    TITLES,
    AskNext,
    ChoosePacks,
    MuteQuestion,
    RemoveQuestion,
    SuggestQuestion,
    UnmuteQuestion,
    kind_of,
    the_question,
)
from bot.prompts.bank.packs import Question
from bot.prompts.bank.team_bank import OWN, TeamPack
from storage.models import QuestionSetting, ScheduleKind
from storage.prompts import bank as questions

PAGE = 5
"""Questions in one private list: what a phone shows without much scrolling."""


@dataclass(frozen=True)
class Packs:
    """The packs for one kind of question, in the team's order."""

    kind: str = ScheduleKind.PROMPT
    team: str = ""


@dataclass(frozen=True)
class PackQuestions:
    """The questions of a pack, a page at a time."""

    pack: str = ""
    kind: str = ScheduleKind.PROMPT
    page: str = ""
    team: str = ""


@dataclass(frozen=True)
class OneQuestion:
    """One question, and what can be done with it."""

    question: str = ""
    team: str = ""


def packs(turn: Turn, command: Packs) -> Reply:
    """Every pack, with what is still to come of it."""
    kind, team = kind_of(command.kind), str(turn.seat.team_id)
    asked = set(questions.asked(turn.session, turn.seat.team_id, kind))
    found = team_bank.packs(turn.session, turn.seat.team_id, kind)
    rows = (_pack_row(pack, kind, team, asked) for pack in found)
    other = next(one for one in TITLES if one != kind)
    buttons = (
        Button("Choose packs", ChoosePacks(kind, team)),
        Button("Suggest a question", SuggestQuestion(team, kind)),
        Button(TITLES[other], Packs(other, team)),
    )
    return Reply(Card((Title(TITLES[kind]), *rows), buttons))


def _pack_row(pack: TeamPack, kind: str, team: str, asked: set[str]) -> Quote:
    to_come = sum(question.key not in asked for question in pack.questions)
    state = f"{to_come} of {len(pack.questions)} to come" if pack.active else "off"
    look = Button("Look", PackQuestions(pack.key, kind, "1", team))
    return Quote(pack.about, f"{pack.name} · {state}", look)


def pack_questions(turn: Turn, command: PackQuestions) -> Reply:
    """A page of a pack's questions."""
    kind, team = kind_of(command.kind), str(turn.seat.team_id)
    found = team_bank.packs(turn.session, turn.seat.team_id, kind)
    pack = next((pack for pack in found if pack.key == command.pack), None)
    if pack is None:
        raise Refusal("There is no such pack any more.")
    first = PAGE * (max(number(command.page), 1) - 1)
    shown = pack.questions[first : first + PAGE]
    more = PackQuestions(pack.key, kind, str(first // PAGE + 2), team)
    buttons = (Button("More", more),) if len(pack.questions) > first + PAGE else ()
    rows = tuple(_question_rows(turn, kind, shown)) or (Text(("There is no question here yet.",)),)
    back = Button("All packs", Packs(kind, team))
    return Reply(Card((Title(pack.name), *rows), (*buttons, back)), replaces=True)


def _question_rows(turn: Turn, kind: str, shown: Sequence[Question]) -> Iterator[Block]:
    settings = questions.settings(turn.session, turn.seat.team_id)
    asked = set(questions.asked(turn.session, turn.seat.team_id, kind))
    for question in shown:
        choose = Button("Choose", OneQuestion(question.key, str(turn.seat.team_id)))
        yield Quote(question.text, _state(settings.get(question.key), question.key in asked), choose)


def _state(setting: QuestionSetting | None, asked: bool) -> str:
    if setting and setting.muted:
        return "muted"
    if setting and setting.next_at:
        return "comes next"
    return "was asked" if asked else "to come"


def one_question(turn: Turn, command: OneQuestion) -> Reply:
    """A question with its buttons."""
    question = the_question(turn, command.question)
    setting = questions.settings(turn.session, turn.seat.team_id).get(question.key)
    asked = question.key in questions.asked(turn.session, turn.seat.team_id, question.kind)
    blocks = (Quote(question.text), Small((_state(setting, asked),)))
    muted = setting is not None and setting.muted
    return Reply(Card(blocks, tuple(_buttons(turn, question, muted))), replaces=True)


def _buttons(turn: Turn, question: Question, muted: bool) -> Iterator[Button]:
    key, team = question.key, str(turn.seat.team_id)
    yield Button("Ask it next", AskNext(key, team), Style.PRIMARY)
    yield Button("Unmute", UnmuteQuestion(key, team)) if muted else Button("Mute", MuteQuestion(key, team))
    if question.pack == OWN:
        yield Button("Remove", RemoveQuestion(key, team), Style.DANGER)
    yield Button("Back", PackQuestions(question.pack, question.kind, "1", team))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("packs", Packs, packs, reads=True),
    Declaration("pack-questions", PackQuestions, pack_questions, reads=True),
    Declaration("one-question", OneQuestion, one_question, reads=True),
    *question_changes.DECLARATIONS,
)
