"""Tests of edited reports: a recap, harvest or cycle tells what was so when it was posted, less what was removed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from bot.core.messages import Picture
from bot.core.origin import OutcomeUnknownError, PostFailedError
from bot.moments.comfort import Millimetres
from bot.moments.commands import AddVersion, Breakthrough, Delete, Edit, Failed, ItFailed, IWasThere
from bot.prompts.bank.packs import load_packs
from bot.quests.commands import LetGo, Link, TakeQuestBack
from bot.recaps.recap import PostRecap
from bot.runtime.bot import Bot
from bot.teams.setup import SetKeeping
from storage.models import Posting, PostingKind, PostingState, QuestionSetting, Quotation
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder, Standing

FRIDAY = datetime(2026, 3, 20, 16, 5, tzinfo=UTC)
LAST_FRIDAY = datetime(2026, 3, 27, 16, 5, tzinfo=UTC)


def report(recorder: Recorder, title: str) -> Standing:
    """Return the one posted report with this title."""
    (found,) = (one for one in recorder.standing.values() if one.text.startswith(title))
    return found


def recap(recorder: Recorder) -> str:
    """Return the text of the one posted recap."""
    return report(recorder, "The week to").text


def drawn(standing: Standing) -> Picture:
    """Return a report's picture."""
    assert standing.post.picture is not None
    return standing.post.picture


async def on_friday(bot: Bot, clock: Clock, at: datetime = FRIDAY) -> None:
    """Move to Friday afternoon, when the recap is posted."""
    clock.now = at
    await bot.tick()


async def quotations(bot: Bot) -> list[tuple[int | None, int | None]]:
    """Return what postings quote."""

    def read(session: Session) -> list[tuple[int | None, int | None]]:
        rows = session.exec(select(Quotation).order_by(col(Quotation.id))).all()
        return [(row.moment_id, row.answer_id) for row in rows]

    return await bot.database.read(read)


# A recap


