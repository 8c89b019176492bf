"""A no, a shiny thing, a chance and a key to a door, as people live them, word for word the same on every platform."""

from datetime import UTC, datetime

from tests.support.chat import Room, the

FRIDAY = datetime(2026, 3, 20, 18, 0, tzinfo=UTC)
A_WEEK_LATER = datetime(2026, 3, 23, 18, 0, tzinfo=UTC)


async def test_a_no_a_shiny_thing_and_a_door(room: Room) -> None:
    """What was declined is in Friday's recap, what was parked asks on its day, and only Ana learns of the key."""
    await _a_no(room)
    await _a_shiny_thing(room)
    await _a_door(room)
    await room.until(FRIDAY)
    recap = the(await room.channel(), "The week to")
    assert "What we said no to" in recap
    assert "A wizard of six pages → Nobody finishes page two" in recap
    await room.until(A_WEEK_LATER)
    card = the(await room.channel(), "Shiny idea #2", "An app for watches")
    assert "Parked until 23 March. Still tempting?" in card
    assert "[Keep it parked]" in card
    gone = await room.presses("Ben", "Drop it", card.id)
    assert gone
    assert "Dropped #2." in gone
    assert "Ben dropped it on 23 March" in await room.message(card.id)
    await room.presses("Ben", "Undo", gone.id)
    assert "Still tempting?" in await room.message(card.id)


async def _a_no(room: Room) -> None:
    kept = await room.types("Ben", "no A wizard of six pages")
    assert kept
    assert "Saved as #1 in" in kept
    form = await room.presses("Ben", "Say why", kept.id)
    assert form
    await room.fills("Ben", form.id, text="A wizard of six pages", why="Nobody finishes page two")
    card = the(await room.channel(), "Declined #1", "A wizard of six pages")
    assert "Why we said no Nobody finishes page two" in card


async def _a_shiny_thing(room: Room) -> None:
    kept = await room.types("Mei", "shiny An app for watches")
    assert kept
    assert "It's parked until 13 April. Then I'll ask about it once." in kept
    form = await room.presses("Mei", "Change the date", kept.id)
    assert form
    moved = await room.fills("Mei", form.id, rest="7", until="")
    assert moved
    assert "#2 is parked until 23 March." in moved


async def _a_door(room: Room) -> None:
    kept = await room.types("Ana", "chance Meet the harbour office")
    assert kept
    form = await room.presses("Ana", "Add details", kept.id)
    assert form
    await room.fills("Ana", form.id, accelerates="Our first port", kind="door", until="", belief="4")
    card = the(await room.channel(), "Chance #3 · a door")
    assert "Belief: 4 of 5" in card
    own = await room.presses("Ana", "I might be able to help", card.id)
    assert own
    assert "#3 is your own door." in own
    form = await room.presses("Chidi", "I might be able to help", card.id)
    assert form
    assert "Only Ana will see this." in form
    told = await room.fills("Chidi", form.id, text="My cousin runs it")
    assert told
    assert "I'll tell Ana in private." in told
    (note,) = await room.notes("Ana")
    assert "Chidi might be able to help with your door #3:" in note
    assert "My cousin runs it" in note
    assert not [seen for seen in await room.channel() if "cousin" in seen]
    assert await room.message(card.id) == card
