"""Tests of questions that need a big goal: only teams that have one are asked, in the goal's own words."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session

from bot.core.commands import Commands
from bot.core.language.words import speaking
from bot.core.messages import CARD_TEXT_LIMIT
from bot.core.params import ENCODED_LIMIT
from bot.features import DECLARATIONS
from bot.prompts.bank.browse import OneQuestion, Packs
from bot.prompts.bank.edit import AskNext, MuteQuestion
from bot.prompts.bank.goal_questions import GOAL_LENGTH, asked_fields, question_text
from bot.prompts.bank.packs import GOAL, GOAL_PLACE, load_packs, load_packs_in_need
from bot.prompts.bank.team_bank import draw_question, find_bank_question, list_team_packs
from bot.prompts.seasons.commands import BeginSeason
from bot.runtime.bot import Bot
from storage.models import Goal, GoalKind, Posting, ScheduleKind
from storage.prompts import bank
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.questions import asks

STRAIGHT = "straight-line:straight-line"
LINE = "From here to “A hundred homes”: what's the straight line?"


async def with_goal(people: Everyone, clock: Clock, text: str = "A hundred homes", **more: Any) -> int:
    """Create Ana's team with a goal, and return the goal's id."""
    await people.ana.types("ours")

    def add(session: Session) -> int:
        row: dict[str, Any] = {
            "team_id": 1, "number": 1, "author_id": 1, "owner_id": 1, "kind": GoalKind.BIG, "text": text,
            "starts_on": date(2026, 3, 16), "created_at": clock.now, **more,
        }  # fmt: skip
        goal = Goal(**row)
        session.add(goal)
        session.flush()
        return goal.id

    return await people.bot.database.write(add)


def pack_keys(bot: Bot, kind: str = ScheduleKind.PROMPT) -> list[str]:
    """Return the keys of the packs that the team may choose from."""
    return bot.database.read_now(lambda session: [pack.key for pack in list_team_packs(session, 1, kind)])


def test_each_of_them_is_written_like_the_others() -> None:
    """They hold the goal's place, fit a card with the longest goal, and have keys of their own."""
    (pack,) = load_packs_in_need()
    assert pack.needs == GOAL
    assert not {question.key for each in load_packs() for question in each.questions} & {
        question.key for question in pack.questions
    }
    assert all(not each.needs for each in load_packs())
    commands = Commands(DECLARATIONS)
    for kind in (ScheduleKind.PROMPT, ScheduleKind.RETRO):
        assert len(pack.questions_of_kind(kind)) == 7
    for question in pack.questions:
        assert question.text.count(GOAL_PLACE) == 1
        assert question.text[-1] in "?."
        assert len(question.text) <= 160
        assert len(question.text) + GOAL_LENGTH <= CARD_TEXT_LIMIT
        for command in (OneQuestion, MuteQuestion, AskNext):
            assert len(commands.encode(command(question.key, "99999999"))) <= ENCODED_LIMIT
        assert len(commands.encode(BeginSeason("99999999", question.key))) <= ENCODED_LIMIT


async def test_a_team_without_a_big_goal_sees_none_of_them(people: Everyone, bot: Bot) -> None:
    """Neither in the list nor in rotation."""
    await people.ana.types("ours")
    assert "straight-line" not in pack_keys(bot)
    assert "The straight line" not in (await people.ana.does(Packs(team="1"))).text


@pytest.mark.parametrize(
    "more", [{"kind": GoalKind.SUPPORTING}, {"closed_at": "now"}, {"withdrawn_at": "now"}]
)
async def test_only_an_open_big_goal_counts(
    people: Everyone, bot: Bot, clock: Clock, more: dict[str, Any]
) -> None:
    """Not a closed one, nor one that was taken back, nor another class."""
    row: dict[str, Any] = {key: clock.now if each == "now" else each for key, each in more.items()}
    await with_goal(people, clock, **row)
    assert "straight-line" not in pack_keys(bot)


