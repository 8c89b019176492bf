"""What focus adds to a recap: one line with the ratio, one mark in the picture, and each quarter's suggestion.

A posted recap keeps the ids of the moments it counted, so that later links change nothing in it, and what was
removed is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import time, timedelta
from itertools import pairwise
from typing import Any

from sqlmodel import Session

from bot.core.language.words import _, ngettext
from bot.core.messages import Button, Strong
from bot.core.pictures.drawing import ShareMark
from bot.core.posts import RecapPick, RecapSource, RecapTelling, ReportLine
from bot.core.times import Period, local_day, quarter_of, utc_of, zone_or_utc
from bot.focus.commands import StartCheck
from bot.focus.find import find_open_big_goal
from bot.focus.share import (
    QUARTER_WEEKS,
    USUAL_WEEKS,
    Before,
    Scatter,
    Share,
    describe_loose,
    describe_scatter,
    describe_trend,
    edges_within,
    list_big_goals,
    measure_focus,
    measure_share,
    name_goals,
    week_edges,
)
from bot.focus.survival import tell_owner_of_survival
from storage.focus import checks, ratio
from storage.models import Goal, Posting, Team
from storage.models.span import Span
from storage.recaps import recaps

WEEK = timedelta(days=8)
"""The longest week, with a change of clocks."""
PERIOD_NAMES = {
    timedelta(days=15): Before.FORTNIGHT,
    timedelta(days=32): Before.MONTH,
    timedelta(days=104): Before.QUARTER,
    timedelta(days=367): Before.YEAR,
}
"""What a longer period is compared with, by its greatest length. A harvest's quarter may be some days longer."""
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
    big = list_big_goals(session, team.id, period)
    share = measure_share(session, team, period)
    if big and share.is_told:
        told |= {"big": [goal.id for goal in big], **_pick_share(session, team, period, share)}
        told |= _pick_comparison(session, team, period)
    return RecapPick(figures=told) if told else None


def _begins_quarter(session: Session, posting: Posting, zone: str) -> bool:
    """Return whether this is a schedule's first recap or harvest of a quarter, and nobody began a check in it.

    It must have been the big goal before the quarter: a new one needs no check yet.
    """
    if posting.schedule_id is None or posting.until is None or posting.team_id is None:
        return False
    since = utc_of(quarter_of(local_day(posting.until, zone))[0], time(), zone)
    goal = find_open_big_goal(session, posting.team_id, posting.until)
    if goal is None or posting.until - since > NEW_QUARTER:
        return False
    if (goal.big_since or goal.created_at) >= since:
        return False
    check = checks.find_latest(session, posting.team_id)
    unchecked = check is None or check.created_at < since
    return unchecked and recaps.is_first_of_schedule(session, posting, since)


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
    """Return what a ratio is told with: in a longer period the one before it.

    In a week, these are the twelve weeks before, the quarter that ends with it, the quarter before that
    one, and the scatter.
    """
    if period.until - period.since <= WEEK:
        focus = measure_focus(session, team, period.until)
        return {
            "weeks_before": _figures(focus.week_before),
            "quarter": _figures(focus.quarter),
            "quarter_before": _figures(focus.quarter_before),
            "goals": focus.scatter.goals,
            "usual": focus.scatter.usual,
        }
    return {"before": _figures(measure_share(session, team, _period_before(period, team.zone)))}


def _figures(share: Share) -> list[int]:
    return [share.served, share.moments, share.loose]


def _period_before(period: Period, zone: str) -> Period:
    """Return the period of the same length before this one, on the clocks of a zone."""
    since, until = (at.astimezone(zone_or_utc(zone)) for at in (period.since, period.until))
    return Period(since - (until.replace(tzinfo=None) - since.replace(tzinfo=None)), period.since)


def tell_focus(session: Session, telling: RecapTelling) -> Sequence[ReportLine]:
    """Return the line with the ratio and its mark, and the quarter's suggestion with its button."""
    lines: list[ReportLine] = []
    big = _find_told_goals(session, telling.figures)
    if big and (share := _load_share(session, telling)).is_told:
        said = " ".join(filter(None, _say_share(session, telling, big, share)))
        mark = ShareMark(share.served, share.moments, _("on the goal"), _("served the big goal"))
        lines.append(ReportLine((Strong(_("Focus:")), f" {said}"), mark=mark))
    if telling.figures.get("suggests"):
        button = Button(_("Focus check"), StartCheck(str(telling.span.team_id)))
        lines.append(ReportLine((_("A new quarter: where does our time really go?"),), (button,)))
    return lines


def _find_told_goals(session: Session, told: Mapping[str, Any]) -> Sequence[Goal]:
    """Return the big goals that a recap tells of, without those that were taken back since."""
    found = [session.get(Goal, goal_id) for goal_id in told.get("big", ())]
    return [goal for goal in found if goal is not None and goal.withdrawn_at is None]


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


def _say_share(session: Session, telling: RecapTelling, big: Sequence[Goal], share: Share) -> Iterator[str]:
    """Yield the sentences about a share. Some may be empty."""
    told = telling.figures
    yield ngettext(
        "{share} moments served the big goal {goals}.",
        "{share} moments served the big goals {goals}.",
        len(big),
        share=share.in_words(),
        goals=name_goals(big),
    )
    yield _say_trend(session, telling, share)
    yield from _say_quarter(session, telling, share)
    yield describe_loose(share)
    if "goals" in told:
        yield describe_scatter(Scatter(told["goals"], told["usual"]))


def _say_trend(session: Session, telling: RecapTelling, share: Share) -> str:
    """Return the sentence that compares a share with what came before it, or nothing.

    A week is compared with the twelve weeks before, a longer period with the one before it.
    """
    period, zone = Period(*telling.span[1:]), _zone_of(session, telling)
    if "before" in telling.figures:
        before = _load_figures(session, telling, "before", _period_before(period, zone))
        length = period.until - period.since
        when = next((when for most, when in PERIOD_NAMES.items() if length <= most), Before.TIME)
        return describe_trend(share, before, when)
    if "weeks_before" in telling.figures:
        edges = week_edges(period.until, zone, USUAL_WEEKS + 1)
        weeks = _load_figures(session, telling, "weeks_before", Period(edges[0], edges[-2]))
        return describe_trend(share, weeks, Before.WEEKS)
    return ""


def _say_quarter(session: Session, telling: RecapTelling, week: Share) -> Iterator[str]:
    """Yield the share of the quarter that ends with a week, and its trend. Nothing if it is no more than the week."""
    if "quarter" not in telling.figures:
        return
    edges = week_edges(telling.span.until, _zone_of(session, telling), 2 * QUARTER_WEEKS)
    quarter = _load_figures(session, telling, "quarter", Period(edges[QUARTER_WEEKS], edges[-1]))
    if quarter.moments <= week.moments:
        return
    before = _load_figures(session, telling, "quarter_before", Period(edges[0], edges[QUARTER_WEEKS]))
    yield _("This quarter: {share}.", share=quarter.in_words())
    yield describe_trend(quarter, before, Before.QUARTER)


def _load_figures(session: Session, telling: RecapTelling, name: str, period: Period) -> Share:
    """Return one of the stored shares, no figure of which is greater than it is now."""
    return _limit_share(session, telling, Share(*telling.figures[name]), period)


def _zone_of(session: Session, telling: RecapTelling) -> str:
    return session.get_one(Team, telling.span.team_id).zone


RECAP_SOURCES = (RecapSource("focus", pick_focus, tell_focus, tell_owner_of_survival),)
