"""Tests of looking back at a moment after a month and a year, and of telling it again."""

from datetime import UTC, datetime, timedelta

from bot.memory.look_backs import QUESTION, LookBackAt, TellAgain
from bot.moments.commands import AddVersion, Delete, Edit
from bot.runtime.bot import Bot
from storage.models import LookBack, LookBackKind
from tests.support.databases import Clock
from tests.support.people import Everyone
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
    assert QUESTION not in recorder.standing[card].text
    await until(bot, clock, BEGIN + timedelta(days=40))
    assert f"A month later: {QUESTION}" in recorder.standing[card].text
    form = await press(people.ben, card, "Look back")
    assert form.form.intro == "We sign tokens once, at the very edge of everything"
    saved = await form.fill(text="We were afraid of the cache")
    assert saved.text.startswith("It's beside the first telling of #1 in #lantern, with today's date.")
    told = await people.ana.sees(card)
    assert "“We sign tokens once, at the very edge of everything”" in told
    assert "Looking back\n“We were afraid of the cache” — Ben · a month later, 25 April 2026" in told
    assert QUESTION not in told


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
    assert f"A month ago: “The silence was the answer” · #1 · Ana. {QUESTION}" in recap.text
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
    assert "a month later, 23 April 2026, edited" in shown
    assert "[Remove what" not in shown
    gone = await (await people.ben.types("show 1")).press("Remove what I said a month later")
    assert "“Fear”" not in (await people.mei.types("show 1")).text
    assert "Fear" not in (await people.mei.types("find fear")).text
    await gone.press("Undo")
    assert "“Fear”" in (await people.mei.types("show 1")).text
    gone = await (await people.ben.types("show 1")).press("Remove what I said a month later")
    clock.forward(days=2)
    await bot.tick()
    assert [each.text for each in rows(bot, LookBack)] == [""]
    assert "has no such look back of yours" in (await gone.press("Undo")).text


async def test_a_year_later_it_is_asked_anew_and_both_stand(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Each with its own date. Search finds them, and so does the one who reads on."""
    await month_passes(people, bot, clock)
    await (await people.ben.does(LookBackAt("1.1"))).fill(text="Fear")
    clock.now = BEGIN + timedelta(days=366)
    assert f"A year later: {QUESTION}" in (await people.ben.types("show 1")).text
    await (await people.ben.does(LookBackAt("1.1"))).fill(text="Mostly luck")
    shown = (await people.mei.types("show 1")).text
    assert "“Fear” — Ben · a month later, 23 April 2026" in shown
    assert "“Mostly luck” — Ben · a year later, 17 March 2027" in shown
    assert "Aha #1" in (await people.mei.types("find luck")).text


async def test_told_again_without_seeing_the_first_telling(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The prompt says which moment it is: number, day, people, two words. The form shows no more than that."""
    await month_passes(people, bot, clock)
    await people.ben.does(AddVersion("1.1", "I only held the lamp"))
    assert "There's none that old yet." in (await people.ben.types("memory again")).text
    clock.now = BEGIN + timedelta(days=366)
    asked = await people.ben.types("memory again")
    assert asked.text.startswith(
        "Aha #1, Monday, 16 March 2026: Ana, Ben. It had to do with “everything” and “tokens”."
    )
    form = await asked.press("Tell it again")
    said = f"{form.form.title} {form.form.intro} {form.form.fields}"
    assert "sign tokens once" not in said
    assert "held the lamp" not in said
    await form.fill(text="I thought it would fail")
    shown = (await people.mei.types("show 1")).text
    assert "“I only held the lamp” — Ben" in shown
    assert "“I thought it would fail” — Ben · told again, 17 March 2027" in shown
    assert "[Tell it again]" not in (await people.ben.types("memory again")).text


async def test_each_wrong_time_gets_one_clear_sentence(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Too early, not there, removed, without words, and too long, which loses nothing."""
    await people.ana.types("log Fresh")
    early = await people.ben.does(LookBackAt("1.1"))
    assert early.text == "It's early to look back on #1. I'll ask on 16 April 2026."
    again = LookBackAt("1.1", LookBackKind.AGAIN)
    assert (await people.ana.does(again)).text == "#1 can be told again from 16 March 2027."
    clock.now = BEGIN + timedelta(days=366)
    absent = await people.mei.does(again)
    assert absent.text == "Only people who were there tell #1 again. You can look back on it."
    form = await (await people.mei.does(LookBackAt("1.1"))).fill(text="long " * 300)
    assert form.form.errors["text"] == "This holds 1,000 characters, and yours has 1,499. Please shorten it."
    assert form.form.fields[0].value.startswith("long long")
    await people.ana.does(Delete("1"))
    assert (await people.mei.does(LookBackAt("1.1"))).text == "#1 was removed."


async def test_29_february_is_a_year_old_on_1_march(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The sentence says so before."""
    clock.now = datetime(2028, 2, 29, 9, tzinfo=UTC)
    await people.ana.types("log A leap")
    clock.now = datetime(2029, 2, 28, 9, tzinfo=UTC)
    early = await people.ana.does(LookBackAt("1.1", LookBackKind.AGAIN))
    assert early.text == "#1 can be told again from 1 March 2029."
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
