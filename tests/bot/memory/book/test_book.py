"""One's own book: asked for in chat, it comes once, as a file that tells everything its person wrote."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select
from sqlmodel import col

from bot.core.events import ChannelChanged
from bot.core.language.words import speaking
from bot.core.messages import File
from bot.core.origin import Capabilities, OutcomeUnknownError, PostFailedError
from bot.memory.book.as_html import render_html
from bot.memory.book.as_json import render_json
from bot.memory.book.as_markdown import render_markdown
from bot.memory.book.content import Book, BookTeam, Entry, EntryType, Writer
from bot.memory.book.file import WITHOUT_PICTURES, ZIPPED, make_book_file
from bot.memory.book.when import read_when
from bot.moments.commands import AddVersion, Delete
from bot.people.quiet import RestNotes
from bot.runtime.bot import Bot
from storage.models import LookBack, Moment, NextStep, Posting, PostingKind
from storage.models import Person as PersonRow
from storage.teams import teams
from tests.bot.memory.book.rebuild_figures import find_faults
from tests.support.databases import Clock
from tests.support.people import Everyone, Person
from tests.support.questions import asks, press
from tests.support.recorder import Recorder

QUESTION = "What have been the aha moments of your career?"


def book_files(recorder: Recorder, person: Person) -> list[File]:
    """Return the files in a person's direct messages, oldest first."""
    there = [each for each in recorder.standing.values() if each.place.person == person.origin.person]
    return [each.post.file for each in there if each.post.file]


async def get_book(bot: Bot, recorder: Recorder, person: Person, form: str = "json") -> File:
    """Ask for a book and return its file."""
    said = await person.types(f"memory book {form}")
    assert "is on its way to your direct messages." in said.text, said.text
    await bot.tick()
    return book_files(recorder, person)[-1]


async def read_entries(bot: Bot, recorder: Recorder, person: Person) -> list[dict[str, Any]]:
    """Ask for a book as JSON and return its entries."""
    entries: list[dict[str, Any]] = json.loads((await get_book(bot, recorder, person)).data)["entries"]
    return entries


