"""Tests of cross pairs: two crafts, one question, one joint answer."""

import json
from datetime import timedelta
from io import StringIO

from bot.data.export import write_export
from bot.prompts.formats.cross_pairs import AnswerTogether
from bot.runtime.bot import Bot
from storage.models import Answer, Participant, Posting
from storage.models import Person as Row
from tests.support.databases import Clock
from tests.support.people import Everyone, Person
from tests.support.questions import asks, press, rows, there, until

QUESTION = "What gets lost between us?"
DAY = timedelta(days=1)


async def joins(who: Person, message: str, craft: str) -> str:
    """Join the round with a craft that was not stored yet, and return the reply."""
    return (await (await press(who, message, "I'm in")).fill(craft=craft)).text


def shown(people: Everyone, message: str) -> str:
    """Return the current text of a public message."""
    return there(people.ana).standing[message].text


async def paired(people: Everyone) -> str:
    """Put Ana and Ben in one pair, and return the question's message."""
    message = await asks(people.ana, "cross_pair", QUESTION)
    await joins(people.ana, message, "design")
    await joins(people.ben, message, "code")
    await press(people.ana, message, "Close the round")
    return message


async def test_a_craft_is_asked_once_and_changed_in_me(people: Everyone, bot: Bot) -> None:
    """The next time, one tap is enough."""
    message = await asks(people.ana, "cross_pair", QUESTION)
    said = await joins(people.ben, message, "  wood   work ")
    assert said.startswith("You're in, as wood work.")
    other = await asks(people.ana, "cross_pair", QUESTION)
    assert (await press(people.ben, other, "I'm in")).text.startswith("You're in, as wood work.")
    form = await people.ben.opens_settings()
    assert "wood work" in {field.value for field in form.form.fields if field.name == "craft"}
    assert "Your craft: code." in (await form.fill(craft="code")).text
    assert "Your craft" not in (await (await people.ben.opens_settings()).fill(craft="")).text
    assert {row.craft for row in rows(bot, Row)} == {""}


async def test_never_chosen_after_the_pairs_were_made(people: Everyone, bot: Bot) -> None:
    """After an opt-out, name and craft leave the card, and the joint answer stays with the other's name."""
    message = await paired(people)
    await (await people.ben.opens_settings()).fill(keep="never")
    await (await press(people.ana, message, "Answer together")).fill(text="The edges")
    text = await people.ana.sees(message)
    assert "“The edges” — Ana (design)" in text
    assert "Ben" not in text


async def test_a_craft_that_is_too_long(people: Everyone) -> None:
    """Either form comes back with an error beside the field."""
    message = await asks(people.ana, "cross_pair", QUESTION)
    form = await (await press(people.ben, message, "I'm in")).fill(craft="x" * 61)
    assert "60 characters" in form.form.errors["craft"]
    again = await (await people.ben.opens_settings()).fill(craft="x" * 61)
    assert "60 characters" in again.form.errors["craft"]


async def test_one_joint_reply_that_either_changes(people: Everyone, bot: Bot) -> None:
    """It has both names, and both count as heard."""
    message = await paired(people)
    assert "Together: Ana (design) and Ben (code)\n[Answer together]" in await people.ana.sees(message)
    form = await press(people.ben, message, "Answer together")
    assert form.form.intro == f"{QUESTION}\n\nYou're answering with Ana (design)."
    got = await form.fill(text="The reasons")
    assert got.text.startswith(
        "Your joint answer is under the question in #lantern. Ana (design) can change it too."
    )
    assert "“The reasons” — Ana (design) and Ben (code)" in await people.ana.sees(message)
    changed = await press(people.ana, message, "Answer together")
    assert changed.form.fields[0].value == "The reasons"
    await changed.fill(text="The reasons, and the doubts")
    await changed.fill(text="The reasons, and the doubts")
    [answer] = rows(bot, Answer)
    assert answer.text == "The reasons, and the doubts"
    assert "“The reasons, and the doubts” — Ana (design) and Ben (code)" in await people.ana.sees(message)
    await got.press("Undo")
    assert "reasons" not in await people.ana.sees(message)
    assert "removed already" in (await got.press("Undo")).text


