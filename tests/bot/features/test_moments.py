"""Keeping moments, finding them, changing and removing them."""

import pytest

from bot.messages import Quote, Reply
from bot.service import Bot
from tests.people import Everyone, Got
from tests.recorder import Recorder
from tests.stores import Clock


def words_of(got: Got) -> str:
    """The people's words on a private card."""
    assert isinstance(got.answer, Reply)
    return "".join(block.words for block in got.answer.card.blocks if isinstance(block, Quote))


async def test_text_is_kept_exactly_and_its_card_follows(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The words stand in the channel as they were typed."""
    got = await people.ana.types("  We  used to\ncache *tokens* <@U1> ")
    assert got.text.startswith("Kept as #1.")
    await bot.tick()
    assert "“We  used to\ncache *tokens* <@U1>”" in recorder.texts()[-1]


async def test_the_same_delivery_twice_is_one_moment(people: Everyone, bot: Bot) -> None:
    """A redelivered command gets the same answer and keeps nothing more."""
    first = await people.ana.types("once", event="delivery-7")
    again = await people.ana.types("once", event="delivery-7")
    assert first.text == again.text
    assert "#1" not in (await people.ana.types("twice")).text


async def test_without_text_a_form_asks(people: Everyone) -> None:
    """`log` alone opens the form; sending it twice keeps one."""
    form = await people.ana.types("log")
    assert [field.name for field in form.form.fields if field.required] == ["text"]
    assert (await form.fill(text="Now I see")).text.startswith("Kept as #1")
    assert (await form.fill(text="Now I see")).text.startswith("Kept as #1")
    assert (await people.ana.types("next")).text.startswith("Kept as #2")


async def test_the_shape_of_an_aha_is_offered_and_never_demanded(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """One step keeps it, with at most three buttons; what it changed stands on the card and in search."""
    got = await people.ana.types("log imports need a template")
    assert got.text.endswith("[Before and after] [Keep the word “log” too] [How far out was it?]")
    form = await got.press("Before and after")
    labels = ["We used to think", "Now we think", "Walked in expecting", "Walked out with"]
    assert [field.label for field in form.form.fields[1:]] == labels
    await form.fill(used_to="imports need a wizard", out_with="somebody's spreadsheet")
    await bot.tick()
    card = recorder.texts()[-1]
    assert "We used to think\n“imports need a wizard”" in card
    assert "Walked out with\n“somebody's spreadsheet”" in card
    assert "Now we think" not in card
    assert "imports need a template" in (await people.ben.types("find spreadsheet")).text


async def test_failed_keeps_at_once_and_offers_the_rest(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """What was typed is safe before anything more is asked."""
    got = await people.ben.types("failed a wizard for the import")
    form = await got.press("Add the rest")
    await form.fill(happened="Nobody got past step two", taught="Templates beat wizards")
    await bot.tick()
    card = recorder.texts()[-1]
    assert "Experiment #1" in card
    assert "What happened\n“Nobody got past step two”" in card
    assert "It taught us\n“Templates beat wizards”" in card


async def test_a_first_word_read_wrongly_is_put_back(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """`failed to …` was a sentence; one press makes it one again, with every letter."""
    got = await people.ben.types("Failed to see it until Mei drew it")
    assert (await got.press("It was an aha")).text == "#1 is an aha, with every word of it."
    await got.press("It was an aha")
    await bot.tick()
    assert "“Failed to see it until Mei drew it”" in recorder.texts()[-1]


@pytest.mark.parametrize(
    ("line", "usage"), [("show must go on", "show 42"), ("delete everything now", "delete 42")]
)
async def test_a_line_that_is_no_command_is_asked_about(people: Everyone, line: str, usage: str) -> None:
    """A word with fixed arguments that do not fit: the text is handed back and can be kept, once."""
    got = await people.ana.types(line)
    assert usage in got.text
    assert line in got.text
    kept = await got.press("Keep it as an aha")
    assert kept.text.startswith("Kept as #1")
    assert (await got.press("Keep it as an aha")).text.startswith("Kept as #1")


async def test_a_slip_of_the_finger_is_asked_about(people: Everyone) -> None:
    """`shwo 1` was probably `show 1`."""
    await people.ana.types("something")
    got = await people.ana.types("shwo 1")
    assert "something" in (await got.press("Do that")).text


@pytest.mark.parametrize("given", ["420", "#420"])
async def test_a_number_that_is_no_moment(people: Everyone, given: str) -> None:
    """The sentence names the latest there is."""
    assert (await people.ana.types(f"show {given}")).text == (
        "Nothing is kept here yet. Write what you saw after the command, and it will be #1."
    )
    await people.ana.types("one")
    assert (await people.ana.types(f"show {given}")).text == "There is no #420 here; the latest is #1."


async def test_only_the_author_edits(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Others are told who can, and what they can do instead."""
    await people.ana.types("one thing")
    assert "only Ana can change it" in (await people.ben.types("edit 1")).text
    form = await people.ana.types("edit 1")
    assert form.form.fields[0].value == "one thing"
    await form.fill(text="another thing")
    await bot.tick()
    assert "“another thing”" in recorder.texts()[-1]
    assert "another" in (await people.mei.types("find another")).text


async def test_removing_and_undoing(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """The card is emptied, search forgets it, and for a day it can come back."""
    await people.ben.types("a thought too many")
    await bot.tick()
    removed = await people.ben.types("delete 1")
    await bot.tick()
    assert recorder.texts()[-1] == "Aha #1 was removed."
    assert "Nothing kept here" in (await people.ana.types("find thought")).text
    assert (await people.ana.types("show 1")).text == "#1 was removed."
    assert (await removed.press("Undo")).text == "#1 is back."
    await bot.tick()
    assert "a thought too many" in recorder.texts()[-1]
    assert "a thought too many" in (await people.ana.types("find thought")).text


async def test_after_a_day_the_words_are_gone(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Undo comes too late, and says so."""
    await people.ben.types("gone for good")
    removed = await people.ben.types("delete 1")
    clock.forward(hours=25)
    await bot.tick()
    assert "gone for good" in (await removed.press("Undo")).text
    texts = await bot.database.read(
        lambda s: s.connection().exec_driver_sql("select text, tokens from moment").all()
    )
    assert [tuple(row) for row in texts] == [("", "")]


async def test_an_admin_may_remove_but_not_edit(people: Everyone) -> None:
    """The words of others are never rewritten."""
    await people.ben.types("not nice")
    assert "only Ben can change it" in (await people.ana.types("edit 1")).text
    assert "is removed" in (await people.ana.types("delete 1")).text
    assert "only Ben" not in (await people.mei.types("delete 1")).text


async def test_taps_count_once(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """High-five and presence, once a person; names stand in alphabetical order."""
    await people.ana.types("together")
    shown = await people.mei.types("show 1")
    assert "[High-five (1)]" in (await shown.press("High-five")).text
    assert "already" in (await shown.press("High-five")).text
    await shown.press("I was there")
    await (await people.ben.types("show 1")).press("I was there")
    await bot.tick()
    assert "Together: Ana, Ben, Mei" in recorder.texts()[-1]


async def test_a_button_a_year_later(people: Everyone, clock: Clock) -> None:
    """Old buttons still work, or say in a sentence why not."""
    await people.ana.types("old")
    shown = await people.mei.types("show 1")
    clock.forward(days=370)
    assert "[High-five (1)]" in (await shown.press("High-five")).text
    await people.ana.types("delete 1")
    assert (await shown.press("High-five")).text == "#1 was removed."


async def test_forty_thousand_characters(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Kept whole, shown in part, read on in private; longer is handed back."""
    long = "wörter " * 5_714
    await people.ana.types(long)
    await bot.tick()
    assert len(recorder.texts()[-1]) < 900
    assert "[Read on]" in recorder.texts()[-1]
    page = await (await people.ben.types("show 1")).press("Read on")
    read = words_of(page)
    while "[Read on]" in page.text:
        page = await page.press("Read on")
        read += words_of(page)
    assert read == long.strip()
    refused = await people.ana.types("x" * 40_001)
    assert "40,001 characters" in refused.text
    assert "x" * 40_001 in refused.text


@pytest.mark.parametrize(
    "text",
    [
        "\x07 bell \x1b[31m red \u202e desrever",
        "@everyone <!channel> <@U1|ana> &lt;",
        "<script>alert(1)</script> <b>bold</b>",
        "'; DROP TABLE moment; --",
        "emoji 👩‍👩‍👧‍👧 and 漢字 and עברית",
    ],
)
async def test_odd_text_is_kept_as_it_is(people: Everyone, bot: Bot, recorder: Recorder, text: str) -> None:
    """Control characters, mentions, markup and SQL are words."""
    await people.ana.types(text)
    await bot.tick()
    assert text.strip() in recorder.texts()[-1]


async def test_nul_and_lone_surrogates_are_left_out(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The only two things that no database takes."""
    await people.ana.types("a\0b\ud800c")
    await bot.tick()
    assert "“abc”" in recorder.texts()[-1]


async def test_lists_and_pages(people: Everyone) -> None:
    """The newest first, five at a time."""
    for number in range(7):
        await people.ana.types(f"thought {number}")
    first = await people.ben.types("find thought")
    assert "thought 6" in first.text
    assert "thought 1" not in first.text
    older = await first.press("Older")
    assert "thought 1" in older.text
    assert "thought 0" in older.text
    assert "[Older]" not in older.text
    assert "thought 6" in (await people.ben.types("list")).text


async def test_find_may_have_been_an_aha(people: Everyone) -> None:
    """`find out …` is a search first, and an aha at one press, once."""
    got = await people.ana.types("find out why the tests are slow " + "and long " * 30)
    kept = await got.press("It was an aha")
    assert kept.text.startswith("Kept as #1")
    assert (await got.press("It was an aha")).text.startswith("Kept as #1")
    assert "find out why" in (await people.ana.types("show 1")).text


async def test_in_a_direct_message_a_form_asks_which_team(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """One team needs no question; two do, and the words wait meanwhile."""
    dm = {"channel": "D-ana", "direct": True, "private": True}
    assert "which team is yours" in (await people.ana.types("early", **dm)).text
    await people.ana.types("hello from lantern")
    assert (await people.ana.types("from the desk", **dm)).text.startswith("Kept as #2")
    await people.ana.types("hello from garden", channel="C2", channel_name="garden")
    asked = await people.ana.types("which one? " * 50, **dm)
    assert [option.label for option in asked.form.fields[0].options] == ["#garden", "#lantern"]
    garden = asked.form.fields[0].options[0].value
    assert (await asked.fill(team=garden)).text.startswith("Kept as #2")
    await bot.tick()
    assert "which one?" in recorder.texts("C2")[-1]
    form = await people.ana.types("log", **dm)
    assert [field.name for field in form.form.fields if field.required] == ["team", "text"]
    assert (await form.fill(team=garden, text="third")).text.startswith("Kept as #3")
