"""Indexes that leave out the rows nobody looks for, and those by which a page is read without the rest.

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
SEALED = sa.text("opened_at IS NULL")


def upgrade() -> None:
    """Make the indexes of deleted moments and of authors again, and add the others."""
    if _is_sqlite():
        op.drop_index("ix_moment_deleted_at", "moment")
        op.create_index("ix_moment_deleted_at", "moment", ["deleted_at"], sqlite_where=DELETED)
    op.create_index(
        "ix_version_sealed", "version", ["created_at"], sqlite_where=SEALED, postgresql_where=SEALED
    )
    op.drop_index("ix_moment_author_id", "moment")
    op.create_index("ix_moment_author_id", "moment", ["author_id", "team_id", "number"])
    op.create_index("ix_moment_team_id_kind_number", "moment", ["team_id", "kind", "number"])
    op.create_index("ix_quest_found_id", "quest", ["found_id"], sqlite_where=FOUND, postgresql_where=FOUND)
    op.create_index("ix_why_author_id", "why", ["author_id"])
    op.create_index("ix_pending_created_at", "pending", ["created_at"])


def downgrade() -> None:
    """Remove what was added, and make the indexes of before again."""
    op.drop_index("ix_pending_created_at", "pending")
    op.drop_index("ix_why_author_id", "why")
    op.drop_index("ix_quest_found_id", "quest")
    op.drop_index("ix_moment_team_id_kind_number", "moment")
    op.drop_index("ix_moment_author_id", "moment")
    op.create_index("ix_moment_author_id", "moment", ["author_id"])
    op.drop_index("ix_version_sealed", "version")
    if _is_sqlite():
        op.drop_index("ix_moment_deleted_at", "moment")
        op.create_index("ix_moment_deleted_at", "moment", ["deleted_at"])


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
