"""Tests of Slack errors not in `over_sockets/test_bad_days.py`: failed requests, forms and deliveries."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientConnectorError, ClientOSError, ConnectionTimeoutError, ServerDisconnectedError
from aiohttp.client_reqrep import ConnectionKey
from slack_sdk.errors import SlackApiError

from adapters.slack.errors import SlackCallError, as_post_failed, classify_error
from bot.core.origin import OutcomeUnknownError
from tests.fakes.slack import read
from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.faults import Breaks, Drops, Refuses


def cards(room: SlackRoom, words: str) -> list[str]:
    """Return the home channel's posts that contain these words."""
    shown = [read.words(m.blocks, m.text) for m in room.here.standing(room.home.id) if m.by_bot]
    return [text for text in shown if words in text]


async def later(room: SlackRoom) -> None:
    """Advance the clock by half an hour, with a tick each minute."""
    for _ in range(30):
        room.clock.now += timedelta(minutes=1)
        await room.bot.tick()


async def test_a_form_that_opens_too_late(room: SlackRoom) -> None:
    """The person gets a button that opens it, and the typed text."""
    await room.types("Ana", "a thought")
    await room.settled()
    room.slack.faults.put("views.open", Refuses(error="expired_trigger_id"))
    got = await room.types("Ana", "setup")
    assert got
    shown = await room.presses("Ana", "Change settings", got.id)
    assert shown
    assert "took me too long to open the form" in shown
    asked = await room.presses("Ana", "Open the form", shown.id)
    assert asked
    assert "emoji" in asked.fields


async def test_a_form_without_a_place_to_answer_comes_as_a_message(room: SlackRoom) -> None:
    """It brings no preview of a link along, like every message of the bot's."""
    await room.types("Ana", "a thought")
    await room.settled()
    room.slack.faults.put("views.open", Refuses(error="expired_trigger_id"))
    await room.people.starts("Ana", "log-an-aha")
    assert any("took me too long to open" in seen.text for seen in await room.notes("Ana"))
    sent = [call.given for call in room.slack.called("chat.postMessage")]
    assert {(each["unfurl_links"], each["unfurl_media"]) for each in sent} == {(False, False)}


async def test_without_history_nobody_can_look(room: SlackRoom) -> None:
    """An unknown outcome stays unknown: a missing message is better than a repeated one."""
    await room.settled()
    room.slack.faults.put("chat.postMessage", Drops(after=True))
    room.slack.faults.put("conversations.history", Refuses(error="missing_scope"), times=20)
    await room.types("Ana", "a thought")
    await room.settled()
    await later(room)
    assert len(cards(room, "a thought")) == 1


async def test_nobody_can_be_told(room: SlackRoom) -> None:
    """With direct messages closed, the Note is in the person's next private reply."""
    await room.types("Ana", "so that there is a team")
    said = await room.says("Ben", "My own words")
    await room.settled()
    room.slack.faults.put("conversations.open", Refuses(error="cannot_dm_bot"))
    await room.reacts("Ana", "💡", said)
    await room.settled()
    shown = await room.types("Ben", "list")
    assert shown
    assert "Ana saved what you wrote" in shown


async def test_notes_wait_one_by_one(room: SlackRoom) -> None:
    """With direct messages closed, each private reply has one Note with its buttons.

    What one cause brought together is one Note.
    """
    await room.types("Ana", "so that there is a team")
    room.here.person("Ben").closed = True
    first, second = [await room.says("Ben", words) for words in ("First words", "Second words")]
    for said in (first, second):
        await room.reacts("Ana", "💡", said)
    await room.settled()
    await room.deletes("Ben", first)
    await room.settled()
    assert await room.notes("Ben") == []
    saved = "2 of your messages are in the team's memory now"
    gone = "A message you wrote was deleted, but a copy is saved as #2"
    for sentence, other, button in ((saved, gone, "[Remove all]"), (gone, saved, "[Delete it, too]")):
        shown = await room.types("Ben", "show 1")
        assert shown
        assert shown.text.count(sentence) == shown.text.count(button) == 1
        assert "First words" in shown
        assert other not in shown
    last = await room.types("Ben", "show 1")
    assert last
    assert "wrote" not in last
    assert "was deleted" not in last


