"""Indexes for all that is read by what is due or shown, so that no query's cost follows what exists."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


@dataclass(frozen=True)
class NewIndex:
    """An index on a table: its columns, which may be expressions, and the condition of its rows."""

    name: str
    table: str
    columns: Sequence[str]
    where: str | None = None

    def create(self) -> None:
        """Create the index, with the same condition on both engines."""
        where = None if self.where is None else sa.text(self.where)
        columns = [sa.text(column) if column.endswith((" DESC", ")")) else column for column in self.columns]
        op.create_index(self.name, self.table, columns, sqlite_where=where, postgresql_where=where)


READS: tuple[NewIndex, ...] = ()
"""What recaps, reports, books, exports and pictures read."""

WRITER: tuple[NewIndex, ...] = (
    NewIndex("ix_moment_unerased", "moment", ["deleted_at"], "deleted_at IS NOT NULL AND erased_at IS NULL"),
    NewIndex("ix_posting_claimed_at", "posting", ["claimed_at"], "state = 'sending'"),
    NewIndex("ix_nextstep_deleted_at", "nextstep", ["deleted_at"], "deleted_at IS NOT NULL AND action <> ''"),
    NewIndex("ix_nextstep_before_at", "nextstep", ["before_at"], "before <> ''"),
    NewIndex("ix_nextstep_taker_check_at", "nextstep", ["taker_check_at"], "taker_check_at IS NOT NULL"),
)
"""What ticks, fetches, refreshes and forms read."""

DELIVERY: tuple[NewIndex, ...] = ()
"""What planning and delivery read."""

REPLACED: tuple[NewIndex, ...] = (
    NewIndex("ix_moment_deleted_at", "moment", ["deleted_at"], "deleted_at IS NOT NULL"),
)
"""Indexes from before in whose place others come."""


def upgrade() -> None:
    """Create the indexes, and drop those in whose place they come."""
    for index in (*READS, *WRITER, *DELIVERY):
        index.create()
    for index in REPLACED:
        op.drop_index(index.name, index.table)


def downgrade() -> None:
    """Drop the indexes, and create those from before again."""
    for index in REPLACED:
        index.create()
    for index in reversed((*READS, *WRITER, *DELIVERY)):
        op.drop_index(index.name, index.table)
