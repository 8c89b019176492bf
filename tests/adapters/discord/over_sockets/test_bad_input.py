"""Tests of bad input: outdated, malformed or nearly empty events from Discord."""

from __future__ import annotations

import asyncio
import logging
import secrets

import pytest

from tests.fakes.discord import payloads
from tests.fakes.discord.chat import DiscordRoom
from tests.fakes.discord.options import typed
from tests.fakes.discord.world import COMMAND, PRESS, SUBMIT, Interaction, Json, now
from tests.support.chat import Seen, with_words
from tests.support.payloads import broken, with_part

WORDS = "our own quiet words"
OLD = "That's from an older version of me"


async def card(room: DiscordRoom) -> Seen:
    """Let Ana log a moment, and return its public card."""
    await room.types("Ana", WORDS)
    [found] = with_words(await room.channel(), WORDS)
    return found


def begin(room: DiscordRoom, kind: int, data: Json, on: str = "", who: str = "Ana") -> Interaction:
    """Return an interaction of a person that is not sent yet."""
    return Interaction(
        room.discord.world.mint.mint(), secrets.token_urlsafe(60), kind, room.discord.world.person(who),
        room.home, data, room.standing(on) if on else None,
    )  # fmt: skip


async def does(room: DiscordRoom, did: Interaction) -> None:
    """Send an interaction, and wait until it is answered.

    TimeoutError after five seconds without an answer.
    """
    room.discord.did(did)
    await answered(did)


async def answered(did: Interaction) -> None:
    """Wait until an interaction is answered. TimeoutError after five seconds."""
    async with asyncio.timeout(60):
        while not did.answered:
            did.came.clear()
            await did.came.wait()


@pytest.mark.parametrize(
    "carried",
    ["no-such:thing", "1...no-such:thing", "1...high-five:1:2:3:4:5", "...", "x" * 100, "1.?.!.log", "💡"],
)
async def test_an_unknown_button(room: DiscordRoom, carried: str) -> None:
    """An outdated or invented one gets a sentence and has no effect."""
    ours = await card(room)
    did = begin(room, PRESS, {"component_type": 2, "custom_id": carried, "id": 5}, ours.id)
    await does(room, did)
    if carried != "...":
        [said] = did.said
        assert OLD in str(said.components)
    assert "[High-five]" in await room.message(ours.id)


async def test_an_unknown_form(room: DiscordRoom) -> None:
    """The reply has a sentence and the typed text."""
    part = {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "text", "value": WORDS}}
    did = begin(room, SUBMIT, {"custom_id": "made:elsewhere", "components": [part], "resolved": {}})
    await does(room, did)
    [said] = did.said
    assert OLD in str(said.components)
    assert WORDS in str(said.components)


async def test_a_command_that_we_no_longer_have(room: DiscordRoom) -> None:
    """A command that is still registered gets a sentence, and its text is returned."""
    option = {"type": 3, "name": "text", "value": WORDS}
    below = {"type": 1, "name": "gone", "options": [option]}
    root = next(each for each in room.discord.world.commands[""] if each["name"] == "aha")
    for data in (
        {"id": root["id"], "name": "aha", "type": 1, "options": [below]},
        {"id": "1", "name": "other", "type": 1, "options": [option]},
        {"id": root["id"], "name": "aha", "type": 1, "options": [{"type": 1, "name": "log", "options": [
            {"type": 3, "name": "unheard", "value": WORDS}]}]},
    ):  # fmt: skip
        did = begin(room, COMMAND, data)
        await does(room, did)
        [said] = did.said
        assert OLD in str(said.components)
        assert WORDS in str(said.components)


async def test_a_form_sent_twice(room: DiscordRoom) -> None:
    """Two interactions of one form, as after a lost answer, are saved once and answered alike."""
    form = room.form(await room.types("Ana", "log"))
    for _ in range(2):
        form.open = True
        got = await room.people.submits(form, text=WORDS)
        assert "Saved as #1" in got.text
    assert len(with_words(await room.channel(), WORDS)) == 1


async def test_the_same_interaction_twice(room: DiscordRoom) -> None:
    """Repeated by a resume, it is saved and answered once."""
    got = await room.gives("Ana", WORDS, room.home)
    room.discord.did(got.interaction)
    await room.people.heard()
    assert len(got.interaction.said) == 1
    assert len(with_words(await room.channel(), WORDS)) == 1
    assert "#2" not in await room.finds("quiet")


