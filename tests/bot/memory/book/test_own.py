"""What only one person sees: notes, what they kept to themselves, and that no team ever learns of it."""

from io import StringIO
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from bot.core.params import ParamKind
from bot.data.export import write_export
from bot.memory.book.commands import DropOwn, EditOwn, SeeOwn
from bot.people.page.commands import Home
from bot.recaps.content import recap_document
from bot.recaps.recap import PostRecap, build_period_recap
from bot.runtime.bot import Bot
from storage.models import Moment, OwnMoment, Pending, Table
from tests.support.databases import Clock
from tests.support.people import Everyone, Got, Person
from tests.support.questions import rows
from tests.support.recorder import Recorder

DIRECT: dict[str, Any] = {"channel": "D-ana", "direct": True, "channel_name": ""}


async def keeps_to_herself(person: Person, text: str) -> Got:
    """Write an aha in the direct messages and choose to keep it for oneself."""
    asked = await person.types(text, **DIRECT)
    assert asked.text.startswith("Post it in #lantern?"), asked.text
    return await asked.press("Save just for me")


async def test_a_note_is_kept_changed_removed_and_brought_back(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """All in private, and a day after it was removed its words are gone."""
    noted = await people.ana.types("memory note Ask Ben about the silence")
    assert noted.text == (
        "Saved. Only you can see it, here and in your book.\n“Ask Ben about the silence”\n"
        "[Undo] [Edit] [My private notes]"
    )
    listed = await people.ana.types("memory note")
    assert "“Ask Ben about the silence”" in listed.text
    opened = await listed.press("Show")
    changed = await (await opened.press("Edit")).fill(text="Ask Ben", happened="March 2026")
    assert changed.text == ("Updated. Only you can see it, here and in your book.\n“Ask Ben”\n[Undo] [Edit]")
    removed = await opened.press("Remove")
    assert removed.text == "Removed. You can bring it back until tomorrow.\n[Undo]"
    assert "“Ask Ben”" in (await removed.press("Undo")).text
    await opened.press("Remove")
    clock.forward(days=1, minutes=1)
    await bot.tick()
    said = await removed.press("Undo")
    assert said.text == "You removed that more than a day ago, so it's gone."
    assert (
        await bot.database.read(lambda session: session.execute(select(col(OwnMoment.text))).scalar_one())
        == ""
    )


async def test_without_a_note_the_form_opens(people: Everyone) -> None:
    """A note of any length is kept once, however often the form is sent."""
    form = await people.ana.types("memory note")
    for _ in range(2):
        assert "“One”" in (await form.fill(text="One")).text
    assert (await people.ana.types("memory note")).text.count("“One”") == 1


async def test_undo_offers_what_was_kept_last(people: Everyone, clock: Clock) -> None:
    """A word like `undo` means the newest of both, a note or a moment."""
    await people.ana.types("We sign once")
    clock.forward(minutes=1)
    await people.ana.types("memory note For me")
    asked = await people.ana.types("undo")
    offered = await asked.press("Undo")
    assert offered.text.startswith("Removed.")
    assert "#1" in (await people.ana.types("undo")).text


async def test_keep_it_to_myself(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """An aha written in the direct messages need not be posted to be kept. Pressing twice keeps it once."""
    await people.ana.types("We sign once")
    await bot.tick()
    before = len(recorder.standing)
    kept = await keeps_to_herself(people.ana, "I was afraid of the demo")
    assert kept.text.startswith("Saved. Only you can see it, here and in your book.")
    await bot.tick()
    assert len(recorder.standing) == before
    assert "I was afraid of the demo" in (await people.ana.types("memory note", **DIRECT)).text


async def test_keep_it_to_myself_pressed_twice(people: Everyone) -> None:
    """The second press says the same, and what was posted can't be kept to oneself any more."""
    await people.ana.types("We sign once")
    asked = await people.ana.types("I was afraid of the demo", **DIRECT)
    first, second = await asked.press("Save just for me"), await asked.press("Save just for me")
    assert first.text == second.text
    assert (await people.ana.types("memory note")).text.count("afraid") == 1
    assert (await asked.press("Don't save it")).text.startswith("You've already saved it just for yourself.")
    posted = await people.ana.types("Another one", **DIRECT)
    await posted.press("Post it")
    assert (await posted.press("Save just for me")).text.startswith("It's already posted.")


async def test_a_question_is_for_others(people: Everyone) -> None:
    """Only what could be a moment is offered to be kept to oneself."""
    await people.ana.types("We sign once")
    assert "[Save just for me]" not in (await people.ana.types("ask What did we learn?", **DIRECT)).text


async def test_no_team_and_nobody_else_ever_sees_it(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Not in the export, search, recaps, figures, cards, pages, suggestions, postings or other rows."""
    await people.ana.types("We sign once")
    plain = await everything_a_team_sees(people, bot, recorder)
    await people.ana.types("memory note zq1x")
    await keeps_to_herself(people.ana, "zq2x")
    career = await (await people.ana.types("memory book")).press("An aha from my career")
    await career.fill(text="zq3x", happened="zq4x 2011")
    await bot.tick()
    seen = await everything_a_team_sees(people, bot, recorder)
    assert "zq" not in "".join(seen.values())
    assert seen == plain
    for command in (SeeOwn("1"), EditOwn("1"), EditOwn("1", "1", "stolen"), DropOwn("1"), DropOwn("1", "1")):
        got = await people.ben.does(command)
        assert got.text.startswith("That isn't there any more."), command


async def everything_a_team_sees(people: Everyone, bot: Bot, recorder: Recorder) -> dict[str, str]:
    """Return what a team and its people may read, by surface."""
    said: dict[str, str] = {}
    for command in (
        "list",
        "recap year",
        "cycle",
        "quest",
        "find zq1x",
        "find zq2x",
        "find zq3x",
        "memory fuel",
    ):
        said[command] = (await people.ben.types(command)).text
    options = await bot.suggest(ParamKind.MOMENT, "zq", people.ben.origin)
    said["suggestions"] = str(options)
    said["home"] = (await people.ben.does(Home())).text
    said["posted recap"] = (await people.ben.does(PostRecap("year", "1"))).text
    said["export"] = await bot.database.read(_export)
    said["recap"] = await bot.database.read(_recap)
    said["rows"] = await bot.database.read(_other_rows)
    public = [each for each in recorder.standing.values() if each.place.channel]
    said["pictures"] = " ".join(each.post.picture.alt for each in public if each.post.picture)
    return said


def _export(session: Session) -> str:
    out = StringIO()
    write_export(session, 1, Clock().now, out)
    return out.getvalue()


def _recap(session: Session) -> str:
    return str(recap_document(build_period_recap(session, 1, "year", Clock().now)))


def _other_rows(session: Session) -> str:
    """Return whether any row beside a person's own and what waits for their yes holds their words."""
    holding = (OwnMoment.__tablename__, Pending.__tablename__)
    tables = [table for table in Table.metadata.sorted_tables if table.name not in holding]
    rows = [str(row) for table in tables for row in session.execute(select(table)) if "zq" in str(row)]
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("note to self I was scared of Tom", "I was scared of Tom"),
        ("Note to self: I was scared of Tom", "I was scared of Tom"),
        ("note I was scared of Tom", "I was scared of Tom"),
        ("note: I was scared of Tom", "I was scared of Tom"),
        ("my note I was scared of Tom", "I was scared of Tom"),
        ("private note - I was scared of Tom", "I was scared of Tom"),
        ("diary I was scared of Tom", "I was scared of Tom"),
        ("Journal: today I was scared of Tom", "today I was scared of Tom"),
        ("memories note I was scared of Tom", "I was scared of Tom"),
        ("memory notes I was scared of Tom", "I was scared of Tom"),
        ("memory nte I was scared of Tom", "I was scared of Tom"),
        ("memory: note I was scared of Tom", "I was scared of Tom"),
        ("aha note to self I was scared of Tom", "I was scared of Tom"),
    ],
)
async def test_a_note_typed_a_little_off_is_asked_about(
    people: Everyone, bot: Bot, recorder: Recorder, line: str, kept: str
) -> None:
    """Nothing is saved or posted before the person chose, and the button keeps their words for them alone."""
    asked = await people.ana.types(line)
    assert asked.text.startswith("Did you mean /aha memory note? Nothing is saved or posted yet."), asked.text
    noted = await asked.press("New private note")
    assert noted.text.startswith(f"Saved. Only you can see it, here and in your book.\n“{kept}”")
    await bot.tick()
    assert "scared" not in str(recorder.texts())
    assert rows(bot, Moment) == []


async def test_text_behind_memory_can_become_a_note(people: Everyone, bot: Bot) -> None:
    """Its menu offers that first."""
    asked = await people.ana.types("memory keep that I was scared of Tom")
    noted = await asked.press("Save as a private note")
    assert "“keep that I was scared of Tom”" in noted.text
    assert rows(bot, Moment) == []


@pytest.mark.parametrize(
    "line", ["Note-taking helps us", "Notebooks beat slides", "Journals' editors reply late"]
)
async def test_a_word_that_only_begins_like_a_note_is_a_thought(people: Everyone, line: str) -> None:
    """It's saved as it is."""
    assert (await people.ana.types(line)).text.startswith("Saved as #1")


async def test_what_was_removed_is_not_said_to_be_kept(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A form sent twice, and a button pressed again, say that it was removed. A day later it's gone."""
    removed = "You removed that. You can bring it back until tomorrow.\n[Bring back]"
    form = await people.ana.types("memory note")
    await (await form.fill(text="One")).press("Undo")
    assert (await form.fill(text="One")).text == removed
    career = await people.ana.types("memory career")
    await (await career.fill(text="We stopped guessing", happened="2011")).press("Undo")
    again = await career.fill(text="We stopped guessing", happened="2011")
    assert again.text == removed
    assert "“We stopped guessing”" in (await again.press("Bring back")).text
    await people.ana.types("We sign once")
    asked = await people.ana.types("I was afraid", **DIRECT)
    await (await asked.press("Save just for me")).press("Undo")
    for label in ("Save just for me", "Don't save it"):
        assert (await asked.press(label)).text == removed
    clock.forward(days=1, minutes=1)
    await bot.tick()
    gone = "You removed that more than a day ago, so it's gone."
    assert (await asked.press("Save just for me")).text == gone
    assert (await form.fill(text="One")).text.startswith(gone)


async def test_an_aha_of_the_career_can_be_told_at_any_time(people: Everyone, bot: Bot) -> None:
    """By its command, from the list of what one kept, and from the menu. It's never a team's aha."""
    told = await people.ana.types("memory career We stopped guessing")
    assert told.text.startswith("Saved. Only you can see it")
    listed = await (await people.ana.types("memory note")).press("An aha from my career")
    assert listed.form.title == "An aha from my career"
    menu = await (await people.ana.types("memory")).press("An aha from my career")
    assert menu.form.title == "An aha from my career"
    for line in ("career", "my career", "my career began with a map"):
        assert "Nothing is saved or posted yet." in (await people.ana.types(line)).text, line
    assert rows(bot, Moment) == []


async def test_an_edit_is_undone(people: Everyone, bot: Bot, clock: Clock) -> None:
    """With the words and the time from before, within a day, and only the edit that the button belongs to."""
    form = await people.ana.types("memory career")
    told = await form.fill(text="One", happened="2011")
    first = await (await told.press("Edit")).fill(text="Two", happened="2012")
    undone = await first.press("Undo")
    assert undone.text == "It's as it was before. Only you can see it, here and in your book.\n“One”\n[Edit]"
    assert "2011" in (await people.ana.types("memory note")).text
    second = await (await told.press("Edit")).fill(text="Three")
    assert (await first.press("Undo")).text == "You've edited that since, so it stays as it is."
    clock.forward(days=1, minutes=1)
    await bot.tick()
    assert "One" not in str([vars(each) for each in rows(bot, OwnMoment)])
    assert "so it's too late to undo" in (await second.press("Undo")).text


async def test_two_open_forms_of_one_note(people: Everyone) -> None:
    """The second one doesn't overwrite the first without a word. One that is sent twice says the same."""
    noted = await people.ana.types("memory note One")
    phone, desktop = await noted.press("Edit"), await noted.press("Edit")
    once, twice = await phone.fill(text="From the phone"), await phone.fill(text="From the phone")
    assert once.text == twice.text
    refused = await desktop.fill(text="From the desktop")
    assert refused.text.startswith("You've edited this since you opened that form.")
    assert "From the desktop" in refused.text
    assert "“From the phone”" in (await people.ana.types("memory note")).text
    same = await (await noted.press("Edit")).fill()
    assert same.text.startswith("Nothing changed.")


@pytest.mark.parametrize("text", ["hey", "1", "42", "delete", "undo that", "help me", "quest", "👍"])
async def test_a_note_is_kept_as_it_is_written(people: Everyone, bot: Bot, text: str) -> None:
    """Nobody else sees it, so no short or odd one is asked about first."""
    said = await people.ana.types(f"memory note {text}")
    assert said.text.startswith(f"Saved. Only you can see it, here and in your book.\n“{text}”")
    assert [each.text for each in rows(bot, OwnMoment)] == [text]


async def test_a_long_note_is_read_and_changed_page_by_page(people: Everyone, bot: Bot) -> None:
    """No word of the other pages is lost."""
    text = " ".join(f"word{number}" for number in range(900))
    await people.ana.types(f"memory note {text}")
    page = await (await people.ana.types("memory note")).press("Show")
    said = [page.text]
    while "[Read more]" in page.text:
        page = await page.press("Read more")
        said.append(page.text)
    assert "word0 " in said[0]
    assert "word899" in said[-1]
    assert len(said) == 3
    form = await (await (await people.ana.types("memory note")).press("Show")).press("Edit this page")
    await form.fill(text=form.form.fields[0].value.replace("word7 ", "seven "))
    (own,) = rows(bot, OwnMoment)
    assert own.text == text.replace("word7 ", "seven ")


async def test_two_things_kept_in_one_second(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Both are there, although the second waits where the first did."""
    await people.ana.types("We sign once")
    for text in ("I was afraid", "I was proud"):
        clock.forward(milliseconds=2)
        assert f"“{text}”" in (await keeps_to_herself(people.ana, text)).text
    assert [each.text for each in rows(bot, OwnMoment)] == ["I was afraid", "I was proud"]
