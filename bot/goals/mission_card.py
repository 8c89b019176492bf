"""The mission's card: its four lines, and how much served each this quarter and the last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.core.messages import Block, Button, Card, Inline, Post, Quote, Section, Small, Timestamp, Title
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.text import format_count
from bot.core.times import local_day, quarter_of, utc_of
from bot.goals.commands import MissionVersions, WriteMission
from bot.goals.lines import LINES, mission_lines
from storage.goals import goals, missions
from storage.goals.missions import LineUse
from storage.models import Mission, Posting, Team


class Quarter(NamedTuple):
    """A calendar quarter in a team's zone: its name, and the times from and up to which it counts."""

    name: str
    since: datetime
    until: datetime


def compose_mission_card(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost | None:
    """Compose the mission's card. After it was taken back, it is one sentence, or nothing if never posted."""
    mission = missions.find_current(session, posting.team_id or 0)
    if mission is None:
        gone = Card((Small(("The mission was taken back.",)),))
        return ComposedPost(Post(gone)) if posting.message else None
    return ComposedPost(Post(build_mission_card(session, mission, now)))


def build_mission_card(session: Session, mission: Mission, now: datetime) -> Card:
    """Build the card: the lines, what served each, and who wrote this version when."""
    team = str(mission.team_id)
    buttons = [Button("Edit", WriteMission(team))]
    if missions.list_versions(session, mission.team_id, 1, mission.id):
        buttons.append(Button("Earlier versions", MissionVersions(team)))
    return Card(tuple(_card_blocks(session, mission, now)), tuple(buttons))


def _card_blocks(session: Session, mission: Mission, now: datetime) -> Iterator[Block]:
    zone = session.get_one(Team, mission.team_id).zone
    quarters = find_quarters(now, zone)
    counted = [
        (quarter.name, missions.count_uses(session, mission.team_id, quarter.since, quarter.until))
        for quarter in quarters
    ]
    yield Title("Our mission")
    for line, words in mission_lines(mission).items():
        if words:
            yield Section(LINES[line].label)
            yield Quote(words)
            written = missions.line_written_at(session, mission.team_id, line)
            is_new = written is not None and written >= quarters[0].since
            yield Small((describe_uses(line, counted, is_new),))
    open_lines = [LINES[line].label for line, words in mission_lines(mission).items() if not words]
    if open_lines:
        yield Small((f"Still open: {', '.join(open_lines)}.",))
    yield Small(tuple(_byline(session, mission, zone)))


def find_quarters(now: datetime, zone: str) -> tuple[Quarter, Quarter]:
    """Return the calendar quarter that it is in a zone, and the one before it."""
    first, following = quarter_of(local_day(now, zone))
    before, _ = quarter_of(first - timedelta(days=1))
    return _build_quarter(first, following, zone), _build_quarter(before, first, zone)


def _build_quarter(first: date, following: date, zone: str) -> Quarter:
    last = following - timedelta(days=1)
    name = f"{first:%b}–{last:%b} {last.year}"
    return Quarter(name, utc_of(first, time(), zone), utc_of(following, time(), zone))


def describe_uses(line: str, counted: list[tuple[str, Mapping[str, LineUse]]], is_new: bool) -> str:
    """Return what served a line in each quarter, such as `Jan–Mar 2026: 3 moments, 1 goal`.

    What served it in other words is told beside that. `is_new` says that the line got its words this quarter.
    """
    found = [(name, uses.get(line, LineUse())) for name, uses in counted]
    if any(not use.is_unused for _, use in found):
        return " · ".join(f"{name}: {_describe_use(use)}" for name, use in found)
    earlier = "".join(f" · {name}: {_describe_earlier(use)}" for name, use in found if _describe_earlier(use))
    if is_new:
        return f"Nothing serves it yet{earlier}"
    return f"Nothing served it in {' or '.join(name for name, _ in reversed(found))}{earlier}"


def _describe_use(use: LineUse) -> str:
    said = _count_served(use.moments, use.goals) or "nothing"
    return ", and ".join(filter(None, (said, _describe_earlier(use))))


def _describe_earlier(use: LineUse) -> str:
    said = _count_served(use.earlier_moments, use.earlier_goals)
    return f"{said} in earlier words" if said else ""


def _count_served(moments: int, goals: int) -> str:
    said = (format_count(moments, "moment") if moments else "", format_count(goals, "goal") if goals else "")
    return ", ".join(filter(None, said))


def _byline(session: Session, mission: Mission, zone: str) -> Iterator[Inline]:
    yield f"Written by {goals.names_by_id(session, [mission.author_id])[mission.author_id]} · "
    yield Timestamp(mission.created_at, zone)
