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


READS: tuple[NewIndex, ...] = (
    NewIndex(
        "ix_moment_team_id_kind_created_at",
        "moment",
        ("team_id", "kind", "created_at", "state"),
        "deleted_at IS NULL",
    ),
    NewIndex(
        "ix_moment_source_message", "moment", ("source_message", "team_id"), "source_message IS NOT NULL"
    ),
    NewIndex("ix_version_author_id_created_at", "version", ("author_id", "created_at")),
    NewIndex("ix_sequel_author_id_created_at", "sequel", ("author_id", "created_at")),
    NewIndex("ix_why_author_id_created_at", "why", ("author_id", "created_at")),
    NewIndex("ix_lookback_person_id_created_at", "lookback", ("person_id", "created_at")),
)
"""What recaps, reports, books, exports and pictures read."""

REPLACED: tuple[NewIndex, ...] = (
    NewIndex("ix_moment_source", "moment", ("source_channel", "source_message")),
    NewIndex("ix_version_created_at", "version", ("created_at",)),
    NewIndex("ix_version_author_id", "version", ("author_id",)),
    NewIndex("ix_sequel_author_id", "sequel", ("author_id",)),
    NewIndex("ix_why_author_id", "why", ("author_id",)),
    NewIndex("ix_lookback_person_id", "lookback", ("person_id",)),
)
"""Indexes whose columns another one begins with, or whose rows a smaller one has."""

WRITER: tuple[NewIndex, ...] = ()
"""What ticks, fetches, refreshes and forms read."""

DELIVERY: tuple[NewIndex, ...] = ()
"""What planning and delivery read."""


def upgrade() -> None:
    """Create the indexes."""
    for index in (*READS, *WRITER, *DELIVERY):
        index.create()
    for index in REPLACED:
        op.drop_index(index.name, index.table)


def downgrade() -> None:
    """Drop the indexes, and create the replaced ones again."""
    for index in REPLACED:
        index.create()
    for index in reversed((*READS, *WRITER, *DELIVERY)):
        op.drop_index(index.name, index.table)
