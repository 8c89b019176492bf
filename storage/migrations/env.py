"""Alembic's environment. It runs on the connection that `storage.engine.schema` passes in."""

from __future__ import annotations

from alembic import context

from storage.migrations.env_filter import is_ours
from storage.models import Table
from storage.models.table import state_conditions

state_conditions(Table.metadata)
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    include_object=is_ours,
    compare_type=True,
    render_as_batch=True,
)
context.run_migrations()
