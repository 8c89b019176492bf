"""Tests of bad input: forged, replayed, outdated and malformed requests."""

from __future__ import annotations

import json
import logging
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from tests.fakes.slack import events, read
from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.wire import COMMAND, EVENT, INTERACTION, Answer, Http, encoded
from tests.fakes.slack.world import Json
from tests.support.payloads import broken, with_part

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
WORDS = "our own quiet words"


def wire(room: SlackRoom) -> Http:
    """Return the HTTP connection of the fake Slack."""
    assert isinstance(room.slack.wire, Http)
    return room.slack.wire


def command(room: SlackRoom, text: str) -> Json:
    """Return the form of a command by Ana."""
    return room.people.command_form(room.slack.home.person("Ana"), room.home, text)


async def kept(room: SlackRoom) -> int:
    """Return the number of moments."""
    found = await room.types("Mei", "list")
    assert found
    return 0 if "Nothing is saved here yet" in found else found.text.count("#")


@pytest.mark.parametrize("how", ["forged", "stale", "early", "junk", "unsigned"])
async def test_what_slack_did_not_send_is_refused(room: SlackRoom, how: str) -> None:
    """The status is 401, and nothing is done."""
    body = urlencode(command(room, WORDS)).encode()
    http = wire(room)
    match how:
        case "forged":
            answer = await http.raw(body, FORM, secret="another")
        case "stale":
            answer = await http.raw(body, FORM, stamp=time.time() - 301)
        case "early":
            answer = await http.raw(body, FORM, stamp=time.time() + 330)
        case "junk":
            answer = await http.raw(body, {**FORM, "X-Slack-Request-Timestamp": "yesterday"})
        case _:
            async with http.session.post(http.url, data=body, headers=FORM) as sent:
                answer = Answer(sent.status)
    assert answer.status == 401
    assert await kept(room) == 0


async def test_a_replayed_command_gets_the_usual_answer(room: SlackRoom) -> None:
    body = urlencode(command(room, WORDS)).encode()
    stamp = time.time() - 120
    first, again = [await wire(room).raw(body, FORM, stamp) for _ in range(2)]
    assert first.status == again.status == 200
    assert "Saved as #1" in json.dumps(again.body)
    assert await kept(room) == 1
    assert len([seen for seen in await room.channel() if WORDS in seen]) == 1


def told(room: SlackRoom, who: str) -> list[str]:
    """Return the private answers that a person got in the channel, of which there are some."""
    person = room.here.person(who).id
    said = [read.words(each.blocks, each.text) for each in room.here.messages if each.to == person]
    assert said
    return said


async def test_a_replayed_button_and_form(room: SlackRoom) -> None:
    await room.types("Ana", WORDS)
    [card] = [seen for seen in await room.channel() if WORDS in seen]
    message, ben = room.slack.home.near(room.home.id, card.id), room.slack.home.person("Ben")
    got = await room.people.presses("Ben", "Add my version", message)
    assert got.view
    for _ in range(2):
        answer = await wire(room).send(INTERACTION, room.people.submission(got.view, {"text": "Mine."}))
        assert answer.body == {"response_action": "clear"}
    assert all("It stays hidden until someone else adds theirs" in said for said in told(room, "Ben"))
    action = read.button(message.blocks, "High-five")
    assert action
    press = room.people.press(ben, message, action)
    assert [(await wire(room).send(INTERACTION, press)).status for _ in range(2)] == [200, 200]
    await room.settled()
    card = await room.message(card.id)
    assert "[High-five (1)]" in card
    assert card.text.count("Ben added a version") == 1


async def test_a_replayed_form_keeps_once(room: SlackRoom) -> None:
    """The same text may be saved twice, but not by the same form."""
    got = await room.people.types("Ana", "log", room.home.id)
    assert got.view
    submission = room.people.submission(got.view, {"text": WORDS})
    first, again = [await wire(room).send(INTERACTION, submission) for _ in range(2)]
    assert again.body == first.body == {"response_action": "clear"}
    assert all("Saved as #1" in said for said in told(room, "Ana"))
    assert await kept(room) == 1


async def test_a_replayed_event(both: SlackRoom) -> None:
    room = both
    said = room.slack.home.near(room.home.id, await room.says("Ben", WORDS))
    await room.people.reacts("Ana", "💡", said)
    [(payload, _answer, _attempt)] = [
        each for each in room.slack.delivered if each[0]["event"]["type"] == "reaction_added"
    ]
    for _ in range(2):
        assert (await room.slack.deliver(payload)).ok
    await room.settled()
    assert await kept(room) == 1
    assert len(await room.notes("Ben")) == 1


