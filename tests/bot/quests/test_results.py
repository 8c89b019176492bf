"""Tests of results: taken back, changed by two people at once, and told in the recap of their week."""

from bot.moments.commands import Delete, Edit
from bot.quests.commands import Expect, KeepResult, LogAttempt, StartAttempt
from bot.recaps.recap import PostRecap, Recap
from bot.runtime.bot import Bot
from storage.models import Expectation
from tests.bot.quests.test_before_we_knew import card, expects, keeps, starts
from tests.bot.quests.test_quests import opened
from tests.bot.quests.test_waiting_lines import some
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.questions import exported, rows
from tests.support.recorder import Recorder

BACK = "[Remove the result]"


async def test_a_result_can_be_taken_back(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """All lines are sealed again, also those that few wrote, and the words come back to who kept it."""
    quest = await opened(people, bot, recorder)
    await starts(people.ana)
    await expects(people.ben, "Slow line")
    await expects(people.mei, "Of no name", name="alone")
    four = some(bot, people, 4)
    for each in four:
        await expects(each, "Of few", name="unsigned")
    kept = await keeps(people.noor, outcome="failed", happened="It broke", taught="Test it")
    assert "Slow line" in await card(bot, recorder)
    assert "Noor already added the result" in (await people.ben.does(kept.button("Undo"))).text
    undone = await kept.press("Undo")
    assert undone.text == (
        "#1 is in progress again. What people expect is hidden until there's a new result.\n"
        "“It broke” — What happened\n“Test it” — What it taught us\n[Save the result]"
    )
    now = await card(bot, recorder)
    assert now.startswith("Experiment #1 · in progress\n")
    for words in ("Slow line", "Of no name", "It broke", "Test it"):
        assert words not in now
        assert words not in exported(bot)
        assert words not in (await people.ben.types("find line broke test")).text
    assert "Ben wrote what they expect. It's hidden until there's a result." in now
    assert "Trying now: #1" in await people.ben.sees(quest)
    assert (await people.mei.does(Expect("1.1"))).text.startswith(
        "You've already written an anonymous one here"
    )
    await expects(some(bot, people, 5)[4], "Of the fifth", name="unsigned")
    await (await undone.press("Save the result")).fill(outcome="went_well")
    now = await card(bot, recorder)
    assert now.startswith("Experiment #1 · went well\n")
    assert "“Slow line” — Ben" in now
    assert [line.text for line in rows(bot, Expectation) if line.opened_at].count("Of few") == 4


async def test_a_result_stays_after_a_day(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """And so does one that was changed or edited since."""
    await opened(people, bot, recorder)
    for number in (1, 2, 3):
        await starts(people.ana)
        kept = await keeps(people.noor, number)
        if number == 1:
            await (await people.ana.does(KeepResult("1.1"))).fill(outcome="failed")
        clock.forward(hours=1)
        if number == 2:
            await (await people.ana.does(Edit("1.2"))).fill(taught="My words")
        clock.forward(hours=25 if number == 3 else 1)
        said = "more than a day old" if number == 3 else "has been edited since"
        assert said in (await kept.press("Undo")).text
        assert "in progress" not in await card(bot, recorder, number)


async def test_a_repeated_result_stays_taken_back(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """And a repeated undo takes no later result back."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    form = await people.ana.does(KeepResult("1.1"))
    kept = await form.fill(outcome="went_well")
    assert (await form.fill(outcome="went_well")).text == kept.text
    undo = kept.button("Undo")
    await people.ana.does(undo, event="undo-1")
    assert (await form.fill(outcome="went_well")).text.startswith("#1 is in progress again.")
    assert "in progress" in await card(bot, recorder)
    await keeps(people.ana)
    await people.ana.does(undo, event="undo-1")
    assert "went well" in await card(bot, recorder)


async def test_two_people_change_a_result_at_once(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Neither loses a word: what only one changed is saved, and where both did, the form comes back."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    await keeps(people.ben, happened="It ran", taught="Little")
    hers, his = await people.ana.does(KeepResult("1.1")), await people.ben.does(KeepResult("1.1"))
    await his.fill(happened="Ben's careful words")
    await hers.fill(outcome="failed")
    now = await card(bot, recorder)
    assert now.startswith("Experiment #1 · didn't work\n")
    assert "Ben's careful words" in now
    hers, his = await people.ana.does(KeepResult("1.1")), await people.ben.does(KeepResult("1.1"))
    await his.fill(taught="Ben's lesson")
    asked = await hers.fill(taught="Ana's lesson")
    assert "Ben's lesson" in asked.form.intro
    assert {field.name: field.value for field in asked.form.fields}["taught"] == "Ana's lesson"
    assert "Ben's lesson" in await card(bot, recorder)
    await asked.fill()
    assert "Ana's lesson" in await card(bot, recorder)


async def test_the_first_result_leaves_words_that_came_since(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """A form that was opened before somebody wrote them."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    his = await people.ben.does(KeepResult("1.1"))
    await (await people.ana.does(Edit("1.1"))).fill(happened="Ana saw it")
    await his.fill(outcome="went_well", taught="A lesson")
    now = await card(bot, recorder)
    assert "Ana saw it" in now
    assert "A lesson" in now


async def test_a_week_with_a_result_is_not_silent(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It has its recap, whether anybody expected anything or not."""
    await opened(people, bot, recorder)
    await starts(people.ana, "One")
    await starts(people.ana, "Two")
    await expects(people.ben, "Slow line", 2)
    clock.forward(days=15)
    assert "Nothing" in (await people.ana.does(Recap("week", "1"))).text
    await keeps(people.ana, 1, happened="It was fast.")
    clock.forward(hours=1)
    told = (await people.ana.does(Recap("week", "1"))).text
    assert "How it ended: #1 “One”: “It was fast.”\n" in told + "\n"
    posted = await people.ana.does(PostRecap("week", "1"))
    await bot.tick()
    message = recorder.last()[0]
    assert "How it ended" in await people.ana.sees(message), posted.text
    kept = await keeps(people.ana, 2)
    clock.forward(hours=1)
    told = (await people.ana.does(Recap("week", "1"))).text
    assert "What we expected of #2: “Slow line”. What happened: It went well." in told
    assert "Slow line" not in await people.ana.sees(message)
    await kept.press("Undo")
    told = (await people.ana.does(Recap("week", "1"))).text
    assert "How it ended: #1" in told
    assert "Slow line" not in told


async def test_a_recap_promises_no_lesson_that_nobody_wrote(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """What went well and taught nothing stands under what was tried."""
    await opened(people, bot, recorder)
    await (await people.ana.does(StartAttempt("1", "1"))).fill(text="A template", outcome="went_well")
    clock.forward(hours=1)
    told = (await people.ana.does(Recap("week", "1"))).text
    assert "What we tried\n• “A template”" in told
    await (await people.ana.does(Edit("1.1"))).fill(taught="Templates are fine")
    assert "What we tried and learned\n" in (await people.ana.does(Recap("week", "1"))).text


async def test_nobody_is_heard_by_a_removed_experiment(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The recap counts the people whose words are there."""
    await people.noor.types("log We sign once now")
    await (await people.ana.does(StartAttempt("", "1"))).fill(text="A wizard", quest="none")
    await expects(people.ben, "Slow line", 2)
    await expects(people.mei, "Fast line", 2)
    clock.forward(hours=1)
    assert "Four people took part." in (await people.ana.does(Recap("week", "1"))).text
    await people.ana.does(Delete("1.2"))
    assert "One person took part." in (await people.ana.does(Recap("week", "1"))).text


async def test_both_take_a_result_back_on_their_card(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The keeper and the experiment's author, for a day, and nobody else."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    await expects(people.ben, "Slow line")
    await keeps(people.mei, happened="Two gave up")
    assert BACK not in (await people.ben.types("show 1")).text
    assert BACK in (await people.mei.types("show 1")).text
    back = await (await people.ana.types("show 1")).press("Remove the result")
    assert back.text.startswith("#1 is in progress again.")
    assert "“Two gave up” — What happened" in back.text
    assert "Slow line" not in await card(bot, recorder)
    assert BACK not in (await people.ana.types("show 1")).text
    await keeps(people.mei)
    late = await people.mei.types("show 1")
    clock.forward(hours=25)
    assert "more than a day old" in (await late.press("Remove the result")).text
    assert BACK not in (await people.mei.types("show 1")).text
    assert "· went well" in await card(bot, recorder)


async def test_the_experiments_own_words_are_no_change_of_its_result(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A typo is mended, and the result can still be taken back. Its own words are a change."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    kept = await keeps(people.mei, happened="Two gave up")
    clock.forward(minutes=3)
    await (await people.ana.does(Edit("1.1"))).fill(text="A wizard of four steps")
    assert (await kept.press("Undo")).text.startswith("#1 is in progress again.")
    kept = await keeps(people.mei, happened="Two gave up")
    await (await people.ana.does(Edit("1.1"))).fill(happened="Three gave up")
    stays = await kept.press("Undo")
    assert stays.text == (
        "The result of #1 has been edited since, so I left it.\n[Remove the result] [Edit the result]"
    )
    back = await stays.press("Remove the result")
    assert "“Three gave up” — What happened" in back.text


async def test_a_changed_result_can_be_undone(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The earlier one is back with its words, for a day, while nothing was changed again."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    kept = await keeps(people.mei, happened="Two gave up", taught="L" * 900)
    form = await kept.press("Edit the result")
    changed = await form.fill(outcome="failed", happened="All gave up", taught="")
    assert changed.text == (
        "Saved the result of #1. It didn't work. The card is in #lantern.\n[Undo] [Edit the result]"
    )
    assert (await form.fill(outcome="failed", happened="All gave up", taught="")).text == changed.text
    assert "has been edited since" in (await kept.press("Undo")).text
    undone = await changed.press("Undo")
    assert undone.text == (
        "#1 has its earlier result again: It went well. The card is in #lantern.\n[Edit the result]"
    )
    now = await card(bot, recorder)
    assert now.startswith("Experiment #1 · went well\n")
    assert "Two gave up" in now
    assert "L" * 100 in now
    assert "All gave up" not in now
    assert (await changed.press("Undo")).text == undone.text
    assert BACK in (await people.ana.types("show 1")).text

    second = await (await people.ana.does(KeepResult("1.1"))).fill(happened="Three gave up")
    third = await (await people.mei.does(KeepResult("1.1"))).fill(happened="Four gave up")
    assert "edited since" in (await second.press("Undo")).text
    clock.forward(hours=25)
    assert "edited more than a day ago" in (await third.press("Undo")).text
    await bot.tick()
    assert "edited more than a day ago" in (await third.press("Undo")).text
    assert "Four gave up" in await card(bot, recorder)


async def test_the_first_results_undo_leaves_a_changed_one(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Also when the platform sends the first one again, and its answer comes again."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    form = await people.mei.does(KeepResult("1.1"))
    first = await form.fill(outcome="went_well", happened="Two gave up")
    await (await first.press("Edit the result")).fill(outcome="failed")
    again = await form.fill(outcome="went_well", happened="Two gave up")
    assert again.button("Undo") == first.button("Undo")
    assert "has been edited since" in (await again.press("Undo")).text
    assert "· didn't work" in await card(bot, recorder)


async def test_an_undo_of_a_change_needs_a_result(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """One that was taken back stays so, and only those who may change a result undo a change."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    kept = await keeps(people.mei, happened="Two gave up")
    changed = await (await kept.press("Edit the result")).fill(outcome="failed")
    assert "Mei already added the result" in (await people.ben.does(changed.button("Undo"))).text
    await (await people.ana.types("show 1")).press("Remove the result")
    assert (await changed.press("Undo")).text.startswith("#1 is in progress again.")
    assert "· in progress" in await card(bot, recorder)


async def test_a_kept_result_says_that_it_did_not_work(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Wherever the others say how they stand. One that was logged as failed has no result kept."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    assert "It didn't work" in (await keeps(people.mei, outcome="failed")).text
    await (await people.ana.does(LogAttempt("1", "1"))).fill(text="A form on one page")
    assert (await card(bot, recorder)).startswith("Experiment #1 · didn't work\n")
    assert "·" not in (await card(bot, recorder, 2)).split("\n")[0]
    clock.forward(hours=1)
    assert "Experiment #1 · Ana · didn't work" in (await people.ben.types("find wizard")).text
    recap = (await people.ben.does(Recap("week", "1"))).text
    assert "#1 · Ana · didn't work" in recap
    assert "#2 · Ana\n" in recap
    await people.ana.does(Delete("1.2"))
    assert "Experiment #1 · didn't work: " in (await people.ben.types("cycle")).text


async def test_a_recap_tells_each_result_of_its_week(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Three of them, those with expectations first, and how many more there are."""
    await opened(people, bot, recorder)
    for number in range(1, 6):
        await starts(people.ana, f"Try {number}")
    await expects(people.ben, "Slow", 1)
    await expects(people.ben, "Fast", 2)
    clock.forward(days=15)
    for number in (1, 2):
        await keeps(people.mei, number, happened=f"Saw {number}")
    clock.forward(hours=1)
    told = (await people.ana.does(Recap("week", "1"))).text
    assert "What we expected of #1: “Slow”. What happened: “Saw 1”." in told
    assert "What we expected of #2: “Fast”. What happened: “Saw 2”." in told
    for number in (3, 4, 5):
        await keeps(people.mei, number, happened=f"Saw {number}")
    clock.forward(hours=1)
    told = (await people.ana.does(Recap("week", "1"))).text
    assert "What we expected of #1" in told
    assert "What we expected of #2" in told
    assert "How it ended: #5 “Try 5”: “Saw 5”." in told
    assert "2 more results came in." in told
    posted = await people.ana.does(PostRecap("week", "1"))
    await bot.tick()
    message = recorder.last()[0]
    await people.ana.does(Delete("1.3"))
    now = await people.ana.sees(message)
    assert "One more result came in." in now, posted.text


async def test_a_result_is_told_without_the_expectation_that_was_taken_out(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Also in the recap that was posted with it."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    await expects(people.ben, "It sinks")
    clock.forward(days=15)
    await keeps(people.mei, happened="Two gave up")
    clock.forward(hours=1)
    await people.ana.does(PostRecap("week", "1"))
    await bot.tick()
    message = recorder.last()[0]
    assert "What we expected of #1" in await people.ana.sees(message)
    await (await people.ben.types("show 1")).press("Remove my expectation")
    now = await people.ana.sees(message)
    assert "How it ended: #1 “A wizard of three steps”: “Two gave up”." in now
    assert "It sinks" not in now


async def test_trying_something_may_have_been_here_before(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """As anything else that is kept: it's offered after the words are saved."""
    await people.ana.types("log The gateway timeout hides the certificate")
    for number in range(4):
        await people.ben.types(f"log Something else entirely {number}")
    clock.forward(days=40)
    form = await people.ana.does(StartAttempt("", "1"))
    said = await form.fill(text="A longer gateway timeout for the certificate", quest="none")
    assert "[See a similar moment]" in said.text
    assert "“The gateway timeout" in (await said.press("See a similar moment")).text
