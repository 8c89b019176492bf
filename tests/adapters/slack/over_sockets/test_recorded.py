"""Tests with payloads recorded from Slack: each gets the right response and breaks nothing."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.wire import INTERACTION, Answer, Http, encoded
from tests.support.samples import find_sample, needs

NAME = "slack-payloads"
FOLDER = find_sample(NAME) or Path(NAME)
RECORDED = sorted(path.name for path in FOLDER.glob("*.*"))
pytestmark = needs(NAME)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


def sent(name: str) -> tuple[bytes, dict[str, str]]:
    """Return a recorded payload's body and headers as Slack sent it.

    It is a raw form, the body of an event, or the content of `payload=`.
    """
    raw = (FOLDER / name).read_bytes()
    if name.endswith(".form"):
        return raw.strip(), FORM
    body: Any = json.loads(raw)
    if name.startswith("inner."):
        body = {
            "type": "event_callback", "team_id": "T0LANTERN", "event_id": f"Ev-{name}", "event_time": 1,
            "event": body,
        }  # fmt: skip
    if body.get("type") in ("event_callback", "url_verification"):
        return json.dumps(body).encode(), JSON
    return encoded(INTERACTION, body)


OLD = ("dialog_", "interactive_message", "block_suggestion", "url_verification__02", "view_closed")
"""Kinds of request that the app does not subscribe to, so a 404 is right."""


def right(name: str, body: bytes, answer: Answer) -> bool:
    """Return whether the response is right: the challenge, an empty 200, or a 404 for a foreign request."""
    if name.startswith("url_verification") and not name.startswith(OLD):
        return bool(answer.body.get("challenge") == json.loads(body)["challenge"])
    return answer.status == 200 or (answer.status == 404 and name.startswith(OLD))


def test_they_are_all_there() -> None:
    """There are seventy, if they are installed at all."""
    assert len(RECORDED) >= 70


async def test_all_of_them(room: SlackRoom, caplog: pytest.LogCaptureFixture) -> None:
    """Each is sent twice and gets the same response, without an internal error."""
    assert isinstance(room.slack.wire, Http)
    wrong = {}
    for name in RECORDED:
        body, headers = sent(name)
        first, again = [await room.slack.wire.raw(body, headers) for _ in range(2)]
        if not right(name, body, first) or first.status != again.status:
            wrong[name] = (first, again)
    await room.settled()
    assert not wrong
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR], caplog.text


async def test_the_events_over_socket_mode(socket: SlackRoom) -> None:
    """Each of them is acknowledged."""
    events = [name for name in RECORDED if name.startswith(("event.", "inner."))]
    answers = {name: await socket.slack.deliver(json.loads(sent(name)[0]), attempts=1) for name in events}
    assert not [name for name, answer in answers.items() if not answer.ok]
