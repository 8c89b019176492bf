"""Tests of what a platform refuses for good: who is told, what waits, and what comes when it is possible again."""

from dataclasses import dataclass
from typing import Any

import pytest

from bot.core.events import ChannelReopened, PermissionsChanged
from bot.core.origin import Origin, PostFailedError
from bot.moments.save_message import Save
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder

CLOSED = "I'm not in that channel. Invite me there."
NO_POSTING = PostFailedError("I lack a permission.", lacks="chat:write", everywhere=True)
NO_MARKS = PostFailedError("I lack a permission.", lacks="reactions:write", everywhere=True)


@dataclass
class Gate:
    """The recorder's platform, which refuses posts, edits or marks with an error as long as one is set."""

    recorder: Recorder
    posts: Exception | None = None
    marks: Exception | None = None
    notes_too: bool = False
    calls: int = 0

    def __post_init__(self) -> None:
        """Put the gate before the recorder's calls."""
        for name, gated in (("post", self._post), ("edit", self._edit), ("mark", self._mark)):
            setattr(self, f"real_{name}", getattr(self.recorder, name))
            setattr(self.recorder, name, gated)

    async def _post(self, place: Any, post: Any, key: str) -> Any:
        self._check(self.posts if self.notes_too or not place.person else None)
        return await vars(self)["real_post"](place, post, key)

    async def _edit(self, place: Any, message: str, post: Any) -> None:
        self._check(self.posts if self.notes_too or not place.person else None)
        await vars(self)["real_edit"](place, message, post)

    async def _mark(self, place: Any, message: str, on: bool) -> None:
        self._check(self.marks)
        await vars(self)["real_mark"](place, message, on)

    def _check(self, error: Exception | None) -> None:
        self.calls += 1
        if error is not None:
            raise error


@pytest.fixture
def gate(recorder: Recorder) -> Gate:
    """Return the gate before the recorder."""
    return Gate(recorder)


REFUSED = {
    "failed We put a wizard there": (
        "I couldn't post this in #lantern: the card of #1.",
        "It's saved anyway",
    ),
    "ask What did we learn?": ("I couldn't post this in #lantern: your question.", "What did we learn?"),
    "quest What do people read?": (
        "I couldn't post this in #lantern: the card of your quest.",
        "The quest is open anyway.",
    ),
}


@pytest.mark.parametrize("typed", REFUSED)
async def test_the_person_who_asked_for_it_is_told(
    people: Everyone, bot: Bot, recorder: Recorder, gate: Gate, typed: str
) -> None:
    """With the reason, what is saved all the same, and a question's own words."""
    gate.posts = PostFailedError(CLOSED)
    await people.ana.types(typed)
    await bot.tick()
    (note,) = [note for note in recorder.notes("U-ana") if "I couldn't post this" in note]
    for words in (*REFUSED[typed], CLOSED):
        assert words in note
    assert recorder.notes("U-ben") == []


async def test_once_for_each_cause(
    people: Everyone, bot: Bot, recorder: Recorder, gate: Gate, clock: Clock
) -> None:
    """The next card that is refused for the same reason brings no Note, and after a posted one a new cause does."""
    gate.posts = PostFailedError(CLOSED)
    await people.ana.types("one")
    await bot.tick()
    await people.ana.types("two")
    await people.ben.types("three")
    await bot.tick()
    assert len(recorder.notes("U-ana")) == 1
    assert len(recorder.notes("U-ben")) == 1
    gate.posts = None
    clock.forward(minutes=1)
    await people.ana.types("four")
    await bot.tick()
    clock.forward(minutes=1)
    gate.posts = PostFailedError(CLOSED)
    await people.ana.types("five")
    await bot.tick()
    assert len(recorder.notes("U-ana")) == 2


async def test_the_note_follows_what_happens(
    people: Everyone, bot: Bot, recorder: Recorder, gate: Gate
) -> None:
    """When the channel is open again and the card is there, the Note says so."""
    gate.posts = PostFailedError(CLOSED)
    await people.ana.types("one")
    await bot.tick()
    gate.posts = None
    await people.ana.does(ChannelReopened())
    await bot.tick()
    assert [text for text in recorder.texts() if "Aha #1\n" in text]
    assert recorder.notes("U-ana") == ["I could post it in #lantern after all: the card of #1."]


async def test_whoever_was_told_in_their_answer_gets_no_note(
    people: Everyone, bot: Bot, recorder: Recorder, gate: Gate
) -> None:
    """The platform knew that nothing can be posted there, and the answer said so."""
    gate.posts = PostFailedError(CLOSED)
    await people.ana.types("one", may_post=False)
    await bot.tick()
    assert recorder.notes("U-ana") == []


