"""A test that kills the process at random times while fifty captures a second arrive: nothing is lost or doubled.

Only `make kill` runs it, with fifty kills on each engine (AHABOT_KILLS), in series of five with a database each. A
killed process does not affect the operating system's disk cache; for power cuts the SQLite pragmas in
`storage/engine/database.py` are responsible.
"""

import asyncio
import os
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from signal import SIGKILL, SIGTERM

import pytest
from sqlmodel import Session, select

from adapters.playground.chat.chat import Chat
from storage.engine.database import database_file, open_database, parse_database_url
from storage.models import Moment, Posting, PostingKind, PostingState
from tests.product.kill.crew import Crew, crew
from tests.product.kill.typist import CHANNEL, Typist, does
from tests.support import postgres
from tests.support.databases import ENGINES

KILLS = int(os.environ.get("AHABOT_KILLS", "5"))
A_LIFE = 5
SOONEST, LATEST = 0.2, 1.2
"""Shortest and longest time from the first acknowledgement to the kill, in seconds."""


@dataclass(frozen=True)
class Records:
    """The database's moments, and the postings of their cards with their states."""

    moments: list[Moment]
    cards: list[Posting]

    @classmethod
    def read(cls, url: str) -> "Records":
        """Read the database over a connection of its own, as another process would."""
        database = open_database(url, writes=False)
        try:
            return database.read_now(cls._of)
        finally:
            database.close()

    @classmethod
    def _of(cls, session: Session) -> "Records":
        cards = select(Posting).where(Posting.kind == PostingKind.CARD)
        return cls(list(session.exec(select(Moment))), list(session.exec(cards)))

    def expect(self, typist: Typist, when: str) -> None:
        """Check that every acknowledged capture is stored once, under its number, and has one card."""
        here = {moment.text: moment.number for moment in self.moments}
        said = {typist.texts[event]: number for event, (number, *_) in typist.numbers.items()}
        assert [two for two in typist.numbers.values() if len(two) > 1] == [], f"{when}: two numbers for one"
        assert twice(moment.text for moment in self.moments) == [], f"{when}: kept twice"
        assert sorted(said.items() - here.items()) == [], f"{when}: acknowledged, and not there"
        assert sorted(here.values()) == list(range(1, len(here) + 1)), f"{when}: a number twice, or left out"
        assert here.keys() <= set(typist.texts.values()), f"{when}: words that nobody wrote"
        assert sorted(card.moment_id or 0 for card in self.cards) == sorted(m.id for m in self.moments), when


def twice(things: Iterator[object]) -> list[object]:
    """Return the elements that occur more than once."""
    return [thing for thing, times in Counter(things).items() if times > 1]


@pytest.fixture(scope="module")
def durable() -> Iterator[postgres.Server]:
    """Run a PostgreSQL server that syncs to disk as in production."""
    if postgres.find() is None:
        pytest.skip(postgres.MISSING)
    with postgres.server(durable=True) as server:
        yield server


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ahabot.db'}"
    server: postgres.Server = request.getfixturevalue("durable")
    return server.create(f"killed_{request.node.callspec.params['life']}")


@pytest.fixture(scope="module")
def bots() -> Iterator[Crew]:
    """Run the `Crew` that starts and kills the bot."""
    with crew() as made:
        yield made


@pytest.mark.kill
@pytest.mark.parametrize("life", range(ceil(KILLS / A_LIFE)))
async def test_what_was_acknowledged_outlives_the_process(
    life: int, url: str, bots: Crew, tmp_path: Path
) -> None:
    """After several kills every capture exists once, in the database and in the channel."""
    typist, chat = Typist(), tmp_path / "chat.json"
    for kill in range(min(A_LIFE, KILLS - life * A_LIFE)):
        after = await killed(bots, typist, await bots.start(url, chat))
        Records.read(url).expect(typist, f"kill {kill + 1}, after {after:.3f} s")
    await settled(bots, typist, await bots.start(url, chat))
    whole(url, chat, typist)


async def killed(bots: Crew, typist: Typist, address: str) -> float:
    """Kill a process during its work, and return the seconds since its first response."""
    after = random.uniform(SOONEST, LATEST)
    await does(address, "invite", channel=CHANNEL, on=True, event="invited")
    typing = asyncio.create_task(typist.types(address))
    await asyncio.wait_for(typist.answered.wait(), 90)
    await asyncio.sleep(after)
    assert await bots.end(SIGKILL) == -SIGKILL
    typing.cancel()
    await asyncio.wait([typing])
    return after


async def settled(bots: Crew, typist: Typist, address: str) -> None:
    """Repeat the unacknowledged captures, move the clock on 30 minutes so that pending cards are posted, and stop."""
    await typist.types_again(address)
    later = datetime.now(UTC) + timedelta(minutes=30)
    await does(address, "jump", to=later.isoformat())
    assert await bots.end(SIGTERM) == 0


def whole(url: str, chat: Path, typist: Typist) -> None:
    """Check that every capture is stored and its card is in the channel, once each."""
    records = Records.read(url)
    records.expect(typist, "at the end")
    assert not typist.unanswered
    assert len(records.moments) == len(typist.texts)
    assert {card.state for card in records.cards} == {PostingState.SENT}
    standing = [message.key for message in Chat.open_file(chat).world.messages.values() if message.card]
    assert sorted(key for key in standing if key.startswith("card:")) == sorted(c.key for c in records.cards)
    if path := database_file(parse_database_url(url)):
        with sqlite3.connect(path) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.close()
