"""A `tests.support.chat.Room` on the fake Discord: people in it, and a real discord.py client that serves them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

from adapters.discord.adapter import Discord as Adapter
from adapters.discord.adapter import build_adapter as discord_adapter
from bot.core.language.catalogs import match_locale
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot, run_bot
from storage.engine.database import Database
from tests.fakes.discord import read
from tests.fakes.discord.gateway import Intent
from tests.fakes.discord.people import Got, People
from tests.fakes.discord.server import Discord, serving
from tests.fakes.discord.world import Channel, Message, Modal, Server
from tests.support.chat import HOME, Opened, Owed, Room, Seen
from tests.support.databases import Clock
from tests.support.tongues import contains, translate_label
from tests.support.waiting import PATIENT, advance_clock

PEOPLE = ("Ben", "Mei", "Chidi", "Noor")
STEP = "Not saved yet:"
"""The beginning of the answer to a step of a long form. A button on that answer leads to the next step."""
MORE_TO_SAY = ("Add more", "Add details", "What changed?", "Say why", "Change the date")
"""The buttons that ask for what a form left out."""


@dataclass
class DiscordRoom:
    """The `tests.support.chat.Room` of the fake Discord."""

    discord: Discord
    people: People
    adapter: Adapter
    bot: Bot
    clock: Clock
    home: Channel
    process: AsyncExitStack
    spoken: str = ""

    @property
    def server(self) -> Server:
        """The server of the home channel."""
        return self.discord.world.servers[self.home.server]

    async def types(self, who: str, text: str) -> Seen | None:
        """Type a command in the home channel, and return the private answer or form.

        The first words select the subcommand, `log` where they name none. A command that is a button here is pressed.
        """
        return _seen_by(await self.gives(who, text, self.home), self.discord)

    async def gives(self, who: str, text: str, channel: Channel) -> Got:
        """Give a command like `types`, in any channel, and return everything that came of it.

        A moment without the button of that command is all that comes.
        """
        word, rest = self.bot.commands.split_name(text)
        declaration = self.bot.commands.find_by_word(word)
        if declaration is None:
            return await self.people.types(who, "aha log", channel, text=text)
        if declaration.typed_only:
            shown = await self.people.types(who, "aha show", channel, moment=rest)
            label, card = declaration.name.title(), shown.whispers[-1]
            offered = read.pressed(card.components, label)
            return await self.people.presses(who, label, card) if offered else shown
        name = declaration.words_field or next(iter(declaration.params), "")
        options = {name: rest} if rest else {}
        return await self.people.types(who, f"aha {declaration.name}", channel, **options)

    async def writes(self, who: str, text: str) -> Seen | None:
        """Return None, because the bot has no commands in direct messages: see `typed` in `options.py`."""
        return None

    async def names(self, who: str, text: str, thread: str = "") -> Seen | None:
        """Implement `Room.names`. An answer that the reply hides behind a button is opened."""
        place = self.home
        if thread:
            begun = self.discord.world.channels.get(thread)
            place = begun or await self.people.threads(who, self.standing(thread))
        return await self._answer_to(who, await self.people.names(who, text, place))

    async def writes_to_bot(self, who: str, text: str) -> Seen | None:
        """Implement `Room.writes_to_bot`."""
        return await self._answer_to(who, await self.people.writes(who, text))

    async def _answer_to(self, who: str, message: Message) -> Seen | None:
        self.spoken = message.id
        await self.adapter.gateway.tasks.drain()
        answers = self.people.replies(message)
        if not answers:
            return None
        if read.pressed(answers[0].components, self._word("Show it")):
            shown = await self.people.presses(who, self._word("Show it"), answers[0])
            return _seen_by(shown, self.discord)
        first, *rest = [_seen(each, self.discord) for each in answers]
        return replace(first, text="\n".join(each.text for each in (first, *rest)))

    async def says(self, who: str, text: str, thread: str = "") -> str:
        """Write a message and return its id. A reply goes into its message's thread, which is started on first use."""
        place = self.home
        if thread:
            begun = self.discord.world.channels.get(thread)
            place = begun or await self.people.threads(who, self.standing(thread))
        return (await self.people.says(who, text, place)).id

    async def presses(self, who: str, label: str, on: str) -> Seen | None:
        """Press a button, and return the private answer or form. A button behind *More* takes two presses."""
        message = self.standing(on)
        if not read.pressed(message.components, label) and read.pressed(
            message.components, more := self._word("More")
        ):
            message = (await self.people.presses(who, more, message)).whispers[-1]
        return _seen_by(await self.people.presses(who, label, message), self.discord)

    async def fills(self, who: str, form: str, /, **values: str) -> Seen | None:
        """Fill in and send a form, and return the first answer.

        Each modal takes the values that it has fields for. The rest goes into the modal that the answer's
        button opens: the next step, or one for more.
        """
        modal, left, first = self._modal(form), dict(values), None
        assert modal.user == self.discord.world.person(who).id
        while True:
            here = {name: left.pop(name) for name in read.fields(modal.body) if name in left}
            got = await self.people.submits(modal, **here)
            is_step = contains(self.language, got.text, STEP)
            first = first if first is not None or is_step else _seen_by(got, self.discord)
            if not (is_step or left):
                return first
            onward = ("Continue",) if is_step else MORE_TO_SAY
            on = got.whispers[0]
            label = next(
                (each for each in map(self._word, onward) if read.pressed(on.components, each)), None
            )
            assert label, f"{[*left]} in no part of the form: {got.text}"
            onward_modal = (await self.people.presses(who, label, on)).modal
            assert onward_modal is not None
            modal = onward_modal

    @property
    def language(self) -> str:
        """The language in which these people use Discord."""
        return match_locale(self.discord.world.person("Ana").locale)

    def _word(self, label: str) -> str:
        return translate_label(self.language, label)

    async def reacts(self, who: str, emoji: str, message: str, on: bool = True) -> None:
        """Put an emoji on a message, or take it off."""
        await self.people.reacts(who, emoji, self.standing(message), on)

    async def chooses(self, who: str, entry: str, message: str) -> Seen | None:
        """Choose an entry of a message's menu, and return the private answer or form."""
        return _seen_by(await self.people.chooses(who, entry, self.standing(message)), self.discord)

    async def deletes(self, who: str, message: str) -> None:
        """Delete a message of one's own."""
        await self.people.deletes(self.standing(message))

    async def edits(self, who: str, message: str, text: str) -> None:
        """Rewrite a message of one's own."""
        await self.people.edits(self.standing(message), self.people.mention_us(text))

    async def until(self, time: datetime) -> None:
        """Move the clock from one due task to the next until `time`.

        The step doubles while a task is still due after its tick.
        """
        await advance_clock(self.bot, self.clock, time)
        await self.settled()

    async def awake(self) -> None:
        """Wait until the client has counted its servers, so that later ones are new to it.

        discord.py counts for two seconds; `opened` shortens that.
        """
        client = self.adapter.gateway.client
        assert client is not None
        await client.wait_until_ready()

    async def ends(self) -> None:
        """End the bot's process. It does not learn of anything written afterwards."""
        await self.process.aclose()

    async def later(self, **by: float) -> None:
        """Move the clock forward, and deliver what is due."""
        self.clock.forward(**by)
        await self.settled()

    async def settled(self) -> None:
        """Deliver everything that is due, and wait until every client has read it."""
        await self.people.heard()
        await self.bot.tick()
        await self.people.heard()

    async def channel(self) -> list[Seen]:
        """Return the bot's messages in the home channel and its threads."""
        return await self.in_channel(self.home)

    async def in_channel(self, channel: Channel) -> list[Seen]:
        """Return the bot's messages in a channel and its threads."""
        await self.settled()
        us = self.discord.world.bot.id
        said = self.discord.world.standing(channel.id, threads=True)
        return [_seen(message, self.discord) for message in said if message.author == us]

    async def message(self, message: str) -> Seen:
        """Return one message."""
        await self.settled()
        return _seen(self.standing(message), self.discord)

    async def notes(self, who: str) -> list[Seen]:
        """Return the bot's direct messages to a person."""
        return await self.in_channel(self.discord.world.direct(self.discord.world.person(who).id))

    async def pictures(self, who: str) -> list[Seen]:
        """Return the ephemeral messages with a picture for one person, once all have arrived."""
        await self.adapter.gateway.tasks.drain()
        await self.settled()
        whispers = self.discord.world.whispers(self.discord.world.person(who).id)
        return [seen for seen in (_seen(message, self.discord) for message in whispers) if seen.picture]

    async def finds(self, words: str = "", who: str = "Mei") -> str:
        """Return the text of the answer to `find` with these words."""
        await self.settled()
        found = await self.types(who, f"find {words}".strip())
        assert found
        return found.text

    def standing(self, message: str) -> Message:
        """Return the message with this id, ephemeral or not."""
        found = self.discord.world.message(message)
        assert found is not None
        return found

    def form(self, seen: Seen | None) -> Modal:
        """Return the modal that a person has open."""
        assert seen is not None
        return self._modal(seen.id)

    def _modal(self, form: str) -> Modal:
        modals = [each.modal for each in self.discord.world.interactions.values() if each.modal]
        return next(modal for modal in modals if modal.id == form)


