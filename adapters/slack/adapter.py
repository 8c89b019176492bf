"""The Slack adapter: the class the core talks to, and how its parts are connected.

Incoming: `connection.http` (HTTP) or `connection.socket_mode` (Socket Mode) ->
`connection.bolt_app` -> `interactions` and `events` -> the core. Outgoing: the core ->
`posting` for messages in channels, and `responses` for private answers to one person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from adapters.emoji_names import find_character
from adapters.slack import payloads, uploads
from adapters.slack.api import ApiClient, ClientPool
from adapters.slack.connection.bolt_app import make_bolt_app
from adapters.slack.connection.http import PATH, HttpEndpoint
from adapters.slack.directory import Directory
from adapters.slack.events import Events
from adapters.slack.installation.authorize import Authorizer, apply_access_change
from adapters.slack.installation.install import Install
from adapters.slack.installation.oauth import Secrets
from adapters.slack.installation.scopes import GrantedScopes
from adapters.slack.installation.single_workspace import SingleWorkspace
from adapters.slack.installation.tokens import Tokens
from adapters.slack.interactions import Interactions
from adapters.slack.manifest import asked_scopes, optional_scopes
from adapters.slack.posting import Posting
from adapters.slack.rate_limit import ChannelRateLimit
from adapters.slack.render import Encode, Json
from adapters.slack.responses import Responses
from adapters.slack.settings import Settings
from adapters.tasks import Tasks
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
from bot.encryption import Encryption

if TYPE_CHECKING:
    from adapters.slack.connection.socket_mode import Connection

FINISH_WITHIN = 2.5
"""Seconds that a shutdown waits for answers people are waiting for.

