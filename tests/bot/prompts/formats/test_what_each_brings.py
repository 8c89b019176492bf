"""Tests of what each brings: lines about teammates, private until all are shown together."""

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest

from bot.data.export import write_export
from bot.prompts.formats.rounds import CloseRound, ImIn, NotThisTime
from bot.prompts.formats.what_each_brings import WriteFreeLine, WriteLine
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from storage.models import Answer, Participant, Posting
from tests.support.databases import Clock
from tests.support.people import Everyone, Person
from tests.support.questions import asks, press, rows, there, until
from tests.support.recorder import Recorder

QUESTION = "What would we miss first?"
DAY = timedelta(days=1)


def everyone(people: Everyone) -> tuple[Person, ...]:
    """Return all four people."""
    return people.ana, people.ben, people.mei, people.noor


async def round_of(people: Everyone, *who: Person) -> str:
    """Let Ana start a round that these people join, and return its message."""
    message = await asks(people.ana, "brings", QUESTION)
    for one in who:
        await press(one, message, "I'm in")
    await people.bot.tick()
    return message


def at(bot: Bot) -> str:
    """Return the id of the round's posting, as text."""
    return str(next(posting.id for posting in rows(bot, Posting) if posting.form == "brings"))


async def whom(who: Person, message: str) -> str:
    """Return the name of the teammate that a person's own form shows."""
    form = (await press(who, message, "Write my line")).form
    assert QUESTION in form.intro
    return form.fields[0].label.removeprefix("Your line about ")


async def writes(who: Person, message: str, text: str) -> str:
    """Write a person's line, and return the reply."""
    return (await (await press(who, message, "Write my line")).fill(text=text)).text


def shown(people: Everyone, message: str) -> str:
    """Return the current text of a public message."""
    return there(people.ana).standing[message].text