async def test_a_message_of_a_bot_and_of_the_system(room: DiscordRoom) -> None:
    """It is not by a person, so it is not saved."""
    await room.types("Ana", "The first.")
    robot = room.discord.world.add("Robot")
    robot.bot = True
    said = await room.people.says("Robot", WORDS, room.home)
    saved = await room.chooses("Ana", "Save as aha", said.id)
    assert saved
    assert "wasn't written by a person" in saved
    await room.people.reacts("Ana", "💡", said)
    pinned = await room.people.says("Ben", "", room.home)
    pinned.type = 6
    await room.people.reacts("Ana", "💡", pinned)
    assert WORDS not in await room.finds("quiet")
    assert await room.notes("Robot") == []


async def test_a_member_who_is_gone(room: DiscordRoom) -> None:
    """Their message is saved under their name, and a Note that cannot reach them breaks nothing."""
    await room.types("Ana", "The first.")
    said = await room.people.says("Ben", WORDS, room.home)
    ben = room.discord.world.person("Ben")
    del room.server.members[ben.id]
    await room.people.reacts("Ana", "💡", said)
    found = await room.finds("quiet")
    assert WORDS in found
    assert "Ben" in found


async def test_a_message_that_is_gone(room: DiscordRoom) -> None:
    """Deleted before it was read, it can still get its text from its author."""
    await room.types("Ana", "The first.")
    said = await room.people.says("Ben", WORDS, room.home)
    said.deleted = True
    room.discord.reacted(said, room.discord.world.person("Ana").id, {"id": None, "name": "💡"})
    await room.settled()
    assert WORDS not in await room.finds("quiet")


async def test_a_menu_that_was_closed_again(room: DiscordRoom) -> None:
    """Without a choice nothing is done or said."""
    shown = await room.types("Ana", "log")
    assert shown
    ours = await card(room)
    did = begin(room, PRESS, {"component_type": 3, "custom_id": "9...", "id": 5, "values": []}, ours.id)
    await does(room, did)
    assert did.answered == 6
    assert did.said == []


async def test_the_longest_that_a_command_takes(room: DiscordRoom) -> None:
    """The longest text that Discord accepts is saved and read whole."""
    long = "word " * 1199 + "end."
    kept = await room.types("Ana", long)
    assert kept
    assert "Saved as #1" in kept
    assert await stored(room) == long
    shown = await room.types("Ana", "show 1")
    assert shown
    whole = await room.presses("Ana", "Read more", shown.id)
    assert whole
    assert "page 1 of 3" in whole
    edited = await room.presses("Ana", "Edit", shown.id)
    assert edited
    left_out = "anything longer isn't shown and stays as it is"
    assert left_out in edited, "a form holds less, and nothing is cut off unseen"
    assert await stored(room) == long


async def stored(room: DiscordRoom) -> object:
    """Return the stored text of the first moment."""
    return await room.bot.database.read(
        lambda session: session.connection().exec_driver_sql("SELECT text FROM moment").scalar()
    )


# Malformed events


KINDS = ("command", "press", "form", "reaction", "reply", "edited", "deleted", "role", "channel", "server")


