"""Tests that what a form accepts works on Discord."""

import pytest

from storage.engine.database import Database
from tests.fakes.discord.chat import DiscordRoom
from tests.support.chat import the, with_words
from tests.support.quests import open_quests

WORDS = "we sign each one once"


@pytest.mark.parametrize(
    ("typed", "put", "shown"),
    [
        (":bulb:", "💡", "💡"),
        (":unicorn:", "🦄", "🦄"),
        (":medal:", "🏅", "🏅"),
        (":thumbsup_tone3:", "👍🏿", "👍"),
        ("👍🏽", "👍", "👍"),
        ("❤", "❤️", "❤"),
        ("👩🏻\u200d🤝\u200d👩🏿", "👭", "👭"),
        ("🇵🇹", "🇵🇹", "🇵🇹"),
        ("1️⃣", "1️⃣", "1⃣"),
        ("\U0001faef", "\U0001faef", "\U0001faef"),
        (":Party:", "party", ":party:"),
        ("<:party:{id}>", "party", ":party:"),
        ("<a:party:{id}>", "party", ":party:"),
    ],
)
async def test_the_emoji_that_is_set_keeps_messages(
    room: DiscordRoom, typed: str, put: str, shown: str
) -> None:
    """By its name, its character or as Discord's picker writes it, it is the one that people put on messages."""
    world = room.discord.world
    custom = world.emoji(world.home, "Party")
    setup = await room.types("Ana", "setup")
    assert setup
    form = await room.presses("Ana", "Change settings", setup.id)
    assert form
    done = await room.fills("Ana", form.id, emoji=typed.format(id=custom["id"]))
    assert done
    assert shown in done
    assert ("That's a custom emoji" in done) is shown.startswith(":")
    assert f"React to a message with {shown}" in the(await room.channel(), "Hello, I'm Ahabot")
    said = await room.says("Ben", WORDS)
    await room.people.reacts("Mei", custom if put == "party" else put, room.standing(said))
    assert (await room.message(said)).marks == {"💡"}


async def test_where_are_you(room: DiscordRoom) -> None:
    """Discord tells no zones, so the hello asks, and shows the answer."""
    hello = the(await room.channel(), "Hello, I'm Ahabot")
    assert "Times are in UTC until I know where you are." in hello
    form = await room.presses("Ben", "Where are you?", hello.id)
    assert form
    wrong = await room.fills("Ben", form.id, zone="PST")
    assert wrong
    assert "Los Angeles" in wrong
    again = await room.presses("Ben", "Open the form again", wrong.id)
    assert again
    done = await room.fills("Ben", again.id, zone="São Paulo")
    assert done
    assert "I'll post in Sao Paulo time now" in done
    hello = await room.message(hello.id)
    assert "Times are in Sao Paulo time." in hello
    assert "[Where are you?]" not in hello
    schedule = await room.types("Ana", "schedule")
    assert schedule
    assert schedule.text.count("Sao Paulo time") == 3


@pytest.mark.parametrize("number", [30, 300])
async def test_every_quest_can_be_reached(room: DiscordRoom, database: Database, number: int) -> None:
    """The form lists the newest, and an older one is written into it."""
    await room.types("Ana", "ours")
    await open_quests(database, number)
    form = await room.types("Ana", "failed")
    assert form
    await room.fills("Ana", form.id, text=WORDS, quest_other="city 3;")
    [card] = with_words(await room.channel(), WORDS)
    assert "Quest: How would city 3; find us?" in card
