"""The mission's card: its four lines, and how much served each this quarter and the last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.core.language.catalogs import ENGLISH
from bot.core.language.words import _, current_language, line, ngettext
from bot.core.messages import Block, Button, Card, Line, Post, Quote, Section, Small, Timestamp, Title
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.times import local_day, quarter_of, utc_of
from bot.goals.commands import MissionVersions, WriteMission
from bot.goals.lines import LINES, OUR_MISSION, mission_lines
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
        gone = Card((Small((_("The mission was removed."),)),))
        return ComposedPost(Post(gone)) if posting.message else None
    return ComposedPost(Post(build_mission_card(session, mission, now)))


def build_mission_card(session: Session, mission: Mission, now: datetime) -> Card:
    """Build the card: the lines, what served each, and who wrote this version when."""
    team = str(mission.team_id)
    buttons = [Button(_("Edit mission"), WriteMission(team))]
    if missions.list_versions(session, mission.team_id, 1, mission.id):
        buttons.append(Button(_("Earlier versions"), MissionVersions(team)))
    return Card(tuple(_card_blocks(session, mission, now)), tuple(buttons))


def _card_blocks(session: Session, mission: Mission, now: datetime) -> Iterator[Block]:
    zone = session.get_one(Team, mission.team_id).zone
    quarters = find_quarters(now, zone)
    counted = [
        (quarter.name, missions.count_uses(session, mission.team_id, quarter.since, quarter.until))
        for quarter in quarters
    ]
    yield Title(OUR_MISSION())
    for name, words in mission_lines(mission).items():
        if words:
            yield Section(LINES[name].label())
            yield Quote(words)
            written = missions.line_written_at(session, mission.team_id, name)
            is_new = written is not None and written >= quarters[0].since
            yield Small((describe_uses(name, counted, is_new),))
    open_lines = [LINES[name].label() for name, words in mission_lines(mission).items() if not words]
    if open_lines:
        yield Small(line("Still open: {names}.", names=", ".join(open_lines)))
    yield Small(_byline(session, mission, zone))


def find_quarters(now: datetime, zone: str) -> tuple[Quarter, Quarter]:
    """Return the calendar quarter that it is in a zone, and the one before it."""
    first, following = quarter_of(local_day(now, zone))
    before, _ = quarter_of(first - timedelta(days=1))
    return _build_quarter(first, following, zone), _build_quarter(before, first, zone)


def _build_quarter(first: date, following: date, zone: str) -> Quarter:
    last = following - timedelta(days=1)
    return Quarter(_name_months(first, last), utc_of(first, time(), zone), utc_of(following, time(), zone))


def _name_months(first: date, last: date) -> str:
    """Return the months from one day to another of the same year, such as `Jan–Mar 2026`."""
    if current_language() == ENGLISH:
        return f"{first:%b}–{last:%b} {last.year}"
    from babel.dates import format_interval

    return format_interval(first, last, "yMMM", locale=current_language())


def describe_uses(name: str, counted: list[tuple[str, Mapping[str, LineUse]]], is_new: bool) -> str:
    """Return what served a line in each quarter, such as `Jan–Mar 2026: 3 moments, 1 goal`.

    What served it in other words is told beside that. `is_new` says that the line got its words this quarter.
    """
    found = [(quarter, uses.get(name, LineUse())) for quarter, uses in counted]
    said = {quarter: ", ".join(_describe_use(use)) for quarter, use in found}
    if any(not use.is_unused for _quarter, use in found):
        none = _("nothing")
        return " · ".join(f"{quarter}: {served or none}" for quarter, served in said.items())
    told = [f"{quarter}: {served}" for quarter, served in said.items() if served]
    if is_new:
        return " · ".join((_("Nothing serves it yet"), *told))
    (now, _use), (before, _use) = found
    return " · ".join((_("Nothing served it in {before} or {now}", before=before, now=now), *told))


def _describe_use(use: LineUse) -> Iterator[str]:
    """Yield what served a line in its words of now, and then in earlier words."""
    if use.moments:
        yield ngettext("1 moment", "{n} moments", use.moments)
    if use.goals:
        yield ngettext("1 goal", "{n} goals", use.goals)
    if use.earlier_moments:
        yield ngettext(
            "1 moment for its earlier words", "{n} moments for its earlier words", use.earlier_moments
        )
    if use.earlier_goals:
        yield ngettext("1 goal for its earlier words", "{n} goals for its earlier words", use.earlier_goals)


def _byline(session: Session, mission: Mission, zone: str) -> Line:
    author = goals.names_by_id(session, [mission.author_id])[mission.author_id]
    return line("Written by {author} on {day}", author=author, day=Timestamp(mission.created_at, zone))
