"""Compares a database's schema with the models, and names what differs.

The catalogues are read with three or four statements. SQLAlchemy's inspection takes a third of a
second for an SQLite file. Defaults are not compared, because an insert names all columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Dialect, Index, UniqueConstraint, text
from sqlalchemy import Table as TableDefinition

from storage.models import Table

SHOWN = 3
"""The most parts that a sentence names. It counts the others."""

COLUMNS = {
    "sqlite": (
        "SELECT t.name, c.name, c.type, c.\"notnull\", c.dflt_value IS NOT NULL, c.pk, ''"
        " FROM sqlite_master t, pragma_table_xinfo(t.name) c WHERE t.type = 'table'"
    ),
    "postgresql": (
        "SELECT t.relname, c.attname, format_type(c.atttypid, NULL), c.attnotnull, c.atthasdef,"
        " coalesce(array_position(k.conkey, c.attnum), 0),"
        " CASE WHEN c.attgenerated = '' THEN '' ELSE ' computed' END"
        " FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid"
        " LEFT JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'p'"
        " WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind = 'r'"
        " AND c.attnum > 0 AND NOT c.attisdropped"
    ),
}
"""Each column: its table, name and type, whether it needs a value and has a default, its place in the
primary key or 0, and whether it is computed."""

REFERENCES = {
    "sqlite": (
        'SELECT t.name, r."from", r."table" FROM sqlite_master t, pragma_foreign_key_list(t.name) r'
        " WHERE t.type = 'table'"
    ),
    "postgresql": (
        "SELECT t.relname, c.attname, o.relname FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid"
        " JOIN pg_class o ON o.oid = k.confrelid"
        " JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum = ANY (k.conkey)"
        " WHERE k.contype = 'f' AND t.relnamespace = current_schema()::regnamespace"
    ),
}
"""Each column that refers to another table: its table, its name, and the other table."""

INDEXES = {
    "sqlite": (
        "SELECT t.name, i.name, i.\"unique\", i.origin = 'u', coalesce(c.name, '?'), coalesce(m.sql, '')"
        " FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c"
        " LEFT JOIN sqlite_master m ON m.name = i.name"
        " WHERE t.type = 'table' AND i.origin <> 'pk' ORDER BY i.name, c.seqno"
    ),
    "postgresql": (
        "SELECT t.relname, n.relname, i.indisunique, k.oid IS NOT NULL,"
        " pg_get_indexdef(i.indexrelid, c.number, true),"
        " coalesce(' WHERE ' || pg_get_expr(i.indpred, i.indrelid, true), '')"
        " FROM pg_index i JOIN pg_class n ON n.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid"
        " LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype = 'u'"
        " CROSS JOIN LATERAL generate_series(1, i.indnkeyatts) AS c (number)"
        " WHERE n.relnamespace = current_schema()::regnamespace AND NOT i.indisprimary AND i.indisvalid"
        " ORDER BY n.relname, c.number"
    ),
}
"""Each column of each index: the table, the index, whether it is unique and a constraint's, the column,
and a text that ends with the condition."""

SEARCH_PROGRAMS = "SELECT type, name, sql FROM sqlite_master WHERE (name = 'search' OR type = 'trigger')"
"""The virtual table of the search, and the triggers."""

SEARCHED = "moment"
"""The table that is searched. What the search is made of counts as its parts."""

SAME_TYPES = {"text": "varchar", "character varying": "varchar"}
"""Types of another name that hold the same values on both engines."""

CONDITION = re.compile(r" WHERE (.*)", re.DOTALL)
TYPED = re.compile(r"::text\b")
"""PostgreSQL writes a text in a condition with its type."""


@dataclass(frozen=True)
class Part:
    """What a part of a schema is made of, and whether it refuses rows that the models would write."""

    made: str = ""
    refuses: bool = field(default=False, compare=False)


Schema = Mapping[str, Mapping[str, Part]]
"""The parts of each table, by their names."""


@dataclass(frozen=True)
class Differences:
    """The names of parts that are missing, that are of another kind, and that do not belong there."""

    missing: tuple[str, ...]
    other: tuple[str, ...]
    foreign: tuple[str, ...]

    def __bool__(self) -> bool:
        """Return whether anything differs."""
        return bool(self.missing or self.other or self.foreign)

    def __str__(self) -> str:
        """Return the clauses of a sentence, each with the first names."""
        clauses = ((self.missing, "missing"), (self.other, "different"), (self.foreign, "not part of it"))
        return "; ".join(f"{_name_some(names)} {said}" for names, said in clauses if names)


def compare_schema(connection: Connection) -> Differences:
    """Return what differs. A table, column or index beside the models' own differs only if it refuses rows."""
    found, wanted = read_schema(connection), expected_schema(connection.dialect)
    return Differences(
        tuple(_list_missing(found, wanted)),
        tuple(
            name
            for table, parts in wanted.items()
            for name, part in parts.items()
            if found.get(table, {}).get(name, part) != part
        ),
        tuple(
            name
            for table, parts in wanted.items()
            for name, part in found.get(table, {}).items()
            if part.refuses and name not in parts
        ),
    )


def _list_missing(found: Schema, wanted: Schema) -> Iterator[str]:
    for table, parts in wanted.items():
        if table not in found:
            yield f"table {table}"
        else:
            yield from (name for name in parts if name not in found[table])


def _name_some(names: tuple[str, ...]) -> str:
    more = len(names) - SHOWN
    shown = [*names[:SHOWN], *([f"{more} more"] if more > 0 else [])]
    listed = f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
    return f"{listed} {'is' if len(names) == 1 else 'are'}"


