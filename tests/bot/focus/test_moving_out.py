"""Tests of what a team moves out of: a day for each line, and what it's asked on that day."""

from datetime import UTC, date, datetime

import pytest

from bot.core.language.words import speaking
from bot.focus.own_days import read_own_day
from bot.runtime.bot import Bot
from storage.models import FocusItem
from tests.support.databases import Clock
from tests.support.people import Everyone, Got
from tests.support.questions import press, rows, until
from tests.support.recorder import Recorder

MONDAY = date(2026, 3, 16)


async def lists_step(people: Everyone) -> Got:
    """Begin a check, and return the form of its two lists."""
    begun = await (await people.ana.types("focus check")).fill(went="To custom reports")
    return await begun.press("Continue")


async def move_out(people: Everyone, recorder: Recorder, out: str, by_on: str = "2026-04-10") -> str:
    """Make a check with these lines to move out of, and return the message of its card."""
    await (await lists_step(people)).fill(out=out, by_on=by_on)
    await people.ana.bot.tick()
    return recorder.last()[0]


@pytest.mark.parametrize(
    ("line", "text", "day"),
    [
        ("Weekly report, by 12 April", "Weekly report", date(2026, 4, 12)),
        ("Fairs – by 2026-05-01", "Fairs", date(2026, 5, 1)),
        ("Fairs (by April 3rd, 2027)", "Fairs", date(2027, 4, 3)),
        ("Fairs by the 3rd of June", "Fairs", date(2026, 6, 3)),
        ("Fairs, until end of April", "Fairs", date(2026, 4, 30)),
        ("Fairs, by Friday", "Fairs", date(2026, 3, 20)),
        ("Fairs by ۱۲ April.", "Fairs", date(2026, 4, 12)),
        ("Calls, by 12 April, by 13 April", "Calls, by 12 April", date(2026, 4, 13)),
        ("Letters, by hand", "Letters, by hand", None),
        ("Raise prices by 20", "Raise prices by 20", None),
        ("Go-by 12 April", "Go-by 12 April", None),
        ("by 12 April", "by 12 April", None),
    ],
)
def test_a_day_is_read_off_the_end_of_a_line(line: str, text: str, day: date | None) -> None:
    """What means no day stays among the words."""
    assert read_own_day(line, MONDAY) == (text, day, "")


def test_a_day_has_the_words_of_its_language_before_it() -> None:
    """The English ones are read in every language."""
    day = date(2026, 4, 10)
    with speaking("de"):
        assert read_own_day("Messen, bis zum 2026-04-10", MONDAY) == ("Messen", day, "")
        assert read_own_day("Messen bis 2026-04-10", MONDAY) == ("Messen", day, "")
        assert read_own_day("Messen, by 2026-04-10", MONDAY) == ("Messen", day, "")
    assert read_own_day("Messen, bis 2026-04-10", MONDAY).day is None


def test_a_day_without_a_year_is_the_near_one() -> None:
    """In November, 12 March is the next one. A few days after 12 March, it's over."""
    assert read_own_day("Fairs, by 12 March", date(2026, 11, 30)).day == date(2027, 3, 12)
    assert "is in the past" in read_own_day("Fairs, by 12 March", MONDAY).error
    assert read_own_day("Fairs, by 29 February 2028", MONDAY).day == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("Fairs, by 31 April", "“Fairs, by 31 April”: There's no 31 April 2026: that month has 30 days."),
        ("Fairs by 12/04", "I can't read the day in “Fairs by 12/04”."),
        ("Fairs, by next week", "I can't read the day in “Fairs, by next week”."),
        ("Fairs, by May", "I can't read the day in “Fairs, by May”."),
        ("Fairs, by 12 March", "“Fairs”: 12 March 2026 is in the past. Choose today or a later day."),
        ("Fairs, by 12 March 2036", "“Fairs”: That's more than three years away."),
    ],
)
async def test_a_day_that_cannot_be_read_loses_nothing(
    people: Everyone, bot: Bot, line: str, error: str
) -> None:
    """One sentence names the line, and what was typed stays in the form."""
    again = await (await lists_step(people)).fill(works="Visits", out=f"Reports\n{line}")
    assert again.form.errors["out"].startswith(error)
    assert {one.name: one.value for one in again.form.fields}["out"] == f"Reports\n{line}"
    assert rows(bot, FocusItem) == []


async def test_each_line_may_have_its_own_day(people: Everyone, recorder: Recorder) -> None:
    """Those without one share a day, which is only asked for if there are any."""
    card = await move_out(people, recorder, "- Fairs\n– Weekly report, by 27 March\n• Fax, by 2027-01-05")
    shown = await people.ana.sees(card)
    assert (
        "• “Weekly report” — Stop by 27 March\n• “Fairs” — Stop by 10 April\n• “Fax” — Stop by 5 January 2027"
    ) in shown
    added = await (await press(people.ben, card, "Add lines")).fill(
        text="Post, by 1 June", name="out", by_on=""
    )
    assert added.text.startswith("One line added to the focus check")
    assert "“Post” — Stop by 1 June" in await people.ana.sees(card)
    edit = await (await press(people.ben, card, "Edit")).press("Edit")
    assert edit.form.title == "Edit"


