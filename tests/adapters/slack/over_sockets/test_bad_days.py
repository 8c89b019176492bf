"""Tests of bad days: no database, or a Slack that refuses, limits or disconnects, as people see them."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from adapters.slack.api import ApiClient, ClientPool
from adapters.slack.errors import SlackCallError
from storage.engine.database import database_file
from tests.fakes.slack import faults, read
from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.parts import Token
from tests.fakes.slack.server import BOT_TOKEN
from tests.fakes.slack.world import Message, Workspace
from tests.support.chat import WORDS, Seen, with_words
from tests.support.databases import locked

POST = "chat.postMessage"


def database_away(room: SlackRoom) -> AbstractContextManager[None]:
    """Lock the bot's database file."""
    path = database_file(room.bot.database.url)
    assert path is not None
    return locked(path)


async def later(room: SlackRoom, **by: float) -> None:
    """Advance the clock, and send what is due."""
    room.clock.forward(**by)
    await room.settled()


# The database


async def test_an_event_waits_for_the_database(both: SlackRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not acknowledged meanwhile, so Slack sends it again, and it is saved once."""
    room = both
    monkeypatch.setattr("tests.fakes.slack.wire.ANSWER_WITHIN", 0.8)
    said = room.slack.home.near(room.home.id, await room.says("Ben", WORDS))
    room.slack.waits = (0.1, 1.5, 1.5)
    with database_away(room):
        reacting = asyncio.create_task(room.people.reacts("Ana", "💡", said))
        while not [a for p, a, _ in room.slack.delivered if p["event"]["type"] == "reaction_added"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await reacting
    first, *_, last = [a for p, a, _ in room.slack.delivered if p["event"].get("user") == "U0ANA"]
    assert not first.ok
    assert last.ok
    await room.settled()
    found = await room.types("Mei", "find cache tokens")
    assert found
    assert found.text.count("#1") >= 1
    assert "#2" not in found.text
    assert len(await room.notes("Ben")) == 1
    assert "💡" in (await room.message(said.ts)).marks


async def test_a_person_gets_their_words_back(both: SlackRoom) -> None:
    """A command, a button and a form get the text within two seconds."""
    room = both
    await room.types("Ana", WORDS)
    [card] = with_words(await room.channel(), WORDS)
    form = await room.presses("Ben", "Add my version", card.id)
    assert form
    loop = asyncio.get_running_loop()
    with database_away(room):
        began = loop.time()
        said = await room.types("Mei", "Nobody reads the second page.")
        assert loop.time() - began < 2.5
        assert said
        assert "Nobody reads the second page." in said
        assert "Nothing was saved" in said
        sent = await room.fills("Ben", form.id, text="It was the silence.")
        assert sent
        assert "It was the silence." in sent
        assert "Nothing was saved" in sent
        pressed = await room.presses("Mei", "I was there", card.id)
        assert pressed
        assert "locked" in pressed
    assert len(with_words(await room.channel(), "Nobody reads")) == 0


# Slack


async def test_a_form_that_comes_too_late(both: SlackRoom) -> None:
    """Slack accepts no form any more, so a sentence and a button that opens it are sent."""
    await both.types("Ana", WORDS)
    [card] = with_words(await both.channel())
    for error in ("expired_trigger_id", "exchanged_trigger_id", "internal_error"):
        both.slack.faults.put("views.open", faults.Refuses(error=error))
        seen = await both.presses("Ben", "Add my version", card.id)
        assert seen
        assert "It took me too long to open the form" in seen
        form = await both.presses("Ben", "Open the form", seen.id)
        assert form
        assert "text" in form.fields
    both.slack.faults.put("views.open", faults.Refuses(error="expired_trigger_id"))
    seen = await both.presses("Ana", "Edit", card.id)
    assert seen
    assert WORDS in seen  # the initial values of the form are shown too


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_too_long", "channel_not_found", "not_in_channel"])
async def test_a_card_that_slack_refuses(room: SlackRoom, error: str) -> None:
    """The moment is saved and found, without a card, posting is not repeated, and its author is told."""
    room.slack.faults.put(POST, faults.Refuses(error=error))
    kept = await room.types("Ana", WORDS)
    assert kept
    assert "Saved as #1" in kept
    assert with_words(await room.channel(), WORDS) == []
    await later(room, hours=1)
    posts = [done for done in room.slack.called(POST) if done.given["channel"] == room.home.id]
    assert len(posts) == 2  # the hello and this card
    assert len(with_words(await room.notes("Ana"), ": the card of #1.")) == 1
    found = await room.types("Mei", "find cache tokens")
    assert found
    assert WORDS in found


@pytest.mark.parametrize("trouble", ["is_archived", "restricted_action", "channel_not_found", "gone"])
async def test_a_question_that_cannot_be_posted(room: SlackRoom, trouble: str) -> None:
    """The person who set it up is told why, once, and it stops."""
    [hello] = await room.channel()
    await room.presses("Ana", "Turn on questions", hello.id)
    await room.settled()
    if trouble == "gone":
        room.home.members.discard(room.slack.home.bot)
    elif trouble == "is_archived":
        room.home.archived = True
    else:
        room.home.trouble = trouble
    await room.until(room.clock.now + timedelta(days=16))
    told = with_words(await room.notes("Ana"), "I couldn't post the")
    assert told
    assert len({note.text for note in told}) == len(told), "each only once"
    assert "It's off until someone turns it on again" in told[0]


async def test_we_were_taken_out(room: SlackRoom) -> None:
    """After `account_inactive` on a post, nothing is retried for ever and nothing breaks."""
    await room.types("Ana", WORDS)
    room.slack.ends(BOT_TOKEN, "account_inactive")
    await room.settled()
    calls = len(room.slack.calls)
    await later(room, hours=1)
    await later(room, hours=1)
    assert len(room.slack.calls) - calls <= 2


@pytest.mark.parametrize(
    "fault", [faults.Breaks(after=True), faults.Drops(after=True)], ids=["5xx", "dropped"]
)
async def test_it_stands_but_nobody_said_so(room: SlackRoom, fault: faults.Fault) -> None:
    """Stored without an answer, it is found, never posted twice, and its buttons work."""
    room.slack.faults.put(POST, fault)
    await room.types("Ana", WORDS)
    assert len(with_words(await room.channel(), WORDS)) == 1
    await later(room, minutes=2)
    [card] = with_words(await room.channel(), WORDS)
    assert len([m for m in room.slack.home.standing(room.home.id) if m.by_bot]) == 2
    await room.presses("Ben", "High-five", card.id)
    assert "[High-five (1)]" in await room.message(card.id)


@pytest.mark.parametrize("fault", [faults.Breaks(), faults.Drops()], ids=["5xx", "dropped"])
async def test_it_does_not_stand_and_nobody_said_so(room: SlackRoom, fault: faults.Fault) -> None:
    """It is looked up, not found, and then posted once."""
    room.slack.faults.put(POST, fault)
    await room.types("Ana", WORDS)
    assert with_words(await room.channel(), WORDS) == []
    for _ in range(3):
        await later(room, minutes=2)
    assert len(with_words(await room.channel(), WORDS)) == 1
    assert room.slack.called("conversations.history")


async def test_slack_asks_us_to_slow_down(room: SlackRoom) -> None:
    """On a 429 for one method, only that method waits as long as it is told, and the post is sent once."""
    said = await room.says("Ben", "Wait, it is fast because nobody logs in twice.")
    room.slack.faults.put(POST, faults.Limited(seconds=1))
    await room.types("Ana", WORDS)
    assert with_words(await room.channel(), WORDS) == []
    await room.reacts("Ana", "💡", said)
    assert "💡" in (await room.message(said)).marks
    calls = len(room.slack.called(POST))
    await room.types("Mei", "Another one.")
    assert with_words(await room.channel(), WORDS) == []
    assert len(room.slack.called(POST)) == calls, "nothing is asked of it meanwhile"
    await asyncio.sleep(1.1)
    for _ in range(3):
        await later(room, seconds=31)
    assert len(with_words(await room.channel(), WORDS)) == 1
    assert len(with_words(await room.channel(), "Another one.")) == 1


UPLOAD, COMPLETE = "files.getUploadURLExternal", "files.completeUploadExternal"
WITHOUT: dict[str, tuple[str, faults.Fault, int]] = {
    "5xx": ("upload", faults.Breaks(), 1),
    "dropped": ("upload", faults.Drops(), 1),
    "no place": (UPLOAD, faults.Breaks(), 1),
    "not allowed": (UPLOAD, faults.Refuses(error="file_type_not_allowed"), 1),
    "no scope": (UPLOAD, faults.Refuses(error="missing_scope"), 1),
    "never complete": (COMPLETE, faults.Refuses(error="file_not_found"), 1),
}
"""Upload failures: the method, the fault, and how often it occurs."""
IN_WORDS = "The busiest week was the one to"
"""The beginning of the alternative text of the picture."""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the waits between attempts to show a picture."""
    monkeypatch.setattr("adapters.slack.posting.NOT_READY", (0.0,) * 5)


async def recap_of(room: SlackRoom) -> Seen:
    """Return this week's only recap, as everybody sees it."""
    await room.until(room.clock.now + timedelta(days=5))
    [recap] = with_words(await room.channel(), "The week to")
    return recap


@pytest.mark.parametrize("how", ["disabled", *WITHOUT])
async def test_a_recap_without_uploads(room: SlackRoom, how: str) -> None:
    """If uploads are off or fail, the recap says in words what its picture would show."""
    await room.types("Ana", WORDS)
    if how == "disabled":
        room.slack.files.disabled = True
    else:
        room.slack.faults.put(*WITHOUT[how])
    recap = await recap_of(room)
    assert recap.picture == ""
    assert IN_WORDS in recap


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("tries", [1, 5])
async def test_a_picture_that_slack_still_prepares(room: SlackRoom, tries: int) -> None:
    """A message refused with invalid_blocks after its upload is retried until accepted."""
    await room.types("Ana", WORDS)
    room.slack.files.slow = tries
    recap = await recap_of(room)
    assert "aha" in recap.picture, "the words of the picture are its alt text"
    posts = [done.error for done in room.slack.called(POST)[-tries - 1 :]]
    assert posts == ["invalid_blocks"] * tries + [""]
    [file] = room.slack.files.known.values()
    assert file.alt == "", "given with the upload, it can keep Slack from sharing the file"


@pytest.mark.usefixtures("impatient")
async def test_a_picture_that_is_never_ready(room: SlackRoom) -> None:
    """After a while the recap is posted once with words only. A later edit may add the picture."""
    await room.types("Ana", WORDS)
    room.slack.files.slow = 6
    recap = await recap_of(room)
    assert recap.picture == ""
    assert IN_WORDS in recap
    [card] = with_words(await room.channel(), "Aha #1")
    form = await room.presses("Ana", "Edit", card.id)
    assert form
    await room.fills("Ana", form.id, text="We sign tokens now.")
    again = await room.message(recap.id)
    assert "We sign tokens now." in again
    assert "aha" in again.picture
    assert len(room.slack.files.known) == 1


async def test_uploads_are_limited(room: SlackRoom) -> None:
    """On a 429 during the upload everything waits, and then comes with the picture."""
    await room.types("Ana", WORDS)
    room.slack.faults.put(UPLOAD, faults.Limited(seconds=1))
    await room.until(room.clock.now + timedelta(days=5))
    await asyncio.sleep(1.1)
    for _ in range(3):
        await later(room, seconds=31)
    [recap] = with_words(await room.channel(), "The week to")
    assert "aha" in recap.picture
    assert IN_WORDS not in recap.text.replace(recap.picture, "")
    assert [done.error for done in room.slack.called(UPLOAD)] == ["Limited", ""]


async def test_the_private_answer_cannot_be_delivered(room: SlackRoom) -> None:
    """If the response URL fails, nothing is done twice, and the card shows the effect."""
    await room.types("Ana", WORDS)
    [card] = with_words(await room.channel(), WORDS)
    await room.presses("Ben", "High-five", card.id)
    await room.settled()
    room.slack.faults.put("response_url", faults.Breaks(status=500))
    room.people.owed = _nothing
    await room.people.presses("Ben", "High-five (1)", _message(room, card.id))
    await room.settled()
    assert "[High-five (1)]" in await room.message(card.id)


async def _nothing() -> bool:
    return False


def _message(room: SlackRoom, ts: str) -> Message:
    found = room.slack.home.message(ts)
    assert found is not None
    return found


async def test_nobody_else_waits(room: SlackRoom) -> None:
    """On a 429 in one workspace, the same method in another one is called at once."""
    second = Workspace("T0SECOND")
    room.slack.workspaces[second.team] = second
    room.slack.tokens["xoxb-second"] = Token(second.team)
    there = second.make("there")
    there.members.add(second.bot)
    wire = ClientPool(room.slack.api)
    clients = ApiClient(wire, Known({room.here.team: BOT_TOKEN, second.team: "xoxb-second"}))
    try:
        room.slack.faults.put(POST, faults.Limited(seconds=30))
        for _ in range(2):
            with pytest.raises(SlackCallError, match="ratelimited") as refused:
                await clients.call_method(room.here.team, POST, channel=room.home.id, text="x")
            assert 29 < (refused.value.after or 0) <= 30
        assert await clients.call_method(second.team, POST, channel=there.id, text="x")
        assert await clients.query_method(room.here.team, "conversations.info", channel=room.home.id)
    finally:
        await wire.close()
    assert [done.error for done in room.slack.called(POST)][-2:] == ["Limited", ""], "asked once, not twice"


@dataclass
class Known:
    """The tokens by workspace."""

    tokens: dict[str, str]

    async def find_token(self, workspace: str) -> str | None:
        return self.tokens.get(workspace)

    async def record_presence(self, workspace: str, name: str = "") -> None:
        return None

    async def handle_refusal(self, workspace: str, error: str, token: str) -> bool:
        return False


async def test_a_text_that_no_form_holds(room: SlackRoom) -> None:
    """Ten thousand characters are cut neither in form nor card, and all can be read."""
    words = " ".join(f"word{number:04}" for number in range(1_112))
    assert len(words) > 10_000
    await room.types("Ana", words)
    [card] = with_words(await room.channel(), "Aha #1")
    said = await room.presses("Ana", "Edit", card.id)
    assert said
    assert "A form holds up to 3,000 characters, so anything longer" in said
    assert "text" not in said.fields
    page, read_on = "", card
    while "[Read more]" in read_on:
        turned = await room.presses("Ben", "Read more", read_on.id)
        assert turned
        read_on, page = turned, page + turned.text.partition("\nAha #1 · page")[0]
    assert page == words


async def test_a_crowd_on_one_card(room: SlackRoom) -> None:
    """With many people and versions the card stays short, and no version is lost."""
    await room.types("Ana", WORDS)
    [card] = with_words(await room.channel(), WORDS)
    crowd = [f"Person {number:02}" for number in range(15)]
    for name in crowd:
        room.here.add(name)
        await room.presses(name, "I was there", card.id)
        form = await room.presses(name, "Add my version", card.id)
        assert form
        await room.fills(name, form.id, text=f"{name} *says* " + "so " * 150)
    shown = await room.message(card.id)
    assert "and 4 more" in shown
    assert "9 more versions: " in shown
    assert shown.text.count("*says*") == 6
    read_on, told = await room.presses("Mei", "Read more", card.id), ""
    while read_on and "[Read more]" in read_on:
        told += read_on.text
        read_on = await room.presses("Mei", "Read more", read_on.id)
    assert read_on
    assert (told + read_on.text).count("*says*") == 15


# Socket Mode


async def test_the_sockets_are_renewed(socket: SlackRoom) -> None:
    """Each of two connections is replaced, and no event is lost meanwhile."""
    async with asyncio.timeout(60):
        while len(socket.slack.socket.live) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await socket.slack.socket.disconnect("warning")
    assert len(socket.slack.socket.live) == 2
    await socket.slack.socket.disconnect("refresh_requested")
    kept = await socket.types("Ana", WORDS)
    assert kept
    assert "Saved as #1" in kept
    await socket.slack.socket.hang_up()
    kept = await socket.types("Ben", "Another one.")
    assert kept
    assert "Saved as #2" in kept


async def test_events_out_of_order_and_twice(both: SlackRoom) -> None:
    """An emoji's removal before its addition, and repeated events, give at most one moment and Note."""
    room = both
    said = room.slack.home.near(room.home.id, await room.says("Ben", WORDS))
    await room.people.reacts("Ana", "💡", said)
    payloads = [p for p, _, _ in room.slack.delivered if p["event"]["type"] == "reaction_added"]
    await asyncio.gather(*(room.slack.deliver(p) for p in payloads * 3))
    assert len(await room.notes("Ben")) == 1
    await room.people.reacts("Ana", "💡", said, on=False)
    await asyncio.gather(*(room.slack.deliver(p) for p in payloads))
    found = await room.types("Mei", "find cache tokens")
    assert found
    assert found.text.count(WORDS) <= 1
    assert read.mrkdwn("&lt;b&gt;") == "<b>"
