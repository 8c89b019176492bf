"""What is said in a thread stands in that thread, on every platform."""

from datetime import UTC, datetime

from tests.support.chat import Room, Seen, the

FRIDAY = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
FOUND = "People bring their own spreadsheet."
QUEST = "What do they do with the second page?"
TRIED = "We hid the second page"


def elsewhere(channel: list[Seen], thread: str, *words: str) -> list[Seen]:
    """Return the messages with one of these texts that are not in the thread."""
    return [seen for seen in channel if seen.thread != thread and any(each in seen for each in words)]


async def test_a_saved_message_and_what_follows_stand_in_its_thread(room: Room) -> None:
    """The card, the whys and what is asked from there stay where the message was written."""
    first = await room.says("Ana", "Why is the login slow?")
    said = await room.says("Ben", "The cache was never the problem.", thread=first)
    kept = await room.chooses("Ana", "Save as failed experiment", said)
    assert kept
    card = the(await room.channel(), "Experiment #1")
    assert card.thread
    form = await room.presses("Mei", "Ask why", card.id)
    assert form
    assert await room.fills("Mei", form.id, text="Each token was signed twice.")
    whys = the(await room.channel(), "Why?", "signed twice")
    assert whys.thread == card.thread
    assert elsewhere(await room.channel(), card.thread, "The cache was never", "signed twice") == []


async def test_a_quest_opened_in_a_thread_and_its_attempts_stand_there(room: Room) -> None:
    """The next quest is asked for in the thread of the find; its card, its attempt and its whys stay there."""
    assert await room.types("Ana", f"breakthrough {FOUND}")
    await room.until(FRIDAY)
    question = the(await room.channel(), "What's next?")
    assert question.thread
    form = await room.presses("Ben", "Start the next quest", question.id)
    assert form
    assert await room.fills("Ben", form.id, text=QUEST)
    quest = the(await room.channel(), QUEST, "[Log an attempt]")
    assert quest.thread == question.thread
    form = await room.presses("Mei", "Log an attempt", quest.id)
    assert form
    kept = await room.fills("Mei", form.id, text=TRIED)
    assert kept
    tried = the(await room.channel(), "Experiment #2", TRIED)
    assert tried.thread == question.thread
    form = await room.presses("Ana", "Ask why", tried.id)
    assert form
    await room.fills("Ana", form.id, text="Nobody knew it was there.")
    channel = await room.channel()
    assert the(channel, "Why?", "Nobody knew").thread == question.thread
    assert elsewhere(channel, question.thread, QUEST, TRIED, "Nobody knew") == []