@pytest.mark.parametrize("kind", KINDS)
async def test_missing_and_strange_parts(
    room: DiscordRoom, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The connection survives all of them, and people's text is in no log."""
    caplog.set_level(logging.INFO)
    name, payload = await sample(room, kind)
    shapes = list(broken(payload, 2, ("guild", "entitlements")))
    for number, (path, other) in enumerate(shapes):
        shape = with_part(payload, path, other)
        if "token" in shape and name == "INTERACTION_CREATE":
            shape["token"] = f"{number}-{shape['token']}"[:100]
        room.discord.gateway.tell(name, shape, room.server.id)
    await room.people.heard()
    await room.adapter.gateway.tasks.drain(30)
    assert len(shapes) > 10
    assert len(room.discord.gateway.identifies) == 1, "it never had to come again"
    assert WORDS not in caplog.text
    room.discord.gateway.tell(
        "GUILD_CREATE", payloads.server_created(room.discord.world, room.server, True), room.server.id
    )
    kept = await room.types("Mei", "The room is awake.")
    assert kept
    assert "Saved as #" in kept
    room.discord.problems.clear()  # the bot answers interactions that do not exist in the fake


async def sample(room: DiscordRoom, kind: str) -> tuple[str, Json]:
    """Return the name and data of a valid event of this kind."""
    world, ours = room.discord.world, await card(room)
    said, ana = room.standing(await room.says("Ben", WORDS)), world.person("Ana")
    match kind:
        case "command":
            data = typed(world, ana, room.home, "aha log", {"text": WORDS})
            return "INTERACTION_CREATE", payloads.interaction(world, begin(room, COMMAND, data))
        case "press":
            data = room.people.press(ana, "High-five", room.standing(ours.id))
            return "INTERACTION_CREATE", payloads.interaction(world, begin(room, PRESS, data, ours.id))
        case "form":
            form = room.form(await room.presses("Ana", "Add my version", ours.id))
            part = {
                "type": 18,
                "id": 1,
                "component": {"type": 4, "id": 2, "custom_id": "text", "value": WORDS},
            }
            data = {"custom_id": form.body["custom_id"], "components": [part], "resolved": {}}
            return "INTERACTION_CREATE", payloads.interaction(world, begin(room, SUBMIT, data, ours.id))
        case "reaction":
            emoji = {"id": None, "name": "💡"}
            return "MESSAGE_REACTION_ADD", payloads.reacted(world, said, ana.id, emoji, True, False)
        case "reply":
            said.reference, said.type = ours.id, 19
            return "MESSAGE_CREATE", payloads.message_event(world, said, True)
        case "edited":
            said.edited = now()
            return "MESSAGE_UPDATE", payloads.message_event(world, said, True)
        case "deleted":
            told = {"id": said.id, "channel_id": room.home.id, "guild_id": room.server.id}
            return "MESSAGE_DELETE_BULK", {**told, "ids": [said.id, said.id]}
        case "role":
            role = payloads.role(room.server.roles[room.server.id])
            return "GUILD_ROLE_UPDATE", {"guild_id": room.server.id, "role": role}
        case "channel":
            return "CHANNEL_UPDATE", payloads.channel(world, room.home)
        case _:
            return "GUILD_CREATE", payloads.server_created(world, room.server, again=True)


async def test_an_interaction_that_nobody_can_read(room: DiscordRoom) -> None:
    """discord.py cannot parse one without its version. The person still gets a sentence and the text."""
    data = typed(room.discord.world, room.discord.world.person("Ana"), room.home, "aha log", {"text": WORDS})
    did = begin(room, COMMAND, data)
    room.discord.world.interactions[did.token] = did
    told = payloads.interaction(room.discord.world, did)
    del told["version"]
    room.discord.gateway.tell("INTERACTION_CREATE", told, room.server.id)
    await answered(did)
    [said] = did.said
    assert "Something went wrong on my side" in str(said.components)
    assert WORDS in str(said.components)


async def test_events_of_no_kind(room: DiscordRoom) -> None:
    """They come from a newer version of Discord, or are empty."""
    for name, told in (
        ("MOON_ROSE", {"id": "1"}),
        ("MESSAGE_CREATE", {}),
        ("INTERACTION_CREATE", {}),
        ("GUILD_DELETE", {}),
    ):
        room.discord.gateway.tell(name, told, room.server.id)
    await room.people.heard()
    kept = await room.types("Mei", "The room is awake.")
    assert kept
    assert "Saved as #" in kept
    assert len(room.discord.gateway.identifies) == 1


async def test_a_required_field_with_nothing_to_see(room: DiscordRoom) -> None:
    """Discord closes the form. The answer says what is missing and opens it again, with the rest in it."""
    kept = await room.types("Ana", "failed We tried")
    assert kept
    asked = await room.presses("Ana", "Add details", kept.id)
    assert asked
    told = await room.fills("Ana", asked.id, text="\u200b\u3164", taught="Sign once")
    assert told
    assert "What did you try? There's nothing to see here yet." in told
    again = await room.presses("Ana", "Open the form again", told.id)
    assert again
    assert again.fields["taught"]["value"] == "Sign once"
    saved = await room.fills("Ana", again.id, text="We cached tokens")
    assert saved
    assert "#1 updated" in saved
    assert "Sign once" in (await room.channel())[-1]
