"""Tables and columns for quests, whys, links, sequels, follow-ups and prompts with rounds."""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add new tables and plain columns, and create quest, why and link again.

    Those three were never written to.
    """
    for empty in ("link", "why", "quest"):
        op.drop_table(empty)
    op.create_table(
        "link",
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["moment.id"], name=op.f("fk_link_from_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_link_made_by_id")),
        sa.ForeignKeyConstraint(["to_id"], ["moment.id"], name=op.f("fk_link_to_id")),
        sa.PrimaryKeyConstraint("from_id", "to_id", name=op.f("pk_link")),
    )
    op.create_index(op.f("ix_link_to_id"), "link", ["to_id"], unique=False)
    op.create_table(
        "quest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("event", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("found_id", sa.Integer(), nullable=True),
        sa.Column("after_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["after_id"], ["moment.id"], name=op.f("fk_quest_after_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_quest_author_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_quest_closed_by_id")),
        sa.ForeignKeyConstraint(["found_id"], ["moment.id"], name=op.f("fk_quest_found_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_quest_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quest")),
        sa.UniqueConstraint("team_id", "event", name=op.f("uq_quest_team_id_event")),
    )
    op.create_index(op.f("ix_quest_after_id"), "quest", ["after_id"], unique=False)
    op.create_index(op.f("ix_quest_team_id"), "quest", ["team_id"], unique=False)
    op.create_table(
        "why",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("moment_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("insight", sa.Boolean(), nullable=False),
        sa.Column("event", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_why_author_id")),
        sa.ForeignKeyConstraint(["moment_id"], ["moment.id"], name=op.f("fk_why_moment_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["why.id"], name=op.f("fk_why_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_why")),
        sa.UniqueConstraint("moment_id", "event", name=op.f("uq_why_moment_id_event")),
    )
    op.create_index(op.f("ix_why_moment_id"), "why", ["moment_id"], unique=False)
    op.create_index(
        "uq_why_insight",
        "why",
        ["moment_id"],
        unique=True,
        sqlite_where=sa.text("insight"),
        postgresql_where=sa.text("insight"),
    )

    op.create_table(
        "valuekind",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_valuekind_team_id")),
        sa.PrimaryKeyConstraint("team_id", "name", name=op.f("pk_valuekind")),
    )
    op.create_table(
        "comfort",
        sa.Column("moment_id", sa.Integer(), nullable=False),
        sa.Column("millimetres", sa.Integer(), nullable=False),
        sa.Column("taps", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["moment_id"], ["moment.id"], name=op.f("fk_comfort_moment_id")),
        sa.PrimaryKeyConstraint("moment_id", "millimetres", name=op.f("pk_comfort")),
    )
    op.create_table(
        "followup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("moment_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("in_recap", sa.Boolean(), nullable=False),
        sa.Column("recap_id", sa.Integer(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["moment_id"], ["moment.id"], name=op.f("fk_followup_moment_id")),
        sa.ForeignKeyConstraint(["recap_id"], ["posting.id"], name=op.f("fk_followup_recap_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_followup_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followup")),
        sa.UniqueConstraint("moment_id", "kind", name=op.f("uq_followup_moment_id_kind")),
    )
    op.create_index(
        "ix_followup_due_at",
        "followup",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(op.f("ix_followup_recap_id"), "followup", ["recap_id"], unique=False)
    op.create_index(op.f("ix_followup_team_id"), "followup", ["team_id"], unique=False)
    op.create_table(
        "sequel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("moment_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("event", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_sequel_author_id")),
        sa.ForeignKeyConstraint(["moment_id"], ["moment.id"], name=op.f("fk_sequel_moment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sequel")),
        sa.UniqueConstraint("moment_id", "event", name=op.f("uq_sequel_moment_id_event")),
    )
    op.create_index(op.f("ix_sequel_author_id"), "sequel", ["author_id"], unique=False)
    op.create_index(op.f("ix_sequel_moment_id"), "sequel", ["moment_id"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("moment_id", sa.Integer(), nullable=False),
        sa.Column("quest_id", sa.Integer(), nullable=True),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["moment_id"], ["moment.id"], name=op.f("fk_attempt_moment_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["moment.id"], name=op.f("fk_attempt_previous_id")),
        sa.ForeignKeyConstraint(["quest_id"], ["quest.id"], name=op.f("fk_attempt_quest_id")),
        sa.PrimaryKeyConstraint("moment_id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_previous_id"), "attempt", ["previous_id"], unique=False)
    op.create_index(op.f("ix_attempt_quest_id"), "attempt", ["quest_id"], unique=False)
    op.create_table(
        "participant",
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("craft", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("wrote_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["about_id"], ["person.id"], name=op.f("fk_participant_about_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_participant_person_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"], name=op.f("fk_participant_posting_id")),
        sa.PrimaryKeyConstraint("posting_id", "person_id", name=op.f("pk_participant")),
    )
    op.create_index(op.f("ix_participant_person_id"), "participant", ["person_id"], unique=False)
    op.create_table(
        "pick",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pick_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_pick_team_id")),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_pick")),
    )
    op.add_column("membership", sa.Column("hosts", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("membership", sa.Column("hosted_on", sa.Date(), nullable=True))
    op.add_column("moment", sa.Column("stuck", sa.String(), nullable=False, server_default=""))
    op.add_column("person", sa.Column("craft", sa.String(), nullable=False, server_default=""))
    op.add_column("person", sa.Column("fuel_offered_at", UtcDateTime(), nullable=True))
    op.add_column("posting", sa.Column("form", sa.String(), nullable=False, server_default=""))
    op.add_column("posting", sa.Column("turns_at", UtcDateTime(), nullable=True))
    op.add_column("posting", sa.Column("turned_at", UtcDateTime(), nullable=True))
    op.add_column("posting", sa.Column("closed_at", UtcDateTime(), nullable=True))
    op.create_index(
        "ix_posting_turns_at",
        "posting",
        ["turns_at"],
        unique=False,
        sqlite_where=sa.text("turns_at IS NOT NULL"),
        postgresql_where=sa.text("turns_at IS NOT NULL"),
    )
    op.add_column("team", sa.Column("seals", sa.Boolean(), nullable=False, server_default=sa.true()))
