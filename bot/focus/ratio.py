"""The focus ratio for one person: the week, the quarter, the trend and the scatter, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.core.commands import Declaration
from bot.core.context import Context
from bot.core.language.words import _, lazy
from bot.core.messages import Block, Button, Card, Reply, Small, Strong, Style, Text, Title
from bot.core.times import Period
from bot.focus.commands import FocusRatio, StartCheck, StartSession
from bot.focus.find import describe_big_goal, find_open_big_goal
from bot.focus.share import (
    LEAST_MOMENTS,
    QUARTER_WEEKS,
    Before,
    Share,
    describe_loose,
    describe_scatter,
    describe_trend,
    list_big_goals,
    measure_focus,
    week_edges,
)
from bot.goals.commands import NewGoal
from bot.goals.serving import SERVES_LABEL
from storage.models import Goal, GoalKind, Team

HOW_IT_IS_MEASURED = lazy(
    "Once there is one, tap “{button}” on moments to link them to it, and I'll count them."
)
NO_BIG_GOAL = lazy("No big goal is open, so there's nothing to measure our focus against.")


def show_ratio(context: Context, _command: FocusRatio) -> Reply:
    """Return the team's ratio, as of now, in private."""
    team = context.session.get_one(Team, context.caller.team_id)
    focus = measure_focus(context.session, team, context.now)
    edges = week_edges(context.now, team.zone, QUARTER_WEEKS)
    in_quarter = list_big_goals(context.session, team.id, Period(edges[0], context.now))
    in_week = list_big_goals(context.session, team.id, Period(edges[-2], context.now))
    at = str(team.id)
    buttons = (
        Button(_("Focus check"), StartCheck(at), Style.PRIMARY),
        Button(_("Focus session"), StartSession(at)),
    )
    if not in_quarter:
        make = Button(_("Set a big goal"), NewGoal(team=at, kind=GoalKind.BIG))
        how = HOW_IT_IS_MEASURED(button=SERVES_LABEL())
        return Reply(Card((Text((NO_BIG_GOAL(),)), Small((how,))), (make, *buttons)))
    named = _goal_blocks(in_quarter, find_open_big_goal(context.session, team.id, context.now))
    blocks = _ratio_blocks(focus.week, focus.week_before, in_week, _("This week:"), Before.WEEKS)
    quarter = _ratio_blocks(
        focus.quarter, focus.quarter_before, in_quarter, _("This quarter:"), Before.QUARTER
    )
    scatter = (Small((describe_scatter(focus.scatter),)),) if focus.week.is_told else ()
    note = Small((_("A quarter here means 13 weeks. I count ahas, breakthroughs and experiments."),))
    return Reply(Card((Title(_("Our focus")), *named, *blocks, *quarter, *scatter, note), buttons))


def _goal_blocks(in_quarter: Sequence[Goal], present: Goal | None) -> Iterator[Block]:
    """Yield the big goal that is open now, and those that were open before it in the quarter."""
    if present is not None:
        yield Text((Strong(_("Our big goal:")), f" {describe_big_goal(present)}"))
    else:
        yield Text((_("No big goal is open right now."),))
    earlier = [goal for goal in in_quarter if present is None or goal.id != present.id]
    if earlier:
        named = ", ".join(map(describe_big_goal, earlier))
        yield Small((_("Earlier this quarter: {goals}", goals=named),))


def _ratio_blocks(
    share: Share, before: Share, big: Sequence[Goal], name: str, when: Before
) -> Iterator[Block]:
    """Yield one span's share of its big goals with its trend, and beside it what serves no goal."""
    if not big:
        yield Text((Strong(name), " ", _("No big goal was open, so there's nothing to measure.")))
        return
    if not share.is_told:
        few = _("Fewer than {number} moments so far, too few to say.", number=LEAST_MOMENTS)
        yield Text((Strong(name), " ", few))
        return
    if len(big) == 1:
        said = _("{share} moments serve it.", share=share.in_words())
    else:
        said = _("{share} moments serve one of them.", share=share.in_words())
    trend = describe_trend(share, before, when)
    yield Text((Strong(name), f" {said}", f" {trend}" if trend else ""))
    if loose := describe_loose(share):
        yield Small((loose,))


DECLARATIONS = (
    Declaration(
        "focus-ratio",
        FocusRatio,
        show_ratio,
        "focus ratio",
        lazy("How much of what we save serves our big goal, and how that's changing"),
        read_only=True,
        button=lazy("Focus ratio"),
        at_once=True,
        said_as=(
            "focus, focus:, focus ratios, our focus, our focus ratio, show focus, focus mode, focus time, focus on, "
            "focus off, focus start, start focus"
        ),
    ),
)
