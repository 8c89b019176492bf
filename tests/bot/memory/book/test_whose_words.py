"""Whose words a book has: those of its person, and nobody else's."""

import json
from typing import Any

from bot.memory.book.as_html import render_html
from bot.memory.book.as_markdown import render_markdown
from bot.memory.book.content import read_book
from bot.moments.commands import Edit
from bot.quests.commands import KeepResult
from bot.runtime.bot import Bot
from storage.models import Person as PersonRow
from tests.bot.memory.book.test_book import check_json, get_book, read_entries
from tests.bot.quests.test_before_we_knew import keeps, starts
from tests.bot.quests.test_quests import opened
from tests.support.databases import Clock
from tests.support.next_steps import QUESTION, changes, give, look_back, steps
from tests.support.people import Everyone, Person
from tests.support.questions import asks, press, rows
from tests.support.recorder import Recorder


async def tells(bot: Bot, recorder: Recorder, person: Person) -> list[tuple[Any, ...]]:
    """Return the type, the words and the parts of each entry of a person's book, which follows the schema."""
    data = json.loads((await get_book(bot, recorder, person)).data)
    check_json(data)
    return [
        (each["type"], each.get("text", ""), *(part["text"] for part in each.get("parts", ())))
        for each in data["entries"]
    ]


async def test_a_result_is_in_its_keeper_s_book(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Whoever started the experiment has only what they wrote of it."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    await keeps(people.mei, happened="It broke at noon", taught="Noon is late")
    assert await tells(bot, recorder, people.ana) == [("moment", "A wizard of three steps")]
    assert await tells(bot, recorder, people.mei) == [("result", "", "It broke at noon", "Noon is late")]
    data = json.loads((await get_book(bot, recorder, people.mei)).data)
    assert data["figures"]["results"] == 1
    assert data["entries"][0]["number"] == 1
    text = (await get_book(bot, recorder, people.mei, "markdown")).data.decode()
    assert text.splitlines()[2] == "1 result."
    assert "### My result for \\#1\n\n16 March 2026 · \\#lantern\n\n**What happened**\n\n> It" in text
    page = (await get_book(bot, recorder, people.mei, "html")).data.decode()
    assert '<p class="label">What it taught us</p><p class="words" dir="auto">Noon is late</p>' in page
    assert '<p class="words" dir="auto"></p>' not in page


async def test_one_s_own_result_stays_with_the_experiment(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """It's one entry, and one kept without words is none."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    await keeps(people.ana, happened="It broke")
    await starts(people.ana, "A second wizard")
    await keeps(people.mei, 2)
    assert await tells(bot, recorder, people.ana) == [
        ("moment", "A wizard of three steps", "It broke"),
        ("moment", "A second wizard"),
    ]
    assert await tells(bot, recorder, people.mei) == []


async def test_who_changes_a_result_has_what_they_wrote(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Each part goes with whoever wrote it last, whether with the result's form or with the experiment's."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    await keeps(people.mei, happened="It broke", taught="Noon is late")
    await (await people.ana.does(KeepResult("1.1"))).fill(taught="Noon is early")
    assert await tells(bot, recorder, people.ana) == [("moment", "A wizard of three steps", "Noon is early")]
    assert await tells(bot, recorder, people.mei) == [("result", "", "It broke")]
    await (await people.ana.does(Edit("1.1"))).fill(happened="It never broke")
    assert await tells(bot, recorder, people.ana) == [
        ("moment", "A wizard of three steps", "It never broke", "Noon is early")
    ]
    assert await tells(bot, recorder, people.mei) == []
    await (await people.mei.does(KeepResult("1.1"))).fill(happened="It did break")
    assert await tells(bot, recorder, people.mei) == [("result", "", "It did break")]
    assert await tells(bot, recorder, people.ana) == [("moment", "A wizard of three steps", "Noon is early")]


async def test_an_undone_change_gives_words_back_to_who_wrote_them(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Ana changes what Mei kept as the result, and undoes it."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    await keeps(people.mei, happened="It broke", taught="Noon is late")
    changed = await (await people.ana.does(KeepResult("1.1"))).fill(taught="Noon is early")
    await changed.press("Undo")
    assert await tells(bot, recorder, people.ana) == [("moment", "A wizard of three steps")]
    assert await tells(bot, recorder, people.mei) == [("result", "", "It broke", "Noon is late")]


async def test_a_result_that_is_kept_anew_is_its_new_keeper_s(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """What somebody wrote before it was taken back counts for nothing."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    first = await keeps(people.ben, happened="It broke")
    await (await people.ana.does(Edit("1.1"))).fill(happened="It bent")
    await (await first.press("Undo")).press("Remove the result")
    await keeps(people.mei, happened="It cracked")
    assert await tells(bot, recorder, people.ana) == [("moment", "A wizard of three steps")]
    assert await tells(bot, recorder, people.mei) == [("result", "", "It cracked")]


async def test_two_platforms_of_one_person_are_one(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A result that the same person kept elsewhere stands with their experiment, once."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    await keeps(people.mei, happened="It broke")
    ids = [row.id for row in rows(bot, PersonRow) if row.external_id in ("U-ana", "U-mei")]
    now = bot.clock()
    book = bot.database.read_now(lambda session: read_book(session, ids, now))
    assert [(each.type, each.parts) for each in book.entries] == [
        ("moment", (("What happened", "It broke"),))
    ]
    assert "It broke" in render_html(book)
    assert "It broke" in render_markdown(book)


async def test_a_step_s_words_go_with_who_wrote_them(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """Who took it has that they did and how it ended. What it became is in the book of who said so."""
    message = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, message, "me")
    await (await changes(people.noor, bot)).fill(condition="it rains", action="we stay inside")
    await press(people.ben, message, "I'll take it")
    second = await look_back(people.ana, clock)
    await (await press(people.mei, second, "Something else")).fill(became="We bought a lamp")
    assert await tells(bot, recorder, people.noor) == [("step", "we stay inside", "it rains")]
    assert await tells(bot, recorder, people.ben) == [("step", "")]
    assert await tells(bot, recorder, people.mei) == [("outcome", "We bought a lamp")]
    [step] = await read_entries(bot, recorder, people.ben)
    assert (step["role"], step["outcome"], step["day"]) == ("taker", "else", "2026-03-16")
    assert (step["settled_on"], step.get("became")) == ("2026-03-30", None)
    text = (await get_book(bot, recorder, people.ben, "markdown")).data.decode()
    assert text.endswith(
        "### A next step I took\n\n16 March 2026 · \\#lantern\n\nIt became something else.\n"
    ), text
    told = (await get_book(bot, recorder, people.mei, "markdown")).data.decode()
    assert told.splitlines()[2] == "1 outcome of a next step."
    assert "### What a next step became\n\n30 March 2026 · \\#lantern\n\n> We bought a lamp" in told
    page = (await get_book(bot, recorder, people.ben, "html")).data.decode()
    assert '<p class="words" dir="auto"></p>' not in page
    assert "rain" not in page


async def test_a_step_s_author_without_its_words(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Once somebody else has written it anew, it isn't theirs any more, until that is undone."""
    await give(people.ben, await asks(people.ana, "retro", QUESTION))
    changed = await (await changes(people.noor, bot)).fill(condition="it rains", action="we stay inside")
    assert await tells(bot, recorder, people.ben) == []
    assert await tells(bot, recorder, people.noor) == [("step", "we stay inside", "it rains")]
    await changed.press("Undo")
    assert await tells(bot, recorder, people.ben) == [
        ("step", "we stop and look", "the build is red at noon")
    ]
    assert await tells(bot, recorder, people.noor) == []


async def test_a_carried_step_stays_its_writer_s(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """Whoever carried it over wrote none of it, and can still remove it."""
    await give(people.ben, await asks(people.ana, "retro", QUESTION))
    await (await changes(people.noor, bot)).fill(condition="it rains", action="we stay inside")
    second = await look_back(people.ana, clock)
    await (await press(people.mei, second, "Not yet")).press("Carry it over")
    assert [step.changed_by_id for step in steps(bot)] == [steps(bot)[0].changed_by_id] * 2
    assert await tells(bot, recorder, people.mei) == []
    assert await tells(bot, recorder, people.noor) == [("step", "we stay inside", "it rains")] * 2
    assert "[Remove]" in (await press(people.mei, second, "Show")).text
    assert "[Remove]" in (await press(people.noor, second, "Show")).text
