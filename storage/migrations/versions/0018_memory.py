"""Look-backs, expectations, next steps, what came back, own moments, former names, and how an attempt stands."""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
TABLES = sa.MetaData(naming_convention=NAMES)
OTHERS = ("moment", "person", "posting", "quest", "team", "workspace")
REFERRED = tuple(sa.Table(name, TABLES, sa.Column("id", sa.Integer(), primary_key=True)) for name in OTHERS)

LOOKBACK = sa.Table(
    "lookback",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("moment_id", sa.Integer(), sa.ForeignKey("moment.id"), nullable=False),
    sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("kind", sa.String(), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("event", sa.String()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("edited_at", UtcDateTime()),
    sa.Column("deleted_at", UtcDateTime()),
    sa.Column("before_text", sa.Text(), nullable=False),
    sa.Column("before_edited_at", UtcDateTime()),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.UniqueConstraint("moment_id", "person_id", "kind"),
    sa.Index(
        "ix_lookback_deleted_at",
        "deleted_at",
        sqlite_where=sa.text("deleted_at IS NOT NULL AND text <> ''"),
        postgresql_where=sa.text("deleted_at IS NOT NULL AND text <> ''"),
    ),
    sa.Index(
        "ix_lookback_edited_at",
        "edited_at",
        sqlite_where=sa.text("before_text <> ''"),
        postgresql_where=sa.text("before_text <> ''"),
    ),
    sa.Index("ix_lookback_person_id", "person_id"),
)
EXPECTATION = sa.Table(
    "expectation",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("team_id", sa.Integer(), sa.ForeignKey("team.id"), nullable=False),
    sa.Column("quest_id", sa.Integer(), sa.ForeignKey("quest.id")),
    sa.Column("moment_id", sa.Integer(), sa.ForeignKey("moment.id")),
    sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id")),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("event", sa.String()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("edited_at", UtcDateTime()),
    sa.Column("opened_at", UtcDateTime()),
    sa.Column("alone", sa.Boolean(), nullable=False),
    sa.Column("deleted_at", UtcDateTime()),
    sa.Column("given_by_id", sa.Integer(), sa.ForeignKey("moment.id")),
    sa.Column("batch", sa.String(), nullable=False),
    sa.Column("before", sa.Text(), nullable=False),
    sa.Column("events", sa.Text(), nullable=False),
    sa.UniqueConstraint("moment_id", "event"),
    sa.Index(
        "ix_expectation_alone",
        "opened_at",
        sqlite_where=sa.text("alone"),
        postgresql_where=sa.text("alone"),
    ),
    sa.Index(
        "ix_expectation_deleted_at",
        "deleted_at",
        sqlite_where=sa.text("deleted_at IS NOT NULL AND text <> ''"),
        postgresql_where=sa.text("deleted_at IS NOT NULL AND text <> ''"),
    ),
    sa.Index(
        "ix_expectation_given_by_id",
        "given_by_id",
        sqlite_where=sa.text("given_by_id IS NOT NULL"),
        postgresql_where=sa.text("given_by_id IS NOT NULL"),
    ),
    sa.Index("ix_expectation_person_id", "person_id"),
    sa.Index("ix_expectation_quest_id", "quest_id"),
    sa.Index(
        "ix_expectation_sealed",
        "moment_id",
        sqlite_where=sa.text("opened_at IS NULL AND deleted_at IS NULL"),
        postgresql_where=sa.text("opened_at IS NULL AND deleted_at IS NULL"),
    ),
    sa.Index("ix_expectation_team_id", "team_id"),
)
NEXTSTEP = sa.Table(
    "nextstep",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("team_id", sa.Integer(), sa.ForeignKey("team.id"), nullable=False),
    sa.Column("posting_id", sa.Integer(), sa.ForeignKey("posting.id"), nullable=False),
    sa.Column("author_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("changed_by_id", sa.Integer(), sa.ForeignKey("person.id")),
    sa.Column("taker_id", sa.Integer(), sa.ForeignKey("person.id")),
    sa.Column("taken_at", UtcDateTime()),
    sa.Column("taker_left_at", UtcDateTime()),
    sa.Column("taker_check_at", UtcDateTime()),
    sa.Column("condition", sa.Text(), nullable=False),
    sa.Column("action", sa.Text(), nullable=False),
    sa.Column("before", sa.Text(), nullable=False),
    sa.Column("before_at", UtcDateTime()),
    sa.Column("event", sa.String()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("asked_in_id", sa.Integer(), sa.ForeignKey("posting.id")),
    sa.Column("outcome", sa.String(), nullable=False),
    sa.Column("became", sa.Text(), nullable=False),
    sa.Column("settled_at", UtcDateTime()),
    sa.Column("settled_by_id", sa.Integer(), sa.ForeignKey("person.id")),
    sa.Column("deleted_at", UtcDateTime()),
    sa.UniqueConstraint("posting_id", "event"),
    sa.Index("ix_nextstep_asked_in_id", "asked_in_id"),
    sa.Index(
        "ix_nextstep_open",
        "team_id",
        sqlite_where=sa.text("settled_at IS NULL AND deleted_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL AND deleted_at IS NULL"),
    ),
    sa.Index("ix_nextstep_posting_id", "posting_id"),
    sa.Index("ix_nextstep_taker_id", "taker_id"),
)
RECALL = sa.Table(
    "recall",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("moment_id", sa.Integer(), sa.ForeignKey("moment.id"), nullable=False),
    sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("way", sa.String(), nullable=False),
    sa.Column("shown_on", sa.Date(), nullable=False),
    sa.Index("ix_recall_moment_id", "moment_id", "shown_on"),
    sa.Index("ix_recall_person_id", "person_id", "shown_on"),
)
RECALLCHOICE = sa.Table(
    "recallchoice",
    TABLES,
    sa.Column("moment_id", sa.Integer(), sa.ForeignKey("moment.id"), primary_key=True),
    sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("choice", sa.String(), nullable=False),
    sa.Column("before", sa.String(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Index("ix_recallchoice_person_id", "person_id"),
)
OWNMOMENT = sa.Table(
    "ownmoment",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("kind", sa.String(), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("happened", sa.String(), nullable=False),
    sa.Column("happened_on", sa.Date()),
    sa.Column("event", sa.String()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("edited_at", UtcDateTime()),
    sa.Column("deleted_at", UtcDateTime()),
    sa.Column("before_text", sa.Text(), nullable=False),
    sa.Column("before_happened", sa.String(), nullable=False),
    sa.Column("before_edited_at", UtcDateTime()),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.UniqueConstraint("person_id", "event"),
    sa.Index(
        "ix_ownmoment_deleted_at",
        "deleted_at",
        sqlite_where=sa.text("deleted_at IS NOT NULL AND text <> ''"),
        postgresql_where=sa.text("deleted_at IS NOT NULL AND text <> ''"),
    ),
    sa.Index(
        "ix_ownmoment_edited_at",
        "edited_at",
        sqlite_where=sa.text("before_text <> ''"),
        postgresql_where=sa.text("before_text <> ''"),
    ),
)
FORMERNAME = sa.Table(
    "formername",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("workspace_id", sa.Integer(), sa.ForeignKey("workspace.id"), nullable=False),
    sa.Column("team_id", sa.Integer(), sa.ForeignKey("team.id")),
    sa.Column("name", sa.String(), nullable=False),
    sa.Column("until", UtcDateTime(), nullable=False),
    sa.Index("ix_formername_team_id", "team_id"),
    sa.Index("ix_formername_workspace_id", "workspace_id"),
)
NEW = [table for name, table in TABLES.tables.items() if name not in OTHERS]


def upgrade() -> None:
    """Make the tables, and add seven columns. No table is rebuilt."""
    TABLES.create_all(op.get_bind(), tables=NEW)
    op.add_column("person", sa.Column("career_asked_at", UtcDateTime(), nullable=True))
    op.add_column("quotation", sa.Column("named", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("attempt", sa.Column("outcome", sa.String(), nullable=False, server_default=""))
    op.add_column("attempt", sa.Column("result_at", UtcDateTime(), nullable=True))
    op.add_column("attempt", sa.Column("own_parts", sa.Text(), nullable=False, server_default=""))
    op.add_column("attempt", sa.Column("events", sa.Text(), nullable=False, server_default=""))
    op.create_index(
        "ix_attempt_result_at",
        "attempt",
        ["result_at"],
        sqlite_where=sa.text("result_at IS NOT NULL"),
        postgresql_where=sa.text("result_at IS NOT NULL"),
    )
    # Alembic adds no reference to an SQLite table without rebuilding it; both engines know this statement.
    op.execute(
        "ALTER TABLE attempt ADD COLUMN result_by_id INTEGER"
        " CONSTRAINT fk_attempt_result_by_id REFERENCES person (id)"
    )


def downgrade() -> None:
    """Drop the columns and the tables."""
    op.drop_column("attempt", "result_by_id")
    op.drop_index("ix_attempt_result_at", "attempt")
    op.drop_column("attempt", "events")
    op.drop_column("attempt", "own_parts")
    op.drop_column("attempt", "result_at")
    op.drop_column("attempt", "outcome")
    op.drop_column("quotation", "named")
    op.drop_column("person", "career_asked_at")
    TABLES.drop_all(op.get_bind(), tables=NEW)