async def test_it_comes_as_a_file_in_the_direct_messages(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Without an argument it's a web page, and its card offers the other formats."""
    await people.ana.types("We sign tokens once")
    await people.ben.types("Not hers")
    said = await people.ana.types("memory book")
    assert said.text == (
        "Your book (web page) is on its way to your direct messages.\n"
        f"{QUESTION}\nOnly you can see your answer, in your book. I won't ask again.\n[An aha from my career]"
    )
    await bot.tick()
    assert recorder.notes("U-ana") == [
        "Your book\n1 moment.\nFormat: web page. Only you got it.\n[As Markdown] [As JSON]"
    ]
    [file] = book_files(recorder, people.ana)
    assert (file.name, file.media_type) == ("aha-book.html", "text/html")
    assert b"We sign tokens once" in file.data
    assert b"Not hers" not in file.data
    assert QUESTION not in (await people.ana.types("memory book markdown")).text


async def test_a_book_tells_everything_its_person_wrote(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Moments with their parts, versions, answers, look-backs, next steps, and what only they see."""
    await people.ana.types("failed A wizard")
    await people.ben.types("We sign once now")
    await people.ana.does(AddVersion("1.2", "For me it was the silence after"))
    question = await asks(people.ben, "question", "What surprised you?")
    await (await press(people.ana, question, "Answer")).fill(text="How quiet it was")
    await people.ana.types("memory note Ask Ben about the silence")
    await add_rows(bot, clock)
    entries = await read_entries(bot, recorder, people.ana)
    assert sorted((each["type"], each["text"]) for each in entries) == [
        ("answer", "How quiet it was"),
        ("look_back", "It was fear"),
        ("moment", "A wizard"),
        ("own", "Ask Ben about the silence"),
        ("step", "Ana writes it down"),
        ("version", "For me it was the silence after"),
    ]
    data = json.loads(book_files(recorder, people.ana)[-1].data)
    assert data["figures"]["steps"] == {"done": 1}
    check_json(data)
    by_type = {each["type"]: each for each in entries}
    assert by_type["answer"]["question"] == "What surprised you?"
    assert by_type["step"]["outcome"] == "done"
    assert (by_type["version"]["number"], by_type["version"]["team_name"]) == (2, "lantern")


def check_json(data: dict[str, Any]) -> None:
    """Check a book's JSON against its published schema, and its figures against its entries."""
    schema = json.loads((Path(__file__).parents[4] / "docs/book.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(data)
    assert find_faults(data) == []


def test_the_script_that_rebuilds_the_figures_finds_what_is_wrong() -> None:
    """A figure, a name and an order that don't fit are each told."""
    book = book_of("one", "two")
    data = json.loads(render_json(replace(book, teams=(BookTeam(1, "slack", "Ours", "lantern"),))))
    check_json(data)
    data["figures"]["moments"]["aha"] = 3
    data["entries"].reverse()
    data["entries"][0]["team_name"] = "other"
    assert len(find_faults(data)) == 3


async def add_rows(bot: Bot, clock: Clock) -> None:
    """Add a look-back and a next step of Ana's, which rooms of their own write."""

    def write(session: Any) -> None:
        ana = session.execute(select(PersonRow).where(col(PersonRow.external_id) == "U-ana")).scalar_one()
        moment = session.execute(select(Moment).where(col(Moment.number) == 1)).scalar_one()
        posting = session.execute(select(Posting).where(col(Posting.kind) == PostingKind.PROMPT)).scalar_one()
        session.add(
            LookBack(
                moment_id=moment.id, person_id=ana.id, kind="month", text="It was fear", created_at=clock.now
            )
        )
        session.add(
            NextStep(
                team_id=1, posting_id=posting.id, author_id=ana.id, taker_id=ana.id, condition="it's quiet",
                taken_at=clock.now,
                action="Ana writes it down", created_at=clock.now, outcome="done", settled_at=clock.now,
            )
        )  # fmt: skip

    await bot.database.write(write)


async def test_an_answer_without_a_name_is_in_nobody_s_book(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """It has no author, so nobody can tell whose it is."""
    question = await asks(people.ben, "nameless", "What do we not say?")
    await (await press(people.ana, question, "Answer")).fill(text="That we are tired")
    await people.ana.types("Something signed")
    assert [each["text"] for each in await read_entries(bot, recorder, people.ana)] == ["Something signed"]


async def test_two_at_once_are_one(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Whoever asks twice, or whose request arrives twice, gets one book and one sentence."""
    await people.ana.types("We sign once")
    first = await people.ana.types("memory book", event="asked")
    again = await people.ana.types("memory book", event="asked")
    assert first.text == again.text
    other = await people.ana.types("memory book json")
    assert (
        other.text
        == "Your book (web page) is already on its way. When it's there, you can ask for another one."
    )
    await bot.tick()
    assert len(book_files(recorder, people.ana)) == 1
    await people.ana.types("memory book", event="asked")
    await bot.tick()
    assert len(book_files(recorder, people.ana)) == 1
    await get_book(bot, recorder, people.ana)
    assert len(book_files(recorder, people.ana)) == 2


async def test_it_survives_a_lost_answer(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A platform that is away gets it later, and one whose answer was lost shows it once."""
    await people.ana.types("We sign once")
    await bot.tick()
    await people.ana.types("memory book")
    recorder.trouble = [PostFailedError("slow down", retry_after=5)]
    await bot.tick()
    assert book_files(recorder, people.ana) == []
    clock.forward(minutes=1)
    recorder.trouble, recorder.stored_first = [OutcomeUnknownError()], True
    await bot.tick()
    clock.forward(minutes=5)
    await bot.tick()
    assert len(book_files(recorder, people.ana)) == 1


async def test_one_that_was_lost_for_good_blocks_no_other(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A platform without its history can't say whether the book came, so ten minutes later there may be another."""
    await people.ana.types("We sign once")
    await bot.tick()
    recorder.can_find, recorder.trouble = False, [OutcomeUnknownError()]
    await people.ana.types("memory book")
    await bot.tick()
    assert "is already on its way" in (await people.ana.types("memory book")).text
    clock.forward(minutes=11)
    assert (await get_book(bot, recorder, people.ana)).name == "aha-book.json"


async def test_closed_direct_messages(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The book waits. Its person reads so above the next answer, and sends it when they're open again."""
    await people.ana.types("We sign once")
    await bot.tick()
    await people.ana.types("memory book")
    recorder.trouble = [PostFailedError("closed", closed=True)]
    await bot.tick()
    told = await people.ana.types("list")
    assert told.text.startswith(
        "Your book is ready. I can't send you direct messages. Allow them, and I'll send it."
    )
    again = await told.press("Send it now")
    assert again.text == "I'm trying again. Check your direct messages."
    await bot.tick()
    assert len(book_files(recorder, people.ana)) == 1
    assert (await told.press("Send it now")).text == "It's already there. Check your direct messages."


async def test_a_waiting_one_is_sent_by_asking_again(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """There's one book, in the format asked for last."""
    await people.ana.types("We sign once")
    await bot.tick()
    await people.ana.types("memory book")
    recorder.trouble = [PostFailedError("closed", closed=True)]
    await bot.tick()
    assert (await get_book(bot, recorder, people.ana, "markdown")).name == "aha-book.md"
    assert len(book_files(recorder, people.ana)) == 1


async def test_it_comes_during_one_s_pause(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """They have just asked for it."""
    await people.ana.types("We sign once")
    await people.ana.does(RestNotes())
    assert (await get_book(bot, recorder, people.ana)).name == "aha-book.json"


async def test_the_team_s_name_as_it_was_then(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A renamed channel has its old name beside what was said before, and the teams list both."""
    await people.ana.types("Before", workspace_name="Ours")
    clock.forward(days=40)
    await people.ana.does(ChannelChanged(), channel_name="lantern-two")
    clock.forward(days=1)
    place = people.ana.origin.workspace
    await bot.database.write(
        lambda session: teams.ensure_workspace(session, "recorder", place, "Ours and theirs", clock.now)
    )
    await people.ana.types("After")
    data = json.loads((await get_book(bot, recorder, people.ana)).data)
    assert [(each["text"], each["team_name"]) for each in data["entries"]] == [
        ("Before", "lantern"),
        ("After", "lantern-two"),
    ]
    check_json(data)
    assert [each["workspace_name"] for each in data["entries"]] == ["Ours", "Ours and theirs"]
    [team] = data["teams"]
    assert (team["name"], [each["name"] for each in team["former_names"]]) == ("lantern-two", ["lantern"])


async def test_four_teams_and_a_removed_moment(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """All of a person's teams in the workspace are in it. What they removed is not."""
    for channel in ("C1", "C2", "C3", "C4"):
        await people.ana.types(f"In {channel}", channel=channel, channel_name=channel.lower())
    await people.ana.does(Delete("1.1"))
    entries = await read_entries(bot, recorder, people.ana)
    assert [(each["text"], each["team_name"]) for each in entries] == [
        ("In C2", "c2"),
        ("In C3", "c3"),
        ("In C4", "c4"),
    ]


async def test_the_first_one_asks_about_a_career(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Any year can be told, in one's own words, and it is at its place in the book."""
    await people.ana.types("We sign once")
    asked = await people.ana.types("memory book")
    form = await asked.press("An aha from my career")
    assert form.form.intro.startswith(QUESTION)
    told = await form.fill(text="Users paste from spreadsheets", happened="spring 2014")
    assert told.text.startswith("Saved. Only you can see it, here and in your book.")
    await (await told.press("Another one")).fill(text="Somewhere in between", happened="a while ago")
    await bot.tick()
    entries = await read_entries(bot, recorder, people.ana)
    assert [(each["text"], each.get("day"), each.get("happened")) for each in entries] == [
        ("Somewhere in between", None, "a while ago"),
        ("Users paste from spreadsheets", "2014-04-01", "spring 2014"),
        ("We sign once", "2026-03-16", None),
    ]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("spring 2014", "2014-04-01"),
        ("Frühling 2014", "2014-04-01"),
        ("im Herbst 2009", "2009-10-01"),
        ("Ende 2011", "2011-12-01"),
        ("29 February 2012", "2012-02-29"),
        ("29 February 2013", "2013-02-28"),
        ("February 29, 2012", "2012-02-29"),
        ("2009", "2009-01-01"),
        ("around 2010", "2010-01-01"),
        ("the 1990s", "1990-01-01"),
        ("2016-05-04", "2016-05-04"),
        ("late March 2011", "2011-03-01"),
        ("December 2019", "2019-12-01"),
        ("my first job", None),
        ("", None),
        ("0 May 2015", "2015-05-01"),
        ("maybe 2014", "2014-01-01"),
        ("the marketing days of 2008", "2008-01-01"),
        ("decided in 2011", "2011-01-01"),
        ("05/2014", "2014-05-01"),
        ("12/2014", "2014-12-01"),
        ("2014/05", "2014-05-01"),
        ("2014/15", "2014-01-01"),
        ("03.04.2015", "2015-04-03"),
        ("12/25/2015", "2015-12-25"),
        ("31.02.2015", "2015-02-28"),
        ("3 kids and a job, June 2010", "2010-06-01"),
        ("April 2012 at 10 Downing St", "2012-04-01"),
        ("June 2010 5 people", "2010-06-01"),
        ("the 5th of June, 2010", "2010-06-05"),
        ("Sept. 2006", "2006-09-01"),
        ("14. März 2016", "2016-03-14"),
        ("août 2017", "2017-08-01"),
        ("the 90s", "1990-01-01"),
        ("die 90er", "1990-01-01"),
        ("Ende der 90er Jahre", "1997-01-01"),
        ("in den 1980ern", "1980-01-01"),
        ("in meinen 20ern", None),
        ("late '90s", "1997-01-01"),
        ("in my 20s", None),
        ("in '98", "1998-01-01"),
        ("Q3 2016", "2016-07-01"),
        ("mid 2015", "2015-07-01"),
        ("٢٠١٤", "2014-01-01"),
    ],
)
def test_when_something_happened(words: str, day: str | None) -> None:
    """A person's own words have a place in time, if they name a year."""
    found = read_when(words)
    assert (found.isoformat() if found else None) == day


NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
HARD = '<script>alert(1)</script>\n# no *title* [x](javascript:1) & "q" שלום 💡\n    code?\n1. one\n\x00| a |'


def book_of(*texts: str, made_at: datetime = NOON) -> Book:
    """Return a book of ahas on consecutive months."""
    entries = tuple(
        Entry(
            EntryType.MOMENT, "aha", NOON, NOON.date().replace(month=at % 12 + 1), text, 1, "lantern", "Ours", at
        )
        for at, text in enumerate(texts, start=1)
    )  # fmt: skip
    return Book(made_at, (Writer("slack", "Ours", "U1", "Ana <b>"),), (), entries)


def test_a_book_speaks_the_language_of_its_person() -> None:
    """Its title, its figures, its days and its pictures, and a screen reader is told which one it is."""
    with speaking("de"):
        page = render_html(book_of("eins", "zwei", "drei"))
        text = render_markdown(book_of("eins", "zwei", "drei"))
    assert '<html lang="de">' in page
    assert "<title>Das Aha-Buch von Ana &lt;b&gt;</title>" in page
    assert "3 Momente." in page
    assert 'aria-label="Momente pro Monat, 2026: Feb: 1, Mär: 1, Apr: 1"' in page
    assert "Erstellt von Ahabot am 20. März 2026. Es gehört dir." in page
    assert "20\\. März 2026" in text


def test_markup_in_words_is_shown_and_never_read() -> None:
    """In HTML and in Markdown, whatever the words try."""
    page = render_html(book_of(HARD, "two"))
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<title>Ana &lt;b&gt;’s book of aha moments</title>" in page
    assert "שלום 💡" in page
    text = render_markdown(book_of(HARD))
    assert "> \\<script\\>alert(1)" not in text
    assert (
        "> \\<script\\>alert\\(1\\)\\</script\\>\\\n> \\# no \\*title\\* \\[x\\]\\(javascript\\:1\\) \\& "
        in text
    )
    assert "> \u00a0\u00a0\u00a0\u00a0code?" in text
    assert "> 1\\. one" in text


def test_a_leap_day_has_its_year() -> None:
    """29 February is an ordinary day of its year."""
    leap = datetime(2024, 2, 29, 12, tzinfo=UTC)
    entry = Entry(EntryType.MOMENT, "aha", leap, leap.date(), "A leap", 1, "lantern", "Ours", 1)
    page = render_html(Book(leap, (), (), (entry,)))
    assert "29 February 2024" in page
    assert ">2024</h2>" in page


def test_five_thousand_moments_arrive() -> None:
    """As they are, else without pictures, else zipped: that is said in one sentence."""
    words = [f"{at}: " + "what we saw was not what we thought " * 20 for at in range(5_000)]
    book = book_of(*words)
    whole = make_book_file(book, "html", Capabilities().largest_file)
    assert whole.file is not None
    assert (whole.file.name, whole.note()) == ("aha-book.html", "")
    assert whole.file.data.count(b"<article") == 5_000
    bare = make_book_file(book, "html", len(whole.file.data) - 1)
    assert bare.file is not None
    assert (bare.note, b"<svg" in bare.file.data) == (WITHOUT_PICTURES, False)
    zipped = make_book_file(book, "html", 3_000_000)
    assert zipped.file is not None
    assert (zipped.file.name, zipped.note) == ("aha-book.zip", ZIPPED)
    assert make_book_file(book, "html", 1_000).file is None


async def test_one_too_big_even_zipped_says_who_can_make_it(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Nothing is lost: the operator's command has no limit."""
    recorder.capabilities = Capabilities(largest_file=10)
    await people.ana.types("We sign once")
    await people.ana.types("memory book")
    await bot.tick()
    assert recorder.notes("U-ana") == [
        "Your book\nYour book is too big to send, even zipped. The people who run me can make it for you: ahabot book"
    ]
