"""Dialogues about reports on every platform: what they are named, what an edit of them tells, and their pictures."""

from datetime import UTC, datetime

from tests.support.chat import Room, the

FRIDAY = datetime(2026, 3, 20, 16, 5, tzinfo=UTC)
LATER = datetime(2026, 4, 9, 9, 0, tzinfo=UTC)
CACHE = "We used to cache tokens, now we sign them."


async def test_a_recap_goes_on_telling_what_was_so(room: Room) -> None:
    """It is named by its last day, and twenty days on only its author's words are other ones."""
    await room.types("Ana", CACHE)
    await room.until(FRIDAY)
    before = the(await room.channel(), "The week to 20 March", CACHE)
    assert "One person took part." in before
    assert "12 weeks to 20 March 2026." in before.picture
    assert "Last week, highlighted: no experiments, 1 aha and no breakthroughs." in before.picture
    await room.until(LATER)
    card = the(await room.channel(), "Aha #1")
    for who in ("Ben", "Mei", "Chidi"):
        await room.presses(who, "I was there", card.id)
    form = await room.types("Ana", "edit 1") or card
    await room.fills("Ana", form.id, text="We sign tokens now.")
    after = await room.message(before.id)
    assert after.text == before.text.replace(CACHE, "We sign tokens now.")
    assert after.picture == before.picture


async def test_the_private_recap_is_named_like_the_posted_one(room: Room) -> None:
    """Both are named by the day on which they end."""
    await room.types("Ana", CACHE)
    await room.until(datetime(2026, 3, 18, 9, 0, tzinfo=UTC))
    asked = await room.types("Ben", "recap")
    assert asked
    assert "The week to 18 March" in asked
    await room.presses("Ben", "Post here", asked.id)
    the(await room.channel(), "The week to 18 March", CACHE)


async def test_a_cycle_brings_its_picture(room: Room) -> None:
    """To the one who asked, once. Posted, everyone sees it."""
    await room.types("Ana", "quest How do people get their data in?")
    await room.types("Ben", "failed We put a wizard in front of the import")
    asked = await room.types("Mei", "cycle")
    assert asked
    assert "How do people get their data in?" in asked
    [picture] = await room.pictures("Mei")
    assert (
        picture.picture
        == "Experiments and breakthroughs over time, 16 March 2026: 1 experiment and no breakthroughs."
    )
    assert not any(seen.picture for seen in await room.channel())
    assert await room.pictures("Ben") == []
    await room.presses("Mei", "Post here", asked.id)
    assert the(await room.channel(), "How our quests are going").picture == picture.picture
    assert len(await room.pictures("Mei")) <= 1, "in the playground it goes with the card that is replaced"
