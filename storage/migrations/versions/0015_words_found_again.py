"""Moments get the tokens by which the search finds them now.

Until now a zero-width character cut a word in two, and a letter that shows its case only when it is
taken apart kept it. Tokens are only added, so that everything that was found is found as before.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.engine.types import UtcDateTime
from storage.moments.fulltext import tokenize_text

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BATCH = 500
"""The moments that are read at a time."""
SEALED_FOR = timedelta(hours=48)
"""How long a moment's only version is sealed. What is sealed is not searched."""

MOMENT = sa.table(
    "moment",
    sa.column("id", sa.Integer),
    sa.column("text", sa.Text),
    sa.column("parts", sa.Text),
    sa.column("tokens", sa.Text),
)
WHY, SEQUEL = (
    sa.table(
        name,
        sa.column("moment_id", sa.Integer),
        sa.column("text", sa.Text),
        sa.column("deleted_at", UtcDateTime()),
    )
    for name in ("why", "sequel")
)
VERSION = sa.table(
    "version",
    sa.column("moment_id", sa.Integer),
    sa.column("text", sa.Text),
    sa.column("created_at", UtcDateTime()),
    sa.column("opened_at", UtcDateTime()),
)


def upgrade() -> None:
    """Add the missing tokens, moment by moment. A deleted one has none and gets none."""
    connection = op.get_bind()
    for rows in _read_batches(connection):
        told = _further_texts(connection, [row.id for row in rows])
        for row in rows:
            known = dict.fromkeys(row.tokens.split(" "))
            texts = (row.text, *_part_texts(row.parts), *told.get(row.id, ()))
            whole = known | dict.fromkeys(token for text in texts for token in tokenize_text(text))
            if len(whole) > len(known):
                changed = sa.update(MOMENT).where(MOMENT.c.id == row.id)
                connection.execute(changed.values(tokens=" ".join(whole)))


def _read_batches(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    last = 0
    wanted = sa.select(
        MOMENT.c.id, MOMENT.c.text, sa.cast(MOMENT.c.parts, sa.Text).label("parts"), MOMENT.c.tokens
    )
    wanted = wanted.where(MOMENT.c.tokens != "").order_by(MOMENT.c.id).limit(BATCH)
    while rows := connection.execute(wanted.where(MOMENT.c.id > last)).all():
        yield rows
        last = rows[-1].id


def _part_texts(stored: str | None) -> Iterator[str]:
    parts = json.loads(stored) if stored else {}
    yield from (text for text in parts.values() if isinstance(text, str))


def _further_texts(connection: sa.Connection, ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """Return the whys, later lines and open versions of moments, by moment."""
    found: dict[int, list[str]] = defaultdict(list)
    for table in (WHY, SEQUEL):
        standing = sa.select(table.c.moment_id, table.c.text).where(table.c.deleted_at.is_(None))
        for moment_id, text in connection.execute(standing.where(table.c.moment_id.in_(ids))):
            found[moment_id].append(text)
    versions: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(sa.select(VERSION).where(VERSION.c.moment_id.in_(ids))):
        versions[row.moment_id].append(row)
    opened_by = datetime.now(UTC) - SEALED_FOR
    for moment_id, rows in versions.items():
        if len(rows) > 1 or rows[0].opened_at is not None or rows[0].created_at <= opened_by:
            found[moment_id].extend(row.text for row in rows)
    return found


def downgrade() -> None:
    """Leave the tokens: they find only what is in the moments."""
