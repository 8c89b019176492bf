"""People's words as they wrote them: the names behind mentions, and what a message shows beside its text.

A name comes from what Discord sent along, else from the cache, and only then from a request. A
text without mentions makes none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import discord

from adapters.discord.directory import Directory
from adapters.discord.text import (
    PERSON,
    ROLE,
    Mention,
    as_written,
    find_mentions,
    strip_mention,
)
from bot.core.origin import Shows

Json = dict[str, Any]

LOOKUP_WITHIN = 1.0
"""Seconds for the names that have to be asked for. Without one, a mention reads as `@someone`."""
LOOKUPS = 10
"""The most names that are asked for at once."""
FORWARDED = "Forwarded: "
"""The words before a forwarded message's text, as Discord shows them. Its text is another person's."""
VOICE_FLAG = 1 << 13


@dataclass(frozen=True)
class Names:
    """The names that came with an event: `sure` ones, and those of people that may have another name here."""

    sure: Mapping[Mention, str] = field(default_factory=dict)
    other: Mapping[Mention, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Content:
    """A message's text as Discord sent it, the names that came with it, and what the message shows."""

    text: str
    names: Names
    shows: Shows = Shows.NOTHING


class Words:
    """Reads texts as their authors wrote them."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

    async def read_texts(
        self, workspace: str, channel: str, texts: Sequence[str], names: Names = Names()
    ) -> list[str]:
        """Return texts of one person, written in a channel or thread, as that person saw them.

        Names that are neither in `names` nor cached are asked for together, within LOOKUP_WITHIN.
        """
        wanted = {each for text in texts for each in find_mentions(text)}
        known = {each: self._known_name(workspace, channel, each, names) for each in wanted}
        missing = sorted(each for each in wanted if not known[each] and each.sign != ROLE)
        if missing:
            known |= await self._look_up(workspace, channel, missing[:LOOKUPS])
        return [as_written(text, _with_other(known, names)) for text in texts]

    def read_cached(self, workspace: str, channel: str, text: str, names: Names = Names()) -> str:
        """Return a text as `read_texts` does, without asking Discord for any name."""
        known = {each: self._known_name(workspace, channel, each, names) for each in find_mentions(text)}
        return as_written(text, _with_other(known, names))

    def read_cached_content(self, workspace: str, channel: str, content: Content) -> str:
        """Return a message's text as `read_content` does, without asking Discord for any name."""
        return self.read_cached(workspace, channel, self._without_address(content), content.names)

    async def read_content(self, workspace: str, channel: str, content: Content) -> str:
        """Return a message's text as its author saw it.

        A mention of the bot at its beginning or end, with which it was said to the bot, is left out.
        """
        text = self._without_address(content)
        [words] = await self.read_texts(workspace, channel, [text], content.names)
        return words

    def _without_address(self, content: Content) -> str:
        return strip_mention(content.text, self.directory.bot_user_id())

    def _known_name(self, workspace: str, channel: str, mention: Mention, names: Names) -> str:
        if name := names.sure.get(mention):
            return name
        match mention.sign:
            case "@":
                return self.directory.cached_person_name(workspace, mention.id)
            case "@&":
                return self.directory.cached_role_name(workspace, mention.id)
            case _:
                return self.directory.cached_channel_name(workspace, mention.id, channel)

    async def _look_up(
        self, workspace: str, channel: str, mentions: Collection[Mention]
    ) -> dict[Mention, str]:
        """Ask Discord for names, all at once, and return those that it told in time."""
        tasks = {
            each: asyncio.create_task(
                self.directory.find_name(workspace, each.id)
                if each.sign == PERSON
                else self.directory.find_thread_name(workspace, each.id, channel)
            )
            for each in mentions
        }
        try:
            done, _ = await asyncio.wait(tasks.values(), timeout=LOOKUP_WITHIN)
        finally:
            for task in tasks.values():
                task.cancel()
        return {each: task.result() for each, task in tasks.items() if task in done}


