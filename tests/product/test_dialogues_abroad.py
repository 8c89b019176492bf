"""The dialogues once more, with people who use their chat in another language: the same job, in its words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.language.catalogs import list_languages
from storage.engine.database import Database
from tests.fakes.discord import chat as discord
from tests.fakes.slack import chat as slack
from tests.product import test_conversations as dialogues
from tests.support import chat as playground
from tests.support.chat import Opened
from tests.support.tongues import RoomAbroad

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
ABROAD = [each for each in list_languages() if each != "en"]


def open_abroad(platform: str, language: str) -> Opened:
    """Return the function that opens a platform's room for people with a language."""
    if platform == "playground":
        return playground.speaking(language)
    return slack.over(slack.HTTP, language) if platform == "slack" else discord.speaking(language)


@pytest.mark.parametrize("language", ABROAD)
@pytest.mark.parametrize("platform", ["playground", "slack", "discord"])
@pytest.mark.parametrize("dialogue", [dialogues.test_the_main_job, dialogues.test_a_whole_cycle])
async def test_the_dialogue_in_another_language(
    dialogue: object, platform: str, language: str, database: Database, tmp_path: Path
) -> None:
    """Everything that is pressed and read is the translation of what the English dialogue says."""
    async with open_abroad(platform, language)(database, tmp_path, MONDAY) as room:
        await dialogue(RoomAbroad(room, language))  # type: ignore[operator]  # a test of another file