def _seen_by(got: Got, discord: Discord) -> Seen | None:
    """Return what is new for one person, or None where nothing is."""
    assert not got.trouble, got.trouble
    if got.modal is not None:
        fields = read.fields(got.modal.body)
        return Seen(got.modal.id, read.modal(got.modal.body), fields)
    told = got.whispers or got.shown  # an answer by name or in direct messages is replaced where it stands
    if not told:
        return None
    first, *rest = [_seen(message, discord) for message in told]
    return Seen(first.id, "\n".join(each.text for each in (first, *rest)))


def _seen(message: Message, discord: Discord) -> Seen:
    place = discord.world.channels[message.channel]
    return Seen(
        message.id,
        read.name_channels(read.words(message), discord.world),
        thread=place.id if place.is_thread else "",
        picture=read.picture(message),
        marks=message.marks(discord.world.bot.id),
    )


@asynccontextmanager
async def living(
    discord: Discord, database: Database, clock: Clock, home: Channel, **more: str
) -> AsyncIterator[DiscordRoom]:
    """Run the bot on this Discord as one process. A second call runs a second process."""
    adapter = discord_adapter({**discord.environment, **more})
    assert adapter is not None
    bot = build_bot(database, [adapter], clock)
    bot.patience = PATIENT
    people = People(discord, owed=Owed(bot))
    sessions = len(discord.gateway.live)
    async with AsyncExitStack() as process:
        await process.enter_async_context(run_bot(bot, "127.0.0.1", 0))
        await discord.connected(sessions + 1)
        yield DiscordRoom(discord, people, adapter, bot, clock, home, process)