@pytest.mark.parametrize(
    ("mimetype", "what"),
    [("image/png", "a picture"), ("video/mp4", "a video"), ("application/pdf", "a file"), ("", "a file")],
)
async def test_an_emoji_on_a_file_without_words(room: SlackRoom, mimetype: str, what: str) -> None:
    """Its author is told what it is and asked what it shows."""
    await room.types("Ana", "The first.")
    said = room.slack.home.near(room.home.id, await room.says("Ben", ""))
    said.files = [{"id": "F1", "mimetype": mimetype}]
    await room.people.reacts("Ana", "💡", said)
    await room.settled()
    [note] = await room.notes("Ben")
    assert (
        f"Ana would like to save something you posted without text: {what}. It'll be #2. What does it show?"
        in note
    )
    assert "[Say what it shows]" in note


async def test_the_menu_of_a_picture_asks_what_it_shows(room: SlackRoom) -> None:
    picture = await room.people.shares("Ben", room.home.id)
    form = await room.chooses("Ben", "Save as aha", picture.ts)
    assert form is not None
    assert "a picture" in form
    await room.fills("Ben", form.id, text="The board after the meeting")
    assert "The board after the meeting" in (await room.channel())[-1]


JUNK = {
    "nothing": (b"", JSON),
    "half a JSON": (b'{"type": "event_callback"', JSON),
    "a list": (b"[]", JSON),
    "a number": (b"7", JSON),
    "null": (b"null", JSON),
    "a text": (b'"words"', JSON),
    "an empty object": (b"{}", JSON),
    "no event": (b'{"type": "event_callback", "team_id": "T0LANTERN"}', JSON),
    "an event that is a text": (b'{"type": "event_callback", "event": "x"}', JSON),
    "an event that is a list": (b'{"type": "event_callback", "event": [1]}', JSON),
    "an unknown event": (b'{"type": "event_callback", "team_id": "T0LANTERN", "event": {"type": "moon_rose"}}', JSON),
    "an unknown type": (b'{"type": "full_moon"}', JSON),
    "deep": (b'{"a":' * 500 + b"1" + b"}" * 500, JSON),
    "bytes that are no text": (b"\xff\xfe\x00", JSON),
    "NUL": (b"\x00", FORM),
    "no payload": (b"payload=", FORM),
    "half a payload": (b"payload=%7B", FORM),
    "a payload that is a list": (b"payload=%5B%5D", FORM),
    "a payload that is null": (b"payload=null", FORM),
    "a payload of nothing": (b"payload=%7B%7D", FORM),
    "a command of nothing": (b"command=", FORM),
    "a command alone": (b"command=%2Faha", FORM),
    "another's command": (b"command=%2Fother&text=x&team_id=T0LANTERN&user_id=U0ANA&channel_id=C1", FORM),
    "a payload twice": (b"payload=%7B%7D&payload=%7B%7D", FORM),
    "a form that says JSON": (b"command=%2Faha&text=x", JSON),
    "JSON that says form": (b'{"type": "event_callback"}', FORM),
    "no type of content": (b"{}", {"Content-Type": ""}),
    "a type of content that is none": (b"{}", {"Content-Type": "moon/cheese; charset=;;"}),
    "an unknown character set": (b"{}", {"Content-Type": "application/json; charset=klingon"}),
    "a retry that is no number": (b"{}", {**JSON, "X-Slack-Retry-Num": "many"}),
}  # fmt: skip


async def test_junk_is_let_go_quietly(room: SlackRoom) -> None:
    """The response is a 4xx or an empty 200."""
    answers = {name: await wire(room).raw(body, headers) for name, (body, headers) in JUNK.items()}
    assert not {name: a.status for name, a in answers.items() if not 200 <= a.status < 500}
    assert await kept(room) == 0


