"""A person's lines on other people's cards are in their book: their own, and nobody else's."""

import re

from bot.memory.sequels import AddSequel
from bot.quests.commands import AskWhy, Expect, ExpectNext, KeepResult, StartAttempt
from bot.runtime.bot import Bot
from storage.models import SequelKind
from tests.bot.memory.book.test_book import get_book, read_entries
from tests.support.databases import Clock
from tests.support.people import Everyone, Person
from tests.support.questions import asks, press
from tests.support.recorder import Recorder

QUESTION = "What did we decide without noticing?"


async def texts(bot: Bot, recorder: Recorder, person: Person, sort: str) -> list[str]:
    """Return what a person's book says in entries of one type."""
    entries = await read_entries(bot, recorder, person)
    return [each["text"] for each in entries if each["type"] == sort]


async def test_sequels_and_whys(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Each has its moment's number and its author alone."""
    await people.ana.types("failed A wizard of three steps")
    await people.ana.types("Sign tokens once")
    await (await people.ben.does(AddSequel("1.2"))).fill(text="Offline log-in")
    await (await people.ben.does(AddSequel("1.2", SequelKind.SET_OFF))).fill(text="No cache")
    await (await people.mei.does(AddSequel("1.2"))).fill(text="Not his")
    await (await people.ben.does(AskWhy("1.1"))).fill(text="Nobody reads three steps")
    entries = await read_entries(bot, recorder, people.ben)
    assert sorted((each["type"], each.get("kind", ""), each["number"], each["text"]) for each in entries) == [
        ("sequel", "possible", 2, "Offline log-in"),
        ("sequel", "set_off", 2, "No cache"),
        ("why", "", 1, "Nobody reads three steps"),
    ]
    page = (await get_book(bot, recorder, people.ben, "markdown")).data.decode()
    for name in ("What \\#2 makes possible", "What came of \\#2", "My why for \\#1"):
        assert name in page
    assert "1 why and 2 lines about what followed" in page


async def test_what_one_expected(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A signed line is in its author's book, sealed or open. Without a name it's in nobody's."""
    await people.ana.types("quest What do people paste?")
    await (await people.ana.does(StartAttempt("1", "1"))).fill(text="A wizard of three steps")
    await (await people.ben.does(Expect("1.1"))).fill(text="They skip it", name="signed")
    await (await people.mei.does(Expect("1.1"))).fill(text="Nothing", name="alone")
    assert await texts(bot, recorder, people.ben, "expectation") == ["They skip it"]
    assert await texts(bot, recorder, people.ana, "expectation") == []
    await (await people.ana.does(KeepResult("1.1"))).fill(outcome="went_well", happened="They liked it")
    [entry] = await read_entries(bot, recorder, people.ben)
    assert (entry["text"], entry["number"], entry["team_name"]) == ("They skip it", 1, "lantern")
    assert await texts(bot, recorder, people.mei, "expectation") == []
    await (await people.ben.does(ExpectNext("1", "1"))).fill(text="It takes a month", name="signed")
    waiting = (await read_entries(bot, recorder, people.ben))[-1]
    assert (waiting["text"], "number" in waiting) == ("It takes a month", False)
    page = (await get_book(bot, recorder, people.ben, "markdown")).data.decode()
    assert "What I expected from \\#1" in page
    assert "What I expect next" in page
    assert "They liked it" not in page


async def test_a_line_that_waits_to_be_read_out(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """It's in its author's book before the others may read it, and once after."""
    message = await asks(people.ana, "brings", QUESTION)
    for one in (people.ana, people.ben, people.mei):
        await press(one, message, "I'm in")
    await press(people.ana, message, "Close the round")
    await (await press(people.ben, message, "Write my line")).fill(text="Her calm")
    assert await texts(bot, recorder, people.ben, "answer") == ["Her calm"]
    assert await texts(bot, recorder, people.ana, "answer") == []
    for one in (people.ana, people.mei):
        await (await press(one, message, "Write my line")).fill(text="A second look")
    assert await texts(bot, recorder, people.ben, "answer") == ["Her calm"]


async def test_what_is_parked_is_in_no_book(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """It was promised to be gone after a day."""
    message = await asks(people.ana, "park_it", QUESTION)
    await (await press(people.ben, message, "Park it")).fill(text="The invoice")
    assert await read_entries(bot, recorder, people.ben) == []


async def test_a_joint_answer_is_of_both(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Whoever wrote it down, it has both names, and each has it once. A third person doesn't."""
    message = await asks(people.ana, "cross_pair", QUESTION)
    for one, craft in ((people.ana, "design"), (people.ben, "code")):
        await (await press(one, message, "I'm in")).fill(craft=craft)
    await press(people.ana, message, "Close the round")
    await (await press(people.ana, message, "Answer together")).fill(text="The edges")
    for one in (people.ana, people.ben):
        [entry] = await read_entries(bot, recorder, one)
        assert (entry["type"], entry["question"], entry["text"]) == ("answer", QUESTION, "The edges")
    assert await read_entries(bot, recorder, people.mei) == []


async def test_a_step_is_of_those_who_wrote_or_took_it(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Somebody who is only suggested hasn't taken it, so it isn't in their book yet. Its words stay Ben's."""
    message = await asks(people.ana, "retro", QUESTION)
    form = await press(people.ben, message, "One next step")
    suggested = next(one.value for one in form.form.fields[-1].options if one.label == "Ana")
    await form.fill(condition="the build is red", action="we stop", taker=suggested)
    assert await texts(bot, recorder, people.ana, "step") == []
    [step] = [each for each in await read_entries(bot, recorder, people.ben) if each["type"] == "step"]
    assert (step["role"], step["outcome"]) == ("author", "open")
    await press(people.ana, message, "I'll take it")
    clock.forward(days=14)
    second = await asks(people.mei, "retro", QUESTION)
    await press(people.mei, second, "Done")
    data = (await get_book(bot, recorder, people.ana)).data
    [step] = [each for each in await read_entries(bot, recorder, people.ana) if each["type"] == "step"]
    assert (step["role"], step["outcome"], step["settled_on"]) == ("taker", "done", "2026-03-30")
    assert b"we stop" not in data
    assert b"we stop" in (await get_book(bot, recorder, people.ben)).data


async def test_a_step_begins_with_its_condition(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """In Markdown and in HTML, what starts it is read before what happens then."""
    form = await press(people.ben, await asks(people.ana, "retro", QUESTION), "One next step")
    await form.fill(condition="the build is red", action="we stop")
    for kind, order in (
        ("markdown", r"\*\*If\*\*\s+> the build is red\s+\*\*Then\*\*\s+> we stop"),
        ("html", r">If</p><p[^>]*>the build is red</p>\s*<p[^>]*>Then</p><p[^>]*>we stop<"),
    ):
        said = (await get_book(bot, recorder, people.ben, kind)).data.decode()
        assert re.search(order, said), said