async def test_slack_tells_nothing_of_a_person(room: SlackRoom) -> None:
    """Saving does not wait for it."""
    room.slack.faults.put("users.info", Drops(), times=5)
    room.slack.faults.put("conversations.info", Breaks(), times=5)
    kept = await room.types("Mei", "a thought")
    assert kept
    assert "Saved as #1" in kept
    room.slack.faults.put("users.info", Drops(), times=5)
    saved = await room.chooses("Mei", "Save as aha", await room.says("Ben", "another thought"))
    assert saved
    assert "Saved as #2 in the thread under that message." in saved
    assert "I'll tell the person who wrote it. They can remove it." in saved


@dataclass
class Answered:
    """The response in an error of slack_sdk."""

    status_code: int
    data: Any
    headers: dict[str, str]


def answered(status: int = 200, data: Any = None, **headers: str) -> SlackApiError:
    """Return an error as slack_sdk raises it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return SlackApiError("x", Answered(status, data, named))  # type: ignore[no-untyped-call]


def said(error: str) -> SlackApiError:
    """Return an error from the body of a 200."""
    return answered(data={"ok": False, "error": error})


SURE = [
    "invalid_blocks", "invalid_arguments", "invalid_auth", "not_in_channel", "channel_not_found", "is_archived",
    "restricted_action", "restricted_action_read_only_channel", "token_revoked", "account_inactive",
    "msg_too_long", "msg_blocks_too_long", "missing_scope", "ekm_access_denied", "thread_not_found",
]  # fmt: skip


@pytest.mark.parametrize("code", SURE)
def test_surely_not_posted(code: str) -> None:
    """It is final, and the person who set it up gets the reason in a sentence."""
    refused = classify_error(said(code))
    assert isinstance(refused, SlackCallError)
    told = as_post_failed(refused)
    assert (told.retry_after, told.closed) == (None, False)
    assert str(told).endswith(".")
    assert str(told)[0].isupper()


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (answered(429, Retry_After="7"), 7),
        (answered(429, "<html>", Retry_After="soon"), 30),
        (said("ratelimited"), 30),
        (said("message_limit_exceeded"), 300),
        (said("team_added_to_org"), 60),
        (said("org_login_required"), 3600),
        (ConnectionTimeoutError("nobody there"), 10),
        (ClientConnectorError(ConnectionKey("a", 1, False, True, None, None, None), OSError(111, "no")), 10),
    ],
)
def test_not_posted_yet(error: Exception, seconds: float) -> None:
    """The post does not exist, and a later retry makes sense."""
    refused = classify_error(error)
    assert isinstance(refused, SlackCallError)
    assert as_post_failed(refused).retry_after == seconds


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError(),
        ServerDisconnectedError(),
        ClientOSError(104, "reset"),
        said("internal_error"),
        said("fatal_error"),
        said("request_timeout"),
        said("service_unavailable"),
        answered(503, data="<html>"),
        answered(502, data={"ok": False, "error": "bad_gateway"}),
        answered(200, data="not JSON"),
        ValueError("not JSON"),
    ],
)
def test_nobody_knows(error: Exception) -> None:
    """The post may exist, so it is looked up and never just sent again."""
    assert isinstance(classify_error(error), OutcomeUnknownError)


@pytest.mark.parametrize(
    "code", ["cannot_dm_bot", "user_disabled", "messages_tab_disabled", "user_not_found"]
)
def test_closed(code: str) -> None:
    """The person accepts no direct messages, so their Notes wait."""
    refused = classify_error(said(code))
    assert isinstance(refused, SlackCallError)
    assert as_post_failed(refused).closed
