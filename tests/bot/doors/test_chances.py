"""Tests of chances: what they would accelerate, until when, how sure one is, and what came of them."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bot.doors.commands import DescribeChance, DropOutcome, TellOutcome
from bot.moments.commands import Edit
from bot.quests.commands import SeeLinks, Unlink
from bot.runtime.bot import Bot
from storage.models import Chance, Link
from tests.support.databases import Clock
from tests.support.people import Everyone, Got
from tests.support.recorder import Recorder

START = datetime(2026, 3, 16, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday(clock: Clock) -> None:
    """Begin on a Monday morning."""
    clock.now = START


async def card(bot: Bot, recorder: Recorder, begins: str) -> str:
    """Return the card whose text begins with these words."""
    await bot.tick()
    (found,) = (one.text for one in recorder.standing.values() if one.text.startswith(begins))
    return found


async def keep_door(people: Everyone) -> Got:
    """Let Ana keep a door until Friday."""
    form = await people.ana.types("chance")
    return await form.fill(
        text="Meet the harbour office",
        accelerates="Our first port",
        kind="door",
        until="2026-03-20",
        belief="4",
    )


async def test_a_typed_chance_is_saved_at_once(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    got = await people.ana.types("chance A shipyard wrote to us")
    assert got.text == "Saved as #1 in #lantern.\n[Undo] [Edit] [Add details] [It was an aha]"
    rest = await got.press("Add details")
    assert [one.label for one in rest.form.fields] == [
        "What it would speed up", "What kind is it?", "Until when?", "How much do you believe in it?",
    ]  # fmt: skip
    done = await rest.fill(accelerates="Our first port", kind="found_us", belief="3")
    assert done.text == "#1 updated.\n[Edit details]"
    shown = await card(bot, recorder, "Chance #1 · they found us")
    assert (
        "“A shipyard wrote to us”\n\nWhat it would speed up\n“Our first port”\nBelief: 3 of 5\nAna" in shown
    )
    assert "[What came of it?] [High-five] [Add my version]" in shown
    assert "key" not in shown


async def test_a_door_says_what_it_is(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    await keep_door(people)
    shown = await card(bot, recorder, "Chance #1 · a door")
    assert "Until 20 March · Belief: 4 of 5" in shown
    assert "[I might be able to help] [What came of it?] [High-five] [Add my version]" in shown


async def test_after_its_day_its_card_asks_once(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """On the next working day: 20 March was a Friday."""
    await keep_door(people)
    clock.now = datetime(2026, 3, 22, 12, tzinfo=UTC)
    assert "Until 20 March" in await card(bot, recorder, "Chance #1")
    clock.now = datetime(2026, 3, 23, 10, tzinfo=UTC)
    asked = await card(bot, recorder, "Chance #1")
    assert "This was open until 20 March. What came of it?" in asked
    assert "Until 20 March" not in asked
    await people.ana.does(Edit("1.1", "Meet the harbour office, all of it"))
    assert await bot.next_due() is None or "This was open until" in await card(bot, recorder, "Chance #1")


async def test_what_came_of_it_stands_on_the_road(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    await keep_door(people)
    await people.ben.types("breakthrough The port signs with us")
    asked = await people.ben.does(TellOutcome("1.1"))
    assert [one.name for one in asked.form.fields] == ["outcome", "chosen", "other"]
    told = await asked.fill(outcome="They asked for a pilot", chosen="2")
    assert told.text == "Saved what came of #1. It's now linked to breakthrough #2.\n[Undo]"
    shown = await card(bot, recorder, "Chance #1")
    assert "What came of it\n“They asked for a pilot” — Ben" in shown
    assert "Led to: Breakthrough #2" in shown
    assert "[I might be able to help]" not in shown
    assert "How we got here\n" in await card(bot, recorder, "Breakthrough #2")
    road = (await people.mei.does(SeeLinks("1.2"))).text
    assert "“Meet the harbour office\n→ They asked for a pilot” — Chance #1 · Ana" in road
    assert "Chance #1" in (await people.mei.types("find pilot")).text
    gone = await told.press("Undo")
    assert gone.text == "Removed what came of #1."
    assert await bot.database.read(lambda session: list(session.exec(select(Link)).all())) == []
    assert "What came of it\n" not in await card(bot, recorder, "Chance #1")


async def test_a_link_taken_off_the_road_is_forgotten(people: Everyone, bot: Bot) -> None:
    await keep_door(people)
    await people.ben.types("breakthrough The port signs with us")
    await people.ben.does(TellOutcome("1.1", "They asked for a pilot", "2"))
    await people.ben.does(Unlink("1.2", "1"))
    row = await bot.database.read(lambda session: session.exec(select(Chance)).one())
    assert (row.became_id, row.outcome) == (None, "They asked for a pilot")
    shown = {one.name: one.value for one in (await people.ana.does(TellOutcome("1.1"))).form.fields}
    assert (shown["outcome"], shown["chosen"]) == ("They asked for a pilot", "0")


async def test_another_persons_outcome_stays(people: Everyone) -> None:
    await keep_door(people)
    await people.ben.does(TellOutcome("1.1", "They asked for a pilot"))
    refused = await people.mei.does(TellOutcome("1.1", "Nothing at all"))
    assert refused.text.startswith("Only Ben and Ana can change what came of #1. You can add your version.")
    assert "“Nothing at all”" in refused.text, "the words come back"
    assert "Only Ben and Ana" in (await people.mei.does(DropOutcome("1.1"))).text
    assert (await people.ana.does(TellOutcome("1.1", "A pilot in May"))).text.startswith(
        "Saved what came of #1."
    )


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("1", "Chance #1 isn't a breakthrough."),
        ("3", "Aha #3 isn't a breakthrough."),
        ("#9", "There is no #9 here; the latest is #3."),
        ("the second", "Type a number, like #12."),
        ("٢٢", "There is no #22 here; the latest is #3."),
    ],
)
async def test_a_number_that_is_no_breakthrough(people: Everyone, number: str, said: str) -> None:
    await keep_door(people)
    await people.ben.types("breakthrough The port signs with us")
    await people.ben.types("Tokens are signed once")
    got = await (await people.ben.does(TellOutcome("1.1"))).fill(outcome="A pilot", other=number)
    assert got.form.errors == {"other": said}
    assert {one.name: one.value for one in got.form.fields}["outcome"] == "A pilot"


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"until": "2026-03-15"}, {"until": "That day is over. Pick today or a later day."}),
        (
            {"until": "30 February"},
            {"until": "There's no 30 February 2026: that month has 28 days. Choose another day."},
        ),
        ({"until": "soon"}, {"until": "Write the day like 2026-03-20."}),
        ({"belief": "7"}, {"belief": "Please pick a number from 1 to 5."}),
        ({"belief": "-1"}, {"belief": "Please pick a number from 1 to 5."}),
        ({"belief": "very"}, {"belief": "Please pick a number from 1 to 5."}),
        ({"kind": "window"}, {"kind": "Please pick one of these."}),
    ],
)
async def test_what_cannot_be_taken_loses_nothing(
    people: Everyone, values: dict[str, str], errors: dict[str, str]
) -> None:
    form = await people.ana.types("chance")
    got = await form.fill(text="Meet the harbour office", accelerates="Our first port", **values)
    assert got.form.errors == errors
    shown = {one.name: one.value for one in got.form.fields}
    assert (shown["text"], shown["accelerates"]) == ("Meet the harbour office", "Our first port")
    assert (await people.ben.types("find")).text.startswith("Nothing is saved here yet.")


async def test_only_its_author_says_what_it_is(people: Everyone) -> None:
    await keep_door(people)
    got = await people.ben.does(DescribeChance("1.1"))
    assert got.text.startswith("#1 is in Ana's words, so only Ana can change it.")
    await people.ben.types("Tokens are signed once")
    assert (await people.ben.does(DescribeChance("1.2"))).text == "Aha #2 isn't a chance."
    assert (await people.ben.does(TellOutcome("1.2"))).text == "Aha #2 isn't a chance."
    assert (await people.ben.does(DropOutcome("1.1"))).text == "Nobody has said yet what came of #1."


async def test_a_day_that_passed_may_stay_but_not_be_chosen(people: Everyone, clock: Clock) -> None:
    await keep_door(people)
    clock.forward(days=10)
    form = await people.ana.does(DescribeChance("1.1"))
    assert (await form.fill(belief="2")).text.startswith("#1 updated.")
    wrong = await (await people.ana.does(DescribeChance("1.1"))).fill(until="2026-03-24")
    assert wrong.form.errors == {"until": "That day is over. Pick today or a later day."}


async def test_a_breakthrough_that_is_none_any_more(people: Everyone, bot: Bot) -> None:
    """The chance forgets what it became, and its own words stay."""
    await keep_door(people)
    got = await people.ben.types("breakthrough The port signs with us")
    await people.ben.does(TellOutcome("1.1", "They asked for a pilot", "2"))
    await got.press("It was an aha")
    row = await bot.database.read(lambda session: session.exec(select(Chance)).one())
    assert (row.became_id, row.outcome) == (None, "They asked for a pilot")


async def test_a_long_outcome_is_read_in_pages(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    await keep_door(people)
    await people.ben.does(TellOutcome("1.1", f"A pilot. {'Many words. ' * 40}And a ship at last."))
    assert "ship at last" not in await card(bot, recorder, "Chance #1")
    page = await (await people.mei.types("show 1")).press("Read more")
    assert "And a ship at last." in page.text
    assert "What came of it" in page.text


async def test_an_outcome_taken_out_early_leaves_the_question_for_its_day(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """As if it had never been said."""
    await keep_door(people)
    told = await people.ben.does(TellOutcome("1.1", "They asked for a pilot"))
    await told.press("Undo")
    clock.now = datetime(2026, 3, 23, 10, tzinfo=UTC)
    assert "This was open until 20 March. What came of it?" in await card(bot, recorder, "Chance #1")


async def test_changed_words_are_not_lost_by_an_undo(people: Everyone) -> None:
    """A change has a way to change it again. Only what was said first can be undone."""
    await keep_door(people)
    await people.ben.does(TellOutcome("1.1", "They asked for a pilot"))
    changed = await people.ana.does(TellOutcome("1.1", "A pilot in May"))
    assert changed.text == "Saved what came of #1.\n[Edit outcome]"
    again = {one.name: one.value for one in (await changed.press("Edit outcome")).form.fields}
    assert again["outcome"] == "A pilot in May"


async def test_a_day_of_another_year_has_its_year(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """So that nobody takes it for a nearer one."""
    got = await people.ana.types("chance A shipyard wrote to us")
    await (await got.press("Add details")).fill(until="2028-03-20")
    assert "Until 20 March 2028" in await card(bot, recorder, "Chance #1")
