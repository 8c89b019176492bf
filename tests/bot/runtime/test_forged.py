"""Fields that no form or button of ours carries: each gets a sentence, and the rows still fit together."""

import random
from dataclasses import fields, replace
from typing import Any

import pytest
from sqlmodel import Session

from bot.core.ask import FAILURE_REPLY
from bot.core.commands import Declaration
from bot.core.drafts import OpenForm, SaveDraft, SubmitDraft
from bot.core.events import (
    ChannelMoved,
    EmojiAdded,
    EmojiRemoved,
    MessageDeleted,
    MessageEdited,
    ReplyWritten,
)
from bot.core.messages import Form, Reply
from bot.core.params import NearMiss, ParamKind, StoredCommand
from bot.features import DECLARATIONS
from bot.memory.followups import NextQuest, SayStuck, ShowFollowUp
from bot.moments.commands import Edit, Failed
from bot.moments.save_message import PlaceAttempt
from bot.people.me import Me
from bot.prompts.answers import KeepAnswer
from bot.prompts.ask import Ask
from bot.quests.commands import LogAttempt
from bot.recaps.recap import PostRecap, Recap
from bot.runtime.bot import Bot
from bot.schedules.form import ChangeSchedule
from bot.schedules.schedules import Plan
from bot.teams.choose_team import InTeam
from bot.teams.setup import SetKeeping, StopKeeping
from storage.delivery import pending
from storage.models import Answer, Attempt, Quest, Schedule, Team
from storage.models import Person as Someone
from tests.support.consistency import find_contradictions
from tests.support.databases import Clock
from tests.support.forged import NASTY, ask_everything, settle_in
from tests.support.people import Everyone
from tests.support.questions import asks, rows
from tests.support.recorder import Recorder
from tests.support.scenes import Scene

EACH = 2
"""Values tried in each field, of all of them."""

SEED = 1
"""Chooses the values, the people and the order. Another seed tries others."""

WHERE: tuple[dict[str, Any], ...] = ({}, {}, {}, {"direct": True, "channel": "D1"}, {"external": True})
"""Where a command comes from: most often the channel, else a direct message or somebody from outside."""

Case = tuple[Declaration, dict[str, str], str]
"""A command's declaration, the fields to fill, and the one of them that is forged."""


@pytest.fixture(scope="module")
def scenes() -> dict[str, Scene]:
    """Return the filled chat of each engine, which the first test on it makes."""
    return {}


@pytest.fixture
async def world(
    bot: Bot, people: Everyone, recorder: Recorder, clock: Clock, scenes: dict[str, Scene]
) -> Everyone:
    """Fill the recorder's chat, and return its people."""
    engine = bot.database.url.get_backend_name()
    if engine in scenes:
        scenes[engine].restore(bot.database, recorder, clock)
    else:
        await settle_in(bot, people)
        scenes[engine] = Scene.take(bot.database, recorder, clock)
    return people


def cases(seed: int) -> list[Case]:
    """Return the forged commands in the seed's order: every field of every command, with some values each."""
    chance = random.Random(seed)
    likely = {
        "moment": [f"1.{n}" for n in range(1, 7)],
        "quest": ["1", "2"],
        "team": ["1", ""],
        "text": ["Words"],
    }
    found: list[Case] = []
    for declaration in DECLARATIONS:
        names = [field.name for field in fields(declaration.command)]
        for name in names:
            for value in chance.sample(NASTY, EACH):
                given = {other: chance.choice(likely[other]) for other in names if other in likely}
                if "posting" in names:
                    given["posting"] = str(chance.randrange(28, 42))
                found.append((declaration, {**given, name: value}, name))
    chance.shuffle(found)
    return found


def told(answer: Reply | Form | None) -> str:
    """Return everything that an answer says: a reply's texts, or a form's title and errors."""
    if isinstance(answer, Form):
        return " ".join([answer.title, *answer.errors.values()])
    return "" if answer is None else str(answer.card)


def count_failed(bot: Bot) -> float:
    """Return how many commands ended in an error of the database or of ours."""
    (counted,) = bot.metrics.commands.collect()
    return sum(each.value for each in counted.samples if each.labels.get("outcome") == "failed")


def check_rows(bot: Bot) -> None:
    """Fail if any row contradicts another."""
    found: list[str] = bot.database.read_now(find_contradictions)
    assert found == []
    if bot.database.url.get_backend_name() == "sqlite":

        def broken(session: Session) -> list[Any]:
            return list(session.connection().exec_driver_sql("PRAGMA foreign_key_check"))

        assert bot.database.read_now(broken) == []


