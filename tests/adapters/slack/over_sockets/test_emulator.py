"""Tests of the main features on an independent Slack emulator, over HTTP and over Socket Mode.

Its signatures and its messages, reactions, events, modals, files and members are its own. Our
simulated people send what it lacks: commands, buttons and submitted forms.
"""

from __future__ import annotations

import socket as sockets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from adapters.slack.adapter import build_adapter as slack_adapter
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot, run_bot
from storage.engine.database import Database
from tests.fakes.slack import events, read
from tests.fakes.slack.chat import SOCKET, TRANSPORTS, environment
from tests.fakes.slack.people import People, nothing_owed
from tests.fakes.slack.server import Slack, serving
from tests.fakes.slack.world import Channel, Json, Message, User, View, Workspace
from tests.fakes.slack_emulator.emulator import Emulate, emulating, in_front, missing, over_socket
from tests.support.chat import Owed
from tests.support.databases import Clock
from tests.support.waiting import PATIENT, soon

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
WORDS = "We used to cache tokens, now we sign them."


def free_port() -> int:
    """Return a port that is free now, because the emulator has to be given one."""
    with sockets.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Stage:
    """The emulator, the bot on it, and the simulated people."""

    emulate: Emulate
    slack: Slack
    people: People
    bot: Bot
    clock: Clock
    home: str

    async def settled(self) -> None:
        """Wait until everything has arrived."""
        await self.slack.quiet()
        await self.bot.tick()
        await self.slack.quiet()

    async def channel(self) -> list[Json]:
        """Return the messages of the home channel as Ana's client gets them, oldest first."""
        await self.settled()
        done = await self.emulate.call("conversations.history", "xoxp-ana", channel=self.home)
        return list(done["messages"][::-1])

    async def the(self, words: str) -> Json:
        """Return the newest message that contains these words."""
        said = await self.channel()
        found = [m for m in said if words in self.words(m)]
        assert found, "\n---\n".join(map(self.words, said))
        return found[-1]

    def words(self, message: Json) -> str:
        """Return a message's text as a person reads it."""
        return read.words(message.get("blocks") or [], message["text"])

    def message(self, told: Json) -> Message:
        """Return a message as the simulated people need it to press its buttons."""
        here = self.slack.home
        return Message(self.home, told["ts"], here.bot, told["text"], told["blocks"], by_bot=True)

    async def _views(self) -> list[Json]:
        return (await self.emulate.everything())["views"]

    async def opens(self, who: str, label: str, told: Json) -> View:
        """Press a button that opens a form, with the emulator's trigger id, and return its modal."""
        user = self.slack.home.person(who).id
        given = await self.emulate.call("views.generateTriggerId", user_id=user)
        vars(self.slack.triggers)["give"] = lambda _user: given["trigger_id"]
        impatient = replace(self.people, owed=nothing_owed)  # the form is in the emulator, not in the fake
        await impatient.presses(who, label, self.message(told))
        views = await soon(self._views)
        del vars(self.slack.triggers)["give"]
        body = {
            name: views[-1][name] for name in ("blocks", "private_metadata", "callback_id", "title", "submit")
        }
        return View(views[-1]["view_id"], user, {"type": "modal", **body})


async def mirrored(emulate: Emulate, slack: Slack) -> tuple[Workspace, str]:
    """Return a workspace with the emulator's ids, for the payloads that it does not send, and its home channel."""
    tables = await emulate.everything()
    here = Workspace(tables["teams"][0]["team_id"])
    for user in tables["users"]:
        here.users[user["user_id"]] = User(
            user["user_id"], user["real_name"], here.team, bot=user["is_bot"], zone="UTC"
        )
    home = next(c["channel_id"] for c in tables["channels"] if c["name"] == "team-lantern")
    here.channels[home] = Channel(home, "team-lantern", here.team, members=set(here.users))
    slack.workspaces = {here.team: here}
    return here, str(home)


