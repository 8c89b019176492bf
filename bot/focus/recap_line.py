"""What focus adds to a recap: one line with the ratio, one mark in the picture, and each quarter's suggestion.

A posted recap keeps the ids of the moments it counted, so that later links change nothing in it, and what was
removed is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

from sqlmodel import Session

from bot.core.messages import Button, Strong
from bot.core.posts import RecapSource, ReportLine, ShareMark
from bot.core.times import Period, local_day, quarter_of, utc_of
from bot.focus.commands import StartCheck
from bot.focus.find import find_open_big_goal
from bot.focus.share import (
    USUAL_WEEKS,
    Scatter,
    Share,
    describe_loose,
    describe_scatter,
    edges_within,
    list_big_goals,
    measure_scatter,
    measure_share,
    name_goals,
    week_edges,
)
from bot.focus.survival import tell_owner_of_survival
from storage.focus import checks, ratio
from storage.models import Goal, Posting, Team
from storage.models.span import Span
from storage.recaps import recaps

WEEK, LONGEST_KEPT = timedelta(days=8), timedelta(days=32)
"""The longest week, with a change of clocks. The longest period whose moments a posting names one by one."""


def select_focus(
    session: Session, team_id: int, period: Period, _as_of: datetime
) -> Mapping[str, Any] | None:
    """Return the ratio of a period as ids and figures, and whether a focus check is due. None for neither."""
    team = session.get_one(Team, team_id)
    told: dict[str, Any] = {}
    if find_open_big_goal(session, team_id, period.until) and _is_first_of_quarter(session, team, period):
        told["suggests"] = True
    big = list_big_goals(session, team_id, period)
    share = measure_share(session, team, period)
    if big and share.is_told:
        told |= {"big": [goal.id for goal in big], **_select_share(session, team, period, share)}
        if period.until - period.since <= WEEK:
            edges = week_edges(period.until, team.zone, USUAL_WEEKS + 1)
            counts = ratio.count_by_week(session, team_id, edges)
            scatter = measure_scatter(session, team_id, edges, counts)
            told |= {"goals": scatter.goals, "usual": scatter.usual}
    return told or None


def _is_first_of_quarter(session: Session, team: Team, period: Period) -> bool:
    """Return whether a recap of some weeks is the first one that is told in its calendar quarter.

    One that was empty was not told. A first recap that begins in the quarter suggests nothing, and neither
    does one after the team has begun a check in it.
    """
    if period.until - period.since > LONGEST_KEPT:
        return False
    first, _ = quarter_of(local_day(period.until, team.zone))
    begins = utc_of(first, time(), team.zone)
    last, check = recaps.last_posted(session, team.id, period.until), checks.find_latest(session, team.id)
    before = last.until if last is not None and last.until is not None else period.since
    return before < begins and (check is None or check.created_at < begins)


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
    big = _find_told_goals(session, told)
    if told is not None and big and (share := _load_share(session, told)).is_told:
        lines.append(ReportLine((Strong("Focus: "), f"{' · '.join(_said(told, big, share))}.")))
    if told is not None and told.get("suggests"):
        team = str(posting.team_id) if posting else ""
        button = Button("Focus check", StartCheck(team))
        lines.append(ReportLine(("A new quarter: where does our time really go?",), (button,)))
    return tuple(lines)


def _find_told_goals(session: Session, told: Mapping[str, Any] | None) -> Sequence[Goal]:
    """Return the big goals that a recap tells of, without those that were taken back since."""
    found = [session.get(Goal, goal_id) for goal_id in (told or {}).get("big", ())]
    return [goal for goal in found if goal is not None and goal.withdrawn_at is None]


def _said(told: Mapping[str, Any], big: Sequence[Goal], share: Share) -> Sequence[str]:
    parts = [f"{share.in_words()} moments served the big {name_goals(big)}"]
    if loose := describe_loose(share):
        parts.append(loose)
    if "goals" in told:
        parts.append(describe_scatter(Scatter(told["goals"], told["usual"])))
    return parts


def mark_focus(
    session: Session, told: Mapping[str, Any] | None, _posting: Posting | None
) -> ShareMark | None:
    """Return the mark for the recap's picture, or None without a ratio."""
    if told is None or not _find_told_goals(session, told):
        return None
    share = _load_share(session, told)
    return (
        ShareMark(share.served, share.moments, "on the goal", "served the big goal")
        if share.is_told
        else None
    )


FOCUS_LINE = RecapSource("focus", select_focus, tell_focus, tell_owner_of_survival, mark_focus)
