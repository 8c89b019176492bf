"""Indexes that leave out most rows: of deleted moments on SQLite too, and of the finds of quests.

Until now SQLite's index of `deleted_at` held every moment, and its planner walked all moments of
all teams by it. PostgreSQL's always held the deleted ones alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

DELETED = sa.text("deleted_at IS NOT NULL")
FOUND = sa.text("found_id IS NOT NULL")


def upgrade() -> None:
    """Make SQLite's index of deleted moments again, and add the one of finds."""
    if _is_sqlite():
        op.drop_index("ix_moment_deleted_at", "moment")
        op.create_index("ix_moment_deleted_at", "moment", ["deleted_at"], sqlite_where=DELETED)
    op.create_index("ix_quest_found_id", "quest", ["found_id"], sqlite_where=FOUND, postgresql_where=FOUND)


def downgrade() -> None:
    """Remove the index of finds, and let SQLite's index hold every moment again."""
    op.drop_index("ix_quest_found_id", "quest")
    if _is_sqlite():
        op.drop_index("ix_moment_deleted_at", "moment")
        op.create_index("ix_moment_deleted_at", "moment", ["deleted_at"])


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
