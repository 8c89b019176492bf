"""Tests of follow-ups: questions asked later in the card's thread, at most once a week."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from bot.core.origin import Source
from bot.memory.sequels import AddSequel
from bot.moments.commands import AddVersion, Edit
from bot.runtime.bot import Bot
from bot.schedules.schedules import Start
from bot.teams.setup import SetKeeping
from storage.models import FollowUp, Schedule, SequelKind
from storage.teams import presence
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.questions import until
from tests.support.recorder import Recorder, Standing

NEXT, SET_OFF, STUCK = "What's next?", "A month later", "A few months later"


async def pass_by(bot: Bot, clock: Clock, days: float) -> None:
    """Advance the clock by days, with a tick whenever something is due, and one at the end."""
    await until(bot, clock, clock.now + timedelta(days=days))


def threads(recorder: Recorder) -> list[tuple[str, Standing]]:
    """Return the posts in threads, each with its thread's message."""
    return [(each.place.thread, each) for each in recorder.standing.values() if each.place.thread]


def heads(recorder: Recorder) -> list[str]:
    """Return the first lines of the posts in threads."""
    return [each.text.splitlines()[0] for _, each in threads(recorder)]


def card_of(recorder: Recorder, number: int) -> str:
    """Return the message of a moment's card."""
    return next(m for m, each in recorder.standing.items() if f"#{number}\n" in each.text)


