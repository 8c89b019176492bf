"""What a report told is stored with its posting, and each of its quotations is stored once.

A recap that a platform refused and took later had stored its quotations again for each try. A
report posted before this has no stored figures: they are stored when it is edited next.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

QUOTED = ("moment_id", "answer_id")


def upgrade() -> None:
    """Add the column, delete all but the first of equal quotations, and make them unique."""
    op.add_column("posting", sa.Column("as_posted", sa.JSON(), nullable=True))
    columns = [sa.column(name, sa.Integer) for name in ("id", "posting_id", *QUOTED)]
    quotation = sa.table("quotation", *columns)
    first = sa.select(sa.func.min(quotation.c.id)).group_by(
        quotation.c.posting_id, quotation.c.moment_id, quotation.c.answer_id
    )
    op.execute(sa.delete(quotation).where(quotation.c.id.not_in(first)))
    for quoted in QUOTED:
        op.create_index(f"uq_quotation_posting_id_{quoted}", "quotation", ["posting_id", quoted], unique=True)


def downgrade() -> None:
    """Drop the indexes and the column. Quotations that were stored twice stay deleted."""
    for quoted in QUOTED:
        op.drop_index(f"uq_quotation_posting_id_{quoted}", "quotation")
    op.drop_column("posting", "as_posted")
