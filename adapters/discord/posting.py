"""Public messages: posted once, found by their key, and edited; and reading people's messages.

Discord keeps a message's nonce for some minutes, so that posting it again returns the first
one. After that the message is recognised by its container's id, which is made from its key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any

import discord

from adapters.discord import payloads, render
from adapters.discord.api import ApiClient, Json
from adapters.discord.directory import Directory
from adapters.discord.errors import (
    NO_ACCESS,
    NOT_ALLOWED,
    PERMISSIONS,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    DiscordApiError,
    to_post_failed,
)
from adapters.discord.reading.content import content_of_json, user_name
from adapters.discord.reading.words import Words
from adapters.discord.render import COMPONENTS_V2, Encode
from bot.core.language.words import lazy, speaking
from bot.core.messages import File, Post, Title, describe_picture
from bot.core.origin import OutcomeUnknownError, Place, PostFailedError, SentMessage, Source

MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"
MARK = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me"
THREAD_FROM = "/channels/{channel_id}/messages/{message_id}/threads"
THREADS = "/channels/{channel_id}/threads"
ACTIVE = "/guilds/{guild_id}/threads/active"
BULB = "💡"
PAGES, PAGE = 2, 100
"""Pages of history that a posting is looked for in, and PAGE, the messages in one page.

Beyond that, nobody can tell whether it was posted.
"""
NO_THREADS = (UNKNOWN_MESSAGE, NOT_ALLOWED, 50024, 160004, 160006)
"""Error codes with which a thread can't be started on a message.

The bot then replies in the channel.
"""
FORUM_ONLY_SCHEDULED = lazy(
    "That channel is a forum, and I only start posts there for what's on its schedule."
)
NO_ANSWER = lazy("Discord didn't answer.")
NAME_LENGTH = 80
NO_MENTIONS: Json = {"allowed_mentions": {"parse": []}}
"""The setting against mentions for a message inside another request body.

