"""Whatever an earlier form of the first migrations left out is added where it is missing.

The scripts 0001 to 0003 were changed after databases had been made with them. Such a database was
taken for up to date and lacked columns: searching, editing or the clock failed on it. The schema as
it has to be at this revision is written out below, and never read from the models, which go on.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.engine.types import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
SNAPSHOT = sa.MetaData(naming_convention=NAMES)

REPLACED_INDEXES = ("ix_posting_team_id",)
"""Indexes of an earlier form that another one replaces."""

SQLITE_SEARCH = {
    "search": (
        "CREATE VIRTUAL TABLE search USING fts5("
        "tokens, content='moment', content_rowid='id', detail='none', columnsize=0,"
        " tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
    ),
    "search_added": (
        "CREATE TRIGGER search_added AFTER INSERT ON moment BEGIN"
        " INSERT INTO search (rowid, tokens) VALUES (new.id, new.tokens); END"
    ),
    "search_changed": (
        "CREATE TRIGGER search_changed AFTER UPDATE OF tokens ON moment BEGIN"
        " INSERT INTO search (search, rowid, tokens) VALUES ('delete', old.id, old.tokens);"
        " INSERT INTO search (rowid, tokens) VALUES (new.id, new.tokens); END"
    ),
    "search_removed": (
        "CREATE TRIGGER search_removed AFTER DELETE ON moment BEGIN"
        " INSERT INTO search (search, rowid, tokens) VALUES ('delete', old.id, old.tokens); END"
    ),
}
POSTGRESQL_SEARCH = (
    "ALTER TABLE moment ADD COLUMN IF NOT EXISTS searchable tsvector"
    " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '))) STORED",
    "CREATE INDEX IF NOT EXISTS search_moment ON moment USING gin (searchable)",
)

FILLED = {sa.Boolean: "false", sa.Integer: "0", sa.String: "''", sa.JSON: "'{}'"}
"""The value of a new column in the rows already there, by its type."""
FILLED_OTHERWISE = {
    "team.seals": "true",
    "packsetting.active": "true",
    "schedule.active": "true",
    "schedule.every": "1",
    "posting.revision": "1",
}


def upgrade() -> None:
    """Add missing tables, columns, constraints, indexes and triggers."""
    connection = op.get_bind()
    for name in REPLACED_INDEXES:
        op.execute(f"DROP INDEX IF EXISTS {name}")
    SNAPSHOT.create_all(connection, checkfirst=True)
    there = sa.inspect(connection)
    for table in SNAPSHOT.sorted_tables:
        add_columns(table, {column["name"] for column in there.get_columns(table.name)})
    there = sa.inspect(connection)
    for table in SNAPSHOT.sorted_tables:
        add_constraints(table, there)
    there = sa.inspect(connection)
    for table in SNAPSHOT.sorted_tables:
        add_indexes(table, {index["name"]: index for index in there.get_indexes(table.name)})
    add_search(connection)


def downgrade() -> None:
    """Leave everything: what was added belongs to the revisions before."""


def add_columns(table: sa.Table, present: set[str]) -> None:
    """Add the table's missing columns, with their references.

    Alembic adds no reference to an SQLite table without rebuilding it; both engines know these
    statements.
    """
    for column in table.columns:
        if column.name in present:
            continue
        kind = column.type.compile(op.get_bind().dialect)
        words = [f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}']
        if not column.nullable:
            words.append(f"NOT NULL DEFAULT {fill_value(column)}")
        for key in column.foreign_keys:
            assert key.constraint is not None
            other = key.target_fullname.partition(".")[0]
            words.append(f'CONSTRAINT {key.constraint.name} REFERENCES "{other}" (id)')
        op.execute(" ".join(words))


def fill_value(column: sa.Column[Any]) -> str:
    """Return the value, in SQL, that the rows already there get."""
    if value := FILLED_OTHERWISE.get(str(column)):
        return value
    return next(value for kind, value in FILLED.items() if isinstance(column.type, kind))


def add_constraints(table: sa.Table, there: sa.Inspector) -> None:
    """Add missing unique constraints and references. SQLite's table is made again for them."""
    unique = {tuple(found["column_names"]) for found in there.get_unique_constraints(table.name)}
    referring = {tuple(found["constrained_columns"]) for found in there.get_foreign_keys(table.name)}
    keys, references = unique_columns(table), reference_columns(table)
    if not keys.keys() - unique and not references.keys() - referring:
        return
    with op.batch_alter_table(table.name, naming_convention=NAMES) as batch:
        for columns in keys.keys() - unique:
            batch.create_unique_constraint(keys[columns], list(columns))
        for columns in references.keys() - referring:
            name, other = references[columns]
            batch.create_foreign_key(name, other, list(columns), ["id"])


