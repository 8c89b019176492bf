"""Tests of the host of the week: volunteers take turns, and nobody is asked to be one."""

from datetime import timedelta

from bot.prompts.bank.hosts import PickQuestion
from bot.runtime.bot import Bot
from bot.schedules.schedules import Start
from storage.models import Pick, Posting
from tests.support.databases import Clock
from tests.support.people import Everyone, Got
from tests.support.questions import press, rows, there, until

WEEK = timedelta(weeks=1)


async def begun(people: Everyone) -> None:
    """Turn on questions of Ana's team on a Monday morning; the first comes on Tuesday at ten."""
    await people.ana.types("ours")
    await people.ana.does(Start("1"))


async def volunteers(people: Everyone, *names: str) -> list[Got]:
    """Press the button to host for each of these people, and return the replies."""
    return [await (await getattr(people, name).types("schedule")).press("I'd like to host") for name in names]


def prompts(people: Everyone) -> list[str]:
    """Return the current texts of the weekly questions, oldest first."""
    found = [s for s in there(people.ana).standing.values() if s.key.startswith("schedule:1:")]
    return [standing.text for standing in found]


def message(people: Everyone) -> str:
    """Return the message id of the newest weekly question."""
    return [m for m, s in there(people.ana).standing.items() if s.key.startswith("schedule:1:")][-1]


