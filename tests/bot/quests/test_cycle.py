"""Tests of the cycle: every open quest with its progress, in private and posted with the chart."""

from datetime import date

from bot.moments.commands import Delete, Edit, Failed
from bot.quests.commands import LetGo, TakeQuestBack
from bot.quests.cycle import Cycle
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder

QUEST = "How do people get their data in?"


async def search(people: Everyone, clock: Clock) -> None:
    """Create two quests, two attempts at the first over three days, and an unrelated breakthrough."""
    await people.ana.types(f"quest {QUEST}")
    await people.ben.types("quest What makes Monday slow?")
    await people.ben.does(Failed("A wizard", quest="1", taught="Nobody reads a wizard"))
    clock.forward(days=3)
    await people.mei.does(Failed("A shorter wizard", quest="1"))
    await people.mei.types("breakthrough Show them a template")


async def test_where_each_quest_stands(people: Everyone, clock: Clock) -> None:
    """The oldest comes first, with its attempts and the latest lesson."""
    await search(people, clock)
    said = await people.ana.types("cycle")
    assert said.text == (
        "How our quests are going\n"
        f"• “{QUEST}” — open since 16 March 2026 · 2 attempts · Experiment #2: A shorter wizard [Show]\n"
        "• “What makes Monday slow?” — open since 16 March 2026 · no attempts yet [Show]\n"
        "So far: 2 experiments · 1 breakthrough\n"
        "[Post here] [Start a quest]"
    )
    assert (await said.press("Show")).text.startswith(f"Quest\n“{QUEST}”")


async def test_before_anything_was_looked_for(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """There is one sentence and a button to begin. Nothing can be posted."""
    said = await people.ana.types("cycle")
    assert said.text.startswith("No open quests and no attempts yet.")
    assert (await said.press("Start a quest")).form.title == "Start a quest"
    await people.ana.types("An aha of ours")
    assert (await people.ana.types("cycle")).text == said.text


async def test_without_an_open_quest(people: Everyone, clock: Clock) -> None:
    """Quests that were given up are not shown, but their attempts count."""
    await search(people, clock)
    for quest in ("1", "2"):
        await (await people.ana.does(LetGo(quest, "1"))).fill(reason="Enough")
    said = await people.ana.types("cycle")
    assert "No open quests right now.\nSo far: 2 experiments" in said.text
    assert QUEST not in said.text


async def test_many_quests_come_in_pages(people: Everyone) -> None:
    """A page has five, and all of them are there."""
    for number in range(1, 13):
        await people.ana.types(f"quest number {number}.")
    page, seen = await people.ana.types("cycle"), ""
    for _ in range(2):
        seen, page = seen + page.text, await page.press("More")
    seen += page.text
    assert "[More]" not in page.text
    assert all(f"“number {number}.”" in seen for number in range(1, 13))
    assert "number 12" in (await people.ana.does(Cycle("99"))).text


async def test_posted_it_has_the_picture(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The picture covers the whole time, and its alternative text says what it shows."""
    await search(people, clock)
    said = await (await people.ana.types("cycle")).press("Post here")
    assert said.text == "I'm posting the picture in #lantern.\n[Undo]"
    await bot.tick()
    _, standing = recorder.last()
    assert standing.text.startswith(
        f"How our quests are going\n• “{QUEST}” — open since 16 March 2026 · 2 attempts"
    )
    assert "[Show]" not in standing.text
    assert "[Start a quest]" in standing.text
    drawn = standing.post.picture
    assert drawn is not None
    assert drawn.png.startswith(b"\x89PNG")
    assert drawn.name == f"search-{date(2026, 3, 19)}.png"
    assert drawn.alt.startswith(
        "Experiments and breakthroughs over time, 16 March 2026 to 19 March 2026, counted up over time: "
        "2 experiments and 1 breakthrough."
    )


async def test_a_posted_one_brings_nothing_new_and_lets_go_of_what_is_gone(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It follows edits and removals of what it quotes, and shows nothing that came later."""
    await search(people, clock)
    await (await people.ana.types("cycle")).press("Post here")
    await bot.tick()
    message, _ = recorder.last()
    clock.forward(days=1)
    await people.ana.types("quest A later one")
    await people.ben.does(Failed("Later", quest="1"))
    await people.mei.does(Edit("1.2", "A wizard of one page"))
    text = await people.ana.sees(message)
    assert "2 attempts · Experiment #2: A wizard of one page" in text
    assert "ater" not in text
    await people.mei.does(Delete("1.2"))
    text = await people.ana.sees(message)
    assert "A wizard of one page" not in text
    assert "Nobody reads a wizard" not in text
    assert "1 attempt\n" in text
    await people.ana.does(TakeQuestBack("1"))
    assert QUEST not in await people.ana.sees(message)


async def test_from_a_direct_message_it_goes_home(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The button says so."""
    await search(people, clock)
    said = await people.ana.types("cycle", channel="D1", direct=True)
    await said.press("Post in the channel")
    await bot.tick()
    assert "How our quests are going" in recorder.last("C1")[1].text


async def test_once_a_press(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """A redelivered press posts nothing twice."""
    await search(people, clock)
    shown = await people.ana.types("cycle")
    for _ in range(2):
        await shown.press("Post here", event="press")
    await bot.tick()
    assert sum("How our quests are going" in text for text in recorder.texts()) == 1
