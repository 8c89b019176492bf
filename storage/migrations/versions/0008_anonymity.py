"""Anonymous answers come out together at the close, and taps in groups.

Until now answers were shown from the fourth on while others still came. Open questions that show
some are closed, so that no further one appears alone. Answers of closed questions that were too
few to be shown are deleted, as they are from now on. Taps of a moment with fewer than three wait.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from storage.engine.types import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SHOWN_FROM, TAPS_TOGETHER = 4, 3

ANSWER = sa.table(
    "answer",
    sa.column("posting_id", sa.Integer),
    sa.column("person_id", sa.Integer),
    sa.column("deleted_at", UtcDateTime),
)
POSTING = sa.table(
    "posting",
    sa.column("id", sa.Integer),
    sa.column("anonymous", sa.Boolean),
    sa.column("message", sa.String),
    sa.column("revision", sa.Integer),
    sa.column("due_at", UtcDateTime),
    sa.column("turns_at", UtcDateTime),
    sa.column("closed_at", UtcDateTime),
    sa.column("withdrawn_at", UtcDateTime),
)
COMFORT = sa.table(
    "comfort",
    sa.column("moment_id", sa.Integer),
    sa.column("taps", sa.Integer),
    sa.column("waiting", sa.Integer),
)


def upgrade() -> None:
    """Add the two columns, and bring the rows in line with the new rules."""
    op.add_column("answer", sa.Column("alone", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("comfort", sa.Column("waiting", sa.Integer(), nullable=False, server_default=sa.text("0")))
    connection, now = op.get_bind(), datetime.now(UTC)
    if "closed_at" not in {column["name"] for column in sa.inspect(connection).get_columns("posting")}:
        # An earlier form of 0003 left it out. 0013 adds what else that did.
        op.add_column("posting", sa.Column("closed_at", UtcDateTime(), nullable=True))
    nameless = sa.select(ANSWER.c.posting_id).where(
        ANSWER.c.person_id.is_(None), ANSWER.c.deleted_at.is_(None)
    )
    shown = nameless.group_by(ANSWER.c.posting_id).having(sa.func.count() >= SHOWN_FROM)
    still_open = (POSTING.c.closed_at.is_(None), POSTING.c.withdrawn_at.is_(None))
    close = sa.update(POSTING).where(POSTING.c.anonymous, *still_open, POSTING.c.id.in_(shown))
    connection.execute(
        close.values(
            closed_at=now, turns_at=None, revision=POSTING.c.revision + 1,
            due_at=sa.case((POSTING.c.message.is_not(None), sa.literal(now, UtcDateTime())), else_=POSTING.c.due_at),
        )
    )  # fmt: skip
    closed = sa.select(POSTING.c.id).where(POSTING.c.anonymous, POSTING.c.closed_at.is_not(None))
    hidden = (ANSWER.c.posting_id.in_(closed), ANSWER.c.posting_id.not_in(shown))
    connection.execute(sa.delete(ANSWER).where(ANSWER.c.person_id.is_(None), *hidden))
    few = (
        sa.select(COMFORT.c.moment_id)
        .group_by(COMFORT.c.moment_id)
        .having(sa.func.sum(COMFORT.c.taps) < TAPS_TOGETHER)
    )
    wait = sa.update(COMFORT).where(COMFORT.c.moment_id.in_(few))
    connection.execute(wait.values(waiting=COMFORT.c.taps, taps=0))


def downgrade() -> None:
    """Show the taps that wait, and drop the columns. Deleted answers and closed questions stay so."""
    op.execute(sa.update(COMFORT).values(taps=COMFORT.c.taps + COMFORT.c.waiting))
    op.drop_column("comfort", "waiting")
    op.drop_column("answer", "alone")
