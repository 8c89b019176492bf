"""Tests of shiny things: parked until a day, asked about once, and then decided."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.core.messages import FieldKind
from bot.doors.commands import KeepParked, LetShinyGo, MakeGoal, UndoParked
from bot.goals.commands import RemoveGoal
from bot.moments.commands import ItWasAnAha
from bot.runtime.bot import Bot
from bot.schedules.pause import PausePosts
from storage.models import Moment, Parked
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder

START = datetime(2026, 3, 16, 10, 0, tzinfo=UTC)
"""A Monday, at ten in Lisbon."""
DUE = datetime(2026, 4, 13, 9, 0, tzinfo=UTC)
"""Four weeks later, at ten in Lisbon, where the clocks have changed."""
RECAP = datetime(2026, 4, 17, 15, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday(clock: Clock) -> None:
    """Begin on a Monday morning."""
    clock.now = START


def card(recorder: Recorder, words: str) -> str:
    """Return the text of the card with these words."""
    (found,) = (
        one.text for one in recorder.standing.values() if words in one.text and "The week" not in one.text
    )
    return found


async def park(people: Everyone, bot: Bot) -> None:
    """Let Ana park a shiny thing for four weeks."""
    got = await people.ana.types("shiny An app for watches")
    assert got.text == (
        "Saved as #1 in #lantern. It's parked until 13 April. Then I'll ask about it once.\n"
        "[Undo] [Edit] [Change the date] [It was an aha]"
    )
    await bot.tick()


async def test_it_rests_and_is_asked_about_once(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    await park(people, bot)
    assert card(recorder, "watches").startswith(
        "Shiny idea #1\n“An app for watches”\nParked until 13 April\nAna"
    )
    assert "[High-five] [Add my version]" in card(recorder, "watches")
    posted = len(recorder.standing)
    clock.now = DUE - timedelta(minutes=1)
    await bot.tick()
    assert "Parked until 13 April" in card(recorder, "watches")
    clock.now = DUE
    await bot.tick()
    asked = card(recorder, "watches")
    assert "Parked until 13 April. Still tempting?" in asked
    assert "[Keep it parked] [Make it a goal] [Drop it] [High-five]\n[Add my version]" in asked
    assert not [
        one for one in list(recorder.standing.values())[posted:] if "watches" in one.text and one.place.person
    ]
    clock.now = RECAP
    await bot.tick()
    told = [text for text in recorder.texts() if text.startswith("The week to 17 April")]
    assert told == [], "one line is no recap by itself"


async def test_one_line_of_the_recap_names_it(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The line goes when somebody decided."""
    await park(people, bot)
    clock.now = DUE
    await bot.tick()
    await people.ben.types("Tokens are signed once")
    clock.now = RECAP
    await bot.tick()

    def recap() -> str:
        (found,) = (text for text in recorder.texts() if text.startswith("The week to 17 April"))
        return found

    line = "Parked until now: “An app for watches” (#1). Still tempting? You can decide on its card."
    assert line in recap()
    got = await people.ben.does(LetShinyGo("1.1"))
    assert got.text == "Dropped #1.\n[Undo]"
    await bot.tick()
    assert "watches" not in recap()
    assert "Ben dropped it on 17 April" in card(recorder, "watches")
    assert (await got.press("Undo")).text == "Undone. I'm asking about #1 again."
    await bot.tick()
    assert line in recap()
    assert "Still tempting?" in card(recorder, "watches")


async def test_it_is_kept_parked_and_asked_about_again(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    await park(people, bot)
    clock.now = DUE
    await bot.tick()
    asked = await people.ben.does(KeepParked("1.1"))
    assert [(one.name, one.kind) for one in asked.form.fields] == [
        ("rest", FieldKind.CHOICE),
        ("until", FieldKind.DATE),
    ]
    kept = await asked.fill(rest="7")
    assert kept.text == "#1 is parked until 20 April.\n[Undo]"
    await bot.tick()
    assert "Parked until 20 April" in card(recorder, "watches")
    assert (await kept.press("Undo")).text == "Undone. I'm asking about #1 again."
    await asked.fill(rest="7", until="2026-4-21")
    clock.forward(days=8)
    await bot.tick()
    assert "Parked until 21 April. Still tempting?" in card(recorder, "watches")


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2026-03-16", "That's today. Pick tomorrow or a later day."),
        ("today", "That's today. Pick tomorrow or a later day."),
        ("2020-01-01", "That day is over. Pick tomorrow or a later day."),
        ("next spring", "Write the day like 2026-03-20."),
        ("2026-02-30", "There's no 30 February 2026: that month has 28 days. Choose another day."),
        ("9999-12-31", "That's more than five years away. Pick an earlier day."),
    ],
)
async def test_a_day_that_cannot_be_taken_loses_nothing(people: Everyone, until: str, said: str) -> None:
    form = await people.ana.types("shiny")
    got = await form.fill(text="An app for watches", rest="14", until=until)
    assert got.form.errors == {"until": said}
    shown = {one.name: one.value for one in got.form.fields}
    assert (shown["text"], shown["rest"], shown["until"]) == ("An app for watches", "14", until)
    again = await got.fill(until="17 March")
    assert "It's parked until 17 March" in again.text


