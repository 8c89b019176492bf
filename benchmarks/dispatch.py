"""What one more command costs each request: Ahabot's dictionary beside one Bolt listener each.

Bolt tries one listener after another. Signed requests go straight into Bolt, without sockets
and without a database, since both would hide the difference.
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

from adapters.slack.connection.bolt_app import dispatch_request, make_bolt_app
from adapters.slack.payloads import parse_command
from adapters.slack.render import Json
from adapters.slack.responses import accept_request
from adapters.slack.settings import Settings
from benchmarks.table import Table
from bot.core.commands import Commands, Declaration
from bot.core.messages import Reply, text_reply
from bot.core.params import words_param
from tests.fakes.slack.wire import signature

ROUNDS = 15
REQUESTS = 200
"""Requests of one contestant in one round."""
COMMANDS = 30
SECRET = "a-signing-secret"

Dispatch = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


@dataclass(frozen=True)
class StubDispatch:
    """A stub that parses a command as the adapter does, and only acknowledges it."""

    commands: Commands

    async def answer_request(self, _kind: str, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """Answer a slash command."""
        parse_command(body, context)
        given = self.commands.find_declaration(self.commands.parse(str(body["text"])))
        return accept_request({"text": given.name})

    async def take_event(self, body: Json, context: AsyncBoltContext) -> None:
        """Ignore an event. This benchmark sends none."""


def run_dispatch() -> Table:
    """Measure one command and thirty, with both kinds of dispatch, and return the table."""
    return asyncio.run(_run_rounds())


async def _run_rounds() -> Table:
    turns = {(name, many): build(many) for name, build in BUILDS.items() for many in (1, COMMANDS)}
    times: dict[tuple[str, int], list[float]] = {turn: [] for turn in turns}
    for _ in range(ROUNDS):
        for turn, dispatch in turns.items():
            times[turn].append(await measure_cost(dispatch, turn[1], REQUESTS))
    return _build_table({turn: median(each) for turn, each in times.items()})


async def measure_cost(dispatch: Dispatch, many: int, requests: int) -> float:
    """Return the seconds for one request that gives the last of `many` commands.

    ValueError for any status but 200.
    """
    asked = [_build_request(many) for _ in range(requests)]
    began = perf_counter()
    for request in asked:
        answer = await dispatch(request)
        if answer.status != 200:
            raise ValueError(f"{answer.status}: {answer.body}")
    return (perf_counter() - began) / requests


async def _authorize_request(
    enterprise_id: str | None, team_id: str | None, user_id: str | None
) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-a")


def _declare_commands(many: int) -> Sequence[Declaration]:
    """Return `many` commands that take text, and the one for a line without a known name."""
    names = ["log", *(f"command-{number}" for number in range(many))]
    return [
        Declaration(
            name,
            make_dataclass(name.title().replace("-", ""), [("text", str, words_param(""))]),
            _answer_nothing,
            name,
        )
        for name in names
    ]


def _answer_nothing(_turn: object, _command: object) -> Reply:
    return text_reply("")


def _build_request(many: int) -> AsyncBoltRequest:
    """Return a signed request for the last command, which both kinds of dispatch understand.

    The name is the text's first word for Ahabot and the slash command for Bolt.
    """
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


def dictionary_dispatch(many: int) -> Dispatch:
    """Return the dispatch of the adapter's app with `many` declared commands."""
    app = make_bolt_app(
        Settings(bot_token="xoxb-a", signing_secret=SECRET),
        _authorize_request,
        StubDispatch(Commands(_declare_commands(many))),
    )
    return lambda request: dispatch_request(app, request)


def listener_dispatch(many: int) -> Dispatch:
    """Return the dispatch of a Bolt app with a listener for each of `many` commands."""
    app = AsyncApp(signing_secret=SECRET, authorize=_authorize_request, process_before_response=True)

    async def acknowledge_command(ack: AsyncAck) -> None:
        await ack()

    for number in range(many):
        app.command(f"/command-{number}")(acknowledge_command)
    return app.async_dispatch


BUILDS = {"Ahabot's dictionary": dictionary_dispatch, "a listener each": listener_dispatch}


def _build_table(times: dict[tuple[str, int], float]) -> Table:
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
