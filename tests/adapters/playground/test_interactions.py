"""Tests of what the bot is told: commands, replies in threads, emoji and changes, and nothing else."""

from __future__ import annotations

from adapters.playground.chat.model import BOT
from bot.core.events import (
    ChannelChanged,
    ChannelJoined,
    ChannelLeft,
    EmojiAdded,
    EmojiRemoved,
    MessageDeleted,
    MessageEdited,
    ReplyWritten,
)
from bot.core.messages import Button, Card, Post, Quote, Title, text_reply
from bot.core.origin import Place
from tests.adapters.playground.conftest import Running
from tests.adapters.playground.stand_in import SHORTCUT, HighFive, Keep, Log, Menu


async def test_a_command_is_told_with_who_and_where(here: Running) -> None:
    """For `/aha` in a public channel, the core gets all that the platform knows."""
    here.bot.answers[Log] = text_reply("Kept as #1.")
    await here.page.do("type", person="ana", channel="random", text="/aha we sign them now", event="e1")
    command, origin = here.bot.last
    assert command == Log("we sign them now")
    assert (origin.platform, origin.channel, origin.channel_name, origin.event) == (
        "playground", "random", "random", "e1",
    )  # fmt: skip
    assert (origin.person, origin.person_name, origin.zone, origin.admin) == (
        "ana",
        "Ana",
        "Europe/Lisbon",
        True,
    )
    assert not origin.private
    assert not origin.direct


async def test_a_bare_command_is_the_menu(here: Running) -> None:
    """`/aha` alone, in any case, is the menu. `/ahab` is an ordinary message."""
    await here.page.do("type", person="ben", channel="random", text=" /AHA ")
    assert isinstance(here.bot.last[0], Menu)
    await here.page.do("type", person="ben", channel="random", text="/ahab was a captain")
    assert len(here.bot.heard) == 1
    assert [m["text"] for m in (await here.page.world("mei"))["messages"]] == ["/ahab was a captain"]


async def test_a_private_channel_and_a_direct_message_say_so(here: Running) -> None:
    """Their messages are marked as private."""
    await here.page.do("type", person="ben", channel="quiet-corner", text="/aha")
    assert here.bot.last[1].private
    await here.page.do("type", person="ben", channel="with-ben", text="/aha")
    assert here.bot.last[1].direct


async def test_plain_talk_is_not_the_bots(here: Running) -> None:
    """A message in a channel is for people. One in a thread may be an answer."""
    await here.people.invite_bot("ana", "random")
    root = await here.page.do("type", person="ana", channel="random", text="What did we learn?")
    assert [type(command) for command, _ in here.bot.heard] == [ChannelJoined]
    said = await here.page.do("type", person="ben", channel="random", text="To ask.", thread=root["message"])
    command, origin = here.bot.last
    assert command == ReplyWritten(said["message"], "To ask.")
    assert (origin.thread, origin.person) == (root["message"], "ben")


async def test_an_emoji_names_its_author(here: Running) -> None:
    """The core gets the message's author. Taking the emoji off is a second event."""
    await here.people.invite_bot("ana", "random")
    said = await here.people.type_line("ben", "random", "We signed each one twice.")
    await here.page.do("react", person="mei", message=said.message, emoji="💡", on=True, event="e1")
    assert here.bot.last[0] == EmojiAdded(said.message, "💡", "ben", "Ben")
    assert (here.bot.last[1].person, here.bot.last[1].event) == ("mei", "e1")
    await here.page.do("react", person="mei", message=said.message, emoji="💡", on=False)
    assert here.bot.last[0] == EmojiRemoved(said.message, "💡")
    assert (await here.page.world("ben"))["messages"][0]["reactions"] == {}


async def test_an_emoji_on_the_bots_own_message_says_so(here: Running) -> None:
    """Nothing is saved from it, so the core has to know."""
    await here.people.invite_bot("ana", "random")
    sent = await here.playground.post(
        Place("playground", "random"), Post(Card((Title("A question"),))), key="p1"
    )
    await here.people.add_reaction("ana", sent.message, "👍")
    assert here.bot.last[0].ours == "1"


