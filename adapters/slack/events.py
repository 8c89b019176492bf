"""What happens on Slack without anyone speaking to the bot, as the core's events; all else is let go quietly."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from adapters.slack import emoji, payloads
from adapters.slack.interactions import Context, Doings
from adapters.slack.payloads import Junk, at, by_person, part, thread_of
from adapters.slack.render import Json
from adapters.slack.text import as_written, mentioned
from bot.core.events import (
    ChannelChanged,
    ChannelMoved,
    EmojiAdded,
    EmojiRemoved,
    Joined,
    Left,
    MessageDeleted,
    MessageEdited,
    Reopened,
    Said,
)

log = logging.getLogger(__name__)

Access = Callable[[Json], Awaitable[None]]
Take = Callable[[Json, Json, Context], Awaitable[None]]
GONE = ("channel_left", "group_left", "channel_archive", "group_archive", "channel_deleted", "group_deleted")
BACK = ("channel_unarchive", "group_unarchive")
CONVERTED = ("channel_convert_to_private", "channel_convert_to_public")
"""Slack says this with a message in the channel, of such a subtype, and in no other way: see `Doings.origin`."""
CHANGED = ("channel_rename", "group_rename", "channel_shared", "channel_unshared")
CLOSES = ("channel_convert_to_private", "channel_shared")
"""After these a channel is open to fewer, or to others, whatever Slack says of it a moment later."""
ACCESS = ("app_uninstalled", "tokens_revoked", "team_access_granted", "team_access_revoked")
KINDS = {"C": False, "G": True}
"""Whether a channel is private, by the one letter that a membership's event has for it."""


