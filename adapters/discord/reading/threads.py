"""A thread's messages by people, read from its history."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.discord import payloads
from adapters.discord.api import ApiClient, Json
from adapters.discord.directory import Directory
from adapters.discord.errors import DiscordApiError
from adapters.discord.payloads import PERSON_TYPES
from adapters.discord.reading.content import content_of_json, user_name
from adapters.discord.reading.words import Words
from adapters.discord.text import PERSON, Mention, find_mention
from bot.core.addressed import ThreadMessage
from bot.core.origin import OutcomeUnknownError, Place

MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"
MOST, FIRST = 25, 8
"""The most messages of a thread, and how many of them are the first ones if there are more."""
PAGE = 50
"""The messages of one request, among which people's are looked for. Discord's own and bots' don't count."""


class Threads:
    """Reads threads."""

    def __init__(self, api: ApiClient, directory: Directory) -> None:
        self.api = api
        self.directory = directory
        self.words = Words(directory)

    async def read(self, place: Place) -> Sequence[ThreadMessage]:
        """Read a thread. See `bot.core.adapter.Adapter`."""
        thread = payloads.split_message_id(place.thread, place.thread)[0] or place.channel
        try:
            found = [*await self._fetch_starter(place, thread), *await self._fetch_history(thread)]
        except DiscordApiError as refused:
            raise OutcomeUnknownError(str(refused)) from None
        by_people = [each for each in found if is_by_person(each) and not self._is_said_to_us(each)]
        if len(by_people) > MOST:
            by_people = [*by_people[:FIRST], *by_people[FIRST - MOST :]]
        authors = {str(each["author"]["id"]) for each in by_people}
        names = await asyncio.gather(*(self.directory.find_name(place.workspace, each) for each in authors))
        known = dict(zip(authors, names, strict=True))
        return [await self._build(place, thread, each, known) for each in by_people]

    def _is_said_to_us(self, found: Json) -> bool:
        """Return whether a message mentions the bot, such as the one that asks for the thread."""
        us = Mention(PERSON, self.directory.bot_user_id())
        return find_mention(str(found.get("content") or ""), {us}) is not None

    async def _fetch_starter(self, place: Place, thread: str) -> list[Json]:
        """Return the message in the channel that the thread began under, if there is one.

        In a forum, a post's first message is in the post itself.
        """
        if self.directory.is_forum(place.workspace, place.channel) or thread == place.channel:
            return []
        try:
            return [await self.api.call_api("GET", MESSAGE, channel_id=place.channel, message_id=thread)]
        except DiscordApiError as refused:
            if refused.after is not None:
                raise
            return []

    async def _fetch_history(self, thread: str) -> list[Json]:
        """Return the first and the latest messages of a thread's history, oldest first."""
        latest: Sequence[Json] = await self._fetch_page(thread, {})
        first = await self._fetch_page(thread, {"after": 0}) if len(latest) == PAGE else latest
        both = {str(each["id"]): each for each in (*first, *latest)}
        return sorted(both.values(), key=lambda each: int(each["id"]))

    async def _fetch_page(self, thread: str, bounds: dict[str, int]) -> Sequence[Json]:
        found: Sequence[Json] = await self.api.call_api(
            "GET", MESSAGES, channel_id=thread, params={"limit": PAGE, **bounds}
        )
        return found

    async def _build(self, place: Place, thread: str, found: Json, names: Mapping[str, str]) -> ThreadMessage:
        content, author = content_of_json(found), found["author"]
        known = str(found["id"]) if _is_outside(found, thread) else f"{thread}:{found['id']}"
        person = str(author["id"])
        return ThreadMessage(
            known, datetime.fromisoformat(found["timestamp"]), person, names[person] or user_name(author),
            await self.words.read_content(place.workspace, thread, content),
            payloads.message_link(place.workspace, place.channel, known), shows=content.shows,
        )  # fmt: skip


def is_by_person(found: Json) -> bool:
    """Return whether a person wrote a message, as Discord's API sends it."""
    author = found.get("author") or {}
    return found.get("type") in TYPES and not author.get("bot") and not found.get("webhook_id")


def _is_outside(found: Json, thread: str) -> bool:
    """Return whether a message is in the channel, above its thread."""
    return str(found.get("channel_id")) != thread


TYPES: tuple[int | None, ...] = tuple(each.value for each in PERSON_TYPES)
