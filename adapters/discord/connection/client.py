"""The discord.py client: its intents, what it caches, and the handlers its events go to.

It caches no messages, members or views, so that everything works the same after a restart. An
event that discord.py can't parse would end the client. Here such an event is logged and
skipped.
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

from adapters.discord.rate_limit import InvalidRequestBudget
from adapters.discord.settings import Settings
from adapters.tasks import Tasks
from bot import logs
from bot.core.commands import Declaration, Shortcut

log = logging.getLogger(__name__)

CLOSE_WITHIN = 1.0
"""Seconds for closing the connection."""
GUILDS_WITHIN = 2.0
"""Seconds without another server until discord.py assumes that it has them all."""

Json = dict[str, Any]

RATELIMIT_WITHIN = 30.0
"""Seconds that discord.py itself waits for a rate limit, its minimum.

A longer wait is raised to the caller.
"""
COMPONENT, MODAL = discord.InteractionType.component, discord.InteractionType.modal_submit
READY_EVENT = "READY"
"""The one event whose parser may raise: the client can't go on without it."""


class Handlers(Protocol):
    """The handlers for everything that Discord sends.

    Each one runs in its own task, in no order, and a stop waits for the running ones. An exception
    is logged without people's words and nobody is answered, so a handler must answer before it
    raises. The interactions are discord.py's, for `interaction.data` and for who and where. Don't
    use their `response` and `followup`: answers go through `ApiClient`.
    """

    async def handle_command(
        self, interaction: discord.Interaction, declaration: Declaration, options: Mapping[str, str]
    ) -> None:
        """Handle a slash command.

        `options` are the values the person gave, by the names of the declaration's params.
        """

    async def suggest_options(
        self, interaction: discord.Interaction, declaration: Declaration, name: str, typed: str
    ) -> None:
        """Suggest values for the option `name` while a person types.

        `typed` is its text so far. The response has type 8.
        """

    async def handle_message_shortcut(
        self, interaction: discord.Interaction, shortcut: Shortcut, message: discord.Message
    ) -> None:
        """Handle an entry of a message's menu."""

    async def handle_outdated_command(self, interaction: discord.Interaction) -> None:
        """Handle a command, menu entry or option that this version doesn't have."""

    async def handle_button(self, interaction: discord.Interaction) -> None:
        """Handle a button, or an entry chosen from a card's menu."""

    async def handle_form(self, interaction: discord.Interaction) -> None:
        """Handle a submitted form."""

    async def handle_unreadable(self, data: Json) -> None:
        """Answer an interaction that discord.py can't parse, as Discord sent it."""

    async def handle_reaction(self, reaction: discord.RawReactionActionEvent, on: bool) -> None:
        """Handle an emoji added to a message, or removed by the person who added it."""

    async def handle_cleared_reactions(
        self, reactions: discord.RawReactionClearEvent | discord.RawReactionClearEmojiEvent
    ) -> None:
        """Handle the removal of all reactions from a message, or of all with one emoji."""

    async def handle_message(self, message: discord.Message) -> None:
        """Handle a new message, the bot's own included.

        Its text is there with the message content intent, or where it mentions the bot.
        """

    async def handle_edit(self, edit: discord.RawMessageUpdateEvent) -> None:
        """Handle an edited message, or a preview that Discord added."""

    async def handle_deletion(self, channel: int, messages: tuple[int, ...], guild: int | None) -> None:
        """Handle one deleted message, or several deleted at once."""

    async def handle_joined_server(self, guild: discord.Guild) -> None:
        """Handle being added to a server."""

    async def handle_available_server(self, guild: discord.Guild) -> None:
        """Handle a server becoming available, at the start or after an outage."""

    async def handle_removed_server(self, guild: discord.Guild) -> None:
        """Handle being removed from a server, or its deletion. Never called for an outage."""

    async def handle_channel_changed(self, before: GuildChannel, after: GuildChannel) -> None:
        """Handle a channel's new name, category or permissions."""

    async def handle_channel_deletion(self, channel: GuildChannel) -> None:
        """Handle a deleted channel."""

    async def handle_thread_deletion(self, thread: discord.RawThreadDeleteEvent) -> None:
        """Handle a deleted thread or forum post."""

    async def handle_thread_changed(self, thread: discord.RawThreadUpdateEvent) -> None:
        """Handle a thread's new name, or its being archived or locked."""

    async def handle_permissions_changed(self, guild: discord.Guild) -> None:
        """Handle a change to a role, or to the bot's own roles.

        The bot's permissions may be different anywhere on the server.
        """


