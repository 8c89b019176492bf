"""Tests of the scheduler: faults stop neither the pump nor the tick, and work due soon waits for no tick."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.core.origin import PostFailedError
from bot.runtime.bot import Bot
from bot.runtime.scheduler import Scheduler
from tests.support.people import Everyone
from tests.support.recorder import Recorder


@pytest.fixture
async def scheduler(bot: Bot) -> AsyncIterator[Scheduler]:
    """Yield a running scheduler."""
    scheduler = Scheduler(bot)
    await scheduler.start()
    yield scheduler
    await scheduler.stop(1)


async def stands(recorder: Recorder, text: str) -> None:
    """Wait for a text in the channel, for much less than a tick."""
    for _ in range(250):
        if any(text in each for each in recorder.texts()):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{text} is not there: {recorder.texts()}")


async def test_a_fault_does_not_end_the_pump(
    people: Everyone, bot: Bot, recorder: Recorder, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged, and the next post is sent."""
    real, faults = bot.delivery.start_lanes, [RuntimeError("a fault")]

    async def pump() -> int:
        if faults:
            raise faults.pop()
        return await real()

    monkeypatch.setattr(bot.delivery, "start_lanes", pump)
    await people.ana.types("apples")
    await asyncio.sleep(0.2)
    assert faults == []
    await people.ana.types("pears")
    await stands(recorder, "pears")


async def test_a_fault_in_a_tick(bot: Bot, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch) -> None:
    """Due posts are sent all the same."""

    async def plan_due() -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(bot, "plan_due", plan_due)
    bot.wake.clear()
    await scheduler._plan_work()
    assert bot.wake.is_set()


async def test_what_comes_while_its_lane_is_busy(
    people: Everyone, recorder: Recorder, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is sent when the lane is free."""
    free, real = asyncio.Event(), recorder.post

    async def post(*given: Any) -> Any:
        await free.wait()
        return await real(*given)

    monkeypatch.setattr(recorder, "post", post)
    await people.ana.types("apples")
    await asyncio.sleep(0.3)
    await people.ana.types("pears")
    await asyncio.sleep(0.3)
    free.set()
    await stands(recorder, "pears")


async def test_what_has_to_wait_a_second_waits_a_second(
    people: Everyone, bot: Bot, recorder: Recorder, scheduler: Scheduler
) -> None:
    """A short limit does not delay it until the next tick."""
    loop, start = asyncio.get_running_loop(), bot.clock()
    began = loop.time()

    def moving() -> datetime:
        return start + timedelta(seconds=loop.time() - began)

    bot.clock = bot.delivery.clock = moving
    recorder.trouble = [PostFailedError("Slow down.", retry_after=1) for _hello_and_card in range(2)]
    await people.ana.types("apples")
    await stands(recorder, "apples")
