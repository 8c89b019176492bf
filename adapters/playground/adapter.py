"""The playground as a platform: what the core asks of it.

It fits `bot.core.adapter.Adapter`; what people do is in `people`, the page and its requests in `server`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from adapters.playground import payloads, render
from adapters.playground.chat import disk, timeline
from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import BOT, Channel, Json, Message, Refused, conversation
from adapters.playground.connection import http as server
from adapters.playground.connection.websocket import Live
from adapters.playground.interactions import People
from bot.core.adapter import NotPosted, Place, Sent, Source, Ways
from bot.core.messages import Post

if TYPE_CHECKING:
    from bot.runtime.bot import Bot

BULB = "💡"
FARTHEST = timedelta(days=3660)


class Playground:
    """A chat in the browser: the page, its people, and the bot among them."""

    platform = payloads.PLATFORM
    ways = Ways()

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.people = People(chat)
        self.live = Live(chat)

    @classmethod
    def open(cls, path: Path, begins: datetime | None = None) -> Playground:
        """The playground kept in this file; a new one's time begins at `begins` (aware), else now."""
        return cls(Chat.open(path, begins))

    @property
    def ready(self) -> bool:
        """Whether it has started."""
        return self.people.met is not None

    def routes(self) -> Sequence[web.RouteDef]:
        """The page, what it sends, and what it is told."""
        return server.routes(self)

    async def start(self, bot: Bot) -> None:
        """Introduce the bot to everyone."""
        self.people.met = bot

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand, and hang up on every open page."""
        await self.people.leave()
        await self.live.close()

    def clock(self) -> datetime:
        """The playground's time, for the core: aware UTC."""
        return self.chat.world.now()

    async def jump(self, to: datetime) -> None:
        """Move time forward to `to` (aware); what is due on the way appears at its own hour."""
        if to <= self.clock():
            raise Refused("Time only moves forward here.")
        if to - self.clock() > FARTHEST:
            raise Refused("Ten years at once is far enough.")
        await self.people.keep(timeline.walk(self.chat.world, self.people.bot, to))

    async def post(self, place: Place, post: Post, key: str) -> Sent:
        """Post once under this key; the message is on disk when this returns."""
        if sent := await self.find(place, key):
            return sent
        channel = self._destination(place)
        return _sent(self.chat.post(channel.id, place.thread, key, **self._drawn(post)))

    async def edit(self, place: Place, message: str, post: Post) -> None:
        """Put another post in the place of one of ours."""
        found = self._standing(message)
        if found.author != BOT:
            raise NotPosted("That message is not Ahabot's own.")
        self.chat.change(found, **self._drawn(post))

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """Put our 💡 on a message, or take it off."""
        found = self._standing(message)
        self._room(found.channel)
        self.chat.react(found, BOT, BULB, on)

    async def find(self, place: Place, key: str) -> Sent | None:
        """The message under this key; the chat always knows."""
        found = self.chat.posted(key)
        return _sent(found) if found else None

    async def read(self, place: Place, message: str) -> Source | None:
        """A message's words as they are now."""
        found = self.chat.world.messages.get(message)
        if found is None or found.deleted or not self.chat.world.channels[found.channel].bot:
            return None
        about = payloads.about(found, self.chat)
        return Source(about["text"], found.author, about["author_name"], about["link"], found.author == BOT)

    def _drawn(self, post: Post) -> dict[str, Json | None]:
        if self.people.met is None:
            raise NotPosted("The playground has not started yet.", retry_after=1)
        card = render.card(post.card, self.people.met.commands.encode)
        if post.picture is None:
            return {"card": card, "picture": None}
        name = disk.keep_picture(self.chat.world.path, post.picture.png)
        return {"card": card, "picture": {"name": name, "alt": post.picture.alt}}

    def _destination(self, place: Place) -> Channel:
        if place.person and not place.channel:
            return self._conversation(place.person)
        if place.thread:
            self._standing(place.thread)
        return self._room(place.channel)

    def _room(self, channel: str) -> Channel:
        found = self.chat.world.channels.get(channel)
        if found is None:
            raise NotPosted("That channel is not there any more.")
        if not found.bot:
            raise NotPosted(f"Ahabot is not in #{found.name}. Invite it there.")
        return found

    def _conversation(self, person: str) -> Channel:
        found = self.chat.world.people.get(person)
        if found is None:
            raise NotPosted("That person is not there any more.")
        if found.closed:
            raise NotPosted(f"{found.name} takes no direct messages.", closed=True)
        return self.chat.world.channels[conversation(found).id]

    def _standing(self, message: str) -> Message:
        found = self.chat.world.messages.get(message)
        if found is None or found.deleted:
            raise NotPosted("That message is gone.")
        return found


def _sent(message: Message) -> Sent:
    return Sent(message.channel, message.id, render.link(message))


def build(_environ: Mapping[str, str]) -> None:
    """Nothing: the playground is for `ahabot demo` alone, whatever the environment says."""