class ClientOwner(Protocol):
    """The owner of a client, which decides when it may identify."""

    is_accepting: bool
    """Whether events are accepted. False once the process is about to stop."""

    async def before_identify(self, client: Client, shard: int, first: bool) -> None:
        """Wait until a shard may identify.

        The first shard of a client has waited already.
        """

    def mark_connected(self, client: Client) -> None:
        """Record that every shard of the client was connected once."""


def wanted_intents(settings: Settings) -> discord.Intents:
    """Return the gateway intents: servers, the messages and reactions on them, and direct messages.

    Message content is included only where the settings ask for it.
    """
    wanted = discord.Intents.none()
    wanted.guilds = wanted.guild_messages = wanted.guild_reactions = wanted.dm_messages = True
    wanted.message_content = settings.message_content
    return wanted


def quiet_logger() -> None:
    """Keep discord.py's log level at INFO or above.

    At DEBUG it logs request bodies, which are people's words.
    """
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    level = logging.getLogger().getEffectiveLevel()
    logging.getLogger("discord").setLevel(max(level, logging.INFO))


async def end_heartbeats(client: discord.Client) -> None:
    """Stop the heartbeat threads of a client that has ended, and close their sockets.

    discord.py forgets a connection that was abandoned while it was being opened, so its socket and
    thread would stay alive.
    """
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler) and thread.ws._connection is client._connection:
            thread.stop()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_WITHIN):
                    await thread.ws.socket.close()


