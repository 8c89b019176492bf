"""A team's period of time."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of a team's time: from `since` to before `until`."""

    team_id: int
    since: datetime
    until: datetime
