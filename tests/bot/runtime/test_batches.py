"""Tests of sending in batches: few statements for many posts, their order, and no post composed twice."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from bot.core.origin import Place, SentMessage
from bot.runtime import delivery as delivery_module
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from bot.runtime.sending.batches import Batches
from storage.delivery import due, lanes, postings
from storage.engine.database import Database, open_database
from storage.engine.errors import StoreError
from storage.models import PostingKind, PostingState
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder
from tests.support.waiting import PATIENT

CHANNELS = 40


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """Yield the statements of the writer and the readers, as they are executed."""
    seen: list[str] = []

    def note_statement(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    engines: tuple[Engine, ...] = (database.writing, database.reading)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note_statement)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note_statement)


async def save_in_channels(people: Everyone, channels: int, each: int = 1) -> None:
    """Save moments in many channels at once."""
    for number in range(each):
        await asyncio.gather(
            *(
                people.ana.types(f"thought {number}", channel=f"C{one}", channel_name=f"room {one}")
                for one in range(channels)
            )
        )


async def test_the_cards_of_many_channels_take_few_statements(
    people: Everyone, bot: Bot, recorder: Recorder, statements: list[str]
) -> None:
    """A second card in each of forty channels takes fewer than three statements, where it took over thirty."""
    await save_in_channels(people, CHANNELS)
    await bot.tick()
    await save_in_channels(people, CHANNELS)
    statements.clear()
    await bot.delivery.deliver_all()
    assert len([text for text in recorder.standing.values() if "thought 0" in text.text]) == 2 * CHANNELS
    assert len(statements) < 3 * CHANNELS, statements


async def test_one_destination_stays_in_order(
    people: Everyone, bot: Bot, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However short its lane and the pages of the walk are, posts come in the order in which they were planned."""
    monkeypatch.setattr(delivery_module, "PAGE", 7)
    monkeypatch.setattr(delivery_module, "PAGES", 2)
    monkeypatch.setattr(delivery_module, "LANE_BATCH", 3)
    monkeypatch.setattr(delivery_module, "MAX_LANES", 2)
    for number in range(10):
        for channel in ("C1", "C2", "C3"):
            await people.ana.types(f"thought {number}", channel=channel, channel_name=channel.lower())
    await bot.tick()
    for channel in ("C1", "C2", "C3"):
        cards = [text for text in recorder.texts(channel) if "thought" in text]
        assert [f"thought {number}" in text for number, text in enumerate(cards)] == [True] * 10


