"""What people do in the playground: each doing changes the chat where it must, and is told to the bot.

The page does these over HTTP and a story does them in Python; the bot cannot tell the difference.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from adapters.playground import payloads, render
from adapters.playground.chat import views
from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import BOT, Json, Message, Refused, Whisper
from bot.core.adapter import Origin
from bot.core.events import (
    ChannelChanged,
    EmojiAdded,
    EmojiRemoved,
    Joined,
    Left,
    MessageDeleted,
    MessageEdited,
    Said,
)
from bot.core.messages import Form, Reply

if TYPE_CHECKING:
    from bot.runtime.bot import Bot

T = TypeVar("T")

PRESSES_KNOWN = 200


@dataclass(frozen=True)
class Shown:
    """What a person privately got, that card's or form's id and JSON; and the message they wrote, if any."""

    what: Reply | Form | None = None
    id: str = ""
    json: Json | None = None
    message: str = ""


class People:
    """Everyone in the chat. `event` names a doing; left out, it is a new one."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.met: Bot | None = None
        self._leaving = False
        self._in_hand: set[asyncio.Task[Any]] = set()
        self._presses: dict[str, str] = {}

    @property
    def bot(self) -> Bot:
        """The bot. Refused while it is not there: before start, and once it is leaving."""
        if self.met is None or self._leaving:
            raise Refused("Ahabot is not here right now. Try again in a moment.", 503)
        return self.met

    async def type(self, person: str, channel: str, text: str, *, thread: str = "", event: str = "") -> Shown:
        """Send a line: `/aha …` is a command to the bot, all else a message for everyone there."""
        if not text.strip():
            raise Refused("Write something first.")
        origin = self._origin(person, channel, thread, event)
        if (words := payloads.typed(text)) is not None:
            return await self._ask(self.bot.commands.parse(words), origin)
        said = self.chat.say(person, channel, text, thread, origin.event)
        if thread:
            await self._tell(Said(said.id, text), origin)
        return Shown(message=said.id)

    async def press(self, person: str, card: str, button: str, *, thread: str = "", event: str = "") -> Shown:
        """Press a button, by its encoded command or its label, on a posted or a private card.

        `thread` is the one the person is looking at: a private answer appears there.
        """
        found = self.chat.card(person, card)
        origin = self._origin(person, found.channel, found.thread, event)
        command = self._behind(found, button, origin.event)
        return await self._ask(command, origin, card if isinstance(found, Whisper) else "", thread)

    async def submit(self, person: str, form: str, values: Mapping[str, str]) -> Shown:
        """Send a form. Its own id is the event, so that sending it twice is sending it once."""
        opened = self.chat.form(person, form)
        visible = {channel for channel in self.chat.world.channels if self.chat.sees(person, channel)}
        filled = payloads.filled(opened.form, values, visible)
        origin = self._origin(person, opened.channel, opened.thread, form)
        return await self._ask(self._decoded(opened.command, filled), origin, opened.whisper)

    async def shortcut(self, person: str, label: str, message: str, *, event: str = "") -> Shown:
        """Choose an entry of a message's menu."""
        found = self._standing(person, message)
        chosen = next((each for each in self.bot.shortcuts if each.label == label), None)
        if chosen is None:
            raise Refused("There is no such entry in the menu.", 404)
        command = self.bot.commands.fill(chosen.command, payloads.about(found, self.chat))
        return await self._ask(command, self._at(person, found, event))

    async def react(self, person: str, message: str, emoji: str, *, event: str = "") -> None:
        """Put an emoji on a message."""
        found = self._standing(person, message)
        self.chat.react(found, person, payloads.emoji(emoji), on=True)
        about = payloads.about(found, self.chat)
        ours = "1" if found.author == BOT else ""
        added = EmojiAdded(message, emoji, found.author, about["author_name"], ours)
        await self._tell(added, self._at(person, found, event))

    async def unreact(self, person: str, message: str, emoji: str, *, event: str = "") -> None:
        """Take one's emoji off again."""
        found = self._standing(person, message)
        self.chat.react(found, person, payloads.emoji(emoji), on=False)
        await self._tell(EmojiRemoved(message, emoji), self._at(person, found, event))

    async def edit_message(self, person: str, message: str, text: str, *, event: str = "") -> None:
        """Write one's own message anew."""
        found = self._standing(person, message)
        if found.author != person:
            raise Refused("Only the person who wrote it can edit it.", 403)
        if not text.strip():
            raise Refused("Write something first, or delete the message.")
        self.chat.change(found, text=text, edited=True)
        await self._tell(MessageEdited(message, text), self._at(person, found, event))

    async def delete_message(self, person: str, message: str, *, event: str = "") -> None:
        """Delete one's own message; an admin may delete any."""
        found = self.chat.message(person, message)
        if found.author != person and not self.chat.person(person).admin:
            raise Refused("Only the person who wrote it, or an admin, can delete it.", 403)
        self.chat.empty(found)
        await self._tell(MessageDeleted(message), self._at(person, found, event))

    async def invite(self, person: str, channel: str, *, event: str = "") -> None:
        """Bring the bot into a channel."""
        self.chat.let_bot(person, channel, True)
        await self._tell(Joined(), self._origin(person, channel, "", event))

    async def remove(self, person: str, channel: str, *, event: str = "") -> None:
        """Send the bot away from a channel."""
        self.chat.let_bot(person, channel, False)
        await self.keep(self.bot.handle(Left(), self._origin(person, channel, "", event)))

    async def change_channel(
        self, person: str, channel: str, *, name: str = "", private: bool | None = None, event: str = ""
    ) -> None:
        """Rename a channel, or make it private (to those who are in it now) or open."""
        stays = self.chat.channel(person, channel).private
        self.chat.change_channel(person, channel, name, stays if private is None else private)
        await self._tell(ChannelChanged(), self._origin(person, channel, "", event))

    async def keep(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something to its end, whatever becomes of whoever waits for it."""
        task = asyncio.ensure_future(work)
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)
        return await asyncio.shield(task)

    async def leave(self) -> None:
        """Do nothing new with the bot, and finish what is in hand."""
        self._leaving = True
        while self._in_hand:
            await asyncio.wait(self._in_hand)

    def _origin(self, person: str, channel: str, thread: str, event: str) -> Origin:
        place = self.chat.channel(person, channel)
        if thread and self.chat.message(person, thread).channel != channel:
            raise Refused("That thread is in another channel.")
        return payloads.origin(self.chat.person(person), place, thread, event or uuid4().hex)

    def _at(self, person: str, message: Message, event: str) -> Origin:
        return self._origin(person, message.channel, message.thread, event)

    def _standing(self, person: str, message: str) -> Message:
        found = self.chat.message(person, message)
        if found.deleted:
            raise Refused("That message is not here any more.", 404)
        return found

    def _behind(self, card: Message | Whisper, button: str, event: str) -> Any:
        """The command of a button that stands on the card, or stood there when this same press came first."""
        there = render.buttons(card.card) if card.card else []
        found = next((each["press"] for each in there if button in (each["press"], each["label"])), None)
        pressed = found or self._presses.get(event)
        if pressed is None:
            raise Refused("That button is not there any more.", 409)
        self._presses = dict([*self._presses.items(), (event, pressed)][-PRESSES_KNOWN:])
        return self._decoded(pressed, {})

    def _decoded(self, command: str, values: Mapping[str, str]) -> Any:
        try:
            return self.bot.commands.fill(self.bot.commands.decode(command), values)
        except (ValueError, TypeError):
            raise Refused("That was made by another version of Ahabot; ask for it again.", 409) from None

    async def _tell(self, event: Any, origin: Origin) -> None:
        """Let the bot know what happened, where it is there to see it."""
        if self.chat.world.channels[origin.channel].bot:
            await self.keep(self.bot.handle(event, origin))

    async def _ask(self, command: Any, origin: Origin, instead: str = "", thread: str = "") -> Shown:
        """Have the bot answer, and put its answer before the person, where they are looking."""
        return await self.keep(self._answer(self.bot, command, origin, instead, thread or origin.thread))

    async def _answer(self, bot: Bot, command: Any, origin: Origin, instead: str, thread: str) -> Shown:
        answer = await bot.handle(command, origin)
        seat = (origin.person, origin.channel, thread)
        match answer:
            case Reply(card, replaces):
                shown = render.card(card, bot.commands.encode)
                whisper = self.chat.whisper(*seat, origin.event, shown, instead if replaces else "")
                return Shown(answer, whisper.id, views.whisper(whisper))
            case Form():
                carried = bot.commands.encode(answer.command)
                form = self.chat.open_form(*seat, render.form(answer), carried, instead)
                return Shown(answer, form.id, views.form(form))
            case None:
                return Shown()
