"""Tests of a person's own page."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.core.messages import Reply, Timestamp
from bot.core.origin import Access, ChannelAccess, Origin
from bot.goals.commands import MeasureGoal
from bot.moments.commands import AddVersion, HighFive
from bot.people.page.commands import Home
from bot.runtime.bot import Bot
from bot.schedules.schedules import Start
from tests.support.databases import Clock
from tests.support.people import Everyone, Got, Person
from tests.support.recorder import Recorder

PAGE = {"channel": "", "channel_name": "", "direct": True}
SECRET = {"channel": "C-p", "channel_name": "secret", "private": True}


async def opens(person: Person) -> Got:
    """Return the page as a platform requests it."""
    return await person.does(Home(), **PAGE)


async def test_an_empty_page(people: Everyone) -> None:
    """A new person gets one, and no team is created."""
    page = await opens(people.noor)
    assert page.text.splitlines()[0] == "Your page"
    assert "React to a message with 💡, or type /aha log and what you noticed." in page.text
    assert (
        "You're on Dubai time. Others can save your messages, and I'll let you know when they do."
        in page.text
    )
    assert "Coming up" not in page.text


async def test_what_comes_next_in_the_viewer_s_own_zone(people: Everyone) -> None:
    """The soonest comes first. A schedule that is off is left out."""
    await people.ana.types("something")
    before = await opens(people.ana)
    assert "Recap · #lantern" in before.text
    assert "Question" not in before.text
    await people.ana.does(Start("1"))
    page = await opens(people.ana)
    assert [kind for kind in ("Question", "Retro", "Recap") if f"{kind} · #lantern" in page.text] == [
        "Question", "Retro", "Recap",
    ]  # fmt: skip
    await people.mei.types("here too")
    answer = (await opens(people.mei)).answer
    assert isinstance(answer, Reply)
    spans = [
        span
        for block in answer.card.blocks
        for span in getattr(block, "words", ())
        if isinstance(span, Timestamp)
    ]
    assert {(span.zone, span.clock) for span in spans} == {("Asia/Singapore", True)}
    assert [span.at for span in spans] == sorted(span.at for span in spans)


async def test_moments_one_was_part_of(people: Everyone, clock: Clock) -> None:
    """It has the latest that one wrote, has a version of or pressed a button on, each once with a link."""
    for number in range(1, 5):
        await people.ana.types(f"moment number {number}")
        clock.forward(minutes=1)
    for number in range(5, 9):
        await people.ben.types(f"moment number {number}")
        clock.forward(minutes=1)
    await people.ana.does(HighFive("1.6"))
    await people.ana.does(AddVersion("1.6", "I saw it too"))
    await people.ana.does(AddVersion("1.8", "My own way"))
    page = await opens(people.ana)
    shown = [number for number in range(1, 9) if f"moment number {number}" in page.text]
    assert shown == [3, 4, 6, 8]
    assert "And more." in page.text
    assert page.text.count("moment number 6") == 1
    assert page.text.index("number 8") < page.text.index("number 6") < page.text.index("number 4")
    assert "moment number 6" in (await page.press("Show")).text  # her version of it waits


async def test_what_is_gone_is_not_there(people: Everyone) -> None:
    """Deleted moments are left out."""
    await people.ana.types("out it goes")
    await people.ana.types("delete 1")
    page = await opens(people.ana)
    assert "out it goes" not in page.text
    assert "#lantern" in page.text


async def test_a_channel_we_left_is_not_there(people: Everyone) -> None:
    """No post can be sent there any more."""
    from bot.core.events import ChannelLeft

    await people.ana.types("something")
    await people.ana.does(ChannelLeft())
    assert "Coming up" not in (await opens(people.ana)).text


async def test_the_pause_switch(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """It pauses for a week or ends that. The page shows the state, and Notes wait meanwhile."""
    from bot.moments.save_message import Save

    paused = await (await opens(people.ben)).press("Pause direct messages")
    assert isinstance(paused.answer, Reply)
    assert paused.answer.replaces
    assert "No direct messages before 23 March." in paused.text
    await people.ana.does(Save("aha", "m-ben", "A word of Ben's", "U-ben", "Ben"))
    await bot.tick()
    assert recorder.notes("U-ben") == []
    again = await paused.press("Resume direct messages")
    assert "No direct messages before" not in again.text
    assert "[Pause direct messages]" in again.text
    await (await opens(people.ben)).press("Pause direct messages")
    clock.forward(days=8)
    assert "No direct messages before" not in (await opens(people.ben)).text


async def test_a_long_text_is_shortened(people: Everyone) -> None:
    """The page keeps its size."""
    await people.ana.types("word " * 200)
    page = await opens(people.ana)
    assert page.text.count("word") < 40
    assert " …" in page.text


async def test_another_workspace_has_its_own_page(people: Everyone) -> None:
    """The same id in another workspace is another person."""
    await people.ana.types("something here")
    elsewhere: Origin = replace(people.ana.origin, workspace="W2")
    page = await opens(replace(people.ana, origin=elsewhere))
    assert "something here" not in page.text


async def test_goals_that_one_owns(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """Open ones, with state and next checkpoint, on the page and above the settings. None of a team one left."""
    assert "Goals you own" not in (await opens(people.ana)).text
    await people.ana.types("goal new Ten evening schools")
    await people.ben.types("goal new Somebody else's")
    await people.ana.types("goal new A secret", **SECRET)
    measure = await people.ana.does(MeasureGoal("1", "1"))
    await measure.fill(start="0", target="10", due_on="2026-06-30")
    await (await people.ana.types("goal check 1")).fill(progress="1", fit="no")
    page = await opens(people.ana)
    line = "Supporting goal #1 · #lantern · On pace, off mission · Next checkpoint: 30 March"
    assert f"Goals you own\n• “Ten evening schools” — {line} [Show]" in page.text
    assert "“A secret” — Supporting goal #1 · #secret" in page.text
    assert "Somebody else's" not in page.text
    assert (await page.press("Show")).text.startswith("Supporting goal #1\n")
    clock.now = datetime(2026, 3, 30, 12, tzinfo=UTC)
    await bot.tick()
    page = await opens(people.ana)
    assert "#1 · #lantern · On pace, off mission · Check-in due" in page.text
    waiting = page.text[page.text.index("Waiting for you") : page.text.index("Coming up")]
    assert "“Ten evening schools” — Supporting goal #1 · #lantern · Check-in due [Check in]" in waiting
    assert (await page.press("Check in")).form.title == "Check in on #1"
    clock.forward(minutes=6)
    recorder.access[("C1", "U-ana")] = ChannelAccess(Access.OUTSIDE)
    assert "Ten evening schools" not in (await opens(people.ana)).text
