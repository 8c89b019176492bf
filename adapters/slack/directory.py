"""Who a person is and what a channel is: asked of Slack once in a while, and never long enough to hold anybody up.

What is known stays good for an hour and is renewed in the background; whoever is new is waited for shortly.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.api import Clients, Json
from adapters.slack.errors import Refused
from bot.core.adapter import OutcomeUnknown
from storage.engine.errors import StoreError

GOOD = 3_600.0
"""Seconds that an answer stays good."""
BAD = 60.0
"""Seconds until what could not be had is asked for again."""
BUDGET = 0.5
"""Seconds that anybody waits for someone new."""
KNOWN = 20_000

UNSEEN = {"channel_not_found", "not_in_channel"}
"""What Slack says of a channel that exists but is not ours to see."""


@dataclass(frozen=True)
class Person:
    """A person as Slack has them."""

    name: str
    zone: str = ""
    admin: bool = False
    workspace: str = ""
    organisation: str = ""
    stranger: bool = False
    bot: bool = False


@dataclass(frozen=True)
class Channel:
    """A channel as Slack has it. `member` is whether the bot is in it; a shared one counts as private."""

    name: str = ""
    private: bool = True
    member: bool = False


class Directory:
    """What we know of people and channels, by workspace."""

    def __init__(self, clients: Clients, clock: Callable[[], float] = time.monotonic) -> None:
        self.clients = clients
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[Any, float]] = {}
        self._asking: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def person(self, workspace: str, person: str) -> Person | None:
        """A person, or None where Slack did not say in time."""
        found: Person | None = await self._of((workspace, person), self._person)
        return found

    async def channel(self, workspace: str, channel: str) -> Channel | None:
        """A channel, or None where Slack did not say in time."""
        found: Channel | None = await self._of((workspace, channel), self._channel)
        return found

    async def meet(self, workspace: str, person: str, channel: str) -> tuple[Person | None, Channel | None]:
        """A person and a channel at once; in direct messages there is no channel to ask about."""
        asked = self.person(workspace, person)
        if not channel:
            return await asked, None
        if self._fresh(workspace, person) and self._fresh(workspace, channel):
            return await asked, await self.channel(workspace, channel)
        return await asyncio.gather(asked, self.channel(workspace, channel))

    async def names(self, workspace: str, people: Iterable[str]) -> dict[str, str]:
        """What these people are called, as far as it is known."""
        ids = sorted(people)[:10]
        if not ids:
            return {}
        found = await asyncio.gather(*(self.person(workspace, each) for each in ids))
        return {each: person.name for each, person in zip(ids, found, strict=True) if person}

    async def is_external(self, person: Person | None, workspace: str, home: str = "") -> bool:
        """Whether somebody belongs to another organisation: from another workspace, and not one of our own.

        `home` is the workspace that their message names, for when Slack tells nothing of them.
        """
        if person is None:
            return home not in ("", workspace)
        if person.workspace in ("", workspace):
            return person.stranger
        if person.stranger or not person.organisation:
            return True
        ours: str | None = await self._of((workspace, "organisation"), self._organisation)
        return person.organisation != ours

    async def link(self, workspace: str, channel: str, message: str) -> str:
        """A link to a message, or nothing where Slack did not give one in time."""
        asked = self.clients.ask(workspace, "chat.getPermalink", channel=channel, message_ts=message)
        try:
            said = await asyncio.wait_for(asked, BUDGET)
        except (Refused, OutcomeUnknown, StoreError, TimeoutError):
            return ""
        return str(said.get("permalink") or "")

    def forget(self, workspace: str, one: str) -> None:
        """A person or channel changed: ask anew."""
        self._known.pop((workspace, one), None)

    def closed(self, workspace: str, channel: str) -> None:
        """A channel is private, whatever was known of it: ask anew."""
        known, _until = self._known.get((workspace, channel), (None, 0.0))
        if isinstance(known, Channel) and not known.private:
            self.forget(workspace, channel)

    async def is_private(self, workspace: str, channel: str) -> bool:
        """Whether a channel is private at this moment. OutcomeUnknown where Slack does not say."""
        try:
            now = await self._channel(workspace, channel)
        except Refused as refused:
            raise OutcomeUnknown(refused.code) from None
        except (KeyError, TypeError):
            raise OutcomeUnknown("no channel in the answer") from None
        self._known[workspace, channel] = now, self._clock() + GOOD
        return now.private

    def entered(self, workspace: str, channel: str, member: bool) -> None:
        """The bot is in a channel now, or not any more."""
        known, until = self._known.get((workspace, channel), (None, 0.0))
        if isinstance(known, Channel):
            self._known[workspace, channel] = replace(known, member=member), until

    async def close(self) -> None:
        """Ask nothing more."""
        for task in list(self._asking.values()):
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)

    def _fresh(self, *key: str) -> bool:
        return self._known.get((key[0], key[1]), (None, 0.0))[1] > self._clock()

    async def _of(self, key: tuple[str, str], ask: Callable[[str, str], Coroutine[Any, Any, Any]]) -> Any:
        known, until = self._known.get(key, (None, 0.0))
        if until > self._clock():
            return known
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.create_task(self._ask(key, ask))
        if known is None:
            await asyncio.wait([task], timeout=BUDGET)
        return self._known.get(key, (known, 0.0))[0]

    async def _ask(self, key: tuple[str, str], ask: Callable[[str, str], Coroutine[Any, Any, Any]]) -> None:
        try:
            found, good = await ask(*key), GOOD
        except (Refused, OutcomeUnknown, StoreError, KeyError, TypeError):
            found, good = self._known.get(key, (None, 0.0))[0], BAD
        finally:
            self._asking.pop(key, None)
        self._known.pop(key, None)
        self._known[key] = found, self._clock() + good
        if len(self._known) > KNOWN:
            del self._known[next(iter(self._known))]

    async def _person(self, workspace: str, person: str) -> Person:
        return _read(person, (await self.clients.ask(workspace, "users.info", user=person))["user"])

    async def _organisation(self, workspace: str, _name: str) -> str:
        return str((await self.clients.call(workspace, "auth.test")).get("enterprise_id") or "")

    async def _channel(self, workspace: str, channel: str) -> Channel:
        try:
            said = (await self.clients.ask(workspace, "conversations.info", channel=channel))["channel"]
        except Refused as refused:
            if refused.code in UNSEEN:
                return Channel()
            raise
        shared = bool(said.get("is_ext_shared") or said.get("is_pending_ext_shared"))
        open_to_all = not (said.get("is_private") or said.get("is_mpim") or said.get("is_im") or shared)
        return Channel(str(said.get("name") or ""), not open_to_all, bool(said.get("is_member")))


def _read(person: str, said: Json) -> Person:
    profile = said.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), said.get("real_name"), said.get("name"))
    return Person(
        name=next((str(name) for name in names if name), person),
        zone=str(said.get("tz") or ""),
        admin=bool(said.get("is_admin") or said.get("is_owner") or said.get("is_primary_owner")),
        workspace=str(said.get("team_id") or ""),
        organisation=str((said.get("enterprise_user") or {}).get("enterprise_id") or ""),
        stranger=bool(said.get("is_stranger")),
        bot=bool(said.get("is_bot")),
    )
