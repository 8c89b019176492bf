"""Messages in channels: posting once, finding by key, editing, and reading people's messages.

A message's metadata carries the key of its posting. With the history scopes the message
can be found by it after a crash. Without them an unknown outcome stays unknown, and
nothing is posted twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from adapters.slack import render
from adapters.slack.api import ApiClient
from adapters.slack.directory import Directory
from adapters.slack.errors import LOST_PERMISSION_CODES, SlackCallError, as_post_failed
from adapters.slack.payloads import author_workspace, is_by_person
from adapters.slack.rate_limit import ChannelRateLimit
from adapters.slack.reading.called import is_named
from adapters.slack.reading.message import find_mentions, find_shown, read_message
from adapters.slack.render import Encode, Json
from adapters.slack.uploads import Pictures
from bot.core.addressed import ThreadMessage
from bot.core.language.words import lazy, speaking
from bot.core.messages import Post, describe_picture
from bot.core.origin import OutcomeUnknownError, Place, PostFailedError, SentMessage, Source

log = logging.getLogger(__name__)

EVENT = "ahabot_posting"
BULB = "bulb"
POST_SCOPE, MARK_SCOPE = "chat:write", "reactions:write"
NO_DIRECT = lazy("I can't open direct messages here. An admin needs to install me again.")
NO_ANSWER = lazy("Slack didn't answer.")
PAGES, PAGE = 5, 200
"""Pages of history, and messages per page, that a posting is searched in.

If it is further back, the outcome stays unknown.
"""
THREAD_SHOWN = 25
"""The most messages of a thread that are offered: the first, and the latest ones."""
NOT_READY = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between the attempts to post a picture that Slack is still preparing.

Slack scans each upload for malware first, and answers `invalid_blocks` until that is
done.
"""
GONE_CODES = {
    "message_not_found",
    "channel_not_found",
    "not_in_channel",
    "bad_timestamp",
    "thread_not_found",
    "no_item_specified",
}
"""Error codes that mean the message or its channel cannot be reached."""


