"""The HTTP endpoint `POST /slack/events`, for events, commands and interactions."""

from __future__ import annotations

import logging

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from adapters.slack.connection.bolt_app import dispatch_request
from adapters.tasks import Tasks

log = logging.getLogger(__name__)

PATH = "/slack/events"
SIGNATURE_HEADERS = ("X-Slack-Request-Timestamp", "X-Slack-Signature")
PARSE_ERRORS = (ValueError, TypeError, AttributeError, KeyError, IndexError)


class HttpEndpoint:
    """The `POST /slack/events` endpoint. Answers 503 before start and during shutdown."""

    def __init__(self, secret: str, tasks: Tasks) -> None:
        self.secret = secret
        self.tasks = tasks
        self.app: AsyncApp | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Handle one request.

        Return 503 while there is no app, 400 for a body that cannot be read, 401 for a missing or
        malformed signature. A shutdown waits for the request to finish.
        """
        if self.app is None:
            return web.Response(status=503, text="Not just now.")
        try:
            body = (await request.read()).decode()
        except UnicodeDecodeError:
            return web.Response(status=400)
        try:
            asked = AsyncBoltRequest(body=body, query=request.query_string, headers=dict(request.headers))
        except PARSE_ERRORS:
            log.info("a request that cannot be read")
            return web.Response(status=400 if self._is_signed(body, request) else 401)
        if not _has_readable_signature(request):
            return web.Response(status=401)
        with self.tasks.track():
            answer = await dispatch_request(self.app, asked)
        return await to_aiohttp_response(answer)

    def _is_signed(self, body: str, request: web.Request) -> bool:
        """Return whether Slack signed the request within the last five minutes."""
        stamp, signature = (request.headers.get(name, "") for name in SIGNATURE_HEADERS)
        return _has_readable_signature(request) and SignatureVerifier(self.secret).is_valid(
            body, stamp, signature
        )


def _has_readable_signature(request: web.Request) -> bool:
    """Return whether the signature headers are well formed.

    Bolt checks whether the signature is right.
    """
    stamp, signature = (request.headers.get(name, "0") for name in SIGNATURE_HEADERS)
    return stamp.isascii() and stamp.isdecimal() and signature.isascii()