async def test_the_search_begins_again_in_the_card_s_thread(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It is asked once, after three days. Answering opens the next quest, and the question shows it."""
    await people.ana.types("breakthrough sign tokens once")
    await bot.tick()
    await pass_by(bot, clock, 2.5)
    assert threads(recorder) == []
    await pass_by(bot, clock, 4)
    ((thread, asked),) = threads(recorder)
    assert thread == card_of(recorder, 1)
    assert asked.text.startswith(
        f"{NEXT}\nYou found “sign tokens once”. What do you want to find out next?\n"
    )
    (button,) = asked.post.card.buttons
    form = await people.ben.does(button.command)
    opened = await form.fill(text="Why do imports still take a day?")
    await bot.tick()
    ((_, asked),) = threads(recorder)
    assert "Ben started the next quest: Why do imports still take a day?" in asked.text
    assert "Why do imports still take a day?" in (await people.mei.types("quest")).text
    await opened.press("Undo")
    await bot.tick()
    assert "started the next quest" not in threads(recorder)[0][1].text


async def test_it_repeats_the_words_and_what_is_possible_now(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It has one line of the current text, and the first three sequel lines as a start for the quest."""
    await people.ana.types("breakthrough one wrod.\nand much more about it")
    for text in ("Offline log-in", "One less server", "Sleep", "A talk"):
        await (await people.ben.does(AddSequel("1.1"))).fill(text=text)
    await (await people.ben.does(AddSequel("1.1", SequelKind.SET_OFF))).fill(text="We deleted the cache")
    await bot.tick()
    await pass_by(bot, clock, 3.5)
    assert threads(recorder)[0][1].text.splitlines()[1:3] == [
        "You found “one wrod”. What do you want to find out next?",
        "Now possible: “Offline log-in” Ben · “One less server” Ben · “Sleep” Ben · 1 more",
    ]
    await people.ana.does(Edit("1.1", "one word " * 20))
    await bot.tick()
    asked = threads(recorder)[0][1].text.splitlines()[1]
    assert asked.startswith("You found “one word one word")
    assert "…”. What do you want" in asked
    assert len(asked) < 160


async def asked_at(bot: Bot) -> list[datetime]:
    """Return when the team was asked, in Lisbon time."""

    def of(session: Session) -> list[datetime]:
        found = session.exec(select(FollowUp.asked_at).order_by(col(FollowUp.asked_at)))
        return [at.astimezone(ZoneInfo("Europe/Lisbon")) for at in found if at is not None]

    return await bot.database.read(of)


@pytest.mark.parametrize(
    ("later", "asked"),
    [
        ({"hours": 0}, "Thu 19 March 10:00"),
        ({"hours": 11}, "Thu 19 March 10:00"),
        ({"hours": 20}, "Fri 20 March 10:00"),
        ({"days": 2}, "Mon 23 March 10:00"),
        ({"days": 11, "hours": 2}, "Mon 30 March 10:00"),
    ],
)
async def test_it_comes_in_the_morning_of_a_working_day(
    people: Everyone, bot: Bot, clock: Clock, later: dict[str, float], asked: str
) -> None:
    """This holds for moments saved at night and across clock changes."""
    clock.forward(**later)
    await people.ana.types("breakthrough sign tokens once")
    await bot.tick()
    await pass_by(bot, clock, 6)
    assert [f"{at:%a %d %B %H:%M}" for at in await asked_at(bot)] == [asked]


async def test_what_was_put_off_comes_in_the_morning_too(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """This holds a week later, after a pause, and after a removal undone at night."""
    await people.ana.types("breakthrough one")
    await people.ana.types("breakthrough two")
    await bot.tick()
    await pass_by(bot, clock, 2.5)
    gone = await people.ana.types("delete 1")
    await people.ana.types("delete 2")
    await pass_by(bot, clock, 0.8)
    await gone.press("Undo")
    await pass_by(bot, clock, 0.8)
    assert [f"{at:%a %d %B %H:%M}" for at in await asked_at(bot)] == ["Fri 20 March 10:00"]
    await people.ana.types("breakthrough three")
    await pass_by(bot, clock, 40)
    found = await asked_at(bot)
    assert len(found) > 3
    assert {(at.isoweekday() < 6, f"{at:%H:%M}") for at in found} == {(True, "10:00")}


async def test_a_team_that_moved_away_has_its_own_morning(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The team's zone at the time of asking counts, not the one at the time of saving."""
    await people.ana.types("breakthrough sign tokens once")
    await (await people.ana.does(SetKeeping("1"))).fill(zone="Tokyo")
    await bot.tick()
    await pass_by(bot, clock, 6)
    (at,) = await asked_at(bot)
    assert f"{at.astimezone(ZoneInfo('Asia/Tokyo')):%a %H:%M}" == "Fri 10:00"


async def test_a_process_that_comes_back_in_the_afternoon(people: Everyone, bot: Bot, clock: Clock) -> None:
    """It asks within working hours. In the evening it waits for the next morning."""
    await people.ana.types("breakthrough here")
    await bot.tick()
    clock.forward(days=3, hours=6)
    await bot.tick()
    await people.ana.types("breakthrough there", channel="C2", channel_name="two")
    await bot.tick()
    clock.forward(days=4, hours=3)
    await bot.tick()
    await pass_by(bot, clock, 2)
    assert [f"{at:%a %H:%M}" for at in await asked_at(bot)] == ["Thu 15:00", "Tue 10:00"]


async def test_a_month_and_a_quarter_later(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The questions are what it set off and whether it stuck, and the card shows both answers."""
    await people.ana.types("breakthrough sign tokens once")
    await bot.tick()
    await pass_by(bot, clock, 91)
    assert heads(recorder) == [NEXT, SET_OFF, STUCK]
    _, month, quarter = (each for _, each in threads(recorder))
    form = await people.ben.does(month.post.card.buttons[0].command)
    await form.fill(text="We deleted the cache")
    assert [each.label for each in quarter.post.card.buttons] == [
        "Yes",
        "Sort of",
        "No",
    ]
    said = await people.mei.does(quarter.post.card.buttons[0].command)
    assert said.text == "Saved: #1 stuck.\n[Undo]"
    await bot.tick()
    assert "“We deleted the cache” Ben" in threads(recorder)[1][1].text
    assert "It stuck. Anyone can change that." in threads(recorder)[2][1].text
    card = recorder.standing[card_of(recorder, 1)].text
    assert "What came of it: “We deleted the cache” Ben" in card
    assert "\nIt stuck.\n" in card


async def test_of_an_aha_only_where_it_was_told_together(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A sequel line or a version shows that it mattered to more than one person."""
    await people.ana.types("alone")
    await people.ana.types("with a line")
    await (await people.ben.does(AddSequel("1.2"))).fill(text="Sleep")
    await bot.tick()
    await pass_by(bot, clock, 7)
    await people.ana.types("with a version")
    await (await people.ben.does(AddVersion("1.3"))).fill(text="As I saw it")
    await people.ana.types("with a version taken out")
    taken = await (await people.ben.does(AddVersion("1.4"))).fill(text="As I saw it")
    await taken.press("Undo")
    await pass_by(bot, clock, 40)
    asked = [(thread, each.text.splitlines()[0]) for thread, each in threads(recorder)]
    assert asked == [(card_of(recorder, 2), SET_OFF), (card_of(recorder, 3), SET_OFF)]


async def test_at_most_one_a_week_and_they_do_not_pile_up(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Of five breakthroughs on one day two are asked about. The other questions waited too long."""
    for number in range(5):
        await people.ana.types(f"breakthrough number {number}")
    await bot.tick()
    times = []
    for _ in range(24):
        before = len(threads(recorder))
        await pass_by(bot, clock, 1)
        times += [clock.now] * (len(threads(recorder)) - before)
    assert heads(recorder) == [NEXT, NEXT]
    assert times[1] - times[0] == timedelta(days=7)
    assert await bot.next_due() is not None


async def test_what_is_next_comes_before_the_rest(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A breakthrough's question comes before any number of ahas, because it is useful for a week only."""
    for number in range(1, 11):
        await people.ana.types(f"Import number {number} took a day")
        await (await people.ben.does(AddVersion(f"1.{number}"))).fill(text="As I saw it")
        await pass_by(bot, clock, 3.5)
    await people.ana.types("breakthrough sign tokens once")
    await pass_by(bot, clock, 11)
    assert NEXT in heads(recorder)


async def test_a_week_lies_between_a_recap_s_question_and_a_thread_s(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The week counts from when people could read it."""
    await kept_by_emoji(people, bot, recorder)
    await pass_by(bot, clock, 30)
    await people.ana.types("breakthrough sign tokens once")
    asked: dict[str, datetime] = {}
    for _ in range(40):
        await pass_by(bot, clock, 0.5)
        asked |= {
            text: clock.now
            for text in (SET_OFF, NEXT)
            if text not in asked and any(text in each.text for each in recorder.standing.values())
        }
    assert abs(asked[SET_OFF].date() - asked[NEXT].date()) >= timedelta(days=7)


async def test_two_that_wait_are_in_two_recaps(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Each recap has one, and none is lost."""
    await kept_by_emoji(people, bot, recorder)
    await kept_by_emoji(people, bot, recorder, "m-mei", 2)
    for _ in range(6):
        await people.ana.types("so that there is a recap")
        await pass_by(bot, clock, 7)
    recaps = [each.text for each in recorder.standing.values() if "The week to" in each.text]
    assert [f"What came of #{number}?" in text for number, text in zip((1, 2), recaps[-2:], strict=True)] == [
        True, True,
    ]  # fmt: skip


async def test_another_team_s_week_is_its_own(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Teams do not wait for each other."""
    await people.ana.types("breakthrough here")
    await people.ana.types("breakthrough there", channel="C2", channel_name="two")
    await bot.tick()
    await pass_by(bot, clock, 4)
    assert sorted(each.place.channel for _, each in threads(recorder)) == ["C1", "C2"]


async def schedules_of(bot: Bot) -> list[Schedule]:
    """Return all schedules."""
    return await bot.database.read(lambda session: list(session.exec(select(Schedule))))


async def set_schedules(bot: Bot, kind: str = "", **values: object) -> None:
    """Set fields of all schedules, or of one kind, directly in the database."""

    def change(session: Session) -> None:
        wanted = (Schedule.kind == kind,) if kind else ()
        for schedule in session.exec(select(Schedule).where(*wanted)):
            for name, value in values.items():
                setattr(schedule, name, value)

    await bot.database.write(change)


@pytest.mark.parametrize("how", ["off", "paused", "removed"])
async def test_a_team_that_pauses_is_left_in_peace(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, how: str
) -> None:
    """Afterwards only questions that are not too late are asked."""
    await people.ana.types("breakthrough sign tokens once")
    await bot.tick()
    off = {"active": False, "next_at": None}
    rests = {"paused_until": clock.now.date() + timedelta(days=33)}
    if how == "removed":
        now = clock.now
        await bot.database.write(lambda session: presence.mark_removed(session, 1, now))
    else:
        await set_schedules(bot, **(off if how == "off" else rests))
    await pass_by(bot, clock, 32)
    assert threads(recorder) == []
    if how == "off":
        await people.ana.does(Start("1"))
    if how == "removed":
        await people.ana.types("list")
    await pass_by(bot, clock, 3)
    assert heads(recorder) == [SET_OFF]


async def test_nothing_is_asked_of_what_was_removed(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Restored within the day, it is asked. Removed later, its question is removed too."""
    await people.ana.types("breakthrough sign tokens once")
    await people.ana.types("breakthrough gone for good")
    await bot.tick()
    await pass_by(bot, clock, 2.5)
    gone = await people.ana.types("delete 1")
    await people.ana.types("delete 2")
    await pass_by(bot, clock, 0.5)
    await gone.press("Undo")
    await pass_by(bot, clock, 12)
    ((thread, _),) = threads(recorder)
    assert thread == card_of(recorder, 1)
    await people.ana.types("delete 1")
    await bot.tick()
    assert threads(recorder)[0][1].text == "Breakthrough #1 was deleted."


async def test_without_a_card_the_recap_asks(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A moment saved by emoji has no card. Its question is one small line with a button in the recap."""
    await people.ana.types("list")
    recorder.said["m-ben"] = Source("It was the silence", "U-ben", "Ben", "https://chat.example/m-ben")
    await people.ana.reacts("m-ben", people.ben)
    await bot.tick()
    await (await people.mei.does(AddSequel("1.1"))).fill(text="Shorter demos")
    await pass_by(bot, clock, 27)
    await people.ana.types("so that there is a recap")
    await pass_by(bot, clock, 6)
    assert threads(recorder) == []
    assert sum(SET_OFF in each.text for each in recorder.standing.values()) == 1
    recaps = [each for each in recorder.standing.values() if each.text.startswith("The week to")]
    assert f"{SET_OFF}: What came of #1?" in recaps[-1].text
    assert SET_OFF not in recaps[0].text
    assert [each.label for each in recaps[-1].post.card.buttons] == ["About #1"]
    private = await people.ben.does(recaps[-1].post.card.buttons[-1].command)
    assert "“It was the silence” — Aha #1" in private.text
    form = await private.press("What came of it?")
    assert "Added to #1." in (await form.fill(text="A silent demo every Friday")).text
    await people.ben.types("delete 1")
    await bot.tick()
    assert not any(SET_OFF in each.text for each in recorder.standing.values())


async def kept_by_emoji(
    people: Everyone, bot: Bot, recorder: Recorder, message: str = "m-ben", number: int = 1
) -> None:
    """Save a moment by emoji, so without a card, and add a sequel line."""
    await people.ana.types("list")
    recorder.said[message] = Source("It was the silence", "U-ben", "Ben", f"https://chat.example/{message}")
    await people.ana.reacts(message, people.ben)
    await bot.tick()
    await (await people.mei.does(AddSequel(f"1.{number}"))).fill(text="Shorter demos")


async def test_a_quiet_week_loses_no_question(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Without a recap in the week it was due, the next recap asks it, once."""
    await kept_by_emoji(people, bot, recorder)
    await pass_by(bot, clock, 37)
    assert not any(SET_OFF in each.text for each in recorder.standing.values())
    await people.ana.types("so that there is a recap")
    await pass_by(bot, clock, 7)
    await people.ana.types("and another one")
    await pass_by(bot, clock, 7)
    asks = [SET_OFF in each.text for each in recorder.standing.values() if "The week to" in each.text]
    assert asks == [False, True, False]


async def test_without_a_card_and_without_recaps_it_waits(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The first recap after they are turned on again has it."""
    await kept_by_emoji(people, bot, recorder)
    await set_schedules(bot, next_at=None)
    await set_schedules(bot, "recap", active=False)
    await pass_by(bot, clock, 33)
    await set_schedules(bot, "recap", active=True, next_at=clock.now + timedelta(days=5))
    await people.ana.types("so that there is a recap")
    await pass_by(bot, clock, 7)
    recaps = [each.text for each in recorder.standing.values() if "The week to" in each.text]
    assert [SET_OFF in text for text in recaps] == [True]


async def test_a_process_that_was_away(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """A slightly late question is asked once, on a working day. A very late one is not asked."""
    await people.ana.types("breakthrough sign tokens once")
    await bot.tick()
    clock.forward(days=40)
    await bot.tick()
    assert threads(recorder) == []
    clock.forward(days=2, hours=4)
    for _ in range(3):
        await bot.tick()
    assert heads(recorder) == [SET_OFF]
    rows = bot.database.read_now(
        lambda session: list(session.exec(select(FollowUp).order_by(col(FollowUp.due_at))))
    )
    assert [row.done_at is not None for row in rows] == [True, True, False]


async def test_it_was_an_aha_after_all(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """The next quest is then not asked for."""
    got = await people.ana.types("breakthrough is what we need")
    await got.press("It was an aha")
    await bot.tick()
    await pass_by(bot, clock, 12)
    assert threads(recorder) == []
