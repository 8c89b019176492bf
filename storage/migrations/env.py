"""What Alembic runs: our tables on the connection that `storage.schema` hands over."""

from __future__ import annotations

from typing import Any

from alembic import context
from storage.models import Table


def is_ours(_thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Leave the search index's own tables alone, which no model describes."""
    return not (kind == "table" and (name or "").startswith("search"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    include_object=is_ours,
    compare_type=True,
    render_as_batch=True,
)
context.run_migrations()
