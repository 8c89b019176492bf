"""The schemas of both engines side by side, as the migrations make them and as the models do.

Each difference is listed with its reason. Any other one is a fault: a condition that one engine has and the other
lacks makes a query fast on one and slow on the other, or a row that one stores and the other refuses.
"""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from storage.models import Table
from tests.support.databases import Copies
from tests.support.schema_lines import differing_lines, schema_lines

SQLITE = frozenset({"SQLite, migrated", "SQLite, from the models"})
POSTGRESQL = frozenset({"PostgreSQL, migrated", "PostgreSQL, from the models"})
MIGRATED = frozenset({"SQLite, migrated", "PostgreSQL, migrated"})
FROM_MODELS = frozenset({"SQLite, from the models", "PostgreSQL, from the models"})


def filled_once(column: str, default: str) -> Mapping[str, frozenset[str]]:
    """Return the difference of a column whose default only the migration has that added it."""
    return {f"{column} not null default {default}": MIGRATED, f"{column} not null": FROM_MODELS}


def given_key(column: str) -> Mapping[str, frozenset[str]]:
    """Return the difference of a lone key that is a reference: SQLite would number it if nobody gave it."""
    return {
        f"{column}: integer not null numbered by the database": SQLITE,
        f"{column}: integer not null": POSTGRESQL,
    }


ALLOWED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "Alembic's own table is made by the first migration": {
        "table alembic_version": MIGRATED,
        "alembic_version: primary key alembic_version_pkc (version_num)": MIGRATED,
        "alembic_version.version_num: text(32) not null": MIGRATED,
    },
    "SQLite searches a virtual table that triggers keep up to date": {
        "virtual table search": frozenset({"SQLite, migrated"}),
        "trigger search_added": frozenset({"SQLite, migrated"}),
        "trigger search_changed": frozenset({"SQLite, migrated"}),
        "trigger search_removed": frozenset({"SQLite, migrated"}),
    },
    "PostgreSQL searches an index": {
        "index search_moment ON moment USING gin (array_to_tsvector(string_to_array("
        "replace(tokens, ' ', ((' ' || (team_id)) || '_')), ' ')))": frozenset({"PostgreSQL, migrated"}),
    },
    "a column that was added later filled the rows already there": {
        **filled_once("workspace.organisation: text", "''"),
        **filled_once("workspace.cannot_mark: text", "''"),
        **filled_once("workspace.cannot_post: text", "''"),
        **filled_once("answer.alone: boolean", "false"),
        **filled_once("attempt.events: text", "''"),
        **filled_once("attempt.outcome: text", "''"),
        **filled_once("attempt.own_parts: text", "''"),
        **filled_once("channel.threads_only: boolean", "false"),
        **filled_once("comfort.waiting: integer", "0"),
        **filled_once("focusitem.kept: boolean", "false"),
        **filled_once("focusitem.answered_as: text", "''"),
        **filled_once("checkpoint.answered_as: text", "''"),
        **filled_once("membership.changes: integer", "0"),
        **filled_once("membership.hosts: boolean", "false"),
        **filled_once("moment.stuck: text", "''"),
        **filled_once("person.craft: text", "''"),
        **filled_once("posting.form: text", "''"),
        **filled_once("quotation.named: boolean", "false"),
        **filled_once("team.seals: boolean", "true"),
    },
    "SQLite numbers any lone integer key; here it refers to a row, so every insert gives it": {
        **given_key("fetch.moment_id"),
        **given_key("attempt.moment_id"),
        **given_key("pick.team_id"),
        **given_key("missionuse.moment_id"),
        **given_key("focusstep.team_id"),
        **given_key("parked.moment_id"),
        **given_key("chance.moment_id"),
    },
}
"""The differences, each by its reason, with the schemas that have the line."""


@pytest.fixture(scope="module")
def engines(
    sqlite_template: Path, copies: Copies, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Engine]]:
    """Yield an engine for each schema: two that were migrated and two made from the models."""
    folder = tmp_path_factory.mktemp("schemas")
    migrated = copies.make()
    made = {
        "SQLite, migrated": create_engine(
            f"sqlite:///{shutil.copy(sqlite_template, folder / 'migrated.db')}"
        ),
        "SQLite, from the models": create_engine(f"sqlite:///{folder / 'models.db'}"),
        "PostgreSQL, migrated": create_engine(copies.server.url(migrated)),
        "PostgreSQL, from the models": create_engine(copies.server.create("from_models")),
    }
    for name in FROM_MODELS:
        Table.metadata.create_all(made[name])
    yield made
    for engine in made.values():
        engine.dispose()
    copies.server.drop("from_models")
    copies.server.drop(migrated)


