"""The playground as a platform: what the core asks of it, and what people do in it.

The first half is `bot.adapter.Adapter`, exactly; the second is what the page does over HTTP and a story in Python.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from aiohttp import web

from adapters.playground import disk, payloads, render, server, timeline
from adapters.playground.chat import Chat
from adapters.playground.live import Live
from adapters.playground.world import BOT, Channel, Json, Message, Person, Refused, Whisper, conversation
from bot.adapter import NotPosted, Origin, Place, Sent, Source
from bot.events import (
    ChannelChanged,
    EmojiAdded,
    EmojiRemoved,
    Joined,
    Left,
    MessageDeleted,
    MessageEdited,
    Said,
)
from bot.messages import Form, Post, Reply

if TYPE_CHECKING:
    from bot.service import Bot

BULB = "💡"
FARTHEST = timedelta(days=3660)


@dataclass(frozen=True)
class Shown:
    """What a person privately got, the id of that card or form and its JSON; and the message they wrote, if any."""

    what: Reply | Form | None = None
    id: str = ""
    json: Json | None = None
    message: str = ""


class Playground:
    """A chat in the browser: the page, its people, and the bot among them."""

    platform = payloads.PLATFORM

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.live = Live(chat)
        self._bot: Bot | None = None
        self._in_hand: set[asyncio.Task[Any]] = set()
        self._pressed: dict[str, str] = {}
        self._jumping = asyncio.Lock()

    @property
    def bot(self) -> Bot:
        """The bot, while it is there. Refused before start and after stop."""
        if self._bot is None:
            raise Refused("Ahabot is not here right now. Try again in a moment.", 503)
        return self._bot

    # What the core asks for

    @property
    def ready(self) -> bool:
        """Whether it has started."""
        return self._bot is not None

    def routes(self) -> Sequence[web.RouteDef]:
        """The page, what it sends, and what it is told."""
        return server.routes(self)

    async def start(self, bot: Bot) -> None:
        """Let people in."""
        self._bot = bot

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand, and let every open page know by closing its line."""
        self._bot = None
        if self._in_hand:
            await asyncio.wait(self._in_hand)
        await self.live.close()

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
        self.chat.react(self._standing(message), BOT, BULB, on)

    async def find(self, place: Place, key: str) -> Sent | None:
        """The message under this key; the chat always knows."""
        found = self.chat.posted(key)
        return _sent(found) if found else None

    async def read(self, place: Place, message: str) -> Source | None:
        """A message's words as they are now."""
        found = self.chat.messages.get(message)
        if found is None or found.deleted or not self._heard(found):
            return None
        about = payloads.about(found, self.chat)
        return Source(about["text"], found.author, about["author_name"], about["link"], found.author == BOT)

    def _drawn(self, post: Post) -> dict[str, Json | None]:
        shown = post.picture
        picture = shown and {"name": disk.keep_picture(self.chat.path, shown.png), "alt": shown.alt}
        return {"card": render.card(post.card, self.bot.commands.encode), "picture": picture}

    def _destination(self, place: Place) -> Channel:
        if place.person and not place.channel:
            return self._conversation(place.person)
        channel = self.chat.channels.get(place.channel)
        if channel is None:
            raise NotPosted("That channel does not exist.")
        if not channel.bot:
            raise NotPosted(f"Ahabot is not in #{channel.name}. Invite it there.")
        if place.thread:
            self._standing(place.thread)
        return channel

    def _conversation(self, person: str) -> Channel:
        found = self.chat.people.get(person)
        if found is None:
            raise NotPosted("That person is not here.")
        if found.closed:
            raise NotPosted(f"{found.name} takes no direct messages.", closed=True)
        return self.chat.channels[conversation(found).id]

    def _standing(self, message: str) -> Message:
        found = self.chat.messages.get(message)
        if found is None or found.deleted:
            raise NotPosted("That message is gone.")
        return found

    def _heard(self, message: Message) -> bool:
        return self.chat.channels[message.channel].bot

    # Time

    def clock(self) -> datetime:
        """The playground's time, for the core."""
        return self.chat.now()

    async def jump(self, to: datetime) -> None:
        """Move time forward to `to` (aware); what is due on the way appears at its own hour."""
        if to <= self.chat.now():
            raise Refused("Time only moves forward here.")
        if to - self.chat.now() > FARTHEST:
            raise Refused("Ten years at once is far enough.")
        async with self._jumping:
            await self._keep(timeline.walk(self.chat, self.bot, to))

    # What people do

    async def type(self, person: str, channel: str, text: str, *, thread: str = "", event: str = "") -> Shown:
        """Send a line: `/aha …` is a command to the bot, all else a message for everyone there."""
        origin = self._origin(person, channel, thread, event)
        if not text.strip():
            raise Refused("Write something first.")
        if (words := payloads.typed(text)) is not None:
            return await self._ask(self.bot.commands.parse(words), origin)
        said = self.chat.say(person, channel, text, thread, origin.event)
        if thread:
            await self._tell(Said(said.id, text), origin)
        return Shown(message=said.id)

    async def press(self, person: str, card: str, button: str, *, thread: str = "", event: str = "") -> Shown:
        """Press a button, named by its encoded command or its label, on a posted or a private card.

        `thread` is the one the person is looking at; the answer appears there.
        """
        shown = self.chat.card(person, card)
        origin = self._origin(person, shown.channel, shown.thread, event)
        command = self._behind(shown, button, origin.event)
        instead = card if isinstance(shown, Whisper) else ""
        return await self._ask(command, origin, instead, thread)

    async def submit(self, person: str, form: str, values: Mapping[str, str]) -> Shown:
        """Send a form. Its own id is the event, so sending it twice is sending it once."""
        opened = self.chat.form(person, form)
        visible = {channel for channel in self.chat.channels if self.chat.sees(person, channel)}
        filled = payloads.filled(opened.form, values, visible)
        command = self.bot.commands.fill(self.bot.commands.decode(opened.command), filled)
        return await self._ask(
            command, self._origin(person, opened.channel, opened.thread, form), opened.whisper
        )

    async def shortcut(self, person: str, label: str, message: str, *, event: str = "") -> Shown:
        """Choose an entry of a message's menu."""
        found = self.chat.message(person, message)
        chosen = next((each for each in self.bot.shortcuts if each.label == label), None)
        if chosen is None or found.deleted:
            raise Refused("There is no such entry in the menu.", 404)
        command = self.bot.commands.fill(chosen.command, payloads.about(found, self.chat))
        return await self._ask(command, self._origin(person, found.channel, found.thread, event))

    async def react(self, person: str, message: str, emoji: str, *, event: str = "") -> None:
        """Put an emoji on a message."""
        found = self._reacted(person, message, emoji, on=True)
        added = EmojiAdded(message, emoji, "1" if found.author == BOT else "")
        await self._tell(added, self._origin(person, found.channel, found.thread, event))

    async def unreact(self, person: str, message: str, emoji: str, *, event: str = "") -> None:
        """Take one's emoji off again."""
        found = self._reacted(person, message, emoji, on=False)
        origin = self._origin(person, found.channel, found.thread, event)
        await self._tell(EmojiRemoved(message, emoji), origin)

    async def edit_message(self, person: str, message: str, text: str, *, event: str = "") -> None:
        """Write one's own message anew."""
        found = self.chat.message(person, message)
        if found.author != person or found.deleted:
            raise Refused("Only the person who wrote it can edit it.", 403)
        if not text.strip():
            raise Refused("Write something first, or delete the message.")
        self.chat.change(found, text=text, edited=True)
        origin = self._origin(person, found.channel, found.thread, event)
        await self._tell(MessageEdited(message, text), origin)

    async def delete_message(self, person: str, message: str, *, event: str = "") -> None:
        """Delete one's own message; an admin may delete any."""
        found = self.chat.message(person, message)
        if found.author != person and not self.chat.person(person).admin:
            raise Refused("Only the person who wrote it, or an admin, can delete it.", 403)
        self.chat.change(found, text="", card=None, picture=None, reactions={}, deleted=True)
        await self._tell(MessageDeleted(message), self._origin(person, found.channel, found.thread, event))

    async def invite(self, person: str, channel: str, *, event: str = "") -> None:
        """Bring the bot into a channel."""
        self._change(person, channel, bot=True)
        await self._tell(Joined(), self._origin(person, channel, "", event))

    async def remove(self, person: str, channel: str, *, event: str = "") -> None:
        """Send the bot away from a channel."""
        origin = self._origin(person, channel, "", event)
        self._change(person, channel, bot=False)
        await self._keep(self.bot.handle(Left(), origin))

    async def change_channel(
        self, person: str, channel: str, *, name: str = "", private: bool | None = None, event: str = ""
    ) -> None:
        """Rename a channel, or make it private (to those who are in it now) or open."""
        found = self.chat.channel(person, channel)
        private = found.private if private is None else private
        members = found.members or tuple(self.chat.people)
        name = self._free_name(name, but=channel) if name else found.name
        self._change(person, channel, name=name, private=private, members=members if private else ())
        await self._tell(ChannelChanged(), self._origin(person, channel, "", event))

    def add_channel(self, person: str, name: str, members: Sequence[str] | None = None) -> Channel:
        """A new channel: open, or with `members` a private one for them and its maker."""
        inside = () if members is None else tuple({person: 0, **dict.fromkeys(members)})
        if not {self.chat.person(person).id, *inside} <= set(self.chat.people):
            raise Refused("There is nobody here by that name.")
        free = self._free_name(name)
        channel = Channel(_unused(free, self.chat.channels), free, members is not None, inside)
        self.chat.put(channel)
        return channel

    def add_person(self, name: str, zone: str) -> Person:
        """Somebody new, with their direct messages."""
        called = " ".join(name.split())
        if not 0 < len(called) <= 40 or called.casefold() in {p.name.casefold() for p in self.chat.people.values()}:
            raise Refused("", 422, {"name": "Give a name that nobody here has yet."})
        try:
            ZoneInfo(zone)
        except (ValueError, LookupError, OSError):
            raise Refused("", 422, {"zone": "That zone is not one I know."}) from None
        person = Person(_unused(called, self.chat.people), called, zone)
        self.chat.put(person, conversation(person))
        return person
