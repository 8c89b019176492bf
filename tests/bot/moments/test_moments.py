"""Tests of saving, finding, changing and removing moments."""

import pytest

from bot.core.messages import Quote, Reply
from bot.moments.commands import Failed, HighFive, IWasThere, ReadOn
from bot.quests.commands import Link
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.people import Everyone, Got
from tests.support.recorder import Recorder


def words_of(got: Got) -> str:
    """Return people's text on a private card."""
    assert isinstance(got.answer, Reply)
    return "".join(block.words for block in got.answer.card.blocks if isinstance(block, Quote))


async def test_text_is_kept_exactly_and_its_card_follows(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The channel shows the text as it was typed."""
    got = await people.ana.types("  We  used to\ncache *tokens* <@U1> ")
    assert got.text.startswith("Saved as #1 in #lantern.")
    await bot.tick()
    assert "“We  used to\ncache *tokens* <@U1>”" in recorder.texts()[-1]


async def test_the_same_delivery_twice_is_one_moment(people: Everyone, bot: Bot) -> None:
    """A redelivered command gets the same reply and saves nothing more."""
    first = await people.ana.types("once", event="delivery-7")
    again = await people.ana.types("once", event="delivery-7")
    assert first.text == again.text
    assert "#1" not in (await people.ana.types("twice")).text


async def test_without_text_a_form_asks(people: Everyone) -> None:
    """`log` alone opens the form. Sending it twice saves one moment."""
    form = await people.ana.types("log")
    assert [field.name for field in form.form.fields if field.required] == ["text"]
    assert (await form.fill(text="Now I see")).text.startswith("Saved as #1")
    assert (await form.fill(text="Now I see")).text.startswith("Saved as #1")
    assert (await people.ana.types("another one")).text.startswith("Saved as #2")


async def test_the_shape_of_an_aha_is_offered_and_never_demanded(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """One step saves it, with at most four buttons. What it changed is on the card and in search."""
    got = await people.ana.types("log imports need a template")
    assert got.text.endswith(
        "[Undo] [Edit] [What changed?] [Include the word “log”]\n[How big a stretch was it?]"
    )
    form = await got.press("What changed?")
    labels = ["We used to think", "Now we think", "We went in expecting", "We came out with"]
    assert [field.label for field in form.form.fields[1:]] == [*labels, "Who else was there?"]
    await form.fill(used_to="imports need a wizard", out_with="somebody's spreadsheet")
    await bot.tick()
    card = recorder.texts()[-1]
    assert "We used to think\n“imports need a wizard”" in card
    assert "We came out with\n“somebody's spreadsheet”" in card
    assert "Now we think" not in card
    assert "imports need a template" in (await people.ben.types("find spreadsheet")).text


async def test_failed_keeps_at_once_and_offers_the_rest(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The typed text is saved before anything more is asked."""
    got = await people.ben.types("failed a wizard for the import")
    form = await got.press("Add details")
    await form.fill(happened="Nobody got past step two", taught="Templates beat wizards")
    await bot.tick()
    card = recorder.texts()[-1]
    assert "Experiment #1" in card
    assert "What happened\n“Nobody got past step two”" in card
    assert "What it taught us\n“Templates beat wizards”" in card


async def test_a_first_word_read_wrongly_is_put_back(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """`failed to …` was a sentence. One press restores it with every letter."""
    got = await people.ben.types("Failed to see it until Mei drew it")
    assert (
        await got.press("It was an aha")
    ).text == "#1 is an aha now, with every word you typed. The card is in #lantern.\n[Undo] [Edit]"
    await got.press("It was an aha")
    await bot.tick()
    assert "“Failed to see it until Mei drew it”" in recorder.texts()[-1]


@pytest.mark.parametrize("line", ["show must go on", "delete everything now"])
async def test_a_line_that_is_no_command_is_asked_about(people: Everyone, line: str) -> None:
    """A command word with unfitting arguments returns the text, which can be saved once."""
    got = await people.ana.types(line)
    assert line in got.text
    kept = await got.press("Save as an aha")
    assert kept.text.startswith("Saved as #1")
    assert (await got.press("Save as an aha")).text.startswith("Saved as #1")


async def test_a_slip_of_the_finger_is_asked_about(people: Everyone) -> None:
    """`shwo 1` was probably meant as `show 1`."""
    await people.ana.types("something")
    got = await people.ana.types("shwo 1")
    assert "Did you mean /aha show 1?" in got.text
    assert "something" in (await got.press("Show #1")).text


@pytest.mark.parametrize("given", ["420", "#420"])
async def test_a_number_that_is_no_moment(people: Everyone, given: str) -> None:
    """The sentence names the latest number."""
    assert (await people.ana.types(f"show {given}")).text == (
        "Nothing is saved here yet. Type /aha log and what you noticed, and it will be #1."
    )
    await people.ana.types("one")
    assert (await people.ana.types(f"show {given}")).text == "There is no #420 here; the latest is #1."


async def test_only_the_author_edits(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Others are told who can edit it, and what they can do instead."""
    await people.ana.types("one thing")
    assert "only Ana can change it" in (await people.ben.types("edit 1")).text
    form = await people.ana.types("edit 1")
    assert form.form.fields[0].value == "one thing"
    await form.fill(text="another thing")
    await bot.tick()
    assert "“another thing”" in recorder.texts()[-1]
    assert "another" in (await people.mei.types("find another")).text


async def test_removing_and_undoing(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """The card is emptied and search no longer finds it. It can be restored for a day."""
    await people.ben.types("a thought too many")
    await bot.tick()
    removed = await people.ben.types("delete 1")
    await bot.tick()
    assert recorder.texts()[-1] == "Aha #1 was deleted."
    assert "Nothing here has" in (await people.ana.types("find thought")).text
    assert (await people.ana.types("show 1")).text == "#1 was deleted."
    assert (await removed.press("Undo")).text == "#1 is back. The card is in #lantern.\n[Undo]"
    await bot.tick()
    assert "a thought too many" in recorder.texts()[-1]
    assert "a thought too many" in (await people.ana.types("find thought")).text


async def test_after_a_day_the_words_are_gone(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Undo then says that it is too late."""
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
    """Nobody can rewrite another person's text."""
    await people.ben.types("not nice")
    assert "only Ben can change it" in (await people.ana.types("edit 1")).text
    asked = await people.ana.types("delete 1")
    assert asked.text == "Delete #1 by Ben for everyone?\n“not nice”\n[Delete] [Cancel]"
    assert "#1 deleted." in (await asked.press("Delete")).text
    assert "only Ben" not in (await people.mei.types("delete 1")).text


async def test_taps_count_once(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A double press counts once per person, and names are in alphabetical order."""
    await people.ana.types("together")
    shown = await people.mei.types("show 1")
    assert "[High-five (1)]" in (await shown.press("High-five")).text
    assert "[High-five (1)]" in (await shown.press("High-five")).text
    await shown.press("I was there")
    await (await people.ben.types("show 1")).press("I was there")
    await bot.tick()
    assert "Together: Ana, Ben, Mei" in recorder.texts()[-1]


async def test_a_button_a_year_later(people: Everyone, clock: Clock) -> None:
    """Old buttons still work, or one sentence says why not."""
    await people.ana.types("old")
    shown = await people.mei.types("show 1")
    clock.forward(days=370)
    assert "[High-five (1)]" in (await shown.press("High-five")).text
    await people.ana.types("delete 1")
    assert (await shown.press("High-five")).text == "#1 was deleted."


async def test_forty_thousand_characters(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """They are saved whole, shown in part and readable in private pages. A longer text is returned."""
    long = "wörter " * 5_714
    await people.ana.types(long)
    await bot.tick()
    assert len(recorder.texts()[-1]) < 900
    assert "[Read more]" in recorder.texts()[-1]
    page = await (await people.ben.types("show 1")).press("Read more")
    read = words_of(page)
    while "[Read more]" in page.text:
        page = await page.press("Read more")
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
    """Control characters, mentions, markup and SQL are ordinary text."""
    await people.ana.types(text)
    await bot.tick()
    assert text.strip() in recorder.texts()[-1]


async def test_nul_and_lone_surrogates_are_left_out(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """No database accepts these two."""
    await people.ana.types("a\0b\ud800c")
    await bot.tick()
    assert "“abc”" in recorder.texts()[-1]


async def test_lists_and_pages(people: Everyone) -> None:
    """The newest come first, five at a time."""
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
    """`find out …` searches at first. One press saves it as an aha, once only."""
    got = await people.ana.types("find out why the tests are slow " + "and long " * 30)
    kept = await got.press("It was an aha")
    assert kept.text.startswith("Saved as #1")
    assert (await got.press("It was an aha")).text.startswith("Saved as #1")
    assert "find out why" in (await people.ana.types("show 1")).text


async def test_in_a_direct_message_it_asks_which_team(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """With one team it asks whether, with two it asks where, and stores the text meanwhile."""
    dm = {"channel": "D-ana", "direct": True, "private": True}
    assert "I don't know your team yet" in (await people.ana.types("early", **dm)).text
    await people.ana.types("hello from lantern")
    asked = await people.ana.types("from the desk", **dm)
    assert (await asked.press("Post it")).text.startswith("Saved as #2")
    await people.ana.types("hello from garden", channel="C2", channel_name="garden")
    asked = await people.ana.types("which one? " * 50, **dm)
    assert asked.text.endswith("[#garden] [#lantern] [Save just for me] [Don't save it]")
    assert (await asked.press("#garden")).text.startswith("Saved as #2")
    await bot.tick()
    assert "which one?" in recorder.texts("C2")[-1]
    form = await people.ana.types("log", **dm)
    garden = form.form.fields[0].options[0].value
    assert [field.name for field in form.form.fields if field.required] == ["team", "text"]
    assert (await form.fill(team=garden, text="third")).text.startswith("Saved as #3")


@pytest.mark.parametrize("line", ["log", "breakthrough", "failed"])
async def test_a_word_that_nothing_followed_is_no_part_of_the_text(people: Everyone, line: str) -> None:
    """A moment from a form has no typed line to restore."""
    kept = await (await people.ana.types(line)).fill(text="It is this")
    assert "It was an aha" not in kept.text
    assert "Keep the word" not in kept.text


async def test_what_its_form_asked_stays_with_what_was_an_aha(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Parts added before the first word was corrected stay, as lines of the text."""
    kept = await people.ana.types("breakthrough or not, we ship on Friday")
    await (await kept.press("Add details")).fill(
        planned="A wizard", came_as="Their own\nspreadsheet", value="money\ntrust"
    )
    await kept.press("It was an aha")
    whole = (
        "breakthrough or not, we ship on Friday\nWe planned: A wizard\n"
        "What it turned out to be: Their own\nspreadsheet\n"
        "Value: money, trust"
    )
    await bot.tick()
    assert f"“{whole}”" in recorder.texts()[-1]
    assert "#1" in (await people.ben.types("find wizard")).text
    form = await people.ana.types("edit 1")
    assert form.form.fields[0].value == whole
    await form.fill(now_think="We ship")
    shown = (await people.ana.types("show 1")).text
    assert f"“{whole}”" in shown
    assert "Now we think" in shown


async def test_the_word_log_leaves_an_aha_s_shape(people: Everyone) -> None:
    """It stays an aha, so its parts stay where they were."""
    kept = await people.ana.types("log jam in the import")
    await (await kept.press("What changed?")).fill(used_to="It flows")
    await kept.press("Include the word “log”")
    shown = (await people.ana.types("show 1")).text
    assert "“log jam in the import”" in shown
    assert "We used to think\n“It flows”" in shown


async def test_the_rest_of_a_text_that_no_form_holds(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Its form has only the other parts, and the long text stays complete."""
    long = "wörter " * 600
    form = await (await people.ana.types(f"failed {long}")).press("Add details")
    assert "text" not in [field.name for field in form.form.fields]
    assert "stays as it is" in form.form.intro
    assert (await form.fill(happened="Nobody came")).text == "#1 updated. The card is in #lantern.\n[Edit]"
    assert "“Nobody came”" in (await people.ben.types("show 1")).text
    page = await (await people.ben.types("show 1")).press("Read more")
    read = words_of(page) + words_of(await page.press("Read more"))
    assert read.startswith(long.strip())
    await (await people.ana.types("edit 1")).fill(happened="")
    assert "Nobody came" not in (await people.ben.types("show 1")).text


async def test_a_part_that_no_form_holds_stays(people: Everyone) -> None:
    """A part too long for this form stays unchanged, and the other parts can be edited."""
    await people.ana.does(Failed("A cache", happened="much " * 700, taught="Little"))
    form = await people.ana.types("edit 1")
    assert "happened" not in [field.name for field in form.form.fields]
    await form.fill(text="A small cache", taught="")
    first, second = [(await people.ana.does(ReadOn("1.1", page))).text for page in "12"]
    assert "“A small cache”" in first
    assert "much much" in second
    assert "Little" not in (await people.ana.types("show 1")).text


async def test_i_was_there_is_answered(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The private reply says what one can do next. A press within the same second says the same."""
    await people.ana.types("breakthrough A template")
    await people.ben.types("failed A wizard")
    await people.ana.does(Link("1.1", "1", "2"))
    for private in ("", "1"):
        got = await people.mei.does(IWasThere("1.1", private))
        assert "Added you to #1." in got.text
        assert (await got.press("Add my version")).form.title == "Add my version"
        assert "How big a stretch" in (await got.press("How big a stretch was it?")).text
    assert "With Ana, Ben, Mei" in (await people.noor.does(IWasThere("1.1", "1"))).text
    assert (await people.noor.does(HighFive("1.1"))).answer is None


async def test_what_is_added_within_the_hour_is_no_edit(people: Everyone, clock: Clock) -> None:
    """Later changes are marked as *edited* on the card."""
    kept = await people.ana.types("failed A wizard")
    clock.forward(minutes=50)
    await (await kept.press("Add details")).fill(happened="Nobody got through")
    assert "edited" not in (await people.ben.types("show 1")).text
    clock.forward(minutes=20)
    await (await people.ana.types("edit 1")).fill(happened="Two got through")
    assert " · edited" in (await people.ben.types("show 1")).text


async def test_delete_stands_last(people: Everyone) -> None:
    """*Delete* comes after the more frequent buttons, for those who may use it."""
    for line in ("an aha of ours", "failed a wizard", "breakthrough a template"):
        await people.ana.types(line)
    for number in ("1", "2", "3"):
        assert (await people.ana.types(f"show {number}")).text.endswith("[Delete]")
    await (await people.ben.types("version 1")).fill(text="Mine")
    assert (await people.ben.types("show 1")).text.endswith("[Remove my version]")
