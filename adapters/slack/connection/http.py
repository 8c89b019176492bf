"""HTTP from Slack: `POST /slack/events`, for events, commands and interactions alike."""

from __future__ import annotations

import logging

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from adapters.slack.connection.bolt_app import dispatched
from adapters.slack.responses import InHand

log = logging.getLogger(__name__)

PATH = "/slack/events"
SIGNED = ("X-Slack-Request-Timestamp", "X-Slack-Signature")
UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, IndexError)


class Door:
    """Where Slack knocks. It is shut before the start and once we are leaving."""

    def __init__(self, secret: str, in_hand: InHand) -> None:
        self.secret = secret
        self.in_hand = in_hand
        self.app: AsyncApp | None = None

    async def knock(self, request: web.Request) -> web.StreamResponse:
        """One request; it is finished even if whoever sent it hangs up."""
        if self.app is None:
            return web.Response(status=503, text="Not just now.")
        try:
            body = (await request.read()).decode()
        except UnicodeDecodeError:
            return web.Response(status=400)
        try:
            asked = AsyncBoltRequest(body=body, query=request.query_string, headers=dict(request.headers))
        except UNREADABLE:
            log.info("a request that cannot be read")
            return web.Response(status=400 if self._signed(body, request) else 401)
        if not _readable(request):
            return web.Response(status=401)
        answer = await self.in_hand.finish(dispatched(self.app, asked))
        return await to_aiohttp_response(answer)

    def _signed(self, body: str, request: web.Request) -> bool:
        """Signed by Slack within the last five minutes."""
        stamp, signature = (request.headers.get(name, "") for name in SIGNED)
        return _readable(request) and SignatureVerifier(self.secret).is_valid(body, stamp, signature)


def _readable(request: web.Request) -> bool:
    """Whether the headers that sign can be read at all; Bolt checks that they are right."""
    stamp, signature = (request.headers.get(name, "0") for name in SIGNED)
    return stamp.isascii() and stamp.isdecimal() and signature.isascii()
