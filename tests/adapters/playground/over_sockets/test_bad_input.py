"""Tests of bad input: every request gets one sentence, and never a 500."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest

from adapters.playground.connection.routes import INTERACTIONS
from tests.adapters.playground.conftest import Running
from tests.adapters.playground.stand_in import Log

ODD: tuple[Any, ...] = (None, 7, True, [], {}, "", "nobody", "\ud800", "\0", "a" * 300, "../../etc/passwd")
FIELDS = (
    "person", "channel", "text", "thread", "event", "card", "button", "form", "values", "label", "message",
    "emoji", "on", "whisper", "name", "private", "members", "zone", "to",
)  # fmt: skip


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '"x"', "null", "1e999", "[" * 100_000, '{"person": NaN}', "\ufeff{}"]
)
@pytest.mark.parametrize("doing", ["type", "submit", "jump"])
async def test_what_is_not_json(here: Running, doing: str, body: str) -> None:
    """It is no object, no JSON, or nested too deeply."""
    headers = {"Origin": here.page.base, "Content-Type": "application/json"}
    url = f"{here.page.base}/api/{doing}"
    async with here.page.session.post(url, data=body, headers=headers) as answer:
        assert 400 <= answer.status < 500
        assert (await answer.json())["error"]


@pytest.mark.parametrize("doing", INTERACTIONS)
@pytest.mark.parametrize("odd", ODD, ids=repr)
async def test_every_field_of_every_doing(here: Running, doing: str, odd: Any) -> None:
    """All fields have the same odd value, or all except the person."""
    for body in (dict.fromkeys(FIELDS, odd), dict.fromkeys(FIELDS, odd) | {"person": "ana"}):
        status, answer = await here.page.try_to(doing, **body)
        assert status == 200 or (400 <= status < 500 and answer["error"]), answer


async def test_unknown_addresses_and_people(here: Running) -> None:
    """The action, the person or the picture does not exist."""
    assert (await here.page.try_to("dance"))[0] == 404
    for address in (
        "/api/world",
        "/api/world?person=ahab",
        "/api/stops?person=ahab",
        "/pictures/..%2Fchat.json",
    ):
        async with here.page.session.get(here.page.base + address) as answer:
            assert answer.status == 404
            assert (await answer.json())["error"].endswith(".")


async def test_unknown_ids(here: Running) -> None:
    """Each sentence says what is missing."""
    said = (await here.people.type_line("ana", "random", "Hello.")).message
    tries: dict[str, tuple[str, dict[str, Any]]] = {
        "That message no longer exists.": ("react", {"message": "99", "emoji": "👍", "on": True}),
        "That button no longer exists.": ("press", {"card": said, "button": "log:forged"}),
        "That form is no longer open.": ("submit", {"form": "f9", "values": {}}),
        "There's no such entry in the menu.": ("shortcut", {"message": said, "label": "Sink it"}),
        "There's no such channel here.": ("type", {"channel": "deep", "text": "x"}),
        "That thread is in another channel.": (
            "type", {"channel": "team-lantern", "text": "x", "thread": said},
        ),
        "That's not an emoji.": ("react", {"message": said, "emoji": "two words", "on": True}),
    }  # fmt: skip
    for sentence, (doing, body) in tries.items():
        status, answer = await here.page.try_to(doing, person="ana", **body)
        assert (answer["error"], status // 100) == (sentence, 4)
    assert not here.bot.heard


async def test_too_much_at_once(here: Running) -> None:
    """A text beyond any message is refused with a sentence. A long one is saved whole."""
    status, said = await here.page.try_to("type", person="ana", channel="random", text="x" * 300_000)
    assert (status, said["error"]) == (413, "That's too long for one message. Nothing was sent.")
    headers = {"Origin": here.page.base, "Content-Type": "application/json"}
    url, body = f"{here.page.base}/api/type", BytesIO(b"x" * 2_000_000)
    async with here.page.session.post(url, data=body, headers=headers) as answer:
        assert answer.status == 413
    await here.page.do("type", person="ana", channel="random", text="y" * 40_000)
    assert len((await here.page.world("ben"))["messages"][0]["text"]) == 40_000


@pytest.mark.filterwarnings("ignore")
async def test_a_bot_that_fails_is_a_sentence(here: Running, caplog: pytest.LogCaptureFixture) -> None:
    """The log has the error. The person is told to try again, and can."""
    here.bot.answers[Log] = RuntimeError("the database is away: secret words")
    status, answer = await here.page.try_to(
        "type", person="ana", channel="random", text="/aha We sign.", event="e1"
    )
    assert (status, answer["error"]) == (503, "Ahabot couldn't answer right now. Try again in a moment.")
    assert "a request to the playground failed with" in caplog.text
    here.bot.answers[Log] = None
    await here.page.do("type", person="ana", channel="random", text="/aha We sign.", event="e1")
    assert [origin.event for _, origin in here.bot.heard] == ["e1", "e1"]


async def test_words_stay_words(here: Running) -> None:
    """Markup, mentions and control characters stay text in the state and the file."""
    text = '<img src=x onerror=alert(1)> **bold** @everyone <!channel> "\\ \u202e \u2028 \ud83d'
    await here.page.do("type", person="ana", channel="random", text=text)
    assert (await here.page.world("ben"))["messages"][0]["text"] == text
    assert json.loads(here.playground.chat.world.path.read_text())[-1][1]["text"] == text
