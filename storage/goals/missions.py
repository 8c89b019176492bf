"""Missions of teams in versions, and how often each of their four lines was served.

The newest version counts. A version that was taken back stays as an empty row, so that a repeated
event does not write it again. A mission's posting has the key `mission:7`, with the team's id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlmodel import Session, col

from storage.delivery import pending, postings, refresh
from storage.engine.batch_reads import has_none
from storage.goals import sources
from storage.models import (
    Goal,
    Mission,
    MissionAsk,
    MissionLine,
    MissionUse,
    Moment,
    MomentState,
    Posting,
)
from storage.recaps import recaps

MISSION_KEY_PREFIX = "mission:"
"""The prefix of the key of a mission's posting."""
MOST_VERSIONS = 1_000
"""The most versions of a mission that are looked at, the newest."""


class LineUse(NamedTuple):
    """How many moments and goals of a period served a line of the mission in its present words.

    `earlier_moments` and `earlier_goals` served it when it said something else.
    """

    moments: int = 0
    goals: int = 0
    earlier_moments: int = 0
    earlier_goals: int = 0

    @property
    def is_unused(self) -> bool:
        """Whether nothing has served the line since it was last reworded."""
        return not (self.moments or self.goals)


def find_current(session: Session, team_id: int) -> Mission | None:
    """Return the newest version of a team's mission, or None if it has none."""
    if has_none(session, Mission, team_id):
        return None
    wanted = select(Mission).where(col(Mission.team_id) == team_id, _has_words())
    return session.execute(wanted.order_by(col(Mission.id).desc()).limit(1)).scalar_one_or_none()


def find_version(session: Session, team_id: int, mission_id: int) -> Mission | None:
    """Return a version of a team's mission by its id, or None. One that was taken back counts."""
    found = session.get(Mission, mission_id)
    return found if found and found.team_id == team_id else None


def list_versions(session: Session, team_id: int, limit: int, before: int | None = None) -> Sequence[Mission]:
    """Return the versions of a team's mission with ids below `before`, newest first."""
    wanted = select(Mission).where(col(Mission.team_id) == team_id, _has_words())
    if before is not None:
        wanted = wanted.where(col(Mission.id) < before)
    return session.execute(wanted.order_by(col(Mission.id).desc()).limit(limit)).scalars().all()


def find_by_event(session: Session, team_id: int, event: str) -> Mission | None:
    """Return the version that an event wrote, or None."""
    wanted = select(Mission).where(col(Mission.team_id) == team_id, col(Mission.event) == event)
    return session.execute(wanted).scalar_one_or_none()


def add_version(
    session: Session, team_id: int, author_id: int, lines: Mapping[str, str], event: str, now: datetime
) -> Mission:
    """Write a new version of a team's mission, and refresh its card."""
    mission = Mission(team_id=team_id, author_id=author_id, event=event, created_at=now)
    for line, words in lines.items():
        setattr(mission, line, words)
    session.add(mission)
    session.flush()
    refresh_mission(session, team_id, now)
    return mission


def take_back(session: Session, mission: Mission, now: datetime) -> None:
    """Erase the words of a version, also where goals quote them. The one before it counts again."""
    sources.take_quotes(session, mission, now)
    for line in MissionLine:
        setattr(mission, line, "")
    pending.delete_by_event(session, mission.event or "")
    session.flush()
    refresh_mission(session, mission.team_id, now)


def line_written_at(session: Session, team_id: int, line: str) -> datetime | None:
    """Return since when a line of the mission has its present words, or None if it is empty."""
    since: datetime | None = None
    words: str | None = None
    for version in list_versions(session, team_id, MOST_VERSIONS):
        said = getattr(version, line)
        if words is None:
            words = said
        if said != words:
            break
        since = version.created_at
    return since if words else None


def set_use(session: Session, moment: Moment, line: str, person_id: int, now: datetime) -> None:
    """Record the line of the mission that a moment serves. An empty line records that it serves none."""
    known = session.get(MissionUse, moment.id)
    if known is not None:
        session.delete(known)
        session.flush()
    if line:
        session.add(
            MissionUse(
                moment_id=moment.id, team_id=moment.team_id, line=line, made_by_id=person_id, created_at=now
            )
        )
        session.flush()
    refresh_mission(session, moment.team_id, now)


def find_use(session: Session, moment_id: int) -> str:
    """Return the line of the mission that a moment serves, or an empty string."""
    known = None if has_none(session, MissionUse, moment_id) else session.get(MissionUse, moment_id)
    return known.line if known else ""


def count_uses(session: Session, team_id: int, since: datetime, until: datetime) -> Mapping[str, LineUse]:
    """Return how many moments and goals of a period served each line of the mission.

    A moment counts at the time when it was kept, a goal at the time when it was made. Removed ones and
    those that still wait for their words do not count. In which words a line was served is told by when a
    moment's line was chosen, and by what a goal quotes.
    """
    versions = [*reversed(list_versions(session, team_id, MOST_VERSIONS))]
    in_words = or_(*(_chosen_in_words(versions, line) for line in MissionLine))
    moments = _count_by_line(session, _select_used_moments(team_id, since, until, in_words))
    present = versions[-1] if versions else None
    quoted = or_(
        *(
            and_(col(Goal.line) == line, col(Goal.quote) == (getattr(present, line) if present else ""))
            for line in MissionLine
        )
    )
    goals = _count_by_line(session, _select_used_goals(team_id, since, until, quoted))
    return {line: _build_use(moments.get(line, (0, 0)), goals.get(line, (0, 0))) for line in MissionLine}


