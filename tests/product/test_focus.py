"""A focus check, the ratio and a session, as people live them, word for word the same on every platform."""

from datetime import UTC, datetime

from tests.support.chat import Room, the

APRIL_10 = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)


async def test_a_check_and_the_ratio(room: Room) -> None:
    """Three short steps make the card, its day is told on it, and the ratio is said in private."""
    ratio = await room.types("Ben", "focus ratio")
    assert ratio
    assert "No big goal is open" in ratio
    first = await room.types("Ana", "focus check")
    assert first
    assert "too few to say what they served" in first
    begun = await room.fills("Ana", first.id, went="Half of it to custom reports")
    assert begun
    assert "Focus check started. The card is in" in begun
    lists = await room.presses("Ana", "Continue", begun.id)
    assert lists
    added = await room.fills(
        "Ana", lists.id, works="School visits\nCalls", out="Trade fairs", by_on="2026-04-10"
    )
    assert added
    assert "3 lines added to the focus check. The card is in" in added
    chances = await room.presses("Ana", "Continue", added.id)
    assert chances
    await room.fills("Ana", chances.id, chances="The ministry's list")
    card = the(await room.channel(), "Focus check", "Trade fairs")
    assert "Stop by 10 April" in card
    assert not [seen for seen in await room.channel() if "No big goal is open" in seen]
    await room.until(APRIL_10)
    assert "have we stopped?" in await room.message(card.id)
    form = await room.presses("Ben", "Have we stopped?", card.id)
    assert form
    said = await room.fills("Ben", form.id, answer="out")
    assert said
    assert "“Trade fairs”: we've stopped. The card is in" in said
    assert "✓ We've stopped" in await room.message(card.id)


async def test_a_session_is_read_together(room: Room) -> None:
    """Answers are sealed until somebody opens them, and the next part is in the first one's thread."""
    begun = await room.types("Ana", "focus session")
    assert begun
    assert "Focus session started. The card is in" in begun
    card = the(await room.channel(), "Focus session · 1 of 3")
    form = await room.presses("Ben", "Answer", card.id)
    assert form
    await room.fills("Ben", form.id, text="Visits; but reports took the time")
    assert "reports" not in await room.message(card.id)
    await room.presses("Mei", "Read together", card.id)
    assert "Visits; but reports took the time" in await room.message(card.id)
    following = await room.presses("Mei", "Next part", card.id)
    assert following
    assert "Part 2 of 3 is in the thread of the first." in following