def _with_other(known: Mapping[Mention, str], names: Names) -> Mapping[Mention, str]:
    return {each: name or names.other.get(each, "") for each, name in known.items()}


def names_of_interaction(data: Any) -> Names:
    """Return the names of people and roles in an interaction's `resolved` data.

    Channels are left out: who wrote may see one that others may not even know of.
    """
    resolved = data.get("resolved") if isinstance(data, dict) else None
    members = dict(_objects(resolved, "members"))
    users = {id: user_name(user) for id, user in _objects(resolved, "users")}
    sure = {Mention(PERSON, id): str(members.get(id, {}).get("nick") or name) for id, name in users.items()}
    sure |= {Mention(ROLE, id): str(role.get("name") or "") for id, role in _objects(resolved, "roles")}
    return Names(sure)


def _objects(resolved: Any, kind: str) -> Iterator[tuple[str, Json]]:
    """Yield the well-formed objects of one kind in `resolved` data, with their ids."""
    found = resolved.get(kind) if isinstance(resolved, dict) else None
    for id, each in (found if isinstance(found, dict) else {}).items():
        if isinstance(each, dict):
            yield str(id), each


def content_of_message(message: discord.Message, with_members: bool = False) -> Content:
    """Return the content of a message of discord.py: its own, or that of the message it forwards.

    `with_members` says that everyone it mentions came with their name on the server, if they are there.
    """
    named = {Mention(PERSON, str(each.id)): each for each in message.mentions}
    sure = {at for at, each in named.items() if with_members or isinstance(each, discord.Member)}
    names = Names(
        {at: each.display_name for at, each in named.items() if at in sure},
        {at: each.display_name for at, each in named.items()},
    )
    if message.content or not message.message_snapshots:
        kinds = (each.content_type for each in message.attachments)
        shows = _what_it_shows(message.flags.value, kinds, message.stickers, message.poll)
        return Content(message.content, names, shows)
    return _forwarded(message.message_snapshots[0].content, names)


def content_of_json(found: Json) -> Content:
    """Return the content of a message as Discord's API sends it: its own, or that of the one it forwards."""
    snapshots = found.get("message_snapshots") or []
    text = str(found.get("content") or "")
    if text or not snapshots:
        kinds = (each.get("content_type") for each in found.get("attachments") or [])
        stickers, flags = found.get("sticker_items") or [], int(found.get("flags") or 0)
        return Content(text, _names_of_json(found), _what_it_shows(flags, kinds, stickers, found.get("poll")))
    snapshot = snapshots[0].get("message") or {}
    return _forwarded(str(snapshot.get("content") or ""), _names_of_json(snapshot))


def _names_of_json(message: Json) -> Names:
    users = message.get("mentions") or []
    named = {Mention(PERSON, str(each["id"])): user_name(each) for each in users}
    members = {Mention(PERSON, str(each["id"])) for each in users if each.get("member")}
    return Names({each: name for each, name in named.items() if each in members}, named)


def _forwarded(text: str, names: Names) -> Content:
    """Return a forwarded text, which says that it is one: whoever forwarded it didn't write it."""
    return Content(f"{FORWARDED}{text}" if text.strip() else "", names, Shows.FORWARD)


def _what_it_shows(flags: int, kinds: Iterable[str | None], stickers: Sequence[Any], poll: Any) -> Shows:
    """Return what a message shows beside its text, by its first file, its stickers and its poll."""
    for kind in kinds:
        return Shows.VOICE if flags & VOICE_FLAG else Shows.of_media_type(kind or "")
    if stickers:
        return Shows.STICKER
    return Shows.POLL if poll else Shows.NOTHING


def user_name(user: Json) -> str:
    """Return the name of a user object: the one on the server where it is known, else the global one."""
    nick = (user.get("member") or {}).get("nick")
    return str(nick or user.get("global_name") or user.get("username") or "")
