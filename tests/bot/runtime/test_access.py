"""Tests of who may see what belongs to a channel: the people who are in it now, as the platform says."""

import asyncio
from typing import Any

import pytest

from bot.core.events import PersonCame, PersonLeft, ReadersChanged
from bot.core.moment import Show
from bot.core.origin import Access, ChannelAccess
from bot.core.params import NearMiss
from bot.goals.commands import NewGoal
from bot.moments.commands import Delete, Edit, Log, Restore
from bot.people.page.commands import Home
from bot.quests.commands import OpenQuest
from bot.runtime import access as questions
from bot.runtime.bot import Bot
from bot.schedules.form import ChangeSchedule
from bot.teams.ask_first import DropWords
from bot.teams.setup import SetKeeping
from storage.models import Moment, Pending, ValueKind
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.questions import rows
from tests.support.recorder import Recorder

SECRET: dict[str, Any] = {"channel": "C-p", "channel_name": "secret", "private": True}
DIRECT: dict[str, Any] = {"channel": "D-ana", "direct": True, "channel_name": ""}
OLD: dict[str, Any] = {**SECRET, "present": False}
"""An old button or form of the private channel."""
OUTSIDE = ChannelAccess(Access.OUTSIDE)
REFUSED = "That belongs to a channel you're not in, so I can't show it to you."
UNSURE = "I can't check right now whether you're in that channel. Please try again in a minute."
AS_GUEST = "You're a guest here, so please ask for that in the channel itself."


async def private_team(people: Everyone) -> None:
    """Make a private team of Ana and Ben, each with a moment."""
    await people.ana.types("Ana's own words", **SECRET)
    await people.ben.types("Ben's secret words", **SECRET)


async def leaves(bot: Bot, recorder: Recorder, person: Any, channel: str = "C-p") -> None:
    """Remove a person from a channel. The platform tells it with an event."""
    recorder.access[channel, person.origin.person] = OUTSIDE
    await person.does(PersonLeft(), channel=channel, person_name="")


