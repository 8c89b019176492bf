"""Messages in which a person speaks to the bot: with `@Ahabot` in a channel, or in their direct messages with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from adapters.playground import payloads, text
from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import BOT, Message
from bot.core.addressed import Addressed, ThreadMessage

CALLED = re.compile(r"(?<![\w@])@ahabot(?!\w)", re.IGNORECASE)
THREAD_MOST = 25
"""The most messages of a thread that are read: the first one and the latest."""


def find_addressed(said: Message, chat: Chat) -> Addressed | None:
    """Return what a message says to the bot, or None where it doesn't name it, or the bot isn't in the channel."""
    channel = chat.world.channels[said.channel]
    answered = chat.world.messages.get(said.thread)
    answers = payloads.describe_message(answered, chat) if answered and not answered.deleted else {}
    link = text.link_to_message(said)
    found = CALLED.search(said.text)
    if channel.direct:
        named = found is not None and not said.text[: found.start()].strip()
        words = said.text[found.end() :].lstrip(" ,:") if found and named else said.text
        return Addressed(said.id, words, link=link, answers=answers)
    if found is None or not channel.bot:
        return None
    before, after = said.text[: found.start()], said.text[found.end() :]
    return Addressed(said.id, after, before, found.group(), link, answers)


def list_thread(root: Message, chat: Chat) -> Sequence[ThreadMessage]:
    """Return the messages of a thread by people, oldest first: the first one and the latest, at most 25.

    What was said to the bot by its name is left out.
    """
    replies = [each for each in chat.world.messages.values() if each.thread == root.id]
    there = [each for each in (root, *replies) if each.author != BOT and not each.deleted]
    by_people = [each for each in there if not CALLED.search(each.text)]
    return [_thread_message(each, chat) for each in (*by_people[:1], *by_people[1:][-THREAD_MOST + 1 :])]


def _thread_message(said: Message, chat: Chat) -> ThreadMessage:
    author = chat.world.people.get(said.author)
    name = author.name if author else ""
    return ThreadMessage(said.id, said.at, said.author, name, said.text, text.link_to_message(said))