def expected_schema(dialect: Dialect) -> Schema:
    """Return the schema that the models and the search describe."""
    schema = {name: dict(_definition_parts(table, dialect)) for name, table in Table.metadata.tables.items()}
    if dialect.name == "sqlite":
        schema[SEARCHED].update({name: Part(_plain_words(made)) for name, made in SQLITE_SEARCH.items()})
    else:
        schema[SEARCHED].update({name: Part(made) for name, made in POSTGRESQL_SEARCH.items()})
    return schema


def _definition_parts(table: TableDefinition, dialect: Dialect) -> Iterator[tuple[str, Part]]:
    for column in table.columns:
        kind = column.type.compile(dialect)
        yield f"column {table.name}.{column.name}", _column_part(kind, not column.nullable)
    yield f"primary key of {table.name}", Part(", ".join(column.name for column in table.primary_key))
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield _unique_name(table.name, constraint.columns.keys()), Part()
    for key in table.foreign_keys:
        yield f"reference {table.name}.{key.parent.name}", Part(key.target_fullname.partition(".")[0])
    for index in table.indexes:
        yield _index_part(str(index.name), bool(index.unique), index.columns.keys(), _stated_condition(index))


def _stated_condition(index: Index) -> str:
    condition = index.dialect_options["sqlite"]["where"]
    return "" if condition is None else f" WHERE {condition}"


def read_schema(connection: Connection) -> Schema:
    """Return the schema that the database has, of the models' tables."""
    engine = connection.dialect.name
    schema: dict[str, dict[str, Part]] = {}
    keys: dict[str, dict[int, str]] = {}
    for table, column, kind, needed, filled, place, computed in connection.execute(text(COLUMNS[engine])):
        part = _column_part(kind + computed, needed, refuses=bool(needed and not filled))
        schema.setdefault(table, {})[f"column {table}.{column}"] = part
        keys.setdefault(table, {})[place] = column
    for table, key in keys.items():
        in_order = [column for place, column in sorted(key.items()) if place]
        schema[table][f"primary key of {table}"] = Part(", ".join(in_order))
    for table, column, other in connection.execute(text(REFERENCES[engine])):
        schema[table][f"reference {table}.{column}"] = Part(other, refuses=True)
    for table, name, part in _index_parts(connection.execute(text(INDEXES[engine]))):
        schema[table][name] = part
    if engine == "sqlite" and SEARCHED in schema:
        for kind, name, made in connection.execute(text(SEARCH_PROGRAMS)):
            schema[SEARCHED][f"{kind} {name}"] = Part(_plain_words(made))
    return {table: parts for table, parts in schema.items() if table in Table.metadata.tables}


def _index_parts(rows: Iterable[Any]) -> Iterator[tuple[str, str, Part]]:
    """Yield the table, the name and the part of each index and each unique constraint."""
    columns: dict[tuple[Any, ...], list[str]] = {}
    for *index, column, condition in rows:
        columns.setdefault((*index, condition), []).append(column.strip('"'))
    for (table, name, unique, is_constraint, condition), names in columns.items():
        if is_constraint:
            yield table, _unique_name(table, names), Part(refuses=True)
        else:
            yield table, *_index_part(name, unique, names, condition)


def _column_part(kind: str, needed: bool, refuses: bool = False) -> Part:
    kind = kind.lower()
    return Part(f"{SAME_TYPES.get(kind, kind)}{' not null' if needed else ''}", refuses)


def _unique_name(table: str, columns: Iterable[str]) -> str:
    return f"unique constraint of {table} ({', '.join(columns)})"


def _index_part(name: str, unique: bool, columns: Iterable[str], made: str) -> tuple[str, Part]:
    """Return the name and part of an index, from a text that ends with its condition."""
    found = CONDITION.search(_plain_words(made))
    condition = f" where {TYPED.sub('', found[1]).replace('(', '').replace(')', '')}" if found else ""
    return f"{'unique index' if unique else 'index'} {name}", Part(f"{', '.join(columns)}{condition}", unique)


def _plain_words(made: str) -> str:
    return " " + " ".join(made.split())


SQLITE_SEARCH = {
    "table search": (
        "CREATE VIRTUAL TABLE search USING fts5("
        "tokens, content='', detail='none', columnsize=0, tokenize=\"ascii tokenchars '_'\")"
    ),
    "trigger search_added": (
        "CREATE TRIGGER search_added AFTER INSERT ON moment BEGIN"
        " INSERT INTO search (rowid, tokens)"
        " VALUES (new.id, replace(new.tokens, ' ', ' ' || CAST(new.team_id AS text) || '_')); END"
    ),
    "trigger search_changed": (
        "CREATE TRIGGER search_changed AFTER UPDATE OF tokens, team_id ON moment BEGIN"
        " INSERT INTO search (search, rowid, tokens)"
        " VALUES ('delete', old.id, replace(old.tokens, ' ', ' ' || CAST(old.team_id AS text) || '_'));"
        " INSERT INTO search (rowid, tokens)"
        " VALUES (new.id, replace(new.tokens, ' ', ' ' || CAST(new.team_id AS text) || '_')); END"
    ),
    "trigger search_removed": (
        "CREATE TRIGGER search_removed AFTER DELETE ON moment BEGIN"
        " INSERT INTO search (search, rowid, tokens)"
        " VALUES ('delete', old.id, replace(old.tokens, ' ', ' ' || CAST(old.team_id AS text) || '_')); END"
    ),
}
POSTGRESQL_SEARCH = {
    "index search_moment": (
        "array_to_tsvector(string_to_array(replace(tokens, ' '::text,"
        " (' '::text || team_id::text) || '_'::text), ' '::text))"
    )
}
"""What each engine searches, as the migrations make it."""
