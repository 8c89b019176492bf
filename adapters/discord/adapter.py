"""Discord as a platform: what the core asks of it, and the parts that it is made of.

In: `life` keeps a `client` connected, which hands everything to the `Desk` here -> `doings` and `happenings` -> the
core. Out: the core -> `posting`, and `answers` for what one person gets; both through `calls`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aiohttp import web

from adapters.discord.api import Calls
from adapters.discord.connection.gateway import Life
from adapters.discord.directory import Directory
from adapters.discord.events import Happenings
from adapters.discord.interactions import Doings
from adapters.discord.payloads import PLATFORM
from adapters.discord.posting import Posting
from adapters.discord.rate_limit import Budget
from adapters.discord.render import Encode
from adapters.discord.responses import Answers
from adapters.discord.settings import Settings
from bot.core.adapter import NotPosted, Place, Sent, Source, Ways
from bot.core.messages import Post

if TYPE_CHECKING:
    from bot.runtime.bot import Bot


class Discord:
    """One bot on any number of Discord servers."""

    platform = PLATFORM

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.ways = Ways(hears_replies=settings.message_content)
        budget = Budget()
        self.life = Life(settings, budget)
        self.calls = Calls(settings.api_url, self.life.http, budget)
        self.directory = Directory(self.calls, lambda: self.life.client)
        self.posting = Posting(self.calls, self.directory)
        self.bot: Bot | None = None

    @property
    def ready(self) -> bool:
        """Whether every shard of this process was connected at least once."""
        return self.bot is not None and self.life.ready

    def routes(self) -> Sequence[web.RouteDef]:
        """None: Discord reaches us over a connection that we open."""
        return ()

    async def start(self, bot: Bot) -> None:
        """Connect, and begin to take what comes."""
        self.bot = bot
        await self.life.begin(bot.commands, bot.shortcuts, self._desk(bot))

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand, hang up."""
        await self.life.stop()
        await self.calls.close()

    async def post(self, place: Place, post: Post, key: str) -> Sent:
        """Post once."""
        return await self.posting.post(place, post, key, self._encode())

    async def edit(self, place: Place, message: str, post: Post) -> None:
        """Put another post in the place of one of ours."""
        await self.posting.edit(place, message, post, self._encode())

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """Put our 💡 on a message, or take it off."""
        await self.posting.mark(place, message, on)

    async def find(self, place: Place, key: str) -> Sent | None:
        """The message under a key, by the number of its container."""
        return await self.posting.find(place, key)

    async def read(self, place: Place, message: str) -> Source | None:
        """A message's words as they are now, as far as we may read them."""
        return await self.posting.read(place, message)

    def _desk(self, bot: Bot) -> Desk:
        answers = Answers(self.calls, self.life.in_hand)
        return Desk(Doings(bot, self.directory, answers), Happenings(bot, self.directory))

    def _encode(self) -> Encode:
        if self.bot is None:
            raise NotPosted("I am just starting.", retry_after=1)
        return self.bot.commands.encode


class Desk:
    """Where everything is handed over that comes from Discord; see `client.Desk`."""

    def __init__(self, doings: Doings, happenings: Happenings) -> None:
        self.typed = doings.typed
        self.suggested = doings.suggested
        self.chosen = doings.chosen
        self.outdated = doings.outdated
        self.pressed = doings.pressed
        self.submitted = doings.submitted
        self.unreadable = doings.unreadable
        self.reacted = happenings.reacted
        self.cleared = happenings.cleared
        self.said = happenings.said
        self.edited = happenings.edited
        self.deleted = happenings.deleted
        self.joined = happenings.found
        self.found = happenings.found
        self.removed = happenings.removed
        self.channel_changed = happenings.channel_changed
        self.channel_gone = happenings.channel_gone
        self.thread_gone = happenings.thread_gone
        self.thread_changed = happenings.thread_changed
        self.rights_changed = happenings.rights_changed


def build(environ: Mapping[str, str]) -> Discord | None:
    """Discord as these variables set it up, or None where they do not."""
    settings = Settings.read(environ)
    return Discord(settings) if settings is not None else None
