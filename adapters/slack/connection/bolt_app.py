"""The Bolt app: few listeners, since each one tried costs every request; what comes is routed by a dictionary.

With `process_before_response` an event whose listener raises is answered with 500, and Slack sends it again.
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

from adapters.slack.api import discreet
from adapters.slack.payloads import at
from adapters.slack.render import Json
from adapters.slack.settings import Settings
from bot import logs
from bot.core.adapter import OutcomeUnknown
from storage.engine.errors import StoreError

log = logging.getLogger(__name__)

Authorizing = Callable[[str | None, str | None, str | None], Awaitable[AuthorizeResult | None]]
"""Organisation, workspace, person -> the bot there, or None where nobody installed us."""

WAITS = "somebody_waits"
"""Set on what a person waits for: that is answered even where the database is down."""

ANY = re.compile("")

NOWHERE = (
    "I am not installed in this workspace any more, so nothing was kept. "
    "Whoever brought me here can install me again."
)
"""To a person whose workspace has no installation; Bolt's own sentence apologises for something unknown."""


class Dispatch(Protocol):
    """Where everything goes."""

    async def answer(self, kind: str, body: Json, context: AsyncBoltContext) -> BoltResponse:
        """Answer what a person waits for."""

    async def take(self, body: Json, context: AsyncBoltContext) -> None:
        """Take an event. StoreError where it cannot be kept."""


def make_app(settings: Settings, authorize: Authorizing, dispatch: Dispatch) -> AsyncApp:
    """A Bolt app with our listeners.

    Bolt looks at SLACK_BOT_TOKEN and SLACK_CLIENT_ID by itself, and remarks on what it then does not do: errors alone.
    """

    async def authorized(
        context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None, user_id: str | None
    ) -> AuthorizeResult | None:
        try:
            return await authorize(enterprise_id, team_id, user_id)
        except (StoreError, OutcomeUnknown):
            if not context.get(WAITS):
                raise
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)

    client = AsyncWebClient(base_url=settings.api_url, retry_handlers=[], logger=discreet("web"))
    app = AsyncApp(
        name="ahabot", logger=discreet("bolt", logging.ERROR), client=client,
        signing_secret=settings.signing_secret, authorize=cast(Any, authorized),
        user_facing_authorize_error_message=NOWHERE, process_before_response=True,
        attaching_function_token_enabled=False, attaching_conversation_kwargs_enabled=False,
    )  # fmt: skip
    _listen(app, dispatch)
    app.error(_failed)
    return app


async def dispatched(app: AsyncApp, request: AsyncBoltRequest) -> BoltResponse:
    """Bolt's answer to one request."""
    request.context[WAITS] = "event" not in request.body
    if not str(request.context.get("team_id") or "").startswith("T") and (team := _team(request.body)):
        request.context["team_id"] = team
    try:
        return await app.async_dispatch(request)
    except (
        AttributeError,
        TypeError,
        LookupError,
        ValueError,
    ) as error:  # Bolt reads parts that are not there
        return await _failed(error)


def _team(body: Any) -> str:
    """The workspace in which something happened, where what Bolt looks at names the organisation or nothing.

    So it is with an organisation's installation. Without this its events would all be of one workspace.
    """
    told = (at(body, "context_team_id"), at(body, "team_id"), at(body, "user", "team_id"))
    return next((team for team in told if team.startswith("T")), "")


def _listen(app: AsyncApp, dispatch: Dispatch) -> None:
    async def event(body: Json, context: AsyncBoltContext) -> None:
        await dispatch.take(body, context)

    async def command(body: Json, context: AsyncBoltContext) -> BoltResponse:
        return await dispatch.answer("command", body, context)

    async def interaction(body: Json, context: AsyncBoltContext) -> BoltResponse:
        return await dispatch.answer(str(body.get("type")), body, context)

    app.command(ANY)(command)
    app.event(ANY)(event)
    app.block_action(ANY)(interaction)
    app.view_submission(ANY)(interaction)
    app.shortcut(ANY)(interaction)


async def _failed(error: Exception) -> BoltResponse:
    """What cannot be kept just now is to come again; what we cannot read is refused, and its words stay unlogged."""
    if isinstance(error, StoreError | OutcomeUnknown):
        log.warning("an event is to come again: %s", error)
        return BoltResponse(status=500)
    logs.failure(log, "a request", error)
    return BoltResponse(status=400)
