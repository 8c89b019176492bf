"""One's own page, word for word the same on every platform: opened, turned, and a date paused and resumed on it."""

from datetime import UTC, datetime

from tests.support.chat import Room

FRIDAY = datetime(2026, 3, 20, 18, 0, tzinfo=UTC)


async def test_a_page_of_ones_own(room: Room) -> None:
    """It tells what waits, what comes next and what is one's own. Nobody else sees it."""
    await room.types("Ben", "failed We put a wizard in front of the import")
    await room.types("Ben", "quest How do people get their data in?")
    for number in range(1, 5):
        await room.types("Ben", f"Thought number {number}")
        await room.types("Ben", f"quest What is number {number}?")
    before = len(await room.channel())
    page = await room.types("Ben", "me")
    assert page
    assert "Your page" in page
    assert "Waiting for you" in page
    assert "What did it teach you?" in page
    assert "[Edit]" in page
    assert "Coming up" in page
    paused = await room.presses("Ben", "Pause a week", page.id)
    assert paused
    assert "paused until 23 March" in paused
    assert "[Resume]" in paused
    resumed = await room.presses("Ben", "Resume", paused.id)
    assert resumed
    assert "paused until" not in resumed
    assert "[Pause a week]" in resumed

    more = await room.presses("Ben", "More", resumed.id)
    assert more
    assert "Thought number 4" in more
    assert "[About me]" in more
    back = await room.presses("Ben", "Back", more.id)
    assert back
    assert "Waiting for you" in back
    more = await room.presses("Ben", "More", back.id)
    assert more
    settings = await room.presses("Ben", "About me", more.id)
    assert settings
    assert "About me" in settings
    saved = await room.fills("Ben", settings.id, craft="Gardener")
    assert saved
    assert "Your craft: Gardener." in saved
    assert len(await room.channel()) == before


async def test_the_recap_read_on_it(room: Room) -> None:
    """The one of this week, in private, with its way to the channel."""
    await room.types("Ben", "We sign tokens once now")
    await room.until(FRIDAY)
    page = await room.types("Ben", "me")
    assert page
    assert "The week's recap" in page
    assert "Open it there" in page
    read = await room.presses("Ben", "Read it here", page.id)
    assert read
    assert "The week to 20 March" in read
    assert "We sign tokens once now" in read
