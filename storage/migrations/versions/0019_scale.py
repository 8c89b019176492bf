"""Indexes for all that is read by what is due or shown, so that no query's cost follows what exists."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


@dataclass(frozen=True)
class NewIndex:
    """An index on a table: its columns, which may be expressions, and the condition of its rows."""

    name: str
    table: str
    columns: Sequence[str]
    where: str | None = None

    def create(self) -> None:
        """Create the index, with the same condition on both engines."""
        where = None if self.where is None else sa.text(self.where)
        columns = [sa.text(column) if column.endswith((" DESC", ")")) else column for column in self.columns]
        op.create_index(self.name, self.table, columns, sqlite_where=where, postgresql_where=where)


READS: tuple[NewIndex, ...] = (
    NewIndex(
        "ix_moment_team_id_kind_created_at",
        "moment",
        ("team_id", "kind", "created_at", "state"),
        "deleted_at IS NULL",
    ),
    NewIndex(
        "ix_moment_source_message", "moment", ("source_message", "team_id"), "source_message IS NOT NULL"
    ),
    NewIndex("ix_version_author_id_created_at", "version", ("author_id", "created_at")),
    NewIndex("ix_sequel_author_id_created_at", "sequel", ("author_id", "created_at")),
    NewIndex("ix_why_author_id_created_at", "why", ("author_id", "created_at")),
    NewIndex("ix_lookback_person_id_created_at", "lookback", ("person_id", "created_at")),
    NewIndex("ix_answer_person_id_created_at", "answer", ("person_id", "created_at")),
    NewIndex("ix_participant_person_id_wrote_at", "participant", ("person_id", "wrote_at")),
    NewIndex("ix_followup_team_id_asked_at", "followup", ("team_id", "asked_at")),
    NewIndex("ix_followup_waiting", "followup", ("team_id", "due_at"), "done_at IS NULL"),
    NewIndex("ix_posting_asked", "posting", ("team_id", "kind", "question"), "question <> ''"),
    NewIndex("ix_posting_team_id_kind_created_at", "posting", ("team_id", "kind", "created_at")),
    NewIndex("ix_parked_team_id_asked_at", "parked", ("team_id", "asked_at"), "asked_at IS NOT NULL"),
    NewIndex("ix_nextstep_team_id_created_at", "nextstep", ("team_id", "created_at")),
    NewIndex("ix_quest_team_id_created_at", "quest", ("team_id", "created_at")),
    NewIndex("ix_quest_team_id_closed_at", "quest", ("team_id", "closed_at")),
    NewIndex("ix_attempt_result_by_id", "attempt", ("result_by_id", "result_at"), "result_by_id IS NOT NULL"),
    NewIndex("ix_expectation_team_id_created_at", "expectation", ("team_id", "created_at")),
    NewIndex("ix_expectation_opened_at", "expectation", ("team_id", "opened_at"), "opened_at IS NOT NULL"),
    NewIndex("ix_recallchoice_person_id_choice", "recallchoice", ("person_id", "choice", "created_at")),
    NewIndex("ix_focuscheck_standing", "focuscheck", ("team_id", "id"), "withdrawn_at IS NULL"),
    NewIndex("ix_missionuse_team_id_created_at", "missionuse", ("team_id", "created_at")),
)
"""What recaps, reports, books, exports and pictures read."""

WRITER: tuple[NewIndex, ...] = (
    NewIndex("ix_moment_unerased", "moment", ["deleted_at"], "deleted_at IS NOT NULL AND erased_at IS NULL"),
    NewIndex("ix_posting_claimed_at", "posting", ["claimed_at"], "state = 'sending'"),
    NewIndex("ix_posting_waiting", "posting", ["workspace_id"], "state = 'waiting'"),
    NewIndex("ix_posting_failed", "posting", ["workspace_id", "channel"], "state = 'failed'"),
    NewIndex(
        "ix_posting_outdated",
        "posting",
        ["workspace_id", "channel"],
        "revision > sent_revision AND due_at IS NULL AND message IS NOT NULL",
    ),
    NewIndex(
        "ix_posting_team_id_turns_at",
        "posting",
        ["team_id", "kind", "channel", "created_at"],
        "turns_at IS NOT NULL",
    ),
    NewIndex("ix_posting_team_id_closed_at", "posting", ["team_id", "closed_at"], "closed_at IS NOT NULL"),
    NewIndex("ix_posting_team_id_until", "posting", ["team_id", "until"], "until IS NOT NULL"),
    NewIndex(
        "ix_posting_figures", "posting", ["team_id", "created_at"], "(kind = 'cycle' OR kind = 'harvest')"
    ),
    NewIndex("ix_goal_open", "goal", ["team_id", "number"], "closed_at IS NULL AND withdrawn_at IS NULL"),
    NewIndex("ix_goal_open_owner", "goal", ["owner_id"], "closed_at IS NULL AND withdrawn_at IS NULL"),
    NewIndex("ix_quest_open", "quest", ["team_id"], "closed_at IS NULL AND withdrawn_at IS NULL"),
    NewIndex("ix_checkpoint_unasked", "checkpoint", ["due_on"], "answered_at IS NULL AND asked_at IS NULL"),
    NewIndex("ix_season_ending", "season", ["until_on"], "ended_at IS NULL"),
    NewIndex("ix_nextstep_deleted_at", "nextstep", ["deleted_at"], "deleted_at IS NOT NULL AND action <> ''"),
    NewIndex("ix_nextstep_before_at", "nextstep", ["before_at"], "before <> ''"),
    NewIndex("ix_nextstep_taker_check_at", "nextstep", ["taker_check_at"], "taker_check_at IS NOT NULL"),
)
"""What ticks, fetches, refreshes and forms read."""

DELIVERY: tuple[NewIndex, ...] = (
    NewIndex("ix_posting_due", "posting", ("due_at", "id"), "due_at IS NOT NULL"),
)
"""What planning and delivery read."""

KNOWN_REFERENCES = (
    ("chance", "became_id"),
    ("focuscheck", "goal_id"),
    ("goal", "replaces_id"),
    ("missionask", "posting_id"),
    ("moment", "deleted_by_id"),
    ("moment", "kept_by_id"),
    ("noteitem", "asked_by_id"),
    ("participant", "about_id"),
    ("posting", "asked_by_id"),
    ("why", "parent_id"),
)
WHOLE_REFERENCES = (
    ("link", "made_by_id"),
    ("missionask", "mission_id"),
    ("quest", "author_id"),
    ("season", "schedule_id"),
)
REFERENCES: tuple[NewIndex, ...] = (
    *(NewIndex(f"ix_{table}_{to}", table, [to], f"{to} IS NOT NULL") for table, to in KNOWN_REFERENCES),
    *(NewIndex(f"ix_{table}_{to}", table, [to]) for table, to in WHOLE_REFERENCES),
)
"""The references by which the rows of what is deleted are found. Without an index each deletion walks its table."""

REPLACED: tuple[NewIndex, ...] = (
    NewIndex("ix_moment_deleted_at", "moment", ["deleted_at"], "deleted_at IS NOT NULL"),
    NewIndex("ix_checkpoint_open", "checkpoint", ["due_on"], "answered_at IS NULL"),
    NewIndex("ix_moment_source", "moment", ("source_channel", "source_message")),
    NewIndex("ix_version_created_at", "version", ("created_at",)),
    NewIndex("ix_version_author_id", "version", ("author_id",)),
    NewIndex("ix_sequel_author_id", "sequel", ("author_id",)),
    NewIndex("ix_why_author_id", "why", ("author_id",)),
    NewIndex("ix_lookback_person_id", "lookback", ("person_id",)),
    NewIndex("ix_answer_person_id", "answer", ("person_id",)),
    NewIndex("ix_participant_person_id", "participant", ("person_id",)),
    NewIndex("ix_posting_team_id_kind", "posting", ("team_id", "kind")),
    NewIndex("ix_followup_team_id", "followup", ("team_id",)),
    NewIndex("ix_quest_team_id", "quest", ("team_id",)),
    NewIndex("ix_attempt_result_at", "attempt", ("result_at",), "result_at IS NOT NULL"),
    NewIndex("ix_expectation_team_id", "expectation", ("team_id",)),
    NewIndex("ix_recallchoice_person_id", "recallchoice", ("person_id",)),
)
"""Indexes from before in whose place others come."""


def _name_teams_of_parked() -> None:
    """Add the team of each parked thing, which only its moment had."""
    # Alembic adds no reference to an SQLite table without rebuilding it; both engines know this statement.
    op.execute(
        "ALTER TABLE parked ADD COLUMN team_id INTEGER CONSTRAINT fk_parked_team_id REFERENCES team (id)"
    )
    op.execute(
        "UPDATE parked SET team_id = (SELECT moment.team_id FROM moment WHERE moment.id = parked.moment_id)"
    )


def upgrade() -> None:
    """Create the indexes, drop those in whose place they come, and build the search again."""
    op.drop_index("ix_posting_due", "posting")  # it comes again with the id, which is the order of one time
    _create_lanes()
    _name_teams_of_parked()
    for index in (*READS, *WRITER, *DELIVERY, *REFERENCES):
        index.create()
    for index in REPLACED:
        op.drop_index(index.name, index.table)
    _rebuild_search()


def downgrade() -> None:
    """Bring back the search of before, drop the indexes, and create those from before again."""
    _restore_search()
    for index in REPLACED:
        index.create()
    for index in reversed((*READS, *WRITER, *DELIVERY, *REFERENCES)):
        op.drop_index(index.name, index.table)
    op.drop_column("parked", "team_id")
    op.drop_table("lane")
    NewIndex("ix_posting_due", "posting", ("due_at",), "due_at IS NOT NULL").create()


def _create_lanes() -> None:
    """Create the table of the destinations that processes claim to send to."""
    op.create_table(
        "lane",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "channel", "person_id", name="pk_lane"),
    )


SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE search USING fts5("
    "tokens, content='', detail='none', columnsize=0, tokenize=\"ascii tokenchars '_'\")",
    "CREATE TRIGGER search_added AFTER INSERT ON moment BEGIN"
    " INSERT INTO search (rowid, tokens)"
    " VALUES (new.id, replace(new.tokens, ' ', ' ' || CAST(new.team_id AS text) || '_')); END",
    "CREATE TRIGGER search_changed AFTER UPDATE OF tokens, team_id ON moment BEGIN"
    " INSERT INTO search (search, rowid, tokens)"
    " VALUES ('delete', old.id, replace(old.tokens, ' ', ' ' || CAST(old.team_id AS text) || '_'));"
    " INSERT INTO search (rowid, tokens)"
    " VALUES (new.id, replace(new.tokens, ' ', ' ' || CAST(new.team_id AS text) || '_')); END",
    "CREATE TRIGGER search_removed AFTER DELETE ON moment BEGIN"
    " INSERT INTO search (search, rowid, tokens)"
    " VALUES ('delete', old.id, replace(old.tokens, ' ', ' ' || CAST(old.team_id AS text) || '_')); END",
)
"""The search with the team before each token. The rows keep their tokens as they are."""
POSTGRESQL_SEARCH = (
    "CREATE INDEX search_moment ON moment USING gin (array_to_tsvector("
    "string_to_array(replace(tokens, ' ', ' ' || CAST(team_id AS text) || '_'), ' ')))"
)
OLD_SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE search USING fts5("
    "tokens, content='moment', content_rowid='id', detail='none', columnsize=0,"
    " tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")",
    "CREATE TRIGGER search_added AFTER INSERT ON moment BEGIN"
    " INSERT INTO search (rowid, tokens) VALUES (new.id, new.tokens); END",
    "CREATE TRIGGER search_changed AFTER UPDATE OF tokens ON moment BEGIN"
    " INSERT INTO search (search, rowid, tokens) VALUES ('delete', old.id, old.tokens);"
    " INSERT INTO search (rowid, tokens) VALUES (new.id, new.tokens); END",
    "CREATE TRIGGER search_removed AFTER DELETE ON moment BEGIN"
    " INSERT INTO search (search, rowid, tokens) VALUES ('delete', old.id, old.tokens); END",
)


def _rebuild_search() -> None:
    """Build the search from the tokens of the rows, in one statement that holds few of them in memory."""
    if op.get_bind().dialect.name == "sqlite":
        _create_sqlite_search(SQLITE_SEARCH)
        op.execute(
            "INSERT INTO search (rowid, tokens)"
            " SELECT id, replace(tokens, ' ', ' ' || CAST(team_id AS text) || '_') FROM moment ORDER BY id"
        )
        op.execute("INSERT INTO search (search) VALUES ('optimize')")
    else:
        op.execute("ALTER TABLE moment DROP COLUMN searchable")
        op.execute(POSTGRESQL_SEARCH)


def _restore_search() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _create_sqlite_search(OLD_SQLITE_SEARCH)
        op.execute("INSERT INTO search (search) VALUES ('rebuild')")
    else:
        op.execute("DROP INDEX search_moment")
        op.execute(
            "ALTER TABLE moment ADD COLUMN searchable tsvector"
            " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '))) STORED"
        )
        op.execute("CREATE INDEX search_moment ON moment USING gin (searchable)")


def _create_sqlite_search(statements: Sequence[str]) -> None:
    for trigger in ("search_added", "search_changed", "search_removed"):
        op.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    op.execute("DROP TABLE search")
    for statement in statements:
        op.execute(statement)
