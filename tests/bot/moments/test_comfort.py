"""Tests of the comfort ratings in millimetres: counted and anonymous."""

import asyncio
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from bot.data.export import write_export
from bot.moments.comfort import Millimetres, measure_comfort
from bot.moments.commands import HowFar
from bot.prompts.answers import GiveAnswer
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from storage.engine.database import open_database
from storage.models import Comfort, Membership, Posting
from storage.models import Person as PersonRow
from storage.models.span import Span
from tests.support.databases import Clock
from tests.support.people import Everyone, Person
from tests.support.recorder import Recorder

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


def counted(bot: Bot) -> dict[int, int]:
    """Return the number of taps for each distance, waiting ones included, over all moments."""
    return {
        row.millimetres: row.taps + row.waiting
        for row in bot.database.read_now(lambda session: session.exec(select(Comfort)).all())
    }


def measured(bot: Bot) -> int | None:
    """Return the week's mean distance, or None."""
    now = bot.clock()
    span = Span(1, now - timedelta(days=7), now + timedelta(minutes=1))
    return bot.database.read_now(lambda session: measure_comfort(session, span))


async def test_one_tap_each(people: Everyone, bot: Bot) -> None:
    """A tap works from the reply to a capture or from the card. A second one says why it is refused."""
    kept = await people.ana.types("Sign tokens once")
    asked = await kept.press("How big a stretch was it?")
    assert "How big a stretch was #1 for you?" in asked.text
    assert "[0 mm] [1 mm] [2 mm] [3 mm] [4 mm] [5 mm]" in asked.text
    assert (await asked.press("3 mm")).text.startswith("Saved: 3 mm, anonymous.")
    assert "You've already rated #1." in (await asked.press("5 mm")).text
    assert "You've already rated #1." in (await kept.press("How big a stretch was it?")).text
    assert counted(bot) == {3: 1}
    await (await (await people.ben.types("show 1")).press("How big a stretch was it?")).press("3 mm")
    assert counted(bot) == {3: 2}


async def test_brought_twice_it_counts_once(people: Everyone, bot: Bot) -> None:
    """A redelivered press gets the same reply."""
    await people.ana.types("Sign tokens once")
    said = [(await people.ben.does(Millimetres("1.1", "2"), event="press-1")).text for _ in range(2)]
    assert said[0] == said[1]
    assert counted(bot) == {2: 1}


async def test_a_tap_that_was_not_stored_may_be_made_again(people: Everyone, bot: Bot) -> None:
    """A short database outage does not use up the tap."""
    await people.ana.types("Sign tokens once")
    await bot.database.write(lambda session: session.execute(text("ALTER TABLE comfort RENAME TO away")))
    assert "Nothing was saved" in (await people.ben.does(Millimetres("1.1", "2"))).text
    await bot.database.write(lambda session: session.execute(text("ALTER TABLE away RENAME TO comfort")))
    assert "2 mm, anonymous" in (await people.ben.does(Millimetres("1.1", "2"))).text
    assert counted(bot) == {2: 1}


@pytest.mark.parametrize("distance", ["6", "-1", "", "two", "٣" * 12])
async def test_what_no_button_says(people: Everyone, bot: Bot, distance: str) -> None:
    """A distance out of range is not counted."""
    await people.ana.types("Sign tokens once")
    await people.ben.does(Millimetres("1.1", distance))
    assert counted(bot) == {}


async def taps(people: Everyone, moment: str, *distances: int) -> None:
    """Let as many people tap on a moment, of whom nothing was known before."""
    for number, distance in enumerate(distances):
        origin = replace(people.ben.origin, person=f"U-{distance}{number}-{len(distances)}")
        await Person(people.bot, origin).does(Millimetres(moment, str(distance)))


