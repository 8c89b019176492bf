"""What happens on Discord without anyone speaking to the bot, as the core's events; all else is let go quietly.

Discord brings nothing twice. So what the database cannot take just now is tried again here for a while; what is
given up then is told to the log.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import discord
from discord.abc import GuildChannel

from adapters.discord import payloads
from adapters.discord.directory import Directory, Spot, is_private, may_post, spot_of
from adapters.discord.payloads import PLATFORM, by_person, id_of, name_of
from bot.core.adapter import Origin, OutcomeUnknown
from bot.core.events import (
    ChannelChanged,
    EmojiAdded,
    EmojiRemoved,
    Joined,
    Left,
    MessageDeleted,
    MessageEdited,
    Reopened,
    Said,
)
from bot.runtime.bot import Bot
from storage.engine.errors import StoreError
from storage.teams import presence
from storage.teams.presence import Known

log = logging.getLogger(__name__)

AGAIN = (1.0, 4.0, 15.0, 40.0, 120.0)
"""Seconds between the tries to keep an event; after the last it is given up."""
AT_ONCE = 500
"""Servers that are looked up in one query."""
Rights = tuple[bool | None, bool | None]
"""Whether a channel is private, and whether we may post there."""


class Happenings:
    """Events, each by its kind."""

    def __init__(self, bot: Bot, directory: Directory) -> None:
        self.bot = bot
        self.directory = directory
        self.us = directory.us
        self._found: list[discord.Guild] = []
        self._looking = asyncio.Lock()
        self._rights: dict[int, dict[int, Rights]] = {}
        """What was last told of channels, by server; so that a role that changes all day costs nothing."""

    # Messages

    async def reacted(self, reaction: discord.RawReactionActionEvent, on: bool) -> None:
        """An emoji, an ordinary or a super one, on a message however old, or off it."""
        person, member = str(reaction.user_id), reaction.member
        if not reaction.guild_id or person == self.us() or (member is not None and member.bot):
            return
        spot = await self._spot(reaction.guild_id, reaction.channel_id)
        message, emoji = id_of(spot, reaction.message_id), payloads.emoji(reaction.emoji)
        author = str(reaction.message_author_id or "")
        ours = "1" if author and author == self.us() else ""
        command = EmojiAdded(message, emoji, author, ours=ours) if on else EmojiRemoved(message, emoji)
        event = f"{'on' if on else 'off'}:{message}:{person}:{emoji}"
        await self._tell(command, self._origin(reaction.guild_id, spot, person, event, name_of(member)))

    async def cleared(
        self, _reactions: discord.RawReactionClearEvent | discord.RawReactionClearEmojiEvent
    ) -> None:
        """Moderators tidied up: nobody took back what they had said with their emoji."""

    async def said(self, message: discord.Message) -> None:
        """A message in a thread or a forum post, or a reply to one in the channel."""
        if message.guild is None or not message.content or not by_person(message):
            return
        spot = await self._spot(message.guild.id, message.channel.id)
        to = message.reference.message_id if message.reference else None
        thread = spot.thread or (str(to) if to and message.type is discord.MessageType.reply else "")
        if not thread:
            return
        said = Said(id_of(spot, message.id), self._words(message))
        origin = self._by_author(message, spot, f"said:{message.id}")
        await self._tell(said, replace(origin, thread=thread))

    async def edited(self, edit: discord.RawMessageUpdateEvent) -> None:
        """New words; a preview that Discord adds changes none."""
        message = edit.message
        if message.guild is None or message.edited_at is None or not message.content:
            return
        if not by_person(message):
            return
        spot = await self._spot(message.guild.id, message.channel.id)
        event = f"edited:{message.id}:{message.edited_at.timestamp()}"
        told = MessageEdited(id_of(spot, message.id), self._words(message))
        await self._tell(told, self._by_author(message, spot, event))

    async def deleted(self, channel: int, messages: tuple[int, ...], guild: int | None) -> None:
        """Discord does not say whose they were, or who did it."""
        if not guild:
            return
        spot = await self._spot(guild, channel)
        for message in messages:
            gone = id_of(spot, message)
            await self._tell(MessageDeleted(gone), self._by_nobody(guild, spot, f"deleted:{gone}"))

    # Servers and channels

    async def found(self, guild: discord.Guild) -> None:
        """A server that we are on. At the start there may be thousands: those that wait are looked up together."""
        self._found.append(guild)
        async with self._looking:
            while self._found:
                there, self._found = self._found[:AT_ONCE], self._found[AT_ONCE:]
                await self._look(there)

    async def _look(self, guilds: Sequence[discord.Guild]) -> None:
        """Nothing to do for nearly all: only who was away, has a new name, or is new to us, is written down."""
        ids = [str(guild.id) for guild in guilds]
        known: dict[str, Known] = {}

        async def look() -> None:
            known.update(await self.bot.database.read(lambda session: presence.known(session, PLATFORM, ids)))

        if not await self._until_kept(look):
            return
        for guild in guilds:
            before = known.get(str(guild.id))
            if before is None or not before.has_team:
                await self._greet(guild)
            elif before.removed or guild.name not in ("", before.name):
                await self._returned(guild)

    async def _greet(self, guild: discord.Guild) -> None:
        """Say hello once, where we may write; whoever owns the server begins the team."""
        channel = _for_hello(guild)
        if channel is None:
            return
        owner, spot = str(guild.owner_id), spot_of(channel)
        name = await self.directory.name(str(guild.id), owner)
        event = f"joined:{guild.id}:{guild.me.joined_at}"
        await self._tell(Joined(), self._origin(guild.id, spot, owner, event, name))

    async def _returned(self, guild: discord.Guild) -> None:
        """We are there, whatever was before."""
        server, now = str(guild.id), self.bot.clock()
        await self._until_kept(
            lambda: self.bot.database.write(
                lambda session: presence.returned(session, PLATFORM, server, guild.name, now)
            )
        )

    async def removed(self, guild: discord.Guild) -> None:
        """Everything there stops."""
        self._rights.pop(guild.id, None)
        server, now = str(guild.id), self.bot.clock()
        await self._until_kept(
            lambda: self.bot.database.write(lambda session: presence.removed(session, PLATFORM, server, now))
        )

    async def channel_changed(self, before: GuildChannel, after: GuildChannel) -> None:
        """A new name, other readers, or we may no longer write there, or may again."""
        was, now = _rights(before), _rights(after)
        self._rights.get(after.guild.id, {})[after.id] = now
        await self._tell_rights(after, was, now, renamed=before.name != after.name)

    async def channel_gone(self, channel: GuildChannel) -> None:
        """Nothing more is posted there."""
        await self._left(channel.guild.id, spot_of(channel))

    async def thread_gone(self, thread: discord.RawThreadDeleteEvent) -> None:
        """A private thread is a channel of its own; of others the channel stays."""
        self.directory.forget(str(thread.thread_id))
        if thread.thread_type is discord.ChannelType.private_thread:
            await self._left(thread.guild_id, Spot(str(thread.thread_id), private=True))

    async def thread_changed(self, thread: discord.RawThreadUpdateEvent) -> None:
        """A private thread's name."""
        if thread.thread_type is discord.ChannelType.private_thread:
            name = str(thread.data.get("name") or "")
            spot = Spot(str(thread.thread_id), name, private=True)
            await self._tell(
                ChannelChanged(), self._by_nobody(thread.guild_id, spot, f"changed:{spot.channel}")
            )

    async def rights_changed(self, guild: discord.Guild) -> None:
        """Any channel may have other readers now, or be open or closed to us."""
        known = self._rights.setdefault(guild.id, {})
        for channel in guild.channels:
            was, now = known.get(channel.id), _rights(channel)
            known[channel.id] = now
            if was != now:
                await self._tell_rights(channel, was, now)

    async def _tell_rights(
        self, channel: GuildChannel, was: Rights | None, now: Rights, renamed: bool = False
    ) -> None:
        """What is new of a channel; of one that was not looked at before, all."""
        guild, spot = channel.guild.id, spot_of(channel)
        if renamed or was is None or was[0] != now[0]:
            await self._tell(ChannelChanged(), self._by_nobody(guild, spot, f"changed:{spot.channel}"))
        if now[1] is False and (was is None or was[1]):
            await self._left(guild, spot)
        elif now[1] and (was is None or was[1] is False):
            await self._tell(Reopened(), self._by_nobody(guild, spot, f"reopened:{spot.channel}"))

    async def _left(self, guild: int, spot: Spot) -> None:
        await self._tell(Left(), self._by_nobody(guild, spot, f"left:{spot.channel}"))

    # Into the core

    async def _spot(self, guild: int, channel: int) -> Spot:
        """Where it is; a thread that was asleep is asked for, and where Discord does not say, asked again."""
        for wait in AGAIN:
            try:
                return await self.directory.find(str(guild), str(channel))
            except OutcomeUnknown:
                await asyncio.sleep(wait)
        return Spot(str(channel))

    async def _tell(self, command: Any, origin: Origin) -> None:
        await self._until_kept(lambda: self.bot.handle(command, origin))

    async def _until_kept(self, keep: Callable[[], Any]) -> bool:
        """Try until the database takes it, or it is given up; whether it took it."""
        for wait in (*AGAIN, None):
            try:
                await keep()
            except StoreError as error:
                if wait is None:
                    log.error("an event was given up: %s", error)
                    return False
                log.warning("an event waits for the database: %s", error)
                await asyncio.sleep(wait)
            else:
                return True
        return False

    def _origin(self, guild: int, spot: Spot, person: str, event: str, name: str = "") -> Origin:
        server = self.directory.guild(guild)
        return Origin(
            PLATFORM, str(guild), spot.channel, person, name, event, channel_name=spot.name,
            workspace_name=server.name if server else "", thread=spot.thread, private=spot.private,
        )  # fmt: skip

    def _by_author(self, message: discord.Message, spot: Spot, event: str) -> Origin:
        assert message.guild is not None
        return self._origin(message.guild.id, spot, str(message.author.id), event, name_of(message.author))

    def _by_nobody(self, guild: int, spot: Spot, event: str) -> Origin:
        """Discord does not say who: it counts as ours."""
        return self._origin(guild, spot, self.us(), event)

    def _words(self, message: discord.Message) -> str:
        """What somebody wrote, without the mention that let us hear it."""
        assert message.guild is not None
        text = message.content
        for ours in (f"<@{self.us()}>", f"<@!{self.us()}>"):
            text = text.replace(ours, "")
        people = {str(each.id): name_of(each) for each in message.mentions}
        return self.directory.words(str(message.guild.id), text.strip(), people)


def _rights(channel: GuildChannel) -> Rights:
    return is_private(channel), may_post(channel)


def _for_hello(guild: discord.Guild) -> Any:
    """Where newcomers are greeted, else the first channel where we may write; None where that is nowhere."""
    first: Iterable[Any] = [guild.system_channel] if guild.system_channel else []
    return next((each for each in (*first, *guild.text_channels) if may_post(each)), None)
