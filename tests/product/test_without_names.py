"""A retro without names, on every platform: nothing changes before the close, and then all of it at once."""

from datetime import UTC, datetime

from tests.support.chat import Room, Seen, the

TUESDAY = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)
PEOPLE = ("Ana", "Ben", "Chidi", "Mei", "Noor")
QUESTION = "What was hard?"


async def asks_without_names(room: Room) -> Seen:
    """Let Ana ask a question that is answered without names, and return its card."""
    form = await room.types("Ana", "ask")
    assert form
    await room.fills("Ana", form.id, text=QUESTION, sort="nameless")
    return the(await room.channel(), "A retro question", QUESTION)


async def answers(room: Room, who: str, card: Seen, **more: str) -> str:
    """Let one person answer by the form, and return the private reply."""
    form = await room.presses(who, "Answer", card.id)
    assert form
    said = await room.fills(who, form.id, text=f"by {who.lower()}", **more)
    assert said
    return said.text


async def test_all_answers_come_out_at_once(room: Room) -> None:
    """Five people answer on Monday, the card stays as it is, and on Tuesday it has all five answers."""
    card = await asks_without_names(room)
    assert "Answers appear together on" in card
    assert "if at least five people answer" in card
    before = [seen.text for seen in await room.channel()]
    for who in PEOPLE:
        assert "Your answer is saved, without your name." in await answers(room, who, card)
        assert [seen.text for seen in await room.channel()] == before
    late = await room.presses("Ana", "Answer", card.id)
    assert late
    assert "already answered this one" in late
    await room.until(TUESDAY)
    shown = await room.message(card.id)
    assert "Five people answered." in shown
    assert all(f"by {who.lower()}" in shown for who in PEOPLE)
    assert "[Answer]" not in shown


async def test_too_few_answers_and_one_that_may_be_guessed(room: Room) -> None:
    """Of two answers only the one whose author ticked the box is shown, and a late one comes back to its author."""
    card = await asks_without_names(room)
    form = await room.presses("Mei", "Answer", card.id)
    assert form
    assert "Show my answer anyway" in str(form.fields["alone"])
    await room.fills("Mei", form.id, text="by mei", alone="yes")
    await answers(room, "Ben", card)
    late = await room.presses("Noor", "Answer", card.id)
    assert late
    await room.until(TUESDAY)
    shown = await room.message(card.id)
    assert "Fewer than five people answered" in shown
    assert "by mei" in shown
    assert "by ben" not in shown
    refused = await room.fills("Noor", late.id, text="by noor")
    assert refused
    assert "I didn't save it" in refused
    assert "by noor" in refused
    assert (await room.message(card.id)).text == shown.text