async def test_a_lost_permission_is_told_and_what_waits_comes(
    people: Everyone, bot: Bot, recorder: Recorder, gate: Gate, clock: Clock
) -> None:
    """Each private answer names it, nothing is tried again and again, and everything comes afterwards."""
    await people.ana.types("one")
    await bot.tick()
    gate.posts, gate.notes_too = NO_POSTING, True
    await people.ana.types("two")
    await people.ana.types("delete 1")
    await people.ana.does(Save("aha", "m-ben", "A word of Ben's", "U-ben", "Ben"))
    await bot.tick()
    before = gate.calls
    for _ in range(20):
        clock.forward(minutes=30)
        await bot.tick()
    assert gate.calls == before
    told = (await people.mei.types("find")).text
    assert "I can't post in this workspace any more" in told
    assert "chat:write is missing" in told
    assert [text for text in recorder.texts() if "Aha #1\n" in text]
    gate.posts = None
    await people.mei.does(PermissionsChanged(), channel="", person="")
    await bot.tick()
    texts = recorder.texts()
    assert not [text for text in texts if "Aha #1\n" in text]
    assert [text for text in texts if "Aha #2" in text]
    assert [note for note in recorder.notes("U-ben") if "A word of Ben's" in note]
    assert "any more" not in (await people.mei.types("find")).text


async def test_a_successful_post_shows_that_the_permission_is_back(
    people: Everyone, bot: Bot, recorder: Recorder, gate: Gate
) -> None:
    """Where the platform does not tell of permissions by itself."""
    gate.posts = NO_POSTING
    await people.ana.types("one")
    await bot.tick()
    gate.posts = None
    await people.ben.types("two")
    await bot.tick()
    assert [text for text in recorder.texts() if "Aha #1\n" in text]
    assert "any more" not in (await people.ana.types("find")).text


async def test_a_schedule_goes_on_and_its_post_comes_if_it_is_not_too_late(
    people: Everyone, bot: Bot, recorder: Recorder, gate: Gate, clock: Clock
) -> None:
    """Friday's recap comes on Saturday, and nobody is told that it stopped."""
    await people.ana.types("one")
    await bot.tick()
    gate.posts = NO_POSTING
    clock.forward(days=4, hours=8)
    await bot.tick()
    assert not [text for text in recorder.texts() if "The week" in text]
    gate.posts = None
    clock.forward(days=1)
    await people.ana.does(PermissionsChanged(), channel="", person="")
    await bot.tick()
    assert len([text for text in recorder.texts() if "The week" in text]) == 1
    clock.forward(days=7)
    await people.ana.types("two")
    await bot.tick()
    assert not [note for note in recorder.notes("U-ana") if "posted" in note]


async def test_a_mark_that_may_not_be_put_is_told_and_comes_later(
    people: Everyone, bot: Bot, recorder: Recorder, gate: Gate
) -> None:
    """Whoever put the 💡 gets no answer, so they get a Note, once."""
    gate.marks = NO_MARKS
    for message in ("m-1", "m-2"):
        await people.ana.does(Save("aha", message, "A word of Ben's", "U-ben", "Ben"))
        await bot.tick()
    (note,) = recorder.notes("U-ana")
    assert "#1 is saved, but I can't put my 💡 on the message." in note
    assert "reactions:write is missing" in (await people.mei.types("find")).text
    gate.marks = None
    await people.ana.does(PermissionsChanged(), channel="", person="")
    await bot.tick()
    assert recorder.marks == {"m-1", "m-2"}
    assert recorder.notes("U-ana") == ["My 💡 is on the message of #1 now."]


async def test_a_mark_refused_in_one_channel_comes_when_that_is_open(
    people: Everyone, bot: Bot, recorder: Recorder, gate: Gate
) -> None:
    """It is that channel's matter, so other answers say nothing of it."""
    gate.marks = PostFailedError("I'm not allowed to do that there.", lacks="Add Reactions")
    await people.ana.does(Save("aha", "m-1", "A word of Ben's", "U-ben", "Ben"))
    await bot.tick()
    assert "I'm not allowed to do that there." in recorder.notes("U-ana")[0]
    assert "any more" not in (await people.mei.types("find")).text
    gate.marks = None
    await people.ana.does(ChannelReopened())
    await bot.tick()
    assert recorder.marks == {"m-1"}


async def test_a_removed_card_is_emptied_when_its_channel_is_open_again(
    people: Everyone, bot: Bot, recorder: Recorder, gate: Gate
) -> None:
    """An edit that was refused is made up for."""
    await people.ana.types("one")
    await bot.tick()
    gate.posts = PostFailedError(CLOSED)
    await people.ana.types("delete 1")
    await bot.tick()
    gate.posts = None
    await people.ana.does(ChannelReopened())
    await bot.tick()
    assert not [text for text in recorder.texts() if "Aha #1\n" in text]


async def test_news_of_a_workspace_without_a_team_store_nothing(bot: Bot) -> None:
    """Nobody used the bot there yet."""
    origin = Origin("recorder", "W9", "", "", "", "scopes")
    assert await bot.handle(PermissionsChanged("chat:write"), origin) is None
    sql = "SELECT count(*) FROM workspace WHERE external_id = 'W9'"
    assert await bot.database.read(lambda s: s.connection().exec_driver_sql(sql).scalar_one()) == 0
