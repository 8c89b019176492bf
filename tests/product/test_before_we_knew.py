"""An experiment with three sealed expectations and its result, on every platform, each step as each person sees it."""

from tests.support.chat import Room, Seen, the

PEOPLE = ("Ana", "Ben", "Chidi", "Mei")
WORDS = ("Everyone gets through", "Half of them give up", "Nobody will even see it")


async def reads_nothing_sealed(room: Room, number: int) -> None:
    """Check every post in the channel, and what each person is shown and finds."""
    for seen in await room.channel():
        assert not [words for words in WORDS if words in seen]
    for who in PEOPLE:
        shown = await room.types(who, f"show {number}")
        assert shown
        assert not [words for words in WORDS if words in shown]
        found = await room.types(who, "find gets through")
        assert found
        assert "Everyone" not in found


async def expects(room: Room, who: str, card: Seen, text: str, **name: str) -> Seen:
    """Let one person seal a line on the experiment's card, and return the private reply."""
    form = await room.presses(who, "What do you expect?", card.id)
    assert form
    assert "Nobody sees it until there's a result." in form
    said = await room.fills(who, form.id, text=text, **name)
    assert said
    return said


async def test_three_expectations_and_a_result(room: Room) -> None:
    """Two are signed and one isn't. They open together, beside what happened."""
    await room.types("Ana", "quest How do people get their data in?")
    quest = the(await room.channel(), "How do people get their data in?", "no attempts yet")
    form = await room.presses("Ana", "We're trying something", quest.id)
    assert form
    kept = await room.fills("Ana", form.id, text="A wizard of three steps")
    assert kept
    assert "everyone can say what they expect" in kept
    card = the(await room.channel(), "Experiment #1 · in progress", "A wizard of three steps")
    assert "Trying now: #1" in await room.message(quest.id)

    said = await expects(room, "Ben", card, WORDS[0])
    assert "Saved. It's hidden until #1 has a result." in said
    await reads_nothing_sealed(room, 1)
    assert "Ben wrote what they expect" in await room.message(card.id)
    await expects(room, "Mei", card, WORDS[1])
    await reads_nothing_sealed(room, 1)
    assert "Ben and Mei wrote what they expect" in await room.message(card.id)
    before = [seen.text for seen in await room.channel()]
    said = await expects(room, "Chidi", card, WORDS[2], name="alone")
    assert "Saved anonymously." in said
    assert [seen.text for seen in await room.channel()] == before
    await reads_nothing_sealed(room, 1)

    late = await room.presses("Ana", "What do you expect?", card.id)
    form = await room.presses("Ben", "Save the result", card.id)
    assert form
    assert late
    done = await room.fills(
        "Ben", form.id, outcome="went_well", happened="Two of ten gave up", taught="Three steps are fine"
    )
    assert done
    assert "It went well" in done
    refused = await room.fills("Ana", late.id, text="I knew it")
    assert refused
    assert "It's too late" in refused
    assert "I knew it" in refused
    shown = await room.message(card.id)
    for words in (
        "Experiment #1 · went well",
        "Two of ten gave up",
        "What we expected",
        "Result added by Ben",
        *WORDS,
    ):
        assert words in shown
    assert "Chidi" not in shown
    assert "in progress" not in shown
    for who in PEOPLE:
        found = await room.types(who, "find gets through")
        assert found
        assert "A wizard of three steps" in found
        assert "went well" in found
    assert "Trying now" not in await room.message(quest.id)
