"""Tests of a file on Slack, which is a message of its own above the card that belongs to it."""

from datetime import UTC, datetime

from adapters.slack.adapter import Slack
from bot.core.messages import Card, File, Picture, Post, Title
from bot.core.origin import Place
from tests.fakes.slack.chat import SlackRoom

LATER = datetime(2026, 3, 16, 12, tzinfo=UTC)


async def test_a_book_is_there_with_its_card(room: SlackRoom) -> None:
    """The file comes first, and the card below it says what it is."""
    await room.types("Ben", "We sign once")
    await room.types("Ben", "memory book markdown")
    await room.until(LATER)
    direct = room.here.direct(room.here.person("Ben").id)
    file, _ = room.here.standing(direct.id)
    assert [each["title"] for each in file.files] == ["aha-book.md"]
    [_, card] = await room.notes("Ben")
    assert "Your book" in card


async def test_a_card_that_is_tried_again_brings_no_second_file(room: SlackRoom) -> None:
    """The same key shares a file once, whatever became of its card."""
    adapter = room.bot.adapters["slack"]
    assert isinstance(adapter, Slack)
    file = File(b"# Book", "aha-book.md", "text/markdown")
    place = Place(room.here.team, person=room.here.person("Ben").id)
    for _ in range(2):
        await adapter.posting.post(place, Post(Card((Title("Your book"),)), file=file), "book:1", str)
    direct = room.here.direct(room.here.person("Ben").id)
    assert len([said for said in room.here.standing(direct.id) if said.files]) == 1


async def test_where_files_are_off_its_person_is_told(room: SlackRoom) -> None:
    """Once, in their direct messages, with the reason."""
    room.slack.files.disabled = True
    await room.types("Ben", "We sign once")
    await room.types("Ben", "memory book")
    await room.until(LATER)
    [told] = await room.notes("Ben")
    assert (
        "I couldn't send this in a direct message: your book. The admins of this workspace have turned off files. "
        "Nothing is lost: just ask for it again."
    ) in told


async def test_a_picture_is_shown_before_slack_has_processed_it(room: SlackRoom) -> None:
    """Only a picture has a type that Slack highlights."""
    adapter = room.bot.adapters["slack"]
    assert isinstance(adapter, Slack)
    await adapter.posting.pictures.upload_picture(
        room.here.team, Picture(b"png", "Twelve weeks", "recap.png")
    )
    await room.types("Ben", "We sign once")
    await room.types("Ben", "memory book markdown")
    await room.until(LATER)
    shown = {file.name: file.highlight for file in room.slack.files.known.values()}
    assert shown == {"recap.png": "png", "aha-book.md": ""}