async def test_the_odometer_speaks_from_three_on(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The mean covers all moments of the period. Removed ones no longer count."""
    await people.ana.types("Sign tokens once")
    await people.ana.types("Templates beat wizards")
    await taps(people, "1.1", 1, 3)
    await taps(people, "1.2", 5, 5)
    assert measured(bot) is None
    assert "Average stretch" not in (await people.ana.types("recap")).text
    await taps(people, "1.1", 5)
    assert measured(bot) == 3
    clock.forward(minutes=1)
    assert "One person took part. Average stretch: 3 mm." in (await people.ana.types("recap")).text
    await taps(people, "1.2", 2)
    assert measured(bot) == 4
    await people.ana.types("delete 2")
    assert measured(bot) == 3
    await people.ana.types("delete 1")
    assert measured(bot) is None


def figures(bot: Bot) -> tuple[int | None, str, bytes]:
    """Return the week's mean, the team's export but for its time, and the metrics."""

    def read(session: Session) -> str:
        out = StringIO()
        write_export(session, 1, MONDAY, out)
        return out.getvalue()

    return measured(bot), bot.database.read_now(read), bot.metrics.render_text()


async def test_no_two_looks_differ_by_fewer_than_three_taps(people: Everyone, bot: Bot) -> None:
    """A fourth and a fifth tap wait, and come out with the sixth, on every figure."""
    await people.ana.types("Sign tokens once")
    before = figures(bot)
    await taps(people, "1.1", 0, 1)
    assert figures(bot) == before
    await taps(people, "1.1", 2)
    third = figures(bot)
    assert third != before
    assert '"millimetres": [1, 1, 1, 0, 0, 0]' in third[1]
    await taps(people, "1.1", 5)
    await taps(people, "1.1", 5, 4)
    sixth = figures(bot)
    assert '"millimetres": [1, 1, 1, 0, 1, 2]' in sixth[1]
    await taps(people, "1.1", 3)
    assert figures(bot) == sixth


async def test_a_tap_leaves_no_row_of_the_person(people: Everyone, bot: Bot) -> None:
    """Nobody becomes a member or gets a new name by asking for the taps or by tapping."""
    await people.ana.types("Sign tokens once")

    def stored(session: Session) -> list[str]:
        members = [f"{row.person_id}" for row in session.exec(select(Membership)).all()]
        return members + [row.name for row in session.exec(select(PersonRow)).all()]

    before = bot.database.read_now(stored)
    for who in (people.ben, Person(bot, replace(people.ana.origin, person_name="Anna"))):
        await (await who.does(HowFar("1.1"))).press("3 mm")
    assert counted(bot) == {3: 2}
    assert bot.database.read_now(stored) == before


async def test_on_what_is_gone(people: Everyone) -> None:
    """A removed moment gets a sentence and no count."""
    await people.ana.types("Sign tokens once")
    await people.ana.types("delete 1")
    assert (await people.ben.does(HowFar("1.1"))).text == "#1 was deleted."
    assert (await people.ben.does(Millimetres("1.1", "1"))).text == "#1 was deleted."


async def a_retrospective(bot: Bot, recorder: Recorder) -> None:
    """Create a moment and a question with anonymous answers, in a team that knows everyone."""
    people = Everyone(bot)
    for person in (people.ana, people.ben, people.mei):
        await person.types("list")
    await people.ana.types("Sign tokens once", event="kept")
    await (await people.ana.types("ask", event="asks")).fill(text="How was it?", sort="nameless")
    await bot.tick()


async def speaks(path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tap and answer anonymously as one person, in a bot that ends afterwards.

    Random values are fixed, so that runs differ only in the person.
    """
    monkeypatch.setattr("storage.prompts.answers.randbelow", lambda _: 7)
    monkeypatch.setattr("bot.core.anonymity.secrets.token_bytes", lambda size: b"k" * size)
    clock, recorder = Clock(), Recorder()
    database = open_database(f"sqlite:///{path}")
    try:
        bot = build_bot(database, [recorder], clock)
        bot.patience = 30
        person = getattr(Everyone(bot), name)
        await person.does(Millimetres("1.1", "4"), event="taps")
        question = str(database.read_now(the_question))
        await person.does(GiveAnswer(question, "1", "Too long"), event="answers")
        await bot.tick()
    finally:
        database.close()


def the_question(session: Session) -> int:
    """Return the id of the question's posting."""
    return session.exec(select(Posting.id).where(Posting.text == "How was it?")).one()


async def test_the_file_is_the_same_whoever_it_was(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is equal byte for byte: taps and anonymous answers do not reveal the person."""
    start = tmp_path / "start.db"
    shutil.copy(sqlite_template, start)
    database = open_database(f"sqlite:///{start}")
    recorder = Recorder()
    bot = build_bot(database, [recorder], Clock())
    bot.patience = 30
    await a_retrospective(bot, recorder)
    database.close()
    files = {}
    for name in ("ben", "mei"):
        path = Path(shutil.copy(start, tmp_path / f"{name}.db"))
        await speaks(path, name, monkeypatch)
        files[name] = await asyncio.to_thread(path.read_bytes)
    before = await asyncio.to_thread(start.read_bytes)
    assert b"Too long" in files["ben"]
    assert b"Too long" not in before
    assert files["ben"] == files["mei"]