async def test_on_its_day_the_card_asks(people: Everyone, bot: Bot, clock: Clock, recorder: Recorder) -> None:
    """Beside the line, with one form for all three answers, and without a new post."""
    card = await move_out(people, recorder, "Fairs\nReport, by 18 March\nFax, by 18 March\nPost, by 18 March")
    posts = len(recorder.standing)
    assert "[Have we stopped?]" not in await people.ana.sees(card)
    await until(bot, clock, clock.now.replace(day=18, hour=0, minute=0))
    shown = recorder.standing[card].text
    assert shown.count("— Due 18 March: have we stopped? [Have we stopped?]") == 3
    assert "“Fairs” — Stop by 10 April\n" in shown
    form = await press(people.ben, card, "Have we stopped?")
    assert (form.form.title, form.form.intro) == ("Have we stopped?", "Report")
    assert (await form.fill(answer="")).form.errors == {"answer": "Choose one of these."}
    again = await form.fill(answer="later", by_on="2026-03-17")
    assert again.form.errors == {"by_on": "17 March 2026 is in the past. Choose today or a later day."}
    done = await form.fill(answer="out")
    assert done.text == "“Report”: we've stopped. The card is in #lantern.\n[Undo]"
    kept = await (await press(people.ben, card, "Have we stopped?")).fill(answer="keep")
    assert kept.text == "“Fax”: we'll keep doing it. The card is in #lantern.\n[Undo]"
    later = await (await press(people.ben, card, "Have we stopped?")).fill(answer="later", by_on="2027-03-20")
    assert later.text == "“Post”: not yet, but by 20 March 2027. The card is in #lantern.\n[Undo]"
    assert (
        "• “Fairs” — Stop by 10 April\n• “Post” — Stop by 20 March 2027\n"
        "• “Report” — ✓ We've stopped\n• “Fax” — We'll keep doing it"
    ) in await people.ana.sees(card)
    assert (await later.press("Undo")).text == "“Post” is open again."
    await kept.press("Undo")
    shown = await people.ana.sees(card)
    assert "“Fax” — Due 18 March: have we stopped?" in shown
    assert "“Post” — Due 18 March: have we stopped?" in shown
    assert len(recorder.standing) == posts


async def test_a_new_day_asks_again(people: Everyone, bot: Bot, clock: Clock, recorder: Recorder) -> None:
    """The card is refreshed on it, too."""
    card = await move_out(people, recorder, "Fairs, by 17 March")
    await until(bot, clock, clock.now.replace(day=17))
    await (await press(people.ben, card, "Have we stopped?")).fill(answer="later", by_on="2026-03-20")
    await until(bot, clock, clock.now.replace(day=19))
    assert "Stop by 20 March" in recorder.standing[card].text
    await until(bot, clock, clock.now.replace(day=20, hour=1))
    assert "Due 20 March: have we stopped?" in recorder.standing[card].text


def recap(recorder: Recorder) -> tuple[str, str]:
    """Return the message and the text of the newest recap."""
    return [(message, one.text) for message, one in recorder.standing.items() if "The week to" in one.text][
        -1
    ]


async def friday(bot: Bot, clock: Clock, month: int, day: int) -> None:
    """Let a Friday's recap come."""
    clock.now = datetime(2026, month, day, 16, 30, tzinfo=UTC)
    await bot.tick()


async def test_the_recap_of_its_week_has_a_line(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """Once. What was answered stands in it, and the button goes."""
    await move_out(people, recorder, "Fairs, by 18 March\nFax, by 20 March\nPost, by 21 March")
    await people.ana.types("An aha of ours")
    await friday(bot, clock, 3, 20)
    message, text = recap(recorder)
    assert "What we wanted to stop: “Fairs” (by 18 March) · “Fax” (by 20 March)" in text
    due = await press(people.ben, message, "Have we stopped?")
    assert due.text == (
        "Have we stopped?\n"
        "• “Fairs” — Due 18 March: have we stopped? [Have we stopped?]\n"
        "• “Fax” — Due 20 March: have we stopped? [Have we stopped?]"
    )
    await (await due.press("Have we stopped?")).fill(answer="keep")
    await (await press(people.ben, message, "Have we stopped?")).fill(answer="later", by_on="2026-05-03")
    await bot.tick()
    text = recorder.standing[message].text
    assert "What we wanted to stop: “Fairs” (we'll keep it) · “Fax” (now by 3 May)" in text
    assert "[Have we stopped?]" not in text
    assert (await due.press("Have we stopped?")).form.intro == "Fairs"
    await people.ana.types("another aha")
    await friday(bot, clock, 3, 27)
    assert "What we wanted to stop: “Post” (by 21 March)" in recap(recorder)[1]
    await people.ana.types("a third aha")
    await friday(bot, clock, 4, 3)
    assert "What we wanted to stop" not in recap(recorder)[1]


async def test_a_week_without_a_recap_loses_no_line(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """The next one that is posted has it. Removed lines and checks taken back are in none."""
    card = await move_out(people, recorder, "Fairs, by 25 March")
    await people.ana.types("An aha of ours")
    await friday(bot, clock, 3, 20)
    await friday(bot, clock, 3, 27)
    await people.ana.types("another aha")
    await friday(bot, clock, 4, 3)
    message, text = recap(recorder)
    assert "What we wanted to stop: “Fairs” (by 25 March)" in text
    await press(people.ana, card, "Delete")
    await people.ana.types("delete 1")
    assert "What we wanted to stop" not in await people.ana.sees(message)
    assert "What we wanted to stop" not in (await people.ben.types("recap")).text
