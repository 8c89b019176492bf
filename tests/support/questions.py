"""Helpers for questions of every format in the recorder's chat."""

from datetime import datetime
from io import StringIO
from typing import Any

from sqlmodel import Session, select

from bot.core.messages import Entry, Quote, Text
from bot.data.export import write_export
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.people import Got, Person
from tests.support.recorder import Recorder
from tests.support.waiting import advance_clock


async def asks(who: Person, sort: str, text: str = "", **values: str) -> str:
    """Ask a question with the form, and return the id of its message."""
    recorder = there(who)
    before = set(recorder.standing)
    await (await who.types("ask")).fill(text=text, sort=sort, **values)
    await who.bot.tick()
    [message] = [m for m, s in recorder.standing.items() if m not in before and s.key.startswith("ask:")]
    return message


def there(who: Person) -> Recorder:
    """Return the recorder of a person's chat."""
    recorder = who.bot.adapters["recorder"]
    assert isinstance(recorder, Recorder)
    return recorder


async def press(who: Person, message: str, label: str, **where: Any) -> Got:
    """Press a button on the current state of a post."""
    await who.bot.tick()
    card = there(who).standing[message].post.card
    found_at = [each for each in card.blocks if isinstance(each, Quote | Entry | Text)]
    beside = [block.button for block in found_at if block.button]
    found = [one.command for one in (*card.buttons, *card.menu, *beside) if one.label == label]
    assert found, f"no [{label}] on: {there(who).standing[message].text}"
    return await who.does(who.bot.commands.decode(who.bot.commands.encode(found[0])), **where)


async def until(bot: Bot, clock: Clock, time: datetime) -> None:
    """Move the clock to `time`, with a tick at every due time on the way and one at the end."""
    await advance_clock(bot, clock, time)
    await bot.tick()


def rows(bot: Bot, table: Any) -> list[Any]:
    """Return all rows of a table, in the order of their keys."""

    def read(session: Session) -> list[Any]:
        return list(session.execute(select(table).order_by(*table.__table__.primary_key)).scalars())

    return bot.database.read_now(read)


def exported(bot: Bot) -> str:
    """Return the first team's export as it is written."""
    out = StringIO()
    bot.database.read_now(lambda session: write_export(session, 1, bot.clock(), out))
    return out.getvalue()
