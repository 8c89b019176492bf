"""Tests of who sees what on Discord: the permissions of that member in that channel, now."""

from __future__ import annotations

import pytest

from adapters.discord.custom_ids import CustomId, can_fit, write_custom_id
from bot.core.origin import Access, ChannelAccess, OutcomeUnknownError
from tests.fakes.discord import read
from tests.fakes.discord.chat import DiscordRoom
from tests.fakes.discord.checks.permissions import Can
from tests.fakes.discord.faults import Breaks
from tests.fakes.discord.people import Got
from tests.fakes.discord.world import PRIVATE_THREAD, Channel
from tests.support.outsiders import (
    SCENE,
    add_season,
    check_nothing_told,
    commands_about,
    find_changes,
    find_ids,
    protected_rows,
)

REFUSED = "That belongs to a channel you're not in, so I can't show it to you."


async def asked(room: DiscordRoom, who: str, channel: Channel) -> ChannelAccess:
    """Return what the adapter says of a member and a channel."""
    adapter = room.bot.adapters["discord"]
    return await adapter.find_access(room.server.id, channel.id, room.people.world.person(who).id)


async def presses(room: DiscordRoom, who: str, command: str, channel: Channel) -> Got:
    """Press a button with a command of the bot's on a private card in a channel."""
    shown = await room.gives(who, "help", channel)
    card = shown.whispers[-1]
    button = next(node for node in read.nodes(card.components) if node.get("custom_id"))
    button["custom_id"] = write_custom_id(CustomId(command))
    return await room.people.presses(who, button["custom_id"], card)


async def test_the_permissions_of_a_member_in_a_channel(room: DiscordRoom) -> None:
    """Overwrites and roles decide, an owner sees all, and who is not on the server sees nothing."""
    world, people = room.people.world, room.people
    vault = world.make(room.server, "vault", private=True)
    room.discord.made(vault)
    await people.heard()
    member, outside = ChannelAccess(Access.MEMBER), ChannelAccess(Access.OUTSIDE)
    assert await asked(room, "Ben", vault) == member
    assert await asked(room, "Ana", vault) == ChannelAccess(Access.MEMBER, admin=True)
    vault.overwrites = [each for each in vault.overwrites if each.id != world.person("Ben").id]
    await people.changes(vault, topic="closed to Ben")
    assert await asked(room, "Ben", vault) == outside
    await people.promotes("Ben", Can.ADMINISTRATOR)
    assert await asked(room, "Ben", vault) == ChannelAccess(Access.MEMBER, admin=True)
    del room.server.members[world.person("Mei").id]
    assert await asked(room, "Mei", vault) == outside


async def test_a_private_thread_is_for_the_people_in_it(room: DiscordRoom) -> None:
    """Seeing its channel is not enough."""
    world = room.people.world
    thread = Channel(
        world.mint.mint(), "quiet", PRIVATE_THREAD, room.server.id, room.home.id,
        owner=world.person("Ben").id, joined={world.bot.id, world.person("Ben").id},
    )  # fmt: skip
    room.discord.began(thread)
    await room.people.heard()
    assert (await asked(room, "Ben", thread)).access is Access.MEMBER
    assert (await asked(room, "Mei", thread)).access is Access.OUTSIDE


async def test_where_discord_does_not_answer(room: DiscordRoom) -> None:
    """Nothing is guessed."""
    room.discord.faults.put("GET /guilds/{guild_id}/members/{user_id}", Breaks(), times=9)
    with pytest.raises(OutcomeUnknownError):
        await asked(room, "Ben", room.home)


async def test_a_channel_closed_to_a_member_between_two_presses(room: DiscordRoom) -> None:
    """What was shown is not shown any more, and once the channel is open again, it is."""
    garden = room.people.world.make(room.server, "garden")
    room.discord.made(garden)
    await room.people.heard()
    await room.types("Ana", "We sign tokens now.")
    await room.gives("Mei", "Here we are at home", garden)
    assert "We sign tokens now." in (await presses(room, "Mei", "show:1.1", garden)).text
    await room.people.shuts(room.home, whom="Mei")
    assert (await presses(room, "Mei", "show:1.1", garden)).text == REFUSED
    await room.people.shuts(room.home, deny=0, whom="Mei")
    assert "We sign tokens now." in (await presses(room, "Mei", "show:1.1", garden)).text


async def test_every_command_by_somebody_who_cannot_see_the_channel(room: DiscordRoom) -> None:
    """Pressed in another channel with the ids of its rows: nothing is told, and nothing changes."""
    world, people = room.people.world, room.people
    vault, garden = world.make(room.server, "vault", private=True), world.make(room.server, "garden")
    mei = world.person("Mei").id
    vault.overwrites = [each for each in vault.overwrites if each.id != mei]
    for channel in (vault, garden):
        room.discord.made(channel)
    await people.heard()
    for who, typed in SCENE:
        await room.gives(who, typed, vault)
    await room.settled()
    await add_season(room.bot.database, vault.id)
    team, ids = find_ids(room.bot.database, vault.id)
    await room.gives("Mei", "Here we are at home", garden)
    await room.settled()
    card = (await room.gives("Mei", "help", garden)).whispers[-1]
    button = next(node for node in read.nodes(card.components) if node.get("custom_id"))
    before, count = protected_rows(room.bot.database), 0
    for key, encoded in commands_about(room.bot.commands, team, ids):
        custom_id = CustomId(encoded)
        if not can_fit(custom_id):
            continue
        button["custom_id"] = write_custom_id(custom_id)
        got = await people.presses("Mei", button["custom_id"], card)
        check_nothing_told(got.text, f"{key} {encoded}")
        count += 1
    assert count > 50
    await room.settled()
    assert find_changes(before, room.bot.database) == {}


async def test_a_goal_whose_owner_left_the_server_says_so(room: DiscordRoom) -> None:
    """Discord tells nobody, so it's looked up a day later. Then anyone can take the goal over."""
    await room.gives("Ben", "goal from Ten evening schools", room.home)
    await room.settled()
    del room.server.members[room.people.world.person("Ben").id]
    await room.later(hours=23)
    assert not [seen for seen in await room.channel() if "has left" in seen.text]
    await room.later(hours=1)
    [card] = [seen for seen in await room.channel() if "has left" in seen.text]
    assert "Ben owned this goal and has left. Anyone can take it over." in card.text
