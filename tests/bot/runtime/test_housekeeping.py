"""Tests of the maintenance of a tick: all of it is done, in batches between which captures have their turn."""

from sqlmodel import select

from bot.runtime.bot import Bot
from storage.models import Moment
from tests.support.databases import Clock
from tests.support.people import Everyone


async def test_a_purge_is_erased_in_slices(people: Everyone, bot: Bot, clock: Clock) -> None:
    """One tick erases everything that was deleted a day ago, with several commits."""
    for number in range(1, 6):
        await people.ana.types(f"moment {number}")
        await people.ana.types(f"delete {number}")
    clock.forward(days=2)
    before = bot.database.writer.batches
    await bot.plan_due()
    assert bot.database.writer.batches >= before + 3
    texts = await bot.database.read(lambda session: session.exec(select(Moment.text)).all())
    assert texts == [""] * 5
