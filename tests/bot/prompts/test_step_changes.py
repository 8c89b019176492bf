"""Tests of a next step that several people change, undo, take, carry over, and send twice."""

import pytest

from bot.core.events import PersonLeft
from bot.core.origin import Access, ChannelAccess
from bot.prompts.steps.commands import DropNextStep, SettleStep, TakeStep, UndoChange
from bot.prompts.steps.words import say_halves, trim_half
from bot.recaps.recap import PostRecap
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.next_steps import (
    QUESTION,
    STEP,
    changes,
    give,
    look_back,
    steps,
    suggest,
    takes_back,
)
from tests.support.people import Everyone
from tests.support.questions import asks, press
from tests.support.recorder import Recorder


async def test_undo_brings_only_the_own_change_back(people: Everyone, bot: Bot) -> None:
    """Whoever changed it brings the words before it back, as long as nobody else has changed it since."""
    message = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, message)
    first = await (await changes(people.ana, bot)).fill(condition="it rains", action="we stay inside")
    refused = await people.mei.does(first.button("Undo"))
    assert refused.text.startswith("Only the person who changed it can undo that.")
    await first.press("Undo")
    assert STEP in await people.ana.sees(message)
    late = await (await changes(people.ana, bot)).fill(condition="it rains", action="we stay inside")
    await (await changes(people.mei, bot)).fill(condition="it snows", action="we go home")
    refused = await late.press("Undo")
    assert refused.text.startswith("You can't undo that any more:")
    assert "If it snows, then we go home" in await people.ana.sees(message)


async def test_undo_of_a_change_is_there_for_a_day(people: Everyone, bot: Bot, clock: Clock) -> None:
    """After that the words before it are erased, too."""
    message = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, message)
    said = await (await changes(people.ana, bot)).fill(condition="it rains", action="we stay inside")
    assert "the build is red" in steps(bot)[0].before
    clock.forward(days=1, minutes=1)
    refused = await said.press("Undo")
    assert refused.text.startswith("You can't undo that any more: a day has passed")
    await bot.tick()
    assert steps(bot)[0].before == ""
    assert "If it rains" in await people.ana.sees(message)


async def test_undo_takes_nothing_for_anybody_else(people: Everyone, bot: Bot) -> None:
    """Who handed a step back or took it meanwhile keeps it so, whatever somebody else undoes."""
    message = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, message, "me")
    changed = await (await changes(people.ana, bot)).fill(condition="it rains", action="we stay inside")
    await (await press(people.ben, message, "Show")).press("Not me")
    assert (await changed.press("Undo")).text.startswith("You can't undo that any more:")
    assert "Ben" not in (await people.ana.sees(message)).split("One next step")[1]
    await (await changes(people.ben, bot)).fill(taker="me")
    nobody = await (await changes(people.ben, bot)).fill(taker="nobody")
    await press(people.mei, message, "I'll take it")
    assert (await nobody.press("Undo")).text.startswith("You can't undo that any more:")
    assert "— Mei takes it" in await people.ana.sees(message)


async def test_somebody_else_s_words_take_nobody_s_promise(people: Everyone, bot: Bot) -> None:
    """Whoever took a step is only suggested once another person changes its words, and takes it again with Undo."""
    message = await asks(people.ana, "retro", QUESTION)
    await give(people.mei, message)
    await press(people.ben, message, "I'll take it")
    changed = await (await changes(people.ana, bot)).fill(condition="it is blue", action="we paint it")
    assert changed.text.startswith(
        "The next step in #lantern is updated. "
        "Ben took it in its old words, so it's only suggested to Ben now."
    )
    assert "“If it is blue, then we paint it” — suggested to Ben" in await people.ana.sees(message)
    await changed.press("Undo")
    assert f"“{STEP}” — Ben takes it" in await people.ana.sees(message)
    own = await (await changes(people.ben, bot)).fill(condition="it rains")
    assert "its old words" not in own.text
    assert "“If it rains, then we stop and look” — Ben takes it" in await people.ana.sees(message)
    same = await (await changes(people.mei, bot)).fill()
    assert same.text.startswith("Nothing changed.")
    assert "— Ben takes it" in await people.ana.sees(message)


