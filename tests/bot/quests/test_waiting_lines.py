"""Tests of what becomes of expectations when experiments move, go and come back, and when a quest is found."""

from dataclasses import replace

from bot.moments.commands import Delete, Edit, ItWasAnAha, Restore
from bot.quests.before.experiment_card import EXPECT_LABEL
from bot.quests.commands import (
    DropExpectation,
    Expect,
    ExpectNext,
    FoundIt,
    LetGo,
    LogAttempt,
    RemoveQuest,
    StartAttempt,
)
from bot.runtime.bot import Bot
from storage.models import Expectation
from tests.bot.quests.test_before_we_knew import awaits, card, expects, keeps, starts
from tests.bot.quests.test_quests import card_of, opened
from tests.support.databases import Clock
from tests.support.people import Everyone, Got, Person
from tests.support.questions import rows
from tests.support.recorder import Recorder


def some(bot: Bot, people: Everyone, number: int) -> list[Person]:
    """Return further people of the team."""
    return [Person(bot, replace(people.ben.origin, person=f"U-{each}")) for each in range(number)]


async def starts_alone(person: Person, text: str = "A wizard of three steps") -> Got:
    """Start an attempt that belongs to no quest."""
    return await (await person.does(StartAttempt("", "1"))).fill(text=text, quest="none")


async def moves(person: Person, quest: str, number: int = 1) -> Got:
    """Place an experiment in another quest by its form."""
    return await (await person.does(Edit(f"1.{number}"))).fill(quest=quest)


def words(bot: Bot) -> list[str]:
    """Return the lines that nobody took out."""
    return [line.text for line in rows(bot, Expectation) if line.deleted_at is None]


