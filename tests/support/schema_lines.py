"""A database's schema as lines of text that read the same on SQLite and PostgreSQL where the two are alike.

Columns and constraints come from SQLAlchemy's inspection, indexes and triggers from the engine's own catalogue,
so that a condition which one engine has and the other lacks is a line of its own.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Inspector, inspect, text
from sqlalchemy.exc import SAWarning

TYPES = {"VARCHAR": "text", "TEXT": "text", "TIMESTAMP": "time", "DATETIME": "time"}
"""What each engine calls a type that holds the same values: neither limits a text, and both store a time in UTC."""

INDEXES = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": (
        "SELECT indexdef FROM pg_indexes JOIN pg_class ON relname = indexname AND relkind = 'i'"
        " WHERE schemaname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = pg_class.oid)"
    ),
}
"""The statements that make the indexes, without those that belong to a constraint."""

PROGRAMS = {
    "sqlite": "SELECT type || ' ' || name FROM sqlite_master WHERE type IN ('trigger', 'view')",
    "postgresql": (
        "SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal"
        " UNION SELECT 'view ' || viewname FROM pg_views WHERE schemaname = 'public'"
        " UNION SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " UNION SELECT 'rule ' || rulename FROM pg_rules WHERE schemaname = 'public'"
        " UNION SELECT 'row security of ' || relname FROM pg_class WHERE relrowsecurity"
    ),
}
"""What the database does by itself."""

VIRTUAL = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'"
"""The tables that an SQLite module keeps in tables of its own, named after them."""

SQLITE_COLLATION = re.compile(r'(?:^|[,(])\s*"?(\w+)"? [^,]*?\bCOLLATE "?(\w+)', re.MULTILINE)
SQLITE_REFERENCE = re.compile(r'"?(\w+)"? \w+ CONSTRAINT "?(\w+)"? REFERENCES\b')
"""A reference that a column was added with. The inspection tells it without its name."""
NEXT_ID = re.compile(r"nextval\('\w+'::regclass\)")
CAST = re.compile(r"::[a-z]+( varying| precision)?(\(\d+\))?")
DOUBLE_PARENTHESES = re.compile(r"\(\((\w+)\)\)")


def schema_lines(connection: Connection) -> frozenset[str]:
    """Return one line for each table, column, constraint, index, trigger and view."""
    there = inspect(connection)
    engine = connection.dialect.name
    virtual = connection.execute(text(VIRTUAL)).scalars().all() if engine == "sqlite" else []
    tables = [name for name in there.get_table_names() if not _belongs_to(name, virtual)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # the inspection skips indexes of expressions, read below
        lines = [line for table in tables for line in _table_lines(there, connection, table)]
    indexes = (_index_line(made) for made in connection.execute(text(INDEXES[engine])).scalars())
    programs = connection.execute(text(PROGRAMS[engine])).scalars()
    return frozenset([*lines, *indexes, *programs, *(f"virtual table {name}" for name in virtual)])


def differing_lines(schemas: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return the lines that some schemas have and others lack, with the names of those that have them."""
    everything = frozenset().union(*schemas.values())
    holders = {
        line: frozenset(name for name, lines in schemas.items() if line in lines) for line in everything
    }
    return {line: names for line, names in holders.items() if len(names) < len(schemas)}


def _belongs_to(table: str, virtual: Iterable[str]) -> bool:
    """Return whether a table is virtual, or one in which a virtual table is stored."""
    return any(table == name or table.startswith(f"{name}_") for name in virtual)


def _table_lines(there: Inspector, connection: Connection, table: str) -> Iterator[str]:
    yield f"table {table}"
    key = there.get_pk_constraint(table)
    yield f"{table}: primary key {key['name']} ({', '.join(key['constrained_columns'])})"
    collations = _sqlite_names(connection, table, SQLITE_COLLATION)
    for column in there.get_columns(table):
        yield _column_line(table, column, key["constrained_columns"], collations.get(column["name"], ""))
    for unique in there.get_unique_constraints(table):
        options = _given_options(unique.get("dialect_options", {}))
        yield f"{table}: unique {unique['name']} ({', '.join(unique['column_names'])}){options}"
    for check in there.get_check_constraints(table):
        yield f"{table}: check {check['name']} {_plain_condition(check['sqltext'])}"
    names = _sqlite_names(connection, table, SQLITE_REFERENCE)
    for key_to in there.get_foreign_keys(table):
        from_columns, to_columns = key_to["constrained_columns"], key_to["referred_columns"]
        name = key_to["name"] or names.get(from_columns[0])
        yield (
            f"{table}: foreign key {name} ({', '.join(from_columns)}) to {key_to['referred_table']}"
            f" ({', '.join(to_columns)}){_given_options(key_to['options'])}"
        )


def _column_line(table: str, column: Any, keys: list[str], collation: str) -> str:
    kind = type(column["type"]).__name__
    collation = collation or getattr(column["type"], "collation", None) or ""
    length = getattr(column["type"], "length", None)
    parts = [
        f"{table}.{column['name']}: {TYPES.get(kind, kind.lower())}{f'({length})' if length else ''}",
        "" if column["nullable"] else "not null",
        _default_words(column, keys),
        f"computed as {column['computed']['sqltext']}" if column.get("computed") else "",
        f"collate {collation}" if collation else "",
    ]
    return " ".join(filter(None, parts))


def _default_words(column: Any, keys: list[str]) -> str:
    """Return the column's default.

    SQLite gives a row's number to a lone integer key, and PostgreSQL the next one of a sequence.
    """
    default = str(column["default"] or "")
    is_row_number = "autoincrement" not in column and keys == [column["name"]]
    if NEXT_ID.fullmatch(default) or (is_row_number and type(column["type"]).__name__ == "INTEGER"):
        return "numbered by the database"
    plain = {"0": "false", "1": "true"} if type(column["type"]).__name__ == "BOOLEAN" else {}
    shown = _plain_condition(default)
    return f"default {plain.get(shown, shown)}" if default else ""


def _index_line(made: str) -> str:
    """Return the statement that makes an index, without what the engines merely write differently."""
    made = made.replace('"', "").replace(" public.", " ").replace(" USING btree", "")
    columns, where, condition = " ".join(made.split()).partition(" WHERE ")
    columns = DOUBLE_PARENTHESES.sub(r"(\1)", CAST.sub("", columns))
    return columns.removeprefix("CREATE ").replace("INDEX", "index", 1) + (
        where and f"{where}{_plain_condition(condition)}"
    )


def _plain_condition(condition: str) -> str:
    return CAST.sub("", condition).replace("(", "").replace(")", "").strip()


def _given_options(options: Mapping[str, Any]) -> str:
    told: Iterable[str] = (f"{name} {value}" for name, value in sorted(options.items()) if value)
    return "".join(f" {each}" for each in told)


def _sqlite_names(connection: Connection, table: str, declared: re.Pattern[str]) -> Mapping[str, str]:
    """Return what is declared by name on an SQLite table's columns, which no inspection tells."""
    if connection.dialect.name != "sqlite":
        return {}
    made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table})
    return dict(declared.findall(made.scalar_one()))