async def test_whoever_opted_out_isn_t_suggested_by_a_change(people: Everyone, bot: Bot) -> None:
    """Their name goes off the changed step, the answer says so, and Undo brings it back."""
    message = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, message, "me")
    await (await people.ben.types("opt out")).press("Opt out")
    changed = await (await changes(people.ana, bot)).fill(condition="it is blue")
    assert "Ben took it in its old words, so that name is off it now. Anyone can take it." in changed.text
    assert "Ben" not in (await people.ana.sees(message)).split("One next step")[1]
    await changed.press("Undo")
    assert "— Ben takes it" in await people.ana.sees(message)


async def test_a_change_with_the_step_of_somebody_who_left(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """They aren't suggested. Undo names them as before: they took it and have left."""
    message = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, message, "me")
    recorder.access[("C1", "U-ben")] = ChannelAccess(Access.OUTSIDE)
    await people.ben.does(PersonLeft())
    await bot.tick()
    changed = await (await changes(people.ana, bot)).fill(condition="it is blue")
    assert "Ben took it in its old words, so that name is off it now." in changed.text
    await changed.press("Undo")
    assert "— Ben took it and has left" in await people.ana.sees(message)


async def test_undo_of_handing_back(people: Everyone, bot: Bot) -> None:
    """Who handed a step back takes it again. Who said *Not me* is suggested again, and takes nothing by that."""
    message = await asks(people.ana, "retro", QUESTION)
    await (await press(people.ben, message, "Answer")).fill(text="The deadline")
    await suggest(people.ana, message, "Ben")
    no = await (await press(people.ben, message, "Show")).press("Not me")
    assert no.text == (
        "Your name is off the next step in #lantern. Anyone can take it.\n[Undo] [I'll take it]"
    )
    await no.press("Undo")
    assert "— suggested to Ben" in await people.ana.sees(message)
    await (await press(people.ben, message, "Show")).press("I'll take it")
    back = await (await press(people.ben, message, "Show")).press("Hand it back")
    await back.press("Undo")
    assert "— Ben takes it" in await people.ana.sees(message)
    again = await (await press(people.ben, message, "Show")).press("Hand it back")
    await press(people.mei, message, "I'll take it")
    assert (await again.press("Undo")).text.startswith("You can't undo that any more:")
    assert "— Mei takes it" in await people.ana.sees(message)


async def test_taking_it_says_whose_it_is(people: Everyone, bot: Bot) -> None:
    """The answer names the channel of the card."""
    message = await asks(people.ana, "retro", QUESTION)
    form = await press(people.mei, message, "One next step")
    hints = [field.hint for field in form.form.fields[:2]]
    assert hints == [
        "For example: the build is red at noon. Up to 200 characters.",
        "For example: we stop and look at it.",
    ]
    await give(people.mei, message)
    taken = await press(people.ben, message, "I'll take it")
    assert taken.text == "The next step in #lantern is yours now.\n[Undo]"


async def test_a_made_up_undo(people: Everyone, bot: Bot) -> None:
    """The button brings no words and no people: a mark that isn't the last change's does nothing."""
    message = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, message, "me")
    [step] = steps(bot)
    refused = await people.mei.does(UndoChange(str(step.id), str(step.team_id), "x" * 8))
    assert refused.text.startswith("You can't undo that any more:")
    assert f"“{STEP}” — Ben takes it" in await people.ana.sees(message)
    assert set(UndoChange.__dataclass_fields__) == {"step", "team", "made"}


