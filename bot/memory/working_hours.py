"""The mornings on which a team is asked follow-up questions about a moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from bot.core.times import local_day, morning_on_or_after
from storage.memory import followups
from storage.models import FollowUpKind, Team


def followup_due_at(kept_at: datetime, kind: str, zone: str) -> datetime:
    """Return the first morning on which a follow-up of this kind is asked about a moment."""
    return morning_on_or_after(local_day(kept_at, zone) + followups.ASK_AFTER[kind], zone)


def plan_followups(
    session: Session, team_id: int, moment_id: int, kept_at: datetime, kinds: Collection[FollowUpKind]
) -> None:
    """Plan follow-ups of these kinds for a moment, each once, on their mornings."""
    zone = session.get_one(Team, team_id).zone
    followups.plan_followups(
        session, team_id, moment_id, {kind: followup_due_at(kept_at, kind, zone) for kind in kinds}
    )
