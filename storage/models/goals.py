"""The tables of missions, goals, focus checks and seasons."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from storage.engine.types import UtcDateTime
from storage.models.kinds import GoalKind
from storage.models.table import (
    Table,
    id_column,
    index_of_known,
    partial_index,
    reference_column,
    text_column,
    time_column,
)

OPEN_BIG_GOAL = text("kind = 'big' AND closed_at IS NULL AND withdrawn_at IS NULL")
WITHDRAWN_CHECK = text("withdrawn_at IS NOT NULL AND went <> ''")
STANDING_CHECK = text("withdrawn_at IS NULL")
OPEN_GOAL = text("closed_at IS NULL AND withdrawn_at IS NULL")
REMOVED_ITEM = text("deleted_at IS NOT NULL AND text <> ''")
UNASKED_CHECKPOINT = text("answered_at IS NULL AND asked_at IS NULL")
UNASKED_LOOK = text("look_again_on IS NOT NULL AND look_asked_at IS NULL")
UNTOLD_ITEM = text("by_on IS NOT NULL AND told_at IS NULL")


class Mission(Table, table=True):
    """One version of a team's mission, in four lines. The newest row counts.

    The lines are: who we serve, how we serve them best, the one key thing we offer, why it matters.
    """

    __table_args__ = (
        partial_index(
            "uq_mission_event",
            "team_id",
            "event",
            unique=True,
            where=text("event IS NOT NULL"),
        ),
    )
    id: int = id_column()
    team_id: int = reference_column("team.id", index=True)
    author_id: int = reference_column("person.id")
    who: str = text_column()
    how: str = text_column()
    offer: str = text_column()
    why: str = text_column()
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)


class MissionUse(Table, table=True):
    """The line of the mission that a moment serves, as somebody said. `line` is a column's name of Mission."""

    __table_args__ = (
        Index("ix_missionuse_team_id_line", "team_id", "line"),
        Index("ix_missionuse_team_id_created_at", "team_id", "created_at"),
    )
    moment_id: int = Field(foreign_key="moment.id", primary_key=True)
    team_id: int = reference_column("team.id")
    line: str
    made_by_id: int = reference_column("person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


class MissionAsk(Table, table=True):
    """A recap's question whether a team still means a line of its mission. Each line is asked about once.

    After a new version of that line it may be asked about again: `mission_id` is the version asked about.
    `kept_at` is when somebody answered that it is still meant.
    """

    __table_args__ = (index_of_known("missionask", "posting_id"),)
    team_id: int = Field(foreign_key="team.id", primary_key=True)
    line: str = Field(primary_key=True)
    mission_id: int = reference_column("mission.id", index=True)
    posting_id: int | None = reference_column("posting.id", default=None, nullable=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    kept_at: datetime | None = time_column()


class Goal(Table, table=True):
    """A SMMART goal, numbered per team. At most one open goal of a team is its big goal.

    Its six letters: `text` is specific; `unit`, `start` and `target` are measurable (decimal numbers as
    text, such as `-1204.5`); `line` and `quote` are the line of the mission it serves, in the words of
    that day; `attainable`; `relevant`; `due_on` is time-bound. An empty one is an open letter. A survival
    goal says what it `funds` and the day on which it is looked at again, and its card asked about that day at
    `look_asked_at`. A goal of another class that became the big one has `big_since`, and one that was it before
    has `big_until`; see BigTime for what was before that. `owner_left_at` is set while its owner is known to
    have left the team's channels, of which the platform is asked again at `owner_check_at`. Another person's
    moment whose words the goal still has is `from_id`: they go when the moment does. A withdrawn goal
    stays as an empty row, so that a repeated event does not make it again.
    """

    __table_args__ = (
        index_of_known("goal", "replaces_id"),
        Index("uq_goal_number", "team_id", "number", unique=True),
        partial_index(
            "uq_goal_event",
            "team_id",
            "event",
            unique=True,
            where=text("event IS NOT NULL"),
        ),
        partial_index(
            "uq_goal_big",
            "team_id",
            unique=True,
            where=OPEN_BIG_GOAL,
        ),
        partial_index("ix_goal_open", "team_id", "number", where=OPEN_GOAL),
        partial_index("ix_goal_open_owner", "owner_id", where=OPEN_GOAL),
        partial_index(
            "ix_goal_owner_check_at",
            "owner_check_at",
            where=text("owner_check_at IS NOT NULL"),
        ),
        partial_index(
            "ix_goal_look_again_on",
            "look_again_on",
            where=UNASKED_LOOK,
        ),
    )
    id: int = id_column()
    team_id: int = reference_column("team.id")
    number: int
    author_id: int = reference_column("person.id")
    owner_id: int = reference_column("person.id")
    kind: str = GoalKind.SUPPORTING
    big_since: datetime | None = time_column()
    big_until: datetime | None = time_column()
    text: str = text_column()
    unit: str = ""
    start: str = ""
    target: str = ""
    line: str = ""
    quote: str = text_column()
    attainable: str = text_column()
    relevant: str = text_column()
    starts_on: date
    due_on: date | None = None
    funds: str = text_column()
    look_again_on: date | None = None
    look_asked_at: datetime | None = time_column()
    replaces_id: int | None = reference_column("goal.id", default=None, nullable=True)
    asks_owner: bool = False
    owner_left_at: datetime | None = time_column()
    owner_check_at: datetime | None = time_column()
    outcome: str = ""
    taught: str = text_column()
    became_id: int | None = reference_column("moment.id", default=None, nullable=True, index=True)
    from_id: int | None = reference_column("moment.id", default=None, nullable=True, index=True)
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = time_column()
    closed_at: datetime | None = time_column()
    closed_by_id: int | None = reference_column("person.id", default=None, nullable=True)
    withdrawn_at: datetime | None = time_column()


class BigTime(Table, table=True):
    """An earlier time in which a goal was the open big one, before it was closed or had another class.

    The latest one is in the goal's own columns.
    """

    id: int = id_column()
    goal_id: int = reference_column("goal.id", index=True)
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)


class GoalStep(Table, table=True):
    """A next step of a goal, often as *if … then …*."""

    __table_args__ = (UniqueConstraint("goal_id", "event"),)
    id: int = id_column()
    goal_id: int = reference_column("goal.id", index=True)
    text: str = text_column()
    author_id: int = reference_column("person.id")
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = time_column()
    done_by_id: int | None = reference_column("person.id", default=None, nullable=True)
    deleted_at: datetime | None = time_column()


class Checkpoint(Table, table=True):
    """A day on which a goal's card asks two things: progress, a decimal number as text, and fit.

    `fit` is empty until somebody answered, and then says whether these are the people to serve.
    `answered_as` is the mark of the command that answered, by which its Undo knows the answer.
    """

    __table_args__ = (
        UniqueConstraint("goal_id", "due_on"),
        partial_index(
            "ix_checkpoint_unasked",
            "due_on",
            where=UNASKED_CHECKPOINT,
        ),
    )
    id: int = id_column()
    goal_id: int = reference_column("goal.id")
    due_on: date
    progress: str = ""
    fit: str = ""
    asked_at: datetime | None = time_column()
    answered_at: datetime | None = time_column()
    answered_by_id: int | None = reference_column("person.id", default=None, nullable=True)
    answered_as: str = ""


class GoalMoment(Table, table=True):
    """A link between a goal and a moment that serves it."""

    goal_id: int = Field(foreign_key="goal.id", primary_key=True)
    moment_id: int = Field(foreign_key="moment.id", primary_key=True, index=True)
    made_by_id: int = reference_column("person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


class GoalQuest(Table, table=True):
    """A link between a goal and a quest that serves it."""

    goal_id: int = Field(foreign_key="goal.id", primary_key=True)
    quest_id: int = Field(foreign_key="quest.id", primary_key=True, index=True)
    made_by_id: int = reference_column("person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


class FocusCheck(Table, table=True):
    """A team's focus check: where its time went, what works and what doesn't, what accelerates.

    `step` is the title of the team's own fourth step, if it had one then.
    """

    __table_args__ = (
        index_of_known("focuscheck", "goal_id"),
        UniqueConstraint("team_id", "event"),
        partial_index(
            "ix_focuscheck_withdrawn_at",
            "withdrawn_at",
            where=WITHDRAWN_CHECK,
        ),
        partial_index(
            "ix_focuscheck_standing",
            "team_id",
            "id",
            where=STANDING_CHECK,
        ),
    )
    id: int = id_column()
    team_id: int = reference_column("team.id")
    author_id: int = reference_column("person.id")
    goal_id: int | None = reference_column("goal.id", default=None, nullable=True)
    went: str = text_column()
    step: str = ""
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = time_column()


class FocusItem(Table, table=True):
    """One line of a focus check, on one of its lists. What a team moves out of has a day, and is ticked.

    `told_at` is when the card was refreshed on that day. `done_at` is when somebody said that the team is
    out of it or, with `kept`, that it keeps it after all. `answered_as` is the mark of the command that
    answered last, by which its Undo knows the answer.
    """

    __table_args__ = (
        UniqueConstraint("check_id", "event"),
        partial_index(
            "ix_focusitem_by_on",
            "by_on",
            where=UNTOLD_ITEM,
        ),
        partial_index(
            "ix_focusitem_deleted_at",
            "deleted_at",
            where=REMOVED_ITEM,
        ),
    )
    id: int = id_column()
    check_id: int = reference_column("focuscheck.id", index=True)
    list: str
    text: str = text_column()
    author_id: int = reference_column("person.id")
    by_on: date | None = None
    told_at: datetime | None = time_column()
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = time_column()
    done_by_id: int | None = reference_column("person.id", default=None, nullable=True)
    kept: bool = False
    answered_as: str = ""
    deleted_at: datetime | None = time_column()


class FocusStep(Table, table=True):
    """The title of a team's own fourth step of the focus check."""

    team_id: int = Field(foreign_key="team.id", primary_key=True)
    title: str
    set_by_id: int = reference_column("person.id")


class Parked(Table, table=True):
    """A shiny thing that rests until a day, and what was decided when it was asked about.

    `team_id` is its moment's team, so that a team's recap finds those it was asked about. `goal_id` is the goal
    that it became. `due_at` is when its card asks. It is empty once it was asked, or decided before.
    """

    __table_args__ = (
        partial_index(
            "ix_parked_due_at",
            "due_at",
            where=text("due_at IS NOT NULL"),
        ),
        partial_index(
            "ix_parked_team_id_asked_at",
            "team_id",
            "asked_at",
            where=text("asked_at IS NOT NULL"),
        ),
    )
    moment_id: int = Field(foreign_key="moment.id", primary_key=True)
    team_id: int | None = reference_column("team.id", default=None, nullable=True)
    until_on: date
    due_at: datetime | None = time_column()
    asked_at: datetime | None = time_column()
    decision: str = ""
    decided_at: datetime | None = time_column()
    decided_by_id: int | None = reference_column("person.id", default=None, nullable=True)
    goal_id: int | None = reference_column("goal.id", default=None, nullable=True, index=True)


class Chance(Table, table=True):
    """What a chance is beyond its words: its kind, until when, how much its author believes in it, its outcome.

    `belief` is 1 to 5, or 0 when nobody said. `became_id` is the breakthrough that came of it. `due_at`
    is when its card asks what came of it, which it does once, after its day.
    """

    __table_args__ = (
        index_of_known("chance", "became_id"),
        partial_index(
            "ix_chance_due_at",
            "due_at",
            where=text("due_at IS NOT NULL"),
        ),
    )
    moment_id: int = Field(foreign_key="moment.id", primary_key=True)
    kind: str = ""
    until_on: date | None = None
    due_at: datetime | None = time_column()
    asked_at: datetime | None = time_column()
    belief: int = 0
    outcome: str = text_column()
    outcome_at: datetime | None = time_column()
    outcome_by_id: int | None = reference_column("person.id", default=None, nullable=True)
    became_id: int | None = reference_column("moment.id", default=None, nullable=True)


class DoorKey(Table, table=True):
    """Somebody's *I may have a key* to a door, told only to the person who asked for it."""

    __table_args__ = (UniqueConstraint("moment_id", "person_id"),)
    id: int = id_column()
    moment_id: int = reference_column("moment.id")
    person_id: int = reference_column("person.id", index=True)
    text: str = text_column()
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = time_column()


class Season(Table, table=True):
    """A time in which a team is asked one question only, in the same words, by one of its schedules.

    A team has at most one that has not ended.
    """

    __table_args__ = (
        UniqueConstraint("team_id", "event"),
        partial_index(
            "ix_season_ending",
            "until_on",
            where=text("ended_at IS NULL"),
        ),
        partial_index(
            "uq_season_open",
            "team_id",
            unique=True,
            where=text("ended_at IS NULL"),
        ),
    )
    id: int = id_column()
    team_id: int = reference_column("team.id")
    author_id: int = reference_column("person.id")
    question: str = text_column()
    schedule_id: int = reference_column("schedule.id", index=True)
    from_on: date
    until_on: date
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = time_column()
    ended_by_id: int | None = reference_column("person.id", default=None, nullable=True)


class SeasonPair(Table, table=True):
    """A person who wants their first and last answer of a season shown side by side to all."""

    season_id: int = Field(foreign_key="season.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    shown_at: datetime = Field(sa_type=UtcDateTime)
