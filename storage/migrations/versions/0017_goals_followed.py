"""Columns for what goals and focus checks follow: owners, days to look again, big goals, kept lines."""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add five plain columns, three indexes and a table. The platform is asked about each open goal's owner."""
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


def downgrade() -> None:
    """Drop the table, the indexes and columns."""
    op.drop_table("bigtime")
    op.drop_index("ix_parked_goal_id", "parked")
    op.drop_index("ix_goal_look_again_on", "goal")
    op.drop_index("ix_goal_owner_check_at", "goal")
    op.drop_column("focusitem", "kept")
    for column in ("look_asked_at", "owner_check_at", "big_until", "big_since"):
        op.drop_column("goal", column)