`ApiClient` adds it only to a message's own request.
"""
PERSON_TYPES = (discord.MessageType.default.value, discord.MessageType.reply.value)
GONE_CODES = (UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, NO_ACCESS, 10004)


class Posting:
    """The adapter's outgoing half: posts, edits, marks, finds and reads messages."""

    def __init__(self, calls: ApiClient, directory: Directory) -> None:
        self.api = calls
        self.directory = directory
        self.words = Words(directory)
        self._direct_channels: dict[str, str] = {}
        """The direct-message channel of each person."""

    async def post(self, place: Place, post: Post, key: str, encode: Encode) -> SentMessage:
        """Post a message once. See `bot.core.adapter.Adapter`."""
        post = self._without_forbidden_picture(place.workspace, place.thread or place.channel, post)
        body = {**_build_body(place, post, key, encode), "nonce": make_nonce(key), "enforce_nonce": True}
        try:
            if place.person and not place.channel:
                return await self._post_in_channel(place, await self.open_direct(place.person), post, body)
            if place.thread:
                return await self._post_in_thread(_in_its_thread(place), post, body)
            if self.directory.is_forum(place.workspace, place.channel):
                return await self._post_in_forum(place, post, body)
            return await self._post_in_channel(place, place.channel, post, body)
        except DiscordApiError as refused:
            raise to_post_failed(refused) from None

    async def edit(self, place: Place, message: str, post: Post, encode: Encode) -> None:
        """Edit a message. See `bot.core.adapter.Adapter`."""
        channel, inner = payloads.split_message_id(place.channel, message)
        post = self._without_forbidden_picture(place.workspace, channel, post)
        try:
            await self.api.call_api(
                "PATCH", MESSAGE, channel_id=channel, message_id=inner, files=_attached_files(post),
                json=_build_body(place, post, "", encode),
            )  # fmt: skip
        except DiscordApiError as refused:
            raise to_post_failed(refused) from None

    async def delete(self, place: Place, message: str) -> None:
        """Delete a message. See `bot.core.adapter.Adapter`."""
        channel, inner = payloads.split_message_id(place.channel, message)
        try:
            await self.api.call_api("DELETE", MESSAGE, channel_id=channel, message_id=inner)
        except DiscordApiError as refused:
            if refused.code not in (UNKNOWN_CHANNEL, UNKNOWN_MESSAGE):
                raise to_post_failed(refused) from None

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """Add the bot's 💡 reaction, or remove it. See `bot.core.adapter.Adapter`."""
        channel, inner = payloads.split_message_id(place.channel, message)
        try:
            await self.api.call_api(
                "PUT" if on else "DELETE", MARK, channel_id=channel, message_id=inner, emoji=BULB
            )
        except DiscordApiError as refused:
            if on or refused.code not in GONE_CODES:
                raise to_post_failed(refused, PERMISSIONS.get(refused.code, "")) from None

    async def find(self, place: Place, key: str) -> SentMessage | None:
        """Find a posted message by its key. See `bot.core.adapter.Adapter`."""
        try:
            channel = place.channel or await self.open_direct(place.person)
            place = _in_its_thread(place)
            if place.thread:
                return await self._find_in_channel(place, place.thread, key) or await self._find_in_channel(
                    place, channel, key
                )
            if self.directory.is_forum(place.workspace, channel):
                return await self._find_in_forum(place, key)
            return await self._find_in_channel(place, channel, key)
        except (DiscordApiError, PostFailedError) as refused:
            raise OutcomeUnknownError(str(refused)) from None

    async def read(self, place: Place, message: str) -> Source | None:
        """Read a message's current text. See `bot.core.adapter.Adapter`."""
        channel, inner = payloads.split_message_id(place.channel, message)
        try:
            found = await self.api.call_api("GET", MESSAGE, channel_id=channel, message_id=inner)
        except DiscordApiError as refused:
            if refused.after is not None:
                raise OutcomeUnknownError(str(refused)) from None
            return None
        return await self._build_source(place, message, found)

    # Posting to each kind of place

    async def _post_in_channel(self, place: Place, channel: str, post: Post, body: Json) -> SentMessage:
        """Post in a channel, or in a direct-message channel."""
        self._check_access(place.workspace, channel)
        said = await self._send_message(channel, post, body)
        return self._make_sent(place, channel, "", str(said["id"]))

    async def _post_in_thread(self, place: Place, post: Post, body: Json) -> SentMessage:
        """Post in a thread.

        If the message has no thread yet, start one. Where there can be none, reply to it in the
        channel.
        """
        self._check_access(place.workspace, place.thread)
        try:
            said = await self._send_message(place.thread, post, body)
        except DiscordApiError as refused:
            if refused.code != UNKNOWN_CHANNEL:
                raise
            return await self._post_in_new_thread(place, post, body)
        return self._make_sent(place, place.channel, place.thread, str(said["id"]))

    async def _post_in_new_thread(self, place: Place, post: Post, body: Json) -> SentMessage:
        if self.directory.is_forum(place.workspace, place.channel):
            raise DiscordApiError(UNKNOWN_CHANNEL, 404)
        self._check_access(place.workspace, place.channel)
        try:
            await self.api.call_api(
                "POST", THREAD_FROM, channel_id=place.channel, message_id=place.thread,
                json={"name": _thread_name(post)},
            )  # fmt: skip
        except DiscordApiError as refused:
            if refused.code not in NO_THREADS:
                raise
            reference = {"message_id": place.thread, "fail_if_not_exists": False}
            said = await self._send_message(place.channel, post, {**body, "message_reference": reference})
            return self._make_sent(place, place.channel, "", str(said["id"]))
        said = await self._send_message(place.thread, post, body)
        return self._make_sent(place, place.channel, place.thread, str(said["id"]))

    async def _post_in_forum(self, place: Place, post: Post, body: Json) -> SentMessage:
        """Start a forum post with the message. Discord accepts no nonce for it.

        PostFailedError for a message that may not start one.
        """
        if not place.opens_thread:
            raise PostFailedError(FORUM_ONLY_SCHEDULED.text, threads_only=True)
        self._check_access(place.workspace, place.channel)
        message = {name: value for name, value in body.items() if "nonce" not in name} | NO_MENTIONS
        tag = self.directory.find_required_tag(place.workspace, place.channel)
        tagged = {"applied_tags": [tag]} if tag else {}
        said = await self.api.call_api(
            "POST", THREADS, channel_id=place.channel, files=_attached_files(post),
            json={"name": _thread_name(post), "message": message, **tagged},
        )  # fmt: skip
        begun = str(said["id"])
        return self._make_sent(place, place.channel, begun, begun)

    async def _send_message(self, channel: str, post: Post, body: Json) -> Json:
        said: Json = await self.api.call_api(
            "POST", MESSAGES, channel_id=channel, json=body, files=_attached_files(post)
        )
        return said

    async def open_direct(self, person: str) -> str:
        """Return the direct-message channel with a person, opened on first use.

        Raises DiscordApiError or PostFailedError.
        """
        if person not in self._direct_channels:
            try:
                said = await self.api.call_api("POST", "/users/@me/channels", json={"recipient_id": person})
            except OutcomeUnknownError:
                raise PostFailedError(NO_ANSWER.text, retry_after=30) from None
            self._direct_channels[person] = str(said["id"])
        return self._direct_channels[person]

    def _without_forbidden_picture(self, workspace: str, channel: str, post: Post) -> Post:
        """Return the post with its picture described in words where the bot may send no files."""
        return post if self.directory.can_attach(workspace, channel) else describe_picture(post)

    def _check_access(self, workspace: str, channel: str) -> None:
        """Raise DiscordApiError for a request that Discord is known to refuse.

        This avoids a call that counts as invalid.
        """
        if (missing := self.directory.expected_error_code(workspace, channel)) is not None:
            raise DiscordApiError(missing)

    def _make_sent(self, place: Place, channel: str, thread: str, message: str) -> SentMessage:
        known = f"{thread}:{message}" if thread else message
        server = "@me" if place.person else place.workspace
        return SentMessage(channel, known, payloads.message_link(server, channel, known))

    # Finding a posting

    async def _find_in_channel(self, place: Place, channel: str, key: str) -> SentMessage | None:
        """Find a posting in the history of a channel or thread, the newest first."""
        us, before, stamp = self.directory.bot_user_id(), "", render.container_id(key)
        for _ in range(PAGES):
            try:
                page: Sequence[Json] = await self.api.call_api(
                    "GET", MESSAGES, channel_id=channel,
                    params={"limit": PAGE, **({"before": before} if before else {})},
                )  # fmt: skip
            except DiscordApiError as refused:
                if refused.code == UNKNOWN_CHANNEL and channel == place.thread:
                    return None
                raise
            for each in page:
                if str((each.get("author") or {}).get("id")) == us and stamp in _container_ids(each):
                    thread = channel if place.channel and channel != place.channel else ""
                    return self._make_sent(place, place.channel or channel, thread, str(each["id"]))
            if len(page) < PAGE:
                return None
            before = str(page[-1]["id"])
        raise OutcomeUnknownError("too far back")

    async def _find_in_forum(self, place: Place, key: str) -> SentMessage | None:
        """Find a posting among the bot's own forum posts that aren't archived."""
        said = await self.api.call_api("GET", ACTIVE, guild_id=place.workspace)
        us = self.directory.bot_user_id()
        for each in said.get("threads") or []:
            if str(each.get("parent_id")) != place.channel or str(each.get("owner_id")) != us:
                continue
            if found := await self._find_in_channel(place, str(each["id"]), key):
                return found
        return None

    # Reading a message

    async def _build_source(self, place: Place, message: str, found: Json) -> Source:
        author = found.get("author") or {}
        by_bot = bool(author.get("bot") or found.get("webhook_id")) or found.get("type") not in PERSON_TYPES
        content = content_of_json(found)
        there, _ = payloads.split_message_id(place.channel, message)
        text = await self.words.read_content(place.workspace, there, content)
        person = str(author.get("id") or "")
        name = await self.directory.find_name(place.workspace, person) if person and not by_bot else ""
        spot = self.directory.cached_spot(place.workspace, place.channel)
        return Source(
            text, person, name or user_name(author),
            payloads.message_link(place.workspace, place.channel, message), by_bot,
            private=bool(spot and spot.private), shows=content.shows,
        )  # fmt: skip


