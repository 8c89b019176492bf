"""Tests of offers: looked for after the commit, beside the writer, so that no capture waits for one."""

import asyncio
import logging
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pytest

from bot.runtime.bot import Bot
from storage.engine.errors import StoreError
from storage.models import Moment, Person
from storage.quests import links
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.waiting import until

OFFER = "[What dead ends led to]"


@pytest.fixture
async def road(people: Everyone) -> None:
    """Let Ben have dead ends, Ana a breakthrough after them, and then two failures of her own."""
    for words in ("failed A wizard", "failed A shorter wizard"):
        await people.ben.types(words)
    await people.ana.types("breakthrough Show them a template")
    for words in ("failed one", "failed two"):
        await people.ana.types(words)


class Held:
    """A reading that goes on until the test lets it go."""

    def __init__(self) -> None:
        self.go, self.began = threading.Event(), threading.Event()

    def list_by_person(self, *_given: Any) -> Sequence[Moment]:
        """Wait, and find nothing."""
        self.began.set()
        self.go.wait(30)
        return ()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """Hold the reading of what dead ends led to."""
    reading = Held()
    with monkeypatch.context() as patch:
        patch.setattr(links, "list_by_person", reading.list_by_person)
        yield reading
        reading.go.set()


@pytest.mark.usefixtures("road")
async def test_a_colleague_does_not_wait_for_an_offer(people: Everyone, held: Held) -> None:
    """While it is looked for, others save, and find what its person saved."""
    third = asyncio.create_task(people.ana.types("failed three"))
    await until(held.began.is_set)
    assert (await people.ben.types("We sign tokens now")).text.startswith("Saved as #7")
    assert "three" in (await people.mei.types("list")).text
    assert not third.done()
    held.go.set()
    assert (await third).text.startswith("Saved as #6")


@pytest.mark.usefixtures("road")
async def test_an_offer_that_takes_long_is_left_out(people: Everyone, bot: Bot, held: Held) -> None:
    """The answer comes without it, and the next experiment brings it."""
    bot.patience = 1.0
    third = await people.ana.types("failed three")
    assert third.text.startswith("Saved as #6")
    assert OFFER not in third.text
    held.go.set()
    bot.patience = 30
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(links, "list_by_person", WITHOUT_HOLDING)
        assert OFFER in (await people.ana.types("failed four")).text


WITHOUT_HOLDING = links.list_by_person


@pytest.mark.usefixtures("road")
@pytest.mark.parametrize("error", [StoreError("The disk of the database is full."), KeyError("a fault")])
async def test_what_was_saved_is_told_whatever_an_offer_meets(
    people: Everyone, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    """The fault is in the log, and nobody is told that their words are lost."""
    caplog.set_level(logging.INFO)

    def fail(*_given: Any) -> Sequence[Moment]:
        raise error

    monkeypatch.setattr(links, "list_by_person", fail)
    assert (await people.ana.types("failed three")).text.startswith("Saved as #6")
    assert "offer" in caplog.text
    assert "three" not in caplog.text


@pytest.mark.usefixtures("road")
async def test_an_offer_is_noted_before_it_is_seen(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Who sees the button has had it, also after a restart; who saves twice at once sees it once."""

    def ticking() -> datetime:
        clock.forward(seconds=1)
        return clock.now

    bot.clock = ticking
    both = await asyncio.gather(people.ana.types("failed three"), people.ana.types("failed four"))
    assert sum(OFFER in each.text for each in both) == 1
    ana = await bot.database.read(lambda session: session.get_one(Person, 2))
    assert ana.name == "Ana"
    assert ana.fuel_offered_at is not None