async def test_a_start_tells_of_a_backlog(
    people: Everyone,
    bot: Bot,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One line says how much waits and since when."""
    monkeypatch.setattr(delivery_module, "BACKLOG", 3)
    await save_in_channels(people, 3)
    clock.forward(days=1)
    await bot.delivery.recover_orphaned()
    assert [each.getMessage() for each in caplog.records] == [
        "6 postings wait to be sent, the oldest since 2026-03-16 09:00"
    ]
    caplog.clear()
    await bot.tick()
    await bot.delivery.recover_orphaned()
    assert not caplog.records


async def test_one_bad_item_of_a_batch_fails_alone() -> None:
    """The others get their results, and what a batch leaves out comes with the next."""
    batches: list[list[int]] = []

    async def double(items: Any) -> list[int]:
        batches.append(list(items))
        if 3 in items:
            raise ValueError("three")
        return [2 * item for item in items[:2]]

    doubled: Batches[int, int] = Batches(double, size=4)
    results = await asyncio.gather(*(doubled.run(item) for item in range(6)), return_exceptions=True)
    assert [str(each) for each in results] == ["0", "2", "4", "three", "8", "10"]
    assert batches[0] == [0, 1, 2, 3]
    assert batches[-1] == [4, 5]


async def test_an_item_that_comes_as_a_batch_ends_is_done() -> None:
    """One asks for the next as soon as it has the result of the one before."""

    async def double(items: Any) -> list[int]:
        return [2 * item for item in items]

    doubled: Batches[int, int] = Batches(double, size=4)
    async with asyncio.timeout(30):
        assert [await doubled.run(item) for item in range(3)] == [0, 2, 4]


@pytest.fixture
def second(url: str, database: Database, recorder: Recorder, clock: Clock) -> Iterator[Bot]:
    """Yield another process's bot on the same database and platform."""
    other = open_database(url)
    bot = build_bot(other, [recorder], clock)
    bot.patience = PATIENT
    yield bot
    other.close()


def count_composed(bots: tuple[Bot, ...]) -> list[int]:
    """Return a list to which the id of every card is added that one of the bots composes."""
    composed: list[int] = []
    for bot in bots:
        real = bot.delivery.composers[PostingKind.CARD]

        def compose(session: Any, posting: Any, *given: Any, real: Any = real) -> Any:
            composed.append(posting.id)
            return real(session, posting, *given)

        bot.delivery.composers = {**bot.delivery.composers, PostingKind.CARD: compose}
    return composed


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_two_processes_compose_nothing_twice(
    people: Everyone, bot: Bot, second: Bot, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both find the same postings, and each takes other destinations."""
    monkeypatch.setattr(delivery_module, "BATCH", 20)
    await save_in_channels(people, CHANNELS, each=3)
    composed = count_composed((bot, second))
    await asyncio.gather(bot.delivery.deliver_all(), second.delivery.deliver_all())
    await bot.tick()
    assert len(composed) == len(set(composed)) == 3 * CHANNELS
    for channel in range(CHANNELS):
        cards = [text for text in recorder.texts(f"C{channel}") if "thought" in text]
        assert [f"thought {number}" in text for number, text in enumerate(cards)] == [True] * 3


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_dead_process_keeps_its_lanes_for_a_minute(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Nobody else sends there before its claim runs out, and then everything is sent."""
    await people.ana.types("left behind")
    now, until = clock.now, clock.now + delivery_module.CLAIMED_FOR
    await bot.database.write(lambda s: lanes.claim_lanes(s, [(1, "C1", 0)], "dead", now, until))
    await bot.tick()
    assert recorder.texts() == []
    clock.forward(seconds=61)
    await bot.tick()
    assert any("left behind" in text for text in recorder.texts())


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_stop_releases_the_lanes_at_once(
    people: Everyone, bot: Bot, second: Bot, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the stopping process had not begun to send is sent by the other one."""
    reached, free, real = asyncio.Event(), asyncio.Event(), recorder.post

    async def post(place: Place, *given: Any) -> SentMessage:
        reached.set()
        await free.wait()
        return await real(place, *given)

    await people.ana.types("a lantern")
    await people.ana.types("a compass")
    monkeypatch.setattr(recorder, "post", post)
    await bot.delivery.start_lanes()
    await reached.wait()
    await second.delivery.deliver_all()
    assert recorder.texts() == []
    stopping = asyncio.create_task(bot.delivery.stop(30))
    await asyncio.sleep(0)
    free.set()
    await stopping
    await second.delivery.deliver_all()
    assert len([text for text in recorder.texts() if "a lantern" in text or "a compass" in text]) == 2


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("step", ["mark_orphaned", "start_lanes"])
async def test_a_slow_call_keeps_its_lane(
    people: Everyone,
    bot: Bot,
    second: Bot,
    recorder: Recorder,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    """Ticks extend the claims, and while a tick plans for some minutes, so does looking for what is due."""
    reached, free, real = asyncio.Event(), asyncio.Event(), recorder.post

    async def post(place: Place, *given: Any) -> SentMessage:
        reached.set()
        await free.wait()
        return await real(place, *given)

    await people.ana.types("slow")
    await people.ana.types("slower")
    monkeypatch.setattr(recorder, "post", post)
    await bot.delivery.start_lanes()
    await reached.wait()
    for _ in range(4):
        clock.now += timedelta(seconds=25)
        await getattr(bot.delivery, step)()
        await second.delivery.start_lanes()
        assert not second.delivery._lanes
    free.set()
    await bot.delivery.deliver_all()
    assert len([text for text in recorder.texts() if "slow" in text]) == 2


async def test_a_stopped_delivery_ends_in_the_middle_of_a_walk(
    people: Everyone, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is still due waits for the next start. Nothing goes on looking for it."""
    monkeypatch.setattr("bot.runtime.delivery.PAGE", 1)
    monkeypatch.setattr("bot.runtime.delivery.PAGES", 1)
    for number in range(5):
        await people.ana.types(f"thought {number}")
    await bot.delivery.start_lanes()
    assert bot.delivery._walk.after is not None
    await bot.delivery.stop(5)
    async with asyncio.timeout(5):
        await bot.delivery.deliver_all()


async def test_many_for_one_channel_wait_in_the_database(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand posts for a busy channel do not fill the memory, and a later one elsewhere goes out at once."""
    await people.ana.types("first")
    await people.ana.types("elsewhere", channel="C2", channel_name="attic")
    await bot.tick()

    def plan_many(session: Any) -> None:
        for number in range(1_000):
            postings.plan_posting(
                session, f"many:{number}", PostingKind.HELLO, 1, clock.now, channel="C1", team_id=1
            )

    await bot.database.write(plan_many)
    clock.forward(seconds=1)
    await people.ana.types("a small one", channel="C2")
    monkeypatch.setattr(delivery_module, "LANE_BATCH", 20)
    free, real = asyncio.Event(), recorder.post

    async def post(place: Place, *given: Any) -> SentMessage:
        if place.channel == "C1":
            await free.wait()
        return await real(place, *given)

    monkeypatch.setattr(recorder, "post", post)
    for _ in range(3):
        await bot.delivery.start_lanes()
    assert len(bot.delivery._waiting) <= 20 + 1
    for _ in range(200):
        if any("a small one" in text for text in recorder.texts("C2")):
            break
        await asyncio.sleep(0.02)
    assert any("a small one" in text for text in recorder.texts("C2"))
    free.set()
    await bot.delivery.stop(30)


async def test_a_lane_that_breaks_off_is_not_overtaken(
    people: Everyone, bot: Bot, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its postings left behind comes before later ones, though the walk was past them already."""
    monkeypatch.setattr(delivery_module, "BATCH", 2)
    monkeypatch.setattr(delivery_module, "PAGE", 2)
    for number in range(6):
        await people.ana.types(f"thought {number}")
    real, errors = bot.delivery.send_posting, [StoreError("The database is out.")]

    async def send(posting_id: int) -> None:
        if errors:
            raise errors.pop()
        await real(posting_id)

    monkeypatch.setattr(bot.delivery, "send_posting", send)
    await bot.delivery.start_lanes()
    await asyncio.gather(*bot.delivery._lanes.values(), return_exceptions=True)
    await bot.delivery.deliver_all()
    cards = [text for text in recorder.texts("C1") if "thought" in text]
    assert [f"thought {number}" in text for number, text in enumerate(cards)] == [True] * 6


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_claims_that_fail_are_not_overtaken(
    people: Everyone, bot: Bot, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next look begins with the same postings again."""
    real, errors = lanes.claim_lanes, [StoreError("The database is busy.")]

    def claim(*given: Any) -> Any:
        if errors:
            raise errors.pop()
        return real(*given)

    monkeypatch.setattr(lanes, "claim_lanes", claim)
    for number in range(2):
        await people.ana.types(f"thought {number}")
    with pytest.raises(StoreError):
        await bot.delivery.start_lanes()
    await people.ana.types("thought 2")
    await bot.delivery.deliver_all()
    cards = [text for text in recorder.texts("C1") if "thought" in text]
    assert [f"thought {number}" in text for number, text in enumerate(cards)] == [True] * 3


async def test_what_is_skipped_meanwhile_is_not_tried_again(
    people: Everyone, bot: Bot, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error in composing does not bring back a posting that nobody wants any more."""
    await people.ana.types("thought 0")

    async def fail(ids: Any) -> Any:
        def skip(session: Session) -> None:
            for one in ids:
                postings.update_posting(session, one, state=PostingState.SKIPPED, due_at=None)

        await database.write(skip)
        raise ValueError("a fault")

    with monkeypatch.context() as faulty:
        faulty.setattr(bot.delivery._composing, "_work", fail)
        await bot.delivery.deliver_all()
    assert await database.read(lambda session: due.next_due(session)) is None
