"""Tests of what people expect of an experiment: sealed while it's under way, opened together with its result."""

from datetime import UTC, datetime

import pytest

from bot.core.anonymity import ANONYMITY_FLOOR
from bot.moments.commands import Delete, Edit, ItFailed, ItWasAnAha, Restore, Undo
from bot.quests.commands import AskWhy, Expect, ExpectNext, KeepResult, LogAttempt, RemoveQuest, StartAttempt
from bot.recaps.recap import Recap
from bot.runtime.bot import Bot
from storage.models import Expectation
from tests.bot.quests.test_quests import card_of, opened
from tests.support.databases import Clock
from tests.support.people import Everyone, Got, Person
from tests.support.questions import exported, rows
from tests.support.recorder import Recorder

MAR = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


async def starts(person: Person, text: str = "A wizard of three steps", quest: str = "1") -> Got:
    """Start an attempt at a quest by its form."""
    return await (await person.does(StartAttempt(quest, "1"))).fill(text=text)


async def expects(person: Person, text: str, number: int = 1, name: str = "signed") -> Got:
    """Seal a line on an experiment's card."""
    return await (await person.does(Expect(f"1.{number}"))).fill(text=text, name=name)


async def awaits(person: Person, text: str, name: str = "signed", **more: str) -> Got:
    """Seal a line on a quest's card."""
    return await (await person.does(ExpectNext("1", "1"))).fill(text=text, name=name, **more)


async def keeps(person: Person, number: int = 1, outcome: str = "went_well", **parts: str) -> Got:
    """Keep a result by its form."""
    return await (await person.does(KeepResult(f"1.{number}"))).fill(outcome=outcome, **parts)


async def card(bot: Bot, recorder: Recorder, number: int = 1) -> str:
    """Return an experiment's card as it is now."""
    await bot.tick()
    return card_of(recorder, f"Experiment #{number}")