async def test_people_are_counted_and_not_lines(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Five lines without a name by three people stay sealed, wherever they were written."""
    await opened(people, bot, recorder)
    three = some(bot, people, 3)
    for each in three:
        await awaits(each, "It waits", name="unsigned")
    await starts_alone(people.ana)
    for each in three[:2]:
        assert (await expects(each, "Direct", name="unsigned")).text.startswith("Saved")
    await moves(people.ana, "1")
    await keeps(people.ana)
    assert "What we expected" not in await card(bot, recorder)


async def test_five_people_in_two_places_are_enough(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Three wrote at the quest, and two others on the experiment."""
    await opened(people, bot, recorder)
    five = some(bot, people, 5)
    for each in five[:3]:
        await awaits(each, "It waits", name="unsigned")
    await starts_alone(people.ana)
    for each in five[3:]:
        await expects(each, "Direct", name="unsigned")
    await moves(people.ana, "1")
    await keeps(people.ana)
    now = await card(bot, recorder)
    assert now.count("“It waits”") == 3
    assert now.count("“Direct”") == 2


async def test_nobody_writes_twice_after_a_restore(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Who wrote on an experiment stays with its lines, when others move to the quest and on."""
    await opened(people, bot, recorder)
    await awaits(people.noor, "It waits")
    await starts(people.ana)
    three = some(bot, people, 3)
    for each in three:
        await expects(each, "Direct", name="unsigned")
    await people.ana.does(Delete("1.1"))
    await starts(people.mei, "Another")
    await people.ana.does(Restore("1.1"))
    for each in three:
        assert (await each.does(Expect("1.1"))).text.startswith(
            "You've already written an anonymous one here"
        )
    await keeps(people.ana)
    assert "Direct" not in await card(bot, recorder)


async def test_a_line_on_a_removed_experiment_is_none_elsewhere(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Its author may write about the quest's next attempt, and about that attempt."""
    await opened(people, bot, recorder)
    await awaits(people.ben, "It waits", name="alone")
    await starts(people.ana)
    await expects(people.mei, "Direct", name="alone")
    await people.ana.does(Delete("1.1"))
    assert (await people.mei.does(ExpectNext("1", "1"))).form.title == EXPECT_LABEL()
    assert (await people.ben.does(ExpectNext("1", "1"))).text.startswith(
        "You've already written an anonymous one here"
    )
    await starts(people.noor, "Another")
    assert (await people.mei.does(Expect("1.2"))).form.title == EXPECT_LABEL()
    assert (await people.ben.does(Expect("1.2"))).text.startswith(
        "You've already written an anonymous one here"
    )
    await people.ana.does(Restore("1.1"))
    assert (await people.mei.does(Expect("1.1"))).text.startswith(
        "You've already written an anonymous one here"
    )
    assert (await people.ben.does(Expect("1.1"))).form.title == EXPECT_LABEL()


async def test_one_person_has_one_line_on_a_card(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """What they wrote about the next attempt waits on for another one."""
    quest = await opened(people, bot, recorder)
    await awaits(people.ben, "It waits")
    await starts_alone(people.ana)
    await expects(people.ben, "Direct")
    await moves(people.ana, "1")
    assert "Ben wrote what they expect. It's" in await card(bot, recorder)
    assert "Ben wrote what they expect of the next attempt." in await people.ana.sees(quest)
    await keeps(people.ana)
    now = await card(bot, recorder)
    assert "“Direct” — Ben" in now
    assert "It waits" not in now
    await starts(people.mei, "Another")
    await keeps(people.mei, 2)
    assert "“It waits” — Ben" in await card(bot, recorder, 2)


async def test_an_attempt_that_moves_leaves_the_lines_behind(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """They belong to the quest whose next attempt it isn't, whether it goes to another one or to none."""
    first = await opened(people, bot, recorder)
    await opened(people, bot, recorder, "Why do they leave?")
    await awaits(people.ben, "About the first")
    await (await people.mei.does(ExpectNext("2", "1"))).fill(text="About the second")
    for quest in ("2", "none"):
        await starts(people.ana, "Exit survey")
        number = 1 if quest == "2" else 2
        await expects(people.noor, "About this very one", number)
        assert "Ben and Noor wrote" in await card(bot, recorder, number)
        await moves(people.ana, quest, number)
        assert "Ben wrote what they expect of the next attempt." in await people.ana.sees(first)
        assert "Ben" not in await card(bot, recorder, number)
    assert (await people.ben.does(ExpectNext("1", "1"))).form.fields[0].value == "About the first"
    assert "Mei and Noor wrote what they expect." in await card(bot, recorder, 1)
    assert "Noor wrote what they expect." in await card(bot, recorder, 2)


async def test_a_form_is_about_what_it_showed(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A line never goes to another experiment than the one that the form named. It comes back."""
    await opened(people, bot, recorder)
    await starts(people.ana, "FIRST")
    early = await people.ben.does(ExpectNext("1", "1"))
    assert "FIRST" in early.form.intro
    await keeps(people.ana)
    between = await people.mei.does(ExpectNext("1", "1"))
    await starts(people.ana, "SECOND")
    late = await people.noor.does(ExpectNext("1", "1"))
    assert "SECOND" in late.form.intro
    await keeps(people.ana, 2)
    await starts(people.ana, "THIRD")
    for form, number in ((early, 1), (between, 2), (late, 2)):
        for name in ("signed", "alone"):
            refused = await form.fill(text="My line", name=name)
            assert refused.text.startswith(f"#{number} already has a result: It went well. It's too late")
            assert "My line" in refused.text
    assert words(bot) == []


async def test_a_form_about_the_next_attempt_finds_it(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """If it has begun meanwhile, the line is sealed on it."""
    await opened(people, bot, recorder)
    await (await people.ana.does(LogAttempt("1", "1"))).fill(text="An earlier one")
    form = await people.ben.does(ExpectNext("1", "1"))
    await starts(people.ana)
    assert (await form.fill(text="Good")).text.startswith("Saved. It's hidden until #2 has a result.")


async def test_an_attempt_logged_by_mistake_gives_the_lines_back(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Sealed, all of them, with who wrote one. When it's brought back, it opens them again."""
    quest = await opened(people, bot, recorder)
    await awaits(people.ben, "It will be slow")
    await awaits(people.mei, "Of no name", name="alone")
    await awaits(people.noor, "Of few", name="unsigned")
    logged = await (await people.ana.does(LogAttempt("1", "1"))).fill(text="Oops")
    assert "It will be slow" in await card(bot, recorder)
    removed = await logged.press("Undo")
    assert "Ben wrote what they expect of the next attempt." in await people.ana.sees(quest)
    assert (await people.noor.does(ExpectNext("1", "1"))).text.startswith(
        "You've already written an anonymous one here"
    )
    clock.forward(hours=2)
    again = await removed.press("Bring back")
    now = await card(bot, recorder)
    assert "It will be slow" in now
    assert "Of no name" in now
    assert "Of few" not in now
    await again.press("Undo")
    clock.forward(hours=25)
    assert "Ben wrote what they expect of the next attempt." in await people.ana.sees(quest)
    assert words(bot) == ["It will be slow", "Of no name", "Of few"]
    await (await people.ana.does(LogAttempt("1", "1"))).fill(text="This one")
    assert "It will be slow" in await card(bot, recorder, 2)


async def test_what_was_open_for_long_stays_with_its_experiment(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Everybody has read it, so it's no secret any more. It's erased with the experiment."""
    await opened(people, bot, recorder)
    await awaits(people.ben, "It will be slow")
    await (await people.ana.does(LogAttempt("1", "1"))).fill(text="Done")
    clock.forward(hours=25)
    await people.ana.does(Delete("1.1"))
    assert (await people.ben.does(ExpectNext("1", "1"))).form.fields[0].value == ""
    await people.ana.does(Restore("1.1"))
    assert "It will be slow" in await card(bot, recorder)


async def test_two_lines_that_meet_at_a_quest_become_one(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """No word of them is lost."""
    await opened(people, bot, recorder)
    await awaits(people.ben, "Slow")
    logged = await (await people.ana.does(LogAttempt("1", "1"))).fill(text="Oops")
    await awaits(people.ben, "Fast")
    await logged.press("Undo")
    assert words(bot) == ["Slow / Fast"]
    assert (await people.ben.does(ExpectNext("1", "1"))).form.fields[0].value == "Slow / Fast"


async def test_the_breakthrough_opens_what_waits(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """On its card, in the search and the recap. Without it they wait again."""
    quest = await opened(people, bot, recorder)
    await awaits(people.ben, "It will take a year")
    await awaits(people.mei, "Of few", name="unsigned")
    found = await (await people.mei.does(FoundIt("1", "1"))).fill(text="Show them a template")
    await bot.tick()
    now = card_of(recorder, "Breakthrough #1")
    assert "What we expected\n“It will take a year” — Ben" in now
    assert "Of few" not in now
    assert "#1" in (await people.noor.types("find year")).text
    clock.forward(hours=1)
    recap = (await people.ben.types("recap week")).text
    assert "What we expected of #1: “It will take a year”. What happened: “Show them a template”." in recap
    removed = await found.press("Undo")
    assert "take a year" not in (await people.ben.types("recap week")).text
    assert [line.opened_at for line in rows(bot, Expectation)] == [None, None]
    await removed.press("Bring back")
    await bot.tick()
    assert "It will take a year" in card_of(recorder, "Breakthrough #1")
    await people.mei.does(ItWasAnAha("1.1"))
    assert "Ben wrote what they expect of the next attempt." in await people.ana.sees(quest)


async def test_a_quest_that_is_let_go_says_what_stays_sealed(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """They wait in case it's opened again, and one can take one's own out."""
    quest = await opened(people, bot, recorder)
    await awaits(people.ben, "It will take a year")
    gone = await people.ana.does(LetGo("1", "1", "Nobody asks any more"))
    now = await people.ana.sees(quest)
    assert (
        "Ben wrote what they expect of the next attempt. It stays hidden, because there won't be a result."
        in now
    )
    await gone.press("Undo")
    assert "It's hidden until there's a result." in await people.ana.sees(quest)


async def test_removing_a_quest_warns_about_the_lines(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Whether there are any or not, since those without a name mustn't show."""
    await opened(people, bot, recorder)
    before = (await people.ana.does(RemoveQuest("1", "1"))).text
    assert "what people expect of its next attempt" in before
    await awaits(people.ben, "Mine", name="unsigned")
    assert (await people.ana.does(RemoveQuest("1", "1"))).text == before


async def test_undo_of_a_change_restores_the_words(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """For a day, while nothing was changed since, and until it opens."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    await expects(people.ben, "One")
    changed = await expects(people.ben, "Two")
    undone = await changed.press("Undo")
    assert undone.text.startswith("Your expectation is as it was before.")
    assert words(bot) == ["One"]
    third = await expects(people.ben, "Three")
    fourth = await expects(people.ben, "Four")
    assert "changed since" in (await third.press("Undo")).text
    assert "isn't yours" in (await people.mei.does(fourth.button("Undo"))).text
    clock.forward(hours=25)
    assert "more than a day ago" in (await fourth.press("Undo")).text
    fifth = await expects(people.ben, "Five")
    await keeps(people.ana)
    assert "Everyone can see it now" in (await fifth.press("Undo")).text
    assert words(bot) == ["Five"]


async def test_a_removal_can_be_undone_for_a_day(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Unless another line was written there. After that its words are erased."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    first = await expects(people.ben, "One")
    removed = await first.press("Undo")
    assert "Ben" not in await card(bot, recorder)
    assert (await removed.press("Bring back")).text.startswith("Your expectation is back.")
    assert "Ben wrote what they expect." in await card(bot, recorder)
    removed = await first.press("Undo")
    await expects(people.ben, "Two")
    assert "another one there" in (await removed.press("Bring back")).text
    clock.forward(hours=25)
    await bot.tick()
    assert sorted(line.text for line in rows(bot, Expectation)) == ["", "Two"]
    assert "gone for good" in (await removed.press("Bring back")).text


async def test_a_line_that_comes_back_after_the_result_is_open(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """It was written before anybody knew."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    removed = await (await expects(people.ben, "One")).press("Undo")
    await keeps(people.ana)
    await removed.press("Bring back")
    assert "“One” — Ben" in await card(bot, recorder)


async def test_a_repeated_event_changes_nothing(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Neither a later change, nor an undo, a removal or a line that is open."""
    await opened(people, bot, recorder)
    await starts(people.ana)
    first = await people.ben.does(Expect("1.1"))
    made = await first.fill(text="One")
    second = await people.ben.does(Expect("1.1"))
    changed = await second.fill(text="Two")
    assert (await first.fill(text="One")).text == made.text
    assert words(bot) == ["Two"]
    await changed.press("Undo")
    assert (await second.fill(text="Two")).text == changed.text
    assert words(bot) == ["One"]
    line = rows(bot, Expectation)[0]
    drop = DropExpectation(str(line.id), "1")
    removed = await people.ben.does(drop, event="drop-1")
    back = removed.button("Bring back")
    await people.ben.does(back, event="back-1")
    await people.ben.does(drop, event="drop-1")
    assert words(bot) == ["One"]
    await people.ben.does(drop, event="drop-2")
    await people.ben.does(back, event="back-1")
    await second.fill(text="Two")
    assert words(bot) == []


async def test_a_repeated_event_seals_nothing_for_the_next_attempt(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Signed or not, when the first one is open already."""
    await opened(people, bot, recorder)
    signed, unsigned = (
        await people.ben.does(ExpectNext("1", "1")),
        await people.mei.does(ExpectNext("1", "1")),
    )
    await signed.fill(text="Mine")
    first = await unsigned.fill(text="Of no name", name="alone")
    await (await people.ana.does(LogAttempt("1", "1"))).fill(text="Done")
    await signed.fill(text="Mine")
    assert (await unsigned.fill(text="Of no name", name="alone")).text == first.text
    assert words(bot) == ["Mine", "Of no name"]
    assert (await people.mei.does(ExpectNext("1", "1"))).form.title == EXPECT_LABEL()
