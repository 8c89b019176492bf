"""The bot's posts in the playground: posting, editing, marking, finding and reading messages."""

from __future__ import annotations

from adapters.playground import payloads, render, text
from adapters.playground.chat import disk
from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import BOT, Channel, Json, Message, direct_channel
from bot.core.adapter import Bot
from bot.core.language.words import lazy
from bot.core.messages import File, Picture, Post
from bot.core.origin import Place, PostFailedError, SentMessage, Source

BULB = "💡"

STARTING = lazy("I'm just starting.")
NOT_OURS = lazy("I can't change that message, because I didn't write it.")
NO_MESSAGE = lazy("That message no longer exists.")
NO_CHANNEL = lazy("That channel no longer exists.")
NOT_INVITED = lazy("I'm not in that channel. Please invite me there.")
NO_PERSON = lazy("That person is no longer here.")
CLOSED = lazy("They don't accept direct messages from me.")


class Posting:
    """Posts under a key, each once. A message is on disk when a call returns."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.bot: Bot | None = None

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
            raise PostFailedError(NOT_OURS.text)
        self.chat.change_message(found, **self._render_post(post))

    async def delete(self, message: str) -> None:
        """Delete one of the bot's posts. One that is gone stays so.

        PostFailedError when it is somebody else's.
        """
        found = self.chat.world.messages.get(message)
        if found is None or found.deleted:
            return
        if found.author != BOT:
            raise PostFailedError(NOT_OURS.text)
        self.chat.empty_message(found)

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
        if found is None or found.deleted or not (channel := self.chat.world.channels[found.channel]).bot:
            return None
        about = payloads.describe_message(found, self.chat)
        by_bot = found.author == BOT
        return Source(
            about["text"], found.author, about["author_name"], about["link"], by_bot, private=channel.private
        )

    def _render_post(self, post: Post) -> dict[str, Json | None]:
        if self.bot is None:
            raise PostFailedError(STARTING.text, retry_after=1)
        card = render.card_to_json(post.card, self.bot.commands.encode)
        picture = save_picture(self.chat, post.picture) if post.picture else None
        return {
            "card": card,
            "picture": picture,
            "file": save_file(self.chat, post.file) if post.file else None,
        }

    def _find_destination(self, place: Place) -> Channel:
        if place.person and not place.channel:
            return self._find_direct_channel(place.person)
        if place.thread:
            self._find_message(place.thread)
        return self._find_channel(place.channel)

    def _find_channel(self, channel: str) -> Channel:
        found = self.chat.world.channels.get(channel)
        if found is None:
            raise PostFailedError(NO_CHANNEL.text)
        if not found.bot:
            raise PostFailedError(NOT_INVITED.text)
        return found

    def _find_direct_channel(self, person: str) -> Channel:
        found = self.chat.world.people.get(person)
        if found is None:
            raise PostFailedError(NO_PERSON.text)
        if found.closed:
            raise PostFailedError(CLOSED.text, closed=True)
        return self.chat.world.channels[direct_channel(found).id]

    def _find_message(self, message: str) -> Message:
        found = self.chat.world.messages.get(message)
        if found is None or found.deleted:
            raise PostFailedError(NO_MESSAGE.text)
        return found


def save_picture(chat: Chat, picture: Picture) -> Json:
    """Store a picture and return what a message tells of it."""
    return {"name": disk.save_picture(chat.world.path, picture.png), "alt": picture.alt}


def save_file(chat: Chat, file: File) -> Json:
    """Store a file and return what a message tells of it."""
    return {"name": disk.save_file(chat.world.path, file.data, file.name), "title": file.name}


def _sent_message(message: Message) -> SentMessage:
    return SentMessage(message.channel, message.id, text.link_to_message(message))
