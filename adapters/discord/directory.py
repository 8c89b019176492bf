"""Where something happened: which channel is the team's, which thread it was in, and who can see it.

Servers and channels are in discord.py's memory. Only a thread that was asleep may be missing there; it is asked for
once, since the channel it hangs on never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import discord

from adapters.discord.api import Calls
from adapters.discord.errors import NO_ACCESS, NOT_ALLOWED, Refused
from adapters.discord.text import as_written, mentioned
from bot.core.adapter import OutcomeUnknown

KNOWN = 10_000
PRIVATE_THREAD = discord.ChannelType.private_thread.value
THREADS = (discord.ChannelType.news_thread.value, discord.ChannelType.public_thread.value, PRIVATE_THREAD)


@dataclass(frozen=True)
class Spot:
    """The channel that a team is around, and the thread or forum post in it; a private thread is its own channel."""

    channel: str
    name: str = ""
    private: bool | None = None
    """Whether it is hidden from the server at large; None where we cannot tell."""
    thread: str = ""

    @property
    def place(self) -> str:
        """Where messages are sent to reach exactly here."""
        return self.thread or self.channel


NOWHERE = Spot("")


class Directory:
    """What we know of servers. `client` gives discord.py's client of the moment, or None while there is none."""

    def __init__(self, calls: Calls, client: Callable[[], discord.Client | None]) -> None:
        self.calls = calls
        self._client = client
        self._asleep: dict[str, tuple[str, int]] = {}
        """The channel and kind of threads that are not in memory."""
        self._people: dict[tuple[str, str], str] = {}

    def spot(self, workspace: str, channel: str) -> Spot | None:
        """Where a channel's id leads, as far as it is in memory."""
        if (found := self._channel(workspace, channel)) is not None:
            return spot_of(found)
        if channel in self._asleep:
            return self._in_thread(workspace, channel, *self._asleep[channel])
        return None

    async def find(self, workspace: str, channel: str) -> Spot:
        """The same, with a question to Discord where memory fails. OutcomeUnknown where it cannot tell just now."""
        known = self.spot(workspace, channel)
        if known is not None or not channel:
            return known or NOWHERE
        try:
            said = await self.calls.ask("GET", "/channels/{channel_id}", channel_id=channel)
        except Refused as refused:
            if refused.after is not None:
                raise OutcomeUnknown(str(refused)) from None
            return Spot(channel)
        if said.get("type") not in THREADS:
            return Spot(channel, str(said.get("name") or ""))
        self._remember(channel, str(said.get("parent_id") or ""), int(said["type"]))
        return self._in_thread(workspace, channel, *self._asleep[channel])

    def at(self, workspace: str, channel: Any) -> Spot | None:
        """Where a channel that came along with something is; one in memory tells more."""
        if isinstance(channel, discord.Thread):
            self._remember(str(channel.id), str(channel.parent_id), channel.type.value)
        known = self.spot(workspace, str(channel.id)) if channel is not None else None
        if known is None and isinstance(channel, discord.abc.GuildChannel):
            return Spot(str(channel.id), channel.name)
        return known

    async def name(self, workspace: str, person: str) -> str:
        """What a member is called, or nothing where Discord does not say."""
        if (workspace, person) not in self._people:
            try:
                said = await self.calls.ask(
                    "GET", "/guilds/{guild_id}/members/{user_id}", guild_id=workspace, user_id=person
                )
            except (Refused, OutcomeUnknown):
                return ""
            user = said.get("user") or {}
            names = (said.get("nick"), user.get("global_name"), user.get("username"))
            _keep(self._people, (workspace, person), next((str(each) for each in names if each), ""))
        return self._people[workspace, person]

    def words(self, workspace: str, text: str, people: Mapping[str, str]) -> str:
        """A message as its author saw it; `people` are the names that came along with it."""
        return as_written(text, {each: self._called(workspace, each, people) for each in mentioned(text)})

    def _called(self, workspace: str, one: str, people: Mapping[str, str]) -> str:
        guild = self.guild(workspace)
        if one in people or guild is None:
            return people.get(one, "")
        found = guild.get_role(_number(one)) or guild.get_channel_or_thread(_number(one))
        return found.name if found else ""

    def forget(self, thread: str) -> None:
        """A thread is gone."""
        self._asleep.pop(thread, None)

    def guild(self, server: int | str) -> discord.Guild | None:
        """A server in memory."""
        client = self._client()
        return client.get_guild(_number(str(server))) if client is not None else None

    def us(self) -> str:
        """The bot's own id as a person; nothing before we know it."""
        client = self._client()
        return str(client.user.id) if client is not None and client.user is not None else ""

    def is_forum(self, workspace: str, channel: str) -> bool:
        """Whether everything in a channel stands in posts of its own."""
        return isinstance(self._channel(workspace, channel), discord.ForumChannel)

    def missing(self, workspace: str, channel: str) -> int | None:
        """Discord's own number for why it would refuse a message there; None where it would not, or we cannot tell."""
        found = self._channel(workspace, channel)
        if found is None or may_post(found) is not False:
            return None
        return NOT_ALLOWED if found.permissions_for(found.guild.me).view_channel else NO_ACCESS

    def _channel(self, workspace: str, channel: str) -> Any:
        guild = self.guild(workspace)
        return guild.get_channel_or_thread(_number(channel)) if guild is not None else None

    def _in_thread(self, workspace: str, thread: str, parent: str, kind: int) -> Spot:
        if kind == PRIVATE_THREAD:
            return Spot(thread, private=True)
        there = self.spot(workspace, parent)
        return Spot(parent, there.name if there else "", there.private if there else None, thread)

    def _remember(self, thread: str, parent: str, kind: int) -> None:
        _keep(self._asleep, thread, (parent, kind))


def spot_of(channel: Any) -> Spot:
    """Where a channel in memory is."""
    if not isinstance(channel, discord.Thread):
        return Spot(str(channel.id), channel.name, is_private(channel))
    if channel.is_private():
        return Spot(str(channel.id), channel.name, True)
    parent = channel.parent
    if parent is None:
        return Spot(str(channel.parent_id), thread=str(channel.id))
    return Spot(str(parent.id), parent.name, is_private(parent), str(channel.id))


def is_private(channel: Any) -> bool | None:
    """Whether a channel is hidden from @everyone; None where the server's roles are not in memory."""
    guild: discord.Guild = channel.guild
    everyone = guild.get_role(guild.id)
    return None if everyone is None else not channel.permissions_for(everyone).view_channel


def may_post(channel: Any) -> bool | None:
    """Whether we see it and may write there; None where our own roles are not in memory."""
    us = channel.guild.me
    if us is None or (isinstance(channel, discord.Thread) and channel.parent is None):
        return None
    may = channel.permissions_for(us)
    in_thread = isinstance(channel, discord.Thread)
    return bool(may.view_channel and (may.send_messages_in_threads if in_thread else may.send_messages))


def _keep(known: dict[Any, Any], key: Any, value: Any) -> None:
    """Remember it, and let the oldest go where there is much."""
    known[key] = value
    if len(known) > KNOWN:
        del known[next(iter(known))]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
