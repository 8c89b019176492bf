"""Count what platforms tell of people who come to a channel and leave it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the count. What was asked of the platforms is in no table, so it begins at 0."""
    op.add_column(
        "membership", sa.Column("changes", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("membership", "changes")