async def test_two_people_in_the_form(people: Everyone, bot: Bot) -> None:
    """Where both changed the same, the form comes back with both texts. Sent again it's saved."""
    message = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, message)
    mine, theirs = await changes(people.mei, bot), await changes(people.ana, bot)
    await theirs.fill(action="we look at the queue first")
    both = await mine.fill(condition="it rains", action="we stay inside")
    assert "then …: we look at the queue first" in both.form.intro
    assert [field.value for field in both.form.fields[:2]] == ["it rains", "we stay inside"]
    assert "we look at the queue first" in await people.ana.sees(message)
    await both.fill()
    assert "If it rains, then we stay inside" in await people.ana.sees(message)


async def test_two_people_change_different_halves(people: Everyone, bot: Bot) -> None:
    """Each change is saved, and one form doesn't bring the other's old words back."""
    message = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, message)
    mine, theirs = await changes(people.mei, bot), await changes(people.ana, bot)
    await theirs.fill(action="we look at the queue first")
    await mine.fill(condition="it rains")
    assert "If it rains, then we look at the queue first" in await people.ana.sees(message)


async def test_use_mine_overwrites_nothing_newer(people: Everyone, bot: Bot) -> None:
    """What somebody changed after both texts were shown stays until the person has seen it."""
    message = await asks(people.ana, "retro", QUESTION)
    late = await press(people.mei, message, "One next step")
    await give(people.ben, message)
    both = await late.fill(condition="If it rains,", action="then we stay", taker="nobody")
    assert "“If it rains, then we stay”" in both.text
    await (await changes(people.ana, bot)).fill(action="we look at the queue first")
    again = await both.press("Use mine instead")
    assert "then …: we look at the queue first" in again.form.intro
    assert "we look at the queue first" in await people.ana.sees(message)


async def test_a_form_without_a_change(people: Everyone, bot: Bot) -> None:
    """It saves nothing and has nothing to undo. The name on the step is chosen in it, also one's own."""
    message = await asks(people.ana, "retro", QUESTION)
    await (await press(people.ben, message, "Answer")).fill(text="The deadline")
    await suggest(people.ana, message, "Ben")
    form = await changes(people.ben, bot)
    chosen = {option.value: option.label for option in form.form.fields[2].options}
    assert chosen[form.form.fields[2].value] == "Suggested to Ben"
    same = await form.fill()
    assert same.text.startswith("Nothing changed.")
    assert "[Undo]" not in same.text
    await (await changes(people.ana, bot)).fill(taker="nobody")
    assert "[Undo]" not in (await (await changes(people.ana, bot)).fill()).text


async def test_who_wrote_it_can_remove_it_after_others_changed_it(people: Everyone, bot: Bot) -> None:
    """So can whoever changed it last, and nobody else."""
    message = await asks(people.mei, "retro", QUESTION)
    said = await give(people.ben, message)
    await (await changes(people.noor, bot)).fill(condition="the build is red at noon!")
    assert "[Remove]" not in (await press(people.mei, message, "Show")).text
    assert "[Remove]" in (await press(people.noor, message, "Show")).text
    gone = await said.press("Undo")
    assert gone.text.startswith("Next step removed.")


async def test_a_step_of_a_retro_that_was_taken_back(people: Everyone, bot: Bot, clock: Clock) -> None:
    """It's gone for good, also where it was removed before, and every button says the same."""
    message = await asks(people.ana, "retro", QUESTION)
    said = await give(people.ben, message)
    gone = await said.press("Undo")
    form = await press(people.mei, message, "One next step")
    await takes_back(people.ana, bot)
    for refused in (
        await gone.press("Undo"),
        await said.press("Undo"),
        await form.fill(condition="a", action="b"),
    ):
        assert refused.text.startswith("This question was taken back.")
    assert [(step.condition, step.action) for step in steps(bot)] == [("", "")]
    assert "Last time" not in await people.ana.sees(await look_back(people.ana, clock))


