"""Missions in four lines, SMMART goals with checkpoints, focus checks, parked things, chances and seasons.

The two tables of the first migration that were reserved for missions and goals are made anew. Their rows, if
there are any, are kept: a mission's text as the thing it offers, a goal's text as what it is specific about.
"""

from collections import Counter

import sqlalchemy as sa
from alembic import op

from storage.engine.types import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
TABLES = sa.MetaData(naming_convention=NAMES)
OTHERS = ("team", "person", "moment", "quest", "posting", "schedule")
REFERRED = tuple(sa.Table(name, TABLES, sa.Column("id", sa.Integer(), primary_key=True)) for name in OTHERS)

MISSION = sa.Table(
    "mission",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("team_id", sa.Integer(), sa.ForeignKey("team.id"), nullable=False),
    sa.Column("author_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("who", sa.Text(), nullable=False),
    sa.Column("how", sa.Text(), nullable=False),
    sa.Column("offer", sa.Text(), nullable=False),
    sa.Column("why", sa.Text(), nullable=False),
    sa.Column("event", sa.String()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Index("ix_mission_team_id", "team_id"),
    sa.Index(
        "uq_mission_event",
        "team_id",
        "event",
        unique=True,
        sqlite_where=sa.text("event IS NOT NULL"),
        postgresql_where=sa.text("event IS NOT NULL"),
    ),
)
MISSIONUSE = sa.Table(
    "missionuse",
    TABLES,
    sa.Column("moment_id", sa.Integer(), sa.ForeignKey("moment.id"), primary_key=True),
    sa.Column("team_id", sa.Integer(), sa.ForeignKey("team.id"), nullable=False),
    sa.Column("line", sa.String(), nullable=False),
    sa.Column("made_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Index("ix_missionuse_team_id_line", "team_id", "line"),
)
MISSIONASK = sa.Table(
    "missionask",
    TABLES,
    sa.Column("team_id", sa.Integer(), sa.ForeignKey("team.id"), primary_key=True),
    sa.Column("line", sa.String(), primary_key=True),
    sa.Column("mission_id", sa.Integer(), sa.ForeignKey("mission.id"), nullable=False),
    sa.Column("posting_id", sa.Integer(), sa.ForeignKey("posting.id")),
    sa.Column("asked_at", UtcDateTime(), nullable=False),
    sa.Column("kept_at", UtcDateTime()),
)
GOAL = sa.Table(
    "goal",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("team_id", sa.Integer(), sa.ForeignKey("team.id"), nullable=False),
    sa.Column("number", sa.Integer(), nullable=False),
    sa.Column("author_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("owner_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("kind", sa.String(), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("unit", sa.String(), nullable=False),
    sa.Column("start", sa.String(), nullable=False),
    sa.Column("target", sa.String(), nullable=False),
    sa.Column("line", sa.String(), nullable=False),
    sa.Column("quote", sa.Text(), nullable=False),
    sa.Column("attainable", sa.Text(), nullable=False),
    sa.Column("relevant", sa.Text(), nullable=False),
    sa.Column("starts_on", sa.Date(), nullable=False),
    sa.Column("due_on", sa.Date()),
    sa.Column("funds", sa.Text(), nullable=False),
    sa.Column("look_again_on", sa.Date()),
    sa.Column("replaces_id", sa.Integer(), sa.ForeignKey("goal.id")),
    sa.Column("asks_owner", sa.Boolean(), nullable=False),
    sa.Column("owner_left_at", UtcDateTime()),
    sa.Column("outcome", sa.String(), nullable=False),
    sa.Column("taught", sa.Text(), nullable=False),
    sa.Column("became_id", sa.Integer(), sa.ForeignKey("moment.id")),
    sa.Column("event", sa.String()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("edited_at", UtcDateTime()),
    sa.Column("closed_at", UtcDateTime()),
    sa.Column("closed_by_id", sa.Integer(), sa.ForeignKey("person.id")),
    sa.Column("withdrawn_at", UtcDateTime()),
    sa.Index("ix_goal_became_id", "became_id"),
    sa.Index(
        "uq_goal_big",
        "team_id",
        unique=True,
        sqlite_where=sa.text("kind = 'big' AND closed_at IS NULL AND withdrawn_at IS NULL"),
        postgresql_where=sa.text("kind = 'big' AND closed_at IS NULL AND withdrawn_at IS NULL"),
    ),
    sa.Index(
        "uq_goal_event",
        "team_id",
        "event",
        unique=True,
        sqlite_where=sa.text("event IS NOT NULL"),
        postgresql_where=sa.text("event IS NOT NULL"),
    ),
    sa.Index("uq_goal_number", "team_id", "number", unique=True),
)
GOALSTEP = sa.Table(
    "goalstep",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("goal_id", sa.Integer(), sa.ForeignKey("goal.id"), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("author_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("event", sa.String()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("done_at", UtcDateTime()),
    sa.Column("done_by_id", sa.Integer(), sa.ForeignKey("person.id")),
    sa.Column("deleted_at", UtcDateTime()),
    sa.UniqueConstraint("goal_id", "event"),
    sa.Index("ix_goalstep_goal_id", "goal_id"),
)
CHECKPOINT = sa.Table(
    "checkpoint",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("goal_id", sa.Integer(), sa.ForeignKey("goal.id"), nullable=False),
    sa.Column("due_on", sa.Date(), nullable=False),
    sa.Column("progress", sa.String(), nullable=False),
    sa.Column("fit", sa.String(), nullable=False),
    sa.Column("asked_at", UtcDateTime()),
    sa.Column("answered_at", UtcDateTime()),
    sa.Column("answered_by_id", sa.Integer(), sa.ForeignKey("person.id")),
    sa.UniqueConstraint("goal_id", "due_on"),
    sa.Index(
        "ix_checkpoint_open",
        "due_on",
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    ),
)
GOALMOMENT = sa.Table(
    "goalmoment",
    TABLES,
    sa.Column("goal_id", sa.Integer(), sa.ForeignKey("goal.id"), primary_key=True),
    sa.Column("moment_id", sa.Integer(), sa.ForeignKey("moment.id"), primary_key=True),
    sa.Column("made_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Index("ix_goalmoment_moment_id", "moment_id"),
)
GOALQUEST = sa.Table(
    "goalquest",
    TABLES,
    sa.Column("goal_id", sa.Integer(), sa.ForeignKey("goal.id"), primary_key=True),
    sa.Column("quest_id", sa.Integer(), sa.ForeignKey("quest.id"), primary_key=True),
    sa.Column("made_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Index("ix_goalquest_quest_id", "quest_id"),
)
FOCUSCHECK = sa.Table(
    "focuscheck",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("team_id", sa.Integer(), sa.ForeignKey("team.id"), nullable=False),
    sa.Column("author_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("goal_id", sa.Integer(), sa.ForeignKey("goal.id")),
    sa.Column("went", sa.Text(), nullable=False),
    sa.Column("step", sa.String(), nullable=False),
    sa.Column("event", sa.String()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("withdrawn_at", UtcDateTime()),
    sa.UniqueConstraint("team_id", "event"),
    sa.Index(
        "ix_focuscheck_withdrawn_at",
        "withdrawn_at",
        sqlite_where=sa.text("withdrawn_at IS NOT NULL AND went <> ''"),
        postgresql_where=sa.text("withdrawn_at IS NOT NULL AND went <> ''"),
    ),
)
FOCUSITEM = sa.Table(
    "focusitem",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("check_id", sa.Integer(), sa.ForeignKey("focuscheck.id"), nullable=False),
    sa.Column("list", sa.String(), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("author_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("by_on", sa.Date()),
    sa.Column("told_at", UtcDateTime()),
    sa.Column("event", sa.String()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("done_at", UtcDateTime()),
    sa.Column("done_by_id", sa.Integer(), sa.ForeignKey("person.id")),
    sa.Column("deleted_at", UtcDateTime()),
    sa.UniqueConstraint("check_id", "event"),
    sa.Index("ix_focusitem_check_id", "check_id"),
    sa.Index(
        "ix_focusitem_by_on",
        "by_on",
        sqlite_where=sa.text("by_on IS NOT NULL AND told_at IS NULL"),
        postgresql_where=sa.text("by_on IS NOT NULL AND told_at IS NULL"),
    ),
    sa.Index(
        "ix_focusitem_deleted_at",
        "deleted_at",
        sqlite_where=sa.text("deleted_at IS NOT NULL AND text <> ''"),
        postgresql_where=sa.text("deleted_at IS NOT NULL AND text <> ''"),
    ),
)
FOCUSSTEP = sa.Table(
    "focusstep",
    TABLES,
    sa.Column("team_id", sa.Integer(), sa.ForeignKey("team.id"), primary_key=True),
    sa.Column("title", sa.String(), nullable=False),
    sa.Column("set_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
)
PARKED = sa.Table(
    "parked",
    TABLES,
    sa.Column("moment_id", sa.Integer(), sa.ForeignKey("moment.id"), primary_key=True),
    sa.Column("until_on", sa.Date(), nullable=False),
    sa.Column("due_at", UtcDateTime()),
    sa.Column("asked_at", UtcDateTime()),
    sa.Column("decision", sa.String(), nullable=False),
    sa.Column("decided_at", UtcDateTime()),
    sa.Column("decided_by_id", sa.Integer(), sa.ForeignKey("person.id")),
    sa.Column("goal_id", sa.Integer(), sa.ForeignKey("goal.id")),
    sa.Index(
        "ix_parked_due_at",
        "due_at",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
)
CHANCE = sa.Table(
    "chance",
    TABLES,
    sa.Column("moment_id", sa.Integer(), sa.ForeignKey("moment.id"), primary_key=True),
    sa.Column("kind", sa.String(), nullable=False),
    sa.Column("until_on", sa.Date()),
    sa.Column("due_at", UtcDateTime()),
    sa.Column("asked_at", UtcDateTime()),
    sa.Column("belief", sa.Integer(), nullable=False),
    sa.Column("outcome", sa.Text(), nullable=False),
    sa.Column("outcome_at", UtcDateTime()),
    sa.Column("outcome_by_id", sa.Integer(), sa.ForeignKey("person.id")),
    sa.Column("became_id", sa.Integer(), sa.ForeignKey("moment.id")),
    sa.Index(
        "ix_chance_due_at",
        "due_at",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
)
DOORKEY = sa.Table(
    "doorkey",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("moment_id", sa.Integer(), sa.ForeignKey("moment.id"), nullable=False),
    sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("event", sa.String()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("deleted_at", UtcDateTime()),
    sa.UniqueConstraint("moment_id", "person_id"),
    sa.Index("ix_doorkey_person_id", "person_id"),
)
SEASON = sa.Table(
    "season",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("team_id", sa.Integer(), sa.ForeignKey("team.id"), nullable=False),
    sa.Column("author_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("question", sa.Text(), nullable=False),
    sa.Column("schedule_id", sa.Integer(), sa.ForeignKey("schedule.id"), nullable=False),
    sa.Column("from_on", sa.Date(), nullable=False),
    sa.Column("until_on", sa.Date(), nullable=False),
    sa.Column("event", sa.String()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("ended_at", UtcDateTime()),
    sa.Column("ended_by_id", sa.Integer(), sa.ForeignKey("person.id")),
    sa.UniqueConstraint("team_id", "event"),
    sa.Index(
        "uq_season_open",
        "team_id",
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
)
SEASONPAIR = sa.Table(
    "seasonpair",
    TABLES,
    sa.Column("season_id", sa.Integer(), sa.ForeignKey("season.id"), primary_key=True),
    sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("shown_at", UtcDateTime(), nullable=False),
)

OLD = sa.MetaData()
OLD_MISSION = sa.Table(
    "mission",
    OLD,
    sa.Column("id", sa.Integer()),
    sa.Column("team_id", sa.Integer()),
    sa.Column("author_id", sa.Integer()),
    sa.Column("text", sa.Text()),
    sa.Column("created_at", UtcDateTime()),
)
OLD_GOAL = sa.Table(
    "goal",
    OLD,
    sa.Column("id", sa.Integer()),
    sa.Column("team_id", sa.Integer()),
    sa.Column("author_id", sa.Integer()),
    sa.Column("text", sa.Text()),
    sa.Column("big", sa.Boolean()),
    sa.Column("due_on", sa.Date()),
    sa.Column("created_at", UtcDateTime()),
    sa.Column("closed_at", UtcDateTime()),
)
NEW = [table for name, table in TABLES.tables.items() if name not in OTHERS]


def upgrade() -> None:
    """Make the tables, and move the rows of the two old ones."""
    connection = op.get_bind()
    missions = connection.execute(sa.select(OLD_MISSION).order_by(OLD_MISSION.c.id)).mappings().all()
    goals = connection.execute(sa.select(OLD_GOAL).order_by(OLD_GOAL.c.id)).mappings().all()
    op.drop_table("goal")
    op.drop_table("mission")
    TABLES.create_all(connection, tables=NEW)
    empty = {"who": "", "how": "", "offer": "", "why": ""}
    for row in missions:
        kept = {name: value for name, value in row.items() if name not in ("id", "text")}
        connection.execute(sa.insert(MISSION).values(**empty | kept | {"offer": row["text"]}))
    numbers: Counter[int] = Counter()
    big: set[int] = set()
    for row in goals:
        team = row["team_id"]
        numbers[team] += 1
        is_big = bool(row["big"]) and row["closed_at"] is None and team not in big
        big |= {team} if is_big else set()
        connection.execute(sa.insert(GOAL).values(**goal_values(row, numbers[team], is_big)))


def goal_values(row: sa.RowMapping, number: int, big: bool) -> dict[str, object]:
    """Return the values of a goal's row from the row it had before."""
    texts = (
        "unit",
        "start",
        "target",
        "line",
        "quote",
        "attainable",
        "relevant",
        "funds",
        "outcome",
        "taught",
    )
    kept = {name: row[name] for name in ("team_id", "author_id", "text", "due_on", "created_at", "closed_at")}
    return {
        **dict.fromkeys(texts, ""), **kept, "number": number, "owner_id": row["author_id"],
        "kind": "big" if big else "supporting", "starts_on": row["created_at"].date(), "asks_owner": False,
    }  # fmt: skip


def downgrade() -> None:
    """Make the two old tables again, with the first line of each mission and goal that they can hold."""
    connection = op.get_bind()
    missions = connection.execute(sa.select(MISSION).order_by(MISSION.c.id)).mappings().all()
    goals = connection.execute(sa.select(GOAL).order_by(GOAL.c.id)).mappings().all()
    TABLES.drop_all(connection, tables=NEW)
    make_old_tables()
    for row in missions:
        lines = "\n".join(filter(None, (row[name] for name in ("who", "how", "offer", "why"))))
        kept = {name: row[name] for name in ("team_id", "author_id", "created_at")}
        connection.execute(sa.insert(OLD_MISSION).values(**kept, text=lines))
    for row in goals:
        kept = {
            name: row[name] for name in ("team_id", "author_id", "text", "due_on", "created_at", "closed_at")
        }
        connection.execute(sa.insert(OLD_GOAL).values(**kept, big=row["kind"] == "big"))


def make_old_tables() -> None:
    """Make the tables of missions and goals as the first migration made them."""
    op.create_table("mission", *shared_columns("mission"))
    op.create_table(
        "goal",
        *shared_columns("goal"),
        sa.Column("big", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
    )
    for name in ("mission", "goal"):
        op.create_index(f"ix_{name}_team_id", name, ["team_id"])


def shared_columns(name: str) -> tuple[sa.schema.SchemaItem, ...]:
    """Return what both old tables have, with the constraints' names for this one."""
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=f"fk_{name}_author_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=f"fk_{name}_team_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
