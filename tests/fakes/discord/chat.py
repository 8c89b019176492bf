"""Our Discord as a room for the dialogue: people there, and a real discord.py client that serves them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from adapters.discord.adapter import Discord as Adapter
from adapters.discord.adapter import build_adapter as discord_adapter
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot, run_bot
from storage.engine.database import Database
from tests.fakes.discord import read
from tests.fakes.discord.gateway import Intent
from tests.fakes.discord.people import Got, People
from tests.fakes.discord.server import Discord, serving
from tests.fakes.discord.world import Channel, Message, Modal, Server
from tests.support.chat import HOME, Owed, Room, Seen
from tests.support.databases import Clock

FIRST_STEP = timedelta(minutes=1)
PEOPLE = ("Ben", "Mei", "Chidi")
STEP = "Not kept yet:"
"""How the answer to a step of a long form begins; a button on it leads to the next."""


@dataclass
class DiscordRoom:
    """See tests.rooms.Room."""

    discord: Discord
    people: People
    adapter: Adapter
    bot: Bot
    clock: Clock
    home: Channel
    process: AsyncExitStack

    @property
    def server(self) -> Server:
        """Where the home channel is."""
        return self.discord.world.servers[self.home.server]

    async def types(self, who: str, text: str) -> Seen | None:
        """See Room. The subcommand that begins the line, or `log`; for what is a button here, the button."""
        return _seen_by(await self.gives(who, text, self.home), self.discord)

    async def gives(self, who: str, text: str, channel: Channel) -> Got:
        """The same in any channel, with all that came of it."""
        word, _, rest = text.partition(" ")
        declaration = self.bot.commands.find_by_word(word)
        if declaration is None:
            return await self.people.types(who, "aha log", channel, text=text)
        if declaration.typed_only:
            shown = await self.people.types(who, "aha show", channel, moment=rest)
            return await self.people.presses(who, declaration.name.title(), shown.whispers[-1])
        name = declaration.words_field or next(iter(declaration.params), "")
        options = {name: rest} if rest else {}
        return await self.people.types(who, f"aha {declaration.name}", channel, **options)

    async def says(self, who: str, text: str, thread: str = "") -> str:
        """See Room. A reply goes into the thread of its message, begun where there is none."""
        place = self.home
        if thread:
            begun = self.discord.world.channels.get(thread)
            place = begun or await self.people.threads(who, self.standing(thread))
        return (await self.people.says(who, text, place)).id

    async def presses(self, who: str, label: str, on: str) -> Seen | None:
        """See Room. What stands behind *More* is two presses away."""
        message = self.standing(on)
        if not read.pressed(message.components, label) and read.pressed(message.components, "More"):
            message = (await self.people.presses(who, "More", message)).whispers[-1]
        return _seen_by(await self.people.presses(who, label, message), self.discord)

    async def fills(self, who: str, form: str, **values: str) -> Seen | None:
        """See Room. A form in steps is gone through to its end; each step takes what it has a field for."""
        modal, left = self._modal(form), dict(values)
        assert modal.user == self.discord.world.person(who).id
        while True:
            here = {name: left.pop(name) for name in read.fields(modal.body) if name in left}
            got = await self.people.submits(modal, **here)
            if STEP not in got.text:
                assert not left, f"{[*left]} in no step of the form"
                return _seen_by(got, self.discord)
            step = (await self.people.presses(who, "Continue", got.whispers[0])).modal
            assert step
            modal = step

    async def reacts(self, who: str, emoji: str, message: str, on: bool = True) -> None:
        """See Room."""
        await self.people.reacts(who, emoji, self.standing(message), on)

    async def chooses(self, who: str, entry: str, message: str) -> Seen | None:
        """See Room."""
        return _seen_by(await self.people.chooses(who, entry, self.standing(message)), self.discord)

    async def deletes(self, who: str, message: str) -> None:
        """See Room."""
        await self.people.deletes(self.standing(message))

    async def edits(self, who: str, message: str, text: str) -> None:
        """See Room."""
        await self.people.edits(self.standing(message), text)

    async def until(self, time: datetime) -> None:
        """Time moves from one due thing to the next; what stays due whatever we do must not hold it up."""
        before, step = None, FIRST_STEP
        while (due := await self.bot.next_due()) is not None and due <= time and self.clock.now < time:
            stuck = before is not None and due <= before
            step = step * 2 if stuck else FIRST_STEP
            self.clock.now = min(time, self.clock.now + step) if stuck else max(due, self.clock.now)
            await self.bot.tick()
            before = due
        self.clock.now = time
        await self.settled()

    async def awake(self) -> None:
        """The bot has counted its servers, which takes discord.py two seconds: what comes now is new to it."""
        client = self.adapter.gateway.client
        assert client is not None
        await client.wait_until_ready()

    async def ends(self) -> None:
        """The process with the bot ends; what is said from now on nobody hears."""
        await self.process.aclose()

    async def later(self, **by: float) -> None:
        """Time passes, and what is due goes out."""
        self.clock.forward(**by)
        await self.settled()

    async def settled(self) -> None:
        """Everything that is due has gone out, and everybody was told."""
        await self.people.heard()
        await self.bot.tick()
        await self.people.heard()

    async def channel(self) -> list[Seen]:
        """See Room."""
        return await self.in_channel(self.home)

    async def in_channel(self, channel: Channel) -> list[Seen]:
        """What the bot says in a channel and its threads."""
        await self.settled()
        us = self.discord.world.bot.id
        said = self.discord.world.standing(channel.id, threads=True)
        return [_seen(message, self.discord) for message in said if message.author == us]

    async def message(self, message: str) -> Seen:
        """See Room."""
        await self.settled()
        return _seen(self.standing(message), self.discord)

    async def notes(self, who: str) -> list[Seen]:
        """See Room."""
        return await self.in_channel(self.discord.world.direct(self.discord.world.person(who).id))

    async def finds(self, words: str = "", who: str = "Mei") -> str:
        """What somebody gets for `find`."""
        await self.settled()
        found = await self.types(who, f"find {words}".strip())
        assert found
        return found.text

    def standing(self, message: str) -> Message:
        """A message, whoever sees it."""
        found = self.discord.world.message(message)
        assert found is not None
        return found

    def form(self, seen: Seen | None) -> Modal:
        """The form that somebody has before them."""
        assert seen is not None
        return self._modal(seen.id)

    def _modal(self, form: str) -> Modal:
        modals = [each.modal for each in self.discord.world.interactions.values() if each.modal]
        return next(modal for modal in modals if modal.id == form)


def _seen_by(got: Got, discord: Discord) -> Seen | None:
    """What is new before one person; None where everything is as it was."""
    assert not got.trouble, got.trouble
    if got.modal is not None:
        fields = read.fields(got.modal.body)
        return Seen(got.modal.id, read.modal(got.modal.body), fields)
    if not got.whispers:
        return None
    first, *rest = [_seen(message, discord) for message in got.whispers]
    return Seen(first.id, "\n".join(each.text for each in (first, *rest)))


def _seen(message: Message, discord: Discord) -> Seen:
    place = discord.world.channels[message.channel]
    return Seen(
        message.id,
        read.words(message),
        thread=place.id if place.is_thread else "",
        picture=read.picture(message),
        marks=message.marks(discord.world.bot.id),
    )


@asynccontextmanager
async def living(
    discord: Discord, database: Database, clock: Clock, home: Channel, **more: str
) -> AsyncIterator[DiscordRoom]:
    """The bot at work in this Discord, as one process; a second one is another such block."""
    adapter = discord_adapter({**discord.environment, **more})
    assert adapter is not None
    bot = build_bot(database, [adapter], clock)
    people = People(discord, owed=Owed(bot))
    sessions = len(discord.gateway.live)
    async with AsyncExitStack() as process:
        await process.enter_async_context(run_bot(bot, "127.0.0.1", 0))
        await discord.connected(sessions + 1)
        yield DiscordRoom(discord, people, adapter, bot, clock, home, process)


@asynccontextmanager
async def opened(
    database: Database, begins: datetime, hears: bool = True, invited: bool = True, **more: str
) -> AsyncIterator[DiscordRoom]:
    """Our Discord with its people, the home channel, and the bot at work. `hears` is the privileged intent."""
    clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    at_once = patch("adapters.discord.connection.client.GUILDS_WITHIN", 0.05)
    with patch.dict(os.environ, clean, clear=True), at_once:
        async with serving() as discord:
            discord.world.found(joined=invited)
            discord.world.home.owner = discord.world.add("Ana", admin=True).id
            for name in PEOPLE:
                discord.world.add(name)
            home = discord.world.make(discord.world.home, HOME)
            if hears:
                discord.allows(Intent.CONTENT)
                more = {"DISCORD_MESSAGE_CONTENT": "1", **more}
            async with living(discord, database, Clock(begins), home, **more) as room:
                yield room


@asynccontextmanager
async def discord(database: Database, folder: Path, begins: datetime) -> AsyncIterator[Room]:
    """How the dialogue opens this room."""
    async with opened(database, begins) as room:
        yield room
