"""What a team keeps, everything told about it, and what is asked of it later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field

from storage.engine.types import UtcDateTime
from storage.models.kinds import Kind, MomentState
from storage.models.table import Table, an_id, to, when, words


class Moment(Table, table=True):
    """Something worth keeping, numbered per team.

    `parts` holds what the kind's form asks beyond the text (an experiment's expectation, say), by part name.
    `tokens` is what search reads (see `storage.moments.fulltext`).
    A deleted moment stays as an empty row, so that its number and its source message are never used again.
    """

    __table_args__ = (
        UniqueConstraint("team_id", "number"),
        UniqueConstraint("team_id", "event"),
        UniqueConstraint("team_id", "source_channel", "source_message"),
        Index("ix_moment_team_id_created_at", "team_id", "created_at"),
        Index("ix_moment_source", "source_channel", "source_message"),
        Index("ix_moment_deleted_at", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")),
    )
    id: int = an_id()
    team_id: int = to("team.id")
    number: int
    kind: str = Kind.AHA
    state: str = MomentState.KEPT
    author_id: int = to("person.id", index=True)
    kept_by_id: int | None = to("person.id", default=None, nullable=True)
    text: str = words()
    parts: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    event: str | None = None
    source_channel: str | None = None
    source_message: str | None = None
    source_link: str = ""
    tokens: str = words()
    stuck: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = when()
    deleted_at: datetime | None = when()
    deleted_by_id: int | None = to("person.id", default=None, nullable=True)
    erased_at: datetime | None = when()


class Version(Table, table=True):
    """One person's own telling of a moment; sealed until `opened_at` or 48 hours after `created_at`."""

    __table_args__ = (
        UniqueConstraint("moment_id", "author_id"),
        Index("ix_version_created_at", "created_at"),
    )
    id: int = an_id()
    moment_id: int = to("moment.id")
    author_id: int = to("person.id", index=True)
    text: str = words()
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = when()
    opened_at: datetime | None = when()


class Tap(Table, table=True):
    """One press on a moment's card: a high-five, or *I was there*."""

    moment_id: int = Field(foreign_key="moment.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True)
    kind: str = Field(primary_key=True)


class Spark(Table, table=True):
    """One person's capture emoji on one message. The threshold counts these."""

    __table_args__ = (UniqueConstraint("workspace_id", "channel", "message", "person_id"),)
    id: int = an_id()
    workspace_id: int = to("workspace.id")
    channel: str
    message: str
    person_id: int = to("person.id", index=True)


class Fetch(Table, table=True):
    """A message whose words still have to be fetched for a moment; it survives a restart."""

    moment_id: int = Field(foreign_key="moment.id", primary_key=True)
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    attempts: int = 0


class Comfort(Table, table=True):
    """How many people tapped how far out of comfort a moment was. Nobody's name, no time, no row of their own."""

    moment_id: int = Field(foreign_key="moment.id", primary_key=True)
    millimetres: int = Field(primary_key=True)
    taps: int = 0


class Sequel(Table, table=True):
    """A line of what a moment makes possible, or of what it set off; one taken out stays without its words."""

    __table_args__ = (UniqueConstraint("moment_id", "event"),)
    id: int = an_id()
    moment_id: int = to("moment.id", index=True)
    author_id: int = to("person.id", index=True)
    kind: str
    text: str = words()
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = when()


class FollowUp(Table, table=True):
    """What shall be asked of a moment later, once; `done_at` when it was asked or let go.

    `asked_at` is when it was asked, in the thread of the moment's card or, where there is none, by the recap
    `recap_id`; for that it waits, `in_recap`, until it is due for the last time.
    """

    __table_args__ = (
        UniqueConstraint("moment_id", "kind"),
        Index(
            "ix_followup_due_at",
            "due_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )
    id: int = an_id()
    team_id: int = to("team.id", index=True)
    moment_id: int = to("moment.id")
    kind: str
    due_at: datetime = Field(sa_type=UtcDateTime)
    asked_at: datetime | None = when()
    in_recap: bool = False
    recap_id: int | None = to("posting.id", default=None, nullable=True, index=True)
    done_at: datetime | None = when()
