"""What people do in the playground without speaking to the bot: reactions, edits, invitations.

Each changes the chat first. The bot is told of it as an event, if it is in the channel.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar
from uuid import uuid4

from adapters.playground import payloads
from adapters.playground.addressed import find_addressed
from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import BOT, Message
from adapters.playground.errors import ChatError
from adapters.tasks import Tasks
from bot.core.adapter import Bot
from bot.core.events import (
    ChannelChanged,
    ChannelJoined,
    ChannelLeft,
    EmojiAdded,
    EmojiRemoved,
    MessageDeleted,
    MessageEdited,
)
from bot.core.language.words import _
from bot.core.origin import Origin
from storage.models.shown import has_words

T = TypeVar("T")


class Events:
    """Everyone in the chat. `event` identifies what a person did, and an empty one means something new."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.met: Bot | None = None
        self._leaving = False
        self._tasks = Tasks()

    @property
    def bot(self) -> Bot:
        """The bot. ChatError before start and during shutdown."""
        if self.met is None or self._leaving:
            raise ChatError(_("Ahabot isn't available right now. Try again in a moment."), 503)
        return self.met

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
            raise ChatError(_("Only the person who wrote it can edit it."), 403)
        if not has_words(text):
            raise ChatError(_("Write something first, or delete the message."))
        self.chat.change_message(found, text=text, edited=True)
        addressed = find_addressed(replace(found, text=text), self.chat)
        spoken = (addressed.after, addressed.before, addressed.called) if addressed else ()
        await self._tell_bot(MessageEdited(message, text, *spoken), self._origin_at(person, found, event))

    async def delete_message(self, person: str, message: str, *, event: str = "") -> None:
        """Delete the person's own message. An admin may delete any. ChatError for everyone else."""
        found = self.chat.find_message(person, message)
        if found.author != person and not self.chat.find_person(person).admin:
            raise ChatError(_("Only the person who wrote it, or an admin, can delete it."), 403)
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
        return await asyncio.shield(self._tasks.start(work))

    async def drain_tasks(self) -> None:
        """Refuse new work for the bot, and wait for the running tasks."""
        self._leaving = True
        await self._tasks.drain()

    def _build_origin(self, person: str, channel: str, thread: str, event: str) -> Origin:
        place = self.chat.find_channel(person, channel)
        if thread and self.chat.find_message(person, thread).channel != channel:
            raise ChatError(_("That thread is in another channel."))
        return payloads.build_playground_origin(
            self.chat.find_person(person), place, thread, event or uuid4().hex
        )

    def _origin_at(self, person: str, message: Message, event: str) -> Origin:
        return self._build_origin(person, message.channel, message.thread, event)

    def _find_message(self, person: str, message: str) -> Message:
        found = self.chat.find_message(person, message)
        if found.deleted:
            raise ChatError(_("That message no longer exists."), 404)
        return found

    async def _tell_bot(self, event: Any, origin: Origin) -> None:
        """Forward an event to the bot, if it is in the channel."""
        if self.chat.world.channels[origin.channel].bot:
            await self.run_protected(self.bot.handle(event, origin))
