"""Whether Slack takes every message and view: asked of Slack itself, or checked against its published limits.

`blocks.validate` needs no scope. Its `message` has blocks alone, and it limits how often it is asked.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import forms, render
from adapters.slack.api import quiet_logger
from adapters.slack.blocks import limits
from adapters.slack.blocks.later_fields import with_all_fields
from adapters.slack.forms import FormOrigin
from adapters.slack.render import Encode, Json
from adapters.slack.settings import Settings
from bot.check import Finding, Samples
from bot.settings import SettingError

ABOUT = "blocks"
REQUEST_TIMEOUT = ClientTimeout(total=10)
REFUSALS = ("invalid_blocks", "invalid_message", "invalid_view")
"""Slack's errors for blocks that it would not take."""
OLD = ("unknown_method", "method_not_supported", "not_implemented")
BAD_TOKEN = ("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive")
LONGEST_WAIT, WAITS = 60.0, 20
"""Seconds that one request waits when Slack asks for it, and how often that is done in all."""
SHOWN = 10
"""The most refused messages that are listed."""
FIRST = FormOrigin("", "C0000000001", "team-lantern")


class StoppedError(Exception):
    """Slack doesn't check any further. The message says why, and `broken` whether that is a mistake in the setup."""

    def __init__(self, why: str, broken: bool = False) -> None:
        super().__init__(why)
        self.broken = broken


def check_samples(environ: Mapping[str, str], samples: Samples, encode: Encode) -> list[Finding]:
    """Return what is wrong with the samples, drawn as Slack's messages and views.

    With a bot token Slack is asked. Without one, and where it doesn't answer, its limits are compared.
    """
    try:
        settings = Settings.read(environ)
    except SettingError:
        settings = None
    drawn = list(draw_samples(samples, encode))
    local = [problem for payload in drawn for problem in _local_problems(payload)]
    if settings is None or not settings.bot_token:
        return [
            Finding(ABOUT, "no SLACK_BOT_TOKEN, so Slack isn't asked"),
            *_findings(local, len(drawn), LIMITS),
        ]
    asked = asyncio.run(_ask_slack(settings, one_of_each_shape(drawn)))
    return [*asked, *_findings(local, len(drawn), LIMITS)]


LIMITS = "within Slack's published limits"
TAKEN = "taken by Slack (blocks.validate, one of each shape)"


def draw_samples(samples: Samples, encode: Encode) -> Iterator[Json]:
    """Yield each message as `{"message": …}` and each view as `{"view": …}`, and equal ones once."""
    known: set[str] = set()
    for payload in _draw_all(samples, encode):
        text = json.dumps(payload, sort_keys=True)
        if text not in known:
            known.add(text)
            yield payload


def one_of_each_shape(drawn: Sequence[Json]) -> list[Json]:
    """Return the first message or view of each shape: Slack needs no two that differ in their words alone."""
    return list(
        {json.dumps(_shape(payload), sort_keys=True): payload for payload in reversed(drawn)}.values()
    )


def _shape(node: Any) -> Any:
    match node:
        case dict():
            return {name: each if name == "type" else _shape(each) for name, each in node.items()}
        case list():
            return sorted({json.dumps(_shape(each), sort_keys=True) for each in node})
        case _:
            return type(node).__name__


def _draw_all(samples: Samples, encode: Encode) -> Iterator[Json]:
    for post in samples.posts:
        yield {"message": render.render_message(post.card, encode)}
    for reply in samples.replies:
        yield from ({"message": each} for each in render.render_messages(reply.card, encode))
        yield {"view": forms.build_answer_view(reply.card, FIRST, encode)}
        yield {"view": {"type": "home", "blocks": render.render_view(reply.card, encode)}}
    for form in samples.forms:
        view = forms.build_modal(form, FIRST, encode)
        yield {"view": view}
        yield from ({"view": whole} for whole in with_all_fields(view))


def _local_problems(payload: Json) -> list[str]:
    return limits.of_view(payload["view"]) if "view" in payload else limits.of_message(payload["message"])


def _findings(problems: Sequence[str], many: int, way: str) -> list[Finding]:
    if not problems:
        return [Finding(ABOUT, f"all {many} messages and views are {way}")]
    listed = [Finding(ABOUT, f"not {way}: {problem}", fine=False) for problem in problems[:SHOWN]]
    more = len(problems) - len(listed)
    return [*listed, *([Finding(ABOUT, f"and {more} more", fine=False)] if more else [])]


async def _ask_slack(settings: Settings, drawn: Sequence[Json]) -> list[Finding]:
    async with ClientSession(timeout=REQUEST_TIMEOUT) as session:
        client = AsyncWebClient(
            token=settings.bot_token, base_url=settings.api_url, session=session, retry_handlers=[],
            logger=quiet_logger("web"),
        )  # fmt: skip
        validator = _Validator(client)
        problems: list[str] = []
        for number, payload in enumerate(drawn):
            try:
                problems += await validator.find_problems(payload)
            except StoppedError as stopped:
                why = Finding(
                    ABOUT, f"{stopped}; it checked {number} of {len(drawn)}", fine=not stopped.broken
                )
                return [why, *(_findings(problems, number, TAKEN) if number else [])]
    return _findings(problems, len(drawn), TAKEN)


class _Validator:
    """Asks Slack about one message or view after another, as fast as Slack allows."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self.waits = WAITS

    async def find_problems(self, payload: Json) -> list[str]:
        """Return what Slack says is wrong with a message or view. Raise StoppedError where it can't be asked."""
        while True:
            try:
                await self.client.blocks_validate(**_arguments(payload))
                return []
            except SlackApiError as refused:
                problems, after = _read_refusal(refused)
            except (ClientError, OSError, TimeoutError, ValueError, AttributeError):
                raise StoppedError("Slack didn't answer blocks.validate") from None
            if not after:
                return problems
            self.waits -= 1
            if self.waits < 0 or after > LONGEST_WAIT:
                raise StoppedError("Slack asks to wait before it checks more")
            await asyncio.sleep(after)


def _arguments(payload: Json) -> Json:
    """Return what Slack takes: of a message its blocks, and nothing else."""
    if "message" in payload:
        return {"message": {"blocks": payload["message"]["blocks"]}}
    return payload


def _read_refusal(refused: SlackApiError) -> tuple[list[str], float]:
    """Return the problems that a refusal names, and the seconds to wait first where Slack asks for that.

    Raise StoppedError for any other refusal.
    """
    answer: Any = refused.response.data if hasattr(refused.response, "data") else refused.response
    code = str(answer.get("error") or "") if isinstance(answer, dict) else ""
    if code in REFUSALS:
        told = [each for each in answer.get("errors") or [] if isinstance(each, dict)]
        return [f"{each.get('pointer')}: {each.get('message')}" for each in told] or [code], 0
    if code in ("ratelimited", "rate_limited"):
        headers = getattr(refused.response, "headers", None) or {}
        return [], float(headers.get("Retry-After") or headers.get("retry-after") or 1)
    if code in BAD_TOKEN:
        raise StoppedError(f"SLACK_BOT_TOKEN doesn't work ({code}), so Slack checks no blocks", broken=True)
    if code in OLD:
        raise StoppedError("the server at SLACK_API_URL doesn't know blocks.validate")
    raise StoppedError(f"Slack doesn't check blocks ({code or 'no reason given'})")