class Client(discord.AutoShardedClient):
    """One discord.py client, with all shards of this process."""

    def __init__(
        self,
        settings: Settings,
        handlers: Handlers,
        watch: ClientOwner,
        tasks: Tasks,
        budget: InvalidRequestBudget,
    ) -> None:
        quiet_logger()
        super().__init__(
            intents=wanted_intents(settings),
            shard_ids=list(settings.shard_ids) or None,  # type: ignore[arg-type]  # None means all shards
            shard_count=settings.shard_count,
            max_messages=None,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=GUILDS_WITHIN,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=RATELIMIT_WITHIN,
            http_trace=budget.build_trace(),
        )
        self.handlers = handlers
        self._client_owner = watch
        self._running_tasks = tasks
        self._connected_shards: set[int] = set()
        self._guard_parsers()

    @property
    def own_shards(self) -> tuple[int, ...]:
        """The ids of this process's shards."""
        return tuple(self.shard_ids or range(self.shard_count or 1))

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait until this shard may identify."""
        await self._client_owner.before_identify(self, shard_id or 0, initial)

    async def run_handler(self, about: str, work: Coroutine[Any, Any, None]) -> None:
        """Run a handler and log its exceptions. Never raises.

        `work` is closed without running once the process is about to stop.
        """
        if not self._client_owner.is_accepting:
            work.close()
            return
        try:
            with self._running_tasks.track():
                await work
        except Exception as error:
            logs.log_failure(log, about, error)

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """Log that an event listener of discord.py raised."""
        log.error("%s failed", event_method)

    async def on_shard_connect(self, shard_id: int) -> None:
        """Record a shard's connection, and tell the owner when all shards are connected."""
        self._connected_shards.add(shard_id)
        if self._connected_shards >= set(self.own_shards):
            self._client_owner.mark_connected(self)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Forward buttons and forms. Commands go through the command tree."""
        if interaction.type is COMPONENT:
            await self.run_handler("a button", self.handlers.handle_button(interaction))
        elif interaction.type is MODAL:
            await self.run_handler("a form", self.handlers.handle_form(interaction))

    async def on_raw_reaction_add(self, reaction: discord.RawReactionActionEvent) -> None:
        """Forward an added reaction."""
        await self.run_handler("a reaction", self.handlers.handle_reaction(reaction, True))

    async def on_raw_reaction_remove(self, reaction: discord.RawReactionActionEvent) -> None:
        """Forward a removed reaction."""
        await self.run_handler("a reaction taken back", self.handlers.handle_reaction(reaction, False))

    async def on_raw_reaction_clear(self, reactions: discord.RawReactionClearEvent) -> None:
        """Forward the removal of all reactions from a message."""
        await self.run_handler("reactions cleared", self.handlers.handle_cleared_reactions(reactions))

    async def on_raw_reaction_clear_emoji(self, reactions: discord.RawReactionClearEmojiEvent) -> None:
        """Forward the removal of all reactions with one emoji."""
        await self.run_handler("reactions cleared", self.handlers.handle_cleared_reactions(reactions))

    async def on_message(self, message: discord.Message) -> None:
        """Forward a new message."""
        await self.run_handler("a message", self.handlers.handle_message(message))

    async def on_raw_message_edit(self, edit: discord.RawMessageUpdateEvent) -> None:
        """Forward an edited message."""
        await self.run_handler("an edit", self.handlers.handle_edit(edit))

    async def on_raw_message_delete(self, gone: discord.RawMessageDeleteEvent) -> None:
        """Forward a deleted message."""
        await self.run_handler(
            "a deletion", self.handlers.handle_deletion(gone.channel_id, (gone.message_id,), gone.guild_id)
        )

    async def on_raw_bulk_message_delete(self, gone: discord.RawBulkMessageDeleteEvent) -> None:
        """Forward several messages deleted at once."""
        messages = tuple(sorted(gone.message_ids))
        await self.run_handler(
            "deletions", self.handlers.handle_deletion(gone.channel_id, messages, gone.guild_id)
        )

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Forward being added to a server."""
        await self.run_handler("joining a server", self.handlers.handle_joined_server(guild))

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Forward a server becoming available."""
        await self.run_handler("finding a server", self.handlers.handle_available_server(guild))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forward being removed from a server."""
        await self.run_handler("leaving a server", self.handlers.handle_removed_server(guild))

    async def on_guild_channel_update(self, before: GuildChannel, after: GuildChannel) -> None:
        """Forward a changed channel."""
        await self.run_handler("a channel's change", self.handlers.handle_channel_changed(before, after))

    async def on_guild_channel_delete(self, channel: GuildChannel) -> None:
        """Forward a deleted channel."""
        await self.run_handler("a channel's end", self.handlers.handle_channel_deletion(channel))

    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        """Forward a deleted thread."""
        await self.run_handler("a thread's end", self.handlers.handle_thread_deletion(thread))

    async def on_raw_thread_update(self, thread: discord.RawThreadUpdateEvent) -> None:
        """Forward a changed thread."""
        await self.run_handler("a thread's change", self.handlers.handle_thread_changed(thread))

    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        """Forward a changed role."""
        await self.run_handler("a role's change", self.handlers.handle_permissions_changed(after.guild))

    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """Forward a deleted role."""
        await self.run_handler("a role's end", self.handlers.handle_permissions_changed(role.guild))

    async def on_member_update(self, _before: discord.Member, after: discord.Member) -> None:
        """Forward a change of the bot's own roles. Discord sends no updates of other members."""
        if self.user is not None and after.id == self.user.id:
            await self.run_handler("our roles' change", self.handlers.handle_permissions_changed(after.guild))

    def _guard_parsers(self) -> None:
        """Wrap each of discord.py's event parsers, so that an exception in one is only logged.

        An event that lacks a key would otherwise end the whole client.
        """
        parsers = self._connection.parsers
        for name, parse in list(parsers.items()):
            if name != READY_EVENT:
                parsers[name] = self._guarded_parser(name, parse)

    def _guarded_parser(self, name: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
        def parse_event(data: Any) -> None:
            try:
                parse(data)
            except Exception as error:
                logs.log_failure(log, f"reading {name}", error)
                if name == "INTERACTION_CREATE" and isinstance(data, dict):
                    self._running_tasks.start(
                        self.run_handler("an unreadable interaction", self.handlers.handle_unreadable(data))
                    )

        return parse_event