No answer takes longer than two seconds.
"""
STARTING = lazy("I'm just starting.")


class Slack:
    """The Slack adapter: one Slack app, installed in one workspace or in many."""

    platform = payloads.PLATFORM

    def __init__(
        self, settings: Settings, encryption: Encryption | None = None, secrets: Secrets | None = None
    ) -> None:
        self.settings = settings
        self.capabilities = Capabilities(
            Replies.ALL if settings.message_content else Replies.NONE,
            settings.command,
            largest_file=uploads.LARGEST_FILE,
            find_character=partial(find_character, platform=payloads.PLATFORM),
        )
        self.client_pool = ClientPool(settings.api_url)
        token = "" if encryption else settings.bot_token
        self.tokens = Tokens(self.client_pool.client_for, token=token, encryption=encryption, secrets=secrets)
        self.clients = ApiClient(self.client_pool, self.tokens)
        self.directory = Directory(self.clients)
        self.posting = Posting(self.clients, self.directory, ChannelRateLimit())
        self.tasks = Tasks()
        self.single_workspace = None if encryption else SingleWorkspace(self.clients)
        self.install = Install(self.tokens, secrets, asked_scopes(settings)) if secrets else None
        self.http_endpoint = HttpEndpoint(settings.signing_secret, self.tasks)
        self.connection: Connection | None = None
        self.bot: Bot | None = None

    @property
    def ready(self) -> bool:
        """Whether the bot is started and connected.

        With one workspace, Slack must have identified the bot; with Socket Mode, it must have
        sent its hello.
        """
        greeted = self.connection is None or self.connection.hello_received.is_set()
        met = self.single_workspace is None or self.single_workspace.bot_identity is not None
        return self.bot is not None and met and greeted

    def capabilities_in(self, workspace: str) -> Capabilities:
        """Return what Slack can do in a workspace: replies are received where it granted the history scopes."""
        if self._reads_replies(workspace):
            return self.capabilities
        return replace(self.capabilities, receives_replies=Replies.NONE)

    def routes(self) -> Sequence[web.RouteDef]:
        """Return the HTTP routes: events when a signing secret is set, and the install pages."""
        knocks = [web.post(PATH, self.http_endpoint.handle)] if self.settings.signing_secret else []
        return [*knocks, *(self.install.page_routes() if self.install else ())]

    async def start(self, bot: Bot) -> None:
        """Load the tokens, identify the bot, and start receiving requests from Slack."""
        self.clients.scopes = self.tokens.scopes = GrantedScopes(
            bot, self.clients, optional_scopes(self.settings)
        )
        await self.tokens.start(bot)
        if self.single_workspace is not None:
            await self.single_workspace.identify_bot()
        self.bot = bot
        found = (
            self.single_workspace.authorize_request
            if self.single_workspace is not None
            else Authorizer(self.tokens).authorize_request
        )
        responses = Responses(self.clients, self.directory, self.tasks, self.posting, bot.draw)
        interactions = Interactions(bot, self.directory, responses)
        app = make_bolt_app(
            self.settings,
            found,
            Dispatcher(interactions, Events(interactions, self._handle_access_change, self._reads_replies)),
        )
        self.http_endpoint.app = app
        if self.settings.app_token:
            from adapters.slack.connection.socket_mode import Connection  # HTTP never needs its client

            self.connection = Connection(self.settings.app_token, self.settings.api_url, self.tasks)
            await self.connection.open_sockets(app)

    async def stop(self) -> None:
        """Stop accepting requests, finish the running ones, and close all connections.

        Waits at most `FINISH_WITHIN` seconds for running requests.
        """
        self.http_endpoint.app = None
        if self.connection is not None:
            self.connection.stop_accepting()
        await self.tasks.drain(FINISH_WITHIN)
        if self.connection is not None:
            await self.connection.close()
        if self.single_workspace is not None:
            await self.single_workspace.stop_retrying()
        await self.directory.close()
        await self.client_pool.close()

    async def post(self, place: Place, post: Post, key: str) -> SentMessage:
        """Post a message once, within the channel's rate limit."""
        return await self.posting.post(place, post, key, self._command_encoder())

    async def edit(self, place: Place, message: str, post: Post) -> None:
        """Replace the content of a message that the bot posted."""
        await self.posting.edit(place, message, post, self._command_encoder())

    async def delete(self, place: Place, message: str) -> None:
        """Delete a message that the bot posted."""
        await self.posting.delete(place, message)

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """Add the bot's 💡 reaction to a message, or remove it."""
        await self.posting.mark(place, message, on)

    async def find(self, place: Place, key: str) -> SentMessage | None:
        """Return the message posted under a key, or None.

        The key is in the message's metadata, which is looked up in the channel's history.
        """
        return await self.posting.find(place, key)

    async def find_access(self, workspace: str, channel: str, person: str) -> ChannelAccess:
        """Return whether a person is in a channel at this moment."""
        return await self.directory.find_access(workspace, channel, person)

    async def read(self, place: Place, message: str) -> Source | None:
        """Return the current text of a message, with its author and link."""
        return await self.posting.read(place, message)

    async def read_thread(self, place: Place) -> Sequence[ThreadMessage]:
        """Return what people wrote in a thread, which needs the history scopes."""
        return await self.posting.read_thread(place)

    def _reads_replies(self, workspace: str) -> bool:
        return self.clients.scopes is None or self.clients.scopes.reads_replies(workspace)

    async def _handle_access_change(self, body: Json) -> None:
        await apply_access_change(self.tokens, body)

    def _command_encoder(self) -> Encode:
        if self.bot is None:
            raise PostFailedError(STARTING.text, retry_after=1)
        return self.bot.commands.encode


class Dispatcher:
    """The Bolt listeners' entry point: passes requests on to `Interactions` and `Events`."""

    def __init__(self, interactions: Interactions, events: Events) -> None:
        self.interactions = interactions
        self.events = events

    async def answer_request(self, kind: str, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """Answer a command, button, form or shortcut, which a person waits for."""
        return await self.interactions.dispatch_interaction(kind, body, context)

    async def take_event(self, body: Json, context: AsyncBoltContext) -> None:
        """Process an event, which nobody waits for."""
        await self.events.dispatch_event(body, context)


def build_adapter(environ: Mapping[str, str]) -> Slack | None:
    """Return the Slack adapter these variables configure, or None without Slack variables.

    Raise SettingError when the variables are incomplete or contradict each other.
    """
    settings = Settings.read(environ)
    if settings is None:
        return None
    if not settings.is_multi_workspace:
        return Slack(settings)
    return Slack(settings, Encryption.read(environ), Secrets(settings.client_id, settings.client_secret))
