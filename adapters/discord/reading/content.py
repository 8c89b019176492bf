"""The content of a message: its text, the names that came with it, and what it shows beside its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import discord

from adapters.discord.payloads import display_name_of
from adapters.discord.text import PERSON, ROLE, Mention
from bot.core.origin import Shows
from storage.models.shown import has_words

Json = dict[str, Any]

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


def names_of_interaction(data: Any) -> Names:
    """Return the names of people and roles in an interaction's `resolved` data.

    Channels are left out: who wrote may see one that others may not even know of.
    """
    resolved = data.get("resolved") if isinstance(data, dict) else None
    members = dict(_objects(resolved, "members"))
    users = {id: {**user, "member": members.get(id)} for id, user in _objects(resolved, "users")}
    sure = {Mention(PERSON, id): user_name(user) for id, user in users.items()}
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
        {at: display_name_of(each) for at, each in named.items() if at in sure},
        {at: display_name_of(each) for at, each in named.items()},
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
    """Return a forwarded text with a label, because the person who forwarded it didn't write it."""
    return Content(f"{FORWARDED}{text}" if has_words(text) else "", names, Shows.FORWARD)


def _what_it_shows(flags: int, kinds: Iterable[str | None], stickers: Sequence[Any], poll: Any) -> Shows:
    """Return what a message shows beside its text, by its first file, its stickers and its poll."""
    for kind in kinds:
        return Shows.VOICE if flags & VOICE_FLAG else Shows.of_media_type(kind or "")
    if stickers:
        return Shows.STICKER
    return Shows.POLL if poll else Shows.NOTHING


def user_name(user: Json) -> str:
    """Return the name of a user object: the one on the server where it is known, else the global one.

    One that shows nothing is none.
    """
    names = ((user.get("member") or {}).get("nick"), user.get("global_name"), user.get("username"))
    return next((str(each) for each in names if each and has_words(str(each))), "")