async def test_an_edited_recap_brings_nothing_newer(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """People, millimetres, one more and the question ahead stay as they were, and so does the picture."""
    await people.ana.types("We used to cache tokens.")
    await people.ben.types("Nobody reads the second page.")
    clock.now = FRIDAY - timedelta(hours=2)
    gone = await people.ben.types("delete 2")
    await on_friday(bot, clock)
    before, picture = recap(recorder), drawn(report(recorder, "The week to"))
    assert "One person took part." in before
    await gone.press("Undo")
    clock.forward(days=20)
    for person in (people.ana, people.ben, people.mei, people.noor):
        await person.does(Millimetres("1.1", "5"))
        await person.does(IWasThere("1.1"))
    question = before.rpartition("For next week: ")[2]
    await _mute_question(bot, question.strip())
    await people.ana.does(Edit("1.1", "We used to cache tokens, now we sign them."))
    await bot.tick()
    assert recap(recorder) == before.replace("tokens.", "tokens, now we sign them.")
    assert drawn(report(recorder, "The week to")) == picture


async def _mute_question(bot: Bot, words: str) -> None:
    """Mute the question that a recap asks."""
    (key,) = (one.key for pack in load_packs() for one in pack.questions if one.text == words)
    await bot.database.write(lambda session: session.add(QuestionSetting(team_id=1, key=key, muted=True)))


async def test_one_more_stays_out(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """A moment of the period that comes back later is neither told nor counted."""
    for number in range(6):
        await people.ana.types(f"Seen number {number}.")
    clock.now = FRIDAY - timedelta(hours=2)
    gone = await people.ana.types("delete 6")
    await on_friday(bot, clock)
    before = recap(recorder)
    assert "more: /aha find" not in before
    assert (await gone.press("Undo")).text == "#6 is back. The card is in #lantern.\n[Undo]"
    await people.ana.does(Edit("1.1", "Seen number zero."))
    await bot.tick()
    assert recap(recorder) == before.replace("number 0", "number zero")


async def test_what_is_removed_leaves_its_figures_too(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """One person and one moment less, and back again after an undo, though somebody new came since then."""
    await people.ana.types("We used to cache tokens.")
    await people.ben.types("Nobody reads the second page.")
    await on_friday(bot, clock)
    before, picture = recap(recorder), drawn(report(recorder, "The week to"))
    assert "Two people took part." in before
    assert "Last week, highlighted: no experiments, 2 ahas" in picture.alt
    gone = await people.ben.types("delete 2")
    await bot.tick()
    assert "second page" not in recap(recorder)
    assert "One person took part." in recap(recorder)
    assert "Last week, highlighted: no experiments, 1 aha" in drawn(report(recorder, "The week to")).alt
    await people.mei.does(IWasThere("1.1"))
    await gone.press("Undo")
    await bot.tick()
    assert recap(recorder) == before
    assert drawn(report(recorder, "The week to")) == picture


async def test_no_other_version_slips_in(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Two of three are told. When the author withdraws one, the third still is not."""
    await people.ana.types("We used to cache tokens.")
    for person in (people.ben, people.mei, people.noor):
        await person.does(AddVersion("1.1", f"For {person.origin.person_name} it was the silence."))
    await on_friday(bot, clock)
    assert "For Mei it was" in recap(recorder)
    assert "For Noor it was" not in recap(recorder)
    await bot.database.write(
        lambda session: session.execute(text("DELETE FROM version WHERE text LIKE 'For Ben%'"))
    )
    await people.ana.does(Edit("1.1", "We used to cache them."))
    await bot.tick()
    assert "For Mei it was" in recap(recorder)
    assert "For Ben it was" not in recap(recorder)
    assert "For Noor it was" not in recap(recorder)


async def test_an_author_s_other_kind_is_followed(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """What its author calls an experiment afterwards is told as one."""
    await people.ana.types("We used to cache tokens.")
    await on_friday(bot, clock)
    assert "Moments" in recap(recorder)
    await people.ana.does(ItFailed("1.1"))
    await bot.tick()
    assert "What we tried and learned\n• “We used to cache tokens.” — #1 · Ana" in recap(recorder)
    assert "Moments" not in recap(recorder)


async def test_another_zone_does_not_rename_what_was_posted(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """In Auckland it was Saturday already."""
    await people.ana.types("We used to cache tokens.")
    await on_friday(bot, clock)
    await people.ana.does(SetKeeping("1", emoji="💡", threshold="1", zone="Pacific/Auckland"))
    await people.ana.does(Edit("1.1", "We sign tokens now."))
    await bot.tick()
    assert recap(recorder).startswith("The week to 20 March\n")
    assert "We sign tokens now." in recap(recorder)


@pytest.mark.parametrize(
    "trouble",
    [PostFailedError("Slow down.", retry_after=1), OutcomeUnknownError()],
    ids=["refused", "unknown"],
)
async def test_a_recap_that_takes_several_tries_is_stored_once(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, trouble: Exception
) -> None:
    """It quotes each moment once, and tells what was so at its first try."""
    await people.ana.types("We used to cache tokens.")
    await people.ben.types("Nobody reads the second page.")
    await bot.tick()
    recorder.trouble = [trouble] * 3
    await on_friday(bot, clock)
    assert await quotations(bot) == [(1, None), (2, None)]
    await people.mei.does(IWasThere("1.1"))
    for _ in range(6):
        clock.forward(minutes=10)
        await bot.tick()
    assert recorder.trouble == []
    assert await quotations(bot) == [(1, None), (2, None)]
    assert "Two people took part." in recap(recorder)


async def test_what_is_removed_between_two_tries_is_never_posted(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The second try tells what is left, and a recap of which nothing is left is not posted."""
    await people.ana.types("We used to cache tokens.")
    await bot.tick()
    recorder.trouble = [PostFailedError("Slow down.", retry_after=1)]
    await on_friday(bot, clock)
    await people.ana.types("delete 1")
    clock.forward(minutes=10)
    await bot.tick()
    assert not [text for text in recorder.texts() if text.startswith("The week to")]

    def read(session: Session) -> str:
        return session.exec(select(Posting).where(Posting.kind == PostingKind.RECAP)).one().state

    assert await bot.database.read(read) == PostingState.SKIPPED


async def test_a_recap_from_before_is_kept_from_its_next_edit_on(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """What it told then was not stored, so its first edit tells what is so now, and stores that."""
    await people.ana.types("We used to cache tokens.")
    await on_friday(bot, clock)
    await bot.database.write(lambda session: session.execute(text("UPDATE posting SET as_posted = NULL")))
    await people.ana.does(Edit("1.1", "We sign tokens now."))
    await bot.tick()
    first = recap(recorder)
    assert "We sign tokens now." in first
    await people.ben.does(IWasThere("1.1"))
    await people.ana.does(Edit("1.1", "We sign tokens."))
    await bot.tick()
    assert recap(recorder) == first.replace("tokens now", "tokens")


async def test_on_request_and_posted_it_has_the_same_name(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The private recap, the one posted from it and Friday's are named by the same rule, after a pause too."""
    form = await (await people.ana.types("schedule")).press("Recap schedule")
    await form.fill(until="2026-03-28")
    clock.now = datetime(2026, 4, 3, 8, 0, tzinfo=UTC)
    await people.ana.types("We used to cache tokens.")
    clock.forward(hours=1)
    asked = await people.ben.types("recap")
    assert asked.text.startswith("The week to 3 April\n")
    await people.ben.does(PostRecap())
    await bot.tick()
    clock.now = datetime(2026, 4, 3, 16, 0, tzinfo=UTC)
    await bot.tick()
    titles = [one.text.splitlines()[0] for one in recorder.standing.values() if "week to" in one.text]
    assert titles == ["The week to 3 April"] * 2


# A harvest


async def quarter(people: Everyone, clock: Clock) -> None:
    """Create five quests, three attempts at the first and a breakthrough with two of them linked."""
    for number in range(5):
        await people.ana.types(f"quest Number {number}?")
    for name in ("A wizard", "A shorter one", "None"):
        await people.ben.does(Failed(name, quest="1"))
        clock.forward(days=3)
    await people.ana.does(Breakthrough("Show them a template", value="trust"))
    await people.ana.does(Link("1.4", "1", "1\n2"))


async def test_an_edited_harvest_brings_nothing_newer(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Later links, people, values and taps stay out, and so does an older quest in a withdrawn one's place."""
    clock.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    await quarter(people, clock)
    await on_friday(bot, clock, LAST_FRIDAY)
    before, picture = report(recorder, "Our quarter").text, drawn(report(recorder, "Our quarter"))
    assert "#4 · Ana · 2 attempts · 9 days · 2 people" in before
    assert "Number 1?" not in before
    clock.forward(days=20)
    await people.ana.does(Link("1.4", "1", "3"))
    for person in (people.ben, people.mei, people.noor):
        await person.does(IWasThere("1.4"))
    worth = "trust\ndoor opened"
    await people.ana.does(Edit("1.4", "Show them the template", value=worth, powers="Imports"))
    await (await people.ben.does(LetGo("2", "1"))).fill(reason="Enough")
    await bot.tick()
    after = report(recorder, "Our quarter")
    assert after.text == before.replace("them a template", "them the template")
    assert drawn(after) == picture
    await people.ana.does(TakeQuestBack("5"))
    await bot.tick()
    text = report(recorder, "Our quarter").text
    assert "4 quests" in text
    assert "Number 4?" not in text
    assert "Number 1?" not in text


async def test_a_harvest_missed_in_one_zone_is_of_its_own_quarter(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It ends at midnight there, which is the next quarter's first morning further east."""
    await people.ana.types("failed A wizard")
    await people.ana.does(SetKeeping("1", emoji="💡", threshold="1", zone="Asia/Singapore"))
    form = await (await people.ana.types("schedule")).press("Recap schedule")
    await form.fill(until="2026-03-31")
    clock.now = datetime(2026, 4, 3, 15, 0, tzinfo=UTC)
    await bot.tick()
    clock.forward(days=1)
    await bot.tick()
    harvest = report(recorder, "Our quarter")
    assert harvest.text.startswith("Our quarter: January to March 2026\n")
    assert "to 31 March 2026, counted up over time: 1 experiment" in drawn(harvest).alt


# A cycle


async def test_an_edited_cycle_brings_nothing_newer(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """An attempt put into a quest later does not count, and no quest slips into a withdrawn one's place."""
    for number in range(7):
        await people.ana.types(f"quest Number {number}?")
    await people.ben.does(Failed("A wizard", quest="1"))
    await people.ben.does(Failed("Of no quest yet"))
    await bot.tick()
    await (await people.ana.types("cycle")).press("Post here")
    await bot.tick()
    before, picture = report(recorder, "How our quests").text, drawn(report(recorder, "How our quests"))
    assert "\n2 more" in before
    clock.forward(days=1)
    await people.ben.does(Edit("1.2", "Of this quest", quest="1"))
    await people.ben.does(Edit("1.1", "A wizard of one page", quest="1"))
    await bot.tick()
    after = report(recorder, "How our quests")
    assert after.text == before.replace("A wizard", "A wizard of one page")
    assert drawn(after) == picture
    await people.ana.does(TakeQuestBack("3"))
    await bot.tick()
    text = report(recorder, "How our quests").text
    assert "Number 2?" not in text
    assert "Number 5?" not in text
    assert "\n2 more" in text
    await people.ben.does(Delete("1.1"))
    await bot.tick()
    assert "A wizard" not in report(recorder, "How our quests").text
    assert "no attempts yet" in report(recorder, "How our quests").text
