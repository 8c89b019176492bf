"""Every command by everybody who may not: old buttons, forged values, forms, pages, over signed HTTP.

A private channel holds something of everything. People who left it, guests, strangers and members of
another team press each command with the ids of its rows, wherever they can. Nothing of it is shown to
them, and no row of it changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.features import DECLARATIONS
from storage.models import Answer, Posting, Quest, Version, Why
from storage.models.table import Table
from tests.fakes.slack import read
from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.faults import Breaks
from tests.fakes.slack.people import Got
from tests.fakes.slack.world import Channel, Message

SECRETS = ("lighthouse", "no tokens", "wizard", "newcomers", "It was signed", "of our own", "as seen by Ben")
"""A word of each text in the private channel."""

OWN_TABLES = ("person", "pending", "membership")
"""What a refused command may write: who the person is, and the text that they sent."""


@dataclass
class Secret:
    """The private channel, and the ids of its rows."""

    room: SlackRoom
    channel: Channel
    team: int
    ids: dict[str, list[int]]

    def commands(self) -> Iterator[tuple[str, str]]:
        """Yield each declared command that names anything, encoded, with the ids of the channel's rows."""
        for number, declaration in enumerate(DECLARATIONS):
            names = {each.name for each in fields(declaration.command)}
            if not names & {"team", "moment"}:
                continue
            for turn in [number % 3]:
                given = {
                    name: str(self._choose(ids, turn)) for name, ids in self.ids.items() if name in names
                }
                values: dict[str, str] = {**given, **({"team": str(self.team)} if "team" in names else {})}
                if "moment" in names:
                    values["moment"] = f"{self.team}.{turn + 1}"
                if "text" in names:
                    values["text"] = "Typed from outside"
                yield declaration.key, self.room.bot.commands.encode(declaration.command(**values))

    def _choose(self, ids: list[int], turn: int) -> int:
        return ids[turn % len(ids)] if ids else 1

    def rows(self) -> dict[str, list[Any]]:
        """Return every row of the database that a refused command must not touch."""

        def read_all(session: Session) -> dict[str, list[Any]]:
            tables = [each for each in Table.metadata.sorted_tables if each.name not in OWN_TABLES]
            return {
                table.name: sorted(map(str, session.connection().execute(table.select()).all()))
                for table in tables
            }

        return self.room.bot.database.read_now(read_all)


@pytest.fixture
async def secret(room: SlackRoom) -> Secret:
    """Fill a private channel of Ana's and Ben's with something of everything."""
    people, here = room.people, room.here
    channel = here.make("secret", private=True)
    channel.members = {here.person("Ana").id, here.person("Ben").id}
    await people.invites("Ana", channel)
    for who, typed in (
        ("Ana", "The lighthouse was never lit"), ("Ben", "We cache no tokens any more"),
        ("Ben", "failed A wizard of six pages"),
        ("Ben", "quest How do we keep newcomers?"), ("Ben", "ask What was of our own making?"),
    ):  # fmt: skip
        await people.types(who, typed, channel.id)
    await room.settled()
    shown = await people.types("Ben", "show 1", channel.id)
    form = await people.presses("Ben", "Add my version", shown.whispers[-1])
    assert form.view
    await people.submits(form.view, text="The lamp, as seen by Ben")
    tried = await people.types("Ben", "show 3", channel.id)
    why = await people.presses("Ben", "Ask why", tried.whispers[-1])
    assert why.view
    await people.submits(why.view, text="It was signed twice")
    await room.settled()

    def find(session: Session) -> tuple[int, dict[str, list[int]]]:
        postings = session.exec(select(Posting).where(Posting.channel == channel.id)).all()
        ids = {
            "posting": [each.id for each in postings],
            "quest": [1],
            "version": [each.id for each in session.exec(select(Version)).all()],
            "why": [each.id for each in session.exec(select(Why)).all()],
            "answer": [each.id for each in session.exec(select(Answer)).all()],
        }
        assert session.exec(select(Quest)).all()
        return postings[0].team_id or 0, ids

    team, ids = room.bot.database.read_now(find)
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


def check(said: str, about: str) -> None:
    """Fail if an answer tells any of the channel's words."""
    assert not [word for word in SECRETS if word in said], f"{about}: {said}"


@pytest.mark.parametrize("who", ["left", "guest", "other"])
async def test_every_command_by_everybody(secret: Secret, who: str) -> None:
    """Each command, by an old button in the channel, in direct messages, and in another channel."""
    room, people, here = secret.room, secret.room.people, secret.room.here
    garden = here.make("garden")
    await people.invites("Mei", garden)
    person = {"left": "Ana", "guest": "Noor", "other": "Mei"}[who]
    if who == "left":
        await people.joins("Ana", secret.channel, on=False)
    if who == "guest":
        here.person("Noor").guest = True
        garden.members.add(here.person("Noor").id)
    await people.types(person, "Here we are at home", garden.id)
    await room.settled()
    direct = here.direct(here.person(person).id)
    before, count = secret.rows(), 0
    for key, encoded in secret.commands():
        for place in (secret.channel, direct, garden):
            if who == "left" and encoded_own(encoded, secret.team):
                continue
            got = await presses(room, person, place, encoded)
            check(got.text, f"{key} {encoded} in {place.name or 'direct'}")
            count += 1
    assert count > 150
    await room.settled()
    after = secret.rows()
    changed = {name: (before[name], rows) for name, rows in after.items() if rows != before[name]}
    assert changed == {}


def encoded_own(encoded: str, team: int) -> bool:
    """Return whether a command is about the moment that Ana wrote: her own words stay hers."""
    return f"{team}.1" in encoded


async def test_a_form_that_was_open_when_its_person_was_removed(secret: Secret) -> None:
    """Its words are handed back, and nothing is posted into the channel."""
    people = secret.room.people
    form = await people.types("Ana", "log", secret.channel.id)
    assert form.view
    await people.joins("Ana", secret.channel, on=False)
    before = secret.rows()
    got = await people.submits(form.view, text="Into the channel")
    assert "you are not in" in got.text
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
            assert got.text == "That belongs to a channel that you are not in, so it stays there."
        await people.joins("Ana", secret.channel)


async def test_pages_and_typed_numbers(secret: Secret) -> None:
    """App Home, lists and typed numbers tell nothing of it to anybody who is not in the channel."""
    room, people, here = secret.room, secret.room.people, secret.room.here
    await people.joins("Ana", secret.channel, on=False)
    here.person("Noor").guest = True
    for who in ("Ana", "Mei", "Noor"):
        home = await people.looks_home(who)
        await room.settled()
        check(read.view(home.body) if home else "", f"{who}'s Home")
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
            check((await people.types(who, typed, direct.id)).text, f"{who} {typed}")


async def test_where_slack_does_not_answer(secret: Secret) -> None:
    """The channel stays shut, and its member is told to try again."""
    room = secret.room
    direct = room.here.direct(room.here.person("Ben").id)
    room.bot.access.forget(room.here.team)
    room.slack.faults.put("conversations.members", Breaks())
    got = await presses(room, "Ben", direct, f"show:{secret.team}.2")
    assert "try again in a minute" in got.text
    check(got.text, "unanswered")