@pytest.mark.parametrize(
    "kind", ["press", "form", "message shortcut", "shortcut", "reaction", "reply", "edited", "joined"]
)
async def test_missing_and_strange_parts(
    room: SlackRoom, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """There is no 5xx, on which Slack would retry, and no log has people's text."""
    caplog.set_level(logging.INFO)
    way, payload = await sample(room, kind)
    answers = {}
    for path, other in broken(payload, 3, ("blocks",)):
        body, headers = encoded(way, with_part(payload, path, other))
        answers[path, repr(other)] = await wire(room).raw(body, headers)
    bad = {what: answer.status for what, answer in answers.items() if not 200 <= answer.status < 500}
    assert not bad
    assert len(answers) > 40
    assert WORDS not in caplog.text
    room.slack.problems.clear()  # posts to unknown people are expected here; cards were checked when rendered


async def sample(room: SlackRoom, kind: str) -> tuple[str, Json]:
    """Return the kind and data of a valid payload."""
    people, here = room.people, room.slack.home
    ana, said = here.person("Ana"), await people.says("Ben", WORDS, room.home.id)
    await room.types("Ana", WORDS)
    [card] = [seen for seen in await room.channel() if WORDS in seen]
    message = here.near(room.home.id, card.id)
    action = read.button(message.blocks, "High-five")
    assert action
    match kind:
        case "press":
            return INTERACTION, people.press(ana, message, action)
        case "form":
            got = await people.presses("Ana", "Add my version", message)
            assert got.view
            return INTERACTION, people.submission(got.view, {"text": WORDS})
        case "message shortcut" | "shortcut":
            entry = next(
                e
                for e in room.manifest["features"]["shortcuts"]
                if (e["type"] == "message") == (kind[0] == "m")
            )
            payload = {
                **people._payload("message_action" if kind[0] == "m" else "shortcut", ana),
                "callback_id": entry["callback_id"], "trigger_id": "1.2.x", "action_ts": "1.2",
            }  # fmt: skip
            if kind[0] == "m":
                payload |= {"message": said.seen("", ""), "channel": {"id": room.home.id, "name": "x"}}
            return INTERACTION, payload
        case "reaction":
            return EVENT, events.wrapped(here, events.reaction(said, ana.id, "bulb", True))
        case "reply":
            said.thread = message.ts
            return EVENT, events.wrapped(here, events.said(here, said))
        case "edited":
            return EVENT, events.wrapped(here, events.changed(here, said, said.seen("", "")))
        case _:
            return EVENT, events.wrapped(here, events.membership(here, room.home, here.bot, ana.id, True))


async def test_a_command_with_a_missing_part(room: SlackRoom) -> None:
    form = command(room, WORDS)
    for missing in form:
        left = {name: value for name, value in form.items() if name != missing}
        assert 200 <= (await wire(room).send(COMMAND, left)).status < 500, missing


async def test_an_unknown_button(both: SlackRoom) -> None:
    """An outdated or invented one gets a sentence and has no effect."""
    await both.types("Ana", WORDS)
    [card] = [seen for seen in await both.channel() if WORDS in seen]
    message, ana = both.slack.home.near(both.home.id, card.id), both.slack.home.person("Ana")
    for value in ("no-such:thing", "high-five:1:2:3:4", "", "x" * 2000, "high-five"):
        action = {"action_id": "a", "block_id": "b", "type": "button", "value": value}
        answer = await both.slack.wire.send(INTERACTION, both.people.press(ana, message, action))  # type: ignore[union-attr]
        assert answer.ok
    await both.settled()
    assert "[High-five]" in await both.message(card.id)


async def test_a_fault_of_ours(
    both: SlackRoom, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event whose handling fails gets a 4xx, so that Slack sends it a few more times.

    The log has the place of the fault, without people's text.
    """
    room = both
    monkeypatch.setattr("tests.fakes.slack.wire.ANSWER_WITHIN", 0.5)
    said = room.slack.home.near(room.home.id, await room.says("Ben", WORDS))

    async def trips(_command: Any, _origin: Any) -> None:
        raise RuntimeError(WORDS)

    with monkeypatch.context() as patch:
        patch.setattr(room.bot, "handle", trips)
        await room.people.reacts("Ana", "💡", said)
        typed = await room.people.types("Ana", "what Ana noticed", room.home.id)
        assert "Something went wrong on my side" in typed.text
        assert "what Ana noticed" in typed.text
    [payload, *again], answers = zip(
        *((p, a) for p, a, _ in room.slack.delivered if p["event"]["type"] == "reaction_added"), strict=True
    )
    assert len(again) == len(room.slack.waits)
    assert {answer.status for answer in answers} <= {0, 400}
    assert caplog.text.count("a request failed with RuntimeError") == 1 + len(again)
    assert WORDS not in caplog.text
    monkeypatch.undo()
    assert (await room.slack.deliver(payload)).ok
    await room.settled()
    assert await kept(room) == 1


async def test_other_addresses_and_methods(room: SlackRoom) -> None:
    http = wire(room)
    async with aiohttp.ClientSession() as session:
        async with session.get(http.url) as answer:
            assert answer.status == 405
        async with session.post(http.url + "/more", data=b"{}") as answer:
            assert answer.status == 404


async def test_a_required_field_with_nothing_to_see(room: SlackRoom) -> None:
    """The form stays open and says so at the field, and what else was given stays in it."""
    asked = await room.types("Ana", "failed")
    assert asked
    again = await room.fills("Ana", asked.id, text="\u200b\u3164", taught="Sign once")
    assert again
    assert again.id == asked.id
    assert "There's nothing to see here yet." in again.fields["text"]["error"]
    assert await kept(room) == 0
    saved = await room.fills("Ana", again.id, text="We cached tokens", taught="Sign once")
    assert saved
    assert "Saved as #1" in saved
