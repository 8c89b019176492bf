"""What is asked and when, who takes part, and what was answered."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from storage.engine.types import UtcDateTime
from storage.models.table import Table, an_id, to, when, words


class Question(Table, table=True):
    """A question of the team's own bank. Built-in ones are data in `bot/prompts/bank/questions/`."""

    id: int = an_id()
    team_id: int = to("team.id", index=True)
    kind: str
    text: str = words()
    author_id: int = to("person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = when()


class QuestionSetting(Table, table=True):
    """What a team decided about one question: muted, or to be asked next."""

    team_id: int = Field(foreign_key="team.id", primary_key=True)
    key: str = Field(primary_key=True)
    muted: bool = False
    next_at: datetime | None = when()


class PackSetting(Table, table=True):
    """Whether a team uses a pack for one kind of question, and in which place."""

    team_id: int = Field(foreign_key="team.id", primary_key=True)
    kind: str = Field(primary_key=True)
    pack: str = Field(primary_key=True)
    position: int = 0
    active: bool = True


class Schedule(Table, table=True):
    """What is posted when: local wall time in a zone; `next_at` is the next occurrence in UTC.

    `weekdays` are ISO digits ("25": Tuesday and Friday), `at` is "HH:MM", `every` is in weeks counted from
    `anchor`, a date in a week that has one.
    """

    __table_args__ = (
        UniqueConstraint("team_id", "kind"),
        Index("ix_schedule_next_at", "next_at"),
    )
    id: int = an_id()
    team_id: int = to("team.id")
    kind: str
    weekdays: str
    at: str
    zone: str
    every: int = 1
    anchor: date
    active: bool = True
    paused_until: date | None = None
    anonymous: bool = False
    set_by_id: int | None = to("person.id", default=None, nullable=True)
    next_at: datetime | None = when()


class Answer(Table, table=True):
    """What a person replied to a prompt or a retrospective; an anonymous one has no author at all."""

    __table_args__ = (UniqueConstraint("posting_id", "event"),)
    id: int = an_id()
    posting_id: int = to("posting.id")
    person_id: int | None = to("person.id", default=None, nullable=True, index=True)
    kind: str
    text: str = words()
    event: str
    message: str | None = Field(default=None, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = when()
    deleted_at: datetime | None = when()


class Participant(Table, table=True):
    """Somebody who takes part in a prompt that goes by turns.

    `about_id` is whom their line is about, or with whom they answer; `text` is that line, or what they parked.
    """

    posting_id: int = Field(foreign_key="posting.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True)
    about_id: int | None = to("person.id", default=None, nullable=True)
    craft: str = ""
    text: str = words()
    joined_at: datetime = Field(sa_type=UtcDateTime)
    wrote_at: datetime | None = when()


class Pick(Table, table=True):
    """The question that a team's host of the week chose, until it is asked; one a team."""

    team_id: int = Field(foreign_key="team.id", primary_key=True)
    person_id: int = to("person.id")
    text: str = words()
    question: str = ""
    form: str = ""