def unique_columns(table: sa.Table) -> Mapping[tuple[str, ...], str]:
    """Return the name of each unique constraint, by its columns."""
    found = (one for one in table.constraints if isinstance(one, sa.UniqueConstraint))
    return {tuple(one.columns.keys()): str(one.name) for one in found}


def reference_columns(table: sa.Table) -> Mapping[tuple[str, ...], tuple[str, str]]:
    """Return the name of each reference and the table that it refers to, by its columns."""
    return {
        tuple(one.columns.keys()): (str(one.name), one.elements[0].target_fullname.partition(".")[0])
        for one in table.foreign_key_constraints
    }


def add_indexes(table: sa.Table, present: Mapping[str | None, Any]) -> None:
    """Create the missing indexes, and anew those of other columns or another condition."""
    for index in table.indexes:
        found = present.get(str(index.name))
        if found is not None and describe_index(index) == describe_found_index(found):
            continue
        if found is not None:
            op.drop_index(str(index.name), table.name)
        index.create(op.get_bind())


def describe_index(index: sa.Index) -> tuple[Sequence[str], bool, str]:
    """Return an index's columns, whether it is unique, and its condition."""
    condition = index.dialect_options["sqlite"]["where"]
    return list(index.columns.keys()), bool(index.unique), "" if condition is None else str(condition)


def describe_found_index(found: Mapping[str, Any]) -> tuple[Sequence[str], bool, str]:
    """Return the same of an index in the database."""
    options = found.get("dialect_options", {})
    condition = str(options.get("sqlite_where", options.get("postgresql_where", "")))
    return found["column_names"], bool(found["unique"]), condition.removeprefix("(").removesuffix(")")


def add_search(connection: sa.Connection) -> None:
    """Add what is missing of the search, and read all moments into it if anything was."""
    if connection.dialect.name == "postgresql":
        for statement in POSTGRESQL_SEARCH:
            op.execute(statement)
        return
    present = set(connection.execute(sa.text("SELECT name FROM sqlite_master")).scalars())
    for name in SQLITE_SEARCH.keys() - present:
        op.execute(SQLITE_SEARCH[name])
    if SQLITE_SEARCH.keys() - present:
        op.execute("INSERT INTO search (search) VALUES ('rebuild')")


def own_id() -> sa.Column[Any]:
    """Return the column of a row's own number."""
    return sa.Column("id", sa.Integer(), primary_key=True)


def reference(name: str, table: str, **options: Any) -> sa.Column[Any]:
    """Return a column that refers to a row of another table."""
    return sa.Column(
        name, sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=options.pop("nullable", False), **options
    )


def whole(name: str, primary_key: bool = False) -> sa.Column[Any]:
    """Return a column for a whole number."""
    return sa.Column(name, sa.Integer(), nullable=False, primary_key=primary_key)


def flag(name: str) -> sa.Column[Any]:
    """Return a column for true or false."""
    return sa.Column(name, sa.Boolean(), nullable=False)


def short(name: str, nullable: bool = False, primary_key: bool = False) -> sa.Column[Any]:
    """Return a column for a word or an id."""
    return sa.Column(name, sa.String(), nullable=nullable, primary_key=primary_key)


def long(name: str) -> sa.Column[Any]:
    """Return a column for a text."""
    return sa.Column(name, sa.Text(), nullable=False)


