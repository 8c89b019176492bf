"""Moments that come of a goal: what a closed one became, and a line read wrongly as a goal."""

from __future__ import annotations

from bot.core.commands import Declaration
from bot.core.context import Context, UserError, card_place
from bot.core.messages import Form, Reply, text_reply
from bot.goals.commands import Became, TakeGoalBack
from bot.goals.find import find_goal
from bot.goals.goals import find_own_new_goal, goal_place_words
from bot.moments.commands import Breakthrough, Failed
from bot.moments.log import capture_moment, save_moment
from bot.moments.saved import saved_reply
from storage.goals import goals
from storage.models import Kind


def open_became_form(context: Context, command: Became) -> Reply | Form:
    """Return the form of the breakthrough or experiment that a closed goal became, with its words.

    UserError for an open goal, and for one that became something already.
    """
    goal = find_goal(context, command.goal)
    if goal.closed_at is None:
        raise UserError(f"Goal #{goal.number} is open. Close it first, with what it taught.")
    if goal.became_id is not None:
        raise UserError(f"Goal #{goal.number} became something already: its card names it.")
    team, at = str(goal.team_id), str(goal.number)
    if command.kind == Kind.BREAKTHROUGH:
        return capture_moment(context, Breakthrough(goal=at, team=team, planned=goal.text))
    return capture_moment(context, Failed(goal=at, team=team, expected=goal.text, taught=goal.taught))


def take_goal_back(context: Context, command: TakeGoalBack) -> Reply:
    """Take the person's own new goal back; with `head`, save its whole line as an aha.

    UserError for somebody else's, a closed one, and after a day.
    """
    goal = find_own_new_goal(context, command.goal)
    text, said = goal.text, goal_place_words(context, goal)
    goals.withdraw_goal(context.session, goal, context.now)
    if not command.head:
        return text_reply(f"Goal #{goal.number} is taken back ", *said, ".", replaces=True)
    at = context.moment_ref(save_moment(context, Kind.AHA, command.head + text, {}))
    return saved_reply(at, card_place(context), " It has every word. The goal is taken back.", replaces=True)


DECLARATIONS = (
    Declaration("became", Became, open_became_form),
    Declaration("take-goal-back", TakeGoalBack, take_goal_back),
)
