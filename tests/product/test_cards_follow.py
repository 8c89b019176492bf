"""Cards that everyone sees follow their own buttons on every platform, and what opens is told by a message."""

from datetime import UTC, datetime

from tests.support.chat import Room, the

AFTER_TEN = datetime(2026, 3, 16, 9, 11, tzinfo=UTC)
FOUR_DAYS_ON = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


async def test_a_second_person_sees_what_a_first_one_did(room: Room) -> None:
    """The hello's buttons go one by one, with a small line for each."""
    await room.types("Ana", "We sign tokens now")
    hello = the(await room.channel(), "I'm Ahabot", "React to a message with 💡")
    assert "[Turn on questions]" in hello
    await room.presses("Ana", "Turn on questions", hello.id)
    await room.channel()
    shown = await room.message(hello.id)
    assert "[Turn on questions]" not in shown
    assert "Ana turned on questions." in shown
    await room.presses("Ben", "Ask a question now", hello.id)
    question = the(await room.channel(), "A question for us")
    shown = await room.message(hello.id)
    assert "[Ask a question now]" not in shown
    assert "I've asked the first question." in shown
    await room.presses("Ben", "Mute this question", question.id)
    await room.channel()
    assert "This question is muted" in await room.message(question.id)
    back = await room.presses("Mei", "Unmute", question.id)
    assert back
    await room.channel()
    assert "muted" not in await room.message(question.id)
    assert "A question for us" in await room.message(question.id)


async def test_the_next_quest_is_seen_to_be_open(room: Room) -> None:
    """The question under a breakthrough names who opened it, and offers another."""
    await room.types("Ana", "breakthrough We sign tokens once")
    await room.until(FOUR_DAYS_ON)
    asked = the(await room.channel(), "What's next?")
    form = await room.presses("Ben", "Start the next quest", asked.id)
    assert form
    await room.fills("Ben", form.id, text="How do we revoke them?")
    await room.channel()
    shown = await room.message(asked.id)
    assert "Ben started the next quest: How do we revoke them?" in shown
    assert "[Start another quest]" in shown
    assert "[Start the next quest]" not in shown


async def test_what_was_parked_is_called_for_by_a_message(room: Room) -> None:
    """It comes in the thread of the card when the question opens."""
    form = await room.types("Ana", "ask")
    assert form
    await room.fills("Ana", form.id, text="What would we try?", sort="park_it")
    card = the(await room.channel(), "Park it first")
    form = await room.presses("Ben", "Park it", card.id)
    assert form
    await room.fills("Ben", form.id, text="The dentist at four")
    await room.until(AFTER_TEN)
    opened = the(await room.channel(), "The question is open now, on the card above.")
    assert opened.thread == card.id
    assert "What would we try?" in await room.message(card.id)
