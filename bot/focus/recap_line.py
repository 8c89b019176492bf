"""What focus adds to a recap: one line with the ratio, one mark in the picture, and each quarter's suggestion.

A posted recap keeps the ids of the moments it counted, so that later links change nothing in it, and what was
removed is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlmodel import Session

from bot.core.messages import Button, Strong
from bot.core.posts import RecapSource, ReportLine, ShareMark
from bot.core.times import Period, local_day
from bot.focus.commands import StartCheck
from bot.focus.find import find_open_big_goal
from bot.focus.share import (
    USUAL_WEEKS,
    Scatter,
    Share,
    describe_loose,
    describe_scatter,
    edges_within,
    find_big_goal,
    measure_scatter,
    measure_share,
    week_edges,
)
from bot.focus.survival import tell_owner_of_survival
from storage.focus import ratio
from storage.models import Goal, Posting, Team
from storage.models.span import Span

WEEK, LONGEST_KEPT = timedelta(days=8), timedelta(days=32)
"""The longest week, with a change of clocks. The longest period whose moments a posting names one by one."""


def select_focus(
    session: Session, team_id: int, period: Period, _as_of: datetime
) -> Mapping[str, Any] | None:
    """Return the ratio of a period as ids and figures, and whether a focus check is due. None for neither."""
    team = session.get_one(Team, team_id)
    told: dict[str, Any] = {}
    if find_open_big_goal(session, team_id, period.until) and _is_first_of_quarter(period, team.zone):
        told["suggests"] = True
    goal = find_big_goal(session, team_id, period)
    share = measure_share(session, team, period)
    if goal is not None and share.is_told:
        told |= {"goal": goal.id, **_select_share(session, team, period, share)}
        if period.until - period.since <= WEEK:
            edges = week_edges(period.until, team.zone, USUAL_WEEKS + 1)
            scatter = measure_scatter(ratio.count_by_week(session, team_id, edges))
            told |= {"goals": scatter.goals, "usual": scatter.usual}
    return told or None


def _is_first_of_quarter(period: Period, zone: str) -> bool:
    """Return whether a recap of some weeks is the first one of its calendar quarter."""
    if period.until - period.since > LONGEST_KEPT:
        return False
    return _quarter(local_day(period.since, zone)) != _quarter(local_day(period.until, zone))


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def _select_share(session: Session, team: Team, period: Period, share: Share) -> Mapping[str, Any]:
    """Return the ids of what serves the big goal, another goal and none. In a long period, only how many."""
    if period.until - period.since > LONGEST_KEPT:
        return {"counts": [share.served, share.moments, share.loose]}
    found = [
        each
        for since, until in pairwise(edges_within(period, team.zone))
        for each in ratio.list_serving(session, Span(team.id, since, until))
    ]
    return {
        "served": [each.moment_id for each in found if each.served],
        "others": [each.moment_id for each in found if each.linked and not each.served],
        "loose": [each.moment_id for each in found if not each.linked],
    }


def _load_share(session: Session, told: Mapping[str, Any]) -> Share:
    """Return a stored share less what was removed since."""
    if "counts" in told:
        return Share(*told["counts"])
    served, others, loose = (
        ratio.count_still_kept(session, told.get(name, ())) for name in ("served", "others", "loose")
    )
    return Share(served, served + others + loose, loose)


def tell_focus(
    session: Session, told: Mapping[str, Any] | None, posting: Posting | None
) -> tuple[ReportLine, ...]:
    """Return the line with the ratio and the scatter, and the quarter's suggestion with its button."""
    lines: list[ReportLine] = []
    goal = _find_told_goal(session, told)
    if told is not None and goal is not None and (share := _load_share(session, told)).is_told:
        lines.append(ReportLine((Strong("Focus: "), f"{' · '.join(_said(told, goal, share))}.")))
    if told is not None and told.get("suggests"):
        team = str(posting.team_id) if posting else ""
        button = Button("Focus check", StartCheck(team))
        lines.append(ReportLine(("A new quarter: where does our time really go?",), (button,)))
    return tuple(lines)


def _find_told_goal(session: Session, told: Mapping[str, Any] | None) -> Goal | None:
    """Return the big goal that a recap tells of. None for one that was taken back since."""
    goal = session.get(Goal, told["goal"]) if told and "goal" in told else None
    return goal if goal is not None and goal.withdrawn_at is None else None


def _said(told: Mapping[str, Any], goal: Goal, share: Share) -> Sequence[str]:
    parts = [f"{share.in_words()} moments served the big goal, #{goal.number}"]
    if loose := describe_loose(share):
        parts.append(loose)
    if "goals" in told:
        parts.append(describe_scatter(Scatter(told["goals"], told["usual"])))
    return parts


def mark_focus(
    session: Session, told: Mapping[str, Any] | None, _posting: Posting | None
) -> ShareMark | None:
    """Return the mark for the recap's picture, or None without a ratio."""
    if told is None or _find_told_goal(session, told) is None:
        return None
    share = _load_share(session, told)
    return (
        ShareMark(share.served, share.moments, "on the goal", "served the big goal")
        if share.is_told
        else None
    )


FOCUS_LINE = RecapSource("focus", select_focus, tell_focus, tell_owner_of_survival, mark_focus)