async def test_every_field_of_every_command(bot: Bot, world: Everyone) -> None:
    """Whatever a field holds, the person gets a sentence or a form, never an error."""
    await ask_everything(bot, world)
    chance, outcomes = random.Random(SEED), set()
    for declaration, given, forged in cases(SEED):
        who, where = chance.choice([world.ana, world.ben, world.mei]), chance.choice(WHERE)
        got = await who.does(declaration.command(**given), **where)
        said = told(got.answer)
        about = f"{declaration.key} with {forged}={given[forged][:60]!r} and {given} {where}"[:300]
        quiet = declaration.key in ("high-five", "i-was-there", "fine")  # the card shows it
        assert said or quiet, about
        assert FAILURE_REPLY() not in said, about
        assert not count_failed(bot), about
        outcomes.add(said)
    assert len(outcomes) > 100
    await bot.tick()
    check_rows(bot)


async def test_every_field_of_every_event(bot: Bot, world: Everyone) -> None:
    """An event of anything is passed on or ignored, and says nothing to anybody."""
    for value in NASTY:
        for event in (
            EmojiAdded(value, "💡", "U-ben", "Ben"), EmojiAdded("m1", value),
            EmojiAdded("x1", "💡", value, value, value),
            EmojiAdded("x2", "💡", "U-ben", value, "", value), EmojiRemoved(value, value), EmojiRemoved("x1", value),
            ReplyWritten(value, value), MessageEdited(value, value), MessageDeleted(value), ChannelMoved(value),
        ):  # fmt: skip
            got = await world.ana.does(event, thread=value)
            assert got.answer is None
    await bot.tick()
    check_rows(bot)


async def test_what_platforms_ask_beside_commands(bot: Bot, world: Everyone) -> None:
    """Suggestions, menus and drafts take anything too."""
    form = (await world.ana.types("failed")).form
    for value in NASTY:
        origin = replace(world.ana.origin, event="e")
        for kind in ParamKind:
            await bot.suggest(kind, value, origin)
        await bot.more(value, origin)
        await bot.more("m1", replace(origin, channel=value, workspace=value, person=value))
        again = replace(form, title=value, fields=(replace(form.fields[0], value=value),))
        kept = await bot.put_aside(again, origin, value)
        opened = await world.ana.does(OpenForm(kept.pending, value))
        assert isinstance(opened.answer, Form | Reply)


async def test_a_period_nobody_knows(world: Everyone) -> None:
    """It's asked about, in words and on a button."""
    for command in (Recap("eon"), PostRecap("eon"), Recap("²")):
        assert "week, month, quarter, year" in (await world.ana.does(command)).text


async def test_a_stand_in_for_nothing(bot: Bot, world: Everyone) -> None:
    """A button of a row that's gone, or that was never its kind or ours, says that it is too old or has expired."""
    person_id = next(each.id for each in rows(bot, Someone) if each.external_id == "U-ana")
    now = bot.clock()
    texts = ("{", "", "nope:1", "[" * 5_000, '{"title":1}', "log:" + "1:" * 20)

    def save_junk(session: Session) -> list[str]:
        return [pending.save_command(session, person_id, text, now) for text in texts]

    junk = await bot.database.write(save_junk)
    for called in ("", "1", "999-1", "9" * 30, "٣-1", *junk):
        for command in (StoredCommand(called), InTeam(called, "1"), OpenForm(called), SubmitDraft(called)):
            said = (await world.ana.does(command)).text
            expired = "question has expired" if isinstance(command, InTeam) else "is too old"
            assert expired in said, command
    assert "form is too old" in (await world.ana.does(SaveDraft("junk"))).text


async def test_a_near_miss_of_a_command_that_does_not_exist(world: Everyone) -> None:
    """The line can still be saved, and nothing is offered that cannot be done."""
    for meant in ("nope", "eon:1", "log:" + "x" * 5_000, "recap:%00eon"):
        got = await world.ana.does(NearMiss("recap eon", "recap", meant))
        assert "Nothing is saved or posted yet." in got.text
        assert "recap eon" in got.text
        assert isinstance(got.answer, Reply)
        *others, keep = [each.label for each in got.answer.card.buttons]
        assert keep == "Save as an aha"
        assert "Saved as #" in (await got.press(keep)).text
        for label in others:
            assert told((await got.press(label)).answer)


