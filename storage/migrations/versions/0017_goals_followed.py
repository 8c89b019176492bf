"""What goals follow: owners, days, whose words, what names a goal. Kept lines, and the first answers to events."""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


NAMING = (
    "UPDATE posting SET goal_id = (SELECT goal_id FROM focuscheck"
    " WHERE 'focus_check:' || CAST(focuscheck.id AS TEXT) = posting.key) WHERE kind = 'focus_check'",
    "UPDATE posting SET goal_id = (SELECT goal_id FROM checkpoint"
    " WHERE 'checkpoint:' || CAST(checkpoint.id AS TEXT) = posting.key) WHERE kind = 'note_checkpoint'",
    "UPDATE posting SET goal_id = (SELECT id FROM goal WHERE goal.team_id = posting.team_id AND kind = 'big'"
    " AND closed_at IS NULL AND withdrawn_at IS NULL) WHERE kind = 'note_survival'",
)
"""The goal that each card and note from before names."""


def upgrade() -> None:
    """Add columns, indexes and two tables. The platform is asked about the owner of each open goal."""
    add_followed()
    add_naming()
    add_answers()


def add_followed() -> None:
    """Add what is followed of a goal and of a line to move out of."""
    for column in ("big_since", "big_until", "owner_check_at", "look_asked_at"):
        op.add_column("goal", sa.Column(column, UtcDateTime()))
    op.add_column("focusitem", sa.Column("kept", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE goal SET owner_check_at = created_at WHERE closed_at IS NULL AND withdrawn_at IS NULL")
    checked = sa.text("owner_check_at IS NOT NULL")
    op.create_index(
        "ix_goal_owner_check_at", "goal", ["owner_check_at"], sqlite_where=checked, postgresql_where=checked
    )
    unasked = sa.text("look_again_on IS NOT NULL AND look_asked_at IS NULL")
    op.create_index(
        "ix_goal_look_again_on", "goal", ["look_again_on"], sqlite_where=unasked, postgresql_where=unasked
    )
    op.create_index("ix_parked_goal_id", "parked", ["goal_id"])
    op.create_table(
        "bigtime",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_bigtime_goal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bigtime")),
    )
    op.create_index("ix_bigtime_goal_id", "bigtime", ["goal_id"])


def add_naming() -> None:
    """Add the moment whose words a goal has, and the goal that a posting names.

    Alembic adds no reference to an SQLite table without rebuilding it. Both engines know these statements.
    """
    op.execute(
        "ALTER TABLE goal ADD COLUMN from_id INTEGER CONSTRAINT fk_goal_from_id REFERENCES moment (id)"
    )
    op.create_index("ix_goal_from_id", "goal", ["from_id"])
    op.execute(
        "ALTER TABLE posting ADD COLUMN goal_id INTEGER CONSTRAINT fk_posting_goal_id REFERENCES goal (id)"
    )
    named = sa.text("goal_id IS NOT NULL")
    op.create_index("ix_posting_goal_id", "posting", ["goal_id"], sqlite_where=named, postgresql_where=named)
    for statement in NAMING:
        op.execute(statement)


def add_answers() -> None:
    """Add which answer a checkpoint or a line has, and the table of the first answers to events."""
    for table in ("checkpoint", "focusitem"):
        op.add_column(table, sa.Column("answered_as", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "firstanswer",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_firstanswer_created_at", "firstanswer", ["created_at"])


def downgrade() -> None:
    """Drop the tables, the indexes and columns."""
    op.drop_table("firstanswer")
    for table in ("focusitem", "checkpoint"):
        op.drop_column(table, "answered_as")
    for table, column in (("posting", "goal_id"), ("goal", "from_id")):
        op.drop_index(f"ix_{table}_{column}", table)
        op.drop_column(table, column)
    op.drop_table("bigtime")
    op.drop_index("ix_parked_goal_id", "parked")
    op.drop_index("ix_goal_look_again_on", "goal")
    op.drop_index("ix_goal_owner_check_at", "goal")
    op.drop_column("focusitem", "kept")
    for column in ("look_asked_at", "owner_check_at", "big_until", "big_since"):
        op.drop_column("goal", column)
