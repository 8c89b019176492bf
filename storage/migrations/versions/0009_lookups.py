"""A table of messages whose author is still to be looked up.

Slack names no author in an emoji event where an app posted the message. Until now such an emoji did
nothing.
"""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "lookup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("kept_by_id", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_lookup_team_id"),
        sa.ForeignKeyConstraint(["kept_by_id"], ["person.id"], name="fk_lookup_kept_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_lookup"),
        sa.UniqueConstraint("team_id", "channel", "message", name="uq_lookup_team_id_channel_message"),
    )
    op.create_index("ix_lookup_due_at", "lookup", ["due_at"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_index("ix_lookup_due_at", "lookup")
    op.drop_table("lookup")
