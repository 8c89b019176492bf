"""A cache of people, channels and direct messages, so that a request rarely waits for Slack.

Entries are valid for an hour and are refreshed in the background. An unknown person or
channel is waited for half a second at most.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.api import ApiClient, Json
from adapters.slack.errors import SlackCallError
from adapters.slack.reading.mentions import PRIVATE_CHANNEL, Mentions, Names
from bot.core.origin import Access, ChannelAccess, OutcomeUnknownError
from storage.engine.errors import StoreError
from storage.models.shown import has_words

VALID_FOR = 3_600.0
"""Seconds that an entry is valid."""
NAME_VALID_FOR = 60.0
"""Seconds for which a person's name is surely theirs. The event of a new one may go to another process."""
RETRY_AFTER = 60.0
"""Seconds until a failed lookup is tried again."""
LOOKUP_TIMEOUT = 0.5
"""Seconds that a caller waits for a person or channel that is not cached."""
CACHE_SIZE = 20_000
"""Entries that the cache holds at most."""

MEMBERS_PER_PAGE = 999
MEMBER_PAGES = 30
"""The most pages of a channel's members that are looked through for one person."""

DIRECT_PREFIX = "direct:"
"""The prefix of the cache's key for the bot's own direct messages with a person."""

MOST_MENTIONS = 20
"""People or channels of one text that are looked up at most."""

GROUPS_SCOPE = "usergroups:read"
"""The scope that tells the names of user groups. The bot does not ask for it, and uses it where it has it."""

HIDDEN_CHANNEL_CODES = {"channel_not_found", "not_in_channel"}
"""Slack's error codes for a channel that exists but that the bot cannot see."""


@dataclass(frozen=True)
class Person:
    """A person's profile, from Slack's `users.info`."""

    name: str
    zone: str = ""
    admin: bool = False
    workspace: str = ""
    organisation: str = ""
    stranger: bool = False
    bot: bool = False
    guest: bool = False
    """Whether they may see only the channels that they were invited to."""
    locale: str = ""
    """The language they use Slack in, such as `de-DE`."""


@dataclass(frozen=True)
class Channel:
    """A channel's properties, from Slack's `conversations.info`.

    `member` is whether the bot is in it. A channel shared with another organisation counts as
    private.
    """

    name: str = ""
    private: bool = True
    member: bool = False


