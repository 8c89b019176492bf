"""The language of a team, the one a person chose, and what their platform says of theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ADDED = (("team", "language"), ("person", "language"), ("person", "locale"))


def upgrade() -> None:
    """Add the columns, empty where nobody knows yet. Every team that exists goes on in English."""
    for table, column in ADDED:
        op.add_column(table, sa.Column(column, sa.String(), nullable=False, server_default=sa.text("''")))
    op.execute("UPDATE team SET language = 'en'")


def downgrade() -> None:
    """Drop the columns."""
    for table, column in reversed(ADDED):
        op.drop_column(table, column)
