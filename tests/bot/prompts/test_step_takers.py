"""Tests of who may be named on a next step, and of takers who leave, come back or opt out."""

from dataclasses import replace

import pytest

from bot.core.events import PersonCame, PersonLeft
from bot.core.origin import Access, ChannelAccess
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.next_steps import QUESTION, changes, give, look_back, steps, suggest
from tests.support.people import Everyone, Person
from tests.support.questions import asks, press
from tests.support.recorder import Recorder

OUTSIDE = ChannelAccess(Access.OUTSIDE)
BEN = ("C1", "U-ben")


async def test_the_taker_leaves(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The card says so, and anyone can take it. Who comes back has it again."""
    message = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, message, "me")
    recorder.access[BEN] = OUTSIDE
    await people.ben.does(PersonLeft())
    shown = await people.ana.sees(message)
    assert "— Ben took it and has left" in shown
    assert "[I'll take it]" in shown
    del recorder.access[BEN]
    await people.ben.does(PersonCame())
    assert "— Ben takes it" in await people.ana.sees(message)
    recorder.access[BEN] = OUTSIDE
    await people.ben.does(PersonLeft())
    taken = await press(people.mei, message, "I'll take it")
    assert "— Mei takes it" in await people.ana.sees(message)
    await taken.press("Undo")
    assert "— Ben took it and has left" in await people.ana.sees(message)


async def test_leaving_one_channel_of_two(people: Everyone, bot: Bot) -> None:
    """Whom the platform still finds in one of the team's channels hasn't left."""
    message = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, message, "me")
    await people.ben.does(PersonLeft())
    assert "— Ben takes it" in await people.ana.sees(message)


async def test_a_platform_that_tells_nothing_of_who_leaves(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It's asked each day. Until then somebody who presses finds it out, too."""
    message = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, message, "me")
    recorder.access[BEN] = OUTSIDE
    assert "— Ben takes it" in await people.ana.sees(message)
    clock.forward(days=1)
    assert "— Ben took it and has left" in await people.ana.sees(message)
    asked = len(recorder.asked)
    await bot.tick()
    assert len(recorder.asked) == asked


async def test_a_suggestion_of_somebody_who_left(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It's over, and nobody suggests them again: not in the form, nor with a form that was open."""
    message = await asks(people.ana, "retro", QUESTION)
    await (await press(people.ben, message, "Answer")).fill(text="The deadline")
    await suggest(people.ana, message, "Ben")
    form = await changes(people.mei, bot)
    ben = next(one.value for one in form.form.fields[2].options if one.label == "Ben")
    recorder.access[BEN] = OUTSIDE
    await people.ben.does(PersonLeft())
    assert "Ben" not in (await people.ana.sees(message)).split("One next step")[1]
    form = await changes(people.mei, bot)
    assert "Ben" not in {one.label for one in form.form.fields[2].options}
    again = await form.fill(condition="it rains", taker=ben)
    assert again.form.errors == {
        "taker": "I can't suggest that person. Leave it open, and they can take it on the card."
    }
    assert again.form.fields[0].value == "it rains"
    assert again.form.fields[2].value == "nobody"


async def test_a_taker_left_before_the_outcome_is_undone(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """What the card says of them follows, also after they came back while the step had its outcome."""
    first = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, first, "me")
    second = await look_back(people.ana, clock)
    recorder.access[BEN] = OUTSIDE
    await people.ben.does(PersonLeft())
    assert "Ben took it and has left" in await people.ana.sees(second)
    done = await press(people.mei, second, "Done")
    del recorder.access[BEN]
    await people.ben.does(PersonCame())
    await done.press("Undo")
    assert "— Ben takes it" in await people.ana.sees(first)


async def test_who_opts_out_is_suggested_no_more(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Open suggestions go, and a form that was open before says so on the name. No word is lost."""
    message = await asks(people.ana, "retro", QUESTION)
    await (await press(people.ben, message, "Answer")).fill(text="The deadline")
    await suggest(people.ana, message, "Ben")
    await (await changes(people.mei, bot)).fill(taker="nobody")
    late = await changes(people.mei, bot)
    ben = next(one.value for one in late.form.fields[2].options if one.label == "Ben")
    await (await changes(people.ana, bot)).fill(taker=ben)
    assert "— suggested to Ben" in await people.ana.sees(message)
    await (await people.ben.types("opt out")).press("Opt out")
    assert "Ben" not in (await people.ana.sees(message)).split("One next step")[1]
    refused = await late.fill(condition="it rains", action="we stay inside", taker=ben)
    assert set(refused.form.errors) == {"taker"}
    assert [field.value for field in refused.form.fields[:2]] == ["it rains", "we stay inside"]


async def test_a_name_that_opted_out_isn_t_carried_over(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Whoever took it and opted out afterwards isn't suggested for it again."""
    await give(people.ben, await asks(people.ana, "retro", QUESTION), "me")
    second = await look_back(people.ana, clock)
    await (await people.ben.types("opt out")).press("Opt out")
    await (await press(people.mei, second, "Not yet")).press("Carry it over")
    assert steps(bot)[1].taker_id is None
    assert "Ben" not in (await people.ana.sees(second)).split("One next step")[1]


async def test_opting_out_in_the_settings(people: Everyone, bot: Bot) -> None:
    """The choice there does the same."""
    message = await asks(people.ana, "retro", QUESTION)
    await (await press(people.ben, message, "Answer")).fill(text="The deadline")
    await suggest(people.ana, message, "Ben")
    form = await people.ben.opens_settings()
    never = next(one.value for field in form.form.fields for one in field.options if one.value == "never")
    await form.fill(keep=never)
    assert "Ben" not in (await people.ana.sees(message)).split("One next step")[1]


async def join(people: Everyone, clock: Clock, count: int) -> list[str]:
    """Let a number of people take part in the team some time ago, and return their names in the order of the form."""
    names = [f"Member {at:02}" for at in range(count)]
    for name in names:
        origin = replace(people.ben.origin, person=name, person_name=name)
        await Person(people.bot, origin).types("list")
    clock.forward(minutes=6)
    return names


@pytest.mark.parametrize(
    ("left", "asked"), [(range(0), 22), (range(3), 25), (range(22), 44), ((5, 6, 7, 22, 23, 24), 31)]
)
async def test_those_who_left_take_nobody_s_place_in_the_form(
    people: Everyone, recorder: Recorder, clock: Clock, left: range | tuple[int, ...], asked: int
) -> None:
    """It offers 22 people who are there, and the platform is asked about few more than that takes."""
    message = await asks(people.ana, "retro", QUESTION)
    names = await join(people, clock, 50)
    gone = {names[at] for at in left}
    recorder.access |= {("C1", name): OUTSIDE for name in gone}
    recorder.asked.clear()
    form = await press(people.ana, message, "One next step")
    offered = [option.label for option in form.form.fields[2].options][2:]
    assert offered == [name for name in names if name not in gone][:22]
    assert len({person for _, person in recorder.asked}) <= asked


async def test_a_team_that_nearly_everyone_has_left(
    people: Everyone, recorder: Recorder, clock: Clock
) -> None:
    """The form opens all the same, with those who are there."""
    message = await asks(people.ana, "retro", QUESTION)
    names = await join(people, clock, 90)
    recorder.access |= {("C1", name): OUTSIDE for name in names[:-2]}
    form = await press(people.ana, message, "One next step")
    assert [option.label for option in form.form.fields[2].options][2:] == names[-2:]
