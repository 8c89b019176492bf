"""The two transports from Slack to the app: signed HTTP requests, and Socket Mode."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp
from aiohttp import WSMsgType, web

from tests.fakes.slack.world import Json

ANSWER_WITHIN = 30.0
"""Seconds; three on Slack, which would test how busy the machine is. Tests of lateness set it."""
EVENT, COMMAND, INTERACTION = "events_api", "slash_commands", "interactive"


@dataclass(frozen=True)
class Answer:
    """The app's response to one delivery. `status` is 0 when none came in time."""

    status: int
    body: Json = field(default_factory=dict)
    seconds: float = 0.0
    text: str = ""

    @property
    def ok(self) -> bool:
        """Whether Slack counts the delivery as acknowledged."""
        return self.status == 200


class Wire(Protocol):
    """A transport to the app."""

    async def send(self, kind: str, payload: Json, retry: int = 0, reason: str = "") -> Answer:
        """Deliver an event, a command or an interaction once, and return the response."""


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return the value of the X-Slack-Signature header."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()


@dataclass
class Http:
    """Signed HTTP requests to the app's URL."""

    url: str
    secret: str
    session: aiohttp.ClientSession

    async def send(self, kind: str, payload: Json, retry: int = 0, reason: str = "") -> Answer:
        """Implement `Wire.send`."""
        body, headers = encoded(kind, payload)
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason or "http_error"}
        return await self.raw(body, headers)

    async def raw(
        self, body: bytes, headers: dict[str, str], stamp: float | None = None, secret: str = ""
    ) -> Answer:
        """Send any body, signed with any time and secret."""
        at = str(int(time.time() if stamp is None else stamp))
        signed = {
            "X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature(secret or self.secret, at, body),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)", **headers,
        }  # fmt: skip
        began = time.monotonic()
        limit = aiohttp.ClientTimeout(ANSWER_WITHIN)
        try:
            async with self.session.post(self.url, data=body, headers=signed, timeout=limit) as answer:
                text = await answer.text()
                return Answer(answer.status, _json(text), time.monotonic() - began, text)
        except (TimeoutError, aiohttp.ClientError):
            return Answer(0, {}, time.monotonic() - began)


def encoded(kind: str, payload: Json) -> tuple[bytes, dict[str, str]]:
    """Return a payload's HTTP body and headers."""
    if kind == EVENT:
        return json.dumps(payload).encode(), {"Content-Type": "application/json"}
    form = payload if kind == COMMAND else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}


def _json(text: str) -> Json:
    with contextlib.suppress(ValueError):
        if isinstance(found := json.loads(text), dict):
            return found
    return {"text": text} if text else {}


@dataclass
class Socket:
    """Socket Mode: each payload is sent on one connection and acknowledged by the id of its envelope."""

    app: str = "A0AHABOT"
    lines: list[web.WebSocketResponse] = field(default_factory=list)
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    late: list[Json] = field(default_factory=list)
    """Acknowledgements that came too late or a second time."""
    opened: int = 0
    turn: int = 0
    connected: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def live(self) -> list[web.WebSocketResponse]:
        """The open connections."""
        return [line for line in self.lines if not line.closed]

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection until it is closed."""
        line = web.WebSocketResponse(heartbeat=15)
        await line.prepare(request)
        self.lines.append(line)
        self.opened += 1
        await line.send_json(
            {
                "type": "hello", "num_connections": len(self.live), "connection_info": {"app_id": self.app},
                "debug_info": {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060},
            }
        )  # fmt: skip
        self.connected.set()
        async for frame in line:
            if frame.type == WSMsgType.TEXT:
                self._acknowledged(frame.data)
        return line

    def _acknowledged(self, data: str) -> None:
        ack = _json(data)
        waiting = self.waiting.get(str(ack.get("envelope_id")))
        if waiting is None or waiting.done():
            self.late.append(ack)
        else:
            waiting.set_result(ack)

    async def send(self, kind: str, payload: Json, retry: int = 0, reason: str = "") -> Answer:
        """Implement `Wire.send`."""
        envelope: dict[str, Any] = {
            "envelope_id": str(uuid4()), "type": kind, "payload": payload,
            "accepts_response_payload": kind != EVENT,
        }  # fmt: skip
        if kind == EVENT:
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        return await self.frame(envelope)

    async def frame(self, envelope: Json) -> Answer:
        """Send any envelope on the next connection in turn, and return the response."""
        began = time.monotonic()
        waiting = asyncio.get_running_loop().create_future()
        self.waiting[envelope["envelope_id"]] = waiting
        try:
            if not self.live:
                async with asyncio.timeout(ANSWER_WITHIN):
                    await self.connected.wait()
            self.turn += 1
            await self.live[self.turn % len(self.live)].send_json(envelope)
            async with asyncio.timeout(ANSWER_WITHIN - (time.monotonic() - began)):
                ack = await waiting
        except (TimeoutError, ConnectionError, ZeroDivisionError):
            return Answer(0, {}, time.monotonic() - began)
        return Answer(200, ack.get("payload") or {}, time.monotonic() - began)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every client to reconnect, as Slack does every few hours.

        With the reason `warning` the request is only announced.
        """
        for line in self.live:
            await line.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}
            )
            if reason != "warning":
                self.connected.clear()
                self.lines.remove(line)  # it gets nothing new, but may still acknowledge earlier envelopes

    async def hang_up(self) -> None:
        """Close every connection without notice. Envelopes sent on them can no longer be acknowledged."""
        self.connected.clear()
        self.waiting.clear()
        for line in list(self.live):
            await line.close()
