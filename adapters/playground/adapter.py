"""The playground's adapter: its side of the core's `Adapter` protocol.

People's interactions are in `interactions`, the page and its requests in `connection/http`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from aiohttp import web

from adapters.emoji_names import find_character
from adapters.playground import payloads
from adapters.playground.addressed import list_thread
from adapters.playground.chat.chat import Chat
from adapters.playground.connection.http import playground_routes
from adapters.playground.connection.websocket import LiveUpdates
from adapters.playground.interactions import People
from adapters.playground.posting import Posting
from bot.core.adapter import Bot
from bot.core.addressed import ThreadMessage
from bot.core.messages import Post
from bot.core.origin import (
    Access,
    Capabilities,
    ChannelAccess,
    OutcomeUnknownError,
    Place,
    SentMessage,
    Source,
)


class Playground:
    """The playground as a platform: a chat in the browser, its people, and the bot."""

    platform = payloads.PLATFORM
    capabilities = Capabilities(find_character=find_character)

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.people = People(chat)
        self.posting = Posting(chat)
        self.live = LiveUpdates(chat)

    @classmethod
    def open_file(cls, path: Path, begins: datetime | None = None) -> Playground:
        """Return the playground stored in this file.

        A new one's time starts at `begins` (aware), or now.
        """
        return cls(Chat.open_file(path, begins))

    @property
    def ready(self) -> bool:
        """Whether it has started."""
        return self.people.met is not None

    def capabilities_in(self, workspace: str) -> Capabilities:
        """Return the same for every workspace."""
        return self.capabilities

    def routes(self) -> Sequence[web.RouteDef]:
        """Return the routes for the page, its requests and its live updates."""
        return playground_routes(self.people, self.live)

    async def start(self, bot: Bot) -> None:
        """Connect the bot, so that interactions reach it."""
        self.people.met = self.posting.bot = bot

    async def stop(self) -> None:
        """Refuse new interactions, finish the running ones, and close every page's connection."""
        await self.people.drain_tasks()
        await self.live.close()

    def current_time(self) -> datetime:
        """Return the playground's time for the core, aware UTC."""
        return self.chat.world.current_time()

    async def jump_to(self, to: datetime) -> None:
        """Move time forward to `to` (aware). Posts due on the way appear at their own times."""
        await self.people.jump_to(to)

    async def post(self, place: Place, post: Post, key: str) -> SentMessage:
        """Post once."""
        return await self.posting.post(place, post, key)

    async def edit(self, place: Place, message: str, post: Post) -> None:
        """Replace one of the bot's posts."""
        await self.posting.edit(place, message, post)

    async def delete(self, place: Place, message: str) -> None:
        """Delete one of the bot's posts."""
        await self.posting.delete(message)

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """Add the bot's 💡 to a message, or remove it."""
        await self.posting.mark(place, message, on)

    async def find(self, place: Place, key: str) -> SentMessage | None:
        """Return the message under a key."""
        return await self.posting.find(place, key)

    async def find_access(self, workspace: str, channel: str, person: str) -> ChannelAccess:
        """Return whether a person sees a channel, and whether they are marked as an admin."""
        people = self.chat.world.people
        if person not in people or not self.chat.can_see(person, channel):
            return ChannelAccess(Access.OUTSIDE)
        return ChannelAccess(Access.MEMBER, people[person].admin)

    async def read(self, place: Place, message: str) -> Source | None:
        """Return a message's current text."""
        return await self.posting.read(place, message)

    async def read_thread(self, place: Place) -> Sequence[ThreadMessage]:
        """Return the messages of a thread by people. OutcomeUnknownError where the bot isn't in its channel."""
        root = self.chat.world.messages.get(place.thread)
        if root is None or not self.chat.world.channels[root.channel].bot:
            raise OutcomeUnknownError
        return list_thread(root, self.chat)


def build_adapter(_environ: Mapping[str, str]) -> None:
    """Return None: the playground is for `ahabot demo` alone, whatever the environment says."""
