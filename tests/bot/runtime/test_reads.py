"""Tests of commands that only read: whoever asks, they read beside the writer, so that no capture waits."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.core.origin import PostFailedError
from bot.moments.save_message import Save
from bot.runtime.bot import Bot
from storage.models import Membership, Moment
from storage.moments import moments
from tests.support.people import Everyone
from tests.support.recorder import Recorder

LIST_LATEST = moments.list_latest


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the threads on which `list` reads."""
    names: list[str] = []

    def list_latest(*given: Any, **more: Any) -> Sequence[Moment]:
        names.append(threading.current_thread().name.partition("_")[0])
        return LIST_LATEST(*given, **more)

    monkeypatch.setattr(moments, "list_latest", list_latest)
    return names


async def test_a_person_new_to_the_team(people: Everyone, bot: Bot, threads: list[str]) -> None:
    """They are remembered as a member first."""
    await people.ana.types("We sign tokens now")
    assert "We sign tokens now" in (await people.ben.types("list")).text
    assert threads == ["reader"]
    assert await bot.database.read(lambda session: session.get(Membership, (1, 2))) is not None


async def test_a_person_with_a_new_name(people: Everyone, threads: list[str]) -> None:
    """The name is remembered first."""
    await people.ana.types("We sign tokens now")
    people.ana.origin = replace(people.ana.origin, person_name="Ana Maria")
    assert "Ana Maria" in (await people.ana.types("show 1")).text
    assert "We sign tokens now" in (await people.ana.types("list")).text
    assert threads == ["reader"]


async def test_a_note_waits_above_the_answer(
    people: Everyone, bot: Bot, recorder: Recorder, threads: list[str]
) -> None:
    """It is shown once, above what was read."""
    await people.ben.types("We sign tokens now")
    given = {"text": "Nobody logs in twice", "author": "U-ben", "author_name": "Ben"}
    await people.ana.does(Save("aha", "m-ben", **given))
    post = recorder.post

    async def closed(place: Any, said: Any, key: str) -> Any:
        if place.person:
            raise PostFailedError("Direct messages are closed.", closed=True)
        return await post(place, said, key)

    recorder.post = closed  # type: ignore[method-assign,assignment]
    await bot.tick()
    first, second = await people.ben.types("list"), await people.ben.types("list")
    assert first.text.startswith("Ana kept what you wrote.")
    assert "We sign tokens now" in first.text
    assert "Ana kept what you wrote." not in second.text
    assert threads == ["reader", "reader"]


async def test_the_first_command_of_a_channel_that_is_refused_makes_no_team(
    people: Everyone, bot: Bot
) -> None:
    """Nobody there asked for one."""
    assert "#1" in (await people.ana.types("show 3")).text
    assert await bot.database.read(lambda session: session.get(Membership, (1, 1))) is None
