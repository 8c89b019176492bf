"""The benchmarks' correctness. No test checks how fast anything is."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks import (
    captures,
    delivery,
    discord,
    dispatch,
    failed,
    history,
    pictures,
    raw,
    recorded,
    scale,
    slack,
    two_senders,
)
from benchmarks.table import Table

OWN = {"number", "event", "created_at", "due_at", "key", "moment_id"}
"""The columns in which two rows of the same kind always differ."""


def test_both_sides_write_the_same_rows(tmp_path: Path) -> None:
    """A capture by sqlite3 alone writes the same rows as one through the bot."""
    path = asyncio.run(captures.create_template(tmp_path / "bench.db"))
    by_the_bot = raw.newest_rows(path)
    alone = raw.RawWriter.open_file(path)
    alone.commit_captures(2)
    alone.close()
    by_sqlite = raw.newest_rows(path)
    assert by_the_bot != by_sqlite
    for one, other in zip(by_the_bot, by_sqlite, strict=True):
        assert {name for name in one if one[name] != other[name]} <= OWN


@pytest.mark.bench
async def test_slack_keeps_what_it_acknowledges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bolt alone and the bot both answer everyone, and the benchmark counts the rows in the bot's file afterwards."""
    monkeypatch.setenv("BENCH_PATIENCE", "30")
    async with slack.open_slack_bench(seconds=0.4, alone=3) as bench:
        bare, ahabot = await bench.run_bare(), await bench.run_ahabot()
    for turn in (bare, ahabot):
        assert len(turn.loaded.waits) >= slack.PEOPLE
        assert len(turn.alone.waits) == 3
    assert ahabot.recaps is not None
    assert [row[0] for row in slack.build_slack_table([bare], [ahabot]).rows] == [
        "bare Bolt, only acks", "Ahabot, kept first", "while recaps are drawn",
    ]  # fmt: skip


