"""Finding the goal that a command names, what it is called, and where its card is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.core.context import CardPlace, Context, UserError, locate_card, posting_place
from bot.core.language.words import Lazy, _, format_number, lazy
from bot.core.messages import Line
from bot.core.times import local_day
from storage.delivery import postings
from storage.goals import goals
from storage.models import Goal, GoalKind
from storage.teams import teams

NAMES: Mapping[GoalKind, Lazy] = {
    GoalKind.BIG: lazy("Big goal #{number}"),
    GoalKind.SUPPORTING: lazy("Supporting goal #{number}"),
    GoalKind.LEARNING: lazy("Learning goal #{number}"),
    GoalKind.SURVIVAL: lazy("Survival goal #{number}"),
}
"""What a goal of each class is called."""
NO_WORDS = lazy("(text removed)")
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
        raise UserError(
            _(
                "There's no goal here yet. Add one with {command} goal new.",
                command=context.capabilities.command,
            )
        )
    raise UserError(
        _("There's no goal #{number} here; the latest is #{latest}.", number=number, latest=latest)
    )


def find_open_goal(context: Context, given: str) -> Goal:
    """Return the open goal that a person or a button names. UserError if it is closed."""
    goal = find_goal(context, given)
    if goal.closed_at is not None:
        raise UserError(_("Goal #{number} is closed. You can reopen it.", number=goal.number))
    return goal


def goal_place(context: Context, goal: Goal) -> CardPlace:
    """Return where a goal's card is, or will be."""
    return posting_place(context, postings.find_by_key(context.session, f"{goals.GOAL_KEY_PREFIX}{goal.id}"))


def goal_name(goal: Goal) -> str:
    """Return class and number, such as `Big goal #3`."""
    return NAMES[GoalKind(goal.kind)](number=goal.number)


def goal_words(goal: Goal) -> str:
    """Return a goal's words, or that they were removed by the person who wrote them."""
    return goal.text or NO_WORDS()


def is_to_look_at(goal: Goal) -> bool:
    """Return whether the card of an open survival goal asks if it's still needed."""
    return goal.kind == GoalKind.SURVIVAL and goal.closed_at is None and goal.look_asked_at is not None


def team_today(context: Context) -> date:
    """Return today's date in the team's zone."""
    return local_day(context.now, context.caller.zone)


def describe_too_long(length: int, most: int) -> str:
    """Return that a text is too long for its card. `length` is in characters, and `most` is how many fit."""
    return _(
        "Please use at most {most} characters, so it fits on the card. This has {length}.",
        most=most,
        length=format_number(length),
    )


def card_line(context: Context, goal: Goal) -> Line:
    """Return a sentence that says where a goal's card is."""
    return locate_card(goal_place(context, goal))


def say(*sentences: str | Line) -> Line:
    """Return sentences as one line, with a space between them. Empty ones are left out."""
    said = [(each,) if isinstance(each, str) else each for each in sentences if each]
    return tuple(part for place, each in enumerate(said) for part in (*((" ",) if place else ()), *each))


def find_goal_to_change(context: Context, given: str, asked: str) -> Goal:
    """Return the open goal that a form is about, with its team locked where the form is sent."""
    if asked:
        teams.lock_team(context.session, context.caller.team_id)
    return find_open_goal(context, given)
