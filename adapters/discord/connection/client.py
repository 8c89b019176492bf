"""Our discord.py client: what it asks the gateway for, what it keeps in memory, and to whom it hands what comes.

It keeps no messages, members or views, so that everything works the same after a restart. An event that discord.py
cannot read would end it; here such an event is logged and left out.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol

import discord
from discord.abc import GuildChannel
from discord.gateway import KeepAliveHandler

from adapters.discord.rate_limit import Budget
from adapters.discord.settings import Settings
from adapters.tasks import InHand
from bot import logs
from bot.core.commands import Declaration, Shortcut

log = logging.getLogger(__name__)

CLOSE_WITHIN = 1.0
"""Seconds for hanging up."""
READY_WITHIN = 2.0
"""Seconds without a further server until discord.py takes it that it knows them all."""

Json = dict[str, Any]

RATELIMIT_WITHIN = 30.0
"""Seconds that discord.py itself waits for a rate limit (its least); longer is told to the caller."""
COMPONENT, MODAL = discord.InteractionType.component, discord.InteractionType.modal_submit
READY = "READY"
"""The one event without which there is nothing to go on with."""


class Desk(Protocol):
    """To whom everything goes that comes from Discord.

    Each is awaited in a task of its own, in no order; a stop waits for what is in hand. What is raised is logged
    without people's words, and nobody is answered: who waits has to be answered before. The interactions are
    discord.py's, for `interaction.data` and who and where; its `response` and `followup` are not to be used, for our
    answers go through `Calls`.
    """

    async def typed(
        self, interaction: discord.Interaction, declaration: Declaration, options: Mapping[str, str]
    ) -> None:
        """A slash command; `options` are what the person gave, by the names of the declaration's params."""

    async def suggested(
        self, interaction: discord.Interaction, declaration: Declaration, name: str, typed: str
    ) -> None:
        """Somebody is typing the option `name`; `typed` is what stands there so far. Answered with type 8."""

    async def chosen(
        self, interaction: discord.Interaction, shortcut: Shortcut, message: discord.Message
    ) -> None:
        """An entry of a message's menu."""

    async def outdated(self, interaction: discord.Interaction) -> None:
        """A command or menu entry that we no longer have, or with options that we no longer know."""

    async def pressed(self, interaction: discord.Interaction) -> None:
        """A button or a menu of a message."""

    async def submitted(self, interaction: discord.Interaction) -> None:
        """A form."""

    async def unreadable(self, data: Json) -> None:
        """An interaction that discord.py could not read, as Discord sent it: somebody waits."""

    async def reacted(self, reaction: discord.RawReactionActionEvent, on: bool) -> None:
        """An emoji was put on a message, or taken off by the one who put it."""

    async def cleared(
        self, reactions: discord.RawReactionClearEvent | discord.RawReactionClearEmojiEvent
    ) -> None:
        """Somebody took all emoji off a message, or all of one kind."""

    async def said(self, message: discord.Message) -> None:
        """A message, ours too. Its text is there with the message content intent, or where it mentions us."""

    async def edited(self, edit: discord.RawMessageUpdateEvent) -> None:
        """A message was changed, or Discord filled in a preview."""

    async def deleted(self, channel: int, messages: tuple[int, ...], guild: int | None) -> None:
        """One message is gone, or several at once."""

    async def joined(self, guild: discord.Guild) -> None:
        """We were added to a server."""

    async def found(self, guild: discord.Guild) -> None:
        """A server that we are on is there: at the start, or after an outage."""

    async def removed(self, guild: discord.Guild) -> None:
        """We were taken out of a server, or it is gone; never for an outage."""

    async def channel_changed(self, before: GuildChannel, after: GuildChannel) -> None:
        """A channel's name, place or permissions."""

    async def channel_gone(self, channel: GuildChannel) -> None:
        """A channel was deleted."""

    async def thread_gone(self, thread: discord.RawThreadDeleteEvent) -> None:
        """A thread or a forum post was deleted."""

    async def thread_changed(self, thread: discord.RawThreadUpdateEvent) -> None:
        """A thread's name, or whether it is archived or locked."""

    async def rights_changed(self, guild: discord.Guild) -> None:
        """A role changed, or which ones we have: anywhere on the server we may do more now, or less."""


class Watch(Protocol):
    """Who looks after a client."""

    taking: bool
    """Whether what comes is taken; not any more once we are about to leave."""

    async def before_identify(self, client: Client, shard: int, first: bool) -> None:
        """Returns once a shard may identify; the very first of a client has waited already."""

    def arrived(self, client: Client) -> None:
        """Every shard of the client was connected once."""


def intents(settings: Settings) -> discord.Intents:
    """What we hear of: servers, messages and reactions on them; messages' words only where that is set."""
    wanted = discord.Intents.none()
    wanted.guilds = wanted.guild_messages = wanted.guild_reactions = True
    wanted.message_content = settings.message_content
    return wanted


