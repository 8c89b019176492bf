"""Handlers that turn Discord events, which nobody waits for, into the core's events.

Other events are ignored. Discord never sends an event twice. So an event that the database
can't take is retried here for about three minutes, then dropped and logged.
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
from adapters.discord.addressed.handlers import Heard, SpokenMessages
from adapters.discord.directory import (
    NOWHERE,
    Directory,
    Spot,
    can_post,
    is_private_channel,
    posting_abilities,
    spot_of_channel,
)
from adapters.discord.payloads import PLATFORM, display_name_of, is_by_person, message_id_of
from adapters.discord.reading.content import Content, content_of_message
from adapters.discord.reading.words import Words
from bot.core.adapter import Bot
from bot.core.events import (
    ChannelChanged,
    ChannelJoined,
    ChannelLeft,
    ChannelReopened,
    EmojiAdded,
    EmojiRemoved,
    MessageDeleted,
    ReadersChanged,
    ReplyWritten,
)
from bot.core.origin import Origin, OutcomeUnknownError
from storage.engine.errors import StoreError
from storage.teams import presence
from storage.teams.presence import KnownWorkspace

log = logging.getLogger(__name__)

RETRY_WAITS = (1.0, 4.0, 15.0, 40.0, 120.0)
"""Seconds between the tries to store an event. After the last try it's dropped."""
BATCH_SIZE = 500
"""Servers that one query looks up."""
Access = tuple[bool | None, bool | None, int]
"""The type of a channel's access: whether it's private, whether the bot may post, what else it may do."""


