"""What comes back, word for word the same on every platform: a look-back, a quarter-ago line, a quiet month."""

from datetime import UTC, datetime

from tests.support.chat import Room, Seen, the

WORDS = "We sign tokens once, at the edge"


async def answer(room: Room, who: str, label: str, on: str) -> Seen:
    """Press a button, and return the private answer or the form."""
    got = await room.presses(who, label, on)
    assert got, f"[{label}] has no answer"
    return got


async def test_a_look_back_and_a_line_of_a_quarter_ago(room: Room) -> None:
    """The card asks after a month, the recap brings the moment back, and a press on it is answered in private."""
    await room.types("Ana", WORDS)
    card = the(await room.channel(), WORDS, "Aha #1")
    assert "Looking back" not in card
    await room.until(datetime(2026, 4, 17, 20, tzinfo=UTC))
    offer = the(await room.channel(), "It's been quiet here for a month.", "[Look back]")
    assert WORDS not in offer
    assert "Looking back, what was really going on?" in await room.message(card.id)
    form = await answer(room, "Ben", "Look back", card.id)
    assert WORDS in form
    said = await room.fills("Ben", form.id, text="We were afraid of the cache")
    assert said
    assert "It's on #1 now" in said
    told = await room.message(card.id)
    assert WORDS in told
    assert "We were afraid of the cache" in told
    assert "Ben · a month later, 17 April 2026" in told

    await room.until(datetime(2026, 6, 18, 9, tzinfo=UTC))
    await room.types("Mei", "Something of this week")
    await room.until(datetime(2026, 6, 19, 20, tzinfo=UTC))
    recap = the(await room.channel(), "The week to 19 June", f"Three months ago: “{WORDS}” · #1 · Ana")
    noted = await answer(room, "Mei", "Don't show #1 again", recap.id)
    assert "I won't show #1 to you again, or to the team in a recap." in noted
    assert "Undone. I've forgotten what you said about #1." in await answer(room, "Mei", "Undo", noted.id)


async def test_a_quiet_month_opens_in_private(room: Room) -> None:
    """The line quotes nothing. Who presses sees a moment, and the channel doesn't."""
    await room.types("Ana", WORDS)
    await room.until(datetime(2026, 4, 17, 20, tzinfo=UTC))
    offer = the(await room.channel(), "It's been quiet here for a month.")
    before = len(await room.channel())
    page = await answer(room, "Ben", "Look back", offer.id)
    assert WORDS in page
    assert "Some time ago" in page
    assert len(await room.channel()) == before
