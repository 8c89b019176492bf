"""Slack events that the bot was not addressed by, converted to the core's events.

All other events are ignored.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from adapters.slack import payloads
from adapters.slack.directory import name_in_profile
from adapters.slack.interactions import BoltContext, Interactions
from adapters.slack.payloads import (
    USER_MESSAGES,
    InvalidPayloadError,
    find_thread,
    is_by_person,
    object_at,
    text_at,
    texts_at,
)
from adapters.slack.reading.called import Called, find_called, is_named
from adapters.slack.reading.emoji import emoji_character
from adapters.slack.reading.message import find_mentions, read_message, says_the_same
from adapters.slack.render import Json
from bot.core.addressed import Addressed
from bot.core.events import (
    ChannelChanged,
    ChannelJoined,
    ChannelLeft,
    ChannelMoved,
    ChannelReopened,
    EmojiAdded,
    EmojiRemoved,
    MessageDeleted,
    MessageEdited,
    PersonCame,
    PersonLeft,
    PersonRenamed,
    ReplyWritten,
)
from bot.core.origin import Origin

log = logging.getLogger(__name__)

AccessHandler = Callable[[Json], Awaitable[None]]
EventHandler = Callable[[Json, Json, BoltContext], Awaitable[None]]
LEFT_EVENTS = (
    "channel_left",
    "group_left",
    "channel_archive",
    "group_archive",
    "channel_deleted",
    "group_deleted",
)
REOPENED_EVENTS = ("channel_unarchive", "group_unarchive")
CONVERTED_SUBTYPES = ("channel_convert_to_private", "channel_convert_to_public")
"""Message subtypes for a channel converted to private or to public.

Slack reports this only with such a message in the channel: see
`Interactions.build_origin`.
"""
DIRECT_TYPE = "im"
"""The `channel_type` of the bot's direct messages with a person."""
CHANGED_EVENTS = ("channel_rename", "group_rename", "channel_shared", "channel_unshared")
PRIVATE_MAKING_EVENTS = ("channel_convert_to_private", "channel_shared")
"""Events after which a channel counts as private.

Fewer people or outside people can read it now, even if Slack's API does not say so at
once.
"""
ACCESS_EVENTS = ("app_uninstalled", "tokens_revoked", "team_access_granted", "team_access_revoked")
PRIVATE_BY_TYPE = {"C": False, "G": True}
"""Whether a channel is private, by the one-letter `channel_type` of a membership event."""