async def test_changing_a_step_of_a_retro_that_was_taken_back(people: Everyone, bot: Bot) -> None:
    """The words come back to the person, and the step stays gone."""
    message = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, message)
    form = await changes(people.mei, bot)
    await takes_back(people.ana, bot)
    refused = await form.fill(condition="it rains")
    assert refused.text.startswith("This question was taken back.")
    assert "it rains" in refused.text


async def test_undo_of_not_yet_removes_what_was_carried_over(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """The same step isn't there twice. One that somebody else has changed since has to go first."""
    await give(people.ben, await asks(people.ana, "retro", QUESTION), "me")
    second = await look_back(people.ana, clock)
    said = await press(people.mei, second, "Not yet")
    await said.press("Carry it over")
    back = await said.press("Undo")
    assert back.text.startswith("Undone. The question is open again. I've removed the one you carried over.")
    shown = await people.ana.sees(second)
    assert shown.count(STEP) == 1
    assert "[Not yet]" in shown
    again = await press(people.mei, second, "Not yet")
    await again.press("Carry it over")
    assert steps(bot)[1].author_id == steps(bot)[0].author_id, "it's still Ben's step"
    await (await changes(people.noor, bot)).fill(condition="it rains")
    refused = await again.press("Undo")
    assert "has taken or changed that one since" in refused.text
    assert "If it rains" in await people.ana.sees(second)


async def test_whoever_carried_it_over_can_undo_that(people: Everyone, bot: Bot, clock: Clock) -> None:
    """It's somebody else's step, and it stays theirs."""
    await give(people.ben, await asks(people.ana, "retro", QUESTION))
    second = await look_back(people.ana, clock)
    carried = await (await press(people.mei, second, "Not yet")).press("Carry it over")
    assert (await carried.press("Undo")).text.startswith("Next step removed.")
    assert (await people.ana.sees(second)).count(STEP) == 1


async def test_a_retro_with_a_carried_step_is_taken_back(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The step that was carried over waits for its answer again, in the next one."""
    await give(people.ben, await asks(people.ana, "retro", QUESTION), "me")
    second = await look_back(people.ana, clock)
    await (await press(people.mei, second, "Not yet")).press("Carry it over")
    await takes_back(people.ana, bot)
    third = await look_back(people.ana, clock)
    assert f"Last time we said: “{STEP}” · Ben takes it. What came of it?" in await people.ana.sees(third)


async def test_an_event_that_comes_again_changes_nothing(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Taking, removing and settling stay undone when the first event is sent again."""
    message = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, message)
    at = str(steps(bot)[0].id)
    taken = await people.mei.does(TakeStep(at, "1"), event="take")
    twice = await people.mei.does(TakeStep(at, "1"), event="take")
    await twice.press("Undo")
    assert "Mei" not in (await people.ana.sees(message)).split("One next step")[1]
    await people.mei.does(TakeStep(at, "1"), event="take")
    assert "Mei" not in (await people.ana.sees(message)).split("One next step")[1]
    assert (await taken.press("Undo")).text.startswith("You can't undo that any more:")
    gone = await people.ben.does(DropNextStep(at, "1"), event="drop")
    await gone.press("Undo")
    await people.ben.does(DropNextStep(at, "1"), event="drop")
    assert STEP in await people.ana.sees(message)
    second = await look_back(people.ana, clock)
    settled = await people.mei.does(SettleStep(at, "1", "done"), event="settle")
    await settled.press("Undo", event="unsettle")
    await people.mei.does(SettleStep(at, "1", "done"), event="settle")
    assert "[Done]" in await people.ana.sees(second)
    await press(people.mei, second, "Not yet")
    await people.mei.does(settled.button("Undo"), event="unsettle")
    assert "· not yet" in await people.ana.sees(second)


async def test_a_change_that_comes_again(people: Everyone, bot: Bot) -> None:
    """After Undo it changes nothing, and before it the Undo leads back to the words before."""
    message = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, message)
    form = await changes(people.ana, bot)
    await form.fill(condition="it rains", action="we stay inside")
    twice = await form.fill(condition="it rains", action="we stay inside")
    await twice.press("Undo")
    assert STEP in await people.ana.sees(message)
    await form.fill(condition="it rains", action="we stay inside")
    assert STEP in await people.ana.sees(message)