def json(name: str, nullable: bool = False) -> sa.Column[Any]:
    """Return a column for a value as JSON."""
    return sa.Column(name, sa.JSON(), nullable=nullable)


def day(name: str, nullable: bool = False) -> sa.Column[Any]:
    """Return a column for a date."""
    return sa.Column(name, sa.Date(), nullable=nullable)


def time(name: str, nullable: bool = False) -> sa.Column[Any]:
    """Return a column for a time."""
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def where(condition: str, name: str, *columns: str, unique: bool = False) -> sa.Index:
    """Return an index of the rows that meet a condition."""
    told = sa.text(condition)
    return sa.Index(name, *columns, unique=unique, sqlite_where=told, postgresql_where=told)


TABLES = (
    sa.Table(
        "installation",
        SNAPSHOT,
        own_id(),
        short("platform"),
        short("organisation"),
        short("workspace"),
        long("token"),
        long("refresh_token"),
        time("expires_at", nullable=True),
        time("renewing_until", nullable=True),
        short("bot_person"),
        short("bot_id"),
        long("scopes"),
        short("installed_by"),
        time("installed_at"),
        sa.UniqueConstraint("platform", "organisation", "workspace"),
    ),
    sa.Table(
        "installattempt",
        SNAPSHOT,
        short("state", primary_key=True),
        short("browser"),
        time("expires_at"),
        sa.Index("ix_installattempt_expires_at", "expires_at"),
    ),
    sa.Table(
        "workspace",
        SNAPSHOT,
        own_id(),
        short("platform"),
        short("external_id"),
        short("organisation"),
        short("name"),
        time("created_at"),
        time("removed_at", nullable=True),
        short("cannot_post"),
        short("cannot_mark"),
        sa.UniqueConstraint("platform", "external_id"),
    ),
    sa.Table(
        "person",
        SNAPSHOT,
        own_id(),
        reference("workspace_id", "workspace"),
        short("external_id"),
        short("name"),
        short("zone"),
        day("paused_until", nullable=True),
        flag("opted_out"),
        flag("has_waiting"),
        short("craft"),
        time("fuel_offered_at", nullable=True),
        time("created_at"),
        sa.UniqueConstraint("workspace_id", "external_id"),
    ),
    sa.Table(
        "pending",
        SNAPSHOT,
        own_id(),
        reference("person_id", "person"),
        long("command"),
        whole("team_id"),
        time("created_at"),
        sa.Index("ix_pending_created_at", "created_at"),
        sa.Index("ix_pending_person_id", "person_id"),
    ),
    sa.Table(
        "spark",
        SNAPSHOT,
        own_id(),
        reference("workspace_id", "workspace"),
        short("channel"),
        short("message"),
        reference("person_id", "person"),
        sa.UniqueConstraint("workspace_id", "channel", "message", "person_id"),
        sa.Index("ix_spark_person_id", "person_id"),
    ),
    sa.Table(
        "team",
        SNAPSHOT,
        own_id(),
        reference("workspace_id", "workspace"),
        short("zone"),
        whole("next_number"),
        short("emoji"),
        whole("threshold"),
        flag("seals"),
        time("created_at"),
        reference("made_by_id", "person", nullable=True),
        sa.Index("ix_team_workspace_id", "workspace_id"),
    ),
    sa.Table(
        "channel",
        SNAPSHOT,
        own_id(),
        reference("workspace_id", "workspace"),
        short("external_id"),
        short("name"),
        flag("private"),
        flag("home"),
        reference("team_id", "team"),
        time("closed_at", nullable=True),
        flag("threads_only"),
        sa.UniqueConstraint("workspace_id", "external_id"),
        sa.Index("ix_channel_team_id", "team_id"),
    ),
    sa.Table(
        "goal",
        SNAPSHOT,
        own_id(),
        reference("team_id", "team"),
        reference("author_id", "person"),
        long("text"),
        flag("big"),
        day("due_on", nullable=True),
        time("created_at"),
        time("closed_at", nullable=True),
        sa.Index("ix_goal_team_id", "team_id"),
    ),
    sa.Table(
        "lookup",
        SNAPSHOT,
        own_id(),
        reference("team_id", "team"),
        short("channel"),
        short("message"),
        reference("kept_by_id", "person"),
        time("due_at"),
        whole("attempts"),
        sa.UniqueConstraint("team_id", "channel", "message"),
        sa.Index("ix_lookup_due_at", "due_at"),
    ),
    sa.Table(
        "membership",
        SNAPSHOT,
        reference("team_id", "team", primary_key=True),
        reference("person_id", "person", primary_key=True),
        flag("hosts"),
        day("hosted_on", nullable=True),
        whole("changes"),
        sa.Index("ix_membership_person_id", "person_id"),
    ),
    sa.Table(
        "mission",
        SNAPSHOT,
        own_id(),
        reference("team_id", "team"),
        reference("author_id", "person"),
        long("text"),
        time("created_at"),
        sa.Index("ix_mission_team_id", "team_id"),
    ),
    sa.Table(
        "moment",
        SNAPSHOT,
        own_id(),
        reference("team_id", "team"),
        whole("number"),
        short("kind"),
        short("state"),
        reference("author_id", "person"),
        reference("kept_by_id", "person", nullable=True),
        long("text"),
        json("parts"),
        short("event", nullable=True),
        short("source_channel", nullable=True),
        short("source_message", nullable=True),
        short("source_link"),
        long("tokens"),
        short("stuck"),
        time("created_at"),
        time("edited_at", nullable=True),
        time("deleted_at", nullable=True),
        reference("deleted_by_id", "person", nullable=True),
        time("erased_at", nullable=True),
        sa.UniqueConstraint("team_id", "event"),
        sa.UniqueConstraint("team_id", "number"),
        sa.UniqueConstraint("team_id", "source_channel", "source_message"),
        sa.Index("ix_moment_author_id", "author_id", "team_id", "number"),
        where("deleted_at IS NOT NULL", "ix_moment_deleted_at", "deleted_at"),
        sa.Index("ix_moment_source", "source_channel", "source_message"),
        sa.Index("ix_moment_team_id_created_at", "team_id", "created_at"),
        sa.Index("ix_moment_team_id_kind_number", "team_id", "kind", "number"),
    ),
    sa.Table(
        "packsetting",
        SNAPSHOT,
        reference("team_id", "team", primary_key=True),
        short("kind", primary_key=True),
        short("pack", primary_key=True),
        whole("position"),
        flag("active"),
    ),
    sa.Table(
        "pick",
        SNAPSHOT,
        reference("team_id", "team", primary_key=True),
        reference("person_id", "person"),
        long("text"),
        short("question"),
        short("form"),
    ),
    sa.Table(
        "question",
        SNAPSHOT,
        own_id(),
        reference("team_id", "team"),
        short("kind"),
        long("text"),
        reference("author_id", "person"),
        time("created_at"),
        time("deleted_at", nullable=True),
        sa.Index("ix_question_team_id", "team_id"),
    ),
    sa.Table(
        "questionsetting",
        SNAPSHOT,
        reference("team_id", "team", primary_key=True),
        short("key", primary_key=True),
        flag("muted"),
        time("next_at", nullable=True),
    ),
    sa.Table(
        "schedule",
        SNAPSHOT,
        own_id(),
        reference("team_id", "team"),
        short("kind"),
        short("weekdays"),
        short("at"),
        short("zone"),
        whole("every"),
        day("anchor"),
        flag("active"),
        day("paused_until", nullable=True),
        flag("anonymous"),
        reference("set_by_id", "person", nullable=True),
        time("next_at", nullable=True),
        sa.UniqueConstraint("team_id", "kind"),
        sa.Index("ix_schedule_next_at", "next_at"),
    ),
    sa.Table(
        "valuekind",
        SNAPSHOT,
        reference("team_id", "team", primary_key=True),
        short("name", primary_key=True),
    ),
    sa.Table(
        "comfort",
        SNAPSHOT,
        reference("moment_id", "moment", primary_key=True),
        whole("millimetres", primary_key=True),
        whole("taps"),
        whole("waiting"),
    ),
    sa.Table(
        "fetch",
        SNAPSHOT,
        reference("moment_id", "moment", primary_key=True),
        time("due_at"),
        whole("attempts"),
        sa.Index("ix_fetch_due_at", "due_at"),
    ),
    sa.Table(
        "link",
        SNAPSHOT,
        reference("from_id", "moment", primary_key=True),
        reference("to_id", "moment", primary_key=True),
        reference("made_by_id", "person"),
        time("created_at"),
        sa.Index("ix_link_to_id", "to_id"),
    ),
    sa.Table(
        "posting",
        SNAPSHOT,
        own_id(),
        short("key"),
        short("kind"),
        short("state"),
        reference("workspace_id", "workspace"),
        reference("team_id", "team", nullable=True),
        reference("person_id", "person", nullable=True),
        reference("moment_id", "moment", nullable=True),
        reference("schedule_id", "schedule", nullable=True),
        day("local_date", nullable=True),
        short("channel"),
        short("thread"),
        short("message", nullable=True),
        short("link"),
        long("text"),
        short("question"),
        reference("asked_by_id", "person", nullable=True),
        flag("anonymous"),
        short("form"),
        time("turns_at", nullable=True),
        time("turned_at", nullable=True),
        time("closed_at", nullable=True),
        time("since", nullable=True),
        time("until", nullable=True),
        time("created_at"),
        time("due_at", nullable=True),
        time("claimed_at", nullable=True),
        time("sent_at", nullable=True),
        time("withdrawn_at", nullable=True),
        whole("revision"),
        whole("sent_revision"),
        whole("attempts"),
        short("error"),
        json("as_posted", nullable=True),
        reference("waits_for_id", "person", nullable=True),
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("schedule_id", "local_date"),
        where("due_at IS NOT NULL", "ix_posting_due", "due_at"),
        sa.Index("ix_posting_message", "channel", "message"),
        sa.Index("ix_posting_moment_id", "moment_id"),
        sa.Index("ix_posting_person_id_state_created_at", "person_id", "state", "created_at"),
        sa.Index("ix_posting_team_id_kind", "team_id", "kind"),
        where("turns_at IS NOT NULL", "ix_posting_turns_at", "turns_at"),
    ),
    sa.Table(
        "quest",
        SNAPSHOT,
        own_id(),
        reference("team_id", "team"),
        reference("author_id", "person"),
        long("text"),
        short("event", nullable=True),
        time("created_at"),
        time("closed_at", nullable=True),
        reference("closed_by_id", "person", nullable=True),
        reference("found_id", "moment", nullable=True),
        reference("after_id", "moment", nullable=True),
        long("reason"),
        time("withdrawn_at", nullable=True),
        sa.UniqueConstraint("team_id", "event"),
        sa.Index("ix_quest_after_id", "after_id"),
        where("found_id IS NOT NULL", "ix_quest_found_id", "found_id"),
        sa.Index("ix_quest_team_id", "team_id"),
    ),
    sa.Table(
        "sequel",
        SNAPSHOT,
        own_id(),
        reference("moment_id", "moment"),
        reference("author_id", "person"),
        short("kind"),
        long("text"),
        short("event", nullable=True),
        time("created_at"),
        time("deleted_at", nullable=True),
        sa.UniqueConstraint("moment_id", "event"),
        sa.Index("ix_sequel_author_id", "author_id"),
        sa.Index("ix_sequel_moment_id", "moment_id"),
    ),
    sa.Table(
        "tap",
        SNAPSHOT,
        reference("moment_id", "moment", primary_key=True),
        reference("person_id", "person", primary_key=True),
        short("kind", primary_key=True),
        json("events", nullable=True),
        time("tapped_at", nullable=True),
        time("removed_at", nullable=True),
        sa.Index("ix_tap_person_id", "person_id"),
    ),
    sa.Table(
        "version",
        SNAPSHOT,
        own_id(),
        reference("moment_id", "moment"),
        reference("author_id", "person"),
        long("text"),
        time("created_at"),
        time("edited_at", nullable=True),
        time("opened_at", nullable=True),
        sa.UniqueConstraint("moment_id", "author_id"),
        sa.Index("ix_version_author_id", "author_id"),
        sa.Index("ix_version_created_at", "created_at"),
        where("opened_at IS NULL", "ix_version_sealed", "created_at"),
    ),
    sa.Table(
        "why",
        SNAPSHOT,
        own_id(),
        reference("moment_id", "moment"),
        reference("parent_id", "why", nullable=True),
        reference("author_id", "person"),
        long("text"),
        flag("insight"),
        short("event", nullable=True),
        time("created_at"),
        time("deleted_at", nullable=True),
        sa.UniqueConstraint("moment_id", "event"),
        sa.Index("ix_why_author_id", "author_id"),
        sa.Index("ix_why_moment_id", "moment_id"),
        where("insight", "uq_why_insight", "moment_id", unique=True),
    ),
    sa.Table(
        "answer",
        SNAPSHOT,
        own_id(),
        reference("posting_id", "posting"),
        reference("person_id", "person", nullable=True),
        short("kind"),
        long("text"),
        short("event"),
        short("message", nullable=True),
        flag("alone"),
        time("created_at"),
        time("edited_at", nullable=True),
        time("deleted_at", nullable=True),
        sa.UniqueConstraint("posting_id", "event"),
        sa.Index("ix_answer_message", "message"),
        sa.Index("ix_answer_person_id", "person_id"),
    ),
    sa.Table(
        "attempt",
        SNAPSHOT,
        reference("moment_id", "moment", primary_key=True),
        reference("quest_id", "quest", nullable=True),
        reference("previous_id", "moment", nullable=True),
        sa.Index("ix_attempt_previous_id", "previous_id"),
        sa.Index("ix_attempt_quest_id", "quest_id"),
    ),
    sa.Table(
        "followup",
        SNAPSHOT,
        own_id(),
        reference("team_id", "team"),
        reference("moment_id", "moment"),
        short("kind"),
        time("due_at"),
        time("asked_at", nullable=True),
        flag("in_recap"),
        reference("recap_id", "posting", nullable=True),
        time("done_at", nullable=True),
        sa.UniqueConstraint("moment_id", "kind"),
        where("done_at IS NULL", "ix_followup_due_at", "due_at"),
        sa.Index("ix_followup_recap_id", "recap_id"),
        sa.Index("ix_followup_team_id", "team_id"),
    ),
    sa.Table(
        "noteitem",
        SNAPSHOT,
        own_id(),
        reference("posting_id", "posting"),
        reference("moment_id", "moment"),
        reference("asked_by_id", "person", nullable=True),
        long("answer"),
        time("created_at"),
        sa.UniqueConstraint("posting_id", "moment_id"),
        sa.Index("ix_noteitem_moment_id", "moment_id"),
    ),
    sa.Table(
        "participant",
        SNAPSHOT,
        reference("posting_id", "posting", primary_key=True),
        reference("person_id", "person", primary_key=True),
        reference("about_id", "person", nullable=True),
        short("craft"),
        long("text"),
        time("joined_at"),
        time("wrote_at", nullable=True),
        sa.Index("ix_participant_person_id", "person_id"),
    ),
    sa.Table(
        "quotation",
        SNAPSHOT,
        own_id(),
        reference("posting_id", "posting"),
        reference("moment_id", "moment", nullable=True),
        reference("answer_id", "answer", nullable=True),
        sa.Index("ix_quotation_answer_id", "answer_id"),
        sa.Index("ix_quotation_moment_id", "moment_id"),
        sa.Index("ix_quotation_posting_id", "posting_id"),
        sa.Index("uq_quotation_posting_id_answer_id", "posting_id", "answer_id", unique=True),
        sa.Index("uq_quotation_posting_id_moment_id", "posting_id", "moment_id", unique=True),
    ),
)
"""The tables of SNAPSHOT."""
