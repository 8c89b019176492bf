"""Tests of fetching messages saved by emoji: in the background, with one bad message affecting no other."""

import asyncio
from typing import Any

import pytest

from bot.core.origin import Place, Source
from bot.runtime.bot import Bot
from storage.engine.database import Database
from storage.models import Moment, PostingKind
from storage.moments import moments
from storage.people import notes
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder


async def test_words_that_no_database_takes(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """They are saved without NUL and lone surrogates."""
    recorder.said["m1"] = Source("a\0b\ud83d c", "U-ben", "B\0en")
    await people.ana.types("first")
    await people.ana.reacts("m1", people.ben)
    await bot.tick()
    assert "ab c" in (await people.ana.types("show 2")).text


async def test_names_that_no_database_takes(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The names of people and channels are cleaned in the same way."""
    got = await people.ana.types("first", person_name="An\0a\ud83d", channel_name="lan\0tern")
    assert got.text.startswith("Saved as #1")


async def test_one_bad_message_is_its_own(
    people: Everyone, bot: Bot, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    """If one fails, it is retried. The others are fetched, and posts are sent."""
    real = recorder.read

    async def read(place: Place, message: str) -> Source | None:
        if message == "bad":
            raise RuntimeError("secret words")
        return await real(place, message)

    monkeypatch.setattr(recorder, "read", read)
    recorder.said["good"] = recorder.said["bad"] = Source("Ben's words", "U-ben", "Ben")
    await people.ana.types("first")
    await people.ana.reacts("bad", people.ben)
    await people.ana.reacts("good", people.ben)
    await bot.tick()
    assert "Ben's words" in (await people.ana.types("show 3")).text
    assert any("first" in text for text in recorder.texts())
    monkeypatch.setattr(recorder, "read", real)
    clock.forward(minutes=1)
    await bot.tick()
    assert "Ben's words" in (await people.ana.types("show 2")).text


async def test_a_slow_read_holds_nothing_up(
    people: Everyone, bot: Bot, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Posts are sent and other messages read while one platform is slow."""
    answers, real = asyncio.Event(), recorder.read

    async def read(place: Place, message: str) -> Source | None:
        if message == "slow":
            await answers.wait()
        return await real(place, message)

    monkeypatch.setattr(recorder, "read", read)
    recorder.said["slow"] = recorder.said["quick"] = Source("Ben's words", "U-ben", "Ben")
    await people.ana.types("first")
    await people.ana.reacts("slow", people.ben)
    await people.ana.reacts("quick", people.ben)
    async with asyncio.timeout(5):
        await bot.send_due()
        while not (recorder.marks and any("first" in text for text in recorder.texts())):
            await asyncio.sleep(0.01)
            await bot.send_due()
    assert recorder.marks == {"quick"}
    answers.set()
    await bot.tick()
    assert recorder.marks == {"quick", "slow"}


@pytest.mark.parametrize("sent", [False, True])
async def test_what_was_not_ours_to_keep_goes_with_its_notes(
    people: Everyone, bot: Bot, recorder: Recorder, database: Database, sent: bool
) -> None:
    """An unsent Note is taken back. After a sent one, the moment remains as a deleted one."""
    await people.ana.types("first")
    await people.ana.reacts("m1", people.ben)

    def noted(session: Any) -> int:
        moment = moments.find_by_number(session, 1, 2)
        assert moment is not None
        notes.plan_item(session, PostingKind.NOTE_DRAFT, moment, moment.kept_by_id, bot.clock())
        return moment.id

    number = await database.write(noted)
    if sent:
        await bot.delivery.deliver_all()
        assert len(recorder.notes("U-ben")) == 1
    recorder.said["m1"] = Source("Build 17", "U-ben", "Ben", by_bot=True)
    await bot.tick()
    left = await database.read(lambda session: session.get(Moment, number))
    assert (left is not None) == sent
    assert left is None or (left.deleted_at is not None and left.erased_at is not None)
    assert await bot.next_due() is not None
    assert not sent or "Aha #2 was deleted." in recorder.notes("U-ben")[0]
