"""What is promised to a place, what it quoted, and what waits behind a button."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from storage.engine.types import UtcDateTime
from storage.models.kinds import PostingState
from storage.models.table import Table, an_id, to, when, words


class Posting(Table, table=True):
    """One message and what became of it: a promise to keep what stands on the platform in step with the rows.

    `revision` counts what should stand, `sent_revision` what does. A posting to a person is a Note. `key` names
    it for good (a card of a moment, a note with its cause), so that nothing is planned twice. `form` is how a
    prompt is answered; at `turns_at` what it says changes by itself, `turned_at` is when its form first did, and
    at `closed_at` it said how many were heard.
    """

    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("schedule_id", "local_date"),
        Index("ix_posting_message", "channel", "message"),
        Index("ix_posting_team_id_kind", "team_id", "kind"),
        Index(
            "ix_posting_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_posting_turns_at",
            "turns_at",
            sqlite_where=text("turns_at IS NOT NULL"),
            postgresql_where=text("turns_at IS NOT NULL"),
        ),
    )
    id: int = an_id()
    key: str
    kind: str
    state: str = PostingState.PLANNED
    workspace_id: int = to("workspace.id")
    team_id: int | None = to("team.id", default=None, nullable=True)
    person_id: int | None = to("person.id", default=None, nullable=True, index=True)
    moment_id: int | None = to("moment.id", default=None, nullable=True, index=True)
    schedule_id: int | None = to("schedule.id", default=None, nullable=True)
    local_date: date | None = None
    channel: str = ""
    thread: str = ""
    message: str | None = None
    link: str = ""
    text: str = words()
    question: str = ""
    asked_by_id: int | None = to("person.id", default=None, nullable=True)
    anonymous: bool = False
    form: str = ""
    turns_at: datetime | None = when()
    turned_at: datetime | None = when()
    closed_at: datetime | None = when()
    since: datetime | None = when()
    until: datetime | None = when()
    created_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = when()
    claimed_at: datetime | None = when()
    sent_at: datetime | None = when()
    withdrawn_at: datetime | None = when()
    revision: int = 1
    sent_revision: int = 0
    attempts: int = 0
    error: str = ""


class Quotation(Table, table=True):
    """A moment or an answer that a posted recap quotes, so that a deletion reaches it."""

    __table_args__ = (
        Index("ix_quotation_moment_id", "moment_id"),
        Index("ix_quotation_answer_id", "answer_id"),
    )
    id: int = an_id()
    posting_id: int = to("posting.id", index=True)
    moment_id: int | None = to("moment.id", default=None, nullable=True)
    answer_id: int | None = to("answer.id", default=None, nullable=True)


class Pending(Table, table=True):
    """A command somebody typed that waits for their word, so that no text is lost while we ask.

    `team_id` is the team they chose for it, once they did.
    """

    id: int = an_id()
    person_id: int = to("person.id", index=True)
    command: str = words()
    team_id: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
