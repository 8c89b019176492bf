"""Taps can be taken back: each row knows its presses, its last time, and whether it still counts.

High-fives that people gave their own moments do not count any more.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from storage.engine.types import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TAP = sa.table(
    "tap",
    sa.column("moment_id", sa.Integer),
    sa.column("person_id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("removed_at", UtcDateTime()),
)
MOMENT = sa.table("moment", sa.column("id", sa.Integer), sa.column("author_id", sa.Integer))


def upgrade() -> None:
    """Add three plain columns, and take people's high-fives off their own moments."""
    op.add_column("tap", sa.Column("events", sa.JSON(), nullable=True))
    op.add_column("tap", sa.Column("tapped_at", UtcDateTime(), nullable=True))
    op.add_column("tap", sa.Column("removed_at", UtcDateTime(), nullable=True))
    own = sa.exists().where(MOMENT.c.id == TAP.c.moment_id, MOMENT.c.author_id == TAP.c.person_id)
    op.execute(sa.update(TAP).where(TAP.c.kind == "high_five", own).values(removed_at=datetime.now(UTC)))


def downgrade() -> None:
    """Delete the taps that were taken back, and the columns."""
    op.execute(sa.delete(TAP).where(TAP.c.removed_at.is_not(None)))
    for name in ("events", "tapped_at", "removed_at"):
        op.drop_column("tap", name)
