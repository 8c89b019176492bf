"""Tests of the repeat that a recap sees, and of the earlier moment that is offered."""

from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest

from bot.memory.recalled import Wish
from bot.moments.commands import Delete, Failed, IWasThere
from bot.runtime.bot import Bot
from storage.models import Quotation, Recall
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.questions import rows, until
from tests.support.recorder import Recorder

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
USUAL = (
    "Shorter demos",
    "A spreadsheet helps",
    "Users skip hints",
    "Lunch at noon",
    "Paint dries",
    "Less tea",
)
OFFER = "[See a similar moment]"


async def live_three_weeks(people: Everyone, bot: Bot, clock: Clock, later: int = 0) -> None:
    """Keep two usual moments a week and one about the gateway: on Mondays, or some days later each week."""
    for week, (one, other) in enumerate(zip(USUAL[::2], USUAL[1::2], strict=True)):
        clock.now = MONDAY + timedelta(weeks=week, days=week * later)
        await people.ana.types(f"log The {('first', 'second', 'third')[week]} gateway broke")
        clock.now = MONDAY + timedelta(weeks=week, days=3)
        await people.ben.types(f"log {one}")
        await people.mei.types(f"log {other}")
        await until(bot, clock, MONDAY + timedelta(weeks=week, days=5))


def recaps(recorder: Recorder) -> list[tuple[str, str]]:
    return [(m, each.text) for m, each in recorder.standing.items() if each.text.startswith("The week to")]