def discreet() -> None:
    """Keep discord.py from logging bodies, which it does at DEBUG and which are people's words."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    level = logging.getLogger().getEffectiveLevel()
    logging.getLogger("discord").setLevel(max(level, logging.INFO))


async def silence(client: discord.Client) -> None:
    """End the heartbeats of a client that has ended, and what they were for.

    discord.py forgets a connection that was given up while it was being made: its socket and its thread would live on.
    """
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler) and thread.ws._connection is client._connection:
            thread.stop()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_WITHIN):
                    await thread.ws.socket.close()


class Client(discord.AutoShardedClient):
    """One connection to Discord, with all shards of this process."""

    def __init__(self, settings: Settings, desk: Desk, watch: Watch, in_hand: InHand, budget: Budget) -> None:
        discreet()
        super().__init__(
            intents=intents(settings),
            shard_ids=list(settings.shard_ids) or None,  # type: ignore[arg-type]  # None is all of them
            shard_count=settings.shard_count,
            max_messages=None,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=READY_WITHIN,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=RATELIMIT_WITHIN,
            http_trace=budget.trace(),
        )
        self.desk = desk
        self._watch = watch
        self._in_hand = in_hand
        self._met: set[int] = set()
        self._guard()

    @property
    def ours(self) -> tuple[int, ...]:
        """The shards of this process."""
        return tuple(self.shard_ids or range(self.shard_count or 1))

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for our turn."""
        await self._watch.before_identify(self, shard_id or 0, initial)

    async def take(self, about: str, work: Coroutine[Any, Any, None]) -> None:
        """Let the desk do it. Never raises."""
        if not self._watch.taking:
            work.close()
            return
        try:
            with self._in_hand.held():
                await work
        except Exception as error:
            logs.failure(log, about, error)

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """What discord.py's own parts raise."""
        log.error("%s failed", event_method)

    async def on_shard_connect(self, shard_id: int) -> None:
        """READY."""
        self._met.add(shard_id)
        if self._met >= set(self.ours):
            self._watch.arrived(self)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Buttons and forms; commands come by way of the tree."""
        if interaction.type is COMPONENT:
            await self.take("a button", self.desk.pressed(interaction))
        elif interaction.type is MODAL:
            await self.take("a form", self.desk.submitted(interaction))

    async def on_raw_reaction_add(self, reaction: discord.RawReactionActionEvent) -> None:
        """An emoji."""
        await self.take("a reaction", self.desk.reacted(reaction, True))

    async def on_raw_reaction_remove(self, reaction: discord.RawReactionActionEvent) -> None:
        """No emoji any more."""
        await self.take("a reaction taken back", self.desk.reacted(reaction, False))

    async def on_raw_reaction_clear(self, reactions: discord.RawReactionClearEvent) -> None:
        """No emoji at all."""
        await self.take("reactions cleared", self.desk.cleared(reactions))

    async def on_raw_reaction_clear_emoji(self, reactions: discord.RawReactionClearEmojiEvent) -> None:
        """None of one kind."""
        await self.take("reactions cleared", self.desk.cleared(reactions))

    async def on_message(self, message: discord.Message) -> None:
        """Said."""
        await self.take("a message", self.desk.said(message))

    async def on_raw_message_edit(self, edit: discord.RawMessageUpdateEvent) -> None:
        """Said otherwise."""
        await self.take("an edit", self.desk.edited(edit))

    async def on_raw_message_delete(self, gone: discord.RawMessageDeleteEvent) -> None:
        """Unsaid."""
        await self.take("a deletion", self.desk.deleted(gone.channel_id, (gone.message_id,), gone.guild_id))

    async def on_raw_bulk_message_delete(self, gone: discord.RawBulkMessageDeleteEvent) -> None:
        """Many unsaid."""
        messages = tuple(sorted(gone.message_ids))
        await self.take("deletions", self.desk.deleted(gone.channel_id, messages, gone.guild_id))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Added."""
        await self.take("joining a server", self.desk.joined(guild))

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """There."""
        await self.take("finding a server", self.desk.found(guild))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Taken out."""
        await self.take("leaving a server", self.desk.removed(guild))

    async def on_guild_channel_update(self, before: GuildChannel, after: GuildChannel) -> None:
        """A channel changed."""
        await self.take("a channel's change", self.desk.channel_changed(before, after))

    async def on_guild_channel_delete(self, channel: GuildChannel) -> None:
        """A channel is gone."""
        await self.take("a channel's end", self.desk.channel_gone(channel))

    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        """A thread is gone."""
        await self.take("a thread's end", self.desk.thread_gone(thread))

    async def on_raw_thread_update(self, thread: discord.RawThreadUpdateEvent) -> None:
        """A thread changed."""
        await self.take("a thread's change", self.desk.thread_changed(thread))

    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        """A role changed."""
        await self.take("a role's change", self.desk.rights_changed(after.guild))

    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """A role is gone."""
        await self.take("a role's end", self.desk.rights_changed(role.guild))

    async def on_member_update(self, _before: discord.Member, after: discord.Member) -> None:
        """Our own roles; of others we do not hear."""
        if self.user is not None and after.id == self.user.id:
            await self.take("our roles' change", self.desk.rights_changed(after.guild))

    def _guard(self) -> None:
        """Put each of discord.py's parsers in a net: an event that lacks a key would end the whole client."""
        parsers = self._connection.parsers
        for name, parse in list(parsers.items()):
            if name != READY:
                parsers[name] = self._in_a_net(name, parse)

    def _in_a_net(self, name: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
        def parsed(data: Any) -> None:
            try:
                parse(data)
            except Exception as error:
                logs.failure(log, f"reading {name}", error)
                if name == "INTERACTION_CREATE" and isinstance(data, dict):
                    self._in_hand.keep(self.take("an unreadable interaction", self.desk.unreadable(data)))

        return parsed