async def test_words_change_and_go(here: Running) -> None:
    """Only its author edits a message. An admin may delete it, and nothing of it is left."""
    await here.people.invite_bot("ana", "random")
    said = (await here.people.type_line("ben", "random", "Wrods.")).message
    status, answer = await here.page.try_to("edit", person="mei", message=said, text="Mine now")
    assert (status, answer["error"]) == (403, "Only the person who wrote it can edit it.")
    await here.page.do("edit", person="ben", message=said, text="Words.")
    assert here.bot.last[0] == MessageEdited(said, "Words.")
    assert (await here.page.try_to("delete", person="mei", message=said))[0] == 403
    await here.page.do("delete", person="ana", message=said)
    assert here.bot.last[0] == MessageDeleted(said)
    assert "Words" not in here.playground.chat.world.path.read_text()


async def test_where_the_bot_is_not_it_hears_nothing(here: Running) -> None:
    """In a channel without the bot, only commands and shortcuts reach it."""
    said = (await here.people.type_line("ben", "random", "Psst.")).message
    await here.people.add_reaction("ana", said, "💡")
    await here.people.type_line("ana", "random", "Yes?", thread=said)
    assert not here.bot.heard
    await here.people.use_shortcut("ana", SHORTCUT, said)
    assert here.bot.last[0] == Keep(said, "Psst.", "Ben", f"/#c=random&m={said}", "")


async def test_a_shortcut_on_a_card_gives_its_words(here: Running) -> None:
    """The bot's own card is marked as wasn't written by a person."""
    await here.people.invite_bot("ana", "random")
    card = Card((Title("Aha #1"), Quote("We sign once.", "Ana")))
    sent = await here.playground.post(Place("playground", "random"), Post(card), key="p1")
    await here.page.do("shortcut", person="ben", label=SHORTCUT, message=sent.message)
    assert here.bot.last[0] == Keep(sent.message, "Aha #1\nWe sign once.", "Ahabot", sent.link, "1")


async def test_rooms_change(here: Running) -> None:
    """The bot is invited, told of a new name, and removed."""
    await here.page.do("invite", person="ana", channel="random", on=True)
    await here.page.do("change-channel", person="ana", channel="random", name="#The Loft", private=True)
    command, origin = here.bot.last
    assert (command, origin.channel, origin.channel_name, origin.private) == (
        ChannelChanged(), "random", "the-loft", True,
    )  # fmt: skip
    await here.page.do("invite", person="ana", channel="random", on=False)
    assert here.bot.last[0] == ChannelLeft()


async def test_a_button_is_pressed_by_its_label_or_its_command(here: Running) -> None:
    """A story names the label, the page the command. Both are the same press."""
    await here.people.invite_bot("ana", "random")
    card = Card((Title("Aha #1"),), (Button("High-five", HighFive("7.1")),))
    sent = await here.playground.post(Place("playground", "random"), Post(card), key="p1")
    await here.people.press_button("ben", sent.message, "High-five")
    await here.page.do("press", person="ben", card=sent.message, button="high-five:7.1", event="e2")
    assert [command for command, _ in here.bot.heard[1:]] == [HighFive("7.1")] * 2


async def test_new_people_and_rooms(here: Running) -> None:
    """A new person sees the public channels and has a direct channel with the bot."""
    person = (await here.page.do("add-person", name="Ólafur", zone="Atlantic/Reykjavik"))["person"]
    room = (await here.page.do("add-channel", person="mei", name="Sea Room", private=True, members=person))[
        "channel"
    ]
    mine = {channel["id"] for channel in (await here.page.world(person))["channels"]}
    assert {"random", room} < mine
    assert "quiet-corner" not in mine
    assert room not in {channel["id"] for channel in (await here.page.world("ana"))["channels"]}
    assert BOT not in {"ana", person}
