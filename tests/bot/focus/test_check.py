"""Tests of the focus check: three short steps, its card, ticks, days, edits and the way back."""

from datetime import timedelta

import pytest

from bot.focus.commands import EditLine, GoOnWithCheck
from bot.runtime.bot import Bot
from storage.models import FocusItem
from tests.support.databases import Clock
from tests.support.focus import make_goal
from tests.support.people import Everyone, Got
from tests.support.questions import press, rows, until
from tests.support.recorder import Recorder

WENT = "Half of it to custom reports"


async def begin(people: Everyone) -> Got:
    """Begin a check with its first step."""
    return await (await people.ana.types("focus check")).fill(went=WENT)


async def fill(people: Everyone, by_on: str = "2026-04-10") -> str:
    """Fill all three steps of a check, and return the message of its card."""
    lists = await (await begin(people)).press("Continue")
    lists = await lists.fill(works="- School visits\n- Calls", out="Trade fairs\n\n• Reports", by_on=by_on)
    await (await lists.press("Continue")).fill(chances="The ministry's list")
    await people.ana.bot.tick()
    recorder = people.ana.bot.adapters["recorder"]
    assert isinstance(recorder, Recorder)
    return recorder.last()[0]


async def test_three_steps_make_the_card(people: Everyone, bot: Bot) -> None:
    """The first step names the big goal and says that there is too little for a ratio."""
    await people.ana.types("An aha of ours")
    await make_goal(bot)
    first = await people.ana.types("focus check")
    assert first.form.title == "Focus check · 1 of 3"
    assert first.form.intro == (
        "Our big goal: #1 “Twenty village schools” "
        "Fewer than 3 moments were saved this quarter, too few to say what they served."
    )
    said = await first.fill(went=WENT)
    assert said.text == (
        "Focus check started. The card is in #lantern. Next: what works and what doesn't. "
        "You can continue now or later.\n"
        "[Continue] [Undo]"
    )
    lists = await said.press("Continue")
    assert lists.form.title == "Focus check · 2 of 3"
    said = await lists.fill(works="School visits", out="Trade fairs", by_on="2026-04-10")
    assert said.text == "2 lines added to the focus check. The card is in #lantern.\n[Continue] [Undo]"
    done = await (await said.press("Continue")).fill(chances="The ministry's list")
    assert done.text == "One line added to the focus check. The card is in #lantern.\n[Undo]"
    recorder = bot.adapters["recorder"]
    assert isinstance(recorder, Recorder)
    await bot.tick()
    assert recorder.last()[1].text == (
        "Focus check\n"
        "Our big goal: #1 “Twenty village schools”\n"
        f"“{WENT}” — Where our time really went\n\n"
        "Works: focus on it\n• “School visits”\n\n"
        "Doesn't work: stop it\n• “Trade fairs” — Stop by 10 April\n\n"
        "Opportunities that speed us up\n• “The ministry's list”\n"
        "Started by Ana · 16 March 2026\n"
        "[Tick off] [Add lines] [Edit]\n"
        "[Our own step] [Earlier focus checks] [Delete]"
    )


