"""The Bolt app, without listeners: Bolt tries each of them for every request.

A middleware at the end of its chain takes all requests instead, and a dictionary in `Interactions`
and in `Events` does the routing. An event whose handling raises is answered with 500, and Slack sends
it again.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, cast

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.request.payload_utils import (
    is_block_actions,
    is_block_suggestion,
    is_event,
    is_shortcut,
    is_slash_command,
    is_view_submission,
)
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import quiet_logger
from adapters.slack.payloads import text_at
from adapters.slack.render import Json
from adapters.slack.settings import Settings
from bot import logs
from bot.core.origin import OutcomeUnknownError
from storage.engine.errors import StoreError

log = logging.getLogger(__name__)

AuthorizeFunction = Callable[[str | None, str | None, str | None], Awaitable[AuthorizeResult | None]]
"""Organisation, workspace, person -> the bot's identity there, or None if not installed."""

PERSON_WAITS = "somebody_waits"
"""Context key set on requests that a person waits for.

Those are answered even when the database is down.
"""

NOT_INSTALLED = (
    "I'm no longer installed in this workspace, so nothing was saved. An admin can install me again."
)
"""Sentence for a person whose workspace has no installation.

Bolt's own sentence apologises for an unknown error.
"""


class Dispatch(Protocol):
    """What takes the requests: one method for interactions, one for events."""

    async def answer_request(self, kind: str, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """Answer a command, button, form or shortcut, which a person waits for."""

    async def take_event(self, body: Json, context: AsyncBoltContext) -> None:
        """Process an event. Raise StoreError when the database cannot store it."""


def make_bolt_app(settings: Settings, authorize: AuthorizeFunction, dispatch: Dispatch) -> AsyncApp:
    """Return a Bolt app whose requests go to `dispatch`.

    Its logger shows errors alone: Bolt reads SLACK_BOT_TOKEN and SLACK_CLIENT_ID by itself,
    and warns that it does not use them.
    """
    client = AsyncWebClient(base_url=settings.api_url, retry_handlers=[], logger=quiet_logger("web"))
    app = AsyncApp(
        name="ahabot", logger=quiet_logger("bolt", logging.ERROR), client=client,
        signing_secret=settings.signing_secret, authorize=cast(Any, Authorization(authorize)),
        user_facing_authorize_error_message=NOT_INSTALLED,
        attaching_function_token_enabled=False, attaching_conversation_kwargs_enabled=False,
    )  # fmt: skip
    app.use(Routing(dispatch))
    app.error(_failure_response)
    return app


async def dispatch_request(app: AsyncApp, request: AsyncBoltRequest) -> BoltResponse:
    """Return Bolt's response to one request.

    Set the workspace in the context first, when Bolt will not find it. An exception from
    Bolt's parsing gets the failure response.
    """
    request.context[PERSON_WAITS] = "event" not in request.body
    if not str(request.context.get("team_id") or "").startswith("T") and (
        team := _find_workspace(request.body)
    ):
        request.context["team_id"] = team
    try:
        return await app.async_dispatch(request)
    except (
        AttributeError,
        TypeError,
        LookupError,
        ValueError,
        RecursionError,
    ) as error:  # Bolt assumes keys that a malformed body does not have
        return await _failure_response(error)


def _find_workspace(body: Any) -> str:
    """Return the ID of the workspace a request comes from, or an empty string.

    For an organisation's installation, the fields that Bolt reads name the organisation or
    nothing. Without this function all its events would count as one workspace's.
    """
    told = (text_at(body, "context_team_id"), text_at(body, "team_id"), text_at(body, "user", "team_id"))
    return next((team for team in told if team.startswith("T")), "")


class Authorization(AsyncAuthorize):
    """Finds the bot's identity in a workspace. Without a database, a person who waits is still answered."""

    def __init__(self, authorize: AuthorizeFunction) -> None:
        self._authorize = authorize

    async def __call__(
        self, *, context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None, user_id: str | None,
        **_actor: Any,
    ) -> AuthorizeResult | None:  # fmt: skip
        """Return the identity, or None where the bot is not installed. StoreError for an event."""
        try:
            return await self._authorize(enterprise_id, team_id, user_id)
        except (StoreError, OutcomeUnknownError):
            if not context.get(PERSON_WAITS):
                raise
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)


class Routing(AsyncMiddleware):
    """The end of Bolt's chain: passes each request on by its kind. Bolt answers the others with 404."""

    def __init__(self, dispatch: Dispatch) -> None:
        self._dispatch = dispatch

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse | None:
        """Return the response to one request."""
        body, context = req.body, req.context
        if is_event(body):
            await self._dispatch.take_event(body, context)
            return BoltResponse(status=200, body="")
        if kind := _interaction_kind(body):
            return await self._dispatch.answer_request(kind, body, context)
        return await next()


def _interaction_kind(body: Json) -> str:
    """Return the kind of an interaction by its payload, or an empty string for anything else."""
    if is_slash_command(body):
        return "command"
    tests = (is_block_actions, is_view_submission, is_shortcut, is_block_suggestion)
    known = any(test(body) for test in tests)
    return str(body["type"]) if known else ""


async def _failure_response(error: Exception) -> BoltResponse:
    """Return 500 for a failure that a retry may fix, and 400 for an unreadable request.

    Slack sends an event again after a 500. The content of an unreadable request is not
    logged.
    """
    if isinstance(error, StoreError | OutcomeUnknownError):
        log.warning("an event could not be stored, so Slack sends it again: %s", error)
        return BoltResponse(status=500)
    logs.log_failure(log, "a request", error)
    return BoltResponse(status=400)