async def test_a_person_who_was_removed_reads_nothing_more(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Neither from their direct messages nor by an old button or form of that channel."""
    await private_team(people)
    assert "Ben's secret words" in (await people.ana.does(Show("1.2"), **DIRECT)).text
    await leaves(bot, recorder, people.ana)
    for where in (DIRECT, OLD):
        for command in (Show("1.2"), Edit("1.2", "x"), Delete("1.2"), ChangeSchedule(kind="recap", team="1")):
            got = await people.ana.does(command, **where)
            assert got.text.startswith(REFUSED)
            assert "secret" not in got.text
    assert (await people.ana.does(Log("Into the channel", team="1"), **OLD)).text == (
        f"{REFUSED}\n“Into the channel”"
    )
    assert [each.text for each in rows(bot, Moment)] == ["Ana's own words", "Ben's secret words"]


@pytest.mark.parametrize("private", [True, None])
async def test_nothing_said_in_a_private_channel_goes_to_another_team(
    people: Everyone, bot: Bot, recorder: Recorder, private: bool | None
) -> None:
    """Whatever a button names. The words come back, and what one may read there stays readable."""
    await people.ana.types("An open aha")
    await private_team(people)
    before = len(recorder.texts())
    for command in (Log("Only ours", team="1"), OpenQuest("1", "Only ours"), NewGoal("Only ours", team="1")):
        got = await people.ana.does(command, **{**SECRET, "private": private})
        assert got.text.startswith("That belongs to another channel. Please ask for it there.")
        assert "Only ours" in got.text
    await bot.tick()
    assert not any("Only ours" in text for text in recorder.texts()[before:])
    assert "An open aha" in (await people.ana.does(Show("1.1"), **{**SECRET, "private": private})).text


async def test_typed_the_team_part_names_nothing(people: Everyone, bot: Bot) -> None:
    """It is for buttons. Typed, the line is asked about, and nothing of that team is shown."""
    await private_team(people)
    await people.ana.types("An open aha")
    for where in ({}, {**DIRECT, "channel": "D-mei"}):
        for typed in ("show 1.2", "show #1.2", "delete 1.2", "edit 1.2", "show the number 1.2"):
            assert isinstance(bot.commands.parse(typed), NearMiss)
            assert "Ben's" not in (await people.mei.types(typed, **where)).text


async def test_one_s_own_words_stay_one_s_own(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Somebody who left can still take out what they wrote, and nobody else's."""
    await private_team(people)
    await leaves(bot, recorder, people.ana)
    asked = await people.ana.does(Delete("1.1"), **DIRECT)
    assert "#1 deleted." in asked.text
    assert (await people.ana.does(Delete("1.2"), **DIRECT, admin=True)).text == REFUSED
    assert (await people.ben.types("show 2", **SECRET)).text.count("Ben's secret words") == 1


async def test_the_answer_is_remembered_and_ended_by_an_event(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Nothing is asked twice in a minute, and nothing is believed longer than a few."""
    await private_team(people)
    for _ in range(3):
        await people.ana.does(Show("1.2"), **DIRECT)
    assert recorder.asked == []  # what she typed there has proved it
    clock.forward(minutes=5)
    await asyncio.gather(*(people.ana.does(Show("1.2"), **DIRECT) for _ in range(4)))
    assert recorder.asked == [("C-p", people.ana.origin.person)]
    recorder.access["C-p", people.ana.origin.person] = OUTSIDE  # and no event tells it
    assert "Ben's" in (await people.ana.does(Show("1.2"), **DIRECT)).text
    clock.forward(minutes=5)
    for _ in range(2):
        assert (await people.ana.does(Show("1.2"), **DIRECT)).text == REFUSED
    assert len(recorder.asked) == 2
    del recorder.access["C-p", people.ana.origin.person]
    await people.ana.does(PersonCame(), channel="C-p", person_name="")
    assert "Ben's" in (await people.ana.does(Show("1.2"), **DIRECT)).text
    await people.ben.does(ReadersChanged(), channel="C-p")
    recorder.access["C-p", people.ana.origin.person] = OUTSIDE
    assert (await people.ana.does(Show("1.2"), **DIRECT)).text == REFUSED


async def test_where_the_platform_does_not_answer(
    people: Everyone, bot: Bot, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Private things stay shut, public ones are open to a member, and a late answer still counts."""
    await private_team(people)
    await people.mei.types("An open aha")
    recorder.access = {("C-p", people.ana.origin.person): None, ("C1", people.ana.origin.person): None}
    await people.ana.does(PersonCame(), channel="C-p", person_name="")
    assert (await people.ana.does(Show("1.2"), **DIRECT)).text == UNSURE
    assert "An open aha" in (await people.ana.does(Show("2.1"), **DIRECT)).text
    assert (await people.ana.does(Show("2.1"), **DIRECT, guest=None)).text == UNSURE
    assert len(recorder.asked) == 2
    answers = asyncio.Event()

    async def answers_late(*_asked: str) -> ChannelAccess:
        await answers.wait()
        return ChannelAccess(Access.MEMBER)

    monkeypatch.setattr(recorder, "find_access", answers_late)
    monkeypatch.setattr(questions, "ASK_WITHIN", 0.05)
    await people.ana.does(PersonCame(), channel="C-p", person_name="")
    assert (await people.ana.does(Show("1.2"), **DIRECT)).text == UNSURE
    answers.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert "Ben's" in (await people.ana.does(Show("1.2"), **DIRECT)).text


async def test_a_guest_has_the_channel_they_speak_in(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """And nothing else: no other team by a button, none from direct messages, nothing of another team on their page."""
    await people.ana.types("An open aha")
    await people.mei.types("Said elsewhere", channel="C2", channel_name="garden")
    guest: dict[str, Any] = {"guest": True}
    recorder.access["C2", people.ben.origin.person] = ChannelAccess(Access.GUEST)
    assert "Said elsewhere" in (await people.ben.types("show 1", channel="C2", **guest)).text
    for command in (Show("1.1"), Edit("1.1", "x"), SetKeeping(team="1", threshold="3")):
        assert (await people.ben.does(command, channel="C2", **guest)).text.startswith(AS_GUEST)
    for typed in ("find", "show 1", "recap", "We sign tokens now."):
        assert (await people.ben.types(typed, **{**DIRECT, "channel": "D-ben"}, **guest)).text.startswith(
            AS_GUEST
        )
    page = (await people.ben.does(Home(), **{**DIRECT, "channel": "D-ben"}, **guest)).text
    assert "Recap · #garden" in page
    assert "Pause a week" not in page
    assert "lantern" not in page
    old = {"channel": "C2", "present": False, **guest}
    assert "Said elsewhere" in (await people.ben.does(Show("2.1"), **old)).text
    await leaves(bot, recorder, people.ben, "C2")
    assert (await people.ben.does(Show("2.1"), **old)).text == REFUSED


async def test_a_team_is_changed_only_by_people_who_are_there(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """A button's command from another channel changes nothing unless its presser could there."""
    await people.ana.types("An open aha")
    recorder.access["C1", people.ben.origin.person] = OUTSIDE
    for command in (ChangeSchedule(kind="recap", team="1", at="11:00"), SetKeeping(team="1", threshold="3")):
        got = await people.ben.does(command, channel="C2", channel_name="garden")
        assert got.text.startswith(REFUSED)
    recorder.access["C1", people.ben.origin.person] = ChannelAccess(Access.MEMBER)
    await people.ben.does(PersonCame(), channel="C1", person_name="")
    assert REFUSED not in (await people.ben.does(Show("1.1"), channel="C2", channel_name="garden")).text


async def test_an_admin_of_one_channel_is_none_of_another(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The right to remove others' words is asked of the channel that they are in."""
    await people.ana.types("An open aha")
    recorder.access["C1", people.ben.origin.person] = ChannelAccess(Access.MEMBER)
    elsewhere = {"channel": "C2", "channel_name": "garden", "admin": True}
    assert "Only Ana" in (await people.ben.does(Delete("1.1"), **elsewhere)).text
    assert [each.deleted_at for each in rows(bot, Moment)] == [None]


async def test_no_call_is_in_the_way_of_a_capture(people: Everyone, recorder: Recorder) -> None:
    """What is typed, and a form sent soon after it was asked for, ask the platform nothing."""
    for where in ({}, SECRET):
        form = await people.ana.types("log", **where)
        await form.fill(text="Saved by form", **{**where, "present": False})
        await people.ana.types("We sign tokens now.", **where)
    assert recorder.asked == []


async def test_from_a_direct_message_only_teams_one_is_in(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """They are asked about all at once, and a team that one left is not offered."""
    for channel in ("C1", "C2", "C3"):
        await people.ana.types("We sign tokens now.", channel=channel, channel_name=f"room-{channel}")
    recorder.access["C2", people.ana.origin.person] = OUTSIDE
    bot.access.forget("W1")
    asked = await people.ana.types("We cache them again.", **DIRECT)
    assert "[#room-C1] [#room-C3] [Save just for me] [Don't save it]" in asked.text
    assert sorted(channel for channel, _ in recorder.asked) == ["C1", "C2", "C3"]
    page = (await people.ana.does(Home(), **DIRECT)).text
    assert page.count("We sign tokens now.") == 2
    assert page.count("[Show]") == 2
    assert "room-C2" not in page


async def test_an_admin_is_one_in_direct_messages_too(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The platform says it with the same answer, for the team that is asked for there."""
    await people.ana.types("An open aha")
    await people.ben.types("find")
    recorder.access["C1", people.ben.origin.person] = ChannelAccess(Access.MEMBER, admin=True)
    bot.access.forget("W1")
    asked = await people.ben.types("delete 1", channel="D-ben", direct=True, channel_name="")
    assert "Only Ana" not in asked.text


async def test_a_kind_of_value_leaves_the_forms_of_others_with_its_breakthrough(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """At once by an undo, back with a restored one, and for good once the words are erased."""
    kept = await (await people.ana.types("breakthrough")).fill(text="A template", another_value="our secret")
    await people.ben.types("breakthrough Another")
    assert "our secret" in str((await people.ben.does(Edit("1.2"))).form)
    await kept.press("Undo")
    assert "our secret" not in str((await people.ben.does(Edit("1.2"))).form)
    await people.ana.does(Restore("1.1"))
    assert "our secret" in str((await people.ben.does(Edit("1.2"))).form)
    await people.ana.does(Delete("1.1"))
    clock.forward(days=2)
    await bot.tick()
    assert rows(bot, ValueKind) == []


async def test_words_that_are_dropped_wait_nowhere(people: Everyone, bot: Bot) -> None:
    """Not in the question that led to them either. The same words that were posted stay."""
    await people.ana.types("We saw it here")
    await people.ana.types("We saw it there", channel="C2", channel_name="harbour")
    where = {**DIRECT, "channel": "D-ana"}
    asked = await people.ana.does(NearMiss("why our secret", "why 42", "ask-why"), **where)
    offered = await asked.fill(team="2")
    again = await offered.press("Save as an aha")
    assert "our secret" in str([each.command for each in rows(bot, Pending)])
    assert (await again.press("Don't save it")).text == "Done. It's not saved, and nobody else saw it."
    assert "our secret" not in str([each.command for each in rows(bot, Pending)])


async def test_a_search_that_became_words_to_post_goes_with_them(people: Everyone, bot: Bot) -> None:
    """In two teams a search waits for its team, and its words were nearly an aha."""
    await people.ana.types("We saw it here")
    await people.ana.types("We saw it there", channel="C2", channel_name="harbour")
    where = {**DIRECT, "channel": "D-ana"}
    found = await (await people.ana.types("find our secret", **where)).fill(team="2")
    offered = await found.press("It was an aha")
    assert "our secret" in str([each.command for each in rows(bot, Pending)])
    await offered.press("Don't save it")
    assert rows(bot, Pending) == []


async def test_only_the_person_who_wrote_words_drops_them(people: Everyone, bot: Bot) -> None:
    """Somebody else's button says so, and the words still wait for their author's yes."""
    await people.ana.types("We saw it here")
    asked = await people.ana.types("log Not for all", **{**DIRECT, "channel": "D-ana"})
    [waiting] = rows(bot, Pending)
    called = f"{waiting.id}-{int(waiting.created_at.timestamp())}"
    refused = await people.ben.does(DropWords(called), **{**DIRECT, "channel": "D-ben"})
    assert refused.text == "Only the person who wrote it can do that."
    assert "is posted" in (await asked.press("Post it")).text or rows(bot, Moment)[-1].text == "Not for all"