@pytest.fixture(params=TRANSPORTS)
async def stage(
    database: Database, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """Yield the emulator with the bot on it, once for each transport."""
    if why := missing():
        pytest.skip(why)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    async with AsyncExitStack() as stack:
        emulate = await stack.enter_async_context(emulating(free_port()))
        slack = await stack.enter_async_context(serving())
        here, home = await mirrored(emulate, slack)
        stack.enter_context(in_front(slack, emulate))
        environ = environment(slack, request.param)
        if request.param == SOCKET:
            slack.over_socket()
            await stack.enter_async_context(over_socket(slack, emulate))
        adapter, clock = slack_adapter(environ), Clock(MONDAY)
        assert adapter is not None
        adapter.posting.rate_limit.every = 0
        bot = build_bot(database, [adapter], clock)
        bot.patience = PATIENT
        people = People(slack, here, owed=Owed(bot))
        port = await stack.enter_async_context(run_bot(bot, "127.0.0.1", 0))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        if request.param != SOCKET:
            address = f"http://127.0.0.1:{port}/slack/events"
            slack.over_http(address, session)
            await emulate.hear(address)
        invited = await emulate.call("conversations.invite", "xoxp-ana", channel=home, users=here.bot)
        assert invited["ok"], invited
        yield Stage(emulate, slack, people, bot, clock, home)


async def test_the_main_job(stage: Stage) -> None:
    """A moment is captured, celebrated, told by another person and saved by emoji, and there is a recap."""
    await stage.the("I'm Ahabot")
    got = await stage.people.types("Ana", WORDS, stage.home)
    assert "Saved as #1" in got.text
    card = await stage.the("Aha #1")
    assert WORDS in stage.words(card)
    await stage.people.presses("Ben", "High-five", stage.message(card))
    card = await stage.the("[High-five (1)]")

    form = await stage.opens("Ben", "Add my version", card)
    answer = await stage.people.submits(form, text="For me it was the silence after the demo.")
    assert "It stays hidden until someone else adds theirs" in answer.text
    assert "added a version. It opens when a second one comes in" in stage.words(await stage.the("Aha #1"))

    await _an_emoji(stage)
    stage.clock.forward(days=5)
    recap = await stage.the("The week to")
    assert "twice" in stage.words(recap)
    assert read.picture(recap["blocks"], [])
    assert (await stage.emulate.everything())["files"]


async def _an_emoji(stage: Stage) -> None:
    emulate, home = stage.emulate, stage.home
    said = await emulate.call("chat.postMessage", "xoxp-ben", channel=home, text="Nobody logs in twice.")
    await emulate.call("reactions.add", "xoxp-ana", channel=home, timestamp=said["ts"], name="bulb")

    async def marked() -> bool:
        await stage.settled()
        kept = await emulate.call("reactions.get", "xoxp-ana", channel=home, timestamp=said["ts"])
        return stage.slack.home.bot in [user for r in kept["message"]["reactions"] for user in r["users"]]

    await soon(marked)
    tables = await emulate.everything()
    notes = [stage.words(m) for m in tables["messages"] if m["channel_id"] != home]
    assert any("saved what you wrote" in note for note in notes), notes
    found = await stage.people.types("Ana", "find twice", home)
    assert "Nobody logs in twice." in found.text


async def test_its_guards(stage: Stage) -> None:
    """Unpatched, the emulator would take any token for an admin's."""
    assert (await stage.emulate.call("auth.test", "xoxb-of-nobody"))["error"] == "invalid_auth"
    assert (await stage.emulate.call("auth.test", ""))["error"] == "not_authed"
    async with stage.emulate.session.get(
        f"{stage.emulate.address}/api/users.info",
        params={"user": stage.slack.home.person("Ana").id},
        headers={"Authorization": "Bearer xoxb-lantern"},
    ) as answer:
        assert (await answer.json())["user"]["real_name"] == "Ana"
    assert stage.clock() - MONDAY < timedelta(days=1)


async def test_by_name(stage: Stage) -> None:
    """The emulator takes the private answer, and has the message's 💡. It sends no `app_mention` of its own."""
    await stage.the("I'm Ahabot")
    here, emulate = stage.slack.home, stage.emulate
    said = await emulate.call(
        "chat.postMessage", "xoxp-ana", channel=stage.home, text=f"<@{here.bot}> {WORDS}"
    )
    ana = here.person("Ana").id
    message = Message(stage.home, said["ts"], ana, f"<@{here.bot}> {WORDS}")
    answer = await stage.slack.deliver(events.wrapped(here, events.mentioned(here, message)))
    assert answer.ok

    async def marked() -> bool:
        await stage.settled()
        kept = await emulate.call("reactions.get", "xoxp-ana", channel=stage.home, timestamp=said["ts"])
        return here.bot in [user for r in kept["message"].get("reactions", []) for user in r["users"]]

    await soon(marked)
    [done] = stage.slack.called("chat.postEphemeral")
    assert done.error == ""
    assert "Saved as #1." in str(done.given["text"])
    assert not [each for each in await stage.channel() if "Aha #1" in stage.words(each)]
