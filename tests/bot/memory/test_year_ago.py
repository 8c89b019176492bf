"""Tests of what comes back from this week in earlier years: in the recap, in private, and less what isn't wanted."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.origin import PostFailedError
from bot.memory.recalled import Wish
from bot.moments.commands import Delete
from bot.people.quiet import OptOut
from bot.runtime.bot import Bot
from storage.models import Posting, Recall, RecallChoice
from tests.support.databases import Clock
from tests.support.people import Everyone, Person
from tests.support.questions import press, rows, until
from tests.support.recorder import Recorder, Standing

THEN = datetime(2025, 3, 18, 10, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 20, 17, 0, tzinfo=UTC)
NOTHING = "Nothing from this week in earlier years right now."


async def keep_at(people: Everyone, clock: Clock, at: datetime, *texts: str) -> None:
    """Let Ana keep moments at a time."""
    clock.now = at
    for text in texts:
        await people.ana.types(f"log {text}")


async def next_recap(
    people: Everyone, bot: Bot, clock: Clock, friday: datetime = FRIDAY
) -> tuple[str, Standing]:
    """Keep something in the week of a Friday, and return that week's recap and its message."""
    await keep_at(people, clock, friday - timedelta(days=1), "something of this week")
    await until(bot, clock, friday)
    recorder = bot.adapters["recorder"]
    assert isinstance(recorder, Recorder)
    return [each for each in recorder.standing.items() if each[1].text.startswith("The week to")][-1]


async def read_all(person: Person) -> str:
    """Return all pages of what a person can look back at this week."""
    page = await person.types("memory year")
    said = [page.text]
    while "[Another one]" in page.text:
        page = await page.press("Another one")
        said.append(page.text)
    return "\n".join(said)


