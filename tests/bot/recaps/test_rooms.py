"""Tests of what other rooms tell in recaps and harvests: once each, in every way in which one is made."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.features import RECAP_SOURCES
from bot.goals.commands import CheckIn, MeasureGoal
from bot.moments.commands import Delete, Restore
from bot.runtime.bot import Bot
from storage.models import Posting, PostingKind, PostingState
from tests.support.databases import Clock
from tests.support.focus import make_goal, serve
from tests.support.people import Everyone
from tests.support.questions import press
from tests.support.recorder import Recorder, Standing

LAST_FRIDAY = datetime(2026, 3, 27, 16, 0, tzinfo=UTC)
BEGIN = ("Our quarter:", "The week", "The two weeks", "The month", "The quarter")
QUESTION, SUGGESTION = "Do we still mean this?", "where does our time really go?"

ONCE_ONLY = (
    "Goals: #1 On pace, off mission",
    QUESTION,
    SUGGESTION,
    "What we wanted to stop: “Fairs”",
    "What we said no to\n• “Forty lanterns for the hotel”",
    "Parked until now: “An app for watches”",
)
"""What a room tells in one recap only, in the order of the rooms."""


@pytest.fixture(autouse=True)
def last_summer(clock: Clock) -> None:
    """Set the clock to a Monday two quarters before the harvest of these tests."""
    clock.now = datetime(2025, 9, 1, 9, 0, tzinfo=UTC)


def newest(recorder: Recorder) -> tuple[str, Standing]:
    """Return the newest recap or harvest, and its message."""
    return [each for each in recorder.standing.items() if each[1].text.startswith(BEGIN)][-1]


def told(recorder: Recorder, words: str) -> list[str]:
    """Return the first lines of the recaps and harvests that say these words."""
    every = [each.text for each in recorder.standing.values() if each.text.startswith(BEGIN)]
    return [text.splitlines()[0] for text in every if words in text]


async def live_a_quarter(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Let a team have a mission and a big goal, serve it more than before, say no, and park something."""
    await (await people.ana.types("mission")).fill(who="Small schools")
    big = await make_goal(bot)
    await people.ana.does(MeasureGoal("1", "1"))
    clock.now = datetime(2025, 12, 8, 9, 0, tzinfo=UTC)
    for number in range(3):
        await people.ana.types(f"log Autumn {number}")
    await serve(bot, big, 1)
    clock.now = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
    for number in range(4):
        await people.ben.types(f"failed Winter {number}")
    await serve(bot, big, 4, 5, 6)
    await people.mei.types("no Forty lanterns for the hotel")
    for number in range(1, 4):
        await people.mei.types(f"no Something else {number}")


async def tick_on(bot: Bot, clock: Clock, at: datetime) -> None:
    """Let everything come that is due at a time."""
    clock.now = at
    await bot.tick()