async def test_a_form_closed_half_way_is_gone_on_with(people: Everyone, bot: Bot, clock: Clock) -> None:
    """By anyone, from the card or from the command, for two weeks. Another one can be begun all the same."""
    await begin(people)
    said = await people.ben.types("focus check")
    assert said.text == ("The focus check from 16 March isn't finished yet.\n[Continue] [Start a new one]")
    assert (await said.press("Continue")).form.title == "Focus check · 2 of 3"
    assert (await said.press("Start a new one")).form.title == "Focus check · 1 of 3"
    clock.forward(days=14)
    assert (await people.ben.types("focus check")).form.title == "Focus check · 1 of 3"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"works": " \n• "}, "Please write at least one thing that works, or one that doesn't."),
        ({"out": "Fairs", "by_on": ""}, "By when will we stop? Choose a day."),
        (
            {"out": "Fairs", "by_on": "30 February"},
            "There's no 30 February 2026: that month has 28 days. Choose another day.",
        ),
        ({"out": "Fairs", "by_on": "soon"}, "Write the day like 2026-03-20."),
        (
            {"out": "Fairs", "by_on": "2026-03-15"},
            "15 March 2026 is in the past. Choose today or a later day.",
        ),
        (
            {"out": "Fairs", "by_on": "2036-03-15"},
            "That's more than three years away. Choose an earlier day.",
        ),
        ({"works": "x" * 201}, "Up to 200 characters a line, please, so it fits the card. One has 201."),
        ({"works": "\n".join("abcdefghijklm")}, "Up to 12 lines, please. The fewer, the more focus."),
    ],
)
async def test_a_mistake_comes_back_with_one_sentence(
    people: Everyone, bot: Bot, values: dict[str, str], sentence: str
) -> None:
    """What was typed stays in the form."""
    lists = await (await begin(people)).press("Continue")
    again = await lists.fill(**values)
    assert list(again.form.errors.values()) == [sentence]
    shown = {field.name: field.value for field in again.form.fields}
    assert all(shown[name] == value for name, value in values.items() if value)
    assert rows(bot, FocusItem) == []


async def test_a_first_step_needs_words_that_fit(people: Everyone) -> None:
    """Without a check, nothing is posted."""
    first = await people.ana.types("focus check")
    assert "where the time went" in (await first.fill(went=" ")).form.errors["went"]
    assert "Up to 600 characters" in (await first.fill(went="x" * 601)).form.errors["went"]


async def test_a_repeated_step_adds_nothing(people: Everyone, bot: Bot) -> None:
    """A platform may deliver a form twice."""
    lists = await (await begin(people)).press("Continue")
    for _ in range(2):
        await lists.fill(works="\n".join("abcdefgh"), out="Fairs")
    assert len(rows(bot, FocusItem)) == 9


async def test_ticking_and_its_undo(people: Everyone) -> None:
    """What is ticked goes to the end of its list."""
    card = await fill(people)
    ticks = await press(people.ben, card, "Tick off")
    assert ticks.text.startswith(
        "Doesn't work: stop it\n• “Trade fairs” — Stop by 10 April [We've stopped]\n"
    )
    said = await ticks.press("We've stopped")
    assert said.text == "“Trade fairs” is ticked off. The card is in #lantern.\n[Undo]"
    assert "• “Reports” — Stop by 10 April\n• “Trade fairs” — ✓ We've stopped" in await people.ana.sees(card)
    await said.press("Undo")
    assert "• “Trade fairs” — Stop by 10 April\n• “Reports”" in await people.ana.sees(card)