async def test_the_recap_brings_one_moment_of_the_same_days(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Three days before and after the same day count. Breakthroughs come first."""
    clock.now = THEN - timedelta(days=2)
    await people.ben.types("breakthrough too early")
    await keep_at(people, clock, THEN, "plain")
    await people.ben.types("breakthrough the customer's own sheet")
    _, recap = await next_recap(people, bot, clock)
    assert "A year ago: “the customer's own sheet” · Breakthrough #3 · Ben" in recap.text
    assert "too early" not in recap.text
    assert "“plain”" not in recap.text


@pytest.mark.parametrize(
    ("at", "head"),
    [
        (datetime(2024, 3, 21, 10, tzinfo=UTC), "2 years ago: "),
        (datetime(2025, 9, 19, 10, tzinfo=UTC), "Half a year ago: "),
        (datetime(2025, 12, 21, 10, tzinfo=UTC), "Three months ago: "),
    ],
)
async def test_where_there_is_no_year_yet(
    people: Everyone, bot: Bot, clock: Clock, at: datetime, head: str
) -> None:
    """Other years, half a year and a quarter ago stand in."""
    await keep_at(people, clock, at, "a young team's words")
    _, recap = await next_recap(people, bot, clock)
    assert f"{head}“a young team's words” · #1 · Ana" in recap.text


async def test_29_february_is_remembered_on_the_28th(people: Everyone, bot: Bot, clock: Clock) -> None:
    """And a leap day looks back at the 28th."""
    await keep_at(people, clock, datetime(2024, 2, 29, 10, tzinfo=UTC), "a leap")
    clock.now = datetime(2026, 2, 28, 10, tzinfo=UTC)
    assert "2 years ago\n“a leap” — Aha #1 · Ana" in (await people.ben.types("memory year")).text
    await keep_at(people, clock, datetime(2027, 2, 28, 10, tzinfo=UTC), "a usual day")
    clock.now = datetime(2028, 2, 29, 10, tzinfo=UTC)
    assert "A year ago\n“a usual day”" in (await people.ben.types("memory year")).text


async def test_it_comes_once_a_quarter(people: Everyone, bot: Bot, clock: Clock) -> None:
    """What the recap brought on Friday is in reach on Monday too, and rests for everyone."""
    await keep_at(people, clock, datetime(2025, 3, 23, 10, tzinfo=UTC), "only one")
    _, recap = await next_recap(people, bot, clock)
    assert "“only one”" in recap.text
    clock.forward(days=3)
    assert NOTHING in (await people.ben.types("memory year")).text
    shown = await people.ben.types("recap")
    assert "“only one”" not in shown.text


async def test_what_one_saw_in_private_does_not_come_in_the_recap(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """Another of the same days comes in its place."""
    await keep_at(people, clock, THEN, "the first", "the second")
    clock.now = datetime(2026, 3, 18, 9, tzinfo=UTC)
    assert "“the first”" in (await people.mei.types("memory year")).text
    _, recap = await next_recap(people, bot, clock)
    assert "A year ago: “the second”" in recap.text


async def test_not_again_and_more_like_this_change_what_comes(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """A press on the recap's line is answered in private with Undo, and holds for the team's recaps."""
    await keep_at(people, clock, THEN, "tangled invoices", "a garden shed")
    await keep_at(people, clock, THEN + timedelta(days=7), "somebody's birthday", "invoices again tangled")
    message, recap = await next_recap(people, bot, clock)
    assert "A year ago: “tangled invoices”" in recap.text
    said = await press(people.mei, message, "More like #1")
    assert said.text == "Good to know. I'll look for more like #1.\n[Undo]"
    _, recap = await next_recap(people, bot, clock, FRIDAY + timedelta(days=7))
    assert "A year ago: “invoices again tangled”" in recap.text
    said = await press(people.ben, message, "Don't show #1 again")
    assert said.text == (
        "I won't show #1 to you again, or to the team in a recap. Search still finds it.\n[Undo]"
    )
    clock.now = FRIDAY + timedelta(days=365)
    assert "“tangled invoices”" not in await read_all(people.ben)
    assert "“tangled invoices”" in await read_all(people.mei)
    assert (await said.press("Undo")).text == "Undone. I've forgotten what you said about #1."
    assert "“tangled invoices”" in await read_all(people.ben)


async def test_in_private_page_by_page(people: Everyone, bot: Bot, clock: Clock) -> None:
    """One moment on a page. On the same day the pages are the same again, and rest for a quarter then."""
    await keep_at(people, clock, THEN, "one", "two")
    clock.now = datetime(2026, 3, 18, 9, tzinfo=UTC)
    page = await people.ben.types("memory year")
    assert page.text.startswith("A year ago\n“one” — Aha #1 · Ana\n18 March 2025\n[Show] [Another one]")
    second = await page.press("Another one")
    assert "“two”" in second.text
    assert "[Another one]" not in second.text
    assert (await people.ben.types("memory year")).text == page.text
    clock.forward(days=1)
    assert NOTHING in (await people.ben.types("memory year")).text
    assert "“one”" in (await people.mei.types("memory year")).text
    assert [each.way for each in rows(bot, Recall)] == ["year", "year", "year"]


async def test_what_may_not_come_back(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Removed moments, drafts, and those of a person who opted out of being saved."""
    await keep_at(people, clock, THEN, "removed", "of one who opted out")
    await people.ana.does(Delete("1"))
    await people.ana.does(OptOut())
    _, recap = await next_recap(people, bot, clock)
    assert "A year ago" not in recap.text
    assert NOTHING in (await people.ben.types("memory year")).text


async def test_a_posted_recap_tells_the_same_less_what_was_removed(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Nothing comes in its place, and an edit of the words is shown."""
    await keep_at(people, clock, THEN, "the first", "the second")
    message, recap = await next_recap(people, bot, clock)
    assert "A year ago: “the first”" in recap.text
    (posting,) = [each for each in rows(bot, Posting) if each.message == message]
    assert "the first" not in str(posting.as_posted)
    await people.ana.does(Delete("1"))
    assert "A year ago" not in await people.ben.sees(message)


async def test_a_quiet_month_gets_one_line_that_quotes_nothing(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It opens in private. No second one comes before something is saved again."""

    def offers() -> list[str]:
        return [m for m, each in recorder.standing.items() if "quiet here for a month" in each.text]

    await keep_at(people, clock, datetime(2025, 9, 1, 9, tzinfo=UTC), "our one aha")
    await until(bot, clock, datetime(2025, 9, 25, 9, tzinfo=UTC))
    assert offers() == []
    await until(bot, clock, datetime(2026, 1, 30, 9, tzinfo=UTC))
    (message,) = offers()
    assert recorder.standing[message].text == (
        "It's been quiet here for a month. Want to look back at what you found before?\n[Look back]"
    )
    page = await press(people.mei, message, "Look back")
    assert page.text.startswith("Some time ago\n“our one aha” — Aha #1 · Ana")
    await keep_at(people, clock, clock.now, "something again")
    await until(bot, clock, clock.now + timedelta(days=60))
    assert len(offers()) == 2


async def test_a_recap_that_is_off_offers_nothing(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """However quiet the team is."""
    await keep_at(people, clock, datetime(2025, 9, 1, 9, tzinfo=UTC), "our one aha")
    form = await (await people.ana.types("schedule")).press("Recap schedule")
    await form.fill(state="off")
    await until(bot, clock, datetime(2026, 1, 30, 9, tzinfo=UTC))
    assert not any("quiet here" in each.text for each in recorder.standing.values())


@pytest.mark.parametrize("unseen", ["failed", "taken back"])
async def test_a_recap_that_nobody_saw_uses_nothing_up(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, unseen: str
) -> None:
    """What it would have told is still there for everyone."""
    await keep_at(people, clock, THEN, "the customer's sheet")
    await keep_at(people, clock, FRIDAY - timedelta(days=1), "something of this week")
    await bot.tick()
    if unseen == "failed":
        recorder.trouble = [PostFailedError("That channel is gone.")] * 6
        await until(bot, clock, FRIDAY)
        recorder.trouble.clear()
    else:
        clock.forward(hours=1)
        posted = await (await people.ana.types("recap")).press("Post here")
        await bot.tick()
        await posted.press("Undo")
        await bot.tick()
    assert not any("the customer's sheet" in text for text in recorder.texts() if "week to" in text)
    clock.now = FRIDAY + timedelta(hours=20)
    assert "“the customer's sheet”" in (await people.ben.types("memory year")).text


async def test_a_wish_on_a_page_loses_no_page(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Each moment is shown once, whatever is wished on the way, and on the same day once more."""
    await keep_at(people, clock, THEN, "one apple", "two bananas", "three cherries", "four bananas")
    clock.now = datetime(2026, 3, 18, 9, tzinfo=UTC)
    page = await people.ben.types("memory year")
    said = [page.text.splitlines()[1]]
    await page.press("More like #1")
    page = await page.press("Another one")
    said.append(page.text.splitlines()[1])
    await page.press("Don't show #2 again")
    await page.press("More like #4") if "[More like #4]" in page.text else await people.ben.does(
        Wish("1.4", "more")
    )
    while "[Another one]" in page.text:
        page = await page.press("Another one")
        said.append(page.text.splitlines()[1])
    assert sorted(line.partition(" — ")[0] for line in said) == sorted(
        ["“one apple”", "“two bananas”", "“three cherries”", "“four bananas”"]
    )
    again = await read_all(people.ben)
    assert "bananas" in again
    assert again.count("“four bananas”") == again.count("“three cherries”") == 1
    assert "“two bananas”" not in again


async def test_undo_of_a_wish_goes_back_to_the_one_before(people: Everyone, bot: Bot, clock: Clock) -> None:
    """It says only what the person said, and an old Undo changes nothing. Any other wish is refused."""
    await keep_at(people, clock, THEN, "one apple")
    clock.now = datetime(2026, 3, 18, 9, tzinfo=UTC)
    page = await people.ben.types("memory year")
    await people.mei.does(Wish("1.1", "not_again"))
    more = await page.press("More like #1")
    not_again = await page.press("Don't show #1 again")
    assert (await more.press("Undo")).text == "You've said something else about #1 since, so that stays."
    await page.press("Don't show #1 again")
    undone = await not_again.press("Undo")
    assert undone.text == "It's as before. Good to know. I'll look for more like #1."
    assert [(each.person_id, each.choice) for each in rows(bot, RecallChoice)] == [
        (2, "more"),
        (3, "not_again"),
    ]
    assert (await more.press("Undo")).text == "Undone. I've forgotten what you said about #1."
    assert [each.choice for each in rows(bot, RecallChoice)] == ["not_again"]
    refused = await people.ben.does(Wish("1.1", "xx"))
    assert refused.text == "I can stop showing #1, or look for more like it."


@pytest.mark.parametrize("why", ["too young", "opted out", "unwanted"])
async def test_a_quiet_month_with_nothing_to_show_offers_nothing(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, why: str
) -> None:
    """An offer would lead to nothing. It comes once it leads somewhere."""
    await keep_at(people, clock, FRIDAY - timedelta(hours=7), "the only one so far")
    if why == "opted out":
        await people.ana.does(OptOut())
    if why == "unwanted":
        await people.ana.does(Wish("1.1", "not_again"))
    await until(bot, clock, FRIDAY + timedelta(days=28))
    assert not any("quiet here" in each.text for each in recorder.standing.values())
    await until(bot, clock, FRIDAY + timedelta(days=60))
    assert any("quiet here" in each.text for each in recorder.standing.values()) is (why == "too young")


async def test_a_quiet_offer_after_everything_was_removed(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It says what happened to what was there."""
    await keep_at(people, clock, FRIDAY - timedelta(hours=7), "the only one so far")
    await until(bot, clock, FRIDAY + timedelta(days=40))
    (message,) = [m for m, each in recorder.standing.items() if "quiet here" in each.text]
    await people.ana.does(Delete("1"))
    said = (await press(people.ben, message, "Look back")).text
    assert said.startswith(
        "Nothing to look back at right now. I show each moment at most once in three months."
    )