def _build_use(moments: tuple[int, int], goals: tuple[int, int]) -> LineUse:
    """Return the use of a line of moments and goals, each with how many there are and how many in present words."""
    return LineUse(moments[1], goals[1], moments[0] - moments[1], goals[0] - goals[1])


def _chosen_in_words(versions: Sequence[Mission], line: str) -> ColumnElement[bool]:
    """Return the condition that a moment's line was chosen while it had its present words."""
    is_line = col(MissionUse.line) == line
    if not versions:
        return is_line
    spans: list[list[datetime | None]] = []
    for number, version in enumerate(versions):
        if getattr(version, line) != getattr(versions[-1], line):
            continue
        since = version.created_at if number else None
        until = versions[number + 1].created_at if number + 1 < len(versions) else None
        if spans and spans[-1][1] == since:
            spans[-1][1] = until
        else:
            spans.append([since, until])
    return and_(is_line, or_(*(_chosen_between(since, until) for since, until in spans)))


def _chosen_between(since: datetime | None, until: datetime | None) -> ColumnElement[bool]:
    at = col(MissionUse.created_at)
    return and_(true(), *([at > since] if since else []), *([at <= until] if until else []))


def _count_by_line(session: Session, wanted: Any) -> Mapping[str, tuple[int, int]]:
    return {line: (int(number), int(present)) for line, number, present in session.execute(wanted)}


def _count_if(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _select_used_moments(team_id: int, since: datetime, until: datetime, present: ColumnElement[bool]) -> Any:
    return (
        select(col(MissionUse.line), func.count(), _count_if(present))
        .join(Moment, col(Moment.id) == col(MissionUse.moment_id))
        .where(
            col(MissionUse.team_id) == team_id,
            col(MissionUse.created_at) >= since,  # a line is chosen for a moment that is there
            col(Moment.created_at) >= since,
            col(Moment.created_at) < until,
            col(Moment.deleted_at).is_(None),
            col(Moment.state) == MomentState.KEPT,
        )
        .group_by(col(MissionUse.line))
    )


def _select_used_goals(team_id: int, since: datetime, until: datetime, present: ColumnElement[bool]) -> Any:
    return (
        select(col(Goal.line), func.count(), _count_if(present))
        .where(
            col(Goal.team_id) == team_id,
            col(Goal.line) != "",
            col(Goal.created_at) >= since,
            col(Goal.created_at) < until,
            col(Goal.withdrawn_at).is_(None),
        )
        .group_by(col(Goal.line))
    )


def find_ask(session: Session, team_id: int, line: str) -> MissionAsk | None:
    """Return the question that was asked about a line of a team's mission, or None."""
    return session.get(MissionAsk, (team_id, line))


def find_ask_of_recap(session: Session, posting_id: int) -> MissionAsk | None:
    """Return the question about a line of the mission that a recap asks, or None."""
    wanted = select(MissionAsk).where(col(MissionAsk.posting_id) == posting_id)
    return session.execute(wanted.limit(1)).scalar_one_or_none()


def was_asked_aloud(session: Session, asked: MissionAsk) -> bool:
    """Return whether the recap that asks about a line was posted, or is about to be."""
    recap = session.get(Posting, asked.posting_id) if asked.posting_id is not None else None
    return recap is None or recaps.is_told(recap)


def record_ask(session: Session, mission: Mission, line: str, posting_id: int | None, now: datetime) -> None:
    """Record that a recap asks about a line of the mission, in place of an earlier question about it."""
    known = find_ask(session, mission.team_id, line)
    if known is None:
        known = MissionAsk(team_id=mission.team_id, line=line, mission_id=mission.id, asked_at=now)
        session.add(known)
    known.mission_id, known.posting_id, known.asked_at, known.kept_at = mission.id, posting_id, now, None
    session.flush()


def record_kept(session: Session, asked: MissionAsk, now: datetime) -> None:
    """Record that a line that a recap asked about is still meant, and refresh the recap."""
    asked.kept_at = asked.kept_at or now
    session.flush()
    if asked.posting_id is not None:
        refresh.refresh_posting(session, asked.posting_id, now)


def refresh_mission(session: Session, team_id: int, now: datetime) -> None:
    """Refresh the card of a team's mission, if it has one."""
    if (posting := postings.find_by_key(session, f"{MISSION_KEY_PREFIX}{team_id}")) is not None:
        refresh.refresh_posting(session, posting.id, now)


def _has_words() -> ColumnElement[bool]:
    lines = (getattr(Mission, line) for line in MissionLine)
    return and_(or_(*(col(line) != "" for line in lines)))
