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

WRITER: tuple[NewIndex, ...] = ()
"""What ticks, fetches, refreshes and forms read."""

DELIVERY: tuple[NewIndex, ...] = (
    NewIndex("ix_posting_due", "posting", ("due_at", "id"), "due_at IS NOT NULL"),
    NewIndex("ix_posting_sending", "posting", ("claimed_at",), "state = 'sending'"),
)
"""What planning and delivery read."""


def upgrade() -> None:
    """Create the indexes, and the lanes that processes claim. That of due times gets the id, its order."""
    op.drop_index("ix_posting_due", "posting")
    _create_lanes()
    for index in (*READS, *WRITER, *DELIVERY):
        index.create()


def downgrade() -> None:
    """Drop the indexes."""
    for index in reversed((*READS, *WRITER, *DELIVERY)):
        op.drop_index(index.name, index.table)
    op.drop_table("lane")
    NewIndex("ix_posting_due", "posting", ("due_at",), "due_at IS NOT NULL").create()


def _create_lanes() -> None:
    """Create the table of the destinations that processes claim to send to."""
    op.create_table(
        "lane",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "channel", "person_id", name="pk_lane"),
    )
