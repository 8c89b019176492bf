"""Slack as a platform: what the core asks of it, and the parts that it is made of.

In: `door` (HTTP) or `connection` (Socket Mode) -> `app` (Bolt) -> `doings` and `happenings` -> the core. Out: the
core -> `posting`, and `answers` for what one person gets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aiohttp import web
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from adapters.slack import payloads
from adapters.slack.api import Clients, Wire
from adapters.slack.connection.bolt_app import make_app
from adapters.slack.connection.http import PATH, Door
from adapters.slack.connection.socket_mode import Connection
from adapters.slack.directory import Directory
from adapters.slack.events import Happenings
from adapters.slack.installation.authorize import Authorize, access_changed
from adapters.slack.installation.install import Install
from adapters.slack.installation.oauth import Secrets
from adapters.slack.installation.single_workspace import Alone
from adapters.slack.installation.tokens import Tokens
from adapters.slack.interactions import Doings
from adapters.slack.manifest import scopes
from adapters.slack.posting import Posting
from adapters.slack.rate_limit import Pace
from adapters.slack.render import Encode, Json
from adapters.slack.responses import Answers, InHand
from adapters.slack.settings import Settings
from bot.core.adapter import NotPosted, Place, Sent, Source, Ways
from bot.core.messages import Post
from bot.encryption import Vault

if TYPE_CHECKING:
    from bot.runtime.bot import Bot

FINISH_WITHIN = 2.5
"""Seconds for what people wait for while we leave: nobody is answered later than two."""


class Slack:
    """One app on Slack, in one workspace or in many."""

    platform = payloads.PLATFORM

    def __init__(
        self, settings: Settings, vault: Vault | None = None, secrets: Secrets | None = None
    ) -> None:
        self.settings = settings
        self.ways = Ways(settings.message_content, settings.command)
        self.wire = Wire(settings.api_url)
        token = "" if vault else settings.bot_token
        self.tokens = Tokens(self.wire.client, token=token, vault=vault, secrets=secrets)
        self.clients = Clients(self.wire, self.tokens)
        self.directory = Directory(self.clients)
        self.posting = Posting(self.clients, self.directory, Pace())
        self.in_hand = InHand()
        self.alone = None if vault else Alone(self.clients)
        self.install = Install(self.tokens, secrets, scopes(settings)) if secrets else None
        self.door = Door(settings.signing_secret, self.in_hand)
        self.connection: Connection | None = None
        self.bot: Bot | None = None

    @property
    def ready(self) -> bool:
        """Whether Slack said who we are, and hello where we wait for that."""
        greeted = self.connection is None or self.connection.greeted.is_set()
        met = self.alone is None or self.alone.us is not None
        return self.bot is not None and met and greeted

    def routes(self) -> Sequence[web.RouteDef]:
        """Where Slack knocks, where it reaches us over HTTP."""
        knocks = [web.post(PATH, self.door.knock)] if self.settings.signing_secret else []
        return [*knocks, *(self.install.routes() if self.install else ())]

    async def start(self, bot: Bot) -> None:
        """Say who we are, and begin to take what comes."""
        await self.tokens.start(bot)
        if self.alone is not None:
            await self.alone.meet()
        self.bot = bot
        found = self.alone.found if self.alone is not None else Authorize(self.tokens).found
        doings = Doings(bot, self.directory, Answers(self.clients, self.directory, self.in_hand))
        app = make_app(self.settings, found, Desk(doings, Happenings(doings, self._access)))
        self.door.app = app
        if self.settings.app_token:
            self.connection = Connection(self.settings.app_token, self.settings.api_url, self.in_hand)
            await self.connection.open(app)

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand, hang up."""
        self.door.app = None
        if self.connection is not None:
            self.connection.shut()
        await self.in_hand.done(FINISH_WITHIN)
        if self.connection is not None:
            await self.connection.close()
        if self.alone is not None:
            await self.alone.leave()
        await self.directory.close()
        await self.wire.close()

    async def post(self, place: Place, post: Post, key: str) -> Sent:
        """Post once, at the channel's pace."""
        return await self.posting.post(place, post, key, self._encode())

    async def edit(self, place: Place, message: str, post: Post) -> None:
        """Put another post in the place of one of ours."""
        await self.posting.edit(place, message, post, self._encode())

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """Put our 💡 on a message, or take it off."""
        await self.posting.mark(place, message, on)

    async def find(self, place: Place, key: str) -> Sent | None:
        """The message under a key, by its metadata in the channel's history."""
        return await self.posting.find(place, key)

    async def read(self, place: Place, message: str) -> Source | None:
        """A message's words as they are now."""
        return await self.posting.read(place, message)

    async def _access(self, body: Json) -> None:
        await access_changed(self.tokens, body)

    def _encode(self) -> Encode:
        if self.bot is None:
            raise NotPosted("I am just starting.", retry_after=1)
        return self.bot.commands.encode


class Desk:
    """Where Bolt's few listeners hand over."""

    def __init__(self, doings: Doings, happenings: Happenings) -> None:
        self.doings = doings
        self.happenings = happenings

    async def answer(self, kind: str, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """What a person waits for."""
        return await self.doings.dispatch(kind, body, context)

    async def take(self, body: Json, context: AsyncBoltContext) -> None:
        """An event."""
        await self.happenings.dispatch(body, context)


def build(environ: Mapping[str, str]) -> Slack | None:
    """Slack as these variables set it up, or None where they do not."""
    settings = Settings.read(environ)
    if settings is None:
        return None
    if not settings.many:
        return Slack(settings)
    return Slack(settings, Vault.read(environ), Secrets(settings.client_id, settings.client_secret))
