"""What we said we'd do, on every platform: a retrospective's step and the next one that opens with it."""

from datetime import UTC, datetime

from tests.support.chat import Room, Seen, choice, the, whole

PEOPLE = ("Ana", "Ben", "Mei")
QUESTION = "What did we decide without noticing?"
LATER = "What would we do again?"
STEP = "If the build is red at noon, then we stop and look"


async def look_back(room: Room, question: str) -> Seen:
    """Ask a retrospective's question, and return its card."""
    form = await room.types("Ana", "ask")
    assert form
    await room.fills("Ana", form.id, text=question, sort="retro")
    return the(await room.channel(), "A retro question", question)


async def answer(room: Room, who: str, label: str, on: str) -> Seen:
    """Press a button, and return the private answer or the form."""
    got = await room.presses(who, label, on)
    assert got, f"[{label}] has no answer"
    return got


async def test_the_next_one_opens_with_what_we_said(room: Room) -> None:
    """Ben is suggested and says no, Mei takes it. The next retro asks what became of it, once."""
    await room.types("Ben", "We sign once now")
    first = await look_back(room, QUESTION)
    form = await answer(room, "Ana", "One next step", first.id)
    assert "If …" in form
    form = await whole(room, form)
    ben = choice(form, "taker", "Ben")
    said = await room.fills(
        "Ana", form.id, condition="the build is red at noon", action="we stop and look", taker=ben
    )
    assert said
    assert "The next retro will ask what came of it." in said
    assert "[Undo]" in said
    shown = await room.message(first.id)
    assert STEP in shown
    assert "suggested to Ben" in shown
    assert "[One next step]" not in shown

    mine = await answer(room, "Ben", "Show", first.id)
    others = await answer(room, "Mei", "Show", first.id)
    assert "[Not me]" in mine
    assert "[Not me]" not in others
    assert "[Edit next step]" in others
    await answer(room, "Ben", "Not me", mine.id)
    assert "Ben" not in (await room.message(first.id)).text.split("One next step")[1]
    await answer(room, "Mei", "I'll take it", first.id)
    assert "Mei takes it" in await room.message(first.id)

    await room.until(datetime(2026, 3, 26, 15, 0, tzinfo=UTC))
    second = await look_back(room, LATER)
    assert "Mei takes it. What came of it?" in second
    assert second.text.index(STEP) < second.text.index(LATER)
    assert "[One next step]" not in await room.message(first.id)
    for label in ("Done", "Not yet", "Something else"):
        assert f"[{label}]" in second
    form = await answer(room, "Ben", "Something else", second.id)
    told = await room.fills("Ben", form.id, became="We bought a lamp for the build")
    assert told
    assert "it became: We bought a lamp for the build" in told
    shown = await room.message(second.id)
    assert "Last time we said:" in shown
    assert "it became: We bought a lamp for the build" in shown
    assert "[Not yet]" not in shown
    assert "Ben" not in shown
    for who in PEOPLE:
        late = await answer(room, who, "Show", first.id)
        assert "it became: We bought a lamp for the build" in late
        assert "[Edit next step]" not in late

    third = await look_back(room, "And now?")
    assert "Last time" not in third
