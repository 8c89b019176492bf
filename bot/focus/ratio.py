"""The focus ratio for one person: the week, the quarter, the trend and the scatter, in words."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.commands import Declaration
from bot.core.context import Context
from bot.core.messages import Block, Button, Card, Reply, Small, Strong, Style, Text, Title
from bot.core.text import format_count
from bot.core.times import Period
from bot.focus.commands import FocusRatio, StartCheck, StartSession
from bot.focus.find import describe_big_goal
from bot.focus.share import (
    Share,
    describe_loose,
    describe_scatter,
    describe_trend,
    find_big_goal,
    measure_focus,
    week_edges,
)
from bot.goals.commands import NewGoal
from storage.models import GoalKind, Team

HOW_IT_IS_MEASURED = (
    "Once there is one, “What does it serve?” on a moment links the two, and I count how many do."
)
NO_BIG_GOAL = "There's no big goal yet, so there's nothing to measure our focus against."


def show_ratio(context: Context, _command: FocusRatio) -> Reply:
    """Return the team's ratio, as of now, in private."""
    team = context.session.get_one(Team, context.caller.team_id)
    focus = measure_focus(context.session, team, context.now)
    since = week_edges(context.now, team.zone, 1)[0]
    goal = find_big_goal(context.session, team.id, Period(since, context.now))
    at = str(team.id)
    buttons = (
        Button("Focus check", StartCheck(at), Style.PRIMARY),
        Button("Focus session", StartSession(at)),
    )
    if goal is None and not focus.quarter.served:
        make = Button("Make a big goal", NewGoal(team=at, kind=GoalKind.BIG))
        return Reply(Card((Text((NO_BIG_GOAL,)), Small((HOW_IT_IS_MEASURED,))), (make, *buttons)))
    named = () if goal is None else (Text((Strong("Our big goal: "), describe_big_goal(goal))),)
    blocks: Iterator[Block] = _ratio_blocks(
        focus.week, focus.week_before, "This week", "the twelve weeks before"
    )
    quarter = _ratio_blocks(focus.quarter, focus.quarter_before, "This quarter", "the quarter before")
    scatter = (
        (
            Small(
                (f"This week: {describe_scatter(focus.scatter)}.",),
            ),
        )
        if focus.week.is_told
        else ()
    )
    note = Small(("A quarter here is thirteen weeks. It counts ahas, breakthroughs and experiments.",))
    return Reply(Card((Title("Our focus"), *named, *blocks, *quarter, *scatter, note), buttons))


def _ratio_blocks(share: Share, before: Share, name: str, than: str) -> Iterator[Block]:
    """Yield one span's share with its trend, and beside it what serves no goal."""
    if not share.is_told:
        so_far = format_count(share.moments, "moment") if share.moments else "nothing"
        yield Text((Strong(f"{name}: "), f"{so_far} so far, too few to say."))
        return
    trend = describe_trend(share, before, than)
    yield Text((Strong(f"{name}: {share.in_words()}"), " moments serve it", f", {trend}." if trend else "."))
    if loose := describe_loose(share):
        yield Small((f"{loose}.",))


DECLARATIONS = (
    Declaration(
        "focus-ratio",
        FocusRatio,
        show_ratio,
        "focus ratio",
        "How much of what we keep serves our big goal, its trend and the scatter",
        read_only=True,
        button="Focus ratio",
        at_once=True,
        said_as=(
            "focus, focus:, focus ratios, our focus, our focus ratio, show focus, focus mode, focus time, focus on, "
            "focus off, focus start, start focus"
        ),
    ),
)