@asynccontextmanager
async def opened(
    database: Database,
    begins: datetime,
    hears: bool = True,
    invited: bool = True,
    locale: str = "en-US",
    **more: str,
) -> AsyncIterator[DiscordRoom]:
    """Run the fake Discord with its people, the home channel and the bot.

    `hears` switches on the privileged intent for message content.
    """
    clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    at_once = patch("adapters.discord.connection.client.GUILDS_WITHIN", 0.05)
    with patch.dict(os.environ, clean, clear=True), at_once:
        async with serving() as discord:
            discord.world.found(joined=invited)
            discord.world.home.owner = discord.world.add("Ana", admin=True, locale=locale).id
            for name in PEOPLE:
                discord.world.add(name, locale=locale)
            home = discord.world.make(discord.world.home, HOME)
            if hears:
                discord.allows(Intent.CONTENT)
                more = {"DISCORD_MESSAGE_CONTENT": "1", **more}
            async with living(discord, database, Clock(begins), home, **more) as room:
                yield room


def speaking(locale: str) -> Opened:
    """Return the function that opens this `Room` for the dialogues, with people who use Discord in a language."""

    @asynccontextmanager
    async def open_it(database: Database, folder: Path, begins: datetime) -> AsyncIterator[Room]:
        async with opened(database, begins, locale=locale) as room:
            yield room

    return open_it


discord = speaking("en-US")
