"""Tests of `ahabot check --blocks`: Slack is asked with a token, and its limits are compared without one."""

import asyncio
import json
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from aiohttp import web

from adapters.slack.check import check_samples
from bot.check import Samples
from bot.core.messages import Button, Card, Field, FieldKind, Form, Option, Post, Quote, Text, text_reply
from bot.runtime.samples.sampling import collect_samples

FEW = Samples(
    posts=[Post(Card((Quote("We sign once.", "Ana", Button("Show", "show")),)))],
    replies=[text_reply("Saved as #1.", buttons=(Button("Undo", "undo"),))],
    forms=[
        Form(
            "Log an aha",
            "log",
            (
                Field("text", "What did you notice?"),
                Field("kind", "Kind", FieldKind.CHOICE, options=(Option("1", "One"),), later=True),
            ),
        )
    ],
)


def encode(command: Any) -> str:
    return f"press:{command}"


class Validator:
    """Slack's `blocks.validate`, as far as a message has blocks alone. The next answers are in `said`."""

    def __init__(self) -> None:
        self.said: list[tuple[dict[str, Any], dict[str, str]]] = []
        self.asked: list[dict[str, Any]] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        given = {**request.query, **(await request.post())}
        assert request.match_info["method"] == "blocks.validate"
        assert len(given) == 1, "exactly one of blocks, message and view"
        payload = {name: json.loads(str(each)) for name, each in given.items()}
        self.asked.append(payload)
        body, headers = self.said.pop(0) if self.said else ({"ok": True}, {})
        if set(payload.get("message", {})) - {"blocks", "attachments"}:
            body = {"ok": False, "error": "invalid_message"}
        status = 429 if headers else 200
        return web.json_response(body, headers=headers, status=status)


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Validator]:
    """Yield a Slack that validates blocks, in a thread of its own, because the check has its own loop."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    there, loop = Validator(), asyncio.new_event_loop()

    async def start() -> web.AppRunner:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", there.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        there.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        return runner

    runner = loop.run_until_complete(start())
    thread = Thread(target=loop.run_forever)
    thread.start()
    yield there
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def lines(slack: Validator | None, samples: Samples = FEW) -> list[str]:
    environ = (
        {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": slack.url}
        if slack
        else {}
    )
    return [str(each) for each in check_samples(environ, samples, encode)]


def test_slack_is_asked_about_each_message_and_view(slack: Validator) -> None:
    """A form also as it is after *Add more*."""
    taken, local = lines(slack)
    assert "all 6 messages and views are taken by Slack" in taken
    assert "within Slack's published limits" in local
    assert [next(iter(each)) for each in slack.asked].count("view") == 4
    assert any("Kind" in json.dumps(each) for each in slack.asked)


def test_what_slack_would_not_take_is_named(slack: Validator) -> None:
    wrong = {"pointer": "/blocks/0/type", "code": "failed_constraint", "message": "must be a known type"}
    slack.said = [({"ok": False, "error": "invalid_view", "errors": [wrong]}, {})]
    refused, _ = lines(slack)
    assert refused.startswith("NOT OK")
    assert "/blocks/0/type: must be a known type" in refused


def test_slack_is_waited_for(slack: Validator) -> None:
    """Its limits for this method are special and not published."""
    slack.said = [({"ok": False, "error": "ratelimited"}, {"Retry-After": "0.01"})]
    assert "taken by Slack" in lines(slack)[0]
    assert len(slack.asked) == 7
    slack.said = [({"ok": False, "error": "ratelimited"}, {"Retry-After": "600"})]
    assert "Slack asks to wait before it checks more; it checked 0 of 6" in lines(slack)[0]


@pytest.mark.parametrize(
    ("error", "said", "fine"),
    [
        ("unknown_method", "the server at SLACK_API_URL doesn't know blocks.validate", True),
        ("invalid_auth", "SLACK_BOT_TOKEN doesn't work (invalid_auth)", False),
        ("fatal_error", "Slack doesn't check blocks (fatal_error)", True),
    ],
)
def test_where_slack_does_not_check_its_limits_are_compared(
    slack: Validator, error: str, said: str, fine: bool
) -> None:
    slack.said = [({"ok": False, "error": error}, {})]
    why, local = lines(slack)
    assert said in why
    assert why.startswith("ok") == fine
    assert "all 6 messages and views are within Slack's published limits" in local
    assert "xoxb" not in why


def test_without_a_token_slack_is_not_asked() -> None:
    assert "no SLACK_BOT_TOKEN, so Slack isn't asked" in lines(None)[0]


def test_a_card_that_is_too_long_for_slack_is_found() -> None:
    broken = Samples(posts=[Post(Card((Text(("x",)),), (Button("", "undo"),)))])
    assert any(line.startswith("NOT OK") for line in lines(None, broken))


async def test_the_samples_have_every_kind_of_block_and_field() -> None:
    """They come from using the bot, so a new command is among them by itself."""
    samples = await collect_samples(weeks=1)
    kinds = {field.kind for form in samples.forms for field in form.fields}
    assert kinds >= {*FieldKind} - {FieldKind.PEOPLE}, {*FieldKind} - kinds
    cards = [*(post.card for post in samples.posts), *(reply.card for reply in samples.replies)]
    shown = {type(block).__name__ for card in cards for block in card.blocks}
    assert shown >= {"Title", "Quote", "Text", "Small"}
    assert len({type(form.command) for form in samples.forms}) > 20
