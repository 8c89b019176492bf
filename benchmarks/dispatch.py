"""What one more command costs each request: ours are found in a dictionary, while Bolt tries a listener after another.

Signed requests go straight into Bolt, without sockets and without a database, since both would hide it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, make_dataclass
from statistics import median
from time import perf_counter
from urllib.parse import urlencode

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.connection.bolt_app import dispatched, make_app
from adapters.slack.payloads import typed
from adapters.slack.render import Json
from adapters.slack.responses import accepted
from adapters.slack.settings import Settings
from benchmarks.table import Table
from bot.core.commands import Commands, Declaration, words
from bot.core.messages import Reply, reply
from tests.fakes.slack.wire import signature

ROUNDS = 15
REQUESTS = 200
"""Of one turn."""
COMMANDS = 30
SECRET = "a-signing-secret"

Dispatch = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


@dataclass(frozen=True)
class Desk:
    """Reads a command as the adapter does, and acknowledges."""

    commands: Commands

    async def answer(self, _kind: str, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """A slash command."""
        typed(body, context)
        given = self.commands.of(self.commands.parse(str(body["text"])))
        return accepted({"text": given.name})

    async def take(self, body: Json, context: AsyncBoltContext) -> None:
        """Nothing here is an event."""


def run() -> Table:
    """One command and thirty, ours and as Bolt would have them, in rounds."""
    return asyncio.run(_rounds())


async def _rounds() -> Table:
    turns = {(name, many): build(many) for name, build in BUILDS.items() for many in (1, COMMANDS)}
    times: dict[tuple[str, int], list[float]] = {turn: [] for turn in turns}
    for _ in range(ROUNDS):
        for turn, dispatch in turns.items():
            times[turn].append(await cost(dispatch, turn[1], REQUESTS))
    return _table({turn: median(each) for turn, each in times.items()})


async def cost(dispatch: Dispatch, many: int, requests: int) -> float:
    """Seconds for one request that gives the last of so many commands."""
    asked = [_request(many) for _ in range(requests)]
    began = perf_counter()
    for request in asked:
        answer = await dispatch(request)
        if answer.status != 200:
            raise ValueError(f"{answer.status}: {answer.body}")
    return (perf_counter() - began) / requests


async def _authorized(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-a")


def _declared(many: int) -> Sequence[Declaration]:
    """Commands that take some words, and the one for a line that begins with none of them."""
    names = ["log", *(f"command-{number}" for number in range(many))]
    return [
        Declaration(
            name, make_dataclass(name.title().replace("-", ""), [("text", str, words(""))]), _handled, name
        )
        for name in names
    ]


def _handled(_turn: object, _command: object) -> Reply:
    return reply("")


def _request(many: int) -> AsyncBoltRequest:
    """The last command, as a word after ours and as Bolt's own."""
    name, at = f"command-{many - 1}", str(int(time.time()))
    body = urlencode(
        {
            "command": f"/{name}", "text": f"{name} and what else there is to say", "team_id": "T1",
            "user_id": "U1", "user_name": "ana", "channel_id": "C1", "channel_name": "lantern",
            "trigger_id": "1.2.3", "response_url": "https://hooks.slack.com/commands/1",
        }
    )  # fmt: skip
    headers: dict[str, str | Sequence[str]] = {
        "content-type": "application/x-www-form-urlencoded", "x-slack-request-timestamp": at,
        "x-slack-signature": signature(SECRET, at, body.encode()),
    }  # fmt: skip
    return AsyncBoltRequest(body=body, headers=headers)


def ours(many: int) -> Dispatch:
    """The adapter's app, with so many commands declared."""
    app = make_app(
        Settings(bot_token="xoxb-a", signing_secret=SECRET), _authorized, Desk(Commands(_declared(many)))
    )
    return lambda request: dispatched(app, request)


def listeners(many: int) -> Dispatch:
    """A Bolt app with a listener for each of so many commands."""
    app = AsyncApp(signing_secret=SECRET, authorize=_authorized, process_before_response=True)

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    for number in range(many):
        app.command(f"/command-{number}")(acknowledge)
    return app.async_dispatch


BUILDS = {"Ahabot's dictionary": ours, "a listener each": listeners}


def _table(times: dict[tuple[str, int], float]) -> Table:
    rows = [
        (name, f"{1e6 * times[name, 1]:,.0f}", f"{1e6 * times[name, COMMANDS]:,.0f}",
         f"{times[name, COMMANDS] / times[name, 1]:.2f}")
        for name in BUILDS
    ]  # fmt: skip
    return Table(
        f"Dispatch of one of many commands, in microseconds a request (median of {ROUNDS} rounds)",
        ("", "1 command", f"{COMMANDS} commands", "times"),
        rows,
        "Aim: at most 1.15 times the cost of one.",
    )