def read_schemas(engines: Mapping[str, Engine]) -> dict[str, frozenset[str]]:
    """Return the lines of each schema."""
    schemas = {}
    for name, engine in engines.items():
        with engine.connect() as connection:
            schemas[name] = schema_lines(connection)
    return schemas


def test_both_engines_have_the_same_schema(engines: Mapping[str, Engine]) -> None:
    """Each line is in all four schemas or allowed, and each allowed difference is there."""
    allowed = {line: names for lines in ALLOWED.values() for line, names in lines.items()}
    found = differing_lines(read_schemas(engines))
    faults = sorted(found.items() - allowed.items())
    assert not faults, "\n".join(
        f"only in {' and in '.join(sorted(names))}: {line}" for line, names in faults
    )
    assert allowed.items() <= found.items(), "a difference that is allowed is not there any more"


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ("CREATE INDEX ix_extra ON team (zone)", "index ix_extra ON team (zone)"),
        (
            "CREATE INDEX ix_extra ON moment (kind) WHERE kind = 'aha'",
            "index ix_extra ON moment (kind) WHERE kind = 'aha'",
        ),
        ("CREATE INDEX ix_extra ON team (zone DESC)", "index ix_extra ON team (zone DESC)"),
        (
            "CREATE UNIQUE INDEX ix_extra ON team (zone) WHERE seals",
            "UNIQUE index ix_extra ON team (zone) WHERE seals",
        ),
        ("CREATE INDEX ix_extra ON team (lower(zone))", "index ix_extra ON team (lower(zone))"),
        (
            "DROP INDEX ix_posting_due",
            "index ix_posting_due ON posting (due_at, id) WHERE due_at IS NOT NULL",
        ),
        ("ALTER TABLE team ADD COLUMN extra INTEGER", "team.extra: integer"),
        (
            "ALTER TABLE team ADD COLUMN extra BOOLEAN NOT NULL DEFAULT false",
            "team.extra: boolean not null default false",
        ),
        (
            "CREATE TABLE extra (id INTEGER,"
            " CONSTRAINT fk_extra FOREIGN KEY (id) REFERENCES team (id) ON DELETE CASCADE)",
            "extra: foreign key fk_extra (id) to team (id) ondelete CASCADE",
        ),
        (
            "CREATE TABLE extra (id INTEGER CONSTRAINT ck_extra CHECK (id > 0))",
            "extra: check ck_extra id > 0",
        ),
        (
            "CREATE TABLE extra (id INTEGER, CONSTRAINT uq_extra UNIQUE (id))",
            "extra: unique uq_extra (id)",
        ),
        ("CREATE VIEW extra AS SELECT 1 AS one", "view extra"),
    ],
)
@pytest.mark.parametrize("engine", ["SQLite, migrated", "PostgreSQL, migrated"])
def test_a_difference_is_seen(engines: Mapping[str, Engine], engine: str, change: str, seen: str) -> None:
    """It is a line of one schema alone, in the same words whichever engine has it."""
    before = read_schemas(engines)
    with engines[engine].connect() as connection:
        connection.exec_driver_sql("BEGIN") if engine.startswith("SQLite") else None
        connection.execute(text(change))
        after = {**before, engine: schema_lines(connection)}
        connection.rollback()
    line = {seen} & (differing_lines(after).keys() - differing_lines(before).keys())
    assert line, sorted(after[engine] ^ before[engine])


@pytest.mark.parametrize(
    ("engine", "collation"), [("SQLite, migrated", "NOCASE"), ("PostgreSQL, migrated", "C")]
)
def test_a_collation_is_seen(engines: Mapping[str, Engine], engine: str, collation: str) -> None:
    """The engines have no collation of the same name beyond their defaults, so any is a difference."""
    with engines[engine].connect() as connection:
        connection.exec_driver_sql("BEGIN") if engine.startswith("SQLite") else None
        connection.execute(text(f'ALTER TABLE team ADD COLUMN extra VARCHAR COLLATE "{collation}"'))
        lines = schema_lines(connection)
        connection.rollback()
    assert f"team.extra: text collate {collation}" in lines
