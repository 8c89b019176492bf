"""The Discord adapter: the methods the core calls, and the parts they are made of.

Incoming: `connection/gateway` keeps a `connection/client` connected, which passes every event
to the `Dispatcher` here, then to `interactions` and `events`, then to the core. Outgoing: the
core calls `posting`, and `responses` for answers to one person. Both send through `api`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from aiohttp import web

from adapters.discord.addressed.handlers import SpokenMessages
from adapters.discord.addressed.replies import MessageAnswers
from adapters.discord.api import ApiClient
from adapters.discord.connection.gateway import Gateway
from adapters.discord.directory import Directory
from adapters.discord.events import Events
from adapters.discord.interactions import Interactions
from adapters.discord.payloads import PLATFORM
from adapters.discord.posting import Posting
from adapters.discord.rate_limit import InvalidRequestBudget
from adapters.discord.reading.threads import Threads
from adapters.discord.render import Encode
from adapters.discord.responses import Responses
from adapters.discord.settings import Settings
from adapters.emoji_names import find_character
from bot.core.adapter import Bot
from bot.core.addressed import ThreadMessage
from bot.core.language.words import lazy
from bot.core.messages import Post
from bot.core.origin import (
    Capabilities,
    ChannelAccess,
    Place,
    PostFailedError,
    Replies,
    SentMessage,
    Source,
)

STARTING = lazy("I'm just starting.")


class Discord:
    """The adapter for one bot on any number of Discord servers."""

    platform = PLATFORM

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        replies = Replies.ALL if settings.message_content else Replies.PINGS
        self.capabilities = Capabilities(
            replies, replies_to_cards=True, find_character=partial(find_character, platform=PLATFORM)
        )
        budget = InvalidRequestBudget()
        self.gateway = Gateway(settings, budget)
        self.api = ApiClient(settings.api_url, self.gateway.current_http, budget)
        self.directory = Directory(self.api, lambda: self.gateway.client)
        self.posting = Posting(self.api, self.directory)
        self.threads = Threads(self.api, self.directory)
        self.bot: Bot | None = None

    @property
    def ready(self) -> bool:
        """Whether every shard of this process was connected at least once."""
        return self.bot is not None and self.gateway.ready

    def capabilities_in(self, workspace: str) -> Capabilities:
        """Return the same for every server."""
        return self.capabilities

    def routes(self) -> Sequence[web.RouteDef]:
        """Return no routes.

        Discord sends events over a connection that this process opens.
        """
        return ()

    async def start(self, bot: Bot) -> None:
        """Connect to Discord and start to accept events."""
        self.bot = bot
        await self.gateway.start(bot.commands, bot.commands.shortcuts, self._build_dispatcher(bot))

    async def stop(self) -> None:
        """Stop accepting events, finish the running tasks, and disconnect."""
        await self.gateway.stop()
        await self.api.close()

    async def post(self, place: Place, post: Post, key: str) -> SentMessage:
        """Post a message once."""
        return await self.posting.post(place, post, key, self._require_encoder())

    async def edit(self, place: Place, message: str, post: Post) -> None:
        """Replace the content of one of the bot's messages with `post`."""
        await self.posting.edit(place, message, post, self._require_encoder())

    async def delete(self, place: Place, message: str) -> None:
        """Delete a message that the bot posted."""
        await self.posting.delete(place, message)

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """Add the bot's 💡 reaction to a message, or remove it."""
        await self.posting.mark(place, message, on)

    async def find(self, place: Place, key: str) -> SentMessage | None:
        """Return the message posted under `key`, or None.

        It is recognised by the id of its container component.
        """
        return await self.posting.find(place, key)

    async def find_access(self, workspace: str, channel: str, person: str) -> ChannelAccess:
        """Return whether a member sees a channel at this moment."""
        return await self.directory.find_access(workspace, channel, person)

    async def read(self, place: Place, message: str) -> Source | None:
        """Return a message's current text, as far as the bot may read it."""
        return await self.posting.read(place, message)

    async def read_thread(self, place: Place) -> Sequence[ThreadMessage]:
        """Return a thread's messages by people, as far as the bot may read them."""
        return await self.threads.read(place)

    def _build_dispatcher(self, bot: Bot) -> Dispatcher:
        answers = Responses(self.api, self.gateway.tasks, bot.draw)
        replies = MessageAnswers(self.api, self.directory, self.posting, self.gateway.tasks)
        spoken = SpokenMessages(bot, self.directory, replies)
        return Dispatcher(Interactions(bot, self.directory, answers), Events(bot, self.directory, spoken))

    def _require_encoder(self) -> Encode:
        if self.bot is None:
            raise PostFailedError(STARTING.text, retry_after=1)
        return self.bot.commands.encode


class Dispatcher:
    """The table of handlers for everything that Discord sends.

    It implements `connection.client.Handlers` with the methods of `Interactions` and `Events`.
    """

    def __init__(self, interactions: Interactions, events: Events) -> None:
        self.handle_command = interactions.handle_command
        self.suggest_options = interactions.suggest_options
        self.handle_message_shortcut = interactions.handle_message_shortcut
        self.handle_outdated_command = interactions.handle_outdated_command
        self.handle_button = interactions.handle_button
        self.handle_form = interactions.handle_form
        self.handle_unreadable = interactions.handle_unreadable
        self.handle_reaction = events.handle_reaction
        self.handle_cleared_reactions = events.handle_cleared_reactions
        self.handle_message = events.handle_message
        self.handle_edit = events.handle_edit
        self.handle_deletion = events.handle_deletion
        self.handle_joined_server = events.handle_available_server
        self.handle_available_server = events.handle_available_server
        self.handle_removed_server = events.handle_removed_server
        self.handle_channel_changed = events.handle_channel_changed
        self.handle_channel_deletion = events.handle_channel_deletion
        self.handle_thread_deletion = events.handle_thread_deletion
        self.handle_thread_changed = events.handle_thread_changed
        self.handle_permissions_changed = events.handle_permissions_changed


def build_adapter(environ: Mapping[str, str]) -> Discord | None:
    """Return the Discord adapter that these variables configure, or None where they don't."""
    settings = Settings.read(environ)
    return Discord(settings) if settings is not None else None
