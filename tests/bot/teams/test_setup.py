"""Tests of the settings of teams and people, and of the first minute in a channel."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core.events import ChannelChanged, ChannelJoined, ChannelLeft
from bot.core.moment import Show
from bot.core.origin import Access, ChannelAccess, PostFailedError
from bot.runtime.bot import Bot
from bot.schedules.schedules import Start
from bot.schedules.zone import TellZone
from bot.teams.setup import LetKeep, Move
from storage.schedules import schedules
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder


async def test_the_first_minute(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Invited, the bot says hello once, with buttons for a question, the weekly questions and their times."""
    await people.ana.does(ChannelJoined())
    await people.ana.does(ChannelJoined())
    await bot.tick()
    assert len(recorder.texts()) == 1
    assert "Hello, I'm Ahabot" in recorder.texts()[0]
    assert "[Ask a question now] [Turn on questions] [Change schedule]" in recorder.texts()[0]
    hello = recorder.last()[1].post.card.buttons
    await people.ben.does(hello[0].command)
    await bot.tick()
    assert "A question for us" in recorder.texts()[-1]


async def test_the_hello_says_what_comes_now(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Its lines follow the schedules, whoever changes them, and stay true while they are paused or off."""
    await people.ana.does(ChannelJoined())
    await bot.tick()
    [hello] = recorder.standing
    friday = "Every Friday I post a short recap, unless nothing was saved."
    wanted = "I can also ask a question every Tuesday, and a retro question every other Thursday."
    both = "I ask a question every Tuesday, and a retro question every other Thursday."
    assert f"{friday} {wanted}" in recorder.standing[hello].text
    await people.ben.does(Start("1"))
    assert f"{friday} {both}" in await people.ben.sees(hello)
    for kind, values, said in (
        ("recap", {"days": "1\n4"}, "Every Monday and Thursday I post a short recap"),
        ("recap", {"days": "5", "state": "2"}, "Every other Friday I post a short recap"),
        ("recap", {"state": "1", "until": "2026-05-01"}, f"The weekly recap is off for now. {both}"),
        ("recap", {"state": "off"}, f"The weekly recap is off for now. {both}"),
        (
            "retro",
            {"state": "off"},
            "Every Tuesday I ask a question. I can also ask a retro question every other Thursday.",
        ),
        ("question", {"state": "off"}, wanted),
    ):
        form = await (await people.ana.types("schedule")).press(f"{kind.capitalize()} schedule")
        await form.fill(**values)
        assert said in await people.ben.sees(hello)


async def test_used_before_it_was_invited(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Posts that the channel refused before the bot was invited follow the invitation, the hello first."""
    recorder.trouble = [PostFailedError("Invite me first."), PostFailedError("Invite me first.")]
    await people.ana.types("something")
    await bot.tick()
    assert recorder.texts() == []
    await people.ana.does(ChannelJoined())
    await bot.tick()
    hello, card = recorder.texts()
    assert "Hello, I'm Ahabot" in hello
    assert "Aha #1" in card


async def test_removed_it_is_silent_invited_again_it_speaks(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A channel that removed the bot gets no recap until it is invited again."""
    await people.ana.types("something")
    await people.ana.does(ChannelLeft())
    clock.forward(days=5)
    await bot.tick()
    before = len(recorder.standing)
    clock.forward(days=7)
    await bot.tick()
    assert len(recorder.standing) == before
    await people.ana.does(ChannelJoined())
    await people.ana.types("something new")
    clock.forward(days=7)
    await bot.tick()
    assert any("The week to" in text for text in recorder.texts())


async def test_keeping_is_changed_by_a_form(people: Everyone) -> None:
    """An invalid value comes back beside its field, with everything typed."""
    form = await (await people.ana.types("setup")).press("Change settings")
    wrong = await form.fill(emoji="two words", threshold="0", zone="Atlantis")
    assert wrong.form.errors == {
        "emoji": "Choose one emoji, like 💡, or type the name of a custom one, like :party:.",
        "threshold": "A number from 1 to 20, please.",
        "zone": "I don't know that time zone. Try a city, like Lisbon.",
    }
    assert [field.value for field in wrong.form.fields] == ["two words", "0", "Atlantis", "sealed", "en"]
    done = await form.fill(emoji="🌱", threshold="2", zone="berlin")
    assert done.text == "From now on, I save a message when 2 people react with 🌱. Times are in Berlin time."


async def test_the_team_moves(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Cards go to the new home. The old channel still saves for the team until it is removed."""
    await people.ana.types("before")
    move = await (await people.ana.types("setup")).press("Change main channel")
    said = await move.fill(channel="C9", channel_name="new-place")
    assert "#new-place is now your team's main channel" in said.text
    await people.ana.types("in the new place", channel="C9", channel_name="new-place")
    await bot.tick()
    assert "Aha #2" in recorder.texts("C9")[-1]
    assert "before" in (await people.ana.types("list", channel="C9", channel_name="new-place")).text
    assert "I also save from: #lantern" in (await people.ana.types("setup", channel="C9")).text
    stop = await (await people.ana.types("setup", channel="C9")).press("Remove a channel")
    await stop.fill(channel="C1")
    assert "I also save from" not in (await people.ana.types("setup", channel="C9")).text


async def test_another_channel_keeps_into_the_team(people: Everyone) -> None:
    """Only a public channel that belongs to no other team can be added."""
    await people.ana.types("lantern's own")
    await people.ana.types("garden's own", channel="C-garden", channel_name="garden")
    form = await (await people.ana.types("setup")).press("Add a channel")
    assert form.form.fields[0].public
    wrong = await form.fill(channel="C-garden", channel_name="garden")
    assert wrong.form.errors == {"channel": "That channel belongs to another team."}
    private = {"channel": "C-secret", "channel_name": "secret", "channel_private": "1"}
    wrong = await form.fill(**private)
    assert wrong.form.errors == {"channel": "That channel is private, and what's said there stays there."}
    wrong = await form.fill(channel="C1", channel_name="lantern")
    assert wrong.form.errors == {"channel": "I already save from that channel."}
    await form.fill(channel="C-talk", channel_name="talk")
    assert (await people.mei.types("from the talk", channel="C-talk")).text.startswith("Saved as #2")


async def test_a_private_home_does_not_move(people: Everyone) -> None:
    """What was said in a private channel stays in it."""
    here = {"channel": "C-p", "channel_name": "secret", "private": True}
    await people.ana.types("a secret", **here)
    shown = (await people.ana.types("setup", **here)).text
    assert "Change main channel" not in shown
    assert "Add a channel" not in shown
    assert "stays there" in (await people.ana.does(Move("1", "C9"), **here)).text
    assert "can't be shown in another channel" in (await people.ana.does(LetKeep("1"), **here)).text


async def test_a_team_of_one_channel_has_none_to_stop(people: Everyone) -> None:
    """The button comes with the second channel."""
    await people.ana.types("ours")
    assert "Remove a channel" not in (await people.ana.types("setup")).text
    await people.ana.does(LetKeep("1", "C-talk", "talk"))
    assert "Remove a channel" in (await people.ana.types("setup")).text


async def test_a_channel_without_a_name_has_words_for_it(people: Everyone) -> None:
    """No bare sign is shown anywhere, and the name is there as soon as the platform tells it."""
    await people.ana.types("ours", channel_name="")
    await people.ana.does(LetKeep("1", "C-talk", ""), channel_name="")
    shown = await people.ana.types("setup", channel_name="")
    assert "Main channel: your team's channel" in shown.text
    stop = await shown.press("Remove a channel", channel_name="")
    assert [option.label for option in stop.form.fields[0].options] == ["your team's channel"]
    assert "#\n" not in shown.text
    shown = await people.ana.types("setup")
    assert "Main channel: #lantern" in shown.text


async def test_a_team_moves_to_a_forum(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """From then on nothing but what is scheduled opens a post there."""
    await people.ana.types("ours")
    await people.ana.does(Move("1", "C-ideas", "ideas", "", "1"))
    asked = await people.ana.types("theirs", channel="D-ana", direct=True)
    kept = await asked.press("Save it")
    assert "There's no card, because #ideas is a forum" in kept.text
    await bot.tick()
    assert recorder.texts("C-ideas") == []


async def test_a_private_channel_s_moment_is_not_shown_elsewhere(
    people: Everyone, recorder: Recorder
) -> None:
    """Its full number is for buttons: typed it names nothing, and carried by a button it is refused."""
    here = {"channel": "C-p", "channel_name": "secret", "private": True}
    await people.ana.types("a secret", **here)
    assert (await people.ana.types("show 1.1")).text.startswith("Nothing is saved here yet.")
    assert (
        await people.ana.does(Show("1.1"))
    ).text == "That belongs to another channel. Please ask for it there."
    dm = {"channel": "D-ben", "direct": True, "private": True}
    recorder.access["C-p", "U-ben"] = ChannelAccess(Access.OUTSIDE)
    assert "a channel you're not in" in (await people.ben.does(Show("1.1"), **dm)).text
    assert "a secret" not in (await people.ben.types("show 1.1", **dm)).text
    assert "a secret" in (await people.ana.types("show 1", **here)).text


async def test_a_renamed_channel(people: Everyone) -> None:
    """The new name is shown."""
    await people.ana.types("something")
    await people.ana.does(ChannelChanged(), channel_name="lantern-two")
    assert "Main channel: #lantern-two" in (await people.ana.types("setup")).text


async def test_me(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """It has zone, pause and opt-out. An invalid zone or date comes back beside its field."""
    form = await people.ben.opens_settings()
    wrong = await form.fill(zone="Atlantis", paused_until="soon", keep="yes")
    assert set(wrong.form.errors) == {"zone", "paused_until"}
    done = await form.fill(zone="Berlin", paused_until="2026-03-20", keep="yes")
    assert done.text.endswith("You're on Berlin time. No direct messages before 20 March.")
    from bot.moments.save_message import Save

    await people.ana.does(Save("aha", "m-ben", "A word of Ben's", "U-ben", "Ben"))
    await bot.tick()
    assert recorder.notes("U-ben") == []
    clock.forward(days=5)
    await bot.tick()
    assert len(recorder.notes("U-ben")) == 1


@pytest.mark.parametrize(
    ("line", "words"), [("help", "schedule · "), ("help find", "Type: /aha find"), ("", "[Log an aha]")]
)
async def test_help_and_menu(people: Everyone, line: str, words: Any) -> None:
    """They are made from the declarations and work everywhere and for everyone."""
    assert words in (await people.ana.types(line)).text


@pytest.fixture
def nowhere(people: Everyone) -> Everyone:
    """Return the people on a platform that tells no zones."""
    for person in (people.ana, people.ben, people.mei):
        person.origin = replace(person.origin, zone="")
    return people


async def test_where_are_you(nowhere: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Where the platform doesn't say, the hello asks. Anyone answers, and all that is planned moves there."""
    people = nowhere
    await people.ana.does(ChannelJoined())
    await bot.tick()
    [hello] = recorder.standing
    assert "Times are in UTC until I know where you are." in recorder.standing[hello].text
    await people.mei.does(Start("1"))
    assert "Next: 20 March 2026, 16:00" in (await people.ana.types("schedule")).text
    [ask] = [one for one in recorder.standing[hello].post.card.buttons if one.label == "Where are you?"]
    form = await people.ben.does(ask.command)
    wrong = await form.fill(zone="EST")
    assert wrong.form.errors["zone"].endswith("with summer time New York, without it Jamaica.")
    told = await wrong.fill(zone="singapore")
    assert told.text == "Thanks. I'll post in Singapore time now."
    seen = await people.ana.sees(hello)
    assert "Times are in Singapore time." in seen
    assert "Where are you?" not in seen
    planned = (await people.ana.types("schedule")).text
    assert "Friday at 16:00, every week, Singapore time" in planned
    assert planned.count("Singapore time") == 3
    assert "UTC" not in planned
    rows = bot.database.read_now(lambda session: schedules.list_schedules(session, 1))
    assert {row.next_at.hour for row in rows if row.next_at} == {2, 7, 8}
    assert "Where are you?" not in (await people.ana.types("setup")).text
    assert "Times are in Singapore time." in (await people.ana.types("setup")).text


async def test_the_first_answer_counts(nowhere: Everyone) -> None:
    """A form that was opened before somebody else's answer changes nothing any more."""
    await nowhere.ana.types("ours")
    ana, ben = [await who.does(TellZone("1")) for who in (nowhere.ana, nowhere.ben)]
    await ana.fill(zone="Lisbon")
    assert (
        "Times are already in Lisbon time. To change that, type /aha setup."
        in (await ben.fill(zone="Berlin")).text
    )
    assert "Thanks. I'll post in Lisbon time now." in (await ben.fill(zone="porto")).text


@pytest.mark.parametrize("through", ["where", "setup", "schedule"])
async def test_a_team_in_utc_by_choice_is_not_asked_again(
    nowhere: Everyone, bot: Bot, recorder: Recorder, through: str
) -> None:
    """UTC is an answer too; leaving the form's zone as it is would be none."""
    people = nowhere
    await people.ana.does(ChannelJoined())
    setup = await people.ana.types("setup")
    match through:
        case "where":
            await (await setup.press("Where are you?")).fill(zone="UTC")
        case "setup":
            form = await setup.press("Change settings")
            await form.fill(emoji="🌱")
            assert "Where are you?" in (await people.ana.types("setup")).text
            await (await (await people.ana.types("setup")).press("Change settings")).fill(zone="utc")
        case _:
            change = await (await people.ana.types("schedule")).press("Recap schedule")
            await change.fill(at="4pm")
            assert "Where are you?" in (await people.ana.types("schedule")).text
            await change.fill(zone="Etc/UTC")
    assert "Times are in UTC." in (await people.ana.types("setup")).text
    for word in ("setup", "schedule"):
        assert "Where are you?" not in (await people.ana.types(word)).text
    await bot.tick()
    [hello] = recorder.texts()
    assert "Times are in UTC. Anyone here" in hello
    assert "Where are you?" not in hello
    form = await (await people.ana.types("schedule")).press("Recap schedule")
    assert next(field.value for field in form.form.fields if field.name == "zone") == "UTC"
    await form.fill(zone="Berlin")
    assert "Times are in UTC." in (await people.ana.types("setup")).text


async def test_a_team_whose_zone_is_told_is_not_asked(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    await people.ana.does(ChannelJoined())
    await bot.tick()
    assert "Times are in Lisbon time." in recorder.texts()[0]
    assert "Where are you?" not in recorder.texts()[0]
