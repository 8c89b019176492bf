"""Words of other people that goals have: they go with the moment that holds them, or with their mission."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from storage.delivery import refresh
from storage.models import Goal, Mission, MissionLine


def take_words(session: Session, moment_id: int, now: datetime) -> None:
    """Take a removed moment's words out of the goals that still have them. They ask for new ones."""
    for goal in _list_from(session, moment_id):
        _set_words(session, goal, "", now)


def give_words_back(session: Session, moment_id: int, text: str, now: datetime) -> None:
    """Give a moment's words back to the goals that have no new ones, because the moment is back."""
    for goal in _list_from(session, moment_id):
        if not goal.text:
            _set_words(session, goal, text, now)


def take_quotes(session: Session, mission: Mission, now: datetime) -> None:
    """Take the lines of a mission's version out of the goals that quote it, before it is taken back.

    A line that another version has in the same words stays quoted.
    """
    for line in MissionLine:
        words = getattr(mission, line)
        if words and not _is_said_elsewhere(session, mission, line, words):
            for goal in _list_quoting(session, mission.team_id, line, words):
                goal.line = goal.quote = ""
                session.flush()
                refresh.refresh_naming(session, goal.id, now)


def _list_from(session: Session, moment_id: int) -> Sequence[Goal]:
    wanted = select(Goal).where(col(Goal.from_id) == moment_id, col(Goal.withdrawn_at).is_(None))
    return session.execute(wanted.order_by(col(Goal.id))).scalars().all()


def _set_words(session: Session, goal: Goal, text: str, now: datetime) -> None:
    goal.text = text
    session.flush()
    refresh.refresh_naming(session, goal.id, now)


def _is_said_elsewhere(session: Session, mission: Mission, line: str, words: str) -> bool:
    wanted = select(col(Mission.id)).where(
        col(Mission.team_id) == mission.team_id,
        col(Mission.id) != mission.id,
        col(getattr(Mission, line)) == words,
    )
    return session.execute(wanted.limit(1)).first() is not None


def _list_quoting(session: Session, team_id: int, line: str, words: str) -> Sequence[Goal]:
    wanted = select(Goal).where(
        col(Goal.team_id) == team_id, col(Goal.line) == line, col(Goal.quote) == words
    )
    return session.execute(wanted.order_by(col(Goal.id))).scalars().all()
