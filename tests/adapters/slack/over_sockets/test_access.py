"""Every command by everybody who may not: old buttons, forged values, forms, pages, over signed HTTP.

A private channel holds something of everything. People who left it, guests, strangers and members of
another team press each command with the ids of its rows, wherever they can. Nothing of it is shown to
them, and no row of it changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.fakes.slack import read
from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.faults import Breaks
from tests.fakes.slack.people import Got
from tests.fakes.slack.world import Channel, Message
from tests.support.outsiders import (
    SCENE,
    VERSION,
    WHY,
    Ids,
    add_season,
    check_nothing_told,
    commands_about,
    find_changes,
    find_ids,
    is_about_ana,
    protected_rows,
)
from tests.support.waiting import until


@dataclass
class Secret:
    """The private channel, and the ids of its rows."""

    room: SlackRoom
    channel: Channel
    team: int
    ids: Ids

    def commands(self) -> Iterator[tuple[str, str]]:
        """Yield the key and the encoded form of each command about the channel's rows."""
        return commands_about(self.room.bot.commands, self.team, self.ids)

    def rows(self) -> dict[str, list[str]]:
        """Return every row of the database that a refused command must not touch."""
        return protected_rows(self.room.bot.database)


@pytest.fixture
async def secret(room: SlackRoom) -> Secret:
    """Fill a private channel of Ana's and Ben's with something of everything."""
    people, here = room.people, room.here
    channel = here.make("secret", private=True)
    channel.members = {here.person("Ana").id, here.person("Ben").id}
    await people.invites("Ana", channel)
    for who, typed in SCENE:
        await people.types(who, typed, channel.id)
    await room.settled()
    shown = await people.types("Ben", "show 1", channel.id)
    form = await people.presses("Ben", "Add my version", shown.whispers[-1])
    assert form.view
    await people.submits(form.view, text=VERSION)
    tried = await people.types("Ben", "show 3", channel.id)
    why = await people.presses("Ben", "Ask why", tried.whispers[-1])
    assert why.view
    await people.submits(why.view, text=WHY)
    await room.settled()

    await add_season(room.bot.database, channel.id)
    team, ids = find_ids(room.bot.database, channel.id)
    return Secret(room, channel, team, ids)


def old_card(room: SlackRoom, channel: Channel, who: str, encoded: str) -> tuple[Message, dict[str, Any]]:
    """Return a private card that the person still has, with a button that carries a command."""
    label = {"type": "plain_text", "text": "x"}
    button = {"type": "button", "action_id": "0", "block_id": "b", "text": label, "value": encoded}
    blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
    card = Message(channel.id, room.here.ts(), room.here.bot, "", blocks, to=room.here.person(who).id)
    room.here.messages.append(card)
    return card, button


async def presses(room: SlackRoom, who: str, channel: Channel, encoded: str) -> Got:
    """Press a button with a command on an old card."""
    card, button = old_card(room, channel, who, encoded)
    person = room.here.person(who)
    payload = room.people.press(person, card, button)
    got = await room.people._does("interaction", payload, person, channel.id)
    if got.view is not None:
        got.view.open = False
    return got


@pytest.mark.parametrize("who", ["left", "guest", "other", "stranger"])
async def test_every_command_by_everybody(secret: Secret, who: str) -> None:
    """Each command, by an old button in the channel, in direct messages, and in another channel."""
    room, people, here = secret.room, secret.room.people, secret.room.here
    garden = here.make("garden")
    await people.invites("Mei", garden)
    person = {"left": "Ana", "guest": "Noor", "other": "Mei", "stranger": "Chidi"}[who]
    if who == "left":
        await people.joins("Ana", secret.channel, on=False)
    if who == "guest":
        here.person("Noor").guest = True
        garden.members.add(here.person("Noor").id)
    if who == "stranger":  # from another organisation, in a channel that is shared with it
        here.person("Chidi").team, garden.shared = "T0OTHERS", True
    await people.types(person, "Here we are at home", garden.id)
    await room.settled()
    direct = here.direct(here.person(person).id)
    before, count = secret.rows(), 0
    for key, encoded in secret.commands():
        for place in (secret.channel, direct, garden):
            if who == "left" and is_about_ana(encoded, secret.team):
                continue
            got = await presses(room, person, place, encoded)
            check_nothing_told(got.text, f"{key} {encoded} in {place.name or 'direct'}")
            count += 1
    assert count > 150
    await room.settled()
    assert find_changes(before, room.bot.database) == {}


async def test_a_form_that_was_open_when_its_person_was_removed(secret: Secret) -> None:
    """Its words are handed back, and nothing is posted into the channel."""
    people = secret.room.people
    form = await people.types("Ana", "log", secret.channel.id)
    assert form.view
    await people.joins("Ana", secret.channel, on=False)
    before = secret.rows()
    got = await people.submits(form.view, text="Into the channel")
    assert "That belongs to a channel you're not in" in got.text
    assert "Into the channel" in got.text
    assert secret.rows() == before


async def test_membership_between_any_two_steps(secret: Secret) -> None:
    """Removed, let in again and removed once more: each press is answered by what is so at that moment."""
    room, people = secret.room, secret.room.people
    show = f"show:{secret.team}.2"
    direct = room.here.direct(room.here.person("Ana").id)
    for _ in range(2):
        assert "cache no tokens" in (await presses(room, "Ana", direct, show)).text
        await people.joins("Ana", secret.channel, on=False)
        for place in (direct, secret.channel):
            got = await presses(room, "Ana", place, show)
            assert got.text == "That belongs to a channel you're not in, so I can't show it to you."
        await people.joins("Ana", secret.channel)


async def test_pages_and_typed_numbers(secret: Secret) -> None:
    """App Home, lists and typed numbers tell nothing of it to anybody who is not in the channel."""
    people, here = secret.room.people, secret.room.here
    await people.joins("Ana", secret.channel, on=False)
    here.person("Noor").guest = True
    for who in ("Ana", "Mei", "Noor"):
        here.homes.clear()
        await people.looks_home(who)
        await until(lambda: here.homes)
        check_nothing_told(read.view(here.homes[here.person(who).id].body), f"{who}'s Home")
        direct = here.direct(here.person(who).id)
        for typed in (
            f"show {secret.team}.2",
            "find",
            "find tokens",
            "recap",
            f"why {secret.team}.3",
            "memory fuel",
            "cycle",
        ):
            check_nothing_told((await people.types(who, typed, direct.id)).text, f"{who} {typed}")


async def test_where_slack_does_not_answer(secret: Secret) -> None:
    """The channel stays shut, and its member is told to try again."""
    room = secret.room
    direct = room.here.direct(room.here.person("Ben").id)
    room.bot.access.forget(room.here.team)
    room.slack.faults.put("conversations.members", Breaks())
    got = await presses(room, "Ben", direct, f"show:{secret.team}.2")
    assert "try again in a minute" in got.text
    check_nothing_told(got.text, "unanswered")