class Events:
    """The handlers for events."""

    def __init__(self, bot: Bot, directory: Directory, spoken: SpokenMessages) -> None:
        self.bot = bot
        self.directory = directory
        self.spoken = spoken
        self.words = Words(directory)
        self.bot_user_id = directory.bot_user_id
        self._waiting_servers: list[discord.Guild] = []
        self._check_lock = asyncio.Lock()
        self._last_access: dict[int, dict[int, Access]] = {}
        """The last access reported of each channel, by server.

        A role that changes all day causes no further events.
        """

    # Messages

    async def handle_reaction(self, reaction: discord.RawReactionActionEvent, on: bool) -> None:
        """Forward an added or removed emoji, ordinary or super, on a message of any age."""
        person, member = str(reaction.user_id), reaction.member
        if not reaction.guild_id or person == self.bot_user_id() or (member is not None and member.bot):
            return
        spot = await self._find_spot(reaction.guild_id, reaction.channel_id)
        message, emoji = message_id_of(spot, reaction.message_id), payloads.emoji_text(reaction.emoji)
        author = str(reaction.message_author_id or "")
        ours = "1" if author and author == self.bot_user_id() else ""
        command = EmojiAdded(message, emoji, author, ours=ours) if on else EmojiRemoved(message, emoji)
        event = f"{'on' if on else 'off'}:{message}:{person}:{emoji}"
        await self._forward_event(
            command, self._build_origin(reaction.guild_id, spot, person, event, display_name_of(member))
        )

    async def handle_cleared_reactions(
        self, _reactions: discord.RawReactionClearEvent | discord.RawReactionClearEmojiEvent
    ) -> None:
        """Ignore reactions cleared by a moderator.

        Nobody took back their own emoji, so nothing saved with it is removed.
        """

    async def handle_message(self, message: discord.Message) -> None:
        """Answer a message that speaks to the bot. Forward one in a thread or forum post, or a reply in a channel."""
        if not is_by_person(message):
            return
        if message.guild is None:
            await self.spoken.handle_direct(message)
            return
        mentions = self.spoken.reader.mentions_us(message)
        if not mentions and not content_of_message(message).text:
            return
        spot = await self._find_spot(message.guild.id, message.channel.id)
        heard = await self.spoken.handle_named(message, spot) if mentions else Heard.NOTHING
        if heard is Heard.NOTHING:
            await self._forward_reply(message, spot)
        elif heard is Heard.GONE:  # its own event may have come before anything was saved from it
            await self.handle_deletion(message.channel.id, (message.id,), message.guild.id)

    async def _forward_reply(self, message: discord.Message, spot: Spot) -> None:
        """Forward a message in a thread or forum post, or a reply in a channel."""
        content = content_of_message(message, with_members=True)
        to = payloads.replied_message(spot, message)
        thread = spot.thread or to
        if not thread or not content.text:
            return
        said = ReplyWritten(message_id_of(spot, message.id), self._read_words(message, content, spot), to)
        origin = self._author_origin(message, spot, f"said:{message.id}")
        await self._forward_event(said, replace(origin, thread=thread))

    async def handle_edit(self, edit: discord.RawMessageUpdateEvent) -> None:
        """Forward an edited text. A preview that Discord adds changes nothing."""
        message = edit.message
        content = content_of_message(message, with_members=True)
        if message.guild is None or message.edited_at is None or not content.text:
            return
        if not is_by_person(message):
            return
        spot = await self._find_spot(message.guild.id, message.channel.id)
        event = f"edited:{message.id}:{message.edited_at.timestamp()}"
        known = message_id_of(spot, message.id)
        told = self.spoken.reader.read_edited(str(message.guild.id), spot, known, content)
        await self._forward_event(told, self._author_origin(message, spot, event))

    async def handle_deletion(self, channel: int, messages: tuple[int, ...], guild: int | None) -> None:
        """Forward deleted messages.

        Discord names neither their authors nor the person who deleted them.
        """
        if not guild:
            return
        spot = await self._find_spot(guild, channel)
        for message in messages:
            gone = message_id_of(spot, message)
            await self._forward_event(MessageDeleted(gone), self._bot_origin(guild, spot, f"deleted:{gone}"))

    # Servers and channels

    async def handle_available_server(self, guild: discord.Guild) -> None:
        """Handle a server becoming available.

        There may be thousands at the start, so waiting servers are looked up together.
        """
        self._waiting_servers.append(guild)
        async with self._check_lock:
            while self._waiting_servers:
                there, self._waiting_servers = (
                    self._waiting_servers[:BATCH_SIZE],
                    self._waiting_servers[BATCH_SIZE:],
                )
                await self._check_servers(there)

    async def _check_servers(self, guilds: Sequence[discord.Guild]) -> None:
        """Store only what changed: a returning server, a new name, or a new server.

        For nearly all servers there is nothing to store.
        """
        ids = [str(guild.id) for guild in guilds]
        known: dict[str, KnownWorkspace] = {}

        async def load_known() -> None:
            known.update(
                await self.bot.database.read(
                    lambda session: presence.known_workspaces(session, PLATFORM, ids)
                )
            )

        if not await self._retry_store(load_known):
            return
        for guild in guilds:
            before = known.get(str(guild.id))
            if before is None or not before.has_team:
                await self._greet_server(guild)
            elif before.removed or guild.name not in ("", before.name):
                await self._record_return(guild)

    async def _greet_server(self, guild: discord.Guild) -> None:
        """Send the welcome event once, if there is a channel where the bot may write.

        The server's owner counts as the person who set up the team.
        """
        channel = _welcome_channel(guild)
        if channel is None:
            return
        owner, spot = str(guild.owner_id), spot_of_channel(channel)
        name = await self.directory.find_name(str(guild.id), owner)
        event = f"joined:{guild.id}:{guild.me.joined_at}"
        await self._forward_event(ChannelJoined(), self._build_origin(guild.id, spot, owner, event, name))

    async def _record_return(self, guild: discord.Guild) -> None:
        """Record that the bot is on the server, whether it was removed before or not."""
        server, now = str(guild.id), self.bot.clock()
        await self._retry_store(
            lambda: self.bot.database.write(
                lambda session: presence.mark_present_by_external_id(
                    session, PLATFORM, server, guild.name, now
                )
            )
        )

    async def handle_removed_server(self, guild: discord.Guild) -> None:
        """Record that the bot was removed from a server. Everything there stops."""
        self._last_access.pop(guild.id, None)
        server, now = str(guild.id), self.bot.clock()
        async with self._check_lock:  # an invitation right after it is looked at once this is stored
            await self._retry_store(
                lambda: self.bot.database.write(
                    lambda session: presence.mark_removed_by_external_id(session, PLATFORM, server, now)
                )
            )

    async def handle_channel_changed(self, before: GuildChannel, after: GuildChannel) -> None:
        """Report a channel's new name, readers, or permission to write."""
        was, now = _channel_access(before), _channel_access(after)
        self._last_access.get(after.guild.id, {})[after.id] = now
        if before.overwrites != after.overwrites:
            await self._report_readers(after.guild.id, spot_of_channel(after))
        await self._report_access(after, was, now, renamed=before.name != after.name)

    async def handle_channel_deletion(self, channel: GuildChannel) -> None:
        """Report a deleted channel, so that nothing more is posted there."""
        await self._report_left(channel.guild.id, spot_of_channel(channel))

    async def handle_thread_deletion(self, thread: discord.RawThreadDeleteEvent) -> None:
        """Report a deleted private thread, which counts as a channel of its own.

        For other threads the channel stays, so nothing is reported.
        """
        self.directory.forget_thread(str(thread.thread_id))
        if thread.thread_type is discord.ChannelType.private_thread:
            await self._report_left(thread.guild_id, Spot(str(thread.thread_id), private=True))

    async def handle_thread_changed(self, thread: discord.RawThreadUpdateEvent) -> None:
        """Report a private thread's new name."""
        if thread.thread_type is discord.ChannelType.private_thread:
            name = str(thread.data.get("name") or "")
            spot = Spot(str(thread.thread_id), name, private=True)
            await self._forward_event(
                ChannelChanged(), self._bot_origin(thread.guild_id, spot, f"changed:{spot.channel}")
            )

    async def handle_permissions_changed(self, guild: discord.Guild) -> None:
        """Report every channel whose readers or write permission have changed on a server."""
        known = self._last_access.setdefault(guild.id, {})
        await self._report_readers(guild.id, NOWHERE)
        for channel in guild.channels:
            was, now = known.get(channel.id), _channel_access(channel)
            known[channel.id] = now
            if was != now:
                await self._report_access(channel, was, now)

    async def _report_access(
        self, channel: GuildChannel, was: Access | None, now: Access, renamed: bool = False
    ) -> None:
        """Report the changes of a channel; for one not checked before, its whole access."""
        guild, spot = channel.guild.id, spot_of_channel(channel)
        if renamed or was is None or was[0] != now[0]:
            await self._forward_event(
                ChannelChanged(), self._bot_origin(guild, spot, f"changed:{spot.channel}")
            )
        if now[1] is False and (was is None or was[1]):
            await self._report_left(guild, spot)
        elif now[1] and (was is None or was[1] is False or now[2] & ~was[2]):
            await self._forward_event(
                ChannelReopened(), self._bot_origin(guild, spot, f"reopened:{spot.channel}")
            )

    async def _report_readers(self, guild: int, spot: Spot) -> None:
        """Report that other people may see a channel now, or any of the server's channels."""
        await self._forward_event(ReadersChanged(), self._bot_origin(guild, spot, f"readers:{spot.channel}"))

    async def _report_left(self, guild: int, spot: Spot) -> None:
        await self._forward_event(ChannelLeft(), self._bot_origin(guild, spot, f"left:{spot.channel}"))

    # Sending to the core

    async def _find_spot(self, guild: int, channel: int) -> Spot:
        """Return the spot of a channel.

        An archived thread is fetched from Discord, with retries while Discord doesn't answer.
        """
        for wait in RETRY_WAITS:
            try:
                return await self.directory.find_spot(str(guild), str(channel))
            except OutcomeUnknownError:
                await asyncio.sleep(wait)
        return Spot(str(channel))

    async def _forward_event(self, command: Any, origin: Origin) -> None:
        await self._retry_store(lambda: self.bot.handle(command, origin))

    async def _retry_store(self, keep: Callable[[], Any]) -> bool:
        """Retry `keep` until the database accepts it, and return whether it did.

        False after the last of RETRY_WAITS.
        """
        for wait in (*RETRY_WAITS, None):
            try:
                await keep()
            except StoreError as error:
                if wait is None:
                    log.error("gave up on an event: %s", error)
                    return False
                log.warning("an event waits for the database: %s", error)
                await asyncio.sleep(wait)
            else:
                return True
        return False

    def _build_origin(self, guild: int, spot: Spot, person: str, event: str, name: str = "") -> Origin:
        server = self.directory.find_guild(guild)
        return Origin(
            PLATFORM, str(guild), spot.channel, person, name, event, channel_name=spot.name,
            workspace_name=server.name if server else "", thread=spot.thread, private=spot.private,
            threads_only=spot.threads_only, passing=spot.passing,
        )  # fmt: skip

    def _author_origin(self, message: discord.Message, spot: Spot, event: str) -> Origin:
        assert message.guild is not None
        return self._build_origin(
            message.guild.id, spot, str(message.author.id), event, display_name_of(message.author)
        )

    def _bot_origin(self, guild: int, spot: Spot, event: str) -> Origin:
        """Return the origin of an event without a person. The bot counts as its person."""
        return self._build_origin(guild, spot, self.bot_user_id(), event)

    def _read_words(self, message: discord.Message, content: Content, spot: Spot) -> str:
        """Return a message's text as its author saw it.

        No name is asked for: most messages are none of the bot's business.
        """
        assert message.guild is not None
        return self.words.read_cached_content(str(message.guild.id), spot.target_id, content)


def _channel_access(channel: GuildChannel) -> Access:
    return is_private_channel(channel), can_post(channel), posting_abilities(channel)


def _welcome_channel(guild: discord.Guild) -> Any:
    """Return the channel for the welcome message, or None.

    It's the server's system channel if the bot may write there, else the first text channel where
    it may. None if there is none.
    """
    first: Iterable[Any] = [guild.system_channel] if guild.system_channel else []
    return next((each for each in (*first, *guild.text_channels) if can_post(each)), None)
