"""The focus ratio for one person: the week, the quarter, the trend and the scatter, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.core.commands import Declaration
from bot.core.context import Context
from bot.core.language.words import lazy
from bot.core.messages import Block, Button, Card, Reply, Small, Strong, Style, Text, Title
from bot.core.text import format_count
from bot.core.times import Period
from bot.focus.commands import FocusRatio, StartCheck, StartSession
from bot.focus.find import describe_big_goal, find_open_big_goal
from bot.focus.share import (
    QUARTER_WEEKS,
    Share,
    describe_loose,
    describe_scatter,
    describe_trend,
    list_big_goals,
    measure_focus,
    week_edges,
)
from bot.goals.commands import NewGoal
from storage.models import Goal, GoalKind, Team

HOW_IT_IS_MEASURED = (
    "Once there is one, “What does it serve?” on a moment links the two, and I count how many do."
)
NO_BIG_GOAL = "No big goal is open, so there's nothing to measure our focus against."


def show_ratio(context: Context, _command: FocusRatio) -> Reply:
    """Return the team's ratio, as of now, in private."""
    team = context.session.get_one(Team, context.caller.team_id)
    focus = measure_focus(context.session, team, context.now)
    edges = week_edges(context.now, team.zone, QUARTER_WEEKS)
    in_quarter = list_big_goals(context.session, team.id, Period(edges[0], context.now))
    in_week = list_big_goals(context.session, team.id, Period(edges[-2], context.now))
    at = str(team.id)
    buttons = (
        Button("Focus check", StartCheck(at), Style.PRIMARY),
        Button("Focus session", StartSession(at)),
    )
    if not in_quarter:
        make = Button("Make a big goal", NewGoal(team=at, kind=GoalKind.BIG))
        return Reply(Card((Text((NO_BIG_GOAL,)), Small((HOW_IT_IS_MEASURED,))), (make, *buttons)))
    named = _goal_blocks(in_quarter, find_open_big_goal(context.session, team.id, context.now))
    blocks = _ratio_blocks(focus.week, focus.week_before, in_week, "This week", "the twelve weeks before")
    quarter = _ratio_blocks(
        focus.quarter, focus.quarter_before, in_quarter, "This quarter", "the quarter before"
    )
    said = describe_scatter(focus.scatter)
    scatter = (Small((f"{said[0].upper()}{said[1:]}.",)),) if focus.week.is_told else ()
    note = Small(("A quarter here is thirteen weeks. It counts ahas, breakthroughs and experiments.",))
    return Reply(Card((Title("Our focus"), *named, *blocks, *quarter, *scatter, note), buttons))


def _goal_blocks(in_quarter: Sequence[Goal], present: Goal | None) -> Iterator[Block]:
    """Yield the big goal that is open now, and those that were open before it in the quarter."""
    if present is not None:
        yield Text((Strong("Our big goal: "), describe_big_goal(present)))
    else:
        yield Text(("No big goal is open now.",))
    earlier = [goal for goal in in_quarter if present is None or goal.id != present.id]
    if earlier:
        named = ", ".join(map(describe_big_goal, earlier))
        yield Small((f"Earlier in this quarter: {named}.",))


def _ratio_blocks(share: Share, before: Share, big: Sequence[Goal], name: str, than: str) -> Iterator[Block]:
    """Yield one span's share of its big goals with its trend, and beside it what serves no goal."""
    if not big:
        yield Text((Strong(f"{name}: "), "no big goal was open, so there's nothing to measure."))
        return
    if not share.is_told:
        so_far = format_count(share.moments, "moment") if share.moments else "nothing"
        yield Text((Strong(f"{name}: "), f"{so_far} so far, too few to say."))
        return
    trend = describe_trend(share, before, than)
    it = "it" if len(big) == 1 else "one of them"
    yield Text(
        (Strong(f"{name}: {share.in_words()}"), f" moments serve {it}", f", {trend}." if trend else ".")
    )
    if loose := describe_loose(share):
        yield Small((f"{loose}.",))


DECLARATIONS = (
    Declaration(
        "focus-ratio",
        FocusRatio,
        show_ratio,
        "focus ratio",
        lazy("How much of what we keep serves our big goal, its trend and the scatter"),
        read_only=True,
        button=lazy("Focus ratio"),
        at_once=True,
        said_as=(
            "focus, focus:, focus ratios, our focus, our focus ratio, show focus, focus mode, focus time, focus on, "
            "focus off, focus start, start focus"
        ),
    ),
)
