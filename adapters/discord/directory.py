"""The location of an event: the team's channel, the thread in it, and who can see it.

Servers and channels are in discord.py's cache. Only an archived thread may be missing there.
It's fetched once, since a thread's parent channel never changes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import discord

from adapters.discord.api import ApiClient
from adapters.discord.errors import NO_ACCESS, NOT_ALLOWED, UNKNOWN_MEMBER, UNKNOWN_USER, DiscordApiError
from bot.core.language.words import lazy
from bot.core.origin import Access, ChannelAccess, OutcomeUnknownError
from storage.models.shown import has_words
from storage.teams.presence import KnownCaller

CACHE_SIZE = 10_000
NAME_VALID_FOR = 60.0
"""Seconds that a member's name is valid."""
PRIVATE_THREAD = discord.ChannelType.private_thread.value
THREADS = (discord.ChannelType.news_thread.value, discord.ChannelType.public_thread.value, PRIVATE_THREAD)


@dataclass(frozen=True)
class Spot:
    """A team's channel, and the thread or forum post in it.

    A private thread counts as a channel of its own.
    """

    channel: str
    name: str = ""
    private: bool | None = None
    """Whether the channel is hidden from the server's members at large; None if unknown."""
    thread: str = ""
    threads_only: bool = False
    """Whether the channel is a forum, where every message belongs to a post."""
    passing: bool = False
    """Whether it is a voice channel, a stage or a private thread, where people talk for a while."""

    @property
    def target_id(self) -> str:
        """The id of the channel or thread that messages to this spot are sent to."""
        return self.thread or self.channel


NOBODY_THERE = (UNKNOWN_MEMBER, UNKNOWN_USER)
"""Discord's codes for a person who isn't on the server or in the thread."""

NOWHERE = Spot("")

NEEDED_TO_POST = {"view_channel": lazy("View Channel"), "send_messages": lazy("Send Messages")}
"""What the bot needs in a channel to post there, by discord.py's names, with Discord's own."""

HIDDEN_CHANNEL = "a private channel"
"""What stands for the name of a channel that not everybody may know of."""


