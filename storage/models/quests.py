"""The tables of quests: quests, attempts, whys, links and kinds of value."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from storage.engine.types import UtcDateTime
from storage.models.kinds import AttemptOutcome
from storage.models.table import (
    Table,
    id_column,
    index_of_known,
    partial_index,
    reference_column,
    text_column,
    time_column,
)

OPEN_QUEST = text("closed_at IS NULL AND withdrawn_at IS NULL")


class Quest(Table, table=True):
    """A thing that a team is looking for.

    It is open until a breakthrough found it or it was given up with a reason. `after_id` is the
    breakthrough after which it was opened as the next one, if any. A withdrawn quest stays as an
    empty row, so that a repeated event does not open it again.
    """

    __table_args__ = (
        UniqueConstraint("team_id", "event"),
        Index("ix_quest_team_id_created_at", "team_id", "created_at"),
        Index("ix_quest_team_id_closed_at", "team_id", "closed_at"),
        partial_index("ix_quest_open", "team_id", where=OPEN_QUEST),
        partial_index(
            "ix_quest_found_id",
            "found_id",
            where=text("found_id IS NOT NULL"),
        ),
    )
    id: int = id_column()
    team_id: int = reference_column("team.id")
    author_id: int = reference_column("person.id", index=True)
    text: str = text_column()
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = time_column()
    closed_by_id: int | None = reference_column("person.id", default=None, nullable=True)
    found_id: int | None = reference_column("moment.id", default=None, nullable=True)
    after_id: int | None = reference_column("moment.id", default=None, nullable=True, index=True)
    reason: str = text_column()
    withdrawn_at: datetime | None = time_column()


class Attempt(Table, table=True):
    """The quest of an experiment, the previous attempt at the same idea, and its state.

    `outcome` is an AttemptOutcome. `result_at` is when the result of one that was under way, or that went
    well, was kept, and `result_by_id` who kept it. `own_parts` names the parts of a result that the experiment's author
    has written over, separated by spaces. `events` has the marks of the events that kept it or took it back.
    """

    __table_args__ = (
        partial_index(
            "ix_attempt_result_by_id",
            "result_by_id",
            "result_at",
            where=text("result_by_id IS NOT NULL"),
        ),
    )
    moment_id: int = Field(foreign_key="moment.id", primary_key=True)
    quest_id: int | None = reference_column("quest.id", default=None, nullable=True, index=True)
    previous_id: int | None = reference_column("moment.id", default=None, nullable=True, index=True)
    outcome: str = AttemptOutcome.FAILED
    result_at: datetime | None = time_column()
    result_by_id: int | None = reference_column("person.id", default=None, nullable=True)
    own_parts: str = text_column()
    events: str = text_column()


class Why(Table, table=True):
    """One answer to "why?" under an experiment. Whys may branch, and at most one is the insight."""

    __table_args__ = (
        index_of_known("why", "parent_id"),
        UniqueConstraint("moment_id", "event"),
        partial_index(
            "uq_why_insight",
            "moment_id",
            unique=True,
            where=text("insight"),
        ),
        Index("ix_why_author_id_created_at", "author_id", "created_at"),
    )
    id: int = id_column()
    moment_id: int = reference_column("moment.id", index=True)
    parent_id: int | None = reference_column("why.id", default=None, nullable=True)
    author_id: int = reference_column("person.id")
    text: str = text_column()
    insight: bool = False
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = time_column()


class Link(Table, table=True):
    """A link from a moment to the breakthrough that it fed."""

    from_id: int = Field(foreign_key="moment.id", primary_key=True)
    to_id: int = Field(foreign_key="moment.id", primary_key=True, index=True)
    made_by_id: int = reference_column("person.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class ValueKind(Table, table=True):
    """A kind of value that a team added to the built-in ones."""

    team_id: int = Field(foreign_key="team.id", primary_key=True)
    name: str = Field(primary_key=True)