async def test_a_weekend_and_a_pause_wait(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Parked until a Saturday and paused until the Wednesday after it: Thursday is the day."""
    form = await people.ana.types("shiny")
    await form.fill(text="An app for watches", until="2026-03-21")
    clock.now = datetime(2026, 3, 21, 12, tzinfo=UTC)
    await bot.tick()
    assert "Parked until 21 March" in card(recorder, "watches")
    clock.now = datetime(2026, 3, 23, 9, 30, tzinfo=UTC)
    await people.ana.does(PausePosts())
    for hours in range(0, 24 * 7, 6):
        clock.now = datetime(2026, 3, 23, 10, tzinfo=UTC) + timedelta(hours=hours)
        await bot.tick()
        assert "Parked until 21 March" in card(recorder, "watches")
    clock.now = datetime(2026, 3, 30, 10, tzinfo=UTC)
    await bot.tick()
    assert "Still tempting?" in card(recorder, "watches")


async def test_a_removed_one_is_not_asked_about(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """One that comes back is asked about on the next morning. The words of the other are erased."""
    await park(people, bot)
    clock.now = DUE - timedelta(hours=1)
    gone = await people.ana.types("delete 1")
    clock.now = DUE
    await bot.tick()
    assert "Shiny idea #1 was deleted." in recorder.texts()
    await gone.press("Undo")
    await bot.tick()
    assert "Parked until" in card(recorder, "watches")
    clock.forward(days=1)
    await bot.tick()
    assert "Still tempting?" in card(recorder, "watches")
    await people.ana.types("delete 1")
    clock.forward(days=2)
    await bot.tick()
    assert await bot.database.read(lambda session: list(session.exec(select(Parked)).all())) == []


async def test_only_who_decided_takes_it_back_and_within_a_day(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    await park(people, bot)
    assert (await people.ben.does(UndoParked("1.1"))).text == "There's nothing to undo on #1."
    await people.ben.does(LetShinyGo("1.1"))
    assert (await people.ana.does(UndoParked("1.1"))).text == "Ben decided that, so only they can undo it."
    assert (
        await people.ana.does(LetShinyGo("1.1"))
    ).text == "#1 is already dropped. You can still park it again."
    clock.forward(days=1)
    assert (await people.ben.does(UndoParked("1.1"))).text == (
        "You decided that more than a day ago, so it's too late to undo. You can still park #1 again."
    )
    again = await (await people.ana.does(KeepParked("1.1"))).fill(rest="7")
    assert again.text.startswith("#1 is parked until 24 March.")
    await bot.tick()
    assert "Parked until 24 March" in card(recorder, "watches")


async def test_another_kind_is_not_parked(people: Everyone) -> None:
    await people.ana.types("Tokens are signed once")
    for command in (KeepParked("1.1", "7"), LetShinyGo("1.1"), MakeGoal("1.1"), UndoParked("1.1")):
        assert (await people.ana.does(command)).text == "Aha #1 isn't a shiny idea, so you can't park it."


async def test_it_becomes_a_goal(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The goal is made of its words, the card says who began it, and an undo parks it again."""
    await park(people, bot)
    made = await people.ben.does(MakeGoal("1.1"))
    assert made.text.startswith("Supporting goal #1 added. The card is in #lantern.")
    await bot.tick()
    assert "“An app for watches”\nOwner: Ben" in card(recorder, "Supporting goal")
    assert "Ben made it goal #1 on 16 March" in card(recorder, "Shiny idea")
    undone = await people.ben.does(UndoParked("1.1"))
    assert undone.text == "#1 is parked until 13 April."


async def test_one_that_was_an_aha_is_parked_no_more(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    await park(people, bot)
    await people.ana.does(ItWasAnAha("1.1", "shiny "))
    clock.now = DUE
    await bot.tick()
    assert card(recorder, "watches").startswith("Aha #1\n“shiny An app for watches”\nAna")

    def read(session: Session) -> tuple[Any, ...]:
        return session.exec(select(Moment)).one().kind, session.exec(select(Parked)).first()

    assert await bot.database.read(read) == ("aha", None)


async def test_both_cards_say_what_became_of_what(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """It becomes one goal, however often it's pressed. An undo on either side is seen on both."""
    await park(people, bot)
    made = await people.ben.does(MakeGoal("1.1"))
    await bot.tick()
    assert "It started as shiny idea #1" in card(recorder, "Supporting goal")
    assert (await people.mei.does(MakeGoal("1.1"))).text.startswith("#1 is already goal #1.")
    assert (
        "Supporting goal #1 added" in (await people.ben.does(MakeGoal("1.1"), event=made.origin.event)).text
    )
    assert (await made.press("Undo")).text == "Undone. Goal #1 is gone."
    await bot.tick()
    assert "Parked until 13 April" in card(recorder, "Shiny idea")
    await people.mei.does(MakeGoal("1.1"))
    await people.mei.does(UndoParked("1.1"))
    await bot.tick()
    assert "It began as" not in card(recorder, "Supporting goal #2")
    assert "Parked until 13 April" in card(recorder, "Shiny idea")
    await people.mei.does(MakeGoal("1.1"))
    await people.ana.types("delete 1")
    await bot.tick()
    assert "It began as" not in card(recorder, "Supporting goal #3")


async def test_long_words_begin_the_goal_and_stay_whole_on_the_shiny_thing(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The first step opens with what fits, cut between two words. Until it's sent, nothing is decided."""
    words = ("An app for every watch that anyone ever wore " * 20).strip()
    await people.ana.types(f"shiny {words}")
    form = await people.ben.does(MakeGoal("1.1"))
    [text] = [field.value for field in form.form.fields if field.name == "text"]
    assert len(text) <= 600
    assert words.startswith(text.removesuffix(" …"))
    assert words[len(text.removesuffix(" …"))] == " "
    await bot.tick()
    assert "Parked until" in card(recorder, "Shiny idea")
    again = await form.fill(text="", kind="supporting")
    assert "text" in again.form.errors
    assert (await form.fill(kind="learning")).text.startswith(
        "Learning goal #1 added. The card is in #lantern."
    )
    await bot.tick()
    assert "Ben made it goal #1" in card(recorder, "Shiny idea")
    assert "It started as shiny idea #1" in card(recorder, "Learning goal #1")
    assert words.split()[-1] in (await people.ana.types("show 1")).text


async def test_a_day_of_another_year_has_its_year(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """In every sentence that names it."""
    got = await people.ana.types("shiny An app for watches")
    kept = await (await got.press("Change the date")).fill(until="2027-04-13")
    assert kept.text == "#1 is parked until 13 April 2027.\n[Undo]"
    await bot.tick()
    assert "Parked until 13 April 2027" in card(recorder, "watches")


async def test_a_week_without_a_recap_keeps_the_line_for_the_next(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """And only for that one."""
    await park(people, bot)
    clock.now = RECAP - timedelta(days=28)
    await bot.tick()
    clock.now = DUE
    await bot.tick()
    clock.now = RECAP
    await bot.tick()
    line = "Parked until now: “An app for watches” (#1)."
    for week, told in ((1, True), (2, False)):
        clock.now = RECAP + timedelta(days=7 * week, hours=-1)
        await people.ben.types("Tokens are signed once")
        clock.now = RECAP + timedelta(days=7 * week)
        await bot.tick()
        newest = [text for text in recorder.texts() if text.startswith("The week to")][-1]
        assert (line in newest) == told


async def test_parking_again_is_undone_to_what_was_decided(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A thing that was let go is let go again, by whom it was."""
    await park(people, bot)
    clock.now = DUE
    await bot.tick()
    await people.ben.does(LetShinyGo("1.1"))
    again = await (await people.mei.does(KeepParked("1.1"))).fill(rest="7")
    said = await again.press("Undo")
    assert said.text == "#1 is dropped again."
    await bot.tick()
    assert "Ben dropped it" in card(recorder, "watches")


@pytest.mark.parametrize("way", ["Undo", "Remove it"])
async def test_a_goal_taken_back_leaves_it_parked_as_it_was(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, way: str
) -> None:
    """Its card asks on its day, as if there had been no goal. Once it has asked, it goes on asking."""
    await park(people, bot)
    made = await people.ben.does(MakeGoal("1.1"))
    await (made.press("Undo") if way == "Undo" else people.ben.does(RemoveGoal("1", "1", "1")))
    await bot.tick()
    assert "Parked until 13 April" in card(recorder, "Shiny idea")
    clock.now = DUE - timedelta(minutes=1)
    await bot.tick()
    assert "Still tempting?" not in card(recorder, "Shiny idea")
    clock.now = DUE
    await bot.tick()
    assert "Still tempting?" in card(recorder, "Shiny idea")
    await (await people.ben.does(MakeGoal("1.1"))).press("Undo")
    await bot.tick()
    assert "Still tempting?" in card(recorder, "Shiny idea")


async def test_one_that_was_let_go_is_let_go_again(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """By whom it was, after the goal that somebody made of it is taken back. It isn't asked about any more."""
    await park(people, bot)
    await people.ben.does(LetShinyGo("1.1"))
    clock.forward(days=1)
    made = await people.mei.does(MakeGoal("1.1"))
    await made.press("Undo")
    await bot.tick()
    assert "Ben dropped it on 16 March" in card(recorder, "Shiny idea")
    clock.now = DUE
    await bot.tick()
    assert "Still tempting?" not in card(recorder, "Shiny idea")
