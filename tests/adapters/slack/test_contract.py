"""The contract of an adapter, on Slack: the real adapter over signed HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack.adapter import build_adapter
from bot.core.adapter import Adapter
from bot.core.origin import Place
from storage.engine.database import Database
from tests.adapters.contract import PRIVATE, Contract, ContractChat, record_handled
from tests.fakes.slack.chat import HTTP, SlackRoom, environment, opened
from tests.fakes.slack.methods import link
from tests.fakes.slack.wire import EVENT, Answer
from tests.support.chat import HOME, Seen
from tests.support.databases import Lent

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


class SlackChat(ContractChat):
    """Slack's fake server with the bot in the home channel."""

    vouches_for_buttons = False

    messages_after_repeat = 2
    """Slack has no idempotency key, so the core asks `find` before it posts again."""

    def __init__(self, people: SlackRoom) -> None:
        self.people = self.fake = people
        self.bot, self.adapter = people.bot, people.bot.adapters["slack"]
        self.home = Place(people.here.team, people.home.id)
        self.handled = record_handled(people.bot)
        self.wire = people.slack.wire
        self.sent: list[tuple[str, Any]] = []
        self._record_sent()

    def _record_sent(self) -> None:
        assert self.wire is not None
        send = self.wire.send

        async def recorded(kind: str, payload: Any, *more: Any) -> Answer:
            if kind != EVENT:
                self.sent.append((kind, payload))
            return await send(kind, payload, *more)

        vars(self.wire)["send"] = recorded

    def person_id(self, who: str) -> str:
        return str(self.fake.here.person(who).id)

    def message_link(self, message: str) -> str:
        return link(self.home.channel, message)

    def new_process(self) -> Adapter:
        adapter = build_adapter(environment(self.fake.slack, HTTP))
        assert adapter is not None
        return adapter

    async def private_channel(self) -> Place:
        channel = self.fake.here.make(PRIVATE, private=True)
        await self.fake.people.invites("Ana", channel)
        return Place(self.home.workspace, channel.id)

    async def see(self, message: str) -> Seen:
        return await self.fake.message(message)

    async def picture(self, message: str) -> bytes:
        found = self.fake.here.message(message)
        [file] = [block["slack_file"]["id"] for block in found.blocks if block["type"] == "image"]
        return self.fake.slack.files.known[file].data

    async def files(self, who: str) -> dict[str, bytes]:
        known, direct = self.fake.slack.files.known, self.fake.here.direct(self.person_id(who))
        files = [each for said in self.fake.here.standing(direct.id) for each in said.files]
        return {each["name"]: known[each["id"]].data for each in files}

    async def mention(self, who: str, whom: str, text: str) -> str:
        said = await self.fake.people.says(who, text, self.home.channel)
        said.text = f"<@{self.person_id(whom)}> <#{self.home.channel}|{HOME}> {said.text}"
        return said.ts

    async def remove_bot(self) -> None:
        await self.fake.people.invites("Ana", self.fake.home, on=False)

    async def close_messages(self, who: str) -> None:
        self.fake.here.person(who).closed = True

    async def repeat(self) -> None:
        """Deliver the same payload; a form is sent by the person again, which has another trigger."""
        assert self.wire is not None
        kind, payload = self.sent[-1]
        if payload.get("type") == "view_submission":
            person = payload["user"]["id"]
            payload = {**payload, "trigger_id": self.fake.slack.triggers.give(person)}
        assert (await self.wire.send(kind, payload)).ok
        await self.fake.settled()


@pytest.fixture
def url(lent: Lent) -> str:
    """One engine is enough: what is stored is tested elsewhere."""
    return lent.url("sqlite")


@pytest.fixture
async def chat(database: Database) -> AsyncIterator[ContractChat]:
    async with opened(database, MONDAY, HTTP) as people:
        await people.settled()
        yield SlackChat(people)


class TestSlack(Contract):
    """Every check of the contract."""
