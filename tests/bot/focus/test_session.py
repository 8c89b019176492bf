"""Tests of the focus session: three parts in one thread, each read together after everyone has answered."""

import io
from datetime import timedelta

import pytest

from bot.data.export import write_export
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.focus import make_goal
from tests.support.people import Everyone, Got, Person
from tests.support.questions import press, until
from tests.support.recorder import Recorder


async def answers(who: Person, message: str, text: str) -> Got:
    """Answer a part by its button."""
    return await (await press(who, message, "Answer")).fill(text=text)


async def begin(people: Everyone, recorder: Recorder) -> str:
    """Begin a session, and return the message of its first part."""
    await people.ana.types("focus session")
    await people.ana.bot.tick()
    return recorder.last()[0]


async def test_three_parts_are_read_together(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The first opens by the button, the later ones when all who are there have answered."""
    await people.ana.types("An aha of ours")
    await make_goal(bot)
    said = await people.ana.types("focus session")
    assert said.text == (
        "Focus session started. The card is in #lantern. It has three parts of about ten minutes. "
        "You can pause and continue within a week.\n[Undo]"
    )
    await bot.tick()
    first, card = recorder.last()
    assert card.text.startswith("Focus session · 1 of 3\n“What's our one big goal, in your words, and")
    assert "It's about “Twenty village schools” (#1). " in card.text
    assert "Nobody has answered" in (await press(people.ben, first, "Read together")).text
    said = await answers(people.ana, first, "Schools; but reports took the time")
    assert said.text.endswith(
        ". We'll read them together once everyone here has answered, or when someone opens them.\n[Undo]"
    )
    await answers(people.ben, first, "Schools, and fairs")
    sealed = await people.mei.sees(first)
    assert "2 answered" in sealed
    assert "reports" not in sealed
    assert "[Next part]" not in sealed
    await press(people.mei, first, "Read together")
    assert "“Schools, and fairs” — Ben" in await people.mei.sees(first)
    said = await press(people.mei, first, "Next part")
    assert said.text == "Part 2 of 3 is in the thread of the first.\n[Answer]"
    await press(people.ben, first, "Next part")
    await bot.tick()
    second, card = recorder.last()
    assert (card.place.thread, card.text[:22]) == (first, "Focus session · 2 of 3")
    await answers(people.ana, second, "Visits work")
    assert "Visits" not in await people.mei.sees(second)
    last = await answers(people.ben, second, "Fairs don't")
    assert "You were the last one, so all answers are on the card now." in last.text
    assert "“Visits work” — Ana" in await people.mei.sees(second)
    await press(people.ana, second, "Next part")
    await bot.tick()
    third = recorder.last()[0]
    await answers(people.ana, third, "The ministry's list")
    await press(people.ben, third, "Read together")
    made = await press(people.ben, third, "Make it a focus check")
    assert made.form.title == "Focus check · 1 of 3"


async def test_a_session_is_taken_up_again(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """From the command, by anyone, where it stopped; or another one begins."""
    first = await begin(people, recorder)
    said = await people.ben.types("focus session")
    assert said.text == (
        "A focus session is already running, at part 1 of 3. The card is in #lantern.\n[Answer] [Start a new one]"
    )
    await (await said.press("Answer")).fill(text="Schools")
    clock.forward(days=2)
    await press(people.mei, first, "Read together")
    said = await people.ben.types("focus session")
    assert (await said.press("Next part")).text.startswith("Part 2 of 3")
    begun = await said.press("Start a new one")
    assert begun.text.startswith("Focus session started")
    clock.forward(days=8)
    assert (await people.ben.types("focus session")).text.startswith("Focus session started")


async def test_what_was_answered_is_not_lost(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """A later question leaves a sealed part open, and after a week it opens by itself."""
    first = await begin(people, recorder)
    await answers(people.ana, first, "Schools")
    clock.forward(days=2)
    await people.ben.types("ask What did we decide?")
    await bot.tick()
    assert "[Read together]" in await people.mei.sees(first)
    await until(bot, clock, clock.now + timedelta(days=6))
    assert "“Schools” — Ana" in recorder.standing[first].text


async def test_an_answer_after_the_reading_is_open(people: Everyone, recorder: Recorder) -> None:
    """Somebody who comes late is heard as well."""
    first = await begin(people, recorder)
    await answers(people.ana, first, "Schools")
    await press(people.ana, first, "Read together")
    await answers(people.noor, first, "Late, but: schools")
    assert "“Late, but: schools” — Noor" in await people.ana.sees(first)


async def test_a_sealed_answer_is_nowhere_before_it_is_read(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    """Not on the card, in the log, the export, the search, another's form or the recap; after the reading it is."""
    caplog.set_level("DEBUG")
    first = await begin(people, recorder)
    await answers(people.ana, first, "Quixotic zebra words")
    await bot.tick()
    mine = (await press(people.ana, first, "Answer")).form.fields[0].value
    assert mine == "Quixotic zebra words", "only its author has it in the form"
    assert (await press(people.ben, first, "Answer")).form.fields[0].value == ""
    found = (await people.ben.types("find zebra")).text.replace("find zebra", "").replace("“zebra”", "")
    told = (await people.ben.types("recap")).text
    out = io.StringIO()
    await bot.database.read(lambda session: write_export(session, 1, clock.now + timedelta(days=1), out))
    for shown in (*recorder.texts(), caplog.text, found, told, out.getvalue()):
        assert "Quixotic" not in shown
    await press(people.mei, first, "Read together")
    assert "“Quixotic zebra words” — Ana" in await people.ben.sees(first)


async def test_one_person_alone_can_go_through_it(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Nobody else has to come: the button opens each part."""
    message = await begin(people, recorder)
    for part in (1, 2, 3):
        await answers(people.ana, message, f"Part {part}")
        await press(people.ana, message, "Read together")
        assert f"“Part {part}” — Ana" in await people.ana.sees(message)
        if part < 3:
            await press(people.ana, message, "Next part")
            await bot.tick()
            message = recorder.last()[0]
    made = await press(people.ana, message, "Make it a focus check")
    assert made.form.title == "Focus check · 1 of 3"