async def test_a_host_picks_one_of_three(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The button is there once somebody volunteers. The card says who picked, and mentions nobody."""
    await begun(people)
    [got] = await volunteers(people, "mei")
    assert got.text == (
        "You're a host now. Hosts take turns picking the question: Mei. It's your turn.\n[Pick the next question]"
    )
    form = await got.press("Pick the next question")
    three, own, how = form.form.fields
    assert len(three.options) == 3
    assert all(len(option.label) <= 75 for option in three.options)
    assert form.form.intro.count("\n") == 2
    picked = await form.fill(question=three.options[2].value, form="plain")
    text = form.form.intro.split("\n")[2].removeprefix("3. ")
    assert picked.text == (
        f"Picked. I'll ask it next in #lantern, and say that you picked it.\n“{text}”\n[Undo] [Pick another]"
    )
    assert (own.required, how.value) == (False, "plain")
    await until(bot, clock, clock.now + timedelta(days=2))
    [card] = prompts(people)
    assert card.startswith(f"A question for us\n“{text}”\nPicked by Mei\nReplies in this thread are saved")
    assert rows(bot, Pick) == []


async def test_in_one_s_own_words_and_in_any_form(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The later pick counts, and a round picked by the host is closed by the host."""
    await begun(people)
    [got] = await volunteers(people, "mei")
    form = await got.press("Pick the next question")
    await form.fill(text="Whose call is it?", form="grey_area")
    again = await (await got.press("Pick the next question")).fill(form="brings")
    assert "[Pick another]" in again.text
    await until(bot, clock, clock.now + timedelta(days=2))
    [card] = prompts(people)
    assert card.startswith("What each of us brings\n")
    assert "Picked by Mei" in card
    for who in (people.ana, people.ben):
        await press(who, message(people), "I'm in")
    assert "Only the person who asked" in (await press(people.ana, message(people), "Close the round")).text
    assert "The round is closed." in (await press(people.mei, message(people), "Close the round")).text


async def test_the_card_names_the_next_host_who_alone_can_pick(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """Without a pick, the host's turn is over and the question is drawn as usual."""
    await begun(people)
    await volunteers(people, "ben", "mei")
    await until(bot, clock, clock.now + timedelta(days=2))
    [first] = prompts(people)
    assert "Picked by" not in first
    assert "Mei picks next week's question.\n[Answer] [Pick the next question]" in first
    refused = await press(people.ben, message(people), "Pick the next question")
    assert refused.text.startswith("Mei picks the next question.")
    form = await press(people.mei, message(people), "Pick the next question")
    await form.fill(text="What did you see?", form="plain")
    assert "Mei has picked the next question.\n[Answer]\n" in await people.mei.sees(message(people))
    await until(bot, clock, clock.now + WEEK)
    first, second = prompts(people)
    assert "“What did you see?”\nPicked by Mei\n" in second
    assert "Ben picks next week's question." in second
    assert "host" not in first
    late = await form.fill(text="One more", form="plain")
    assert late.text.startswith("Ben picks the next question.")
    assert late.text.endswith("“One more”")


async def test_nobody_hosts(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The card says nothing about hosts, and an old button gets a sentence."""
    await begun(people)
    await until(bot, clock, clock.now + timedelta(days=2))
    assert "host" not in prompts(people)[0]
    assert (await people.mei.does(PickQuestion("1"))).text.startswith("Nobody hosts here yet.")


async def test_one_can_stop_hosting(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The schedule shows the hosts, and the card follows."""
    await begun(people)
    await volunteers(people, "ben", "mei")
    schedule = await people.mei.types("schedule")
    assert "They take turns picking the question: Ben, Mei\n" in schedule.text
    await until(bot, clock, clock.now + timedelta(days=2))
    assert (await schedule.press("Stop hosting")).text == "You're no longer a host."
    assert "Ben picks next week's question." in await people.ben.sees(message(people))
    assert "[I'd like to host]" in (await people.mei.types("schedule")).text


async def test_the_line_about_the_next_host_follows_the_schedule(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """It is there while the questions come: not when they are off or paused, by whoever's doing."""
    await begun(people)
    [got] = await volunteers(people, "mei")
    await until(bot, clock, clock.now + timedelta(days=2))
    line, button = "Mei picks next week's question.", "[Pick the next question]"
    for changed, there_now in (
        ({"state": "off"}, False),
        ({"state": "1"}, True),
        ({"until": "2026-04-20"}, False),
        ({"until": ""}, True),
        ({"state": "2"}, True),
    ):
        form = await (await people.ana.types("schedule")).press("Question schedule")
        await form.fill(**changed)
        card = await people.ben.sees(message(people))
        assert (button in card) is there_now, changed
        assert (line in card) is (there_now and changed != {"state": "2"}), changed
    assert "Mei picks the next question." in await people.ben.sees(message(people))
    form = await (await people.ana.types("schedule")).press("Question schedule")
    await form.fill(state="off")
    await (await got.press("Pick the next question")).fill(text="What did you see?", form="plain")
    assert "has picked" not in await people.ben.sees(message(people))
    await people.ana.does(Start("1"))
    assert "Mei has picked the next question." in await people.ben.sees(message(people))


async def test_a_pause_without_answers_takes_the_line_off(people: Everyone, bot: Bot, clock: Clock) -> None:
    """After three questions that nobody answered, no host is announced."""
    await begun(people)
    await volunteers(people, "mei", "ben")
    await until(bot, clock, clock.now + timedelta(weeks=5))
    assert len(prompts(people)) == 4
    assert "host" not in "".join(prompts(people))


async def test_a_form_without_a_choice(people: Everyone) -> None:
    """Without a choice, or with too long a text, the form comes back with an error beside its field."""
    await begun(people)
    [got] = await volunteers(people, "mei")
    form = await got.press("Pick the next question")
    empty = await form.fill(form="plain")
    assert empty.form.errors == {"text": "Choose one above, or write your own here."}
    long = await (await got.press("Pick the next question")).fill(text="why " * 200, form="plain")
    assert "a question can have 600" in long.form.errors["text"]
    assert long.form.fields[1].value == "why " * 200


async def test_while_the_questions_are_off(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The reply says so, and the pick is saved until they start."""
    await people.ana.types("ours")
    [got] = await volunteers(people, "mei")
    assert "Questions are off right now" in got.text
    await (await got.press("Pick the next question")).fill(text="What did you see?", form="plain")
    await until(bot, clock, clock.now + WEEK)
    assert prompts(people) == []
    await people.ana.does(Start("1"))
    await until(bot, clock, clock.now + WEEK)
    assert "“What did you see?”\nPicked by Mei" in prompts(people)[0]


async def test_the_draw_is_as_if_nobody_had_looked(people: Everyone, bot: Bot) -> None:
    """The three previewed questions do not count as asked."""
    await begun(people)
    [got] = await volunteers(people, "mei")
    one, two = [(await got.press("Pick the next question")).form.intro for _ in range(2)]
    assert one == two
    assert len(set(one.split("\n"))) == 3
    assert not [posting for posting in rows(bot, Posting) if posting.kind == "prompt"]
