"""What a person said to the bot in a message: the words around its name, and the message that it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import discord

from adapters.discord import payloads
from adapters.discord.directory import Directory, Spot
from adapters.discord.errors import DiscordApiError
from adapters.discord.payloads import message_id_of
from adapters.discord.posting import MESSAGE, PERSON_TYPES
from adapters.discord.reading.content import Content, content_of_json, content_of_message, user_name
from adapters.discord.reading.words import Words
from adapters.discord.text import PERSON, ROLE, Mention, find_mention
from bot.core.addressed import Addressed
from bot.core.events import MessageEdited
from bot.core.origin import OutcomeUnknownError

Json = dict[str, Any]
Fields = Mapping[str, str]
"""What is known of a message, by the names of the fields that a message's menu fills in."""


@dataclass(frozen=True)
class Spoken:
    """A message to the bot: its id on Discord, its content, and what is known of the one that it replies to."""

    id: str
    content: Content
    replies: bool = False
    """Whether it is a reply."""
    answered: Fields = field(default_factory=dict)
    """The message that it replies to. It's empty if that was deleted."""


class MessageReader:
    """Reads messages to the bot."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.words = Words(directory)

    def mentions_us(self, message: discord.Message) -> bool:
        """Return whether the bot or its role is mentioned in a message's text. A reply that only pings does not."""
        role = self._our_role(str(message.guild.id) if message.guild else "")
        ours = self.directory.bot_user_id() in map(str, message.raw_mentions)
        return ours or (role is not None and role in message.role_mentions)

    def names_role_alone(self, message: discord.Message) -> bool:
        """Return whether a message that mentions us only mentions the bot's role, so that Discord hides its words."""
        return not message.content

    async def read_message(self, workspace: str, spot: Spot, message: discord.Message) -> Spoken:
        """Return a message that came with an event."""
        reference = message.reference
        replies = message.type is discord.MessageType.reply and reference is not None
        replied = reference.resolved if replies and reference else None
        answered: Fields = {}
        if isinstance(replied, discord.Message):
            answered = await self.read_fields(workspace, spot, replied)
        return Spoken(str(message.id), content_of_message(message, with_members=True), replies, answered)

    async def fetch_message(self, workspace: str, spot: Spot, message: str) -> Spoken | None:
        """Return a message that Discord is asked for, or None where it's gone or can't be read.

        Raises OutcomeUnknownError if Discord doesn't answer.
        """
        found = await self._fetch(spot.target_id, message)
        if found is None:
            return None
        replied, replies = found.get("referenced_message"), found.get("type") == REPLY
        known = await self._json_fields(workspace, spot, replied, spot.thread) if replies and replied else {}
        return Spoken(str(found["id"]), content_of_json(found), replies, known)

    async def read_addressed(self, workspace: str, spot: Spot, spoken: Spoken) -> Addressed | None:
        """Return what a message in a channel says to the bot, or None where it doesn't name the bot."""
        named = self._split_at_name(workspace, spoken.content.text)
        if named is None:
            return None
        called, *around = named
        before, after = await self.words.read_texts(workspace, spot.target_id, around, spoken.content.names)
        message = message_id_of(spot, spoken.id)
        return Addressed(
            message, after, before, called, payloads.message_link(workspace, spot.channel, message),
            await self._answered(workspace, spot, spoken),
        )  # fmt: skip

    def read_edited(self, workspace: str, spot: Spot, message: str, content: Content) -> MessageEdited:
        """Return an edited message's text, and the words around the bot's name in it, without asking for any name."""
        text = self.words.read_cached_content(workspace, spot.target_id, content)
        named = self._split_at_name(workspace, content.text)
        if named is None:
            return MessageEdited(message, text)
        called, *around = named
        before, after = (
            self.words.read_cached(workspace, spot.target_id, each, content.names) for each in around
        )
        return MessageEdited(message, text, after, before, called)

    async def read_again(self, workspace: str, spot: Spot, spoken: Spoken, direct: bool) -> Addressed | None:
        """Return what a message that Discord was asked for says to the bot, or None where it says nothing."""
        if direct:
            return await self.read_direct(workspace, spot, spoken)
        return await self.read_addressed(workspace, spot, spoken)

    async def read_direct(self, workspace: str, spot: Spot, spoken: Spoken) -> Addressed:
        """Return what a direct message says to the bot."""
        text = await self.words.read_content(workspace, spot.target_id, spoken.content)
        return Addressed(spoken.id, text, link=payloads.message_link("@me", spot.channel, spoken.id))

    async def read_fields(self, workspace: str, spot: Spot, message: discord.Message) -> dict[str, str]:
        """Return the values that a message's menu fills into its command."""
        known, content = message_id_of(spot, message.id), content_of_message(message)
        return {
            "message": known,
            "text": await self.words.read_content(workspace, spot.target_id, content),
            "shows": content.shows,
            "author": str(message.author.id),
            "author_name": payloads.display_name_of(message.author),
            "link": payloads.message_link(workspace, spot.channel, known),
            "by_bot": "" if payloads.is_by_person(message) else "1",
            "external": "",
        }

    async def _answered(self, workspace: str, spot: Spot, spoken: Spoken) -> Fields:
        """Return what a message answers: the one that it replies to, or else its thread's first message."""
        if spoken.replies or not spot.thread or spoken.id == spot.thread:
            return spoken.answered
        inside = spot.thread if spot.threads_only else ""
        try:
            first = await self._fetch(inside or spot.channel, spot.thread)
        except OutcomeUnknownError:
            return {}
        return await self._json_fields(workspace, spot, first, inside) if first else {}

    async def _json_fields(self, workspace: str, spot: Spot, found: Json, thread: str) -> Fields:
        """Return the same values as `read_fields`, of a message as Discord's API sends it, in a thread or none."""
        content, author = content_of_json(found), found.get("author") or {}
        known = f"{thread}:{found['id']}" if thread else str(found["id"])
        by_person = (
            not author.get("bot") and not found.get("webhook_id") and found.get("type") in PERSON_TYPES
        )
        person = str(author.get("id") or "")
        name = await self.directory.find_name(workspace, person) if person and by_person else ""
        return {
            "message": known,
            "text": await self.words.read_content(workspace, spot.target_id, content),
            "shows": content.shows,
            "author": person,
            "author_name": name or user_name(author),
            "link": payloads.message_link(workspace, spot.channel, known),
            "by_bot": "" if by_person else "1",
            "external": "",
        }

    async def _fetch(self, channel: str, message: str) -> Json | None:
        try:
            found: Json = await self.directory.api.call_api(
                "GET", MESSAGE, channel_id=channel, message_id=message
            )
        except DiscordApiError as refused:
            if refused.after is not None:
                raise OutcomeUnknownError(str(refused)) from None
            return None
        return found

    def _our_names(self, workspace: str) -> set[Mention]:
        role = self._our_role(workspace)
        ours = {Mention(PERSON, self.directory.bot_user_id())}
        return ours | {Mention(ROLE, str(role.id))} if role else ours

    def _our_role(self, workspace: str) -> discord.Role | None:
        guild = self.directory.find_guild(workspace)
        return guild.self_role if guild is not None else None

    def _split_at_name(self, workspace: str, text: str) -> tuple[str, str, str] | None:
        """Return the bot's name as the person saw it, and the text before and behind it, or None without one."""
        named = find_mention(text, self._our_names(workspace))
        if named is None:
            return None
        mention, begins, ends = named
        return self._called(workspace, mention), text[:begins], text[ends:]

    def _called(self, workspace: str, mention: Mention) -> str:
        """Return the bot's name as the person saw it."""
        us = self.directory.bot_user_id()
        role = self.directory.cached_role_name(workspace, mention.id) if mention.sign == ROLE else ""
        return f"@{role or self.directory.cached_person_name(workspace, us)}"


REPLY = discord.MessageType.reply.value
"""Discord's number for a reply."""
