"""Tests of what we said we'd do: a retrospective's next step, and the next one that opens with it."""

import io
import json

import pytest
from sqlmodel import Session

from bot.data.export import write_export
from bot.prompts.steps.commands import GiveStep, SettleStep
from bot.prompts.steps.words import trim_half
from bot.runtime.bot import Bot
from bot.schedules.schedules import Start
from storage.models import Posting, PostingKind
from tests.support.databases import Clock
from tests.support.next_steps import DAY, QUESTION, STEP, give, look_back, steps, takes_back
from tests.support.people import Everyone
from tests.support.questions import asks, press, rows, there, until


async def test_the_next_one_opens_with_it(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The card shows the step, and the next one asks what became of it before its question, once."""
    first = await asks(people.ana, "retro", QUESTION)
    said = await give(people.ben, first, "me")
    assert said.text.startswith("The next step is on the retro's card in #lantern.")
    assert "[Undo]" in said.text
    shown = await people.mei.sees(first)
    assert f"One next step\n“{STEP}” — Ben takes it" in shown
    assert "[One next step]" not in shown

    second = await look_back(people.ana, clock)
    shown = await people.mei.sees(second)
    assert shown.startswith(
        f"A retro question\nLast time we said: “{STEP}” · Ben takes it. What came of it?\n“{QUESTION}”"
    )
    assert "[Done] [Not yet] [Something else]" in shown
    assert "[One next step]" in shown
    done = await press(people.mei, second, "Done")
    assert f"It's on the card: “{STEP}” · done" in done.text
    shown = await people.mei.sees(second)
    assert f"Last time we said: “{STEP}” · done\n“{QUESTION}”" in shown
    assert "[Not yet]" not in shown
    assert "Mei" not in shown
    assert f"“{STEP}” — Ben takes it · done" in await people.mei.sees(first)
    third = await look_back(people.ana, clock)
    assert "Last time" not in await people.mei.sees(third)


async def test_not_yet_is_not_asked_again(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Nobody has to explain anything. It can be carried over, and whoever took it is only suggested then."""
    await give(people.ben, await asks(people.ana, "retro", QUESTION), "me")
    second = await look_back(people.ana, clock)
    said = await press(people.mei, second, "Not yet")
    assert "I won't ask again." in said.text
    taken = await said.press("Carry it over")
    assert taken.text.startswith("It's this retro's next step now.")
    shown = await people.mei.sees(second)
    assert "· not yet" in shown
    assert f"One next step\n“{STEP}” — suggested to Ben" in shown
    await said.press("Carry it over")
    assert len(steps(bot)) == 2
    third = await look_back(people.ana, clock)
    assert (await people.mei.sees(third)).count(STEP) == 1
    await (await press(people.mei, third, "Not yet")).press("Undo")
    await press(people.mei, third, "Not yet")
    fourth = await look_back(people.ana, clock)
    assert STEP not in await people.mei.sees(fourth)


async def test_something_else(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A form asks what it became. Empty or too long comes back with one sentence."""
    await give(people.ben, await asks(people.ana, "retro", QUESTION))
    second = await look_back(people.ana, clock)
    form = await press(people.mei, second, "Something else")
    assert (await form.fill(became=" ")).form.errors
    assert (await form.fill(became="x" * 201)).form.errors
    said = await form.fill(became="We bought a lamp")
    assert "· it became: We bought a lamp" in said.text
    assert "it became: We bought a lamp" in await people.ana.sees(second)
    late = await people.noor.does(SettleStep(str(steps(bot)[0].id), str(steps(bot)[0].team_id), "done"))
    assert late.text.startswith("Someone has answered that already:")
    other = await people.noor.does(said.button("Undo"))
    assert other.text.startswith("Only the person who said")
    await said.press("Undo")
    assert "[Something else]" in await people.ana.sees(second)


async def test_a_name_is_only_suggested(people: Everyone, bot: Bot) -> None:
    """It's on the card, and the person takes it or says no. Who never wants to be kept can't be named."""
    message = await asks(people.ana, "retro", QUESTION)
    await (await press(people.ben, message, "Answer")).fill(text="The deadline")
    await (await press(people.mei, message, "Answer")).fill(text="The lamp")
    await people.mei.does(people.bot.commands.parse("leave me alone"))
    form = await press(people.ana, message, "One next step")
    options = {one.label: one.value for one in form.form.fields[2].options}
    assert list(options)[:2] == ["Nobody yet", "I'll take it"]
    assert "Ana" not in options
    assert "Ben" in options
    await form.fill(condition="the build is red", action="we stop", taker=options["Ben"])
    assert "— suggested to Ben" in await people.ana.sees(message)
    no = await (await press(people.ben, message, "Show")).press("Not me")
    assert "Anyone can take it." in no.text
    assert "Ben" not in (await people.ana.sees(message)).split("One next step")[1]
    await press(people.noor, message, "I'll take it")
    assert "— Noor takes it" in await people.ana.sees(message)
    refused = await no.press("I'll take it")
    assert refused.text.startswith("Noor has taken it already.")


async def test_one_step_of_two_people(people: Everyone, bot: Bot) -> None:
    """A second press shows the step there is. Words written meanwhile come back, with a way to use them."""
    message = await asks(people.ana, "retro", QUESTION)
    late = await press(people.mei, message, "One next step")
    await give(people.ben, message)
    [step] = steps(bot)
    seen = await people.mei.does(GiveStep(str(step.posting_id), str(step.team_id)))
    assert STEP in seen.text
    both = await late.fill(condition="it rains", action="we stay inside", taker="nobody")
    assert STEP in both.text
    assert "“If it rains, then we stay inside”" in both.text
    used = await both.press("Use mine instead")
    assert "“If it rains, then we stay inside”" in used.text
    assert "If it rains" in await people.ana.sees(message)
    await used.press("Undo")
    assert STEP in await people.ana.sees(message)
    assert len(steps(bot)) == 1


async def test_removing_it(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Whoever wrote it or an admin, with a way back for a day. Then the words are gone."""
    message = await asks(people.mei, "retro", QUESTION)
    said = await give(people.ben, message)
    assert "[Remove]" not in (await press(people.mei, message, "Show")).text
    refused = await people.mei.does(said.button("Undo"))
    assert refused.text.startswith("Only the person who wrote this step")
    gone = await said.press("Undo")
    assert "[One next step]" in await people.ana.sees(message)
    assert STEP not in await people.ana.sees(message)
    await gone.press("Undo")
    assert STEP in await people.ana.sees(message)
    gone = await (await press(people.ana, message, "Show")).press("Remove")
    clock.forward(days=1, minutes=1)
    await bot.tick()
    assert (steps(bot)[0].condition, steps(bot)[0].action) == ("", "")
    assert "I can't bring it back" in (await gone.press("Undo")).text
    await give(people.ben, message)
    assert STEP in await people.ana.sees(message)


async def test_a_later_one_takes_the_step(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A closed one still gets its step until the next is there. Typed words come back."""
    first = await asks(people.ana, "retro", QUESTION)
    await until(bot, clock, clock.now + 8 * DAY)
    form = await press(people.ben, first, "One next step")
    second = await look_back(people.ana, clock)
    assert "[One next step]" not in await people.ben.sees(first)
    refused = await form.fill(condition="the build is red", action="we stop and look", taker="")
    assert "There's a newer retro now." in refused.text
    assert "we stop and look" in refused.text
    await give(people.ben, second)
    assert len(steps(bot)) == 1


async def test_one_that_was_taken_back(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Its own step goes with it. What it asked about is asked by the next one."""
    first = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, first)
    second = await look_back(people.ana, clock)
    form = await press(people.mei, second, "One next step")
    await form.fill(condition="it rains", action="we stay inside", taker="")
    assert STEP in await people.ana.sees(second)
    asked = [posting for posting in rows(bot, Posting) if posting.kind == PostingKind.RETRO][-1]
    await takes_back(people.ana, bot)
    assert (await people.ana.sees(second)).startswith("This question was taken back.")
    assert [step.action for step in steps(bot)] == ["we stop and look", ""]
    gone = await people.mei.does(GiveStep(str(asked.id), str(asked.team_id)))
    assert gone.text.startswith("This question was taken back.")
    third = await look_back(people.ana, clock)
    shown = await people.ana.sees(third)
    assert STEP in shown
    assert "rains" not in shown


async def test_without_names(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Whoever gives a step signs it by choice. The answers stay as hidden as they were."""
    first = await asks(people.ana, "nameless", QUESTION)
    await give(people.mei, first)
    shown = await people.ana.sees(first)
    assert f"“{STEP}”" in shown
    assert "Mei" not in shown
    second = await look_back(people.ana, clock, "nameless")
    before = await people.ana.sees(second)
    await (await press(people.ben, second, "Answer")).fill(text="The deadline")
    assert await people.ana.sees(second) == before
    assert "[Done]" in before


@pytest.mark.parametrize(("days", "asked"), [(360, True), (366, False)])
async def test_after_a_long_time(people: Everyone, bot: Bot, clock: Clock, days: int, asked: bool) -> None:
    """The next one asks whenever it comes, up to a year later."""
    await give(people.ben, await asks(people.ana, "retro", QUESTION))
    clock.forward(days=days)
    assert (STEP in await people.ana.sees(await asks(people.ana, "retro", QUESTION))) is asked


async def test_several_in_a_day_and_a_plain_question(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Each opens with what the one before said. Another kind of question shows nothing of it."""
    await give(people.ben, await asks(people.ana, "retro", QUESTION))
    assert STEP not in await people.ana.sees(await asks(people.ana, "prompt", "And now?"))
    second = await asks(people.ana, "retro", "And today?")
    assert STEP in await people.ana.sees(second)


async def test_the_schedule_opens_with_it_too(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A retro that comes by itself asks like one by hand."""
    await people.ana.types("ours")
    await people.ana.does(Start("1"))
    await give(people.ben, await asks(people.ana, "retro", QUESTION))
    await until(bot, clock, clock.now + 16 * DAY)
    [card] = [each.text for each in there(people.ana).standing.values() if "What came of it?" in each.text]
    assert STEP in card


async def test_words_that_do_not_fit(people: Everyone, bot: Bot) -> None:
    """Each half comes back with one sentence, and nothing is lost. The words *if* and *then* are there already."""
    message = await asks(people.ana, "retro", QUESTION)
    form = await press(people.ben, message, "One next step")
    again = await form.fill(condition="if", action="x" * 201, taker="me")
    assert set(again.form.errors) == {"condition", "action"}
    assert again.form.fields[1].value == "x" * 201
    assert trim_half("condition", "If  the\nbuild is red,") == "the build is red"
    assert trim_half("condition", "iffy builds") == "iffy builds"
    assert trim_half("action", "Then we stop.") == "we stop."


async def test_the_recap_and_the_export(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A week tells a step in one line, a longer time tells counts, and a removal reaches both."""
    first = await asks(people.ana, "retro", QUESTION)
    said = await give(people.ben, first, "me")
    await people.ana.types("log We sign once")
    clock.forward(minutes=5)
    assert f"What we said we'd do: “{STEP}”" in (await people.ana.types("recap week")).text
    second = await look_back(people.ana, clock)
    await press(people.mei, second, "Done")
    clock.forward(minutes=5)
    assert "What we said we'd do: 1 next step, 1 done." in (await people.ana.types("recap year")).text

    def export(session: Session) -> dict[str, object]:
        out = io.StringIO()
        write_export(session, 1, clock.now, out)
        return {"prompts": json.loads(out.getvalue())["prompts"]}

    exported = bot.database.read_now(export)["prompts"]
    assert isinstance(exported, list)
    assert exported[0]["next_step"]["then"] == "we stop and look"
    assert exported[0]["next_step"]["taker"] == "U-ben"
    assert exported[0]["next_step"]["settled_by"] == "U-mei"
    assert exported[0]["next_step"]["changed_by"] is None
    assert exported[1]["next_step"] is None
    await people.ben.does(said.button("Undo"))
    assert "What we said" not in (await people.ana.types("recap year")).text
    assert steps(bot)[0].deleted_at is not None
