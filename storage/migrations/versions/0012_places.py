"""Columns for where a card goes and who waits for it: channels of threads alone, permissions lost."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add four plain columns. No table is rebuilt."""
    op.add_column(
        "channel", sa.Column("threads_only", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("workspace", sa.Column("cannot_post", sa.String(), nullable=False, server_default=""))
    op.add_column("workspace", sa.Column("cannot_mark", sa.String(), nullable=False, server_default=""))
    # Alembic adds no reference to an SQLite table without rebuilding it; both engines know this statement.
    op.execute(
        "ALTER TABLE posting ADD COLUMN waits_for_id INTEGER"
        " CONSTRAINT fk_posting_waits_for_id REFERENCES person (id)"
    )


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("posting", "waits_for_id")
    op.drop_column("workspace", "cannot_mark")
    op.drop_column("workspace", "cannot_post")
    op.drop_column("channel", "threads_only")
