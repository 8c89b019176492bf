"""The parts of the product that are off in a team."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. In every team that exists, everything stays on."""
    op.add_column("team", sa.Column("parts_off", sa.String(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("team", "parts_off")