async def test_the_third_time_is_said_in_plain_counts(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """One line, once, and nobody is named or counted in it. A removal takes it back."""
    clock.now = MONDAY
    await live_three_weeks(people, bot, clock)
    told = recaps(recorder)
    said = (
        "This keeps coming up: 3 moments in six weeks (#1, #4, #7). They all say “gateway”. "
        "They were all on a Monday."
    )
    assert [said in text for _, text in told] == [False, False, True]
    clock.now = MONDAY + timedelta(weeks=3)
    await people.ben.types("log Nothing of that kind")
    await until(bot, clock, MONDAY + timedelta(weeks=3, days=5))
    assert "This keeps coming up" not in recaps(recorder)[-1][1]
    await people.ana.does(Delete("4"))
    assert "This keeps coming up" not in await people.ana.sees(told[-1][0])


async def test_one_thing_shared_is_no_repeat(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The same word on three different days is too little to say."""
    clock.now = MONDAY
    await live_three_weeks(people, bot, clock, later=1)
    assert len(recaps(recorder)) == 3
    assert not any("This keeps coming up" in text for _, text in recaps(recorder))


async def test_the_same_people_count_only_as_that(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Three people or more, without a name, and with something else that is shared."""
    for week in range(3):
        clock.now = MONDAY + timedelta(weeks=week)
        await people.ana.types(f"log {USUAL[week]}")
        for each in (people.ben, people.mei):
            await each.does(IWasThere(f"1.{3 * week + 1}"))
        clock.forward(days=1)
        await people.noor.types(f"log Alone with {'abc'[week]}")
        await people.ben.types(f"log Also {'xyz'[week]}")
        await until(bot, clock, MONDAY + timedelta(weeks=week, days=5))
    said = (
        "This keeps coming up: 3 moments in six weeks (#1, #4, #7). The same 3 people were there. "
        "They were all on a Monday."
    )
    assert said in recaps(recorder)[-1][1]


async def live_a_while(people: Everyone) -> None:
    """Keep one about the gateway and eight usual moments, so that words can be rare."""
    await people.ana.types("log The gateway timeout hides the real error")
    for each in (*USUAL, "Rain in March", "A window seat"):
        await people.ben.types(f"log {each}")


async def test_you_were_here_before(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Something like it, more than a month old, is offered beside the private reply, and shown on a press."""
    clock.now = MONDAY
    await live_a_while(people)
    clock.forward(days=20)
    assert OFFER not in (await people.ben.types("log A gateway timeout once more")).text
    clock.forward(days=20)
    saved = await people.mei.types("log Another gateway timeout today")
    assert OFFER in saved.text
    assert rows(bot, Recall) == []
    shown = await saved.press("See a similar moment")
    assert shown.text.startswith(
        "A similar moment\n“The gateway timeout hides the real error” — Aha #1 · Ana\n2 March 2026\n[Show]"
    )
    assert "“The gateway" in (await saved.press("See a similar moment")).text
    assert len(rows(bot, Recall)) == 1
    clock.forward(days=1)
    later = await saved.press("See a similar moment")
    assert later.text == "It was #1, and you saw that recently.\n[Show]"
    clock.forward(days=29)
    assert "#1 " not in (await people.mei.types("log That gateway timeout")).text


async def test_a_quest_alone_is_not_enough(people: Everyone, bot: Bot, clock: Clock) -> None:
    """An attempt of somebody else at the same quest, without a word in common, is no offer. One's own is."""
    clock.now = MONDAY
    await live_a_while(people)
    await people.ana.types("quest What makes the import slow?")
    await people.ana.does(Failed("The index was rebuilt", quest="1"))
    clock.forward(days=40)
    assert OFFER not in (await people.mei.does(Failed("Fewer columns", quest="1"))).text
    assert OFFER in (await people.ana.does(Failed("Smaller batches", quest="1"))).text


@pytest.mark.parametrize("gone", ["removed", "unwanted"])
async def test_what_is_gone_or_not_wanted_is_not_offered(
    people: Everyone, bot: Bot, clock: Clock, gone: str
) -> None:
    """A person's own *not this one again* holds for what is offered to them."""
    clock.now = MONDAY
    await live_a_while(people)
    clock.forward(days=40)
    await people.ana.does(Delete("1")) if gone == "removed" else await people.mei.does(
        Wish("1.1", "not_again")
    )
    assert OFFER not in (await people.mei.types("log Another gateway timeout today")).text
    offered = OFFER in (await people.ben.types("log One more gateway timeout")).text
    assert offered is (gone == "unwanted")


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("I never really knew about these things before Friday", "These things about parking are always still open"),
        ("Eigentlich wussten wir zwischen Montag und Freitag nichts", "Haben wir zwischen den Jahren eigentlich Zeit"),
        ("Siempre hacemos cosas nuevas durante el domingo", "Durante la semana siempre tenemos hambre"),
        ("Toujours pendant la semaine, personne ne voulait", "Personne ne parle toujours pendant le repas"),
    ],
)  # fmt: skip
async def test_everyday_words_are_nothing_alike(
    people: Everyone, clock: Clock, earlier: str, later: str
) -> None:
    """Of any language that the team may write."""
    clock.now = MONDAY
    await live_a_while(people)
    await people.ana.types(f"log {earlier}")
    clock.forward(days=40)
    assert OFFER not in (await people.mei.types(f"log {later}")).text


async def test_in_a_young_team_every_word_is_rare(people: Everyone, clock: Clock) -> None:
    """So nothing is offered for words alone."""
    clock.now = MONDAY
    await people.ana.types("log The gateway timeout hides the real error")
    clock.forward(days=40)
    assert OFFER not in (await people.mei.types("log Another gateway timeout today")).text


FILLERS = (
    "sunlight window", "coffee machine", "parking ticket", "keyboard clatter", "breakfast rolls", "umbrella stand",
    "elevator music", "whiteboard marker", "bicycle chain", "holiday photo", "garden chairs", "lunch order",
    "printer paper", "mirror light", "carpet colour", "candle smoke", "window seat", "orange juice", "pencil sharp",
    "ladder steps", "bottle green", "saddle brown", "velvet rope", "hammer blow", "basket case", "kitten paws",
)  # fmt: skip


async def live_weeks(people: Everyone, bot: Bot, clock: Clock, weeks: int, every: int) -> None:
    """Keep three usual moments a week, and one about the gateway in some weeks, on Thursdays."""
    usual = cycle(FILLERS)
    for week in range(weeks):
        for day, who in enumerate((people.ben, people.mei, people.noor)):
            clock.now = MONDAY + timedelta(weeks=week, days=day)
            await who.types(f"log {next(usual)} {week}")
        if week % every == 0:
            clock.now = MONDAY + timedelta(weeks=week, days=3)
            await people.ana.types(f"log gateway broke in case {week}")
        await until(bot, clock, MONDAY + timedelta(weeks=week, days=5))


async def test_it_is_told_at_the_third_the_sixth_and_so_on(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A group that slides through the six weeks isn't told anew each time."""
    clock.now = MONDAY
    await live_weeks(people, bot, clock, 12, every=2)
    told = [week for week, (_, text) in enumerate(recaps(recorder)) if "This keeps coming up" in text]
    assert told == [4, 10]


async def test_a_moment_that_was_only_named_may_come_back(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Its words weren't told, so it doesn't rest."""
    clock.now = MONDAY
    await live_weeks(people, bot, clock, 3, every=1)
    named = [each for each in rows(bot, Quotation) if each.named]
    assert len(named) == 2
    clock.now = MONDAY + timedelta(days=45)
    saved = await people.noor.types("log gateway cases broke again in production")
    assert OFFER in saved.text
