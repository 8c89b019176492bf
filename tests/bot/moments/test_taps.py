"""Tests of high-fives and "I was there": given with one press, and taken back with another."""

from datetime import UTC, datetime
from io import StringIO

import pytest

from bot.data.export import write_export
from bot.moments.commands import HighFive, IWasThere
from bot.people.page.commands import Home
from bot.runtime.bot import Bot
from storage.models import Tap
from tests.support.databases import Clock
from tests.support.people import Everyone, Person
from tests.support.questions import rows
from tests.support.recorder import Recorder

THERE, NOT_THERE = "Added you to #1.", "Removed you from #1."


async def card(people: Everyone, recorder: Recorder) -> str:
    """Return the text of the card in the channel."""
    await people.bot.tick()
    return next(text for text in recorder.texts() if text.startswith(("Aha #1", "Experiment #1")))


async def presses(who: Person, clock: Clock, *commands: HighFive | IWasThere) -> list[str]:
    """Press buttons ten seconds apart, and return the replies."""
    said = []
    for command in commands:
        said.append((await who.does(command)).text)
        clock.forward(seconds=10)
    return said


async def test_a_second_press_takes_i_was_there_back(
    people: Everyone, recorder: Recorder, clock: Clock
) -> None:
    """The reply and the card say what is so now, after each press."""
    await people.ana.types("together")
    for state in ("on", "off", "on"):
        [said] = await presses(people.ben, clock, IWasThere("1.1"))
        assert said.startswith(THERE if state == "on" else NOT_THERE)
        assert ("Together: Ana, Ben" in await card(people, recorder)) is (state == "on")


async def test_a_second_press_takes_a_high_five_back(
    people: Everyone, recorder: Recorder, clock: Clock
) -> None:
    """The card counts what is there now. Only the press that takes it back gets a reply."""
    await people.ana.types("together")
    assert await presses(people.ben, clock, HighFive("1.1")) == [""]
    assert await presses(people.mei, clock, HighFive("1.1")) == [""]
    assert "[High-five (2)]" in await card(people, recorder)
    assert await presses(people.mei, clock, HighFive("1.1")) == ["Removed your high-five from #1."]
    assert "[High-five (1)]" in await card(people, recorder)


async def test_on_a_private_card(people: Everyone, clock: Clock) -> None:
    """The card is updated in place, and says whose press did what."""
    await people.ana.types("together")
    shown = await people.ben.types("show 1")
    given = await shown.press("High-five")
    assert given.text.startswith("You high-fived #1.")
    assert "[High-five (1)]" in given.text
    clock.forward(seconds=10)
    back = await given.press("High-five (1)")
    assert back.text.startswith("Removed your high-five from #1.")
    assert "[High-five]" in back.text
    there = await shown.press("I was there")
    assert "Together: Ana, Ben" in there.text
    clock.forward(seconds=10)
    gone = await there.press("I was there")
    assert gone.text.startswith(NOT_THERE)
    assert "Together" not in gone.text


@pytest.mark.parametrize("command", [HighFive("1.1"), IWasThere("1.1")])
async def test_a_press_within_a_second_is_the_same_press(
    people: Everyone, bot: Bot, clock: Clock, command: HighFive | IWasThere
) -> None:
    """A double click counts once, whether it gives or takes back."""
    await people.ana.types("together")
    for state in (None, "taken back", None):
        for _ in range(2):
            await people.ben.does(command)
            clock.forward(seconds=0.7)
        [tap] = rows(bot, Tap)
        assert (tap.removed_at is None) is (state is None)
        clock.forward(seconds=5)


@pytest.mark.parametrize("command", [HighFive("1.1"), IWasThere("1.1")])
async def test_an_event_told_again_changes_nothing(
    people: Everyone, bot: Bot, clock: Clock, command: HighFive | IWasThere
) -> None:
    """However late it comes, and whatever was pressed in between."""
    await people.ana.types("together")
    for number in range(3):
        await people.ben.does(command, event=f"press-{number}")
        clock.forward(hours=1)
        for known in range(number + 1):
            await people.ben.does(command, event=f"press-{known}")
            clock.forward(days=1)
            [tap] = rows(bot, Tap)
            assert (tap.removed_at is None) is (number != 1)


async def test_a_late_redelivery_is_no_last_press(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A true press right after it counts."""
    await people.ana.types("together")
    await people.ben.does(IWasThere("1.1"), event="first")
    clock.forward(minutes=1)
    await people.ben.does(IWasThere("1.1"), event="first")
    assert (await people.ben.does(IWasThere("1.1"))).text.startswith(NOT_THERE)


async def test_one_s_own_high_five_does_not_count(
    people: Everyone, recorder: Recorder, bot: Bot, clock: Clock
) -> None:
    """One kind sentence says so, and nothing is stored."""
    await people.ana.types("mine")
    for command in (HighFive("1.1"), HighFive("1.1", "1")):
        assert await presses(people.ana, clock, command) == [
            "You wrote #1, so you can't high-five it. Others can."
        ]
    assert rows(bot, Tap) == []
    assert "[High-five]" in await card(people, recorder)


async def test_the_author_was_there_anyway(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Their name is on the card with their own words, so there is nothing to take back."""
    await people.ana.types("mine")
    for _ in range(2):
        [said] = await presses(people.ana, clock, IWasThere("1.1"))
        assert said.startswith("You're already on #1, because you wrote it.")
    assert rows(bot, Tap) == []


async def test_a_version_keeps_its_author_s_name_on_the_card(
    people: Everyone, recorder: Recorder, clock: Clock
) -> None:
    """The reply says why the name is still there."""
    await people.ana.types("together")
    await (await people.ben.types("version 1")).fill(text="My side")
    await presses(people.ben, clock, IWasThere("1.1"))
    [said] = await presses(people.ben, clock, IWasThere("1.1"))
    assert said.startswith(NOT_THERE)
    assert "Your version stays" in said
    assert "Together: Ana, Ben" in await card(people, recorder)


def export(bot: Bot) -> str:
    """Return the team's export, without the time of the export itself."""
    out = StringIO()
    bot.database.read_now(lambda session: write_export(session, 1, datetime(2026, 1, 1, tzinfo=UTC), out))
    return out.getvalue()


async def surfaces(people: Everyone, bot: Bot, recorder: Recorder) -> list[str]:
    """Return what people see of a moment and its team on every surface, as Mei and as Ben."""
    await bot.tick()
    seen = [*recorder.texts()]
    for line in ("show 1", "show 2", "recap", "recap year", "find", "cycle"):
        seen.append((await people.mei.types(line)).text)
    dm = {"channel": "D-ben", "direct": True, "private": True}
    seen.append((await people.ben.does(Home(), **dm)).text)
    return seen


async def test_a_tap_that_was_taken_back_counts_nowhere(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Every surface reads as before the tap: cards, names, recap, road, home page and export."""
    await people.ana.types("failed We put a wizard there")
    await people.ben.types("list")
    await people.ana.types("breakthrough A template")
    form = await (await people.ana.types("show 2")).press("How we got here")
    await form.fill(chosen="1")
    clock.forward(minutes=5)
    before = await surfaces(people, bot, recorder)
    exported = export(bot)
    for command in (HighFive("1.1"), IWasThere("1.1"), IWasThere("1.2")):
        await people.ben.does(command)
    assert await surfaces(people, bot, recorder) != before
    assert export(bot) != exported
    clock.forward(seconds=10)
    for command in (HighFive("1.1"), IWasThere("1.1"), IWasThere("1.2")):
        await people.ben.does(command)
    assert await surfaces(people, bot, recorder) == before
    assert export(bot) == exported