async def test_the_card_says_so_on_the_day(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """Without a new post. Before and after it, the card has the day."""
    card = await fill(people, by_on="2026-03-20")
    posts = len(recorder.standing)
    await until(bot, clock, clock.now.replace(day=19, hour=23, minute=59))
    assert recorder.standing[card].text.count("Stop by 20 March") == 2
    await until(bot, clock, clock.now + timedelta(minutes=1))
    assert "“Trade fairs” — Due 20 March: have we stopped? [Have we stopped?]" in recorder.standing[card].text
    assert len(recorder.standing) == posts
    clock.forward(days=2)
    ticks = await press(people.ben, card, "Tick off")
    assert "Due 20 March: have we stopped?" in ticks.text


async def test_adding_and_editing_lines(people: Everyone, bot: Bot) -> None:
    """Anyone may. An emptied line is removed, and can be brought back within a day."""
    card = await fill(people)
    form = await press(people.ben, card, "Add lines")
    assert [option.label for option in form.form.fields[1].options] == [
        "Works: focus on it",
        "Doesn't work: stop it",
        "Opportunities that speed us up",
    ]
    assert "by_on" in (await form.fill(text="Fax", name="out")).form.errors
    assert (await form.fill(text="- \n•")).form.errors == {"text": "Please write at least one line."}
    await form.fill(text="Fax\nPost", name="works")
    lines = await press(people.mei, card, "Edit")
    edit = await lines.press("Edit")
    assert edit.form.title == "Edit"
    await edit.fill(went="To phone calls")
    text = await people.ana.sees(card)
    assert "• “Calls”\n• “Fax”\n• “Post”" in text
    assert "“To phone calls” — Where" in text


async def test_a_removed_line_comes_back_within_a_day(people: Everyone, bot: Bot, clock: Clock) -> None:
    """After that, its words are gone."""
    card = await fill(people)
    removed = await (await people.ben.does(EditLine("1", "1", "1"))).fill(text=" ")
    assert removed.text == "Line removed. You can bring it back until tomorrow.\n[Undo]"
    assert "School visits" not in await people.ana.sees(card)
    assert (await removed.press("Undo")).text == "The line is back."
    assert "School visits" in await people.ana.sees(card)
    removed = await (await people.ben.does(EditLine("1", "1", "1"))).fill(text="")
    clock.forward(days=1)
    await bot.tick()
    assert rows(bot, FocusItem)[0].text == ""
    assert "more than a day ago" in (await removed.press("Undo")).text


async def test_taking_a_check_back(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Only its maker, and with its lines. Within a day it can be brought back."""
    card = await fill(people)
    assert "Only the person who started" in (await press(people.ben, card, "Delete")).text
    gone = await press(people.ana, card, "Delete")
    assert await people.ana.sees(card) == "This focus check was deleted."
    assert "was deleted" in (await people.ben.does(GoOnWithCheck("1", "1"))).text
    await gone.press("Undo")
    assert "Trade fairs" in await people.ana.sees(card)
    gone = await press(people.ana, card, "Delete")
    clock.forward(days=1)
    await bot.tick()
    assert {row.text for row in rows(bot, FocusItem)} == {""}
    assert "more than a day ago" in (await gone.press("Undo")).text


async def test_a_team_has_its_own_fourth_step(people: Everyone) -> None:
    """It is set from a check's card, and asked with the third step."""
    card = await fill(people)
    named = await press(people.ben, card, "Our own step")
    assert named.form.fields[0].hint.endswith("Starts with this check.")
    said = await named.fill(title="Whom do we thank?")
    assert said.text == "“Whom do we thank?” is now the fourth step of our focus checks.\n[Undo]"
    form = await press(people.ana, card, "Add lines")
    assert form.form.fields[1].options[-1].label == "Whom do we thank?"
    await form.fill(text="Zoe", name="own")
    again = await press(people.ben, card, "Our own step")
    assert again.form.fields[0].hint.endswith("Starts with the next check.")
    first = await people.mei.types("focus check")
    lists = await (await first.fill(went="To visits")).press("Continue")
    chances = await (await lists.fill(works="Visits")).press("Continue")
    assert chances.form.title == "Focus check · 3–4 of 4"
    await chances.fill(chances="A list", own="Noor")
    await people.mei.bot.tick()
    recorder = people.mei.bot.adapters["recorder"]
    assert isinstance(recorder, Recorder)
    assert "Whom do we thank?\n• “Noor”" in recorder.last()[1].text
    long = await (await press(people.ben, card, "Our own step")).fill(title="x" * 61)
    assert "Up to 60 characters" in long.form.errors["title"]


async def test_earlier_checks_stay_readable(people: Everyone, clock: Clock) -> None:
    """Newest first, each as its card has it."""
    await fill(people)
    clock.forward(days=92)
    card = await fill(people, by_on="2026-09-01")
    earlier = await press(people.ben, card, "Earlier focus checks")
    assert earlier.text == f"Earlier focus checks\n• “{WENT}” — 16 March 2026 [Show]"
    assert "Due 10 April: have we stopped?" in (await earlier.press("Show")).text
