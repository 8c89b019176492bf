"""The benchmarks measure what they say. How fast anything is stands in no test."""

import asyncio
from pathlib import Path

from benchmarks import captures, raw
from benchmarks.table import Table

OWN = {"number", "event", "created_at", "due_at", "key", "moment_id"}
"""What two rows of the same sort never share."""


def test_both_sides_write_the_same_rows(tmp_path: Path) -> None:
    """A capture by sqlite3 alone leaves what one through the bot leaves."""
    path = asyncio.run(captures.begun(tmp_path / "bench.db"))
    by_the_bot = raw.rows(path)
    alone = raw.Raw.open(path)
    alone.commit(2)
    alone.close()
    by_sqlite = raw.rows(path)
    assert by_the_bot != by_sqlite
    for one, other in zip(by_the_bot, by_sqlite, strict=True):
        assert {name for name in one if one[name] != other[name]} <= OWN


def test_a_table_reads_like_one() -> None:
    """Names to the left, figures to the right."""
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
