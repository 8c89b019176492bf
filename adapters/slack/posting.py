"""Messages that everybody sees: posted once, found again by their key, changed in place; and reading what people wrote.

A message's metadata carries the posting's key. With the history scopes it can be found there after a crash;
without them an unknown outcome stays unknown, and nothing is posted twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from adapters.slack import render
from adapters.slack.api import Clients
from adapters.slack.directory import Directory
from adapters.slack.errors import Refused, not_posted
from adapters.slack.payloads import home_of
from adapters.slack.rate_limit import Pace
from adapters.slack.render import Encode, Json
from adapters.slack.text import as_written, mentioned
from adapters.slack.uploads import Pictures, in_words
from bot.core.adapter import NotPosted, OutcomeUnknown, Place, Sent, Source
from bot.core.messages import Post

log = logging.getLogger(__name__)

EVENT = "ahabot_posting"
BULB = "bulb"
PAGES, PAGE = 5, 200
"""How far back a posting is looked for; beyond that nobody knows."""
NOT_READY = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between the tries to post a picture that Slack is still preparing: it looks for malware in each upload
first, and answers `invalid_blocks` until it is through."""
GONE = {
    "message_not_found",
    "channel_not_found",
    "not_in_channel",
    "bad_timestamp",
    "thread_not_found",
    "no_item_specified",
}


