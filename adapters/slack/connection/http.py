"""The HTTP endpoint `POST /slack/events`, for events, commands and interactions.

Anybody may send to it. So the signature is checked first, over the bytes as they arrived, and
nothing is decoded or parsed before.
"""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Sequence
from hashlib import sha256

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.slack.connection.bolt_app import dispatch_request
from adapters.tasks import Tasks

log = logging.getLogger(__name__)

PATH = "/slack/events"
PARSE_ERRORS = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
SIGNED_WITHIN = 300
"""Seconds between Slack's signature and its arrival, in both directions."""
MAX_BYTES = 4 * 1024 * 1024
"""Bytes of a body that is parsed. Slack's are far smaller."""
MAX_CHECKED_BYTES = 2 * MAX_BYTES
"""Bytes of a body whose signature is checked."""
BOLT_READS = ("Content-Type", "X-Slack-Request-Timestamp", "X-Slack-Signature")
"""The headers that Bolt needs. It checks the signature, too."""
TELL_EVERY = 60.0
"""Seconds between two lines in the log about refused requests."""


class HttpEndpoint:
    """The `POST /slack/events` endpoint. Answers 503 before start and during shutdown."""

    def __init__(self, secret: str, tasks: Tasks) -> None:
        self.secret = secret.encode()
        self.tasks = tasks
        self.app: AsyncApp | None = None
        self._told_at = -TELL_EVERY

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Handle one request.

        Return 503 while there is no app, 401 for a body that Slack did not sign within the last five
        minutes, and 400 for a signed one that cannot be read. A shutdown waits for the request to finish.
        """
        if self.app is None:
            return web.Response(status=503, text="Not available right now.")
        body = await self._read_signed_body(request)
        if body is None:
            return self._refuse_request()
        asked = _parse_request(request, body)
        if asked is None:
            log.info("a signed request that cannot be read")
            return web.Response(status=400)
        with self.tasks.track():
            answer = await dispatch_request(self.app, asked)
        return await to_aiohttp_response(answer)

    async def _read_signed_body(self, request: web.Request) -> bytes | None:
        """Return the body, or None where it is not signed by Slack.

        A body of more than `MAX_BYTES` is cut off. Without a signature that could be right, nothing is read.
        """
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not _is_recent(stamp) or not (signature.startswith("v0=") and signature.isascii()):
            return None
        digest, body, size = hmac.new(self.secret, f"v0:{stamp}:".encode(), sha256), bytearray(), 0
        try:
            async for chunk in request.content.iter_any():
                digest.update(chunk)
                size += len(chunk)
                if size > MAX_CHECKED_BYTES:
                    return None
                if len(body) <= MAX_BYTES:
                    body += chunk
        except web.RequestPayloadError:
            return None
        return bytes(body) if hmac.compare_digest(f"v0={digest.hexdigest()}", signature) else None

    def _refuse_request(self) -> web.Response:
        """Return 401, with a line in the log once a minute, for a wrong secret in our settings."""
        now = time.monotonic()
        if now >= self._told_at + TELL_EVERY:
            self._told_at = now
            log.warning("refused a request that is not signed with SLACK_SIGNING_SECRET, or is too old")
        return web.Response(status=401)


def _is_recent(stamp: str) -> bool:
    """Return whether the time of a signature is one, and less than five minutes away."""
    readable = len(stamp) <= 12 and stamp.isascii() and stamp.isdecimal()
    return readable and abs(time.time() - int(stamp)) <= SIGNED_WITHIN


def _parse_request(request: web.Request, body: bytes) -> AsyncBoltRequest | None:
    """Return Bolt's request, or None where the body is too long, encoded, or neither a form nor JSON."""
    if len(body) > MAX_BYTES or request.headers.get("Content-Encoding", "identity") != "identity":
        return None
    try:
        headers: dict[str, str | Sequence[str]] = {
            name: request.headers[name] for name in BOLT_READS if name in request.headers
        }
        return AsyncBoltRequest(body=body.decode(), headers=headers)
    except PARSE_ERRORS:
        return None