class Directory:
    """A cache of people and channels, by workspace."""

    def __init__(self, clients: ApiClient, clock: Callable[[], float] = time.monotonic) -> None:
        self.clients = clients
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[Any, float]] = {}
        self._asking: dict[tuple[str, str], asyncio.Task[None]] = {}
        self.us: dict[str, str] = {}
        """The bot's own user ID in each workspace in which it was used."""

    async def find_person(self, workspace: str, person: str) -> Person | None:
        """Return a person, or None if Slack does not answer in time."""
        found: Person | None = await self._find_entry((workspace, person), self._fetch_person)
        return found

    def is_name_fresh(self, workspace: str, person: str) -> bool:
        """Return whether a person's name was told within NAME_VALID_FOR."""
        _known, until = self._known.get((workspace, person), (None, 0.0))
        return until > self._clock() + VALID_FOR - NAME_VALID_FOR

    async def find_channel(self, workspace: str, channel: str) -> Channel | None:
        """Return a channel, or None if Slack does not answer in time."""
        found: Channel | None = await self._find_entry((workspace, channel), self._fetch_channel)
        return found

    async def find_person_and_channel(
        self, workspace: str, person: str, channel: str
    ) -> tuple[Person | None, Channel | None]:
        """Return a person and a channel, looked up at the same time.

        The channel is None in direct messages, where `channel` is empty.
        """
        asked = self.find_person(workspace, person)
        if not channel:
            return await asked, None
        if self._is_fresh(workspace, person) and self._is_fresh(workspace, channel):
            return await asked, await self.find_channel(workspace, channel)
        return await asyncio.gather(asked, self.find_channel(workspace, channel))

    async def find_direct(self, workspace: str, person: str) -> str:
        """Return the id of the bot's own direct messages with a person.

        An empty string if Slack does not answer in time. It is asked again the next time then.
        """
        key = workspace, _direct_key(person)
        found: str | None = await self._find_entry(key, self._fetch_direct)
        if found is None:
            self.forget_entry(*key)
        return found or ""

    def set_direct(self, workspace: str, person: str, channel: str) -> None:
        """Record the id of the bot's own direct messages with a person, as an event tells it."""
        self._known[workspace, _direct_key(person)] = channel, self._clock() + VALID_FOR

    async def find_names(self, workspace: str, mentions: Mentions, here: str = "") -> Names:
        """Return the names of those mentioned, for those that could be found.

        `here` is the channel of the text: the people who read it know that name, also of a private one.
        Looks up at most `MOST_MENTIONS` of a kind.
        """
        if mentions == Mentions():
            return Names()
        people, channels = sorted(mentions.people)[:MOST_MENTIONS], sorted(mentions.channels)[:MOST_MENTIONS]
        persons, places, groups = await asyncio.gather(
            asyncio.gather(*(self.find_person(workspace, each) for each in people)),
            asyncio.gather(*(self.find_channel(workspace, each) for each in channels)),
            self._find_groups(workspace) if mentions.groups else _no_groups(),
        )
        return Names(
            {each: person.name for each, person in zip(people, persons, strict=True) if person},
            {
                each: _told_name(known, each == here)
                for each, known in zip(channels, places, strict=True)
                if known
            },
            groups,
        )

    async def _find_groups(self, workspace: str) -> Mapping[str, str]:
        """Return the handles of the workspace's user groups by ID, where the bot may read them."""
        scopes = self.clients.scopes
        if scopes is None or not scopes.has_scope(workspace, GROUPS_SCOPE):
            return {}
        found: Mapping[str, str] | None = await self._find_entry(
            (workspace, "usergroups"), self._fetch_groups
        )
        return found or {}

    async def is_external(self, person: Person | None, workspace: str, home: str = "") -> bool:
        """Return whether a person belongs to another organisation.

        People from another workspace of the same organisation are not external. `home` is the
        workspace named in the person's message, and decides when Slack says nothing about the
        person.
        """
        if person is None:
            return home not in ("", workspace)
        if person.workspace in ("", workspace):
            return person.stranger
        if person.stranger or not person.organisation:
            return True
        ours: str | None = await self._find_entry((workspace, "organisation"), self._fetch_organisation)
        return person.organisation != ours

    async def find_link(self, workspace: str, channel: str, message: str) -> str:
        """Return the link to a message, or an empty string if Slack gives none in time."""
        asked = self.clients.query_method(workspace, "chat.getPermalink", channel=channel, message_ts=message)
        try:
            said = await asyncio.wait_for(asked, LOOKUP_TIMEOUT)
        except (SlackCallError, OutcomeUnknownError, StoreError, TimeoutError):
            return ""
        return str(said.get("permalink") or "")

    def forget_entry(self, workspace: str, one: str) -> None:
        """Remove a person or channel from the cache after a change, so it is fetched again."""
        self._known.pop((workspace, one), None)

    def forget_if_public(self, workspace: str, channel: str) -> None:
        """Remove a channel cached as public, because it is private now.

        The next lookup fetches it again.
        """
        known, _until = self._known.get((workspace, channel), (None, 0.0))
        if isinstance(known, Channel) and not known.private:
            self.forget_entry(workspace, channel)

    async def is_private(self, workspace: str, channel: str) -> bool:
        """Fetch whether a channel is private at this moment, bypassing the cache.

        Raise OutcomeUnknownError when Slack does not say.
        """
        try:
            now = await self._fetch_channel(workspace, channel)
        except SlackCallError as refused:
            raise OutcomeUnknownError(refused.code) from None
        except (KeyError, TypeError):
            raise OutcomeUnknownError("no channel in the answer") from None
        self._known[workspace, channel] = now, self._clock() + VALID_FOR
        return now.private

    async def find_access(self, workspace: str, channel: str, person: str) -> ChannelAccess:
        """Return whether a person is in a channel at this moment. Nothing of it is cached here.

        Raise OutcomeUnknownError when Slack does not tell.
        """
        known, inside = await asyncio.gather(
            self.find_person(workspace, person), self._is_in_channel(workspace, channel, person)
        )
        if known is None:
            raise OutcomeUnknownError("no such person in time")
        if not inside:
            return ChannelAccess(Access.OUTSIDE)
        return ChannelAccess(Access.GUEST if known.guest else Access.MEMBER, known.admin)

    async def _is_in_channel(self, workspace: str, channel: str, person: str) -> bool:
        """Look a person up in the list of a channel's members, page by page."""
        cursor = ""
        for _ in range(MEMBER_PAGES):
            try:
                said = await self.clients.query_method(
                    workspace, "conversations.members", channel=channel, limit=MEMBERS_PER_PAGE, cursor=cursor
                )
                if person in said["members"]:
                    return True
                cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
            except (SlackCallError, KeyError, TypeError, AttributeError) as error:
                raise OutcomeUnknownError(f"no members in the answer: {error}") from None
            if not cursor:
                return False
        raise OutcomeUnknownError("too many members to look through")

    def set_membership(self, workspace: str, channel: str, member: bool) -> None:
        """Update the cached entry of a channel with whether the bot is in it."""
        known, until = self._known.get((workspace, channel), (None, 0.0))
        if isinstance(known, Channel):
            self._known[workspace, channel] = replace(known, member=member), until

    async def close(self) -> None:
        """Cancel the running lookups."""
        for task in list(self._asking.values()):
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)

    def _is_fresh(self, *key: str) -> bool:
        return self._known.get((key[0], key[1]), (None, 0.0))[1] > self._clock()

    async def _find_entry(
        self, key: tuple[str, str], ask: Callable[[str, str], Coroutine[Any, Any, Any]]
    ) -> Any:
        known, until = self._known.get(key, (None, 0.0))
        if until > self._clock():
            return known
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.create_task(self._refresh_entry(key, ask))
        if known is None:
            await asyncio.wait([task], timeout=LOOKUP_TIMEOUT)
        return self._known.get(key, (known, 0.0))[0]

    async def _refresh_entry(
        self, key: tuple[str, str], ask: Callable[[str, str], Coroutine[Any, Any, Any]]
    ) -> None:
        try:
            found, good = await ask(*key), VALID_FOR
        except (SlackCallError, OutcomeUnknownError, StoreError, KeyError, TypeError):
            found, good = self._known.get(key, (None, 0.0))[0], RETRY_AFTER
        finally:
            self._asking.pop(key, None)
        self._known.pop(key, None)
        self._known[key] = found, self._clock() + good
        if len(self._known) > CACHE_SIZE:
            del self._known[next(iter(self._known))]

    async def _fetch_person(self, workspace: str, person: str) -> Person:
        said = await self.clients.query_method(workspace, "users.info", user=person, include_locale="true")
        return _parse_person(person, said["user"])

    async def _fetch_organisation(self, workspace: str, _name: str) -> str:
        return str((await self.clients.call_method(workspace, "auth.test")).get("enterprise_id") or "")

    async def _fetch_groups(self, workspace: str, _name: str) -> Mapping[str, str]:
        said = await self.clients.query_method(workspace, "usergroups.list")
        return {str(each["id"]): str(each.get("handle") or "") for each in said["usergroups"]}

    async def _fetch_direct(self, workspace: str, key: str) -> str:
        person = key.removeprefix(DIRECT_PREFIX)
        said = await self.clients.call_method(workspace, "conversations.open", users=person)
        return str(said["channel"]["id"])

    async def _fetch_channel(self, workspace: str, channel: str) -> Channel:
        try:
            said = (await self.clients.query_method(workspace, "conversations.info", channel=channel))[
                "channel"
            ]
        except SlackCallError as refused:
            if refused.code in HIDDEN_CHANNEL_CODES:
                return Channel()
            raise
        shared = bool(said.get("is_ext_shared") or said.get("is_pending_ext_shared"))
        open_to_all = not (said.get("is_private") or said.get("is_mpim") or said.get("is_im") or shared)
        return Channel(str(said.get("name") or ""), not open_to_all, bool(said.get("is_member")))


async def _no_groups() -> Mapping[str, str]:
    return {}


def _told_name(channel: Channel, is_here: bool) -> str:
    """Return the name of a channel as those may read it who see a text that mentions it."""
    return PRIVATE_CHANNEL if channel.private and not is_here else channel.name


def _direct_key(person: str) -> str:
    return f"{DIRECT_PREFIX}{person}"


def name_in_profile(said: Json) -> str:
    """Return the name that Slack shows of a person, the first one with anything to see. Empty without one."""
    profile = said.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), said.get("real_name"), said.get("name"))
    return next((name for name in names if isinstance(name, str) and has_words(name)), "")


def _parse_person(person: str, said: Json) -> Person:
    return Person(
        name=name_in_profile(said),
        zone=str(said.get("tz") or ""),
        admin=bool(said.get("is_admin") or said.get("is_owner") or said.get("is_primary_owner")),
        workspace=str(said.get("team_id") or ""),
        organisation=str((said.get("enterprise_user") or {}).get("enterprise_id") or ""),
        stranger=bool(said.get("is_stranger")),
        bot=bool(said.get("is_bot")),
        guest=bool(said.get("is_restricted") or said.get("is_ultra_restricted")),
        locale=str(said.get("locale") or ""),
    )
