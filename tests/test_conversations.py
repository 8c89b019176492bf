"""The main job as one dialogue, held on every platform, word for word the same.

A team captures, someone adds their version, a question is asked and answered in its thread, an emoji keeps a
message and its author is told, and on Friday the week comes back with its picture.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.database import Database
from tests import rooms
from tests.discord import room as discord
from tests.rooms import Opened, Room, Seen, number_in
from tests.slack import room as slack

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 20, 18, 0, tzinfo=UTC)

PLATFORMS: dict[str, Opened] = {
    "playground": rooms.playground,
    "slack-http": slack.over(slack.HTTP),
    "slack-socket": slack.over(slack.SOCKET),
    "discord": discord.discord,
}


@pytest.fixture(params=PLATFORMS)
async def room(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[Room]:
    """The home channel on one platform, on a Monday morning, with the bot in it and nothing said yet."""
    opened = PLATFORMS[request.param]
    async with opened(database, tmp_path, MONDAY) as there:
        yield there


def the(channel: list[Seen], *words: str) -> Seen:
    """The newest message in which all of these words stand."""
    found = [seen for seen in channel if all(each in seen for each in words)]
    assert found, f"nobody says {words} in:\n" + "\n---\n".join(seen.text for seen in channel)
    return found[-1]


async def test_the_main_job(room: Room) -> None:
    """From the first capture to the recap."""
    kept = await room.types("Ana", "We used to cache tokens, now we sign them.")
    assert kept
    assert "Kept as #1" in kept
    assert "Were others there?" in kept

    channel = await room.channel()
    hello = the(channel, "I am Ahabot")
    card = the(channel, "Aha #1", "We used to cache tokens, now we sign them.")
    assert "[High-five]" in card
    assert "[I was there]" in card
    assert "[Add my version]" in card

    await _versions(room, card)
    await _a_question(room, hello)
    await _a_failure(room)
    await _an_emoji(room)
    await _friday(room)


async def _versions(room: Room, card: Seen) -> None:
    assert await room.presses("Ben", "I was there", card.id) is None
    form = await room.presses("Ben", "Add my version", card.id)
    assert form
    assert "How did you get there?" in form
    told = await room.fills("Ben", form.id, text="For me it was the silence after the demo.")
    assert told
    assert "sealed" in told
    card = await room.message(card.id)
    assert "Ben added a version" in card
    assert "Together: Ana, Ben" in card
    assert "silence" not in card

    form = await room.presses("Mei", "Add my version", card.id)
    assert form
    await room.fills("Mei", form.id, text="The customer's own spreadsheet.")
    card = await room.message(card.id)
    assert "For me it was the silence after the demo." in card
    assert "The customer's own spreadsheet." in card

    assert await room.presses("Mei", "High-five", card.id) is None
    assert "[High-five (1)]" in await room.message(card.id)
    again = await room.presses("Mei", "High-five (1)", card.id)
    assert again
    assert "already" in again


async def _a_question(room: Room, hello: Seen) -> None:
    await room.presses("Ana", "Start the weekly questions", hello.id)
    await room.until(TUESDAY)
    prompt = the(await room.channel(), "A question for us")
    await room.says("Chidi", "That nobody reads the second page.", thread=prompt.id)
    await room.says("Mei", "The import, again.", thread=prompt.id)
    assert "2 heard" in await room.message(prompt.id)


async def _a_failure(room: Room) -> None:
    kept = await room.types("Chidi", "failed We put a wizard in front of the import")
    number = number_in(kept)
    assert kept
    assert "[It was an aha]" in kept
    form = await room.presses("Chidi", "Add the rest", kept.id)
    assert form
    assert form.fields["text"]["value"] == "We put a wizard in front of the import"
    await room.fills(
        "Chidi", form.id, text="We put a wizard in front of the import", happened="Nobody got past step two.",
        taught="People bring their own spreadsheet; show them a template.",
    )  # fmt: skip
    card = the(await room.channel(), f"Experiment #{number}")
    assert "Nobody got past step two." in card


async def _an_emoji(room: Room) -> None:
    said = await room.says("Ben", "Wait, it is fast because nobody logs in twice.")
    await room.reacts("Ana", "💡", said)
    await room.channel()
    assert "💡" in (await room.message(said)).marks
    note = the(await room.notes("Ben"), "Ana kept what you wrote", "nobody logs in twice")
    assert "[Remove it]" in note
    found = await room.types("Mei", "find logs twice")
    assert found
    assert "Wait, it is fast because nobody logs in twice." in found


async def _friday(room: Room) -> None:
    await room.until(FRIDAY)
    recap = the(await room.channel(), "The week of")
    assert "We put a wizard in front of the import" in recap
    assert "People bring their own spreadsheet; show them a template." in recap
    assert "We used to cache tokens, now we sign them." in recap
    assert "For me it was the silence after the demo." in recap
    assert "four of you" in recap
    assert "experiment" in recap.picture
    assert "aha" in recap.picture


async def test_nothing_typed_is_lost(room: Room) -> None:
    """Lines that begin with a command's name, or nearly: each way the text can be kept."""
    asked = await room.types("Ana", "show must go on")
    assert asked
    assert "Keep it as an aha?" in asked
    assert "show must go on" in asked
    kept = await room.presses("Ana", "Keep it as an aha", asked.id)
    assert kept
    assert "Kept as #1" in kept
    kept = await room.types("Ben", "failed to understand it until Mei drew it")
    assert kept
    await room.presses("Ben", "It was an aha", kept.id)
    the(await room.channel(), "Aha #2", "failed to understand it until Mei drew it")


async def test_taking_back(room: Room) -> None:
    """Deleted, undone, deleted by its source, and never kept against a person's will."""
    await room.types("Ana", "A thought too many")
    the(await room.channel(), "Aha #1", "A thought too many")
    removed = await room.types("Ana", "delete 1")
    assert removed
    assert "#1 is removed" in removed
    the(await room.channel(), "Aha #1 was removed.")
    await room.presses("Ana", "Undo", removed.id)
    the(await room.channel(), "Aha #1", "A thought too many")

    refused = await room.types("Ben", "delete 1")
    assert refused
    assert "only Ana can remove it" in refused

    said = await room.says("Mei", "Half a thought")
    saved = await room.chooses("Ben", "Save as aha", said)
    assert saved
    assert "Kept as #2" in saved
    note = the(await room.notes("Mei"), "Ben kept what you wrote")
    await room.presses("Mei", "Remove it", note.id)
    the(await room.channel(), "Aha #2 was removed.")
    assert "💡" not in (await room.message(said)).marks
    await room.reacts("Ana", "💡", said)
    found = await room.types("Ana", "find half")
    assert found
    assert "Nothing kept here" in found
