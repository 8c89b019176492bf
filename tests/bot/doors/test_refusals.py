"""Tests of a no: what we declined and why, on its card and in the recap."""

from datetime import UTC, datetime

from bot.moments.commands import AddVersion, Edit, HighFive
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder

FRIDAY = datetime(2026, 3, 20, 16, 5, tzinfo=UTC)


def recap(recorder: Recorder) -> str:
    """Return the text of the one posted recap."""
    (found,) = (one.text for one in recorder.standing.values() if one.text.startswith("The week to"))
    return found


async def test_a_no_is_kept_at_once_and_asked_for_its_reason(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    got = await people.ana.types("no A wizard of six pages")
    assert got.text == (
        "Saved as #1 in #lantern. It'll be in the next recap, under “What we said no to”.\n"
        "[Undo] [Edit] [Say why] [It was an aha]"
    )
    done = await (await got.press("Say why")).fill(why="Nobody finishes page two")
    assert done.text == "#1 updated. The card is in #lantern.\n[Edit]"
    await bot.tick()
    card = recorder.last()[1].text
    assert card.startswith(
        "Declined #1\n“A wizard of six pages”\n\nWhy we said no\n“Nobody finishes page two”\nAna · "
    )
    assert "[High-five] [I was there] [Add my version]" in card
    assert "How far out" not in card
    assert "possible now" not in card


async def test_while_the_recap_is_off_it_is_listed_on_request(people: Everyone) -> None:
    """No recap comes by itself, so none is promised."""
    form = await (await people.ana.types("schedule")).press("Recap schedule")
    await form.fill(state="off")
    got = await people.ana.types("no A wizard of six pages")
    assert got.text.startswith("Saved as #1 in #lantern. To see it in a recap, type /aha recap.")


async def test_no_alone_opens_the_form(people: Everyone) -> None:
    form = (await people.ana.types("no")).form
    assert [(one.label, one.required) for one in form.fields] == [
        ("What did we say no to?", True),
        ("Why we said no", False),
    ]
    got = await (await people.ana.types("no")).fill(text="A second app", why="One is enough to keep up")
    assert got.text.startswith("Saved as #1 in #lantern.")
    assert "[Say why]" not in got.text


async def test_no_in_an_ordinary_sentence_can_become_an_aha(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    got = await people.ana.types("no idea why it failed")
    aha = await got.press("It was an aha")
    assert aha.text.startswith("#1 is an aha now, with every word you typed. The card is in #lantern.")
    await bot.tick()
    assert recorder.last()[1].text.startswith("Aha #1\n“no idea why it failed”")


async def test_no_and_a_number_asks_what_was_meant(people: Everyone) -> None:
    await people.ana.types("Tokens are signed once")
    got = await people.ana.types("no 1")
    assert "Did you mean /aha show 1?" in got.text


async def test_a_no_is_found_high_fived_versioned_changed_and_removed(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    await people.ana.types("no A wizard of six pages")
    assert "Declined #1 · Ana" in (await people.ben.types("find wizard")).text
    await people.ben.does(HighFive("1.1"))
    await people.ben.does(AddVersion("1.1", "I'd have liked it, with two pages"))
    await people.ana.does(Edit("1.1", "A wizard of ten pages"))
    await bot.tick()
    card = recorder.last()[1].text
    assert "“A wizard of ten pages”" in card
    assert "[High-five (1)]" in card
    gone = await people.ana.types("delete 1")
    await bot.tick()
    assert recorder.last()[1].text == "Declined #1 was deleted."
    assert (await gone.press("Undo")).text.startswith("#1 is back. The card is in #lantern.")
    assert "#1" in (await people.ben.types("find wizard")).text


async def test_the_recap_tells_the_doors_left_closed(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Under a title of their own, with their reasons, and neither counted nor among the moments."""
    await people.ana.types("Tokens are signed once")
    got = await people.ben.types("no A wizard of six pages")
    await (await got.press("Say why")).fill(why="Nobody finishes page two")
    clock.now = FRIDAY
    await bot.tick()
    told = recap(recorder)
    assert "What we said no to\n• “A wizard of six pages\n→ Nobody finishes page two” — #2 · Ben" in told, (
        told
    )
    assert told.count("wizard") == 1
    assert "One person took part." in told
    await people.ben.does(Edit("1.2", "A wizard of ten pages"))
    await bot.tick()
    assert "A wizard of ten pages" in recap(recorder)
    gone = await people.ben.types("delete 2")
    await bot.tick()
    assert "Doors" not in recap(recorder)
    await gone.press("Undo")
    await bot.tick()
    assert "What we said no to" in recap(recorder)


async def test_a_posted_recap_gets_no_newer_no(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Five in the week are three and two more, and stay that."""
    for number in range(5):
        await people.ana.types(f"no Page number {number}")
    clock.now = FRIDAY
    await bot.tick()
    told = recap(recorder)
    assert [f"number {each}" in told for each in range(5)] == [False, False, True, True, True]
    assert "2 more." in told
    clock.forward(days=1)
    await people.ana.types("no Page number 5")
    await people.ana.types("delete 3")
    await bot.tick()
    assert "number 2" not in recap(recorder)
    assert "number 5" not in recap(recorder)
    assert "2 more." in recap(recorder)


async def test_a_week_of_one_no_has_a_recap(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    await people.ana.types("no A second app")
    clock.now = FRIDAY
    await bot.tick()
    assert "What we said no to" in recap(recorder)
    assert not [one for one in recorder.standing.values() if one.post.picture], "the picture counts nothing"
    await people.ana.types("delete 1")
    await bot.tick()
    assert recap(recorder) == "The week to 20 March\nEverything in here was deleted."


async def test_a_direct_message_is_asked_about_first(people: Everyone, recorder: Recorder, bot: Bot) -> None:
    await people.ana.types("Tokens are signed once")
    got = await people.ana.types("no A second app", channel="dm-ana", direct=True, private=True)
    assert got.text.startswith("Post it in #lantern?")
    await bot.tick()
    assert not [text for text in recorder.texts() if "second app" in text]
    assert (await got.press("Post it")).text.startswith("Saved as #2 in #lantern.")


async def test_a_redelivery_saves_it_once(people: Everyone) -> None:
    first = await people.ana.types("no A second app", event="twice")
    again = await people.ana.types("no A second app", event="twice")
    assert again.text == first.text
