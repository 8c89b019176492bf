"""A note may be about several moments, so its moments get a table of their own.

Notes that exist keep their one moment and their answer. The note that a further moment joins is
found by a person's states and times, so the index of persons has these as well.
"""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import UtcDateTime

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None

KINDS = ("note_kept", "note_draft", "note_taken_back", "note_source_gone")

POSTING = sa.table(
    "posting",
    sa.column("id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("moment_id", sa.Integer),
    sa.column("asked_by_id", sa.Integer),
    sa.column("text", sa.Text),
    sa.column("created_at", UtcDateTime()),
)
ITEM = sa.table(
    "noteitem",
    sa.column("posting_id", sa.Integer),
    sa.column("moment_id", sa.Integer),
    sa.column("asked_by_id", sa.Integer),
    sa.column("answer", sa.Text),
    sa.column("created_at", UtcDateTime()),
)
NOTES = sa.and_(POSTING.c.kind.in_(KINDS), POSTING.c.moment_id.is_not(None))


def upgrade() -> None:
    """Add the table, and move the moments and answers of notes into it."""
    op.create_table(
        "noteitem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("moment_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_noteitem_asked_by_id")),
        sa.ForeignKeyConstraint(["moment_id"], ["moment.id"], name=op.f("fk_noteitem_moment_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"], name=op.f("fk_noteitem_posting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_noteitem")),
        sa.UniqueConstraint("posting_id", "moment_id", name=op.f("uq_noteitem_posting_id_moment_id")),
    )
    op.create_index(op.f("ix_noteitem_moment_id"), "noteitem", ["moment_id"], unique=False)
    op.drop_index("ix_posting_person_id", "posting")
    op.create_index("ix_posting_person_id_state_created_at", "posting", ["person_id", "state", "created_at"])
    columns = ("posting_id", "moment_id", "asked_by_id", "answer", "created_at")
    answer = sa.case((POSTING.c.text == "", ""), else_="stays")
    present = sa.select(
        POSTING.c.id, POSTING.c.moment_id, POSTING.c.asked_by_id, answer, POSTING.c.created_at
    ).where(NOTES)
    op.execute(sa.insert(ITEM).from_select(columns, present))
    op.execute(sa.update(POSTING).where(NOTES).values(moment_id=None, text=""))


def downgrade() -> None:
    """Give each note the first of its moments and its answer back, and drop the table."""
    first = (
        sa.select(sa.func.min(ITEM.c.moment_id)).where(ITEM.c.posting_id == POSTING.c.id).scalar_subquery()
    )
    answered = sa.exists().where(ITEM.c.posting_id == POSTING.c.id, ITEM.c.answer != "")
    op.execute(
        sa.update(POSTING)
        .where(POSTING.c.kind.in_(KINDS))
        .values(moment_id=first, text=sa.case((answered, "It stays."), else_=""))
    )
    op.drop_index("ix_posting_person_id_state_created_at", "posting")
    op.create_index("ix_posting_person_id", "posting", ["person_id"])
    op.drop_index(op.f("ix_noteitem_moment_id"), table_name="noteitem")
    op.drop_table("noteitem")
