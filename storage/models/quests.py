"""What a team looks for: quests, attempts, whys, roads and their worth, mission and goals."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from storage.engine.types import UtcDateTime
from storage.models.table import Table, an_id, to, when, words


class Quest(Table, table=True):
    """What a team is looking for; open until a breakthrough found it or it was let go, with a reason.

    `after_id` is the breakthrough after which it was opened as the next one, where that was so.
    One that was taken back stays as an empty row, so that a second delivery does not open it again.
    """

    __table_args__ = (UniqueConstraint("team_id", "event"),)
    id: int = an_id()
    team_id: int = to("team.id", index=True)
    author_id: int = to("person.id")
    text: str = words()
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = when()
    closed_by_id: int | None = to("person.id", default=None, nullable=True)
    found_id: int | None = to("moment.id", default=None, nullable=True)
    after_id: int | None = to("moment.id", default=None, nullable=True, index=True)
    reason: str = words()
    withdrawn_at: datetime | None = when()


class Attempt(Table, table=True):
    """An experiment's place in the search: the quest it is part of, and the same idea's attempt before it."""

    moment_id: int = Field(foreign_key="moment.id", primary_key=True)
    quest_id: int | None = to("quest.id", default=None, nullable=True, index=True)
    previous_id: int | None = to("moment.id", default=None, nullable=True, index=True)


class Why(Table, table=True):
    """One rung of the ladder under an experiment; rungs may branch. At most one is the insight."""

    __table_args__ = (
        UniqueConstraint("moment_id", "event"),
        Index(
            "uq_why_insight",
            "moment_id",
            unique=True,
            sqlite_where=text("insight"),
            postgresql_where=text("insight"),
        ),
    )
    id: int = an_id()
    moment_id: int = to("moment.id", index=True)
    parent_id: int | None = to("why.id", default=None, nullable=True)
    author_id: int = to("person.id")
    text: str = words()
    insight: bool = False
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = when()


class Link(Table, table=True):
    """A moment that fed another: a failure that fed a breakthrough."""

    from_id: int = Field(foreign_key="moment.id", primary_key=True)
    to_id: int = Field(foreign_key="moment.id", primary_key=True, index=True)
    made_by_id: int = to("person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


class ValueKind(Table, table=True):
    """A kind of value that a team added to those there are."""

    team_id: int = Field(foreign_key="team.id", primary_key=True)
    name: str = Field(primary_key=True)


class Mission(Table, table=True):
    """The mission card of a team, in its own words; the newest counts."""

    id: int = an_id()
    team_id: int = to("team.id", index=True)
    author_id: int = to("person.id")
    text: str = words()
    created_at: datetime = Field(sa_type=UtcDateTime)


class Goal(Table, table=True):
    """A SMMART goal; at most one open goal of a team is its big goal."""

    id: int = an_id()
    team_id: int = to("team.id", index=True)
    author_id: int = to("person.id")
    text: str = words()
    big: bool = False
    due_on: date | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = when()
