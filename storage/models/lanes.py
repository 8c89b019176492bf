"""The table of the lanes in which processes send, so that two of them never send to one destination at once."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from storage.engine.types import UtcDateTime
from storage.models.table import Table


class Lane(Table, table=True):
    """A destination that a process sends to, claimed until a time. An SQLite file has one process and needs none.

    `person_id` is the receiver of notes, or 0. A claim that ran out belongs to a process that died.
    """

    workspace_id: int = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    person_id: int = Field(primary_key=True)
    claimed_by: str
    claimed_until: datetime = Field(sa_type=UtcDateTime)