def _in_its_thread(place: Place) -> Place:
    """Return a place whose thread is a thread's id: that of a message in a thread is that thread."""
    return replace(place, thread=payloads.split_message_id(place.thread, place.thread)[0])


def make_nonce(key: str) -> str:
    """Return the nonce of a posting's key, at most 25 characters as Discord requires."""
    return blake2b(key.encode(), digest_size=16).hexdigest()[:25]


def _build_body(place: Place, post: Post, key: str, encode: Encode) -> Json:
    guild = place.workspace if place.person else ""
    with speaking(post.language):
        components = render.render_message(post.card, encode, guild, key, post.picture, post.file)
    return {
        "flags": COMPONENTS_V2,
        "components": components,
        "attachments": render.describe_files(post.picture, post.file),
    }


def _attached_files(post: Post) -> Sequence[File]:
    picture = (post.picture.file,) if post.picture else ()
    return (*picture, post.file) if post.file else picture


def _thread_name(post: Post) -> str:
    """Return a thread's name, made from the card's title."""
    title = next((block.text for block in post.card.blocks if isinstance(block, Title)), "")
    return render.clip_text(" ".join(title.split()), NAME_LENGTH) or "Aha"


def _container_ids(message: Json) -> list[Any]:
    return [each.get("id") for each in message.get("components") or []]
