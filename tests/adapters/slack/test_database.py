"""The database is away: people get their words back, and what Slack sends again is kept once."""

from typing import Any

import pytest

from storage.errors import StoreError
from tests.slack.room import SlackRoom


def away(*_args: Any, **_more: Any) -> Any:
    """Instead of reading or writing."""
    raise StoreError("The disk of the database is full.")


async def test_commands_and_forms_hand_words_back(room: SlackRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, and the text that would be lost."""
    asked = await room.types("Ana", "log")
    assert asked
    with monkeypatch.context() as gone:
        gone.setattr(room.bot.database, "write", away)
        refused = await room.types("Ana", "Half & <whole>")
        assert refused
        assert "The disk of the database is full." in refused
        assert "Half & <whole>" in refused
        still = await room.fills("Ana", asked.id, text="Typed into the form")
        assert still
        assert "Typed into the form" in still
    kept = await room.types("Ana", "Half & <whole>")
    assert kept
    assert "Kept as #1" in kept


async def test_events_come_again_and_count_once(room: SlackRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """An emoji is not acknowledged until it is stored; its redelivery keeps the message once."""
    await room.types("Ana", "so that there is a team")
    said = await room.says("Ben", "My own words")
    await room.settled()
    write, calls = room.bot.database.write, []

    def fails_once(*args: Any, **more: Any) -> Any:
        calls.append(1)
        return away() if len(calls) == 1 else write(*args, **more)

    monkeypatch.setattr(room.bot.database, "write", fails_once)
    await room.reacts("Ana", "💡", said)
    await room.settled()
    told = [
        attempt
        for payload, _, attempt in room.slack.delivered
        if payload["event"]["type"] == "reaction_added"
    ]
    assert max(told) >= 1
    found = await room.types("Mei", "find own words")
    assert found
    assert found.text.count("My own words") == 1
