"""The tables of moments, of everything added to them, and of their follow-ups."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field

from storage.engine.types import UtcDateTime
from storage.models.kinds import Kind, MomentState
from storage.models.table import (
    Table,
    id_column,
    index_of_known,
    partial_index,
    reference_column,
    text_column,
    time_column,
)

UNERASED_MOMENT = text("deleted_at IS NOT NULL AND erased_at IS NULL")

STANDING = text("deleted_at IS NULL")
FROM_MESSAGE = text("source_message IS NOT NULL")


class Moment(Table, table=True):
    """An aha, breakthrough or experiment, numbered per team.

    `parts` holds the fields of its kind's form beyond the text (such as an experiment's
    expectation), by part name; those of a draft say what its message shows. `tokens` is read by the
    search (see `storage.moments.fulltext`). A deleted moment stays as an empty row, so that its
    number and its source message are never used again.
    """

    __table_args__ = (
        index_of_known("moment", "deleted_by_id"),
        index_of_known("moment", "kept_by_id"),
        UniqueConstraint("team_id", "number"),
        UniqueConstraint("team_id", "event"),
        UniqueConstraint("team_id", "source_channel", "source_message"),
        Index("ix_moment_team_id_created_at", "team_id", "created_at"),
        Index("ix_moment_team_id_kind_number", "team_id", "kind", "number"),
        Index("ix_moment_author_id", "author_id", "team_id", "number"),
        partial_index(
            "ix_moment_team_id_kind_created_at",
            "team_id",
            "kind",
            "created_at",
            "state",
            where=STANDING,
        ),
        partial_index(
            "ix_moment_source_message",
            "source_message",
            "team_id",
            where=FROM_MESSAGE,
        ),
        partial_index(
            "ix_moment_unerased",
            "deleted_at",
            where=UNERASED_MOMENT,
        ),
    )
    id: int = id_column()
    team_id: int = reference_column("team.id")
    number: int
    kind: str = Kind.AHA
    state: str = MomentState.KEPT
    author_id: int = reference_column("person.id")
    kept_by_id: int | None = reference_column("person.id", default=None, nullable=True)
    text: str = text_column()
    parts: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    event: str | None = None
    source_channel: str | None = None
    source_message: str | None = None
    source_link: str = ""
    tokens: str = text_column()
    stuck: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = time_column()
    deleted_at: datetime | None = time_column()
    deleted_by_id: int | None = reference_column("person.id", default=None, nullable=True)
    erased_at: datetime | None = time_column()


class Version(Table, table=True):
    """One person's own version of a moment.

    It is hidden until `opened_at`, or until 48 hours after `created_at`.
    """

    __table_args__ = (
        UniqueConstraint("moment_id", "author_id"),
        Index("ix_version_author_id_created_at", "author_id", "created_at"),
        partial_index(
            "ix_version_sealed",
            "created_at",
            where=text("opened_at IS NULL"),
        ),
    )
    id: int = id_column()
    moment_id: int = reference_column("moment.id")
    author_id: int = reference_column("person.id")
    text: str = text_column()
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = time_column()
    opened_at: datetime | None = time_column()


class Tap(Table, table=True):
    """One tap on a moment's card: a high-five, or *I was there*.

    A tap that was taken back stays, with `removed_at`, and counts nowhere. `events` holds the
    events of its presses, so that one delivered again changes nothing, and `tapped_at` is the last
    press. Both are empty for taps from before they were recorded.
    """

    moment_id: int = Field(foreign_key="moment.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True)
    kind: str = Field(primary_key=True)
    events: list[str] | None = Field(default=None, sa_type=JSON, nullable=True)
    tapped_at: datetime | None = time_column()
    removed_at: datetime | None = time_column()


class Spark(Table, table=True):
    """One person's capture emoji on one message. The threshold of a team counts these."""

    __table_args__ = (UniqueConstraint("workspace_id", "channel", "message", "person_id"),)
    id: int = id_column()
    workspace_id: int = reference_column("workspace.id")
    channel: str
    message: str
    person_id: int = reference_column("person.id", index=True)


class Fetch(Table, table=True):
    """A request for the text of the source message of a moment. It survives a restart."""

    moment_id: int = Field(foreign_key="moment.id", primary_key=True)
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    attempts: int = 0


class Lookup(Table, table=True):
    """A message with enough capture emoji, whose author the platform did not name.

    It is read to learn who wrote it, which survives a restart. `kept_by_id` put the last emoji.
    """

    __table_args__ = (UniqueConstraint("team_id", "channel", "message"),)
    id: int = id_column()
    team_id: int = reference_column("team.id")
    channel: str
    message: str
    kept_by_id: int = reference_column("person.id")
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    attempts: int = 0


class Comfort(Table, table=True):
    """The number of people who tapped one value of millimetres on a moment.

    There is no name, no time and no row per person. Everyone sees `taps`. Those that came since
    are in `waiting` until enough of the moment's wait to come out together.
    """

    moment_id: int = Field(foreign_key="moment.id", primary_key=True)
    millimetres: int = Field(primary_key=True)
    taps: int = 0
    waiting: int = 0


class Sequel(Table, table=True):
    """A line about what a moment makes possible, or what it led to.

    A removed line stays without its text.
    """

    __table_args__ = (
        UniqueConstraint("moment_id", "event"),
        Index("ix_sequel_author_id_created_at", "author_id", "created_at"),
    )
    id: int = id_column()
    moment_id: int = reference_column("moment.id", index=True)
    author_id: int = reference_column("person.id")
    kind: str
    text: str = text_column()
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = time_column()


class FollowUp(Table, table=True):
    """A question to be asked once about a moment. `done_at` is when it was asked or dropped.

    `asked_at` is when it was asked, in the thread of the moment's card or, where there is no card,
    by the recap `recap_id`. It waits for that recap with `in_recap` until it is due for the last
    time.
    """

    __table_args__ = (
        UniqueConstraint("moment_id", "kind"),
        partial_index(
            "ix_followup_due_at",
            "due_at",
            where=text("done_at IS NULL"),
        ),
        Index("ix_followup_team_id_asked_at", "team_id", "asked_at"),
        partial_index(
            "ix_followup_waiting",
            "team_id",
            "due_at",
            where=text("done_at IS NULL"),
        ),
    )
    id: int = id_column()
    team_id: int = reference_column("team.id")
    moment_id: int = reference_column("moment.id")
    kind: str
    due_at: datetime = Field(sa_type=UtcDateTime)
    asked_at: datetime | None = time_column()
    in_recap: bool = False
    recap_id: int | None = reference_column("posting.id", default=None, nullable=True, index=True)
    done_at: datetime | None = time_column()