async def test_a_carried_step_that_comes_again(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Once it was removed, the same event doesn't bring it back."""
    await give(people.ben, await asks(people.ana, "retro", QUESTION))
    second = await look_back(people.ana, clock)
    said = await press(people.mei, second, "Not yet")
    carried = await said.press("Carry it over", event="carry")
    await carried.press("Undo")
    again = await said.press("Carry it over", event="carry")
    assert again.text == carried.text
    assert "[One next step]" in await people.ana.sees(second)


async def test_an_old_hand_it_back(people: Everyone, bot: Bot) -> None:
    """It says who takes the step now, and Undo of taking it brings back who was suggested."""
    message = await asks(people.ana, "retro", QUESTION)
    await (await press(people.ben, message, "Answer")).fill(text="The deadline")
    await suggest(people.ana, message, "Ben")
    see = await press(people.ben, message, "Show")
    taken = await press(people.noor, message, "I'll take it")
    assert (await see.press("Not me")).text.startswith(
        "Your name isn't on this next step any more: Noor takes it."
    )
    await taken.press("Undo")
    assert "— suggested to Ben" in await people.ana.sees(message)
    await see.press("Not me")
    stale = await people.ben.does(see.button("Not me"))
    assert "Anyone can take it" in stale.text


@pytest.mark.parametrize(
    ("half", "typed", "kept"),
    [
        ("condition", "If the build is red", "the build is red"),
        ("condition", "When: x", "x"),
        ("condition", "If-else chains grow", "If-else chains grow"),
        ("condition", "if statements nest too deep", "if statements nest too deep"),
        ("condition", "If/else is used", "If/else is used"),
        ("condition", "When2meet fails", "When2meet fails"),
        ("condition", "if builds fail", "if builds fail"),
        ("action", "then we stop", "we stop"),
        ("action", "then-branch goes", "then-branch goes"),
        ("action", "Thenable code goes", "Thenable code goes"),
    ],
)
def test_no_word_is_eaten(half: str, typed: str, kept: str) -> None:
    """Only the sentence's own *if* and *then* are left out, and only where that's sure."""
    assert trim_half(half, typed) == kept


def test_no_word_is_doubled() -> None:
    """A half that kept its *if* or *then* is said with it."""
    assert say_halves("if builds fail", "then stop") == "If builds fail, then stop"
    assert say_halves("If-else chains grow", "we stop") == "If If-else chains grow, then we stop"


async def test_a_month_counts_not_yet(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A longer recap tells each outcome."""
    await give(people.ben, await asks(people.ana, "retro", QUESTION), "me")
    second = await look_back(people.ana, clock)
    await press(people.mei, second, "Not yet")
    await people.ana.types("log We sign once")
    clock.forward(minutes=5)
    assert "What we said we'd do: 1 next step, 1 not yet." in (await people.ana.types("recap month")).text


async def test_a_posted_recap_tells_what_was_known_then(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """What became of a step later isn't added, and long words are cut."""
    message = await asks(people.ana, "retro", QUESTION)
    form = await press(people.ben, message, "One next step")
    await form.fill(condition="c " * 100, action="a " * 100, taker="me")
    await people.ana.types("log We sign once")
    clock.forward(minutes=5)
    await people.ana.does(PostRecap("week", "1"))
    await bot.tick()
    posted = recorder.last()[0]
    [before] = [line for line in (await people.ana.sees(posted)).split("\n") if "What we said" in line]
    assert len(before) < 200
    form = await press(people.mei, await look_back(people.ana, clock), "Something else")
    await form.fill(became="It was a lamp")
    assert before in await people.ana.sees(posted)
    assert "lamp" not in await people.ana.sees(posted)