async def test_from_what_we_expect_to_what_happened(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """Three seal a line, and nobody reads one before the result. Then all of them stand beside it."""
    quest = await opened(people, bot, recorder)
    said = await starts(people.ana)
    assert said.text == (
        "Saved as #1 in #lantern. Before you know how it ends, everyone can say what they expect.\n"
        "[Undo] [Edit] [What do you expect?] [Save the result]"
    )
    now = await card(bot, recorder)
    assert now.startswith("Experiment #1 · in progress\n“A wizard of three steps”\nQuest:")
    assert "[What do you expect?] [Save the result]" in now
    assert "Ask why" not in now
    assert "Trying now: #1" in await people.ben.sees(quest)

    sealed = await expects(people.ben, "Everyone gets through")
    assert sealed.text == "Saved. It's hidden until #1 has a result. Until then you can change it.\n[Undo]"
    await awaits(people.mei, "Half of them give up")
    hidden = await expects(people.noor, "Nobody will read it", name="alone")
    assert hidden.text == (
        "Saved anonymously. It's hidden until #1 has a result. It appears even if few people write one."
    )
    now = await card(bot, recorder)
    assert "Ben and Mei wrote what they expect. It's hidden until there's a result." in now
    assert "Noor" not in now
    for words in ("gets through", "give up", "read it"):
        assert words not in now
        assert words not in await people.ana.sees(quest)

    kept = await keeps(people.ana, happened="Two of ten gave up", taught="Three steps are fine")
    assert (
        kept.text
        == "Saved the result of #1. It went well. The card is in #lantern.\n[Undo] [Edit the result]"
    )
    now = await card(bot, recorder)
    assert now.startswith("Experiment #1 · went well\n")
    assert (
        "What happened\n“Two of ten gave up”\n\nWhat it taught us\n“Three steps are fine”\n\nWhat we expected\n"
        "“Everyone gets through” — Ben\n“Half of them give up” — Mei\n“Nobody will read it”\n"
    ) in now
    assert "[Ask why]" in now
    assert "Trying now" not in await people.ben.sees(quest)
    clock.forward(hours=1)
    recap = await people.ben.does(Recap("week", "1"))
    assert (
        "What we expected of #1: “Everyone gets through”, “Half of them give up”. "
        "What happened: “Two of ten gave up”."
    ) in recap.text
    assert "Nobody has said yet" not in recap.text


async def test_a_quests_line_waits_for_its_next_attempt(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """It opens with an attempt that is logged with its result."""
    quest = await opened(people, bot, recorder)
    said = await awaits(people.ben, "It will be slow")
    assert said.text.startswith("Saved. It's hidden until the quest's next attempt has a result.")
    waiting = await people.ana.sees(quest)
    assert "Ben wrote what they expect of the next attempt. It's hidden until there's a result." in waiting
    assert "slow" not in waiting
    await (await people.ana.does(LogAttempt("1", "1"))).fill(text="A form on one page")
    now = await card(bot, recorder)
    assert "What we expected\n“It will be slow”" in now
    assert "·" not in now.split("\n")[0]
    assert "hidden" not in await people.ana.sees(quest)


async def test_an_attempt_takes_what_waits(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """It is sealed at the attempt then, and given back when the start is undone."""
    quest = await opened(people, bot, recorder)
    await awaits(people.ben, "It will be slow")
    await awaits(people.mei, "It will be fast", name="alone")
    began = await starts(people.ana)
    assert "Ben wrote what they expect. It's hidden" in await card(bot, recorder)
    again = await people.mei.does(Expect("1.1"))
    assert again.text.startswith("You've already written an anonymous one here")
    removed = await began.press("Undo")
    assert "of the next attempt" in await people.ben.sees(quest)
    assert (await people.mei.does(ExpectNext("1", "1"))).text.startswith(
        "You've already written an anonymous one here"
    )
    await removed.press("Bring back")
    assert "of the next attempt" not in await people.ben.sees(quest)
    assert "Ben wrote what they expect. It's hidden" in await card(bot, recorder)
    await keeps(people.ana, outcome="failed")
    now = await card(bot, recorder)
    assert "It will be slow" in now
    assert "It will be fast" in now


async def test_with_several_under_way_the_form_asks_which(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """A form from before that gets its text back, with the question."""
    await opened(people, bot, recorder)
    early = await people.ben.does(ExpectNext("1", "1"))
    await starts(people.ana, "One")
    await starts(people.mei, "Two")
    asked = await early.fill(text="Good")
    assert asked.form.errors == {"which": "Which one do you mean?"}
    assert [option.label for option in asked.form.fields[0].options] == ["#1 · One", "#2 · Two"]
    assert (await asked.fill(which="2")).text.startswith("Saved. It's hidden until #2")
    assert (await awaits(people.ben, "Better", which="2")).text.startswith("Saved. It's hidden until #2")
    assert [line.text for line in rows(bot, Expectation)] == ["Better"]


async def test_one_line_a_person(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A signed one can be changed and taken out until it opens, and taken out after that."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    first = await expects(people.ben, "One")
    form = (await people.ben.does(Expect("1.1"))).form
    assert [(field.name, field.value) for field in form.fields] == [("text", "One")]
    assert not form.storable
    refused = await people.ben.does(Expect("1.1", "unsigned", "Two"))
    assert refused.text.startswith("You already have one here with your name.")
    assert "Two" in refused.text
    await expects(people.ben, "Three")
    assert [line.text for line in rows(bot, Expectation)] == ["Three"]
    assert (await (await first.press("Undo")).press("Remove")).text == (
        "Your expectation is removed. You can bring it back until tomorrow.\n[Bring back]"
    )
    assert "hidden" not in await card(bot, recorder)
    await expects(people.ben, "Four")
    await expects(people.noor, "By nobody", name="unsigned")
    assert (await people.noor.does(Expect("1.1"))).text.startswith(
        "You've already written an anonymous one here"
    )
    assert (await people.noor.does(Expect("1.1", "signed", "Mine"))).text.startswith(
        "You've already written an anonymous one here"
    )
    await keeps(people.ana)
    shown = await people.ben.types("show 1")
    assert "What we expected\n“Four” — Ben\n" in shown.text
    assert "Remove my expectation" not in (await people.mei.types("show 1")).text
    assert (await shown.press("Remove my expectation")).text.startswith("Your expectation is removed.")
    now = await card(bot, recorder)
    assert "Four" not in now
    assert "What we expected" not in now
    assert (await people.mei.types("find four")).text.startswith("Nothing here has")


@pytest.mark.parametrize("number", [ANONYMITY_FLOOR - 1, ANONYMITY_FLOOR])
async def test_unsigned_lines_keep_the_floor(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder, number: int
) -> None:
    """Fewer than five are never shown and nothing tells that there were any. Five are all shown.

    Those that aren't shown are deleted when the result can't be taken back any more.
    """
    await opened(people, bot, recorder)
    await starts(people.ana)
    before = await card(bot, recorder), exported(bot), bot.metrics.render_text()
    for each in range(number):
        who = Person(bot, people.ben.origin.__class__(**{**vars(people.ben.origin), "person": f"U-{each}"}))
        await expects(who, f"<{each}>", name="unsigned")
        assert (await card(bot, recorder), exported(bot), bot.metrics.render_text()) == before
    assert {(line.person_id, line.created_at) for line in rows(bot, Expectation)} == {(None, MAR)}
    await keeps(people.ana)
    now, told = await card(bot, recorder), exported(bot)
    shown = number >= ANONYMITY_FLOOR
    assert [f"<{each}>" in now for each in range(number)] == [shown] * number
    assert [f"<{each}>" in told for each in range(number)] == [shown] * number
    assert ("What we expected" in now) is shown
    assert len(rows(bot, Expectation)) == number
    clock.forward(hours=25)
    await bot.tick()
    assert len(rows(bot, Expectation)) == (number if shown else 0)


async def test_a_late_line_comes_back(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """With its text, and nothing is stored."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    late = await people.ben.does(Expect("1.1"))
    await keeps(people.ana)
    for name in ("signed", "alone"):
        refused = await late.fill(text="Too late", name=name)
        assert refused.text.startswith("#1 already has a result: It went well. It's too late")
        assert "Too late" in refused.text
    assert rows(bot, Expectation) == []


async def test_a_line_that_comes_twice_is_there_once(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Signed or not, also after the result."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    signed, form = await people.ben.does(Expect("1.1")), await people.mei.does(Expect("1.1"))
    assert (await signed.fill(text="signed")).text == (await signed.fill(text="signed")).text
    first = await form.fill(text="alone", name="alone")
    assert (await form.fill(text="alone", name="alone")).text == first.text
    assert len(rows(bot, Expectation)) == 2
    await keeps(people.ana)
    assert (await form.fill(text="alone", name="alone")).text == first.text
    assert len(rows(bot, Expectation)) == 2


async def test_a_line_that_is_too_long_comes_back_in_its_form(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """One thought fits."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    got = await expects(people.ben, "x" * 201)
    too_long = "There's room for 200 characters, and this has 201. Make it a bit shorter."
    assert got.form.errors == {"text": too_long}
    assert got.form.fields[0].value == "x" * 201


async def test_anyone_keeps_the_first_result(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The card names them. Their words aren't overwritten by whoever had the form open, and come back."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    hers = await people.ana.does(KeepResult("1.1"))
    edit = await people.ana.does(Edit("1.1"))
    kept = await keeps(people.ben, outcome="failed", happened="It broke")
    assert "It didn't work" in kept.text
    now = await card(bot, recorder)
    assert "Result added by Ben" in now
    assert now.startswith("Experiment #1 · didn't work\n")
    late = await hers.fill(outcome="went_well", happened="It was great")
    assert late.text.startswith(
        "Ben already added the result of #1: It didn't work. Only Ben and Ana can edit it"
    )
    assert "It was great" in late.text
    await edit.fill(text="A wizard of two steps")
    assert "It broke" in await card(bot, recorder)
    assert (await people.mei.does(KeepResult("1.1"))).text.startswith("Ben already added the result of #1")
    form = await kept.press("Edit the result")
    assert [field.value for field in form.form.fields] == ["failed", "It broke", ""]
    await form.fill(outcome="went_well")
    now = await card(bot, recorder)
    assert now.startswith("Experiment #1 · went well\n")
    assert "Result added by Ben" in now
    assert "It broke" in now


async def test_one_that_went_well_is_kept_at_once(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """It opens what waited for it."""
    quest = await opened(people, bot, recorder)
    await awaits(people.ben, "It will be slow")
    form = await people.ana.does(StartAttempt("1", "1"))
    got = await form.fill(text="A template", outcome="went_well")
    assert got.text.startswith("Saved as #1 in #lantern.")
    now = await card(bot, recorder)
    assert now.startswith("Experiment #1 · went well\n")
    assert "It will be slow" in now
    assert "1 attempt" in await people.ana.sees(quest)
    found = await people.mei.types("find template")
    assert "Experiment #1 · Ana · went well" in found.text


async def test_from_words(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The bot asks first, and then the form asks for the quest."""
    await opened(people, bot, recorder)
    asked = await people.ben.types("we're trying something")
    form = await asked.press("We're trying something")
    assert [field.name for field in form.form.fields] == ["text", "outcome", "quest"]
    assert (await form.fill(text="A template")).text.startswith("Saved as #1")
    assert "· in progress" in await card(bot, recorder)


async def test_under_way_is_no_failure(people: Everyone, bot: Bot, clock: Clock, recorder: Recorder) -> None:
    """No lesson is missed, no why is asked, and no dead end is counted."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    clock.forward(hours=1)
    recap = (await people.ben.does(Recap("week", "1"))).text
    assert "What we're trying\n• “A wizard of three steps” — #1 · Ana · in progress" in recap
    assert "Nobody has said yet" not in recap
    assert "in progress. Save its result first" in (await people.ben.does(AskWhy("1.1", text="Why"))).text
    assert "· in progress: A wizard" in (await people.ben.types("cycle")).text
    await (await people.mei.types("breakthrough")).fill(text="Show them a template", quest="1")
    assert "Nothing yet." in (await people.mei.types("memory fuel")).text
    await keeps(people.ana)
    assert "Nothing yet." in (await people.mei.types("memory fuel")).text
    recap = (await people.ben.does(Recap("week", "1"))).text
    assert "#1 · Ana · went well" in recap
    assert "Nobody has said yet" not in recap
    form = await people.ana.does(KeepResult("1.1"))
    await form.fill(outcome="failed")
    assert "What did #1 teach us? Nobody has said yet." in (await people.ben.does(Recap("week", "1"))).text
    assert "One dead end" in (await people.mei.types("memory fuel")).text


async def test_a_quest_that_closes_or_goes_meanwhile(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The text of an attempt is kept, an experiment under way goes on, and what waits is erased with its quest."""
    await opened(people, bot, recorder)
    form = await people.ben.does(StartAttempt("1", "1"))
    await starts(people.ana)
    await expects(people.mei, "Slow")
    await (await people.mei.types("breakthrough")).fill(text="A template", quest="1")
    assert "so it doesn't count for the quest" in (await form.fill(text="Another")).text
    assert "already closed: breakthrough" in (await people.noor.does(ExpectNext("1", "1"))).text
    await opened(people, bot, recorder, "Why do they leave?")
    await (await people.ben.does(ExpectNext("2", "1"))).fill(text="It waits")
    await people.ana.does(RemoveQuest("2", "1", "1"))
    await people.ana.does(RemoveQuest("1", "1", "1"))
    assert [line.text for line in rows(bot, Expectation)] == ["Slow"]
    assert "belongs to another channel" in (await people.noor.does(StartAttempt("1", "1"))).text
    await keeps(people.ana)
    assert "Slow" in await card(bot, recorder)


async def test_an_experiment_that_is_none(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """As an aha it has no result. As an experiment again it failed, and that opens its lines."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    await expects(people.ben, "Slow")
    await people.ana.does(ItWasAnAha("1.1"))
    await bot.tick()
    aha = card_of(recorder, "Aha #1")
    assert "Slow" not in aha
    assert "in progress" not in aha
    assert "isn't an experiment" in (await people.mei.does(KeepResult("1.1"))).text
    assert "isn't an experiment" in (await people.mei.does(Expect("1.1"))).text
    await people.ana.does(ItFailed("1.1"))
    now = await card(bot, recorder)
    assert "Slow" in now
    assert "in progress" not in now


async def test_a_removed_experiment_takes_its_lines_along(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """They come back with it for a day, and are erased after that."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    await expects(people.ben, "Slow")
    await people.ana.does(Delete("1.1"))
    assert "was deleted" in (await people.mei.does(KeepResult("1.1"))).text
    await people.ana.does(Restore("1.1"))
    assert "Ben wrote what they expect" in await card(bot, recorder)
    await keeps(people.ana)
    await people.ana.does(Undo("1.1"))
    clock.forward(hours=25)
    await bot.tick()
    assert "Slow" not in str([line.text for line in rows(bot, Expectation)])


async def test_the_export_tells_what_is_open(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A sealed line has its author only, and an unsigned one isn't there before it opens."""
    await opened(people, bot, recorder)
    await awaits(people.ben, "Waiting")
    told = exported(bot)
    assert '"expectations": [{"author": "U-ben", "sealed": true}]' in told
    assert "Waiting" not in told
    await starts(people.ana)
    await expects(people.noor, "Alone", name="alone")
    told = exported(bot)
    assert '"outcome": "under_way"' in told
    assert '"expectations": [{"author": "U-ben", "sealed": true}]' in told
    await keeps(people.mei)
    told = exported(bot)
    assert '"outcome": "went_well", "result_at": "2026-03-16T09:00:00Z", "result_by": "U-mei"' in told
    assert '"text": "Waiting"' in told
    assert '{"author": null, "sealed": false, "text": "Alone", "created_at": null' in told
