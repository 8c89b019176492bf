"""The tables of prompts: questions, packs, schedules, answers, participants and picks."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from storage.engine.types import UtcDateTime
from storage.models.table import Table, id_column, index_of_known, reference_column, text_column, time_column


class Question(Table, table=True):
    """A question of a team's own bank. Built-in questions are data in `bot/prompts/bank/questions/`."""

    id: int = id_column()
    team_id: int = reference_column("team.id", index=True)
    kind: str
    text: str = text_column()
    author_id: int = reference_column("person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = time_column()


class QuestionSetting(Table, table=True):
    """A team's setting for one question.

    It is muted, or chosen to be asked next, since `next_at`.
    """

    team_id: int = Field(foreign_key="team.id", primary_key=True)
    key: str = Field(primary_key=True)
    muted: bool = False
    next_at: datetime | None = time_column()


class PackSetting(Table, table=True):
    """Whether a team uses a pack for one kind of question, and its position."""

    team_id: int = Field(foreign_key="team.id", primary_key=True)
    kind: str = Field(primary_key=True)
    pack: str = Field(primary_key=True)
    position: int = 0
    active: bool = True


class Schedule(Table, table=True):
    """A schedule of posts at a local wall-clock time in a zone.

    `next_at` is the next occurrence in UTC. `weekdays` are ISO digits ("25": Tuesday and Friday),
    `at` is "HH:MM", and `every` is in weeks counted from `anchor`, a date in a week with a post.
    """

    __table_args__ = (
        UniqueConstraint("team_id", "kind"),
        Index("ix_schedule_next_at", "next_at"),
    )
    id: int = id_column()
    team_id: int = reference_column("team.id")
    kind: str
    weekdays: str
    at: str
    zone: str
    every: int = 1
    anchor: date
    active: bool = True
    paused_until: date | None = None
    anonymous: bool = False
    set_by_id: int | None = reference_column("person.id", default=None, nullable=True)
    next_at: datetime | None = time_column()


class Answer(Table, table=True):
    """An answer to a prompt or a retrospective.

    An anonymous one has no author at all, and until its question closes the question's own time.
    `alone` says whether its author wants it shown even if few answer. It is false after the close.
    """

    __table_args__ = (
        UniqueConstraint("posting_id", "event"),
        Index("ix_answer_person_id_created_at", "person_id", "created_at"),
    )
    id: int = id_column()
    posting_id: int = reference_column("posting.id")
    person_id: int | None = reference_column("person.id", default=None, nullable=True)
    kind: str
    text: str = text_column()
    event: str
    message: str | None = Field(default=None, index=True)
    alone: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = time_column()
    deleted_at: datetime | None = time_column()


class Participant(Table, table=True):
    """A person who takes part in a prompt with rounds.

    `about_id` is the person their line is about, or the person they answer with. `text` is that
    line, or the text they parked.
    """

    __table_args__ = (
        Index("ix_participant_person_id_wrote_at", "person_id", "wrote_at"),
        index_of_known("participant", "about_id"),
    )
    posting_id: int = Field(foreign_key="posting.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    about_id: int | None = reference_column("person.id", default=None, nullable=True)
    craft: str = ""
    text: str = text_column()
    joined_at: datetime = Field(sa_type=UtcDateTime)
    wrote_at: datetime | None = time_column()


class Pick(Table, table=True):
    """The question chosen by a team's host of the week, until it is asked. A team has at most one."""

    team_id: int = Field(foreign_key="team.id", primary_key=True)
    person_id: int = reference_column("person.id")
    text: str = text_column()
    question: str = ""
    form: str = ""