async def test_a_harvest_tells_what_its_rooms_tell_of_the_quarter(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The ratio with its trend and its mark, the doors left closed, and the question of that week."""
    await live_a_quarter(people, bot, clock)
    await tick_on(bot, clock, LAST_FRIDAY)
    message, harvest = newest(recorder)
    assert harvest.text.startswith("Our quarter: January to March 2026")
    assert (
        "Focus: 3 of 4 moments served the big goal #1. More than before (1 of 3 in the quarter before). "
        "One isn't linked to a goal." in harvest.text
    )
    assert "What we said no to\n• “Something else 3” — #11 · Mei" in harvest.text
    assert "One more." in harvest.text
    assert f"{QUESTION} Who we serve: “Small schools”" in harvest.text
    assert harvest.post.picture is not None
    assert harvest.post.picture.alt.endswith(" 3 of 4 moments served the big goal.")
    said = await press(people.ben, message, "Yes, keep it")
    assert said.text.startswith("“Who we serve” stays as it is")
    assert "We still mean it: Who we serve: “Small schools”" in await people.ana.sees(message)


async def test_an_edited_harvest_tells_the_same_less_what_was_removed(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """What is linked or declined later comes into none."""
    await live_a_quarter(people, bot, clock)
    await tick_on(bot, clock, LAST_FRIDAY)
    clock.forward(hours=1)
    await serve(bot, 1, 7)
    await people.mei.types("no A fifth thing")
    await people.ben.does(Delete("1.4"))
    await people.mei.does(Delete("1.11"))
    await bot.tick()
    text = newest(recorder)[1].text
    assert (
        "Focus: 2 of 3 moments served the big goal #1. More than before (1 of 3 in the quarter before)"
        in text
    )
    assert "A fifth thing" not in text
    assert "Something else 3" not in text
    assert "“Something else 2” — #10 · Mei" in text
    assert "One more." in text
    assert f"{QUESTION} Who we serve" in text


async def test_nothing_is_asked_twice(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """Neither in a recap that somebody posts, nor in a private one. Each comes once a quarter, at its beginning."""
    await live_a_quarter(people, bot, clock)
    await tick_on(bot, clock, LAST_FRIDAY)
    for day in (3, 10, 17):
        clock.now = datetime(2026, 4, day, 9, 0, tzinfo=UTC)
        await people.ana.types("an aha of the spring")
        clock.forward(minutes=1)
        preview = await people.ana.types("recap month")
        assert SUGGESTION not in preview.text
        assert QUESTION not in preview.text
        await preview.press("Post here")
        await tick_on(bot, clock, datetime(2026, 4, day, 16, 0, tzinfo=UTC))
    assert told(recorder, SUGGESTION) == ["The week to 3 April"]
    assert told(recorder, QUESTION) == ["Our quarter: January to March 2026"]


async def test_a_pause_at_the_quarter_s_beginning_puts_the_suggestion_off(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The first recap after it has it."""
    await live_a_quarter(people, bot, clock)
    await tick_on(bot, clock, LAST_FRIDAY)
    await tick_on(bot, clock, datetime(2026, 4, 3, 16, 0, tzinfo=UTC))
    clock.now = datetime(2026, 5, 7, 9, 0, tzinfo=UTC)
    await people.ana.types("an aha after the holidays")
    await tick_on(bot, clock, datetime(2026, 5, 8, 16, 0, tzinfo=UTC))
    assert told(recorder, SUGGESTION) == ["The week to 8 May"]


async def test_a_late_harvest_swallows_nothing(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It suggests the new quarter's check, and the next recap begins where it ended."""
    await live_a_quarter(people, bot, clock)
    clock.now = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
    await people.mei.types("no A thing of April")
    await people.ana.types("an aha of April")
    await tick_on(bot, clock, datetime(2026, 4, 3, 16, 0, tzinfo=UTC))
    assert told(recorder, SUGGESTION) == ["Our quarter: January to March 2026"]
    assert told(recorder, "A thing of April") == []
    await tick_on(bot, clock, datetime(2026, 4, 10, 16, 0, tzinfo=UTC))
    text = newest(recorder)[1].text
    assert text.startswith("The two weeks to 10 April")
    assert "“A thing of April”" in text
    assert "“an aha of April”" in text
    await people.ana.types("an aha of the week after")
    await tick_on(bot, clock, datetime(2026, 4, 17, 16, 0, tzinfo=UTC))
    assert newest(recorder)[1].text.startswith("The week to 17 April")


@pytest.mark.parametrize(
    ("period", "trend"),
    [
        ("quarter", ". More than before (1 of 3 in the quarter before). "),
        ("year", ". "),
    ],
)
async def test_a_longer_recap_tells_its_own_span(
    people: Everyone, bot: Bot, clock: Clock, period: str, trend: str
) -> None:
    """A year has no year before it here."""
    await live_a_quarter(people, bot, clock)
    clock.now = LAST_FRIDAY - timedelta(hours=1)
    text = (await people.ben.types(f"recap {period}")).text
    served = "3 of 4" if period == "quarter" else "4 of 7"
    assert f"Focus: {served} moments served the big goal #1{trend}" in text
    assert "What we said no to" in text


async def test_a_posted_quarter_loses_what_was_removed(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    await live_a_quarter(people, bot, clock)
    clock.now = LAST_FRIDAY - timedelta(hours=2)
    await (await people.ben.types("recap quarter")).press("Post here")
    await bot.tick()
    assert "Focus: 3 of 4 moments" in newest(recorder)[1].text
    await people.ben.does(Delete("1.4"))
    await serve(bot, 1, 7)
    await bot.tick()
    assert "Focus: 2 of 3 moments" in newest(recorder)[1].text


async def test_goals_and_parked_things_in_the_harvest_s_week(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """An earlier check-in does not hide the one that waits, and six parked things are not too many."""
    clock.now = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    await people.ana.types("goal new Ten schools")
    await (await people.ana.does(MeasureGoal("1", "1"))).fill(start="0", target="10", due_on="2026-06-26")
    await people.ben.types("failed A wizard")
    clock.now = datetime(2026, 2, 9, 12, 0, tzinfo=UTC)
    await bot.tick()
    await (await people.ben.does(CheckIn("1", "1"))).fill(progress="5", fit="no")
    for number in range(7):
        await people.mei.types(f"shiny Idea {number}")
    await tick_on(bot, clock, datetime(2026, 3, 26, 12, 0, tzinfo=UTC))
    await tick_on(bot, clock, LAST_FRIDAY)
    message, harvest = newest(recorder)
    assert harvest.text.startswith("Our quarter")
    assert "Goals: #1 On pace, off mission, Check-in due" in harvest.text
    assert (await press(people.mei, message, "Check in on #1")).form.title == "Check in on #1"
    assert "Parked until now:" in harvest.text
    assert "“Idea 6”" in harvest.text
    assert " and 2 more. Still tempting? You can decide on their cards." in harvest.text


async def test_a_recap_that_never_came_has_asked_nothing(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The next one asks then."""
    await live_a_quarter(people, bot, clock)
    await tick_on(bot, clock, LAST_FRIDAY)

    def lose(session: Session) -> None:
        [harvest] = session.exec(select(Posting).where(Posting.kind == PostingKind.HARVEST)).all()
        harvest.state = PostingState.FAILED

    await bot.database.write(lose)
    clock.forward(days=6)
    await people.ana.types("an aha of the spring")
    await tick_on(bot, clock, datetime(2026, 4, 3, 16, 0, tzinfo=UTC))
    assert QUESTION in newest(recorder)[1].text


@pytest.mark.parametrize("state", [PostingState.FAILED, PostingState.SKIPPED, PostingState.WAITING])
async def test_the_next_recap_tells_all_that_one_which_never_came_would_have_told_once(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, state: PostingState
) -> None:
    """Refused, empty, or waiting for a permission: each once-only line is in the next one, and in no third."""
    clock.now = datetime(2025, 10, 2, 9, 0, tzinfo=UTC)
    await (await people.ana.types("mission")).fill(who="Small schools")
    clock.now = datetime(2026, 1, 6, 9, 0, tzinfo=UTC)
    await make_goal(bot)
    await (await people.ana.does(MeasureGoal("1", "1"))).fill(start="0", target="10", due_on="2026-06-26")
    clock.now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    await people.mei.types("shiny An app for watches")
    begun = await (await people.ana.types("focus check")).fill(went="To custom reports")
    await (await begun.press("Continue")).fill(out="Fairs", by_on="2026-04-02")
    clock.now = datetime(2026, 3, 30, 9, 0, tzinfo=UTC)
    await bot.tick()
    await (await people.ben.does(CheckIn("1", "1"))).fill(progress="5", fit="no")
    await people.mei.types("no Forty lanterns for the hotel")
    await people.ana.types("an aha of the week that nobody heard of")
    await tick_on(bot, clock, datetime(2026, 4, 3, 16, 0, tzinfo=UTC))
    assert newest(recorder)[1].text.startswith("The week to 3 April")
    for line in ONCE_ONLY:
        assert line in newest(recorder)[1].text

    def lose(session: Session) -> None:
        recaps = select(Posting).where(Posting.kind == PostingKind.RECAP).order_by(col(Posting.id).desc())
        lost = session.exec(recaps.limit(1)).one()
        lost.state, lost.message, lost.due_at, lost.sent_revision = state, None, None, 0

    await bot.database.write(lose)
    for day in (10, 17):
        clock.now = datetime(2026, 4, day - 1, 9, 0, tzinfo=UTC)
        await people.ana.types(f"an aha of the week to {day} April")
        await tick_on(bot, clock, datetime(2026, 4, day, 16, 0, tzinfo=UTC))
    for line in ONCE_ONLY:
        assert told(recorder, line)[1:] == ["The week to 10 April"], line


async def test_a_removal_reaches_the_figures_of_a_recap_that_does_not_quote_it(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Neither the seventh aha nor the fourth no is quoted, and both are counted."""
    clock.now = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
    for number in range(1, 8):
        await people.ana.types(f"log The aha {number}")
    await serve(bot, await make_goal(bot), 1, 7)
    for number in range(1, 6):
        await people.mei.types(f"no Thing {number}")
        clock.forward(minutes=1)
    await tick_on(bot, clock, datetime(2026, 3, 20, 16, 0, tzinfo=UTC))
    assert "Focus: 2 of 7 moments" in newest(recorder)[1].text
    assert "2 more." in newest(recorder)[1].text
    await people.ana.does(Delete("1.7"))
    await people.mei.does(Delete("1.8"))
    await bot.tick()
    assert "Focus: 1 of 6 moments" in newest(recorder)[1].text
    assert "One more." in newest(recorder)[1].text


async def test_of_very_many_moments_only_their_number_is_kept(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Less what was removed since. No figure grows by what is linked or saved later."""
    monkeypatch.setattr("bot.focus.recap_line.MOST_IDS", 2)
    await live_a_quarter(people, bot, clock)
    await tick_on(bot, clock, LAST_FRIDAY)
    assert "Focus: 3 of 4 moments" in newest(recorder)[1].text
    await people.ben.does(Delete("1.4"))
    await bot.tick()
    assert "Focus: 2 of 3 moments" in newest(recorder)[1].text
    await people.ben.does(Restore("1.4"))
    await serve(bot, 1, 7)
    await bot.tick()
    assert "Focus: 3 of 4 moments" in newest(recorder)[1].text


def test_recaps_know_no_room_that_tells_in_them() -> None:
    """A room is named in the registry alone, and each of its lines has a key of its own."""
    keys = [each.key for each in RECAP_SOURCES]
    assert len(set(keys)) == len(keys)
    rooms = {each.pick.__module__.rpartition(".")[0] for each in RECAP_SOURCES}
    assert rooms == {
        "bot.goals", "bot.focus", "bot.doors", "bot.quests.before", "bot.prompts.steps", "bot.memory",
    }  # fmt: skip
    for file in Path("bot/recaps").glob("*.py"):
        assert [room for room in rooms if f"from {room} " in file.read_text("utf-8")] == [], file
