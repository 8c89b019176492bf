"""The playground's adapter: its side of the core's `Adapter` protocol.

People's interactions are in `interactions`, the page and its requests in `connection/http`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web

from adapters.playground import payloads, render
from adapters.playground.chat import disk, timeline
from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import BOT, Channel, ChatError, Json, Message, direct_channel
from adapters.playground.connection import http as server
from adapters.playground.connection.websocket import LiveUpdates
from adapters.playground.interactions import People
from bot.core.adapter import Bot
from bot.core.messages import Post
from bot.core.origin import Capabilities, Place, PostFailedError, SentMessage, Source

BULB = "💡"
MAX_JUMP = timedelta(days=3660)


class Playground:
    """The playground as a platform: a chat in the browser, its people, and the bot."""

    platform = payloads.PLATFORM
    capabilities = Capabilities()

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.people = People(chat)
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

    def routes(self) -> Sequence[web.RouteDef]:
        """Return the routes for the page, its requests and its live updates."""
        return server.playground_routes(self)

    async def start(self, bot: Bot) -> None:
        """Connect the bot, so that interactions reach it."""
        self.people.met = bot

    async def stop(self) -> None:
        """Refuse new interactions, finish the running ones, and close every page's connection."""
        await self.people.drain_tasks()
        await self.live.close()

    def current_time(self) -> datetime:
        """Return the playground's time for the core, aware UTC."""
        return self.chat.world.current_time()

    async def jump_to(self, to: datetime) -> None:
        """Move time forward to `to` (aware). Posts due on the way appear at their own times.

        ChatError for a time in the past or more than 3,660 days ahead.
        """
        if to <= self.current_time():
            raise ChatError("Time only moves forward here.")
        if to - self.current_time() > MAX_JUMP:
            raise ChatError("Ten years at once is far enough.")
        await self.people.run_protected(timeline.advance_clock(self.chat.world, self.people.bot, to))

    async def post(self, place: Place, post: Post, key: str) -> SentMessage:
        """Post once under this key. The message is on disk when this returns.

        PostFailedError when the channel, thread or person cannot be posted to.
        """
        if sent := await self.find(place, key):
            return sent
        channel = self._find_destination(place)
        return _sent_message(self.chat.post_card(channel.id, place.thread, key, **self._render_post(post)))

    async def edit(self, place: Place, message: str, post: Post) -> None:
        """Replace one of the bot's posts.

        PostFailedError when the message is gone or somebody else's.
        """
        found = self._find_message(message)
        if found.author != BOT:
            raise PostFailedError("That message is not Ahabot's own.")
        self.chat.change_message(found, **self._render_post(post))

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """Add the bot's 💡 to a message, or remove it.

        PostFailedError when the message or channel is gone, or the bot is not in the channel.
        """
        found = self._find_message(message)
        self._find_channel(found.channel)
        self.chat.set_reaction(found, BOT, BULB, on)

    async def find(self, place: Place, key: str) -> SentMessage | None:
        """Return the message under this key, or None. The answer is always certain here."""
        found = self.chat.find_posted(key)
        return _sent_message(found) if found else None

    async def read(self, place: Place, message: str) -> Source | None:
        """Return a message's current text, or None when it is gone or the bot is not in its channel."""
        found = self.chat.world.messages.get(message)
        if found is None or found.deleted or not self.chat.world.channels[found.channel].bot:
            return None
        about = payloads.describe_message(found, self.chat)
        return Source(about["text"], found.author, about["author_name"], about["link"], found.author == BOT)

    def _render_post(self, post: Post) -> dict[str, Json | None]:
        if self.people.met is None:
            raise PostFailedError("The playground has not started yet.", retry_after=1)
        card = render.card_to_json(post.card, self.people.met.commands.encode)
        if post.picture is None:
            return {"card": card, "picture": None}
        name = disk.save_picture(self.chat.world.path, post.picture.png)
        return {"card": card, "picture": {"name": name, "alt": post.picture.alt}}

    def _find_destination(self, place: Place) -> Channel:
        if place.person and not place.channel:
            return self._find_direct_channel(place.person)
        if place.thread:
            self._find_message(place.thread)
        return self._find_channel(place.channel)

    def _find_channel(self, channel: str) -> Channel:
        found = self.chat.world.channels.get(channel)
        if found is None:
            raise PostFailedError("That channel is not there any more.")
        if not found.bot:
            raise PostFailedError(f"Ahabot is not in #{found.name}. Invite it there.")
        return found

    def _find_direct_channel(self, person: str) -> Channel:
        found = self.chat.world.people.get(person)
        if found is None:
            raise PostFailedError("That person is not there any more.")
        if found.closed:
            raise PostFailedError(f"{found.name} takes no direct messages.", closed=True)
        return self.chat.world.channels[direct_channel(found).id]

    def _find_message(self, message: str) -> Message:
        found = self.chat.world.messages.get(message)
        if found is None or found.deleted:
            raise PostFailedError("That message is gone.")
        return found


def _sent_message(message: Message) -> SentMessage:
    return SentMessage(message.channel, message.id, render.link_to_message(message))


def build_adapter(_environ: Mapping[str, str]) -> None:
    """Return None: the playground is for `ahabot demo` alone, whatever the environment says."""
