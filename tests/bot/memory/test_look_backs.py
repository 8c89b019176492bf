"""Tests of looking back at a moment after a month and a year, and of telling it again."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

from bot.memory.look_backs import QUESTION, DropLookBack, LookBackAt, TellAgain
from bot.moments.commands import AddVersion, Delete, Edit
from bot.runtime.bot import Bot
from storage.models import LookBack, LookBackKind, Table
from tests.support.databases import Clock
from tests.support.people import Everyone, Got
from tests.support.questions import press, rows, until
from tests.support.recorder import Recorder

BEGIN = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


async def month_passes(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Let Ana keep an aha that has its card, and a month and a recap pass."""
    await people.ana.types("log We sign tokens once, at the very edge of everything")
    await bot.tick()
    await until(bot, clock, BEGIN + timedelta(days=38))


async def test_its_card_asks_after_a_month(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The card is edited when the recap is planned. The look-back stands beside the first telling, dated."""
    await people.ana.types("log We sign tokens once, at the very edge of everything")
    await bot.tick()
    (card,) = (m for m, each in recorder.standing.items() if each.text.startswith("Aha #1"))
    await until(bot, clock, BEGIN + timedelta(days=26))
    assert QUESTION() not in recorder.standing[card].text
    await until(bot, clock, BEGIN + timedelta(days=40))
    assert QUESTION() in recorder.standing[card].text
    form = await press(people.ben, card, "Look back")
    assert form.form.intro == "We sign tokens once, at the very edge of everything"
    saved = await form.fill(text="We were afraid of the cache")
    assert saved.text.startswith("It's on #1 now, with today's date.")
    told = await people.ana.sees(card)
    assert "“We sign tokens once, at the very edge of everything”" in told
    assert "Looking back\n“We were afraid of the cache” — Ben · a month later, 25 April 2026" in told
    assert QUESTION() not in told


async def test_the_recap_asks_about_one_that_turned_a_month_old(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """One line quotes it, with a button."""
    await people.ana.types("log The silence was the answer")
    await until(bot, clock, BEGIN + timedelta(days=29))
    await people.ben.types("log so that there is a recap")
    await until(bot, clock, BEGIN + timedelta(days=33))
    recaps = {m: each for m, each in recorder.standing.items() if each.text.startswith("The week to")}
    message, recap = list(recaps.items())[-1]
    assert f"A month ago: “The silence was the answer” · #1 · Ana. {QUESTION()}" in recap.text
    assert (await press(people.mei, message, "Look back on #1")).form.title == "Look back on #1"


async def test_edited_removed_and_brought_back(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Undo of an edit brings the words from before back. Removed words are erased after a day."""
    await month_passes(people, bot, clock)
    first = await (await people.ben.does(LookBackAt("1.1"))).fill(text="Fear")
    form = await first.press("Edit")
    assert form.form.fields[0].value == "Fear"
    edited = await form.fill(text="Fear, and hurry")
    assert "“Fear, and hurry”" in (await people.mei.types("show 1")).text
    await edited.press("Undo")
    shown = (await people.mei.types("show 1")).text
    assert "“Fear”" in shown
    assert "a month later, 23 April 2026\n" in shown
    assert "[Remove my look back" not in shown
    gone = await (await people.ben.types("show 1")).press("Remove my look back (a month later)")
    assert "“Fear”" not in (await people.mei.types("show 1")).text
    assert "Fear" not in (await people.mei.types("find fear")).text
    await gone.press("Undo")
    assert "“Fear”" in (await people.mei.types("show 1")).text
    gone = await (await people.ben.types("show 1")).press("Remove my look back (a month later)")
    clock.forward(days=2)
    await bot.tick()
    assert [each.text for each in rows(bot, LookBack)] == [""]
    assert "so it's gone" in (await gone.press("Undo")).text


@pytest.mark.parametrize(
    ("days", "later"),
    [
        (31, "a month later"),
        (62, "2 months later"),
        (340, "11 months later"),
        (1827, "5 years later"),
    ],
)
async def test_a_look_back_says_how_much_later_it_was_said(
    people: Everyone, bot: Bot, clock: Clock, days: int, later: str
) -> None:
    """On the card and on the button that removes it. The card's question names no time."""
    await people.ana.types("log We sign tokens once")
    clock.now = BEGIN + timedelta(days=days)
    shown = (await people.ben.types("show 1")).text
    assert f"\n{QUESTION()}" in shown
    await (await people.ben.does(LookBackAt("1.1"))).fill(text="Fear")
    assert f"“Fear” — Ben · {later}, " in (await people.mei.types("show 1")).text
    assert f"[Remove my look back ({later})]" in (await people.ben.types("show 1")).text


async def test_a_year_later_it_is_asked_anew_and_both_stand(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Each with its own date. Search finds them, and so does the one who reads on."""
    await month_passes(people, bot, clock)
    await (await people.ben.does(LookBackAt("1.1"))).fill(text="Fear")
    clock.now = BEGIN + timedelta(days=366)
    assert QUESTION() in (await people.ben.types("show 1")).text
    await (await people.ben.does(LookBackAt("1.1"))).fill(text="Mostly luck")
    shown = (await people.mei.types("show 1")).text
    assert "“Fear” — Ben · a month later, 23 April 2026" in shown
    assert "“Mostly luck” — Ben · a year later, 17 March 2027" in shown
    assert "Aha #1" in (await people.mei.types("find luck")).text


async def test_told_again_without_seeing_the_first_telling(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The prompt says which moment it is: number, day, people, two words. The form shows no more than that."""
    await month_passes(people, bot, clock)
    await people.ben.does(AddVersion("1.1", "I only held the lamp"))
    assert "You weren't part of one that's a year old yet." in (await people.ben.types("memory again")).text
    clock.now = BEGIN + timedelta(days=366)
    asked = await people.ben.types("memory again")
    assert asked.text.startswith("Aha #1, Monday, 16 March 2026: Ana, Ben. It was about “tokens”.")
    form = await asked.press("Tell it again")
    said = f"{form.form.title} {form.form.intro} {form.form.fields}"
    assert "sign tokens once" not in said
    assert "held the lamp" not in said
    await form.fill(text="I thought it would fail")
    shown = (await people.mei.types("show 1")).text
    assert "“I only held the lamp” — Ben" in shown
    assert "“I thought it would fail” — Ben · told again, 17 March 2027" in shown
    assert (await people.ben.types("memory again")).text.endswith("You've told all of them again.")
    assert (await people.ben.does(TellAgain("9" * 30))).text.endswith("You've told all of them again.")


async def test_each_wrong_time_gets_one_clear_sentence(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Too early, not there, removed, without words, and too long, which loses nothing."""
    await people.ana.types("log Fresh")
    early = await people.ben.does(LookBackAt("1.1"))
    assert early.text == "It's too early to look back on #1. I'll ask on 16 April 2026."
    again = LookBackAt("1.1", LookBackKind.AGAIN)
    assert (await people.ana.does(again)).text == "You can tell #1 again from 16 March 2027."
    clock.now = BEGIN + timedelta(days=366)
    absent = await people.mei.does(again)
    assert absent.text == "Only people who were there can tell #1 again, but you can look back on it."
    form = await (await people.mei.does(LookBackAt("1.1"))).fill(text="long " * 300)
    assert form.form.errors["text"] == "Up to 1,000 characters, please. This has 1,499."
    assert form.form.fields[0].value.startswith("long long")
    await people.ana.does(Delete("1"))
    assert (await people.mei.does(LookBackAt("1.1"))).text == "#1 was deleted."


async def test_29_february_is_a_year_old_on_1_march(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The sentence says so before."""
    clock.now = datetime(2028, 2, 29, 9, tzinfo=UTC)
    await people.ana.types("log A leap")
    clock.now = datetime(2029, 2, 28, 9, tzinfo=UTC)
    early = await people.ana.does(LookBackAt("1.1", LookBackKind.AGAIN))
    assert early.text == "You can tell #1 again from 1 March 2029."
    clock.forward(days=1)
    assert "Aha #1, Tuesday, 29 February 2028: Ana." in (await people.ana.does(TellAgain())).text


async def test_an_edited_first_telling_and_a_changed_kind_keep_it(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """The look-back belongs to the moment, whatever its words or its kind are now."""
    await month_passes(people, bot, clock)
    await (await people.ben.does(LookBackAt("1.1"))).fill(text="Fear")
    await people.ana.does(Edit("1.1", "Another wording"))
    await people.ana.types("breakthrough 1")
    shown = (await people.mei.types("show 1")).text
    assert "“Another wording”" in shown
    assert "“Fear”" in shown


async def looks_back(people: Everyone, clock: Clock, text: str) -> Got:
    """Let Ben look back at a moment of a year ago, and return the answer."""
    clock.now = BEGIN
    await people.ana.types("log We sign tokens once, at the very edge of everything")
    clock.now = BEGIN + timedelta(days=400)
    return await (await people.ben.does(LookBackAt("1.1"))).fill(text=text)


async def edits(saved: Got, text: str) -> Got:
    """Press Edit and send the form with other words."""
    return await (await saved.press("Edit")).fill(text=text)


async def told(people: Everyone) -> str:
    """Return what others see of the moment."""
    return (await people.mei.types("show 1")).text


@pytest.mark.parametrize("gone", ["the look-back", "the moment"])
async def test_removed_words_are_nowhere_after_a_day(
    people: Everyone, bot: Bot, clock: Clock, gone: str
) -> None:
    """Neither those that stood last, nor those from before an edit. An old Undo brings nothing back."""
    saved = await looks_back(people, clock, "Tom was drunk")
    edited = await edits(saved, "We were tired")
    await people.ben.does(DropLookBack("1.1", "year")) if gone == "the look-back" else await people.ana.does(
        Delete("1.1")
    )
    clock.forward(days=1, minutes=1)
    await bot.tick()
    assert "drunk" not in await bot.database.read(every_row)
    assert "We were tired" not in await bot.database.read(every_row)
    await edited.press("Undo")
    assert "drunk" not in await told(people)


async def test_words_from_before_an_edit_are_kept_for_a_day(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Then Undo says that they're gone, and the present ones stay."""
    edited = await edits(await looks_back(people, clock, "Tom was drunk"), "We were tired")
    clock.forward(days=1, minutes=1)
    assert (await edited.press("Undo")).text == (
        "You edited that more than a day ago, so it's too late to undo."
    )
    await bot.tick()
    assert "drunk" not in await bot.database.read(every_row)
    assert "“We were tired”" in await told(people)


async def test_words_that_waited_for_a_yes_go_too(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A look-back that was first asked about in the direct messages is erased there as well."""
    await looks_back(people, clock, "Fear")
    await people.ben.does(DropLookBack("1.1", "year"))
    direct = {"channel": "D-ben", "direct": True, "channel_name": ""}
    asked = await people.ben.does(LookBackAt("1.1", "", "Tom was drunk"), **direct)
    await asked.press("Post it")
    assert "drunk" in await told(people)
    await people.ben.does(DropLookBack("1.1", "year"))
    clock.forward(days=1, minutes=1)
    await bot.tick()
    assert "drunk" not in await bot.database.read(every_row)


async def test_an_edit_that_changes_nothing(people: Everyone, clock: Clock) -> None:
    """It's no edit, so there's nothing to undo."""
    same = await edits(await looks_back(people, clock, "Fear"), "Fear")
    assert same.text == "Nothing changed on #1.\n[Edit]"
    assert "edited" not in await told(people)


async def test_a_form_sent_twice_has_the_same_undo(people: Everyone, clock: Clock) -> None:
    """It brings back what the edit replaced, and says so when that happened already."""
    form = await (await looks_back(people, clock, "Fear")).press("Edit")
    first, second = await form.fill(text="Hurry"), await form.fill(text="Hurry")
    assert first.text == second.text
    undone = await second.press("Undo")
    assert undone.text == "Undone. #1 has your earlier words again.\n[Edit]"
    assert "“Fear” — Ben · a year later, 20 April 2027\n" in await told(people)
    assert (await first.press("Undo")).text == "You've edited that since, so it stays as it is."
    third = await form.fill(text="Hurry")
    assert third.text == "You undid that, so #1 has your earlier words.\n[Edit]"
    assert "“Fear”" in await told(people)


async def test_an_old_undo_changes_nothing(people: Everyone, clock: Clock) -> None:
    """Each belongs to its own edit."""
    second = await edits(await looks_back(people, clock, "One"), "Two")
    third = await edits(second, "Three")
    assert (await second.press("Undo")).text == ("You've edited that since, so it stays as it is.")
    assert "“Three”" in await told(people)
    await people.ben.does(DropLookBack("1.1", "year"))
    assert (await third.press("Undo")).text == (
        "You removed that from #1. You can bring it back until tomorrow.\n[Bring back]"
    )
    assert "“Two”" not in await told(people)


async def test_a_first_save_is_undone_and_sent_again(people: Everyone, clock: Clock) -> None:
    """The answer says that it's removed, with a way back. A day later it's gone."""
    clock.now = BEGIN
    await people.ana.types("log We sign tokens once")
    clock.now = BEGIN + timedelta(days=400)
    form = await people.ben.does(LookBackAt("1.1"))
    await (await form.fill(text="Fear")).press("Undo")
    again = await form.fill(text="Fear")
    assert again.text == ("You removed that from #1. You can bring it back until tomorrow.\n[Bring back]")
    assert "“Fear”" not in await told(people)
    await again.press("Bring back")
    assert "“Fear”" in await told(people)
    await people.ben.does(DropLookBack("1.1", "year"))
    clock.forward(hours=23)
    await people.ben.does(DropLookBack("1.1", "year"))
    clock.forward(hours=1, minutes=1)
    gone = "You removed that more than a day ago, so it's gone."
    assert (await again.press("Bring back")).text == gone
    assert (await form.fill(text="Fear")).text.startswith(gone)


async def test_two_open_forms(people: Everyone, clock: Clock) -> None:
    """The second one doesn't overwrite the first without a word. Its text is handed back."""
    saved = await looks_back(people, clock, "One")
    phone, desktop = await saved.press("Edit"), await saved.press("Edit")
    await phone.fill(text="From the phone")
    refused = await desktop.fill(text="From the desktop")
    assert refused.text.startswith(
        "You've edited this since you opened that form. Open it again to edit it once more."
    )
    assert "From the desktop" in refused.text
    assert "“From the phone”" in await told(people)


def every_row(session: Session) -> str:
    """Return all rows of all tables as text."""
    tables = Table.metadata.sorted_tables
    return "\n".join(str(row) for table in tables for row in session.execute(select(table)))


async def test_the_label_says_when_it_was_written(people: Everyone, clock: Clock) -> None:
    """One of a month that is written after a year is a year's. One that was a month's stays that."""
    await people.ana.types("log We sign tokens once")
    clock.now = BEGIN + timedelta(days=40)
    await (await people.ben.does(LookBackAt("1.1"))).fill(text="Fear")
    form = await people.mei.does(LookBackAt("1.1"))
    clock.now = BEGIN + timedelta(days=400)
    await form.fill(text="Luck")
    await (await people.ben.does(LookBackAt("1.1", "month"))).fill(text="Some fear")
    shown = await told(people)
    assert "“Luck” — Mei · a year later, 20 April 2027" in shown
    assert "“Some fear” — Ben · a month later, 25 April 2026, edited" in shown
