"""The benchmarks' correctness. No test checks how fast anything is."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import captures, discord, dispatch, raw, slack
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