async def test_two_who_write_at_once_lose_nothing(people: Everyone, bot: Bot) -> None:
    """The second gets both texts back to combine them."""
    message = await paired(people)
    bens, anas = [await press(who, message, "Answer together") for who in (people.ben, people.ana)]
    await bens.fill(text="The reasons")
    got = await anas.fill(text="The doubts")
    assert got.text == (
        "Ben (code) changed your joint answer while you were writing. Here are both. Yours isn't saved yet.\n"
        "“The reasons” — what's there now\n“The doubts” — what you wrote\n[Combine both]"
    )
    assert [answer.text for answer in rows(bot, Answer)] == ["The reasons"]
    form = await got.press("Combine both")
    assert form.form.fields[0].value == "The reasons"
    await form.fill(text="The reasons and the doubts")
    assert [answer.text for answer in rows(bot, Answer)] == ["The reasons and the doubts"]


async def test_an_odd_one_joins_a_pair(people: Everyone, bot: Bot, clock: Clock) -> None:
    """They are three. Pairs are made after a day without a press."""
    message = await asks(people.ana, "cross_pair", QUESTION)
    await joins(people.ana, message, "design")
    await joins(people.ben, message, "Design ")
    await joins(people.mei, message, "code")
    await until(bot, clock, clock.now + DAY)
    assert "Together: Ana (design), Ben (Design) and Mei (code)" in shown(people, message)
    await (await press(people.mei, message, "Answer together")).fill(text="The reasons")
    await until(bot, clock, clock.now + 7 * DAY)
    text = shown(people, message)
    assert "Three people answered.\n“The reasons” — Ana (design), Ben (Design) and Mei (code)" in text
    assert "Together" not in text
    assert "[Answer" not in text


async def test_one_craft_makes_no_pair(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The round waits for another craft, and closes quietly after a week."""
    message = await asks(people.ana, "cross_pair", QUESTION)
    await joins(people.ana, message, "design")
    await joins(people.ben, message, "design")
    said = (await press(people.ana, message, "Close the round")).text
    assert said == "Everyone in so far has the same craft. A pair needs two different ones."
    await until(bot, clock, clock.now + 2 * DAY)
    assert "[I'm in]" in shown(people, message)
    await until(bot, clock, clock.now + 5 * DAY)
    assert "This question has closed." in shown(people, message)
    assert "Ana, Ben" not in shown(people, message)


async def test_whoever_is_in_no_pair(people: Everyone, bot: Bot) -> None:
    """A press gets a sentence, before and after the pairs are made."""
    message = await asks(people.ana, "cross_pair", QUESTION)
    at = str(next(posting.id for posting in rows(bot, Posting) if posting.form == "cross_pair"))
    assert "There are no pairs yet." in (await people.noor.does(AnswerTogether(at, "1"))).text
    await joins(people.ana, message, "design")
    await joins(people.ben, message, "code")
    await press(people.ana, message, "Close the round")
    got = await people.noor.does(AnswerTogether(at, "1", "", "Mine"))
    assert got.text == "You weren't in when I made the pairs. Their answers will be on the card.\n“Mine”"
    assert len(rows(bot, Participant)) == 2


async def test_the_recap_counts_both(people: Everyone, clock: Clock, bot: Bot) -> None:
    """It quotes the answer with both names."""
    message = await paired(people)
    await people.mei.types("something kept")
    await (await press(people.ben, message, "Answer together")).fill(text="The reasons")
    out = StringIO()
    bot.database.read_now(lambda session: write_export(session, 1, clock.now, out))
    (prompt,) = json.loads(out.getvalue())["prompts"]
    assert [(one["person"], one["with"], one["about"]) for one in prompt["answers"]] == [
        ("U-ben", ["U-ana"], None)
    ]
    clock.forward(hours=1)
    text = (await people.mei.types("recap")).text
    assert "Three people took part." in text
    assert "Ana and Ben: “The reasons”" in text