class Events:
    """Handles events by their type.

    `access` is called when the bot was removed from a workspace or is allowed in again. `reads_replies`
    tells whether a workspace granted that plain replies are answers, in public and in private channels.
    """

    def __init__(
        self, interactions: Interactions, access: AccessHandler, reads_replies: Callable[[str], bool]
    ) -> None:
        self.interactions = interactions
        self.access = access
        self.reads_replies = reads_replies
        self.routes: dict[str, EventHandler] = {
            "reaction_added": self._handle_emoji_added,
            "reaction_removed": self._handle_emoji_removed,
            "message": self._handle_message,
            "app_mention": self._handle_mention,
            "member_joined_channel": self._handle_joined,
            "member_left_channel": self._handle_member_left,
            "app_home_opened": self._handle_home_opened,
            "channel_id_changed": self._handle_channel_moved,
            "user_change": self._handle_person_change,
            **dict.fromkeys(ACCESS_EVENTS, self._handle_access_change),
            **dict.fromkeys(LEFT_EVENTS, self._handle_left),
            **dict.fromkeys(REOPENED_EVENTS, self._handle_reopened),
            **dict.fromkeys(CHANGED_EVENTS, self._handle_channel_change),
        }

    async def dispatch_event(self, body: Json, context: BoltContext) -> None:
        """Handle one event.

        A malformed event is logged and ignored. Raise StoreError when the database cannot store
        it.
        """
        event = object_at(body, "event")
        take = self.routes.get(text_at(event, "type"))
        if take is None:
            return
        try:
            await take(event, body, context)
        except InvalidPayloadError as junk:
            log.info("%s that means nothing: %s", text_at(event, "type"), junk)

    async def _send_event(
        self, command: Any, body: Json, context: BoltContext, person: str, channel: str, **more: Any
    ) -> None:
        interaction = payloads.parse_event(body, context, person, channel, **more)
        await self.interactions.bot.handle(command, await self.interactions.build_origin(interaction))

    async def _handle_emoji_added(self, event: Json, body: Json, context: BoltContext) -> None:
        item = _reacted_message(event)
        author, us = text_at(event, "item_user"), str(context.get("bot_user_id") or "")
        workspace = str(context.get("team_id") or context.get("enterprise_id") or "")
        known = (
            await self.interactions.directory.find_person(workspace, author)
            if author and author != us
            else None
        )
        external = await self.interactions.directory.is_external(known, workspace)
        added = EmojiAdded(
            text_at(item, "ts"), emoji_character(text_at(event, "reaction")), author, known.name if known else "",
            "1" if author and author == us else "", "1" if external else "",
        )  # fmt: skip
        await self._send_event(added, body, context, text_at(event, "user"), text_at(item, "channel"))

    async def _handle_emoji_removed(self, event: Json, body: Json, context: BoltContext) -> None:
        item = _reacted_message(event)
        removed = EmojiRemoved(text_at(item, "ts"), emoji_character(text_at(event, "reaction")))
        await self._send_event(removed, body, context, text_at(event, "user"), text_at(item, "channel"))

    async def _handle_message(self, event: Json, body: Json, context: BoltContext) -> None:
        """Handle a reply in a thread, an edited or a deleted message, or a converted channel.

        In direct messages it is a message to the bot. A reply with only a picture says nothing in words.
        """
        kind = text_at(event, "subtype")
        us = str(context.get("bot_user_id") or "")
        if kind in USER_MESSAGES and text_at(event, "channel_type") == DIRECT_TYPE:
            await self._handle_direct(event, body, context)
        elif kind in CONVERTED_SUBTYPES:
            await self._handle_channel_change(event, body, context)
        elif kind == "message_changed":
            await self._handle_edit(event, body, context)
        elif kind == "message_deleted":
            await self._handle_deletion(event, body, context, object_at(event, "previous_message"))
        elif is_named(event, us):  # `app_mention` tells it, too, and it is never an answer to a question
            return
        elif find_thread(event) and is_by_person(event) and read_message(event).strip():
            await self._handle_reply(event, body, context)

    async def _handle_reply(self, event: Json, body: Json, context: BoltContext) -> None:
        """Handle a reply in a thread, unless the workspace's cards say that replies are not read."""
        if self.reads_replies(str(context.get("team_id") or context.get("enterprise_id") or "")):
            where = text_at(event, "channel")
            said = ReplyWritten(text_at(event, "ts"), await self._message_text(event, context, where))
            await self._send_event(
                said, body, context, text_at(event, "user"), where, thread=find_thread(event)
            )

    async def _handle_mention(self, event: Json, body: Json, context: BoltContext) -> None:
        """Handle a message with the bot's name. One that got the name by an edit is left alone."""
        us = str(context.get("bot_user_id") or "")
        where = text_at(event, "channel")
        if not is_by_person(event, us) or event.get("edited") or where.startswith("D"):
            return
        called = await self._find_called(event, context, where)
        if called is not None:
            await self._answer(event, body, context, called)

    async def _handle_direct(self, event: Json, body: Json, context: BoltContext) -> None:
        """Handle a message in the bot's direct messages with a person."""
        us, where = str(context.get("bot_user_id") or ""), text_at(event, "channel")
        if not is_by_person(event, us):
            return
        workspace = str(context.get("team_id") or context.get("enterprise_id") or "")
        self.interactions.directory.set_direct(workspace, text_at(event, "user"), where)
        called = await self._find_called(event, context, where)
        if called is not None and not called.before.strip():
            await self._answer(event, body, context, Called("", called.after.lstrip(" ,:"), ""))
        else:
            words = await self._message_text(event, context, where)
            await self._answer(event, body, context, Called("", words, ""))

    async def _answer(self, event: Json, body: Json, context: BoltContext, called: Called) -> None:
        """Have a message to the bot answered, with what the event tells of the message that it answers."""
        where, message, thread = text_at(event, "channel"), text_at(event, "ts"), find_thread(event)
        spoken = payloads.parse_spoken(body, context, text_at(event, "user"), where, message, thread)
        answers = {"message": thread, "author": text_at(event, "parent_user_id")} if thread else {}
        addressed = Addressed(message, called.after, called.before, called.name, answers=answers)
        await self.interactions.answer_spoken(spoken, addressed)

    async def _find_called(self, message: Json, context: BoltContext, channel: str) -> Called | None:
        us = str(context.get("bot_user_id") or "")
        if not is_named(message, us):
            return None
        workspace = str(context.get("team_id") or context.get("enterprise_id") or "")
        names = await self.interactions.directory.find_names(workspace, find_mentions(message), channel)
        return find_called(message, us, names)

    async def _handle_edit(self, event: Json, body: Json, context: BoltContext) -> None:
        """Handle an edited message. An event that changes nothing its author sees, like a link preview, is none."""
        message, before = object_at(event, "message"), object_at(event, "previous_message")
        if text_at(message, "subtype") == "tombstone":
            await self._handle_deletion(event, body, context, before)
        elif is_by_person(message) and not says_the_same(message, before):
            where = text_at(event, "channel")
            edited = MessageEdited(text_at(message, "ts"), await self._message_text(message, context, where))
            if (called := await self._find_called(message, context, where)) is not None:
                edited = replace(edited, after=called.after, before=called.before, called=called.name)
            await self._send_event(
                edited, body, context, text_at(message, "user"), where, thread=find_thread(message)
            )

    async def _handle_deletion(self, event: Json, body: Json, context: BoltContext, before: Json) -> None:
        gone = text_at(event, "deleted_ts") or text_at(event, "message", "ts")
        us = str(context.get("bot_user_id") or "")
        who = text_at(before, "user") or text_at(event, "message", "user") or us
        if gone and who:
            await self._send_event(
                MessageDeleted(gone),
                body,
                context,
                who,
                text_at(event, "channel"),
                thread=find_thread(before),
            )

    async def _handle_joined(self, event: Json, body: Json, context: BoltContext) -> None:
        """Handle the bot joining a channel.

        The person who invited it counts as the one who acted.
        """
        us = str(context.get("bot_user_id") or "")
        if not us or text_at(event, "user") != us:
            await self._report_person(PersonCame(), text_at(event, "user"), body, context)
            return
        self._set_membership(event, context, True)
        private = PRIVATE_BY_TYPE.get(text_at(event, "channel_type"))
        who = text_at(event, "inviter") or us
        await self._send_event(
            ChannelJoined(), body, context, who, text_at(event, "channel"), private=private
        )

    async def _handle_member_left(self, event: Json, body: Json, context: BoltContext) -> None:
        if text_at(event, "user") == context.get("bot_user_id"):
            await self._handle_left(event, body, context)
        else:
            await self._report_person(PersonLeft(), text_at(event, "user"), body, context)

    async def _report_person(
        self, news: Any, person: str, body: Json, context: BoltContext, workspace: str = ""
    ) -> None:
        """Report that a person came, left or has another name. Nothing more is asked of Slack for that.

        `workspace` is the one it is reported of, if it is another than the event's.
        """
        interaction = payloads.parse_event(body, context, person, text_at(body, "event", "channel"))
        origin = Origin(
            payloads.PLATFORM,
            workspace or interaction.workspace,
            interaction.channel,
            interaction.person,
            "",
            interaction.event,
        )
        await self.interactions.bot.handle(news, origin)

    async def _handle_left(self, event: Json, body: Json, context: BoltContext) -> None:
        self._set_membership(event, context, False)
        who = text_at(event, "user") or text_at(event, "actor_id") or str(context.get("bot_user_id") or "")
        await self._send_event(ChannelLeft(), body, context, who, text_at(event, "channel"))

    async def _handle_reopened(self, event: Json, body: Json, context: BoltContext) -> None:
        """Handle an unarchived channel.

        A public channel loses its members when it is archived. It is then reported only when the
        bot is invited again.
        """
        channel, us = text_at(event, "channel"), str(context.get("bot_user_id") or "")
        workspace = self._forget_channel(context, channel)
        known = await self.interactions.directory.find_channel(workspace, channel)
        if known is None or known.member:
            await self._send_event(ChannelReopened(), body, context, text_at(event, "user") or us, channel)

    async def _handle_channel_change(self, event: Json, body: Json, context: BoltContext) -> None:
        """Handle a channel with a new name or other readers. Its cached entry is removed."""
        channel = text_at(event, "channel", "id") or text_at(event, "channel")
        self._forget_channel(context, channel)
        private = (
            True if (text_at(event, "subtype") or text_at(event, "type")) in PRIVATE_MAKING_EVENTS else None
        )
        who = text_at(event, "user") or str(context.get("bot_user_id") or "")
        named = text_at(event, "channel", "name")
        await self._send_event(
            ChannelChanged(), body, context, who, channel, channel_name=named, private=private
        )

    async def _handle_channel_moved(self, event: Json, body: Json, context: BoltContext) -> None:
        """Handle a new channel ID.

        A private channel gets one when it is about to be shared. Raise InvalidPayloadError when
        an ID is missing.
        """
        before, after = text_at(event, "old_channel_id"), text_at(event, "new_channel_id")
        if not before or not after:
            raise InvalidPayloadError("no channels")
        self._forget_channel(context, before)
        self._forget_channel(context, after)
        us = str(context.get("bot_user_id") or "")
        await self._send_event(ChannelMoved(before), body, context, us, after)

    async def _handle_home_opened(self, event: Json, body: Json, context: BoltContext) -> None:
        workspace = str(context.get("team_id") or context.get("enterprise_id") or "")
        if text_at(event, "user") and text_at(event, "channel"):
            self.interactions.directory.set_direct(
                workspace, text_at(event, "user"), text_at(event, "channel")
            )
        if text_at(event, "tab") == "home":
            interaction = payloads.parse_event(body, context, text_at(event, "user"), "")
            self.interactions.responses.tasks.start(self.interactions.show_home(interaction))

    async def _handle_access_change(self, _event: Json, body: Json, _context: BoltContext) -> None:
        await self.access(body)

    async def _handle_person_change(self, event: Json, body: Json, context: BoltContext) -> None:
        """Handle a changed profile in every workspace that the person is in: the name may be new."""
        user, directory = object_at(event, "user"), self.interactions.directory
        person, name = text_at(user, "id"), name_in_profile(user)
        workspace = str(context.get("team_id") or context.get("enterprise_id") or "")
        for each in dict.fromkeys((workspace, *texts_at(user, "enterprise_user", "teams"))):
            directory.forget_entry(each, person)
            if person and name:
                await self._report_person(PersonRenamed(name), person, body, context, each)

    def _forget_channel(self, context: BoltContext, channel: str) -> str:
        """Remove a channel from the cache, and return its workspace."""
        workspace = str(context.get("team_id") or context.get("enterprise_id") or "")
        self.interactions.directory.forget_entry(workspace, channel)
        return workspace

    def _set_membership(self, event: Json, context: BoltContext, member: bool) -> None:
        workspace = str(context.get("team_id") or context.get("enterprise_id") or "")
        self.interactions.directory.set_membership(workspace, text_at(event, "channel"), member)

    async def _message_text(self, message: Json, context: BoltContext, channel: str) -> str:
        workspace = str(context.get("team_id") or context.get("enterprise_id") or "")
        mentions = find_mentions(message)
        return read_message(
            message, await self.interactions.directory.find_names(workspace, mentions, channel)
        )


def _reacted_message(event: Json) -> Json:
    item = object_at(event, "item")
    if not (text_at(item, "ts") and text_at(item, "channel") and text_at(event, "reaction")):
        raise InvalidPayloadError("no message")
    return item
