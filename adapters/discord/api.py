"""Calls to Discord's API: calls as the bot, and answers to interactions.

The bot's calls go through discord.py, which handles the rate limits. Answers use a session of
their own: an answer to an interaction carries its own token and is never retried. Every
message is sent with mentions turned off, which is added here.
"""

from __future__ import annotations

import asyncio
import json as as_json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import discord
from aiohttp import ClientError, ClientSession, ClientTimeout, FormData
from discord.http import HTTPClient, Route

from adapters.discord.errors import DiscordApiError, classify_error
from adapters.discord.rate_limit import InvalidRequestBudget
from bot.core.messages import File

log = logging.getLogger(__name__)

Json = dict[str, Any]

CALL_TIMEOUT = 45.0
"""Seconds for one call, including discord.py's own waits and retries."""
RETRY_UNCONNECTED = 5.0
"""Seconds until a retry makes sense while there is no connection."""
ANSWERING = ClientTimeout(total=10, connect=3)
MESSAGE_PATH = re.compile(r"/messages(/\{\w+\})?$")
"""The ends of the paths that create or change a message."""
HOLDS_MESSAGE = (4, 7)
"""The callback types that send a message or change one."""
ENDED_CODES = (10062, 40060, 50027)
"""Error codes for an interaction that nobody waits for any more.

It is too old (10062), answered already (40060), or its token has expired (50027).
"""
CALL_ERRORS = (
    discord.DiscordException,
    ClientError,
    OSError,
    TimeoutError,
    ValueError,
    LookupError,
    RuntimeError,
)
"""The exceptions that a call may raise.

ValueError and LookupError mean a malformed response; RuntimeError means a closed session.
"""


class ApiClient:
    """The client for all calls to Discord's API.

    `http` returns discord.py's current HTTP client, or None while there is none.
    """

    def __init__(
        self, api_url: str, http: Callable[[], HTTPClient | None], budget: InvalidRequestBudget
    ) -> None:
        self.api_url = api_url
        self.budget = budget
        self._http = http
        self._session: ClientSession | None = None

    async def call_api(
        self,
        method: str,
        path: str,
        *,
        json: Json | Sequence[Json] | None = None,
        files: Sequence[File] = (),
        params: Mapping[str, str | int] | None = None,
        reason: str | None = None,
        **ids: str | int,
    ) -> Any:
        """Make one API call as the bot, and return Discord's response.

        `path` is Discord's own template, like `/channels/{channel_id}/messages`, and `ids` fill it.
        The files are attachments 0, 1, … of `json`. Raises DiscordApiError if Discord surely did not
        do it, OutcomeUnknownError if nobody can tell.
        """
        http = self._require_http()
        if isinstance(json, dict) and MESSAGE_PATH.search(path):
            json = _without_mentions(json)
        try:
            async with asyncio.timeout(CALL_TIMEOUT):
                return await http.request(
                    _make_route(method, path, ids), **_request_arguments(json, files, params, reason)
                )
        except CALL_ERRORS as error:
            trouble = classify_error(error)
            log.info("%s %s: %s", method, path, trouble)
            raise trouble from None

    async def send_callback(self, interaction_id: str, token: str, body: Json) -> bool:
        """Answer an interaction, and return whether Discord accepted it. Never raises."""
        if body.get("type") in HOLDS_MESSAGE and "data" in body:
            body = {**body, "data": _without_mentions(body["data"])}
        return await self._send_answer(
            "POST", f"/interactions/{interaction_id}/{token}/callback", body, "a callback"
        )

    async def send_follow_up(
        self, application_id: str, token: str, body: Json, files: Sequence[File] = ()
    ) -> bool:
        """Send a follow-up message, and return whether Discord accepted it. Never raises."""
        address = f"/webhooks/{application_id}/{token}?wait=true"
        return await self._send_answer("POST", address, _without_mentions(body), "a follow-up", files)

    async def edit_original(self, application_id: str, token: str, body: Json) -> bool:
        """Edit the answer to an interaction, and return whether Discord accepted it. Never raises."""
        address = f"/webhooks/{application_id}/{token}/messages/@original"
        return await self._send_answer("PATCH", address, _without_mentions(body), "a changed answer")

    async def delete_original(self, application_id: str, token: str) -> bool:
        """Delete the answer to an interaction, and return whether Discord did. Never raises."""
        address = f"/webhooks/{application_id}/{token}/messages/@original"
        return await self._send_answer("DELETE", address, None, "deleting an answer")

    async def close(self) -> None:
        """Close the HTTP session."""
        if self._session is not None:
            await self._session.close()

    @property
    def session(self) -> ClientSession:
        """The HTTP session for answers, created on first use inside the running loop."""
        if self._session is None or self._session.closed:
            self._session = ClientSession(timeout=ANSWERING)
        return self._session

    def _require_http(self) -> HTTPClient:
        if (wait := self.budget.seconds_to_wait()) > 0:
            log.warning("Discord refused too many calls lately; the next one is in %.0f s", wait)
            raise DiscordApiError(0, 429, wait)
        if (http := self._http()) is None:
            raise DiscordApiError(0, 0, RETRY_UNCONNECTED)
        return http

    async def _send_answer(
        self, method: str, address: str, body: Json | None, about: str, files: Sequence[File] = ()
    ) -> bool:
        """Send a request with an interaction's token, and return whether Discord accepted it.

        The URL holds that token, so it is never logged.
        """
        try:
            how: dict[str, Any] = {"data": _build_form(body, files)} if files else {"json": body}
            async with self.session.request(method, self.api_url + address, **how) as answer:
                self.budget.count(answer.status)
                if answer.status < 300:
                    return True
                code = _error_code(await answer.read())
                log.log(_log_level(code), "%s was refused (code %s, status %s)", about, code, answer.status)
        except (ClientError, OSError, TimeoutError, ValueError) as error:
            log.warning("%s could not be sent: %s", about, type(error).__name__)
        return False