async def test_a_whole_round(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Everyone is covered, nobody twice, and no line is readable before all are written."""
    message = await round_of(people, *everyone(people))
    assert shown(people, message) == (
        f"What each of us brings\n“{QUESTION}” — Ana\nTap “I'm in” and you get one teammate to write a "
        "line about. All lines appear together. The round closes after a day\nIn: Ana, Ben, Mei, Noor\n"
        "[I'm in] [Close the round]"
    )
    closed = await press(people.ana, message, "Close the round")
    assert closed.text == "The round is closed. Everyone in it can tap “Write my line” to see who they got."
    assert "to see who you got" in await people.ana.sees(message)
    assert "Ben" not in shown(people, message)
    names = {one.origin.person_name: await whom(one, message) for one in everyone(people)}
    assert sorted(names) == sorted(names.values()) == ["Ana", "Ben", "Mei", "Noor"]
    assert all(one != other for one, other in names.items())
    for one in everyone(people)[:3]:
        said = await writes(one, message, f"by {one.origin.person_name}")
        assert said.endswith("is saved. All lines appear together, on the card in #lantern.\n[Undo]")
    await writes(people.ben, message, "by Ben, in better words")
    out = StringIO()
    bot.database.read_now(lambda session: write_export(session, 1, clock.now, out))
    assert "· 3 written" in await people.ana.sees(message)
    assert "by Ben" not in shown(people, message) + out.getvalue() + (await people.ana.types("recap")).text
    assert "All lines are on the card in #lantern now" in await writes(people.noor, message, "by Noor")
    text = await people.ana.sees(message)
    assert "Four people answered." in text
    words = {one.origin.person_name: f"by {one.origin.person_name}" for one in everyone(people)}
    words["Ben"] = "by Ben, in better words"
    lines = [f"“{words[one]}” — {one} about {other}" for one, other in names.items()]
    in_order = sorted(lines, key=lambda line: line.rpartition(" ")[2])
    assert "\n".join(in_order) in text
    assert "Anyone can." not in text
    out = StringIO()
    bot.database.read_now(lambda session: write_export(session, 1, clock.now, out))
    (prompt,) = json.loads(out.getvalue())["prompts"]
    assert prompt["form"] == "brings"
    assert {(one["person"], one["about"]) for one in prompt["answers"]} == {
        (f"U-{one.lower()}", f"U-{other.lower()}") for one, other in names.items()
    }
    assert all(one.text == "" for one in rows(bot, Participant))


async def test_what_nobody_wrote_stays_open_to_anyone(people: Everyone, bot: Bot, clock: Clock) -> None:
    """After two days anyone may write a missing line. People who wrote nothing are never named."""
    message = await round_of(people, people.ana, people.ben, people.mei)
    await press(people.ana, message, "Close the round")
    await bot.tick()
    names = {one.origin.person_name: await whom(one, message) for one in everyone(people)[:3]}
    late = await press(people.mei, message, "Write my line")
    await writes(people.ana, message, "Her calm")
    await writes(people.ben, message, "A second look")
    await until(bot, clock, clock.now + 2 * DAY - timedelta(minutes=1))
    assert "All lines appear here together" in shown(people, message)
    await until(bot, clock, clock.now + timedelta(minutes=1))
    text = shown(people, message)
    assert "Two people answered." in text
    assert f"Nobody has written about {names['Mei']} yet. Anyone can.\n[Write a line]" in text
    assert "Mei about" not in text
    owed = next(one for one in everyone(people) if one.origin.person_name == names["Mei"])
    assert "no line left for you" in (await press(owed, message, "Write a line")).text
    form = await press(people.noor, message, "Write a line")
    assert form.form.fields[0].label == f"Your line about {names['Mei']}"
    done = await form.fill(text="The keys to everything")
    assert done.text == f"Your line about {names['Mei']} is on the card in #lantern.\n[Undo]"
    assert f"“The keys to everything” — Noor about {names['Mei']}" in await people.noor.sees(message)
    assert "Anyone can." not in shown(people, message)
    assert "Three people answered." in shown(people, message)
    said = await late.fill(text="Too late, and not lost")
    assert said.text == "That line isn't open any more. Here's what you wrote.\n“Too late, and not lost”"
    await done.press("Undo")
    assert "Anyone can." in await people.noor.sees(message)
    assert "is on the card" in (await late.fill(text="Too late, and not lost")).text
    assert "— Mei about" in await people.mei.sees(message)


async def test_one_chooses_where_several_lines_are_free(people: Everyone, bot: Bot, clock: Clock) -> None:
    """One form offers them all, except the line about oneself."""
    message = await round_of(people, *everyone(people))
    await press(people.ana, message, "Close the round")
    await until(bot, clock, clock.now + 2 * DAY)
    assert "Nobody has written about Ana, Ben, Mei and Noor yet. Anyone can." in shown(people, message)
    form = await press(people.ben, message, "Write a line")
    assert [option.label for option in form.form.fields[0].options] == ["Ana", "Mei", "Noor"]
    mei = form.form.fields[0].options[1].value
    assert "about Mei is on the card" in (await form.fill(about=mei, text="Her questions")).text
    again = await people.ana.does(WriteFreeLine(at(bot), "1", mei, "Mine as well"))
    assert again.text == "That line isn't open any more. Here's what you wrote.\n“Mine as well”"
    assert "isn't open" in (await people.mei.does(WriteFreeLine(at(bot), "1", "999", "Nobody"))).text
    assert "Nobody has written about Ana, Ben and Noor yet. Anyone can." in await people.ben.sees(message)
    assert "One person answered." in shown(people, message)


async def test_after_a_day_it_closes_by_itself_with_three(people: Everyone, bot: Bot, clock: Clock) -> None:
    """With two people it waits another day. With none it ends quietly."""
    message = await round_of(people, people.ana, people.ben)
    await until(bot, clock, clock.now + DAY)
    assert "[I'm in]" in shown(people, message)
    await press(people.mei, message, "I'm in")
    await until(bot, clock, clock.now + DAY - timedelta(minutes=1))
    assert "[I'm in]" in await people.ana.sees(message)
    await until(bot, clock, clock.now + timedelta(minutes=1))
    assert "[Write my line]" in shown(people, message)
    lonely = await asks(people.ben, "brings", "What do we bring?")
    await until(bot, clock, clock.now + 7 * DAY)
    assert shown(people, lonely) == (
        "What each of us brings\n“What do we bring?” — Ben\nThis question has closed."
    )
    assert rows(bot, Answer) == []


@pytest.mark.parametrize(("number", "said"), [(0, "Nobody is in yet"), (1, "Only one person is in so far")])
async def test_a_team_of_one(people: Everyone, number: int, said: str) -> None:
    """A round needs two people, so it stays open."""
    message = await round_of(people, *everyone(people)[:number])
    assert said in (await press(people.ana, message, "Close the round")).text
    assert "[I'm in]" in await people.ana.sees(message)


async def test_two_are_enough_for_whoever_asked(people: Everyone) -> None:
    """They write about each other."""
    message = await round_of(people, people.ana, people.ben)
    await press(people.ana, message, "Close the round")
    assert (await whom(people.ana, message), await whom(people.ben, message)) == ("Ben", "Ana")


async def test_only_whoever_asked_closes_it_and_once(people: Everyone, bot: Bot) -> None:
    """The second of two simultaneous presses finds it closed, with the same circle."""
    message = await round_of(people, *everyone(people))
    assert (
        "Only the person who asked can close it."
        in (await press(people.ben, message, "Close the round")).text
    )
    await people.ana.does(CloseRound(at(bot), "1"))
    before = [(one.person_id, one.about_id) for one in rows(bot, Participant)]
    assert "This round is closed" in (await people.ana.does(CloseRound(at(bot), "1"))).text
    assert "This round is closed" in (await people.ben.does(ImIn(at(bot), "1"))).text
    assert "This round is closed" in (await people.ben.does(NotThisTime(at(bot), "1"))).text
    assert before == [(one.person_id, one.about_id) for one in rows(bot, Participant)]


async def test_in_and_out_again(people: Everyone, bot: Bot) -> None:
    """While the round is open, one can leave, and nobody is told."""
    message = await round_of(people, people.ana)
    got = await press(people.ben, message, "I'm in")
    await press(people.ben, message, "I'm in")
    assert "In: Ana, Ben\n" in await people.ben.sees(message)
    assert (await got.press("Undo")).text == "You're not in this round any more."
    assert "In: Ana\n" in await people.ben.sees(message)
    assert len(rows(bot, Participant)) == 1


async def test_pressed_by_someone_who_is_not_in(people: Everyone, bot: Bot) -> None:
    """They get a sentence, before and after it closes."""
    message = await round_of(people, people.ana, people.ben)
    early = await people.noor.does(WriteLine(at(bot), "1", "Too early"))
    assert early.text.startswith("The round is still open.")
    assert early.text.endswith("“Too early”")
    await press(people.ana, message, "Close the round")
    assert "weren't in this round when it closed" in (await press(people.noor, message, "Write my line")).text


async def test_whoever_chose_never_to_be_kept_is_not_waited_for(people: Everyone, bot: Bot) -> None:
    """They get no teammate, and nobody stays uncovered unnoticed."""
    message = await round_of(people, *everyone(people))
    await (await people.noor.opens_settings()).fill(keep="never")
    assert (
        "You chose that others can't save what you write"
        in (await press(people.noor, message, "I'm in")).text
    )
    await press(people.ben, message, "I'm in")
    assert "In: Ana, Ben, Mei\n" in await people.ana.sees(message)
    await press(people.ana, message, "Close the round")
    names = {one.origin.person_name: await whom(one, message) for one in everyone(people)[:3]}
    assert sorted(names.values()) == ["Ana", "Ben", "Mei"]
    await (await people.mei.opens_settings()).fill(keep="never")
    await writes(people.ana, message, "Her calm")
    assert "the last one" in await writes(people.ben, message, "A second look")
    text = await people.ana.sees(message)
    assert f"Nobody has written about {names['Mei']} yet. Anyone can." in text


async def test_never_chosen_after_writing(people: Everyone, bot: Bot) -> None:
    """After Mei opts out, lines by and about Mei are left out. The other lines are shown."""
    message = await round_of(people, *everyone(people))
    await press(people.ana, message, "Close the round")
    names = {one.origin.person_name: await whom(one, message) for one in everyone(people)}
    await writes(people.mei, message, "Words of Mei")
    await (await people.mei.opens_settings()).fill(keep="never")
    for one in (people.ana, people.ben, people.noor):
        await writes(one, message, f"Words of {one.origin.person_name}")
    text = await people.ana.sees(message)
    author = next(name for name, about in names.items() if about == "Mei")
    read = {"Ana", "Ben", "Noor"} - {author}
    assert {name for name in names if f"Words of {name}" in text} == read
    assert f"Nobody has written about {names['Mei']} yet. Anyone can." in text
    everything = "".join(one.text for one in (*rows(bot, Answer), *rows(bot, Participant)))
    assert "Words of Mei" not in everything
    who = next(one for one in everyone(people) if one.origin.person_name == author)
    told = await who.does(WriteLine(at(bot), "1"))
    assert "Mei left the round before the lines came out" in told.text


async def test_one_s_own_line_can_be_taken_back_once_it_is_read(people: Everyone, bot: Bot) -> None:
    """Its author takes it back. Then anyone may write it anew."""
    message = await round_of(people, people.ana, people.ben)
    await press(people.ana, message, "Close the round")
    form = await press(people.ana, message, "Write my line")
    await form.fill(text="His patience")
    await writes(people.ben, message, "Her plans")
    mine = await people.ana.does(WriteLine(at(bot), "1"))
    assert mine.text == "Your line about Ben is on the card in #lantern.\n[Undo]"
    assert "is on the card" in (await form.fill(text="His patience")).text
    await mine.press("Undo")
    text = await people.ana.sees(message)
    assert "patience" not in text
    assert "Nobody has written about Ben yet. Anyone can." in text
    assert "patience" not in "".join(answer.text for answer in rows(bot, Answer))


async def test_lines_are_kept_over_a_restart(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """The two days also end while the bot does not run."""
    message = await round_of(people, *everyone(people)[:3])
    await press(people.ana, message, "Close the round")
    await writes(people.ben, message, "A second look")
    clock.forward(days=3)
    await build_bot(bot.database, [recorder], clock).tick()
    assert "“A second look” — Ben about" in shown(people, message)


async def test_many_lines_stand_on_one_card_and_the_rest_in_pages(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """The card shows twelve, clipped. The pages show all in full."""
    message = await asks(people.ana, "brings", QUESTION)
    crowd = [
        Person(bot, replace(people.ben.origin, person=f"U{number}", person_name=f"P{number:02}"))
        for number in range(14)
    ]
    for one in crowd:
        await press(one, message, "I'm in")
    assert "P11 and 2 more" in await people.ana.sees(message)
    await press(people.ana, message, "Close the round")
    for one in crowd:
        await writes(one, message, f"A line by {one.origin.person_name} " + "long " * 50)
    text = await people.ana.sees(message)
    assert text.count(" about P") == 12
    page = await press(people.ana, message, "All answers")
    read = page.text
    while "[Read more]" in page.text:
        page = await page.press("Read more")
        read += page.text
    assert read.count(" about P") == 14
