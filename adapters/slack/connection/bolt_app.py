"""The Bolt app, with few listeners: Bolt tries each of them for every request.

A dictionary in `Interactions` and in `Events` does the routing instead. With
`process_before_response`, an event whose listener raises is answered with 500, and Slack
sends it again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, cast

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
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

ANY = re.compile("")

NOT_INSTALLED = (
    "I am not installed in this workspace any more, so nothing was kept. "
    "Whoever brought me here can install me again."
)
"""Sentence for a person whose workspace has no installation.

Bolt's own sentence apologises for an unknown error.
"""


class Dispatch(Protocol):
    """What the Bolt listeners call: one method for interactions, one for events."""

    async def answer_request(self, kind: str, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """Answer a command, button, form or shortcut, which a person waits for."""

    async def take_event(self, body: Json, context: AsyncBoltContext) -> None:
        """Process an event. Raise StoreError when the database cannot store it."""


def make_bolt_app(settings: Settings, authorize: AuthorizeFunction, dispatch: Dispatch) -> AsyncApp:
    """Return a Bolt app with the bot's listeners.

    Its logger shows errors alone: Bolt reads SLACK_BOT_TOKEN and SLACK_CLIENT_ID by itself,
    and warns that it does not use them.
    """

    async def authorize_or_continue(
        context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None, user_id: str | None
    ) -> AuthorizeResult | None:
        try:
            return await authorize(enterprise_id, team_id, user_id)
        except (StoreError, OutcomeUnknownError):
            if not context.get(PERSON_WAITS):
                raise
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)

    client = AsyncWebClient(base_url=settings.api_url, retry_handlers=[], logger=quiet_logger("web"))
    app = AsyncApp(
        name="ahabot", logger=quiet_logger("bolt", logging.ERROR), client=client,
        signing_secret=settings.signing_secret, authorize=cast(Any, authorize_or_continue),
        user_facing_authorize_error_message=NOT_INSTALLED, process_before_response=True,
        attaching_function_token_enabled=False, attaching_conversation_kwargs_enabled=False,
    )  # fmt: skip
    _add_listeners(app, dispatch)
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


def _add_listeners(app: AsyncApp, dispatch: Dispatch) -> None:
    async def handle_event(body: Json, context: AsyncBoltContext) -> None:
        await dispatch.take_event(body, context)

    async def handle_command(body: Json, context: AsyncBoltContext) -> BoltResponse:
        return await dispatch.answer_request("command", body, context)

    async def handle_interaction(body: Json, context: AsyncBoltContext) -> BoltResponse:
        return await dispatch.answer_request(str(body.get("type")), body, context)

    app.command(ANY)(handle_command)
    app.event(ANY)(handle_event)
    app.block_action(ANY)(handle_interaction)
    app.view_submission(ANY)(handle_interaction)
    app.shortcut(ANY)(handle_interaction)


async def _failure_response(error: Exception) -> BoltResponse:
    """Return 500 for a failure that a retry may fix, and 400 for an unreadable request.

    Slack sends an event again after a 500. The content of an unreadable request is not
    logged.
    """
    if isinstance(error, StoreError | OutcomeUnknownError):
        log.warning("an event is to come again: %s", error)
        return BoltResponse(status=500)
    logs.log_failure(log, "a request", error)
    return BoltResponse(status=400)