async def test_with_one_they_are_in_the_list_and_quote_it(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The question names the goal where one reads, asks and keeps it."""
    await with_goal(people, clock)
    assert pack_keys(bot)[-2:] == ["straight-line", "own"]
    packs = await people.ana.does(Packs(team="1"))
    assert "The straight line · 0 of 7 asked" in packs.text
    assert f"“{LINE}”" in (await people.ana.does(OneQuestion(STRAIGHT, "1"))).text
    message = await asks(people.ana, "prompt", pack="straight-line")
    assert f"“{LINE}”" in await people.ana.sees(message)


async def test_a_goal_on_many_lines_is_quoted_on_one(people: Everyone, clock: Clock) -> None:
    """A long one is cut, so that the question stays one."""
    await with_goal(people, clock, "A hundred\nhomes " + "and more " * 50)
    shown = (await people.ana.does(OneQuestion(STRAIGHT, "1"))).text
    assert "From here to “A hundred homes and more" in shown
    assert "…”: what's the straight line?" in shown


async def test_a_wish_waits_while_there_is_no_goal(people: Everyone, bot: Bot, clock: Clock) -> None:
    """One that was chosen to come next isn't drawn after its goal has closed. It's there again with the next."""
    goal_id = await with_goal(people, clock)
    await people.ana.does(AskNext(STRAIGHT, "1"))

    def close(session: Session) -> None:
        session.get_one(Goal, goal_id).closed_at = clock.now

    def reopen(session: Session) -> None:
        session.get_one(Goal, goal_id).closed_at = None

    def draw(session: Session) -> str:
        drawn = draw_question(session, 1, ScheduleKind.PROMPT)
        assert drawn is not None
        return drawn.text

    await bot.database.write(close)
    assert "straight line" not in await bot.database.write(draw)
    assert "our big goal" in (await people.ana.does(OneQuestion(STRAIGHT, "1"))).text
    await bot.database.write(reopen)
    assert await bot.database.write(draw) == LINE


async def test_it_can_be_the_question_of_a_season(people: Everyone, clock: Clock) -> None:
    """In the words that stand there now."""
    await with_goal(people, clock)
    form = await (await people.ana.does(OneQuestion(STRAIGHT, "1"))).press("Start a season")
    assert form.form.fields[0].value == LINE


async def test_a_question_is_stored_in_english_and_read_in_any_language(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """Also with the goal's words, and one that was reworded since it was asked."""
    await with_goal(people, clock)

    def ask(session: Session) -> tuple[str, str, str, str]:
        with speaking("de"):
            drawn = find_bank_question(session, 1, STRAIGHT)
            assert drawn is not None
            asked = Posting(**asked_fields(session, 1, drawn))
            shown = question_text(session, asked)
            asked.text = "From here to {goal}: what is the straight line?"
            return drawn.text, shown, question_text(session, asked), asked.question

    drawn, shown, reworded, key = await bot.database.write(ask)
    assert drawn == shown == reworded == "„A hundred homes“: Wie sieht der gerade Weg dorthin aus?"
    assert key == STRAIGHT


async def test_a_teams_own_words_are_never_translated(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Nor is a question that was taken back, and has no words any more."""
    await people.ana.types("ours")
    words = "Which rule do we follow that isn't written down anywhere?"

    def ask(session: Session) -> tuple[str, str, str]:
        own = bank.add_question(session, 1, ScheduleKind.PROMPT, words, 1, clock.now)
        with speaking("de"):
            drawn = find_bank_question(session, 1, f"own:{own.id}")
            assert drawn is not None
            asked = Posting(**asked_fields(session, 1, drawn))
            gone = Posting(
                **{**asked_fields(session, 1, drawn), "text": "", "question": "grey-areas:unwritten-rule"}
            )
            return drawn.text, question_text(session, asked), question_text(session, gone)

    assert await bot.database.write(ask) == (words, words, "")
