"""A Slack that nobody here wrote: the package `emulate`, started by emulate.mjs, and our Socket Mode in front of it.

It has no slash commands, no interactivity and no Socket Mode of its own; those come from our own `Slack`, which
passes the API's calls on to it, each held against our limits on the way.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests.slack import limits
from tests.slack.server import BOT_TOKEN, SECRET, Slack
from tests.slack.wire import EVENT
from tests.slack.world import Json

HERE = Path(__file__).parent
NEWEST_WITHOUT = 19
"""The last major version of Node that the package does not run on."""
CHECKED = {
    "chat.postMessage": limits.of_message,
    "chat.update": limits.of_message,
    "chat.postEphemeral": limits.of_message,
}


def missing() -> str:
    """What has to be installed first, in a line; nothing where all is there."""
    node = shutil.which("node")
    if node is None:
        return "Node is not installed (Debian: apt install nodejs npm; macOS: brew install node)"
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").partition(".")[0]) <= NEWEST_WITHOUT:
        return f"Node {version.strip()} is too old for the package emulate: it needs 20 or later"
    if not (HERE / "node_modules/emulate").is_dir():
        return "The package emulate is not installed: (cd tests/slack && npm ci --ignore-scripts)"
    return ""


@dataclass
class Emulate:
    """The running package, and somebody who speaks to it."""

    address: str
    session: aiohttp.ClientSession

    async def call(self, method: str, token: str = BOT_TOKEN, **given: Any) -> Json:
        """A call of its API in somebody's name."""
        head = {"Authorization": f"Bearer {token}"}
        async with self.session.post(f"{self.address}/api/{method}", json=given, headers=head) as answer:
            done: Json = await answer.json()
            return done

    async def everything(self) -> dict[str, list[Json]]:
        """All that is in it."""
        async with self.session.get(f"{self.address}/_test/all") as answer:
            found: dict[str, list[Json]] = await answer.json()
            return found

    async def hear(self, url: str) -> None:
        """Send its events there, signed."""
        async with self.session.post(f"{self.address}/_test/hear", json={"url": url}) as answer:
            assert answer.status == 200, await answer.text()


@asynccontextmanager
async def emulating(port: int) -> AsyncIterator[Emulate]:
    """The package at work on this port."""
    command = ["node", str(HERE / "emulate.mjs"), str(port), SECRET, BOT_TOKEN]
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


@asynccontextmanager
async def in_front(slack: Slack, emulate: Emulate) -> AsyncIterator[None]:
    """Our Slack passes every call on, and its events to whoever we deliver to."""

    async def passed_on(method: str, given: Json, token: str) -> Json:
        if check := CHECKED.get(method):
            slack.problems += check({**given, **_parsed(given)})
        return await emulate.call(method, token, **{**given, **_parsed(given)})

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
    slack.behind = passed_on
    try:
        yield
    finally:
        slack.behind = None
        await runner.cleanup()


def _parsed(given: Json) -> Json:
    """What travels as a text of JSON, as structure."""
    structured = ("blocks", "metadata", "view", "files")
    return {
        name: json.loads(value)
        for name, value in given.items()
        if name in structured and isinstance(value, str)
    }
