"""People's interactions in the playground: each changes the chat and is told to the bot.

The page calls these over HTTP and a story in Python. The bot cannot tell the difference.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

from adapters.playground import payloads, render
from adapters.playground.chat import views
from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import BOT, ChatError, Json, Message, Whisper
from bot.core.adapter import Bot
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
from bot.core.messages import Form, Reply
from bot.core.origin import Origin

T = TypeVar("T")

PRESSES_KNOWN = 200


@dataclass(frozen=True)
class Shown:
    """The private answer to an interaction, with its card's or form's id and JSON.

    `message` is the id of the message that the person wrote, or empty.
    """

    what: Reply | Form | None = None
    id: str = ""
    json: Json | None = None
    message: str = ""


class People:
    """Everyone in the chat. `event` identifies an interaction, and an empty one means a new one."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.met: Bot | None = None
        self._leaving = False
        self._in_hand: set[asyncio.Task[Any]] = set()
        self._presses: dict[str, str] = {}

    @property
    def bot(self) -> Bot:
        """The bot. ChatError before start and during shutdown."""
        if self.met is None or self._leaving:
            raise ChatError("Ahabot is not here right now. Try again in a moment.", 503)
        return self.met

    async def type_line(
        self, person: str, channel: str, text: str, *, thread: str = "", event: str = ""
    ) -> Shown:
        """Send a line: `/aha …` is a command to the bot, everything else a message in the channel."""
        if not text.strip():
            raise ChatError("Write something first.")
        origin = self._build_origin(person, channel, thread, event)
        if (words := payloads.parse_typed_command(text)) is not None:
            return await self._ask_bot(self.bot.commands.parse(words), origin)
        said = self.chat.say_text(person, channel, text, thread, origin.event)
        if thread:
            await self._tell_bot(ReplyWritten(said.id, text), origin)
        return Shown(message=said.id)

    async def press_button(
        self, person: str, card: str, button: str, *, thread: str = "", event: str = ""
    ) -> Shown:
        """Press a button, by its encoded command or its label, on a posted or private card.

        `thread` is the one that the person is looking at. A private answer appears there.
        """
        found = self.chat.find_card(person, card)
        origin = self._build_origin(person, found.channel, found.thread, event)
        command = self._find_command(found, button, origin.event)
        return await self._ask_bot(command, origin, card if isinstance(found, Whisper) else "", thread)

    async def submit_form(self, person: str, form: str, values: Mapping[str, str]) -> Shown:
        """Submit a form. Its own id is the event, so that submitting it twice counts once."""
        opened = self.chat.find_form(person, form)
        visible = {channel for channel in self.chat.world.channels if self.chat.can_see(person, channel)}
        filled = payloads.check_form_values(opened.form, values, visible)
        origin = self._build_origin(person, opened.channel, opened.thread, form)
        return await self._ask_bot(self._decode_command(opened.command, filled), origin, opened.whisper)

    async def use_shortcut(self, person: str, label: str, message: str, *, event: str = "") -> Shown:
        """Choose an entry of a message's menu."""
        found = self._find_message(person, message)
        chosen = next((each for each in self.bot.commands.shortcuts if each.label == label), None)
        if chosen is None:
            raise ChatError("There is no such entry in the menu.", 404)
        command = self.bot.commands.fill_fields(chosen.command, payloads.describe_message(found, self.chat))
        return await self._ask_bot(command, self._origin_at(person, found, event))

    async def add_reaction(self, person: str, message: str, emoji: str, *, event: str = "") -> None:
        """Add an emoji to a message."""
        found = self._find_message(person, message)
        self.chat.set_reaction(found, person, payloads.check_emoji(emoji), on=True)
        about = payloads.describe_message(found, self.chat)
        ours = "1" if found.author == BOT else ""
        added = EmojiAdded(message, emoji, found.author, about["author_name"], ours)
        await self._tell_bot(added, self._origin_at(person, found, event))

    async def remove_reaction(self, person: str, message: str, emoji: str, *, event: str = "") -> None:
        """Remove the person's emoji from a message."""
        found = self._find_message(person, message)
        self.chat.set_reaction(found, person, payloads.check_emoji(emoji), on=False)
        await self._tell_bot(EmojiRemoved(message, emoji), self._origin_at(person, found, event))

    async def edit_message(self, person: str, message: str, text: str, *, event: str = "") -> None:
        """Replace the text of the person's own message.

        ChatError for somebody else's message or an empty text.
        """
        found = self._find_message(person, message)
        if found.author != person:
            raise ChatError("Only the person who wrote it can edit it.", 403)
        if not text.strip():
            raise ChatError("Write something first, or delete the message.")
        self.chat.change_message(found, text=text, edited=True)
        await self._tell_bot(MessageEdited(message, text), self._origin_at(person, found, event))

    async def delete_message(self, person: str, message: str, *, event: str = "") -> None:
        """Delete the person's own message. An admin may delete any. ChatError for everyone else."""
        found = self.chat.find_message(person, message)
        if found.author != person and not self.chat.find_person(person).admin:
            raise ChatError("Only the person who wrote it, or an admin, can delete it.", 403)
        self.chat.empty_message(found)
        await self._tell_bot(MessageDeleted(message), self._origin_at(person, found, event))

    async def invite_bot(self, person: str, channel: str, *, event: str = "") -> None:
        """Add the bot to a channel."""
        self.chat.set_bot_present(person, channel, True)
        await self._tell_bot(ChannelJoined(), self._build_origin(person, channel, "", event))

    async def remove_bot(self, person: str, channel: str, *, event: str = "") -> None:
        """Remove the bot from a channel."""
        self.chat.set_bot_present(person, channel, False)
        await self.run_protected(
            self.bot.handle(ChannelLeft(), self._build_origin(person, channel, "", event))
        )

    async def change_channel(
        self, person: str, channel: str, *, name: str = "", private: bool | None = None, event: str = ""
    ) -> None:
        """Rename a channel, and make it private (to those who are in it now) or open."""
        stays = self.chat.find_channel(person, channel).private
        self.chat.change_channel(person, channel, name, stays if private is None else private)
        await self._tell_bot(ChannelChanged(), self._build_origin(person, channel, "", event))

    async def run_protected(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` as a task that survives its caller being cancelled, and return its result."""
        task = asyncio.ensure_future(work)
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)
        return await asyncio.shield(task)

    async def drain_tasks(self) -> None:
        """Refuse new work for the bot, and wait for the running tasks."""
        self._leaving = True
        while self._in_hand:
            await asyncio.wait(self._in_hand)

    def _build_origin(self, person: str, channel: str, thread: str, event: str) -> Origin:
        place = self.chat.find_channel(person, channel)
        if thread and self.chat.find_message(person, thread).channel != channel:
            raise ChatError("That thread is in another channel.")
        return payloads.build_playground_origin(
            self.chat.find_person(person), place, thread, event or uuid4().hex
        )

    def _origin_at(self, person: str, message: Message, event: str) -> Origin:
        return self._build_origin(person, message.channel, message.thread, event)

    def _find_message(self, person: str, message: str) -> Message:
        found = self.chat.find_message(person, message)
        if found.deleted:
            raise ChatError("That message is not here any more.", 404)
        return found

    def _find_command(self, card: Message | Whisper, button: str, event: str) -> Any:
        """Return the command of a button on the card.

        A repeated press with the same event also finds a button that has disappeared since.
        """
        there = render.find_card_buttons(card.card) if card.card else []
        found = next((each["press"] for each in there if button in (each["press"], each["label"])), None)
        pressed = found or self._presses.get(event)
        if pressed is None:
            raise ChatError("That button is not there any more.", 409)
        self._presses = dict([*self._presses.items(), (event, pressed)][-PRESSES_KNOWN:])
        return self._decode_command(pressed, {})

    def _decode_command(self, command: str, values: Mapping[str, str]) -> Any:
        try:
            return self.bot.commands.fill_fields(self.bot.commands.decode(command), values)
        except (ValueError, TypeError):
            raise ChatError("That was made by another version of Ahabot; ask for it again.", 409) from None

    async def _tell_bot(self, event: Any, origin: Origin) -> None:
        """Forward an event to the bot, if it is in the channel."""
        if self.chat.world.channels[origin.channel].bot:
            await self.run_protected(self.bot.handle(event, origin))

    async def _ask_bot(self, command: Any, origin: Origin, instead: str = "", thread: str = "") -> Shown:
        """Let the bot answer, and show its answer in the thread that the person is looking at."""
        return await self.run_protected(
            self._show_answer(self.bot, command, origin, instead, thread or origin.thread)
        )

    async def _show_answer(self, bot: Bot, command: Any, origin: Origin, instead: str, thread: str) -> Shown:
        answer = await bot.handle(command, origin)
        caller = (origin.person, origin.channel, thread)
        match answer:
            case Reply(card, replaces):
                shown = render.card_to_json(card, bot.commands.encode)
                whisper = self.chat.show_whisper(*caller, origin.event, shown, instead if replaces else "")
                return Shown(answer, whisper.id, views.view_whisper(whisper))
            case Form():
                carried = bot.commands.encode(answer.command)
                form = self.chat.open_form(*caller, render.form_to_json(answer), carried, instead)
                return Shown(answer, form.id, views.view_form(form))
            case None:
                return Shown()