def _make_route(method: str, path: str, ids: Mapping[str, Any]) -> Route:
    return Route(method, path, **ids)


def _without_mentions(body: Json) -> Json:
    """Return a message body that notifies nobody, even where its text mentions people."""
    return {**body, "allowed_mentions": {"parse": []}}


def _request_arguments(
    json: Json | Sequence[Json] | None,
    files: Sequence[File],
    params: Mapping[str, str | int] | None,
    reason: str | None,
) -> dict[str, Any]:
    """Return a call's body and query as discord.py's arguments."""
    how: dict[str, Any] = {"params": dict(params)} if params else {}
    if reason:
        how["reason"] = reason
    if files:
        return {**how, "form": [_json_part(json), *(_file_part(at, each) for at, each in enumerate(files))]}
    return how if json is None else {**how, "json": json}


def _build_form(json: Json | None, files: Sequence[File]) -> FormData:
    """Return a body with its files as a form."""
    form = FormData()
    for part in (_json_part(json), *(_file_part(at, each) for at, each in enumerate(files))):
        form.add_field(**part)
    return form


def _json_part(json: Json | Sequence[Json] | None) -> Json:
    text = as_json.dumps(json or {}, ensure_ascii=False)
    return {"name": "payload_json", "value": text}


def _file_part(at: int, file: File) -> Json:
    return {
        "name": f"files[{at}]",
        "value": file.data,
        "filename": file.name,
        "content_type": file.media_type,
    }


def _error_code(body: bytes) -> int:
    """Return Discord's error code in a response body, or 0."""
    try:
        said = as_json.loads(body)
    except ValueError:
        return 0
    code = said.get("code") if isinstance(said, dict) else 0
    return code if isinstance(code, int) else 0


def _log_level(code: int) -> int:
    return logging.INFO if code in ENDED_CODES else logging.WARNING
