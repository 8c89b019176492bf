"""What people take back, word for word the same on every platform: taps, a 💡, a removal, a purge.

And the first step that a message's menu does by itself.
"""

from datetime import UTC, datetime, timedelta

from tests.support.chat import Room, Seen, the

TEN = datetime(2026, 3, 16, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def answer(room: Room, who: str, label: str, on: str) -> Seen:
    """Press a button, and return the private answer."""
    got = await room.presses(who, label, on)
    assert got, f"[{label}] has no answer"
    return got


async def test_taps_are_taken_back(room: Room) -> None:
    """A second press takes it back, and the card and the answer say what is so after each."""
    await room.types("Ana", "We sign once now")
    card = the(await room.channel(), "Aha #1")
    there = await answer(room, "Ben", "I was there", card.id)
    assert "Added you to #1." in there
    assert "Together: Ana" in await room.message(card.id)
    await room.until(TEN)
    gone = await answer(room, "Ben", "I was there", card.id)
    assert "Removed you from #1." in gone
    assert "Together" not in await room.message(card.id)

    assert await room.presses("Mei", "High-five", card.id) is None
    assert "[High-five (1)]" in await room.message(card.id)
    await room.until(TEN + MINUTE)
    back = await answer(room, "Mei", "High-five (1)", card.id)
    assert "Removed your high-five from #1." in back
    assert "[High-five]" in await room.message(card.id)
    own = await answer(room, "Ana", "High-five", card.id)
    assert "You wrote #1, so you can't high-five it." in own
    assert "[High-five]" in await room.message(card.id)


async def test_a_bulb_taken_back_never_happened(room: Room) -> None:
    """The Note leaves at once, and is gone with our 💡 and the moment once the 💡 is taken back."""
    await room.types("Ana", "The first")
    said = await room.says("Ben", "Half a thought")
    await room.reacts("Ana", "💡", said)
    the(await room.notes("Ben"), "Ana saved what you wrote", "Half a thought")
    assert "💡" in (await room.message(said)).marks
    await room.reacts("Ana", "💡", said, on=False)
    assert await room.notes("Ben") == []
    assert (await room.message(said)).marks == frozenset()
    found = await room.types("Mei", "find half")
    assert found
    assert "Nothing here has" in found
    await room.reacts("Mei", "💡", said)
    [note] = await room.notes("Ben")
    assert "Mei saved what you wrote" in note
    assert "💡" in (await room.message(said)).marks


async def test_an_admin_removes_what_another_wrote(room: Room) -> None:
    """It is asked once, and its author can bring it back from a Note."""
    await room.types("Ben", "A thought of Ben's")
    asked = await room.types("Ana", "delete 1")
    assert asked
    assert "Delete #1 by Ben for everyone?" in asked
    the(await room.channel(), "Aha #1", "A thought of Ben's")
    done = await answer(room, "Ana", "Delete", asked.id)
    assert "#1 deleted." in done
    assert "[Undo]" in done
    the(await room.channel(), "Aha #1 was deleted.")
    note = the(await room.notes("Ben"), "Ana deleted your #1 for everyone.", "A thought of Ben's", "[Undo]")
    assert "#1 is back. The card is in #team-lantern." in await answer(room, "Ben", "Undo", note.id)
    the(await room.channel(), "Aha #1", "A thought of Ben's")
    [note] = await room.notes("Ben")
    assert note.text == "Aha #1 is back."


async def test_a_purge_is_one_note(room: Room) -> None:
    """Five messages go at once: one question, answered for all, or one by one."""
    said = [await room.says("Ben", f"Thought {number}") for number in range(5)]
    for each in said:
        await room.chooses("Ana", "Save as aha", each)
    note = the(await room.notes("Ben"), "5 of your messages are in the team's memory now")
    await room.presses("Ben", "Fine", note.id)
    for each in said:
        await room.deletes("Ben", each)
    asked = the(await room.notes("Ben"), "5 of your messages were deleted.")
    first = await answer(room, "Ben", "One by one", asked.id)
    assert "Thought 0" in first
    second = await answer(room, "Ben", "Delete it", first.id)
    assert "#1 deleted." in second
    assert "Thought 1" in second
    assert "4 of your messages" in the(await room.notes("Ben"), "were deleted")
    assert await room.presses("Ben", "Keep all", asked.id) is None
    the(await room.notes("Ben"), "#2, #3, #4, #5 stay.", "Aha #1 was deleted.")
    assert len(await room.notes("Ben")) == 2


async def test_the_menu_does_the_first_step(room: Room) -> None:
    """On a message that nobody saved, both entries save it first and go on from there."""
    await room.types("Ana", "The first")
    said = await room.says("Ben", "It is fast because nobody logs in twice")
    asked = await room.chooses("Mei", "Add my version", said)
    assert asked
    assert "Nobody has saved that yet." in asked
    saved = await answer(room, "Mei", "Save as aha", asked.id)
    assert "#2" in saved
    form = await answer(room, "Mei", "Add my version", saved.id)
    await room.fills("Mei", form.id, text="For me it was the silence after the demo.")
    the(await room.channel(), "Aha #2", "nobody logs in twice", "Mei added a version")

    said = await room.says("Ben", "We put a wizard in front of the import")
    asked = await room.chooses("Mei", "Ask why", said)
    assert asked
    saved = await answer(room, "Mei", "Save as experiment", asked.id)
    form = await answer(room, "Mei", "Ask why", saved.id)
    await room.fills("Mei", form.id, text="Nobody reads a wizard")
    the(await room.channel(), "Why? · Experiment #3", "Nobody reads a wizard")


async def test_a_private_card_offers_what_works(room: Room) -> None:
    """Ana wrote it and may change it; Ben is not offered what he may not do."""
    await room.types("Ana", "We sign once now")
    mine, his = await room.types("Ana", "show 1"), await room.types("Ben", "show 1")
    assert mine
    assert his
    assert "[Add my version]" in his
    assert "[Edit]" not in his
    assert "[Delete]" not in his
    own = await answer(room, "Ana", "Add my version", mine.id)
    assert own.fields["text"]["value"] == "We sign once now"
