"""The tables of postings, the quotations in recaps, and pending commands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field

from storage.engine.types import UtcDateTime
from storage.models.kinds import PostingState
from storage.models.table import (
    Table,
    id_column,
    index_of_known,
    partial_index,
    reference_column,
    text_column,
    time_column,
)

CLAIMED_POSTING = text("state = 'sending'")
WAITING_POSTING = text("state = 'waiting'")
FAILED_POSTING = text("state = 'failed'")
ASKED_POSTING = text("question <> ''")
FIGURES_POSTING = text("(kind = 'cycle' OR kind = 'harvest')")
OUTDATED_POSTING = text("revision > sent_revision AND due_at IS NULL AND message IS NOT NULL")


class Posting(Table, table=True):
    """A message on a platform, edited when the rows that it shows change.

    `revision` counts the versions to show, and `sent_revision` is the one shown. A posting to a
    person is a note. `key` is its permanent name (a card of a moment, a note with its cause), so
    that nothing is planned twice. `form` is how a prompt is answered. At `turns_at` its next
    lifecycle step is due, `turned_at` is when its form first took one, and at `closed_at` it
    closed and showed how many people answered. `as_posted` holds the ids and figures that a report
    tells since it was first sent. `goal_id` is the goal whose words it shows. The person of
    `waits_for_id` asked for it, and is told if it cannot be posted.
    """

    __table_args__ = (
        index_of_known("posting", "asked_by_id"),
        UniqueConstraint("key"),
        UniqueConstraint("schedule_id", "local_date"),
        Index("ix_posting_message", "channel", "message"),
        Index("ix_posting_team_id_kind_created_at", "team_id", "kind", "created_at"),
        Index("ix_posting_person_id_state_created_at", "person_id", "state", "created_at"),
        partial_index(
            "ix_posting_due",
            "due_at",
            "id",
            where=text("due_at IS NOT NULL"),
        ),
        partial_index(
            "ix_posting_claimed_at",
            "claimed_at",
            where=CLAIMED_POSTING,
        ),
        partial_index(
            "ix_posting_waiting",
            "workspace_id",
            where=WAITING_POSTING,
        ),
        partial_index(
            "ix_posting_failed",
            "workspace_id",
            "channel",
            where=FAILED_POSTING,
        ),
        partial_index(
            "ix_posting_outdated",
            "workspace_id",
            "channel",
            where=OUTDATED_POSTING,
        ),
        partial_index(
            "ix_posting_turns_at",
            "turns_at",
            where=text("turns_at IS NOT NULL"),
        ),
        partial_index(
            "ix_posting_team_id_turns_at",
            "team_id",
            "kind",
            "channel",
            "created_at",
            where=text("turns_at IS NOT NULL"),
        ),
        partial_index(
            "ix_posting_team_id_closed_at",
            "team_id",
            "closed_at",
            where=text("closed_at IS NOT NULL"),
        ),
        partial_index(
            "ix_posting_team_id_until",
            "team_id",
            "until",
            where=text("until IS NOT NULL"),
        ),
        partial_index(
            "ix_posting_figures",
            "team_id",
            "created_at",
            where=FIGURES_POSTING,
        ),
        partial_index(
            "ix_posting_asked",
            "team_id",
            "kind",
            "question",
            where=ASKED_POSTING,
        ),
        partial_index(
            "ix_posting_goal_id",
            "goal_id",
            where=text("goal_id IS NOT NULL"),
        ),
    )
    id: int = id_column()
    key: str
    kind: str
    state: str = PostingState.PLANNED
    workspace_id: int = reference_column("workspace.id")
    team_id: int | None = reference_column("team.id", default=None, nullable=True)
    person_id: int | None = reference_column("person.id", default=None, nullable=True)
    moment_id: int | None = reference_column("moment.id", default=None, nullable=True, index=True)
    schedule_id: int | None = reference_column("schedule.id", default=None, nullable=True)
    local_date: date | None = None
    channel: str = ""
    thread: str = ""
    message: str | None = None
    link: str = ""
    text: str = text_column()
    question: str = ""
    asked_by_id: int | None = reference_column("person.id", default=None, nullable=True)
    anonymous: bool = False
    form: str = ""
    turns_at: datetime | None = time_column()
    turned_at: datetime | None = time_column()
    closed_at: datetime | None = time_column()
    since: datetime | None = time_column()
    until: datetime | None = time_column()
    created_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = time_column()
    claimed_at: datetime | None = time_column()
    sent_at: datetime | None = time_column()
    withdrawn_at: datetime | None = time_column()
    revision: int = 1
    sent_revision: int = 0
    attempts: int = 0
    error: str = ""
    as_posted: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    waits_for_id: int | None = reference_column("person.id", default=None, nullable=True)
    goal_id: int | None = reference_column("goal.id", default=None, nullable=True)


class NoteItem(Table, table=True):
    """One moment that a note is about. Notes of one kind that come close together share a posting.

    `asked_by_id` is the person who caused it. `answer` is a NoteAnswer, and empty while the question
    is open.
    """

    __table_args__ = (
        index_of_known("noteitem", "asked_by_id"),
        UniqueConstraint("posting_id", "moment_id"),
        Index("ix_noteitem_moment_id", "moment_id"),
    )
    id: int = id_column()
    posting_id: int = reference_column("posting.id")
    moment_id: int = reference_column("moment.id")
    asked_by_id: int | None = reference_column("person.id", default=None, nullable=True)
    answer: str = text_column()
    created_at: datetime = Field(sa_type=UtcDateTime)


class Quotation(Table, table=True):
    """A moment or an answer that a posted recap quotes, so that a deletion reaches the recap.

    It is stored once, however often the recap is sent: its other id is null, and null differs from
    null in a unique index. A moment that is only `named` by its number wasn't told.
    """

    __table_args__ = (
        Index("ix_quotation_moment_id", "moment_id"),
        Index("ix_quotation_answer_id", "answer_id"),
        Index("uq_quotation_posting_id_moment_id", "posting_id", "moment_id", unique=True),
        Index("uq_quotation_posting_id_answer_id", "posting_id", "answer_id", unique=True),
    )
    id: int = id_column()
    posting_id: int = reference_column("posting.id", index=True)
    moment_id: int | None = reference_column("moment.id", default=None, nullable=True)
    answer_id: int | None = reference_column("answer.id", default=None, nullable=True)
    named: bool = False


class Pending(Table, table=True):
    """A typed command that waits for the person's answer to a question, so that no text is lost.

    `team_id` is the team they chose for it, or 0.
    """

    id: int = id_column()
    person_id: int = reference_column("person.id", index=True)
    command: str = text_column()
    team_id: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)


class FirstAnswer(Table, table=True):
    """The first answer to a command that changed something, so that its repetition gets the same one.

    `key` identifies the event and the command. The row is deleted after a day. So is the earlier result of an
    experiment, under a key of the event that changed it.
    """

    key: str = Field(primary_key=True)
    person_id: int = reference_column("person.id")
    answer: str = text_column()
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
