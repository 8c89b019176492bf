"""What focus adds to a recap: one line with the ratio, one mark in the picture, and each quarter's suggestion.

A posted recap keeps the ids of the moments it counted, so that later links change nothing in it, and what was
removed is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from itertools import pairwise
from typing import Any

from sqlmodel import Session

from bot.core.messages import Button, Strong
from bot.core.posts import RecapPick, RecapSource, RecapTelling, ReportLine, ShareMark
from bot.core.times import Period, local_day, quarter_of, utc_of
from bot.focus.commands import StartCheck
from bot.focus.find import find_open_big_goal
from bot.focus.share import (
    USUAL_WEEKS,
    Scatter,
    Share,
    describe_loose,
    describe_scatter,
    describe_trend,
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
from storage.recaps import recaps

WEEK = timedelta(days=8)
"""The longest week, with a change of clocks."""
PERIOD_NAMES = {timedelta(days=32): "month", timedelta(days=104): "quarter", timedelta(days=367): "year"}
"""What a longer period is called, by its greatest length. A harvest's quarter may be some days longer."""
MOST_IDS = 2_000
"""The most moments that a posting names one by one. Of more, it keeps how many there were."""
NEW_QUARTER = timedelta(weeks=6)
"""How long a quarter is new enough for a check. After that, the next quarter's comes soon enough."""


def pick_focus(session: Session, span: Span, posting: Posting | None) -> RecapPick | None:
    """Return the ratio of a span as ids and figures, and whether a focus check is due. None for neither."""
    team = session.get_one(Team, span.team_id)
    period = Period(span.since, span.until)
    told: dict[str, Any] = {}
    if posting is not None and _begins_quarter(session, posting, team.zone):
        told["suggests"] = True
    goal = find_big_goal(session, team.id, period)
    share = measure_share(session, team, period)
    if goal is not None and share.is_told:
        told |= {"goal": goal.id, **_pick_share(session, team, period, share)}
        told |= _pick_comparison(session, team, period)
    return RecapPick(figures=told) if told else None


def _begins_quarter(session: Session, posting: Posting, zone: str) -> bool:
    """Return whether this is a schedule's first recap or harvest of a quarter.

    The big goal must be older than the quarter: a new one needs no check yet.
    """
    if posting.schedule_id is None or posting.until is None:
        return False
    since = utc_of(quarter_of(local_day(posting.until, zone))[0], time(), zone)
    goal = find_open_big_goal(session, posting.team_id or 0, posting.until)
    if goal is None or goal.created_at >= since or posting.until - since > NEW_QUARTER:
        return False
    return recaps.is_first_of_schedule(session, posting, since)


def _pick_share(session: Session, team: Team, period: Period, share: Share) -> Mapping[str, Any]:
    """Return the ids of what serves the big goal, another goal and none. Of very many, only how many."""
    if share.moments > MOST_IDS:
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


def _pick_comparison(session: Session, team: Team, period: Period) -> Mapping[str, Any]:
    """Return what a ratio is told with: in a week the scatter, in a longer period the one before it."""
    if period.until - period.since <= WEEK:
        edges = week_edges(period.until, team.zone, USUAL_WEEKS + 1)
        scatter = measure_scatter(ratio.count_by_week(session, team.id, edges))
        return {"goals": scatter.goals, "usual": scatter.usual}
    before = measure_share(session, team, _period_before(period))
    return {"before": [before.served, before.moments, before.loose]}


def _period_before(period: Period) -> Period:
    """Return the period of the same length before this one."""
    return Period(period.since - (period.until - period.since), period.since)


def tell_focus(session: Session, telling: RecapTelling) -> Sequence[ReportLine]:
    """Return the line with the ratio and its mark, and the quarter's suggestion with its button."""
    lines: list[ReportLine] = []
    goal = _find_told_goal(session, telling.figures)
    if goal is not None and (share := _load_share(session, telling)).is_told:
        said = " · ".join(_say_share(session, telling, goal, share))
        mark = ShareMark(share.served, share.moments, "on the goal", "served the big goal")
        lines.append(ReportLine((Strong("Focus: "), f"{said}."), mark=mark))
    if telling.figures.get("suggests"):
        button = Button("Focus check", StartCheck(str(telling.span.team_id)))
        lines.append(ReportLine(("A new quarter: where does our time really go?",), (button,)))
    return lines


def _find_told_goal(session: Session, told: Mapping[str, Any]) -> Goal | None:
    """Return the big goal that a recap tells of. None for one that was taken back since."""
    goal = session.get(Goal, told["goal"]) if "goal" in told else None
    return goal if goal is not None and goal.withdrawn_at is None else None


def _load_share(session: Session, telling: RecapTelling) -> Share:
    """Return a stored share less what was removed since."""
    told = telling.figures
    if "counts" in told:
        return _limit_share(session, telling, Share(*told["counts"]), Period(*telling.span[1:]))
    served, others, loose = (
        recaps.count_still_kept(session, told.get(name, ())) for name in ("served", "others", "loose")
    )
    return Share(served, served + others + loose, loose)


def _limit_share(session: Session, telling: RecapTelling, then: Share, period: Period) -> Share:
    """Return a stored share of a period, no figure of which is greater than it is now."""
    if telling.posting is None:
        return then
    now = measure_share(session, session.get_one(Team, telling.span.team_id), period)
    return Share(min(then.served, now.served), min(then.moments, now.moments), min(then.loose, now.loose))


def _say_share(session: Session, telling: RecapTelling, goal: Goal, share: Share) -> Sequence[str]:
    told = telling.figures
    trend = _say_trend(session, telling, share) if "before" in told else ""
    parts = [f"{share.in_words()} moments served the big goal, #{goal.number}{trend}"]
    if loose := describe_loose(share):
        parts.append(loose)
    if "goals" in told:
        parts.append(describe_scatter(Scatter(told["goals"], told["usual"])))
    return parts


def _say_trend(session: Session, telling: RecapTelling, share: Share) -> str:
    """Return how a share compares with that of the period before it, with a comma in front, or nothing."""
    period = Period(*telling.span[1:])
    stored = Share(*telling.figures["before"])
    before = _limit_share(session, telling, stored, _period_before(period))
    length = period.until - period.since
    name = next((name for most, name in PERIOD_NAMES.items() if length <= most), "time")
    trend = describe_trend(share, before, f"the {name} before")
    return f", {trend}" if trend else ""


RECAP_SOURCES = (RecapSource("focus", pick_focus, tell_focus, tell_owner_of_survival),)