async def test_a_number_that_no_row_can_have(bot: Bot, world: Everyone) -> None:
    """A huge team, quest or page is one that doesn't exist."""
    for number in ("9" * 10, "9" * 19, "9" * 50, "9" * 5_000, "²", "-1", "eon"):
        assert "another channel" in (await world.ana.does(Plan(number))).text
        assert "another channel" in (await world.ana.does(LogAttempt(number, "1"))).text
    await world.ana.does(SetKeeping("1", "💡", "9" * 5_000, "Lisbon"))
    assert [team.threshold for team in rows(bot, Team)] == [1] * 4


async def test_an_attempt_after_itself(bot: Bot, world: Everyone) -> None:
    """A new experiment follows none, an edited one says why it can't, and no text is lost."""
    coming = 7
    kept = await world.ana.does(Failed("We tried it once more", team="1", previous=str(coming)))
    assert f"Saved as #{coming} " in kept.text
    again = await world.ana.does(Edit(f"1.{coming}", "We tried it", previous=str(coming)))
    assert "can't follow it" in " ".join(again.form.errors.values())
    placed = await world.ana.does(PlaceAttempt(f"1.{coming}", previous=str(coming)))
    assert "can't follow it" in " ".join(placed.form.errors.values())
    check_rows(bot)


async def test_an_aha_in_a_quest(bot: Bot, world: Everyone) -> None:
    """Only an experiment is an attempt, and only a breakthrough finds a quest or is followed by one."""
    before = len(rows(bot, Attempt))
    for moment in ("1.1", "1.2", "1.5"):
        assert "isn't an experiment" in (await world.ana.does(PlaceAttempt(moment, "1", "3"))).text
        await world.ana.does(Edit(moment, "In other words", quest="1", previous="3"))
    assert len(rows(bot, Attempt)) == before
    for command in (NextQuest("1.1", "And now?"), ShowFollowUp("1.1", "next"), SayStuck("1.3", "habit")):
        assert "There's no such question about " in (await world.ana.does(command)).text
    assert [quest.after_id for quest in rows(bot, Quest)] == [None] * 4


async def test_what_another_team_has(bot: Bot, world: Everyone) -> None:
    """A number of another team's or workspace's row is none of ours."""
    theirs = [quest for quest in rows(bot, Quest) if quest.team_id != 1]
    before = len(rows(bot, Attempt))
    for quest in theirs:
        assert "another channel" in (await world.ana.does(LogAttempt(str(quest.id), "1"))).text
        assert "Saved as #" in (await world.ana.does(Failed("We tried", team="1", quest=str(quest.id)))).text
    assert [each.quest_id for each in rows(bot, Attempt)[before:]] == [None] * len(theirs)
    for team in ("3", "4"):
        assert "another channel" in (await world.ana.does(Plan(team))).text
    check_rows(bot)


async def test_a_choice_that_was_not_offered(bot: Bot, world: Everyone) -> None:
    """It changes nothing, least of all a consent or a schedule."""
    wrong = await world.ben.does(Me(keep="eon"))
    assert "keep" in wrong.form.errors
    assert not any(person.opted_out for person in rows(bot, Someone))
    before = [(one.active, one.every) for one in rows(bot, Schedule)]
    fine = ChangeSchedule("recap", "1", "5", "16:00", "1", "Lisbon", "on")
    for changed in (replace(fine, state="eon"), replace(fine, every="7")):
        assert "state" in (await world.ana.does(changed)).form.errors
    assert [(one.active, one.every) for one in rows(bot, Schedule)] == before
    assert "I only save from your team's main channel." in (await world.ana.does(StopKeeping("1", "C2"))).text


async def test_a_choice_sent_from_a_direct_message(bot: Bot, world: Everyone) -> None:
    """A person in two teams is asked which, before anything is done."""
    got = await world.ana.does(Ask(sort="eon"), direct=True, channel="D1")
    assert got.form.title == "Which team?"
    got = await world.ana.does(Failed(quest="1"), direct=True, channel="D1")
    assert got.form.title == "Which team?"


async def test_an_emoji_is_no_text_to_save(bot: Bot, world: Everyone, clock: Clock) -> None:
    """A reaction counts as an answer, and is not made an aha."""
    message = await asks(world.ana, "prompt", "What now?")
    await world.ben.does(EmojiAdded(message, "🎉", "", "", "1"))
    answer = next(each for each in rows(bot, Answer) if each.kind == "reaction")
    assert "is an emoji" in (await world.ben.does(KeepAnswer(str(answer.id), "1"))).text
