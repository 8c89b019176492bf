"""Tests of where cards go: the thread where something was said, and nowhere where only a forum would be left."""

from dataclasses import replace
from typing import Any

from bot.core.context import CardPlace
from bot.core.messages import text_card
from bot.core.plain_text import render_plain_card
from bot.memory.followups import NextQuest
from bot.moments.saved import say_saved
from bot.quests.cycle import PostCycle
from bot.recaps.recap import PostRecap
from bot.runtime.bot import Bot
from storage.models import Channel
from tests.support.databases import Clock
from tests.support.people import Everyone, Got
from tests.support.recorder import Recorder

THREAD: dict[str, Any] = {"thread": "t1"}
POST: dict[str, Any] = {"thread": "t1", "threads_only": True}
DIRECT: dict[str, Any] = {"channel": "D-ana", "direct": True, "channel_name": "", "private": False}


async def says_yes(people: Everyone, typed: str) -> Got:
    """Type a command in Ana's direct message with the bot, and agree that it is saved for the forum."""
    asked = await people.ana.types(typed, **DIRECT)
    assert asked.text.startswith("Save it for #lantern? It's a forum, so there won't be a card")
    return await asked.press("Save it", **DIRECT)


def places(recorder: Recorder, channel: str = "C1") -> set[tuple[str, bool]]:
    """Return the threads in which there are messages, and whether each may begin a thread of its own."""
    standing = recorder.standing.values()
    return {
        (each.place.thread, each.place.opens_thread) for each in standing if each.place.channel == channel
    }


async def test_everything_a_command_posts_stands_in_its_thread(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A capture, a question, a quest, the cycle and the recap. The hello is for the channel."""
    ana = people.ana
    await ana.types("failed We put a wizard there", **THREAD)
    await ana.types("ask What did we learn?", **THREAD)
    await ana.types("quest What do people read?", **THREAD)
    clock.forward(minutes=1)
    await (await ana.types("cycle", **THREAD)).press("Post here", **THREAD)
    told = await (await ana.types("recap", **THREAD)).press("Post here", **THREAD)
    assert "in this thread" in told.text
    await bot.tick()
    assert places(recorder) == {("", False), ("t1", False)}
    (hello,) = [each for each in recorder.standing.values() if not each.place.thread]
    assert "I'm Ahabot" in hello.text
    assert len(recorder.standing) == 6


async def test_an_answer_kept_as_an_aha_stands_where_its_button_was(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """In the thread of the question that was asked there."""
    await people.ana.types("ask What did we learn?", **THREAD)
    await bot.tick()
    _, question = recorder.last()
    assert "Use the button. I can't read replies here" in question.text
    command = next(b.command for b in question.post.card.buttons if b.label == "Answer")
    form = await people.ben.does(command, **THREAD)
    answered = await form.person.does(replace(command, text="That nobody reads it."), **THREAD)
    await answered.press("Save as an aha", **THREAD)
    await bot.tick()
    _, card = recorder.last()
    assert "That nobody reads it." in card.text
    assert card.place.thread == "t1"


async def test_words_for_each_place() -> None:
    """A capture says where its card is, or why there is none."""

    def words(place: CardPlace) -> str:
        return render_plain_card(text_card(*say_saved("42", place)))

    assert words(CardPlace("C1", "ideas")) == "Saved as #42 in #ideas."
    assert words(CardPlace("C1", "")) == "Saved as #42 in your team's channel."
    assert words(CardPlace("C1", "ideas", "t1")) == "Saved as #42 in this thread."
    assert words(CardPlace("C1", "ideas", "t1", threads_only=True)) == "Saved as #42 in this thread."
    assert (
        words(CardPlace("C1", "ideas", "m1", below=True)) == "Saved as #42 in the thread under that message."
    )
    forum = CardPlace("C1", "ideas", threads_only=True)
    assert words(forum) == "Saved as #42. There's no card, because #ideas is a forum."
    shut = CardPlace("C1", "ideas", closed=True)
    assert words(shut) == "Saved as #42. There's no card for now, because I can't post in #ideas."


async def test_a_forum_has_no_place_for_what_is_said_elsewhere(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """From a direct message it is saved without a card, and the answer says so. A question goes back to its asker."""
    await people.ana.types("one", **POST)
    await bot.tick()
    assert places(recorder) == {("t1", False)}
    kept = await says_yes(people, "failed We put a wizard there")
    assert "Saved as #2. There's no card, because #lantern is a forum." in kept.text
    opened = await says_yes(people, "quest What do people read?")
    assert "There's no card, because #lantern is a forum" in opened.text
    asked = await says_yes(people, "ask What did we learn?")
    assert "#lantern is a forum, and I only start posts there for what's on the schedule." in asked.text
    assert "What did we learn?" in asked.text
    clock.forward(minutes=1)
    for typed in ("recap", "cycle"):
        assert "Post it" not in (await people.ana.types(typed, **DIRECT)).text
    for command in (PostRecap("week", "1"), PostCycle("1")):
        assert "#lantern is a forum" in (await people.ana.does(command, **DIRECT)).text
    await bot.tick()
    assert len(recorder.texts()) == 2
    assert "wizard" in (await people.ben.types("find wizard")).text
    why = await (await people.ana.types("show 2", **DIRECT)).press("Ask why", **DIRECT)
    await why.fill(text="Nobody asked.")
    await bot.tick()
    assert len(recorder.texts()) == 2


async def test_the_next_quest_from_a_direct_message_of_a_forums_team(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """It is opened without a card, and the answer promises none."""
    await people.ana.types("breakthrough We sign once", **POST)
    form = await people.ana.does(NextQuest("1.1"), **DIRECT)
    assert "Everyone in #lantern will see this." in form.form.intro
    opened = await form.fill(text="What do people read?")
    assert "Quest started." in opened.text
    assert "card" not in opened.text


async def test_only_what_is_scheduled_opens_a_post(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Friday's recap does."""
    await people.ana.types("one", **POST)
    clock.forward(days=4, hours=8)
    await bot.tick()
    (recap,) = [each for each in recorder.standing.values() if "The week" in each.text]
    assert (recap.place.thread, recap.place.opens_thread) == ("", True)


async def test_a_channel_turns_out_to_be_a_forum_or_gets_its_name(people: Everyone, bot: Bot) -> None:
    """What an origin tells of its channel is stored once, also by a command that only reads."""
    await people.ana.types("one", channel_name="")
    await people.ben.types("find", channel_name="ideas", **POST)

    def read(session: Any) -> tuple[str, bool]:
        home = session.get_one(Channel, 1)
        return home.name, home.threads_only

    assert await bot.database.read(read) == ("ideas", True)


async def test_a_button_of_another_team_posts_in_that_teams_home(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Nothing of one team is posted in the channel of another."""
    await people.ana.types("one")
    await people.ben.types("two", channel="C2", channel_name="garden")
    clock.forward(minutes=1)
    await people.ben.does(PostRecap("week", "1"), channel="C2", channel_name="garden", thread="t9")
    await bot.tick()
    (recap,) = [each for each in recorder.standing.values() if "The week" in each.text]
    assert (recap.place.channel, recap.place.thread) == ("C1", "")