class Happenings:
    """Events, by their type. `access` is told when the app was taken out of a workspace, or let in again."""

    def __init__(self, doings: Doings, access: Access) -> None:
        self.doings = doings
        self.access = access
        self.routes: dict[str, Take] = {
            "reaction_added": self._emoji_added,
            "reaction_removed": self._emoji_removed,
            "message": self._message,
            "member_joined_channel": self._joined,
            "member_left_channel": self._member_left,
            "app_home_opened": self._home,
            "channel_id_changed": self._moved,
            "user_change": self._person_changed,
            **dict.fromkeys(ACCESS, self._access),
            **dict.fromkeys(GONE, self._left),
            **dict.fromkeys(BACK, self._reopened),
            **dict.fromkeys(CHANGED, self._changed),
        }

    async def dispatch(self, body: Json, context: Context) -> None:
        """Take one event. StoreError where it cannot be kept just now."""
        event = part(body, "event")
        take = self.routes.get(at(event, "type"))
        if take is None:
            return
        try:
            await take(event, body, context)
        except Junk as junk:
            log.info("%s that means nothing: %s", at(event, "type"), junk)

    async def _tell(
        self, command: Any, body: Json, context: Context, person: str, channel: str, **more: Any
    ) -> None:
        doing = payloads.happened(body, context, person, channel, **more)
        await self.doings.bot.handle(command, await self.doings.origin(doing))

    async def _emoji_added(self, event: Json, body: Json, context: Context) -> None:
        item = _message_of(event)
        author, us = at(event, "item_user"), str(context.get("bot_user_id") or "")
        workspace = str(context.get("team_id") or context.get("enterprise_id") or "")
        known = await self.doings.directory.person(workspace, author) if author and author != us else None
        external = await self.doings.directory.is_external(known, workspace)
        added = EmojiAdded(
            at(item, "ts"), emoji.character(at(event, "reaction")), author, known.name if known else "",
            "1" if author == us else "", "1" if external else "",
        )  # fmt: skip
        await self._tell(added, body, context, at(event, "user"), at(item, "channel"))

    async def _emoji_removed(self, event: Json, body: Json, context: Context) -> None:
        item = _message_of(event)
        removed = EmojiRemoved(at(item, "ts"), emoji.character(at(event, "reaction")))
        await self._tell(removed, body, context, at(event, "user"), at(item, "channel"))

    async def _message(self, event: Json, body: Json, context: Context) -> None:
        """A reply in a thread, or a message that was edited or deleted."""
        kind = at(event, "subtype")
        if kind in CONVERTED:
            await self._changed(event, body, context)
        elif kind == "message_changed":
            await self._edited(event, body, context)
        elif kind == "message_deleted":
            await self._deleted(event, body, context, part(event, "previous_message"))
        elif thread_of(event) and by_person(event):
            said = Said(at(event, "ts"), await self._words(event, context))
            where = at(event, "channel")
            await self._tell(said, body, context, at(event, "user"), where, thread=thread_of(event))

    async def _edited(self, event: Json, body: Json, context: Context) -> None:
        message, before = part(event, "message"), part(event, "previous_message")
        if at(message, "subtype") == "tombstone":
            await self._deleted(event, body, context, before)
        elif by_person(message) and at(message, "text") != at(before, "text"):
            edited = MessageEdited(at(message, "ts"), await self._words(message, context))
            where = at(event, "channel")
            await self._tell(edited, body, context, at(message, "user"), where, thread=thread_of(message))

    async def _deleted(self, event: Json, body: Json, context: Context, before: Json) -> None:
        gone = at(event, "deleted_ts") or at(event, "message", "ts")
        us = str(context.get("bot_user_id") or "")
        who = at(before, "user") or at(event, "message", "user") or us
        if gone and who:
            await self._tell(
                MessageDeleted(gone), body, context, who, at(event, "channel"), thread=thread_of(before)
            )

    async def _joined(self, event: Json, body: Json, context: Context) -> None:
        """The bot itself: whoever invited it begins the team."""
        us = str(context.get("bot_user_id") or "")
        if not us or at(event, "user") != us:
            return
        self._entered(event, context, True)
        private = KINDS.get(at(event, "channel_type"))
        who = at(event, "inviter") or us
        await self._tell(Joined(), body, context, who, at(event, "channel"), private=private)

    async def _member_left(self, event: Json, body: Json, context: Context) -> None:
        if at(event, "user") == context.get("bot_user_id"):
            await self._left(event, body, context)

    async def _left(self, event: Json, body: Json, context: Context) -> None:
        self._entered(event, context, False)
        who = at(event, "user") or at(event, "actor_id") or str(context.get("bot_user_id") or "")
        await self._tell(Left(), body, context, who, at(event, "channel"))

    async def _reopened(self, event: Json, body: Json, context: Context) -> None:
        """Open again; a public channel forgets who was in it, and then whoever invites us opens it for us."""
        channel, us = at(event, "channel"), str(context.get("bot_user_id") or "")
        workspace = self._forget(context, channel)
        known = await self.doings.directory.channel(workspace, channel)
        if known is None or known.member:
            await self._tell(Reopened(), body, context, at(event, "user") or us, channel)

    async def _changed(self, event: Json, body: Json, context: Context) -> None:
        """A new name, or another circle of readers: ask anew what the channel is."""
        channel = at(event, "channel", "id") or at(event, "channel")
        self._forget(context, channel)
        private = True if (at(event, "subtype") or at(event, "type")) in CLOSES else None
        who = at(event, "user") or str(context.get("bot_user_id") or "")
        named = at(event, "channel", "name")
        await self._tell(ChannelChanged(), body, context, who, channel, channel_name=named, private=private)

    async def _moved(self, event: Json, body: Json, context: Context) -> None:
        """A private channel that is about to be shared goes by another id from then on."""
        before, after = at(event, "old_channel_id"), at(event, "new_channel_id")
        if not before or not after:
            raise Junk("no channels")
        self._forget(context, before)
        self._forget(context, after)
        us = str(context.get("bot_user_id") or "")
        await self._tell(ChannelMoved(before), body, context, us, after)

    async def _home(self, event: Json, body: Json, context: Context) -> None:
        if at(event, "tab") == "home":
            doing = payloads.happened(body, context, at(event, "user"), "")
            self.doings.answers.in_hand.keep(self.doings.home(doing))

    async def _access(self, _event: Json, body: Json, _context: Context) -> None:
        await self.access(body)

    async def _person_changed(self, event: Json, _body: Json, context: Context) -> None:
        self.doings.directory.forget(str(context.get("team_id") or ""), at(event, "user", "id"))

    def _forget(self, context: Context, channel: str) -> str:
        """Ask anew what a channel is; the workspace it is in."""
        workspace = str(context.get("team_id") or context.get("enterprise_id") or "")
        self.doings.directory.forget(workspace, channel)
        return workspace

    def _entered(self, event: Json, context: Context, member: bool) -> None:
        workspace = str(context.get("team_id") or context.get("enterprise_id") or "")
        self.doings.directory.entered(workspace, at(event, "channel"), member)

    async def _words(self, message: Json, context: Context) -> str:
        text = at(message, "text")
        workspace = str(context.get("team_id") or context.get("enterprise_id") or "")
        return as_written(text, await self.doings.directory.names(workspace, mentioned(text)))


def _message_of(event: Json) -> Json:
    item = part(event, "item")
    if not (at(item, "ts") and at(item, "channel") and at(event, "reaction")):
        raise Junk("no message")
    return item