@pytest.mark.bench
async def test_discord_keeps_what_it_acknowledges(monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py alone and the bot both answer everyone, and the bot also posts its cards."""
    monkeypatch.setenv("BENCH_PATIENCE", "30")
    async with discord.open_discord_bench(seconds=0.4, alone=3) as bench:
        bare, ahabot = await bench.run_bare(), await bench.run_ahabot()
        assert bench.discord.called(discord.POST_MESSAGE), "cards came to the channels"
    for turn in (bare, ahabot):
        assert len(turn.loaded.waits) >= discord.PEOPLE
        assert len(turn.alone.waits) == 3
        assert turn.loaded.handed_back == turn.alone.handed_back == 0
    assert [row[0] for row in discord.build_discord_table([bare], [ahabot]).rows] == [
        "bare discord.py, only answers", "Ahabot, kept first",
    ]  # fmt: skip


def test_a_loss_ends_the_benchmark(tmp_path: Path) -> None:
    """The benchmark fails when a capture was acknowledged and is not in the file."""
    path = asyncio.run(captures.create_template(tmp_path / "bench.db"))
    slack.check_all_saved(path, 1, 1)
    with pytest.raises(RuntimeError, match="of 3 captures 2 were acknowledged, and 1 are kept"):
        slack.check_all_saved(path, 2, 3)


@pytest.mark.parametrize("build", dispatch.BUILDS.values())
async def test_every_command_finds_its_place(build: Callable[[int], dispatch.Dispatch]) -> None:
    """Every dispatcher finds its command as the only one, and as one of thirty."""
    for many in (1, dispatch.COMMANDS):
        assert await dispatch.measure_cost(build(many), many, requests=2) > 0


async def test_both_teams_answer_in_databases_of_every_size() -> None:
    """Ana and Ben get an answer in each round, whoever the moments belong to."""
    measured = await failed.measure_all([60, 120], rounds=2)
    assert {key: (len(each.failed), len(each.colleague)) for key, each in measured.items()} == {
        (team, size): (2, 2) for team in failed.TEAMS for size in (60, 120)
    }
    table = failed.build_failed_table(measured, [60, 120])
    assert [row[0] for row in table.rows] == [
        "a small team: failed", "a small team: a colleague's aha behind it",
        "a large team: failed", "a large team: a colleague's aha behind it",
    ]  # fmt: skip


@pytest.mark.bench
async def test_captures_go_on_while_recaps_are_drawn() -> None:
    """Every capture is kept, and every turn but the quiet one brings at least one picture."""
    names = (pictures.QUIET, pictures.IN_PROCESS, pictures.IN_THREAD)
    async with pictures.open_pictures_bench() as bench:
        turns = {name: await bench.run_turn(name, 0.3) for name in names}
        kept = await bench.bot.database.read(
            lambda session: session.connection().exec_driver_sql("SELECT count(*) FROM moment").scalar_one()
        )
    assert [bool(turn.pictures) for turn in turns.values()] == [False, True, True]
    assert kept > sum(len(turn.waits) for turn in turns.values())
    table = pictures.build_pictures_table({name: [turn] for name, turn in turns.items()})
    assert [row[0] for row in table.rows] == list(names)


@pytest.mark.parametrize(("in_own_team", "own"), [(True, 201), (False, history.SMALL_TEAM + 1)])
def test_a_history_is_one_that_the_bot_can_continue(tmp_path: Path, in_own_team: bool, own: int) -> None:
    """Its moments are numbered on, and the next one has the next number."""
    path = asyncio.run(captures.create_template(tmp_path / "bench.db"))
    history.add_history(path, 200, in_own_team)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM moment").fetchone() == (201,)
        numbers = connection.execute("SELECT count(*), max(number) FROM moment WHERE team_id = 1").fetchone()
        assert numbers == (own, own)
        assert connection.execute("SELECT next_number FROM team WHERE id = 1").fetchone() == (own + 1,)
        assert connection.execute("SELECT count(*) FROM link").fetchone() > (0,)


async def test_everything_is_sent_and_planned() -> None:
    """Each channel's hello and cards are sent once, and each team's recap is planned."""
    measured = await delivery.measure_all(channels=6, each=2, captures=3)
    assert measured.sent.many == 6 * 3
    assert measured.bare.many >= 6 * 3 + 3
    assert measured.planned.many == 6
    assert len(measured.quiet) == 3
    table = delivery.build_delivery_table(measured)
    assert [row[0] for row in table.rows] == [
        "a bare loop of updates", "cards sent", "recaps planned",
        "a capture's wait, p50 / p95 ms", "the same while recaps are planned",
    ]  # fmt: skip


async def test_two_processes_send_everything_once() -> None:
    """Each posting is composed and sent by one of them, and the table compares them."""
    one, two = await two_senders.measure_senders(channels=8, each=2, rounds=1)
    assert [(each.sent, each.composed) for each in (*one, *two)] == [(8 * 3, 8 * 3)] * 2
    table = two_senders.build_senders_table(one, two)
    assert [row[0] for row in table.rows] == ["one process", "two processes"]
    assert table.rows[0][3] == "1.00"


def test_a_table_reads_like_one() -> None:
    """Names are aligned left, and numbers right."""
    table = Table("How fast", ("", "a second"), [("a bot", "2,000"), ("sqlite3", "10,000")], "Aim: fast.")
    assert str(table).splitlines() == [
        "How fast",
        "",
        "         a second",
        "a bot       2,000",
        "sqlite3    10,000",
        "",
        "Aim: fast.",
    ]


def test_every_piece_of_work_is_measured_at_every_size(tmp_path: Path) -> None:
    """The data is made once, and what is measured happens in a copy of it."""
    measured = {size: scale.measure_size(tmp_path, size, rounds=1) for size in (40, 100)}
    made = sorted(tmp_path.glob("*.db"))
    before = [each.read_bytes() for each in made]
    assert len(made) == 2
    scale.measure_size(tmp_path, 40, rounds=1)
    assert [each.read_bytes() for each in sorted(tmp_path.glob("*.db"))] == before
    table = scale.build_scale_table(measured)
    assert {"big team: recap of the year", "small team: export", "a tick with nothing due"} <= {
        row[0] for row in table.rows
    }
    assert table.columns == ("", "40", "100", "bare", "of bare", "grown")


def test_what_fell_by_more_than_a_fifth_is_told() -> None:
    """A column knows whether more is better, and what is new or has no figure is left alone."""
    columns = ("", "a second", "of bare")
    better = {"a second": True, "of bare": False}
    docs = recorded.write_markdown(
        "speed", Table("Before", columns, [("a", "1,000", "2.0"), ("b", "10", "-")])
    )
    now = Table("Now", columns, [("a", "790", "2.4"), ("b", "9", "3"), ("c", "1", "1")], compared=better)
    assert recorded.list_fallen("speed", now, f"# Page\n\n{docs}\n## other\n") == [
        "a, a second: 790 now, 1000 in docs/benchmarks.md"
    ]
    slower = Table("Now", columns, [("a", "810", "2.6")], compared=better)
    assert recorded.list_fallen("speed", slower, docs) == ["a, of bare: 2.6 now, 2 in docs/benchmarks.md"]
    assert recorded.list_fallen("other", now, docs) == []
