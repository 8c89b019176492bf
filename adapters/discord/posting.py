"""Messages that everybody sees: posted once, found again by their key, changed in place; and reading what people wrote.

Discord keeps a message's nonce for some minutes, so posting again then brings the first one back. After that it is
known by the number of its container, which is made of its key.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import discord

from adapters.discord import payloads, render
from adapters.discord.api import Calls, Json
from adapters.discord.directory import Directory
from adapters.discord.errors import (
    NO_ACCESS,
    NOT_ALLOWED,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    Refused,
    not_posted,
)
from adapters.discord.render import COMPONENTS_V2, Encode
from bot.core.adapter import NotPosted, OutcomeUnknown, Place, Sent, Source
from bot.core.messages import Picture, Post, Title

MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"
MARK = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me"
THREAD_FROM = "/channels/{channel_id}/messages/{message_id}/threads"
THREADS = "/channels/{channel_id}/threads"
ACTIVE = "/guilds/{guild_id}/threads/active"
BULB = "💡"
PAGES, PAGE = 2, 100
"""How far back a posting is looked for; beyond that nobody knows."""
NO_THREADS = (UNKNOWN_MESSAGE, NOT_ALLOWED, 50024, 160004, 160006)
"""Why no thread can be begun there: then a reply in the channel says the same."""
NAME = 80
SILENT: Json = {"allowed_mentions": {"parse": []}}
"""For the one message that is told of within another body."""
SPOKEN = (discord.MessageType.default.value, discord.MessageType.reply.value)
GONE = (UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, NO_ACCESS, 10004)


class Posting:
    """The outgoing half of the adapter."""

    def __init__(self, calls: Calls, directory: Directory) -> None:
        self.calls = calls
        self.directory = directory
        self._direct: dict[str, str] = {}
        """People's direct messages with us."""

    async def post(self, place: Place, post: Post, key: str, encode: Encode) -> Sent:
        """See `bot.core.adapter.Adapter`."""
        body = {**_drawn(place, post, key, encode), "nonce": nonce(key), "enforce_nonce": True}
        try:
            if place.person and not place.channel:
                return await self._in_channel(place, await self._to(place.person), post, body)
            if self.directory.is_forum(place.workspace, place.channel) and not place.thread:
                return await self._in_forum(place, post, body)
            if place.thread:
                return await self._in_thread(place, post, body)
            return await self._in_channel(place, place.channel, post, body)
        except Refused as refused:
            raise not_posted(refused) from None

    async def edit(self, place: Place, message: str, post: Post, encode: Encode) -> None:
        """See `bot.core.adapter.Adapter`."""
        channel, inner = payloads.address(place.channel, message)
        try:
            await self.calls.ask(
                "PATCH", MESSAGE, channel_id=channel, message_id=inner, files=_files(post),
                json=_drawn(place, post, "", encode),
            )  # fmt: skip
        except Refused as refused:
            raise not_posted(refused) from None

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """See `bot.core.adapter.Adapter`."""
        channel, inner = payloads.address(place.channel, message)
        try:
            await self.calls.ask(
                "PUT" if on else "DELETE", MARK, channel_id=channel, message_id=inner, emoji=BULB
            )
        except Refused as refused:
            if on or refused.code not in GONE:
                raise not_posted(refused) from None

    async def find(self, place: Place, key: str) -> Sent | None:
        """See `bot.core.adapter.Adapter`."""
        try:
            channel = place.channel or await self._to(place.person)
            if place.thread:
                return await self._find_in(place, place.thread, key) or await self._find_in(
                    place, channel, key
                )
            if self.directory.is_forum(place.workspace, channel):
                return await self._find_in_forum(place, key)
            return await self._find_in(place, channel, key)
        except (Refused, NotPosted) as refused:
            raise OutcomeUnknown(str(refused)) from None

    async def read(self, place: Place, message: str) -> Source | None:
        """See `bot.core.adapter.Adapter`."""
        channel, inner = payloads.address(place.channel, message)
        try:
            found = await self.calls.ask("GET", MESSAGE, channel_id=channel, message_id=inner)
        except Refused as refused:
            if refused.after is not None:
                raise OutcomeUnknown(str(refused)) from None
            return None
        return await self._source(place, message, found)

    # Where to

    async def _in_channel(self, place: Place, channel: str, post: Post, body: Json) -> Sent:
        """In a channel, or in direct messages."""
        self._look(place.workspace, channel)
        said = await self._send(channel, post, body)
        return self._sent(place, channel, "", str(said["id"]))

    async def _in_thread(self, place: Place, post: Post, body: Json) -> Sent:
        """In the thread, or the one begun now under that message; where there can be none, as a reply."""
        self._look(place.workspace, place.thread)
        try:
            said = await self._send(place.thread, post, body)
        except Refused as refused:
            if refused.code != UNKNOWN_CHANNEL:
                raise
            return await self._in_new_thread(place, post, body)
        return self._sent(place, place.channel, place.thread, str(said["id"]))

    async def _in_new_thread(self, place: Place, post: Post, body: Json) -> Sent:
        self._look(place.workspace, place.channel)
        try:
            await self.calls.ask(
                "POST", THREAD_FROM, channel_id=place.channel, message_id=place.thread,
                json={"name": _name(post)},
            )  # fmt: skip
        except Refused as refused:
            if refused.code not in NO_THREADS:
                raise
            reference = {"message_id": place.thread, "fail_if_not_exists": False}
            said = await self._send(place.channel, post, {**body, "message_reference": reference})
            return self._sent(place, place.channel, "", str(said["id"]))
        said = await self._send(place.thread, post, body)
        return self._sent(place, place.channel, place.thread, str(said["id"]))

    async def _in_forum(self, place: Place, post: Post, body: Json) -> Sent:
        """In a forum everything stands in a post of its own; those take no nonce."""
        self._look(place.workspace, place.channel)
        message = {name: value for name, value in body.items() if "nonce" not in name} | SILENT
        said = await self.calls.ask(
            "POST", THREADS, channel_id=place.channel, json={"name": _name(post), "message": message},
            files=_files(post),
        )  # fmt: skip
        begun = str(said["id"])
        return self._sent(place, place.channel, begun, begun)

    async def _send(self, channel: str, post: Post, body: Json) -> Json:
        said: Json = await self.calls.ask("POST", MESSAGES, channel_id=channel, json=body, files=_files(post))
        return said

    async def _to(self, person: str) -> str:
        """A person's direct messages with us."""
        if person not in self._direct:
            try:
                said = await self.calls.ask("POST", "/users/@me/channels", json={"recipient_id": person})
            except OutcomeUnknown:
                raise NotPosted("Discord did not answer.", retry_after=30) from None
            self._direct[person] = str(said["id"])
        return self._direct[person]

    def _look(self, workspace: str, channel: str) -> None:
        """Ask Discord for nothing that we know it will refuse. Refused."""
        if (missing := self.directory.missing(workspace, channel)) is not None:
            raise Refused(missing)

    def _sent(self, place: Place, channel: str, thread: str, message: str) -> Sent:
        known = f"{thread}:{message}" if thread else message
        server = "@me" if place.person else place.workspace
        return Sent(channel, known, payloads.link(server, channel, known))

    # Looking for one of ours

    async def _find_in(self, place: Place, channel: str, key: str) -> Sent | None:
        """In the history of a channel or thread, the newest first."""
        us, before, stamp = self.directory.us(), "", render.stamp(key)
        for _ in range(PAGES):
            try:
                page: Sequence[Json] = await self.calls.ask(
                    "GET", MESSAGES, channel_id=channel,
                    params={"limit": PAGE, **({"before": before} if before else {})},
                )  # fmt: skip
            except Refused as refused:
                if refused.code == UNKNOWN_CHANNEL and channel == place.thread:
                    return None
                raise
            for each in page:
                if str((each.get("author") or {}).get("id")) == us and stamp in _stamps(each):
                    thread = channel if place.channel and channel != place.channel else ""
                    return self._sent(place, place.channel or channel, thread, str(each["id"]))
            if len(page) < PAGE:
                return None
            before = str(page[-1]["id"])
        raise OutcomeUnknown("too far back")

    async def _find_in_forum(self, place: Place, key: str) -> Sent | None:
        """Among the posts that we began there and that are awake."""
        said = await self.calls.ask("GET", ACTIVE, guild_id=place.workspace)
        us = self.directory.us()
        for each in said.get("threads") or []:
            if str(each.get("parent_id")) != place.channel or str(each.get("owner_id")) != us:
                continue
            if found := await self._find_in(place, str(each["id"]), key):
                return found
        return None

    # Reading

    async def _source(self, place: Place, message: str, found: Json) -> Source:
        author = found.get("author") or {}
        by_bot = bool(author.get("bot") or found.get("webhook_id")) or found.get("type") not in SPOKEN
        people = {str(each["id"]): _called(each) for each in found.get("mentions") or []}
        text = self.directory.words(place.workspace, str(found.get("content") or ""), people)
        person = str(author.get("id") or "")
        name = await self.directory.name(place.workspace, person) if person and not by_bot else ""
        spot = self.directory.spot(place.workspace, place.channel)
        return Source(
            text, person, name or _called(author), payloads.link(place.workspace, place.channel, message), by_bot,
            private=bool(spot and spot.private),
        )  # fmt: skip


def nonce(key: str) -> str:
    """Discord's mark for one message, made of a posting's key: 25 characters at most."""
    return blake2b(key.encode(), digest_size=16).hexdigest()[:25]


def _drawn(place: Place, post: Post, key: str, encode: Encode) -> Json:
    guild = place.workspace if place.person else ""
    picture = post.picture
    attached = [{"id": 0, "filename": picture.name, "description": picture.alt[:1024]}] if picture else []
    return {
        "flags": COMPONENTS_V2,
        "components": render.one(post.card, encode, guild, key, picture),
        "attachments": attached,
    }


def _files(post: Post) -> Sequence[Picture]:
    return (post.picture,) if post.picture else ()


def _name(post: Post) -> str:
    """A thread's name: the card's own title."""
    title = next((block.text for block in post.card.blocks if isinstance(block, Title)), "")
    return render.clipped(" ".join(title.split()), NAME) or "Aha"


def _stamps(message: Json) -> list[Any]:
    return [each.get("id") for each in message.get("components") or []]


def _called(user: Json) -> str:
    return str(
        (user.get("member") or {}).get("nick") or user.get("global_name") or user.get("username") or ""
    )
