"""The tables of the memory: look-backs, expectations, next steps, what came back, own moments, former names."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from storage.engine.types import UtcDateTime
from storage.models.table import Table, id_column, partial_index, reference_column, text_column, time_column

SEALED_EXPECTATION = text("opened_at IS NULL AND deleted_at IS NULL")
OPENED_EXPECTATION = text("opened_at IS NOT NULL")
OPEN_STEP = text("settled_at IS NULL AND deleted_at IS NULL")
REMOVED_STEP = text("deleted_at IS NOT NULL AND action <> ''")
CHANGED_STEP = text("before <> ''")
TAKER_CHECK = text("taker_check_at IS NOT NULL")
GIVEN_BACK = text("given_by_id IS NOT NULL")
REMOVED_WORDS = text("deleted_at IS NOT NULL AND text <> ''")
WORDS_BEFORE = text("before_text <> ''")


class LookBack(Table, table=True):
    """What a person says of a moment later: a month or a year after it, or told again.

    `kind` is a LookBackKind. It is shown below the first telling with its own date, and replaces nothing.
    `before_text` are its words before the last edit, for a day, and `before_edited_at` is when they were
    edited. `version` counts the changes, so that an Undo or an open form is known to be out of date.
    """

    __table_args__ = (
        UniqueConstraint("moment_id", "person_id", "kind"),
        Index("ix_lookback_person_id_created_at", "person_id", "created_at"),
        partial_index(
            "ix_lookback_deleted_at",
            "deleted_at",
            where=REMOVED_WORDS,
        ),
        partial_index(
            "ix_lookback_edited_at",
            "edited_at",
            where=WORDS_BEFORE,
        ),
    )
    id: int = id_column()
    moment_id: int = reference_column("moment.id")
    person_id: int = reference_column("person.id")
    kind: str
    text: str = text_column()
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = time_column()
    deleted_at: datetime | None = time_column()
    before_text: str = text_column()
    before_edited_at: datetime | None = time_column()
    version: int = 1


class Expectation(Table, table=True):
    """A hidden line: what a person expects of an experiment before its result.

    It belongs to a quest until one of that quest's experiments starts or is saved, or until a breakthrough
    finds the quest, and to that moment from then on. `quest_id` stays, so that a removed one gives it back;
    `given_by_id` is who gave it back and takes it again. An unsigned line has no author and no time of its
    own, and `alone` says that it's shown even if few wrote one. Those of a `batch` move together, and who
    wrote one is remembered by its name. `opened_at` is when all lines of the moment were shown together.

    `before` has the words before the last change, and `events` the marks of the events that changed it.
    """

    __table_args__ = (
        UniqueConstraint("moment_id", "event"),
        Index("ix_expectation_quest_id", "quest_id"),
        Index("ix_expectation_team_id_created_at", "team_id", "created_at"),
        partial_index(
            "ix_expectation_opened_at",
            "team_id",
            "opened_at",
            where=OPENED_EXPECTATION,
        ),
        partial_index(
            "ix_expectation_sealed",
            "moment_id",
            where=SEALED_EXPECTATION,
        ),
        partial_index(
            "ix_expectation_deleted_at",
            "deleted_at",
            where=REMOVED_WORDS,
        ),
        partial_index(
            "ix_expectation_given_by_id",
            "given_by_id",
            where=GIVEN_BACK,
        ),
        partial_index(
            "ix_expectation_alone",
            "opened_at",
            where=text("alone"),
        ),
    )
    id: int = id_column()
    team_id: int = reference_column("team.id")
    quest_id: int | None = reference_column("quest.id", default=None, nullable=True)
    moment_id: int | None = reference_column("moment.id", default=None, nullable=True)
    person_id: int | None = reference_column("person.id", default=None, nullable=True, index=True)
    text: str = text_column()
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = time_column()
    opened_at: datetime | None = time_column()
    alone: bool = False
    deleted_at: datetime | None = time_column()
    given_by_id: int | None = reference_column("moment.id", default=None, nullable=True)
    batch: str = ""
    before: str = text_column()
    events: str = text_column()


class NextStep(Table, table=True):
    """The one next step that a retrospective ended with: if something happens, then somebody does something.

    `posting_id` is that retrospective. The next one opens with it: `asked_in_id`. `outcome` is a
    StepOutcome, and `became` says what it became instead. `author_id` is who gave the step, and
    `changed_by_id` who changed its words last, so that they are theirs. Whoever carried it over wrote nothing.

    The taker is only suggested until they take it: `taken_at`. `taker_left_at` is set while they are known to
    have left the team's channels, of which the platform is asked again at `taker_check_at`.

    `before` has what the last change replaced, as JSON, for the day in which it can be undone.
    """

    __table_args__ = (
        UniqueConstraint("posting_id", "event"),
        Index("ix_nextstep_team_id_created_at", "team_id", "created_at"),
        partial_index("ix_nextstep_open", "team_id", where=OPEN_STEP),
        partial_index(
            "ix_nextstep_deleted_at",
            "deleted_at",
            where=REMOVED_STEP,
        ),
        partial_index(
            "ix_nextstep_before_at",
            "before_at",
            where=CHANGED_STEP,
        ),
        partial_index(
            "ix_nextstep_taker_check_at",
            "taker_check_at",
            where=TAKER_CHECK,
        ),
    )
    id: int = id_column()
    team_id: int = reference_column("team.id")
    posting_id: int = reference_column("posting.id", index=True)
    author_id: int = reference_column("person.id")
    changed_by_id: int | None = reference_column("person.id", default=None, nullable=True)
    taker_id: int | None = reference_column("person.id", default=None, nullable=True, index=True)
    taken_at: datetime | None = time_column()
    taker_left_at: datetime | None = time_column()
    taker_check_at: datetime | None = time_column()
    condition: str = text_column()
    action: str = text_column()
    before: str = text_column()
    before_at: datetime | None = time_column()
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    asked_in_id: int | None = reference_column("posting.id", default=None, nullable=True, index=True)
    outcome: str = ""
    became: str = text_column()
    settled_at: datetime | None = time_column()
    settled_by_id: int | None = reference_column("person.id", default=None, nullable=True)
    deleted_at: datetime | None = time_column()


class Recall(Table, table=True):
    """An older moment that one person saw again in private, without asking for that very one.

    What a recap brings back to a team is known by its quotations. `way` is a RecallWay.
    """

    __table_args__ = (
        Index("ix_recall_moment_id", "moment_id", "shown_on"),
        Index("ix_recall_person_id", "person_id", "shown_on"),
    )
    id: int = id_column()
    moment_id: int = reference_column("moment.id")
    person_id: int = reference_column("person.id")
    way: str
    shown_on: date


class RecallChoice(Table, table=True):
    """What a person said about an older moment that came back: not this one again, or more like this.

    `before` is what they had said until then, for an Undo.
    """

    __table_args__ = (Index("ix_recallchoice_person_id_choice", "person_id", "choice", "created_at"),)
    moment_id: int = Field(foreign_key="moment.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    choice: str
    before: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)


class OwnMoment(Table, table=True):
    """A moment that belongs to one person alone and that only they see. It counts in no team's figures.

    `kind` is an OwnKind. `happened` is when it was, in the person's words, such as `spring 2014`, and
    `happened_on` the day that these words mean, for its place in the book. What it was before the last edit
    is kept for a day, as that of a LookBack, and `version` counts the changes.
    """

    __table_args__ = (
        UniqueConstraint("person_id", "event"),
        partial_index(
            "ix_ownmoment_deleted_at",
            "deleted_at",
            where=REMOVED_WORDS,
        ),
        partial_index(
            "ix_ownmoment_edited_at",
            "edited_at",
            where=WORDS_BEFORE,
        ),
    )
    id: int = id_column()
    person_id: int = reference_column("person.id")
    kind: str
    text: str = text_column()
    happened: str = ""
    happened_on: date | None = None
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = time_column()
    deleted_at: datetime | None = time_column()
    before_text: str = text_column()
    before_happened: str = ""
    before_edited_at: datetime | None = time_column()
    version: int = 1


class FormerName(Table, table=True):
    """A name that a team's home channel had until a time or, without a team, its workspace.

    A row is written when a rename is seen, so the name at any time is that of the first row that ended
    later, or else the present one.
    """

    id: int = id_column()
    workspace_id: int = reference_column("workspace.id", index=True)
    team_id: int | None = reference_column("team.id", default=None, nullable=True, index=True)
    name: str
    until: datetime = Field(sa_type=UtcDateTime)
