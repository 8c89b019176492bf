"""Tests of the migration that builds the search again, with the team before each token."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlmodel import Session

from storage.engine.database import Database, database_file, open_database
from storage.engine.schema import MIGRATIONS, check_whole_schema, migrate_database
from storage.models import Moment
from storage.moments import moments
from storage.moments.fulltext import GIN_FOUND, GIN_TOKENS
from tests.support.databases import ENGINES, made_at

THEN = "2026-03-16 09:00:00.000000"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEPT = 20_000
"""The moments of the large team. The one beside it has one, with the same words."""

FILLED = (
    "INSERT INTO workspace (id, platform, external_id, name, organisation, created_at, cannot_post, cannot_mark)"
    " VALUES (1, 'p', 'W', '', '', :now, '', '')",
    "INSERT INTO person (id, workspace_id, external_id, name, zone, opted_out, has_waiting, craft, created_at)"
    " VALUES (1, 1, 'U', 'Ana', 'UTC', false, false, '', :now)",
    "INSERT INTO team (id, workspace_id, zone, next_number, emoji, threshold, created_at, seals)"
    " VALUES (1, 1, 'UTC', 20001, '💡', 1, :now, true), (2, 1, 'UTC', 2, '💡', 1, :now, true)",
    "WITH RECURSIVE counted(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < 20000)"
    " INSERT INTO moment (id, team_id, number, kind, state, author_id, text, parts, source_link, tokens, created_at,"
    " stuck) SELECT i, 1, i, 'aha', 'kept', 1, 'Once.', '{}', '', 't_1 once w' || i || CASE i % 4000 WHEN 0"
    " THEN ' 京都 都' ELSE '' END || CASE WHEN i < 10001 THEN ' early' ELSE '' END, :now, '' FROM counted",
    "INSERT INTO moment (id, team_id, number, kind, state, author_id, text, parts, source_link, tokens, created_at,"
    " stuck) VALUES (30000, 2, 1, 'aha', 'kept', 1, 'Once.', '{}', '', 't_2 once early w12000 京都 都', :now, '')",
    "INSERT INTO moment (id, team_id, number, kind, state, author_id, text, parts, source_link, tokens, created_at,"
    " stuck, deleted_at) VALUES (30001, 2, 2, 'aha', 'kept', 1, '', '{}', '', '', :now, '', :now)",
)  # fmt: skip


@pytest.fixture(params=ENGINES)
def full(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Yield a database at the revision before, with the moments of two teams."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    url = server.create("searched") if server else f"sqlite:///{tmp_path / 'ahabot.db'}"
    database = open_database(made_at(url, "0018"))
    with database.writing.begin() as connection:
        for statement in FILLED:
            connection.execute(text(statement), {"now": THEN})
    yield database
    database.close()
    if server:
        server.drop("searched")


def find(database: Database, team_id: int, words: str, before: int | None = None) -> list[int]:
    """Return the numbers that a search finds."""
    found = database.read_now(lambda session: moments.search_moments(session, team_id, words, 3, before))
    return [moment.number for moment in found]


def test_every_team_finds_its_own_afterwards(full: Database) -> None:
    """Words, beginnings and pairs, those of years ago and those of today, and nothing of another team."""
    assert migrate_database(full) is True
    check_whole_schema(full)
    assert find(full, 1, "once") == [20_000, 19_999, 19_998]
    assert find(full, 1, "once", before=100) == [99, 98, 97]
    assert find(full, 1, "early") == [10_000, 9_999, 9_998]
    assert find(full, 1, "ear once", before=3) == [2, 1]
    assert find(full, 1, "w1234") == [12_349, 12_348, 12_347]
    assert find(full, 1, "w1234 early") == [1_234]
    assert find(full, 1, "京都") == find(full, 1, "京") == [20_000, 16_000, 12_000]
    assert find(full, 1, "都 early") == [8_000, 4_000]
    assert find(full, 1, "t") == find(full, 1, "nowhere") == find(full, 2, "w11999") == []
    assert find(full, 2, "once early w12000 京都") == [1]


def test_it_follows_the_moments_afterwards(full: Database) -> None:
    """A changed moment is found by its new words, and a removed one by none."""
    migrate_database(full)
    with full.writing.begin() as connection, Session(bind=connection) as session:
        moment = session.get_one(Moment, 123)
        moment.text = "Twice."
        moments.update_tokens(session, moment, NOW)
        session.delete(session.get_one(Moment, 124))
        session.commit()
    assert find(full, 1, "twice") == [123]
    assert find(full, 1, "w123", before=130) == find(full, 1, "w124", before=130) == []
    assert find(full, 1, "once", before=125) == [122, 121, 120]


def test_the_search_of_before_comes_back(full: Database) -> None:
    """Downgraded and migrated again, it finds what it found."""
    migrate_database(full)
    with full.writing.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, "0018")
        old = (
            "SELECT count(*) FROM search WHERE search MATCH 't_1 AND early'"
            if database_file(full.url)
            else "SELECT count(*) FROM moment WHERE searchable @@ 't_1 & early'"
        )
        assert connection.execute(text(old)).scalar_one() == 10_000
    migrate_database(full)
    assert find(full, 1, "early") == [10_000, 9_999, 9_998]


def test_a_search_costs_what_it_shows(full: Database) -> None:
    """Among all moments about the same as among the first six hundred, counted in steps or by the plan."""
    migrate_database(full)
    find(full, 1, "once")  # SQLite reads its schema with the first statement
    if database_file(full.url):
        for words in ("once", "onc", "early", "w1", "京都", "early w1 once", "nowhere"):
            assert count_steps(full, words, None) < 1.5 * count_steps(full, words, 600) + 1_000, words
        return
    bare = GIN_FOUND.format(tokens=GIN_TOKENS)
    asked = bare.replace(":query", "'''1_once'':*'").replace(":below", "20000").replace(":limit", "3")
    with full.reading.connect() as connection:
        plan = "\n".join(connection.execute(text(f"EXPLAIN {asked}")).scalars())
    assert "Bitmap Index Scan on search_moment" in plan


def count_steps(database: Database, words: str, before: int | None) -> int:
    """Return the steps that SQLite takes for a search."""
    steps = count()

    def search(session: Session) -> None:
        driver: Any = session.connection().connection.driver_connection
        driver.set_progress_handler(lambda: next(steps) and 0, 1)
        moments.search_moments(session, 1, words, 3, before)
        driver.set_progress_handler(None, 0)

    database.read_now(search)
    return next(steps)
