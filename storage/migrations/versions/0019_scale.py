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
    NewIndex("ix_answer_person_id_created_at", "answer", ("person_id", "created_at")),
    NewIndex("ix_participant_person_id_wrote_at", "participant", ("person_id", "wrote_at")),
    NewIndex("ix_posting_team_id_kind_created_at", "posting", ("team_id", "kind", "created_at")),
    NewIndex("ix_posting_team_id_until", "posting", ("team_id", "until"), "until IS NOT NULL"),
    NewIndex("ix_parked_team_id_asked_at", "parked", ("team_id", "asked_at"), "asked_at IS NOT NULL"),
    NewIndex("ix_nextstep_team_id_created_at", "nextstep", ("team_id", "created_at")),
    NewIndex("ix_posting_team_id_closed_at", "posting", ("team_id", "closed_at"), "closed_at IS NOT NULL"),
    NewIndex("ix_quest_team_id_created_at", "quest", ("team_id", "created_at")),
    NewIndex("ix_quest_team_id_closed_at", "quest", ("team_id", "closed_at")),
    NewIndex("ix_attempt_result_by_id", "attempt", ("result_by_id", "result_at"), "result_by_id IS NOT NULL"),
    NewIndex("ix_expectation_team_id_created_at", "expectation", ("team_id", "created_at")),
    NewIndex("ix_expectation_opened_at", "expectation", ("team_id", "opened_at"), "opened_at IS NOT NULL"),
    NewIndex("ix_recallchoice_person_id_choice", "recallchoice", ("person_id", "choice", "created_at")),
)
"""What recaps, reports, books, exports and pictures read."""

REPLACED: tuple[NewIndex, ...] = (
    NewIndex("ix_moment_source", "moment", ("source_channel", "source_message")),
    NewIndex("ix_version_created_at", "version", ("created_at",)),
    NewIndex("ix_version_author_id", "version", ("author_id",)),
    NewIndex("ix_sequel_author_id", "sequel", ("author_id",)),
    NewIndex("ix_why_author_id", "why", ("author_id",)),
    NewIndex("ix_lookback_person_id", "lookback", ("person_id",)),
    NewIndex("ix_answer_person_id", "answer", ("person_id",)),
    NewIndex("ix_participant_person_id", "participant", ("person_id",)),
    NewIndex("ix_posting_team_id_kind", "posting", ("team_id", "kind")),
    NewIndex("ix_quest_team_id", "quest", ("team_id",)),
    NewIndex("ix_attempt_result_at", "attempt", ("result_at",), "result_at IS NOT NULL"),
    NewIndex("ix_expectation_team_id", "expectation", ("team_id",)),
    NewIndex("ix_recallchoice_person_id", "recallchoice", ("person_id",)),
)
"""Indexes whose columns another one begins with, or whose rows a smaller one has."""

WRITER: tuple[NewIndex, ...] = ()
"""What ticks, fetches, refreshes and forms read."""

DELIVERY: tuple[NewIndex, ...] = ()
"""What planning and delivery read."""


def _name_teams_of_parked() -> None:
    """Add the team of each parked thing, which only its moment had."""
    # Alembic adds no reference to an SQLite table without rebuilding it; both engines know this statement.
    op.execute(
        "ALTER TABLE parked ADD COLUMN team_id INTEGER CONSTRAINT fk_parked_team_id REFERENCES team (id)"
    )
    op.execute(
        "UPDATE parked SET team_id = (SELECT moment.team_id FROM moment WHERE moment.id = parked.moment_id)"
    )


def upgrade() -> None:
    """Create the indexes."""
    _name_teams_of_parked()
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
    op.drop_column("parked", "team_id")
