"""A season of one question, word for word the same on every platform: begun, answered, ended, side by side."""

from datetime import UTC, datetime

from tests.support.chat import Room, Seen, the

QUESTION = "What did we learn from a customer?"


def april(day: int, hour: int) -> datetime:
    """Return a time in April 2026, in UTC."""
    return datetime(2026, 4, day, hour, 0, tzinfo=UTC)


async def answer(room: Room, who: str, label: str, on: str) -> Seen:
    """Press a button, and return the private answer or the form."""
    got = await room.presses(who, label, on)
    assert got, f"[{label}] has no answer"
    return got


async def filled(room: Room, who: str, form: Seen, **values: str) -> Seen:
    """Submit a form, and return the private answer."""
    got = await room.fills(who, form.id, **values)
    assert got
    return got


async def answers(room: Room, who: str, text: str) -> None:
    """Answer the newest question in the channel."""
    card = [each for each in await room.channel() if "[Answer]" in each][-1]
    assert QUESTION in card
    await filled(room, who, await answer(room, who, "Answer", card.id), text=text)


async def test_a_season_of_one_question(room: Room) -> None:
    """From the schedule to first and last, which only those show who want it."""
    await room.types("Ana", "We sign once now")
    plan = await room.types("Ana", "schedule")
    assert plan
    await answer(room, "Ana", "Turn on questions", plan.id)
    about = await room.types("Ana", "season")
    assert about
    assert "There's no season right now." in about
    form = await answer(room, "Ana", "Start a season", about.id)
    done = await filled(room, "Ana", form, text=QUESTION, weeks="4")
    assert "Your season runs from 16 March to 13 April." in done
    assert "[Undo]" in done
    card = the(await room.channel(), "A season of one question", QUESTION, "Started by Ana", "[End season]")

    await room.until(datetime(2026, 3, 18, 12, 0, tzinfo=UTC))
    await answers(room, "Ben", "They print it.")
    await room.until(april(7, 15))
    await answers(room, "Ben", "Their neighbours read it.")
    sure = await answer(room, "Mei", "End season", card.id)
    assert "End the season for everyone here?" in sure
    assert "are back." in await answer(room, "Mei", "End season", sure.id)
    assert "Mei ended this season on 7 April." in await room.message(card.id)

    last = the(await room.channel(), "The season of one question is over", "I asked it four times")
    assert "you need at least two" in await answer(room, "Mei", "My first and last answer", last.id)
    mine = await answer(room, "Ben", "My first and last answer", last.id)
    assert "They print it." in mine
    assert "Their neighbours read it." in mine
    assert "They print it." not in await room.message(last.id)
    shown = await answer(room, "Ben", "Show it to everyone", mine.id)
    assert "are on the season's card in" in shown
    assert "They print it." in await room.message(last.id)
    await answer(room, "Ben", "Undo", shown.id)
    assert "They print it." not in await room.message(last.id)