class Posting:
    """The outgoing half of the adapter."""

    def __init__(self, clients: Clients, directory: Directory, pace: Pace) -> None:
        self.clients = clients
        self.directory = directory
        self.pace = pace
        self.pictures = Pictures(clients)

    async def post(self, place: Place, post: Post, key: str, encode: Encode) -> Sent:
        """See `bot.core.adapter.Adapter`."""
        channel = await self._channel(place)
        metadata = {"event_type": EVENT, "event_payload": {"key": key}}
        body = {"channel": channel, "thread_ts": place.thread, "metadata": metadata, **QUIET}
        await self.pace.turn(place.workspace, channel)
        said = await self._drawn(place, "chat.postMessage", post, encode, body)
        sent = Sent(str(said.get("channel") or channel), str(said.get("ts") or ""))
        if not sent.message:
            raise OutcomeUnknown("no message in the answer")
        return Sent(sent.channel, sent.message, await self._link(place.workspace, sent))

    async def edit(self, place: Place, message: str, post: Post, encode: Encode) -> None:
        """See `bot.core.adapter.Adapter`."""
        body = {"channel": await self._channel(place), "ts": message, "link_names": False}
        await self._drawn(place, "chat.update", post, encode, body)

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """See `bot.core.adapter.Adapter`."""
        method, fine = ("reactions.add", "already_reacted") if on else ("reactions.remove", "no_reaction")
        try:
            await self.clients.call(
                place.workspace, method, channel=place.channel, timestamp=message, name=BULB
            )
        except Refused as refused:
            if refused.code != fine and (on or refused.code not in GONE):
                raise not_posted(refused) from None

    async def find(self, place: Place, key: str) -> Sent | None:
        """See `bot.core.adapter.Adapter`."""
        method = "conversations.replies" if place.thread else "conversations.history"
        cursor = ""
        try:
            channel = await self._channel(place)
            for _ in range(PAGES):
                said = await self.clients.ask(
                    place.workspace, method, channel=channel, ts=place.thread, limit=PAGE, cursor=cursor,
                    include_all_metadata="true",
                )  # fmt: skip
                if found := _under(key, said.get("messages") or []):
                    sent = Sent(channel, found)
                    return Sent(channel, found, await self._link(place.workspace, sent))
                cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
                if not cursor:
                    return None
        except (Refused, NotPosted) as refused:
            raise OutcomeUnknown(str(refused)) from None
        raise OutcomeUnknown("too far back")

    async def read(self, place: Place, message: str) -> Source | None:
        """See `bot.core.adapter.Adapter`."""
        try:
            found = await self._message(place, message)
        except Refused as refused:
            if refused.after is not None:
                raise OutcomeUnknown(refused.code) from None
            return None
        return await self._source(place, message, found) if found else None

    async def _message(self, place: Place, message: str) -> Json | None:
        """By its reactions, which needs no history scope; else, where we have that, as itself."""
        try:
            said = await self.clients.ask(
                place.workspace, "reactions.get", channel=place.channel, timestamp=message, full="true"
            )
            if said.get("message"):
                return dict(said["message"])
        except Refused as refused:
            if refused.after is not None or refused.code in GONE:
                raise
        said = await self.clients.ask(
            place.workspace, "conversations.replies", channel=place.channel, ts=message, latest=message,
            oldest=message, inclusive="true", limit=1,
        )  # fmt: skip
        return next((dict(each) for each in said.get("messages") or [] if each.get("ts") == message), None)

    async def _source(self, place: Place, message: str, found: Json) -> Source:
        workspace, author = place.workspace, str(found.get("user") or "")
        by_bot = not author or bool(found.get("bot_id")) or found.get("subtype") == "bot_message"
        text = str(found.get("text") or "")
        names = await self.directory.names(workspace, {*mentioned(text), *([author] if author else [])})
        person = await self.directory.person(workspace, author) if author else None
        link = str(found.get("permalink") or "") or await self._link(workspace, Sent(place.channel, message))
        external = await self.directory.is_external(person, workspace, home_of(found))
        private = await self.directory.is_private(workspace, place.channel)
        return Source(as_written(text, names), author, names.get(author, ""), link, by_bot, external, private)

    async def _drawn(self, place: Place, method: str, post: Post, encode: Encode, body: Json) -> Json:
        """Send it with its picture, once Slack has that ready; else with the picture's words."""
        file = await self._uploaded(place.workspace, post)
        if file is not None and post.picture is not None:
            drawn = render.message(post.card, encode, render.picture(file, post.picture.alt))
            for wait in (*NOT_READY, None):
                try:
                    return await self.clients.call(place.workspace, method, **body, **drawn)
                except Refused as refused:
                    if refused.code != "invalid_blocks":
                        raise not_posted(refused) from None
                if wait is not None:
                    await asyncio.sleep(wait)
            log.warning("Slack did not take a picture; its words are posted")
        try:
            return await self.clients.call(
                place.workspace, method, **body, **render.message(in_words(post).card, encode)
            )
        except Refused as refused:
            raise not_posted(refused) from None

    async def _uploaded(self, workspace: str, post: Post) -> str | None:
        """The picture's file, or nothing where it is told in words; where Slack is only busy, all of it waits."""
        try:
            return await self.pictures.upload(workspace, post.picture) if post.picture else None
        except Refused as refused:
            raise not_posted(refused) from None

    async def _channel(self, place: Place) -> str:
        """The channel itself, or a person's direct messages."""
        if place.channel or not place.person:
            return place.channel
        try:
            said = await self.clients.call(place.workspace, "conversations.open", users=place.person)
            return str(said["channel"]["id"])
        except Refused as refused:
            raise not_posted(refused) from None
        except OutcomeUnknown:
            raise NotPosted("Slack did not answer.", retry_after=30) from None

    async def _link(self, workspace: str, sent: Sent) -> str:
        """A link to a message; it stands without one too."""
        try:
            said = await self.clients.ask(
                workspace, "chat.getPermalink", channel=sent.channel, message_ts=sent.message
            )
        except (Refused, OutcomeUnknown):
            return ""
        return str(said.get("permalink") or "")


QUIET: Json = {"unfurl_links": False, "unfurl_media": False, "link_names": False}


def _under(key: str, messages: Sequence[Json]) -> str:
    for each in messages:
        metadata = each.get("metadata") or {}
        if metadata.get("event_type") == EVENT and (metadata.get("event_payload") or {}).get("key") == key:
            return str(each.get("ts") or "")
    return ""
