"""Finding the goal that a command names, what it is called, and where its card is."""

from __future__ import annotations

from datetime import date

from bot.core.context import CardPlace, Context, UserError, describe_place, posting_place
from bot.core.messages import Line
from bot.core.times import local_day
from storage.delivery import postings
from storage.goals import goals
from storage.models import Goal, GoalKind
from storage.teams import teams

KINDS = {
    GoalKind.BIG: "Big goal",
    GoalKind.SUPPORTING: "Supporting goal",
    GoalKind.LEARNING: "Learning goal",
    GoalKind.SURVIVAL: "Survival goal",
}
"""What the classes are called."""
NO_WORDS = "(its words were taken back)"
"""What stands for the words of a goal that had another person's, until its owner writes new ones."""


def find_goal(context: Context, given: str) -> Goal:
    """Return the goal that a person or a button names by its number, open or closed.

    UserError with the latest number if there is none.
    """
    number = int(given) if given.isdecimal() and len(given) < 10 else 0
    goal = goals.find_by_number(context.session, context.caller.team_id, number)
    if goal is not None:
        return goal
    latest = goals.latest_number(context.session, context.caller.team_id)
    if not latest:
        raise UserError(f"There's no goal here yet. {context.capabilities.command} goal new makes one.")
    raise UserError(f"There is no goal #{number} here; the latest is #{latest}.")


def find_open_goal(context: Context, given: str) -> Goal:
    """Return the open goal that a person or a button names. UserError if it is closed."""
    goal = find_goal(context, given)
    if goal.closed_at is not None:
        raise UserError(f"Goal #{goal.number} is closed. You can reopen it.")
    return goal


def goal_place(context: Context, goal: Goal) -> CardPlace:
    """Return where a goal's card is, or will be."""
    return posting_place(context, postings.find_by_key(context.session, f"{goals.GOAL_KEY_PREFIX}{goal.id}"))


def goal_name(goal: Goal) -> str:
    """Return class and number, such as `Big goal #3`."""
    return f"{KINDS[GoalKind(goal.kind)]} #{goal.number}"


def goal_words(goal: Goal) -> str:
    """Return a goal's words, or that they were taken back by the person who wrote them."""
    return goal.text or NO_WORDS


def goal_class(goal: Goal) -> str:
    """Return the class of a goal within a sentence, such as `supporting goal`."""
    return KINDS[GoalKind(goal.kind)].lower()


def is_to_look_at(goal: Goal) -> bool:
    """Return whether the card of an open survival goal asks if it's still needed."""
    return goal.kind == GoalKind.SURVIVAL and goal.closed_at is None and goal.look_asked_at is not None


def team_today(context: Context) -> date:
    """Return today's date in the team's zone."""
    return local_day(context.now, context.caller.zone)


def goal_place_words(context: Context, goal: Goal) -> Line:
    """Return the words that say where a goal's card is."""
    return describe_place(goal_place(context, goal))


def find_goal_to_change(context: Context, given: str, asked: str) -> Goal:
    """Return the open goal that a form is about, with its team locked where the form is sent."""
    if asked:
        teams.lock_team(context.session, context.caller.team_id)
    return find_open_goal(context, given)
