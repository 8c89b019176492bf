"""Calls to Discord: in the bot's name through discord.py, which knows the rate limits; answers to a person on our own.

An answer to an interaction carries a token of its own and is never repeated. Nothing we send mentions anybody: that
is put into every message here.
"""

from __future__ import annotations

import asyncio
import json as as_json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import discord
from aiohttp import ClientError, ClientSession, ClientTimeout
from discord.http import HTTPClient, Route

from adapters.discord.errors import Refused, judged
from adapters.discord.rate_limit import Budget
from bot.core.messages import Picture

log = logging.getLogger(__name__)

Json = dict[str, Any]

PATIENCE = 45.0
"""Seconds for a call with all that discord.py waits and tries again in it."""
NOT_YET = 5.0
"""Seconds until a call makes sense again while there is no connection."""
ANSWERING = ClientTimeout(total=10, connect=3)
MESSAGE = re.compile(r"/messages(/\{\w+\})?$")
"""The ends of the addresses where a message is made or changed."""
HOLDS_MESSAGE = (4, 7)
"""The callbacks that bring a message along, or change one."""
GONE = (10062, 40060, 50027)
"""An interaction too old, one that somebody answered already, a token that has ended: nobody waits there any more."""
WRONG = (discord.DiscordException, ClientError, OSError, TimeoutError, ValueError, LookupError, RuntimeError)
"""What a call may raise: not what Discord ever sends is ValueError or LookupError, a closed session RuntimeError."""


class Calls:
    """All calls go through here. `http` gives discord.py's client of the moment, or None while there is none."""

    def __init__(self, api_url: str, http: Callable[[], HTTPClient | None], budget: Budget) -> None:
        self.api_url = api_url
        self.budget = budget
        self._http = http
        self._session: ClientSession | None = None

    async def ask(
        self,
        method: str,
        path: str,
        *,
        json: Json | Sequence[Json] | None = None,
        files: Sequence[Picture] = (),
        params: Mapping[str, str | int] | None = None,
        reason: str | None = None,
        **ids: str | int,
    ) -> Any:
        """One call in the bot's name; `path` is Discord's own, like `/channels/{channel_id}/messages`, `ids` fill it.

        The files are the attachments 0, 1, … of `json`. Refused where Discord surely did not do it, OutcomeUnknown
        where nobody knows.
        """
        http = self._ready()
        if isinstance(json, dict) and MESSAGE.search(path):
            json = _hushed(json)
        try:
            async with asyncio.timeout(PATIENCE):
                return await http.request(_route(method, path, ids), **_how(json, files, params, reason))
        except WRONG as error:
            trouble = judged(error)
            log.info("%s %s: %s", method, path, trouble)
            raise trouble from None

    async def callback(self, interaction_id: str, token: str, body: Json) -> bool:
        """Answer an interaction; whether Discord took it. Never raises."""
        if body.get("type") in HOLDS_MESSAGE:
            body = {**body, "data": _hushed(body.get("data") or {})}
        return await self._answer(
            "POST", f"/interactions/{interaction_id}/{token}/callback", body, "a callback"
        )

    async def follow_up(self, application_id: str, token: str, body: Json) -> bool:
        """Say more to an interaction; whether Discord took it. Never raises."""
        address = f"/webhooks/{application_id}/{token}?wait=true"
        return await self._answer("POST", address, _hushed(body), "a follow-up")

    async def edit_original(self, application_id: str, token: str, body: Json) -> bool:
        """Change the answer to an interaction; whether Discord took it. Never raises."""
        address = f"/webhooks/{application_id}/{token}/messages/@original"
        return await self._answer("PATCH", address, _hushed(body), "a changed answer")

    async def delete_original(self, application_id: str, token: str) -> bool:
        """Take the answer to an interaction away; whether Discord did. Never raises."""
        address = f"/webhooks/{application_id}/{token}/messages/@original"
        return await self._answer("DELETE", address, None, "taking an answer away")

    async def close(self) -> None:
        """Hang up."""
        if self._session is not None:
            await self._session.close()

    @property
    def session(self) -> ClientSession:
        """The one session for answers, made when first asked for, inside the running loop."""
        if self._session is None or self._session.closed:
            self._session = ClientSession(timeout=ANSWERING)
        return self._session

    def _ready(self) -> HTTPClient:
        if (wait := self.budget.wait()) > 0:
            log.warning("Discord refused too much of late; the next call is in %.0f s", wait)
            raise Refused(0, 429, wait)
        if (http := self._http()) is None:
            raise Refused(0, 0, NOT_YET)
        return http

    async def _answer(self, method: str, address: str, body: Json | None, about: str) -> bool:
        """The address holds a secret, so it is in no log."""
        try:
            async with self.session.request(method, self.api_url + address, json=body) as answer:
                self.budget.note(answer.status)
                if answer.status < 300:
                    return True
                code = _code(await answer.read())
                log.log(_level(code), "%s was refused (code %s, status %s)", about, code, answer.status)
        except (ClientError, OSError, TimeoutError, ValueError) as error:
            log.warning("%s did not arrive: %s", about, type(error).__name__)
        return False


def _route(method: str, path: str, ids: Mapping[str, Any]) -> Route:
    return Route(method, path, **ids)


def _hushed(body: Json) -> Json:
    """Nobody is notified, whatever stands in the text."""
    return {**body, "allowed_mentions": {"parse": []}}


def _how(
    json: Json | Sequence[Json] | None,
    files: Sequence[Picture],
    params: Mapping[str, str | int] | None,
    reason: str | None,
) -> dict[str, Any]:
    """A call's body and query as discord.py takes them."""
    how: dict[str, Any] = {"params": dict(params)} if params else {}
    if reason:
        how["reason"] = reason
    if files:
        return {**how, "form": [_payload(json), *(_part(at, each) for at, each in enumerate(files))]}
    return how if json is None else {**how, "json": json}


def _payload(json: Json | Sequence[Json] | None) -> Json:
    text = as_json.dumps(json or {}, ensure_ascii=False)
    return {"name": "payload_json", "value": text}


def _part(at: int, picture: Picture) -> Json:
    return {
        "name": f"files[{at}]",
        "value": picture.png,
        "filename": picture.name,
        "content_type": "image/png",
    }


def _code(body: bytes) -> int:
    """Discord's own number for why, or 0."""
    try:
        said = as_json.loads(body)
    except ValueError:
        return 0
    code = said.get("code") if isinstance(said, dict) else 0
    return code if isinstance(code, int) else 0


def _level(code: int) -> int:
    return logging.INFO if code in GONE else logging.WARNING