class Directory:
    """The cached facts about servers, channels and members.

    `client` returns the current discord.py client, or None while there is none.
    """

    def __init__(
        self,
        calls: ApiClient,
        client: Callable[[], discord.Client | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.api = calls
        self._client = client
        self._clock = clock
        self._archived_threads: dict[str, tuple[str, int]] = {}
        """The channel and the kind of each thread that isn't in discord.py's cache."""
        self._thread_names: dict[str, str] = {}
        """The names of threads that were asked for. `_archived_threads` has their channels."""
        self._member_names: dict[tuple[str, str], tuple[str, float]] = {}
        """The name of each member, and when it has to be asked for again."""

    def cached_spot(self, workspace: str, channel: str) -> Spot | None:
        """Return the spot of a channel id, or None where it isn't cached."""
        if (found := self._find_channel(workspace, channel)) is not None:
            return spot_of_channel(found)
        if channel in self._archived_threads:
            return self._thread_spot(workspace, channel, *self._archived_threads[channel])
        return None

    async def find_spot(self, workspace: str, channel: str) -> Spot:
        """Return the spot of a channel id, and ask Discord where it isn't cached.

        Raises OutcomeUnknownError if Discord can't tell just now.
        """
        known = self.cached_spot(workspace, channel)
        if known is not None or not channel:
            return known or NOWHERE
        try:
            said = await self.api.call_api("GET", "/channels/{channel_id}", channel_id=channel)
        except DiscordApiError as refused:
            if refused.after is not None:
                raise OutcomeUnknownError(str(refused)) from None
            return Spot(channel)
        if said.get("type") not in THREADS:
            return Spot(channel, str(said.get("name") or ""))
        self._remember_thread(channel, str(said.get("parent_id") or ""), int(said["type"]))
        return self._thread_spot(workspace, channel, *self._archived_threads[channel])

    def spot_of_event(self, workspace: str, channel: Any) -> Spot | None:
        """Return the spot of a channel object that came with an event.

        The cached channel is preferred, since it holds more.
        """
        if isinstance(channel, discord.Thread):
            self._remember_thread(str(channel.id), str(channel.parent_id), channel.type.value)
        known = self.cached_spot(workspace, str(channel.id)) if channel is not None else None
        if known is None and isinstance(channel, discord.abc.GuildChannel):
            return Spot(str(channel.id), channel.name)
        return known

    async def find_name(self, workspace: str, person: str) -> str:
        """Return a member's display name, or an empty text where Discord doesn't tell it.

        It's asked for again after a minute: without the members' intent, no event tells of a new name.
        """
        name, until = self._member_names.get((workspace, person), ("", 0.0))
        if until <= self._clock():
            try:
                said = await self.api.call_api(
                    "GET", "/guilds/{guild_id}/members/{user_id}", guild_id=workspace, user_id=person
                )
            except (DiscordApiError, OutcomeUnknownError):
                return ""
            user = said.get("user") or {}
            names = (said.get("nick"), user.get("global_name"), user.get("username"))
            name = next((str(each) for each in names if each and has_words(str(each))), "")
            _cache_value(self._member_names, (workspace, person), (name, self._clock() + NAME_VALID_FOR))
        return name

    async def find_servers(self, person: str, most: int) -> list[KnownCaller]:
        """Return the servers that a person is on, where the bot is on `most` at the most.

        On more it would take too many requests, so none is returned.
        """
        client = self._client()
        guilds = list(client.guilds) if client is not None else []
        if len(guilds) > most:
            return []
        names = await asyncio.gather(*(self.find_name(str(guild.id), person) for guild in guilds))
        return [
            KnownCaller(str(guild.id), guild.name) for guild, name in zip(guilds, names, strict=True) if name
        ]

    async def find_access(self, workspace: str, channel: str, person: str) -> ChannelAccess:
        """Return whether a member sees a channel at this moment, by the roles that Discord tells.

        Raises OutcomeUnknownError if Discord or the cache can't tell.
        """
        found = self._find_channel(workspace, channel)
        if found is None:
            raise OutcomeUnknownError("the channel isn't cached")
        said = await self._fetch_or_none(
            "/guilds/{guild_id}/members/{user_id}", guild_id=workspace, user_id=person
        )
        if said is None:
            return ChannelAccess(Access.OUTSIDE)
        may = permissions_in(found, person, said.get("roles") or ())
        return ChannelAccess(
            Access.MEMBER if await self._is_inside(found, person, may) else Access.OUTSIDE, is_admin(may)
        )

    async def _is_inside(self, channel: Any, person: str, may: discord.Permissions) -> bool:
        """Return whether a member with these permissions sees a channel, or is in a private thread."""
        if not may.view_channel:
            return False
        if not isinstance(channel, discord.Thread) or not channel.is_private() or may.manage_threads:
            return True
        said = await self._fetch_or_none(
            "/channels/{channel_id}/thread-members/{user_id}", channel_id=str(channel.id), user_id=person
        )
        return said is not None

    async def _fetch_or_none(self, path: str, **ids: Any) -> Any:
        """Return what Discord has there, or None where there is nothing."""
        try:
            return await self.api.call_api("GET", path, **ids)
        except DiscordApiError as refused:
            if refused.code in NOBODY_THERE:
                return None
            raise OutcomeUnknownError(str(refused)) from None

    def cached_person_name(self, workspace: str, person: str) -> str:
        """Return a member's display name where it was looked up before, or the bot's own. Empty otherwise."""
        guild = self.find_guild(workspace)
        us: Any = guild.me if guild is not None and person == self.bot_user_id() else None
        if us is not None:
            return str(us.display_name)
        return self._member_names.get((workspace, person), ("", 0.0))[0]

    def cached_role_name(self, workspace: str, role: str) -> str:
        """Return a role's name, or an empty text where the server has none of that id."""
        guild = self.find_guild(workspace)
        found = guild.get_role(_parse_id(role)) if guild is not None else None
        return found.name if found else ""

    def cached_channel_name(self, workspace: str, channel: str, place: str) -> str:
        """Return a channel's or thread's name as it may be told in `place`, another channel.

        HIDDEN_CHANNEL where not everybody in `place` may see it, empty where it isn't cached.
        """
        found, name = self._find_channel(workspace, channel), self._thread_names.get(channel, "")
        if found is None and not name:
            return ""
        if found is None:
            parent, kind = self._archived_threads.get(channel, ("", PRIVATE_THREAD))
            found = self._find_channel(workspace, parent) if kind != PRIVATE_THREAD else None
        there = self._find_channel(workspace, place)
        if found is None or not _is_seen_from(found, there):
            return HIDDEN_CHANNEL
        return name or str(found.name)

    async def find_thread_name(self, workspace: str, thread: str, place: str) -> str:
        """Return the name of a thread that isn't cached, as `cached_channel_name` does.

        Empty where Discord doesn't tell it, or where it's no public thread of this server.
        """
        try:
            said = await self.api.call_api("GET", "/channels/{channel_id}", channel_id=thread)
        except (DiscordApiError, OutcomeUnknownError):
            return ""
        if str(said.get("guild_id")) != workspace or said.get("type") not in THREADS:
            return ""
        self._remember_thread(thread, str(said.get("parent_id") or ""), int(said["type"]))
        _cache_value(self._thread_names, thread, str(said.get("name") or ""))
        return self.cached_channel_name(workspace, thread, place)

    def forget_thread(self, thread: str) -> None:
        """Remove a deleted thread from the cache."""
        self._archived_threads.pop(thread, None)

    def find_guild(self, server: int | str) -> discord.Guild | None:
        """Return a server from discord.py's cache, or None."""
        client = self._client()
        return client.get_guild(_parse_id(str(server))) if client is not None else None

    def bot_user_id(self) -> str:
        """Return the bot's own user id, or an empty text before the client knows it."""
        client = self._client()
        return str(client.user.id) if client is not None and client.user is not None else ""

    def is_forum(self, workspace: str, channel: str) -> bool:
        """Return whether a channel is a forum, where every message belongs to a post."""
        return isinstance(self._find_channel(workspace, channel), discord.ForumChannel)

    def find_required_tag(self, workspace: str, channel: str) -> str | None:
        """Return the id of the tag for the bot's posts in a forum that requires tags.

        It is the first tag that the bot may use. None where no tag is required, or none can be used.
        """
        found = self._find_channel(workspace, channel)
        if not isinstance(found, discord.ForumChannel) or not found.flags.require_tag:
            return None
        us: Any = found.guild.me
        moderates = us is not None and found.permissions_for(us).manage_threads
        tags = (tag for tag in found.available_tags if moderates or not tag.moderated)
        return next((str(tag.id) for tag in tags), None)

    def can_attach(self, workspace: str, channel: str) -> bool:
        """Return whether the bot may send files there, as far as the cache tells."""
        found = self._find_channel(workspace, channel)
        us = found.guild.me if found is not None else None
        if us is None or (isinstance(found, discord.Thread) and found.parent is None):
            return True
        return bool(found.permissions_for(us).attach_files)

    def find_lack(self, workspace: str, channel: str, told: str = "") -> str:
        """Return the permission that the bot needs to post in a channel and lacks, by Discord's name.

        `told` holds the bot's permissions there, if Discord sent them along. Empty where nothing is missing, or
        where nobody can tell.
        """
        found = self._find_channel(workspace, channel)
        us = found.guild.me if found is not None else None
        if not told.isdecimal() and us is None:
            return ""
        may = discord.Permissions(int(told)) if told.isdecimal() else found.permissions_for(us)
        return next((said() for name, said in NEEDED_TO_POST.items() if not getattr(may, name)), "")

    def expected_error_code(self, workspace: str, channel: str) -> int | None:
        """Return the error code with which Discord would refuse a message there.

        None where it would accept the message, or where nobody can tell.
        """
        found = self._find_channel(workspace, channel)
        if found is None or can_post(found) is not False:
            return None
        return NOT_ALLOWED if found.permissions_for(found.guild.me).view_channel else NO_ACCESS

    def _find_channel(self, workspace: str, channel: str) -> Any:
        guild = self.find_guild(workspace)
        return guild.get_channel_or_thread(_parse_id(channel)) if guild is not None else None

    def _thread_spot(self, workspace: str, thread: str, parent: str, kind: int) -> Spot:
        if kind == PRIVATE_THREAD:
            return Spot(thread, private=True, passing=True)
        there = self.cached_spot(workspace, parent)
        if there is None:
            return Spot(parent, thread=thread)
        return Spot(parent, there.name, there.private, thread, there.threads_only)

    def _remember_thread(self, thread: str, parent: str, kind: int) -> None:
        _cache_value(self._archived_threads, thread, (parent, kind))


def spot_of_channel(channel: Any) -> Spot:
    """Return the spot of a cached channel or thread."""
    if not isinstance(channel, discord.Thread):
        forum = isinstance(channel, discord.ForumChannel)
        passing = isinstance(channel, discord.VoiceChannel | discord.StageChannel)
        private = is_private_channel(channel)
        return Spot(str(channel.id), channel.name, private, threads_only=forum, passing=passing)
    if channel.is_private():
        return Spot(str(channel.id), channel.name, True, passing=True)
    parent = channel.parent
    if parent is None:
        return Spot(str(channel.parent_id), thread=str(channel.id))
    forum = isinstance(parent, discord.ForumChannel)
    return Spot(str(parent.id), parent.name, is_private_channel(parent), str(channel.id), forum)


def permissions_in(channel: Any, person: str, roles: Iterable[str]) -> discord.Permissions:
    """Return a member's permissions in a channel or thread, from the server's cached roles.

    The rules are Discord's own: an owner and an administrator may everything, then come the overwrites of
    @everyone, of the roles together, and of the member.
    """
    guild: discord.Guild = channel.guild
    theirs = [role for each in roles if (role := guild.get_role(_parse_id(str(each)))) is not None]
    everyone = guild.get_role(guild.id)
    base = discord.Permissions(everyone.permissions.value if everyone else 0)
    for role in theirs:
        base.value |= role.permissions.value
    if base.administrator or str(guild.owner_id) == person:
        return discord.Permissions.all()
    parent = channel.parent if isinstance(channel, discord.Thread) else channel
    overwrites = {target.id: each.pair() for target, each in parent.overwrites.items()} if parent else {}
    for group in ([guild.id], [role.id for role in theirs], [_parse_id(person)]):
        found = [overwrites[each] for each in group if each in overwrites]
        for _, denied in found:
            base.value &= ~denied.value
        for allowed, _ in found:
            base.value |= allowed.value
    return base


def is_admin(may: discord.Permissions) -> bool:
    """Return whether a person counts as an admin here."""
    return may.administrator or may.manage_guild or may.manage_channels


def is_private_channel(channel: Any) -> bool | None:
    """Return whether a channel is hidden from @everyone.

    None where the server's roles aren't cached.
    """
    guild: discord.Guild = channel.guild
    everyone = guild.get_role(guild.id)
    return None if everyone is None else not channel.permissions_for(everyone).view_channel


def _is_seen_from(channel: Any, place: Any) -> bool:
    """Return whether everybody who sees `place`, a channel or thread or None, sees a channel or thread too.

    That is sure for one that @everyone sees, for the same channel, and for one with the same readers.
    """
    if isinstance(channel, discord.Thread) and channel.is_private():
        return place is not None and place.id == channel.id
    whole, there = _parent_of(channel), _parent_of(place)
    if whole is None:
        return False
    if is_private_channel(whole) is False:
        return True
    return there is not None and (whole.id == there.id or _readers(whole) == _readers(there))


def _parent_of(channel: Any) -> Any:
    """Return a thread's channel, or the channel itself."""
    return channel.parent if isinstance(channel, discord.Thread) else channel


def _readers(channel: Any) -> dict[int, bool]:
    """Return the roles and members that a channel's own permissions let in or keep out, by their ids."""
    overwrites = ((target.id, each.view_channel) for target, each in channel.overwrites.items())
    return {target: sees for target, sees in overwrites if sees is not None}


def can_post(channel: Any) -> bool | None:
    """Return whether the bot sees a channel and may write there.

    None where the bot's own roles aren't cached.
    """
    us = channel.guild.me
    if us is None or (isinstance(channel, discord.Thread) and channel.parent is None):
        return None
    may = channel.permissions_for(us)
    in_thread = isinstance(channel, discord.Thread)
    return bool(may.view_channel and (may.send_messages_in_threads if in_thread else may.send_messages))


POSTING_ABILITIES = discord.Permissions(
    add_reactions=True,
    attach_files=True,
    create_public_threads=True,
    read_message_history=True,
    send_messages_in_threads=True,
)
"""What the bot may lack in a channel although it may write there."""


def posting_abilities(channel: Any) -> int:
    """Return those of POSTING_ABILITIES that the bot has in a channel, 0 where that isn't cached."""
    us = channel.guild.me
    return channel.permissions_for(us).value & POSTING_ABILITIES.value if us is not None else 0


def _cache_value(known: dict[Any, Any], key: Any, value: Any) -> None:
    """Store a value, and drop the oldest one beyond CACHE_SIZE values."""
    known[key] = value
    if len(known) > CACHE_SIZE:
        del known[next(iter(known))]


def _parse_id(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 20 else 0
