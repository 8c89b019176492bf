"""The private lists of a team's question bank: its packs, their questions, and single questions.

Every reply is private, so that browsing does not reveal coming questions to other people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.access.offers import offer_working
from bot.core.commands import Declaration
from bot.core.context import Context, UserError
from bot.core.language.words import _, pgettext
from bot.core.messages import (
    Block,
    Button,
    Card,
    Entry,
    Quote,
    Reply,
    Small,
    Style,
    Text,
    Title,
)
from bot.core.text import parse_number
from bot.prompts.bank.edit import (
    TITLES,
    AskNext,
    ChoosePacks,
    MuteQuestion,
    RemoveQuestion,
    SuggestQuestion,
    UnmuteQuestion,
    find_team_question,
    parse_question_kind,
)
from bot.prompts.bank.packs import Question
from bot.prompts.bank.team_bank import OWN_PACK, TeamPack, list_team_packs
from bot.prompts.seasons.commands import BeginSeason, SeeSeason
from storage.models import QuestionSetting, ScheduleKind
from storage.prompts import bank

PAGE_SIZE = 5
"""Questions on one private page: as many as a phone shows without much scrolling."""


@dataclass(frozen=True)
class Packs:
    """A command that lists the packs for one kind of question, in the team's order."""

    kind: str = ScheduleKind.PROMPT
    team: str = ""


@dataclass(frozen=True)
class PackQuestions:
    """A command that lists the questions of a pack, a page at a time."""

    pack: str = ""
    kind: str = ScheduleKind.PROMPT
    page: str = ""
    team: str = ""


@dataclass(frozen=True)
class OneQuestion:
    """A command that shows one question with its buttons."""

    question: str = ""
    team: str = ""


def list_packs(context: Context, command: Packs) -> Reply:
    """Return every pack with the number of its questions that were not asked yet."""
    kind, team = parse_question_kind(command.kind), str(context.caller.team_id)
    asked = bank.find_asked_keys(context.session, context.caller.team_id, kind)
    found = list_team_packs(context.session, context.caller.team_id, kind)
    rows = (_pack_row(pack, kind, team, asked) for pack in found)
    other = next(one for one in TITLES if one != kind)
    buttons = (
        Button(_("Choose packs"), ChoosePacks(kind, team)),
        Button(_("Suggest a question"), SuggestQuestion(team, kind)),
        Button(TITLES[other](), Packs(other, team)),
    )
    season = (Button(_("A season of one question"), SeeSeason(team)),)
    return Reply(Card((Title(TITLES[kind]()), *rows), buttons, season))


def _pack_row(pack: TeamPack, kind: str, team: str, asked: set[str]) -> Entry:
    done, every = sum(question.key in asked for question in pack.questions), len(pack.questions)
    state = (
        _("{asked} of {every} asked", asked=done, every=every) if pack.active else pgettext("state", "off")
    )
    look = Button(_("Show"), PackQuestions(pack.key, kind, "1", team))
    return Entry(pack.about, (f"{pack.name} · {state}",), look)


def list_pack_questions(context: Context, command: PackQuestions) -> Reply:
    """Return one page of a pack's questions. Raise UserError if the pack is gone."""
    kind, team = parse_question_kind(command.kind), str(context.caller.team_id)
    found = list_team_packs(context.session, context.caller.team_id, kind)
    pack = next((pack for pack in found if pack.key == command.pack), None)
    if pack is None:
        raise UserError(_("That pack isn't here any more."))
    first = PAGE_SIZE * (max(parse_number(command.page), 1) - 1)
    shown = pack.questions[first : first + PAGE_SIZE]
    more = PackQuestions(pack.key, kind, str(first // PAGE_SIZE + 2), team)
    buttons = (Button(_("More"), more),) if len(pack.questions) > first + PAGE_SIZE else ()
    rows = tuple(_question_rows(context, kind, shown)) or (Text((_("No questions here yet."),)),)
    back = Button(_("All packs"), Packs(kind, team))
    return Reply(Card((Title(pack.name), *rows), (*buttons, back)), replaces=True)


def _question_rows(context: Context, kind: str, shown: Sequence[Question]) -> Iterator[Block]:
    settings = bank.question_settings(context.session, context.caller.team_id)
    asked = bank.find_asked_keys(context.session, context.caller.team_id, kind)
    for question in shown:
        choose = Button(_("Show"), OneQuestion(question.key, str(context.caller.team_id)))
        state = _question_state(settings.get(question.key), question.key in asked)
        yield Entry(question.text, (state,), choose)


def _question_state(setting: QuestionSetting | None, asked: bool) -> str:
    if setting and setting.muted:
        return _("muted")
    if setting and setting.next_at:
        return _("asked next")
    return _("already asked") if asked else _("not asked yet")


def show_question(context: Context, command: OneQuestion) -> Reply:
    """Return a question with its state and its buttons."""
    question = find_team_question(context, command.question)
    setting = bank.question_settings(context.session, context.caller.team_id).get(question.key)
    asked = question.key in bank.find_asked_keys(context.session, context.caller.team_id, question.kind)
    blocks = (Quote(question.text), Small((_question_state(setting, asked),)))
    muted = setting is not None and setting.muted
    season = (Button(_("Start a season"), BeginSeason(str(context.caller.team_id), question.key)),)
    card = offer_working(context, Card(blocks, tuple(_question_buttons(context, question, muted)), season))
    return Reply(card, replaces=True)


def _question_buttons(context: Context, question: Question, muted: bool) -> Iterator[Button]:
    key, team = question.key, str(context.caller.team_id)
    yield Button(_("Ask it next"), AskNext(key, team), Style.PRIMARY)
    if muted:
        yield Button(_("Unmute"), UnmuteQuestion(key, team))
    else:
        yield Button(_("Mute"), MuteQuestion(key, team))
    if question.pack == OWN_PACK:
        yield Button(_("Remove"), RemoveQuestion(key, team), Style.DANGER)
    yield Button(_("Back"), PackQuestions(question.pack, question.kind, "1", team))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("packs", Packs, list_packs, read_only=True),
    Declaration("pack-questions", PackQuestions, list_pack_questions, read_only=True),
    Declaration("one-question", OneQuestion, show_question, read_only=True),
)