class Posting:
    """The outgoing half of the adapter: everything in channels and direct messages."""

    def __init__(self, clients: ApiClient, directory: Directory, pace: ChannelRateLimit) -> None:
        self.clients = clients
        self.directory = directory
        self.rate_limit = pace
        self.pictures = Pictures(clients)

    async def post(self, place: Place, post: Post, key: str, encode: Encode) -> SentMessage:
        """Post a message once, within the channel's rate limit.

        Implements `bot.core.adapter.Adapter.post`.
        """
        channel = await self._resolve_channel(place)
        metadata = {"event_type": EVENT, "event_payload": {"key": key}}
        body = {"channel": channel, "thread_ts": place.thread, "metadata": metadata, **QUIET_OPTIONS}
        await self.rate_limit.wait(place.workspace, channel)
        if post.file is not None:
            await self.pictures.share_file(place.workspace, channel, place.thread, post.file, key)
        said = await self._send_post(place, "chat.postMessage", post, encode, body)
        sent = SentMessage(str(said.get("channel") or channel), str(said.get("ts") or ""))
        if not sent.message:
            raise OutcomeUnknownError("no message in the answer")
        return SentMessage(sent.channel, sent.message, await self._find_link(place.workspace, sent))

    async def edit(self, place: Place, message: str, post: Post, encode: Encode) -> None:
        """Replace the content of a message that the bot posted.

        Implements `bot.core.adapter.Adapter.edit`.
        """
        body = {"channel": await self._resolve_channel(place), "ts": message, "link_names": False}
        await self._send_post(place, "chat.update", post, encode, body)

    async def delete(self, place: Place, message: str) -> None:
        """Delete a message that the bot posted.

        Implements `bot.core.adapter.Adapter.delete`.
        """
        try:
            channel = await self._resolve_channel(place)
            await self.clients.call_method(place.workspace, "chat.delete", channel=channel, ts=message)
        except SlackCallError as refused:
            if refused.code != "message_not_found":
                raise as_post_failed(refused) from None

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """Add the bot's 💡 reaction to a message, or remove it.

        Implements `bot.core.adapter.Adapter.mark`.
        """
        method, fine = ("reactions.add", "already_reacted") if on else ("reactions.remove", "no_reaction")
        try:
            await self.clients.call_method(
                place.workspace, method, channel=place.channel, timestamp=message, name=BULB
            )
        except SlackCallError as refused:
            if refused.code != fine and (on or refused.code not in GONE_CODES):
                raise as_post_failed(refused, MARK_SCOPE) from None

    async def find(self, place: Place, key: str) -> SentMessage | None:
        """Return the message posted under a key, or None.

        Raise OutcomeUnknownError when Slack does not say or the history is too long. Implements
        `bot.core.adapter.Adapter.find`.
        """
        method = "conversations.replies" if place.thread else "conversations.history"
        cursor = ""
        try:
            channel = await self._resolve_channel(place)
            for _ in range(PAGES):
                said = await self.clients.query_method(
                    place.workspace, method, channel=channel, ts=place.thread, limit=PAGE, cursor=cursor,
                    include_all_metadata="true",
                )  # fmt: skip
                if found := _find_by_key(key, said.get("messages") or []):
                    sent = SentMessage(channel, found)
                    return SentMessage(channel, found, await self._find_link(place.workspace, sent))
                cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
                if not cursor:
                    return None
        except (SlackCallError, PostFailedError) as refused:
            raise OutcomeUnknownError(str(refused)) from None
        raise OutcomeUnknownError("too far back")

    async def read(self, place: Place, message: str) -> Source | None:
        """Return the current text of a message, or None if it cannot be read.

        Raise OutcomeUnknownError to try later. Implements `bot.core.adapter.Adapter.read`.
        """
        try:
            found = await self._fetch_message(place, message)
        except SlackCallError as refused:
            if refused.after is not None:
                raise OutcomeUnknownError(refused.code) from None
            return None
        return await self._read_source(place, message, found) if found else None

    async def read_thread(self, place: Place) -> Sequence[ThreadMessage]:
        """Return what people wrote in a thread, without what they said to the bot.

        Implements `bot.core.adapter.Adapter.read_thread`.
        """
        try:
            told = await self._fetch_thread(place)
        except SlackCallError as refused:
            raise OutcomeUnknownError(refused.code) from None
        us = self.directory.us.get(place.workspace, "")
        shown = [each for each in told if is_by_person(each, us) and not is_named(each, us)]
        if len(shown) > THREAD_SHOWN:
            shown = [shown[0], *shown[1 - THREAD_SHOWN :]]
        return [await self._read_thread_message(place, each) for each in shown]

    async def _fetch_thread(self, place: Place) -> Sequence[Json]:
        found: list[Json] = []
        cursor = ""
        for _ in range(PAGES):
            said = await self.clients.query_method(
                place.workspace, "conversations.replies", channel=place.channel, ts=place.thread, limit=PAGE,
                cursor=cursor,
            )  # fmt: skip
            found += [dict(each) for each in said.get("messages") or []]
            cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return found

    async def _read_thread_message(self, place: Place, found: Json) -> ThreadMessage:
        workspace, author = place.workspace, str(found.get("user") or "")
        names = await self.directory.find_names(workspace, find_mentions(found), place.channel)
        person = await self.directory.find_person(workspace, author)
        external = await self.directory.is_external(person, workspace, author_workspace(found))
        message = str(found.get("ts") or "")
        return ThreadMessage(
            message, datetime.fromtimestamp(float(message or 0), UTC), author, person.name if person else "",
            read_message(found, names), str(found.get("permalink") or ""), external, find_shown(found),
        )  # fmt: skip

    async def _fetch_message(self, place: Place, message: str) -> Json | None:
        """Return a message, or None.

        It comes from `reactions.get`, which needs no history scope, or else from the history.
        """
        try:
            said = await self.clients.query_method(
                place.workspace, "reactions.get", channel=place.channel, timestamp=message, full="true"
            )
            if said.get("message"):
                return dict(said["message"])
        except SlackCallError as refused:
            if refused.after is not None or refused.code in GONE_CODES:
                raise
        said = await self.clients.query_method(
            place.workspace, "conversations.replies", channel=place.channel, ts=message, latest=message,
            oldest=message, inclusive="true", limit=1,
        )  # fmt: skip
        return next((dict(each) for each in said.get("messages") or [] if each.get("ts") == message), None)

    async def _read_source(self, place: Place, message: str, found: Json) -> Source:
        workspace, author = place.workspace, str(found.get("user") or "")
        by_bot = not author or bool(found.get("bot_id")) or found.get("subtype") == "bot_message"
        names = await self.directory.find_names(workspace, find_mentions(found), place.channel)
        person = await self.directory.find_person(workspace, author) if author else None
        link = str(found.get("permalink") or "") or await self._find_link(
            workspace, SentMessage(place.channel, message)
        )
        external = await self.directory.is_external(person, workspace, author_workspace(found))
        private = await self.directory.is_private(workspace, place.channel)
        words, name = read_message(found, names), person.name if person else ""
        shows = find_shown(found)
        return Source(words, author, name, link, by_bot, external, private, shows=shows)

    async def _send_post(self, place: Place, method: str, post: Post, encode: Encode, body: Json) -> Json:
        """Send a post with its picture, once Slack has prepared the upload.

        When it does not in time, send the picture's alt text instead.
        """
        with speaking(post.language):
            return await self._send_rendered(place, method, post, encode, body)

    async def _send_rendered(self, place: Place, method: str, post: Post, encode: Encode, body: Json) -> Json:
        file = await self._upload_picture(place.workspace, post)
        if file is not None and post.picture is not None:
            drawn = render.render_message(post.card, encode, render.picture_block(file, post.picture.alt))
            for wait in (*NOT_READY, None):
                try:
                    return await self.clients.call_method(place.workspace, method, **body, **drawn)
                except SlackCallError as refused:
                    if refused.code != "invalid_blocks":
                        raise as_post_failed(refused, POST_SCOPE) from None
                if wait is not None:
                    await asyncio.sleep(wait)
            log.warning("Slack did not accept a picture; its alt text is posted instead")
        try:
            return await self.clients.call_method(
                place.workspace, method, **body, **render.render_message(describe_picture(post).card, encode)
            )
        except SlackCallError as refused:
            raise as_post_failed(refused, POST_SCOPE) from None

    async def _upload_picture(self, workspace: str, post: Post) -> str | None:
        """Return the ID of the uploaded picture, or None to post its alt text.

        Raise PostFailedError when Slack asks to wait, so that the whole post is tried later.
        """
        try:
            return await self.pictures.upload_picture(workspace, post.picture) if post.picture else None
        except SlackCallError as refused:
            raise as_post_failed(refused) from None

    async def _resolve_channel(self, place: Place) -> str:
        """Return the channel of a place, opening the direct messages of a person if needed."""
        if place.channel or not place.person:
            return place.channel
        try:
            said = await self.clients.call_method(place.workspace, "conversations.open", users=place.person)
            return str(said["channel"]["id"])
        except SlackCallError as refused:
            if refused.code in LOST_PERMISSION_CODES:
                raise PostFailedError(NO_DIRECT.text, closed=True) from None
            raise as_post_failed(refused) from None
        except OutcomeUnknownError:
            raise PostFailedError(NO_ANSWER.text, retry_after=30) from None

    async def _find_link(self, workspace: str, sent: SentMessage) -> str:
        """Return the link to a message, or an empty string.

        A post is complete without one.
        """
        try:
            said = await self.clients.query_method(
                workspace, "chat.getPermalink", channel=sent.channel, message_ts=sent.message
            )
        except (SlackCallError, OutcomeUnknownError):
            return ""
        return str(said.get("permalink") or "")


QUIET_OPTIONS: Json = {"unfurl_links": False, "unfurl_media": False, "link_names": False}
"""Options that disable link previews and the linking of names."""


def _find_by_key(key: str, messages: Sequence[Json]) -> str:
    for each in messages:
        metadata = each.get("metadata") or {}
        if metadata.get("event_type") == EVENT and (metadata.get("event_payload") or {}).get("key") == key:
            return str(each.get("ts") or "")
    return ""
