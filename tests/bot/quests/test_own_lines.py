"""Tests of a person's own expectation: where it is when it comes back, and what an old Undo does to it."""

from bot.moments.commands import Delete, ItFailed, ItWasAnAha, Restore
from bot.quests.commands import DropExpectation, LetGo, LogAttempt, RestoreExpectation, StartAttempt
from bot.runtime.bot import Bot
from storage.models import Expectation
from tests.bot.quests.test_before_we_knew import awaits, card, expects, keeps, starts
from tests.bot.quests.test_quests import opened
from tests.bot.quests.test_waiting_lines import moves, starts_alone, words
from tests.support.databases import Clock
from tests.support.people import Everyone, Got
from tests.support.questions import rows
from tests.support.recorder import Recorder


async def takes_out(got: Got) -> Got:
    """Press a line's Undo, and return the answer with *Bring back*."""
    return await got.press("Undo")


async def test_a_line_comes_back_to_its_quest_after_the_attempt_is_removed(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It waits there like the others that the attempt gave back, and is still there when the attempt is erased."""
    quest = await opened(people, bot, recorder)
    waiting = await awaits(people.ben, "It will be slow")
    await starts(people.ana)
    removed = await takes_out(waiting)
    await people.ana.does(Delete("1.1"))
    back = await removed.press("Bring back")
    assert back.text == "Your expectation is back. It's waiting for the quest's next attempt.\n[Undo]"
    assert "Ben wrote what they expect of the next attempt." in await people.ana.sees(quest)
    clock.forward(days=2)
    await bot.tick()
    assert words(bot) == ["It will be slow"]
    await starts(people.ana, "Another")
    assert "Ben wrote what they expect." in await card(bot, recorder, 2)


async def test_a_line_comes_back_to_the_attempt_that_came_back(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Whether it was brought back before or after the attempt was."""
    await opened(people, bot, recorder)
    his, hers = await awaits(people.ben, "Slow"), await awaits(people.mei, "Fast")
    await starts(people.ana)
    removed, again = await takes_out(his), await takes_out(hers)
    await people.ana.does(Delete("1.1"))
    await removed.press("Bring back")
    await people.ana.does(Restore("1.1"))
    said = await again.press("Bring back")
    assert said.text.startswith("Your expectation is back. It's hidden until #1 has a result.")
    assert "Ben and Mei wrote what they expect." in await card(bot, recorder)


async def test_a_line_is_none_of_an_aha(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """It waits at the quest again. A line about the very experiment stays sealed with it, and says so."""
    quest = await opened(people, bot, recorder)
    waiting = await awaits(people.ben, "It will be slow")
    await starts(people.ana)
    direct = await expects(people.mei, "This one is slow")
    removed, hers = await takes_out(waiting), await takes_out(direct)
    await people.ana.does(ItWasAnAha("1.1"))
    assert "waiting for the quest's next attempt" in (await removed.press("Bring back")).text
    assert "Ben wrote what they expect of the next attempt." in await people.ana.sees(quest)
    said = await hers.press("Bring back")
    assert said.text.startswith(
        "Your expectation is back. #1 isn't an experiment any more, so nobody sees it."
    )
    assert [line.opened_at for line in rows(bot, Expectation)] == [None, None]
    await people.ana.does(ItFailed("1.1"))
    assert "“This one is slow” — Mei" in await card(bot, recorder)


async def test_an_attempt_takes_a_line_that_is_out(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Back again, it's sealed there, and opens with the attempt's result."""
    quest = await opened(people, bot, recorder)
    removed = await takes_out(await awaits(people.ben, "It will be slow"))
    await starts(people.ana)
    assert "Ben" not in await card(bot, recorder)
    back = await removed.press("Bring back")
    assert back.text.startswith("Your expectation is back. It's hidden until #1 has a result.")
    assert "Ben wrote what they expect." in await card(bot, recorder)
    assert "of the next attempt" not in await people.ana.sees(quest)
    await keeps(people.ana)
    assert "“It will be slow” — Ben" in await card(bot, recorder)


async def test_a_line_that_was_out_at_the_result_is_open(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Also where the attempt was logged with its result."""
    await opened(people, bot, recorder)
    removed = await takes_out(await awaits(people.ben, "It will be slow"))
    await (await people.ana.does(LogAttempt("1", "1"))).fill(text="A form on one page")
    assert "slow" not in await card(bot, recorder)
    back = await removed.press("Bring back")
    assert back.text.startswith("Your expectation is back. Everyone can read it on #1.")
    assert "“It will be slow” — Ben" in await card(bot, recorder)


async def test_an_older_attempt_takes_no_line_that_is_out(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It was written when the result was known, so it waits for the next one."""
    await opened(people, bot, recorder)
    form = await people.ana.does(StartAttempt("", "1"))
    await form.fill(text="A wizard", outcome="went_well", quest="none")
    clock.forward(hours=1)
    removed = await takes_out(await awaits(people.ben, "It will be slow"))
    await moves(people.ana, "1")
    assert "waiting for the quest's next attempt" in (await removed.press("Bring back")).text
    assert "slow" not in await card(bot, recorder)


async def test_where_a_line_is_without_a_next_attempt(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """On a removed experiment, and at a quest that was let go."""
    await opened(people, bot, recorder)
    await starts_alone(people.ana)
    direct = await takes_out(await expects(people.mei, "This one is slow"))
    await people.ana.does(Delete("1.1"))
    said = (await direct.press("Bring back")).text
    assert said.startswith(
        "Your expectation is back. #1 was deleted, so nobody sees it unless #1 is brought back."
    )
    waiting = await takes_out(await awaits(people.ben, "It will be slow"))
    await people.ana.does(LetGo("1", "1", "Nobody asks any more"))
    said = (await waiting.press("Bring back")).text
    assert said.startswith("Your expectation is back. The quest was closed, so it stays hidden.")
    await people.ana.does(Restore("1.1"))
    assert "Mei wrote what they expect." in await card(bot, recorder)


async def test_an_old_undo_leaves_a_changed_line(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """And the change's own Undo works after it, also when the line was out meanwhile."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    first = await expects(people.ben, "Slow")
    changed = await expects(people.ben, "Slower")
    kept = await first.press("Undo")
    assert kept.text == "It has been changed since, so I left it.\n[Remove]"
    assert words(bot) == ["Slower"]
    removed = await kept.press("Remove")
    assert words(bot) == []
    await removed.press("Bring back")
    assert (await changed.press("Undo")).text.startswith("Your expectation is as it was before.")
    assert (await changed.press("Undo")).text.startswith("Your expectation is as it was before.")
    assert words(bot) == ["Slow"]
    assert (await first.press("Undo")).text.startswith("Your expectation is removed.")


async def test_a_second_press_of_undo_says_so(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """For a day with the way back."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    first = await expects(people.ben, "Slow")
    changed = await expects(people.ben, "Slower")
    line = rows(bot, Expectation)[0]
    await people.ben.does(DropExpectation(str(line.id), "1"))
    for undo in (first, changed):
        assert (await undo.press("Undo")).text == "You've already removed it.\n[Bring back]"
    clock.forward(hours=25)
    assert (await changed.press("Undo")).text == "You've already removed it."
    back = RestoreExpectation(str(line.id), "1")
    gone = "You removed it more than a day ago, so it's gone for good."
    assert (await people.ben.does(back)).text == gone
