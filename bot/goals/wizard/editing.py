"""A goal's words and class, edited later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.context import Context, FormError, UserError
from bot.core.days.reading import plain_day
from bot.core.forms.newer import merge_newer, show_newer
from bot.core.language.words import Lazy, _, lazy
from bot.core.messages import Button, Form, Reply, text_reply
from bot.core.text import one_line
from bot.goals.commands import AlignGoal, EditGoal, MakeBig, MeasureGoal
from bot.goals.find import (
    card_line,
    find_goal_to_change,
    find_open_goal,
    goal_words,
    say,
    team_today,
)
from bot.goals.wizard.form import is_survival_full, present_goal, specific_errors, specific_form
from bot.goals.wizard.making import has_words_of, keeps_look, new_look, survival_values, take_place
from storage.goals import goals
from storage.models import Goal, GoalKind, Moment
from storage.teams import teams

WORDS = 160
"""Characters of another goal in a sentence."""
CLASS_AGAIN: Mapping[str, Lazy] = {
    GoalKind.SUPPORTING: lazy("Undone. #{number} is a supporting goal again."),
    GoalKind.LEARNING: lazy("Undone. #{number} is a learning goal again."),
    GoalKind.SURVIVAL: lazy("Undone. #{number} is a survival goal again."),
}
"""What is said where a goal has the class again that it had before it was the big one."""


def edit_goal(context: Context, command: EditGoal) -> Reply | Form:
    """Change what a goal says and its class. Without `asked`, return the form.

    What somebody else has saved meanwhile stays, and comes back with the form if both changed the same.
    FormError where another goal is the big one, and for a survival goal without its two details.
    """
    goal = find_goal_to_change(context, command.goal, command.asked)
    present = present_goal(goal)
    if not command.asked:
        shown = EditGoal(str(goal.number), str(goal.team_id), **present)
        return specific_form(context, shown, present=present)
    look = plain_day(command.look_again_on, team_today(context))
    command, clashes = merge_newer(command, present, {"look_again_on": look})
    if clashes:
        return show_newer(specific_form(context, command, clashes, present), present, clashes)
    errors = dict(specific_errors(context, command, goal))
    if keeps_look(context, goal, command):
        errors.pop("look_again_on", None)
    if errors:
        raise FormError(specific_form(context, command, tuple(errors), present), errors)
    values = {
        "text": command.text.strip(), "kind": command.kind, **survival_values(context, command),
        **new_look(context, goal, command), **_new_source(context, goal, command),
    }  # fmt: skip
    goals.change_goal(context.session, goal, context.now, values)
    take_place(context, goal, command)
    more = (
        Button(_("Numbers and day"), MeasureGoal(str(goal.number), str(goal.team_id))),
        Button(_("What it's for"), AlignGoal(str(goal.number), str(goal.team_id))),
    )
    said = _("Goal #{number} updated.", number=goal.number)
    return text_reply(*say(said, card_line(context, goal)), buttons=more)


def _new_source(context: Context, goal: Goal, given: EditGoal) -> dict[str, Any]:
    """Return that a goal's words are its owner's now, if a form says more than the moment that they came from."""
    source = context.session.get(Moment, goal.from_id) if goal.from_id is not None else None
    text = given.text.strip()
    stays = source is None or text == goal.text or has_words_of(text, source)
    return {} if stays else {"from_id": None}


def make_big(context: Context, command: MakeBig) -> Reply:
    """Make a goal the big one, or with `was` what it was before. UserError where another one is big."""
    goal = find_open_goal(context, command.goal)
    teams.lock_team(context.session, goal.team_id)
    big = goals.find_big(context.session, goal.team_id)
    if command.was in list(GoalKind) and command.was != GoalKind.BIG:
        return _give_class_back(context, goal, command.was)
    if big is not None and big.id != goal.id:
        raise UserError(
            _(
                "“{words}” (#{number}) is already the big goal. Close that one first.",
                words=one_line(goal_words(big), WORDS),
                number=big.number,
            )
        )
    before = goal.kind
    goals.change_goal(context.session, goal, context.now, {"kind": GoalKind.BIG})
    undo = Button(_("Undo"), MakeBig(str(goal.number), str(goal.team_id), before))
    said = _("#{number} is the big goal now, the one that gets most of your time.", number=goal.number)
    return text_reply(*say(said, card_line(context, goal)), buttons=(undo,))


def _give_class_back(context: Context, goal: Goal, kind: str) -> Reply:
    """Give a goal the class it had before it was the big one, unless it would be a third survival goal.

    UserError if it has another class by now.
    """
    if goal.kind not in (GoalKind.BIG, kind):
        raise UserError(
            _("#{number} isn't the big goal any more, so there's nothing to undo.", number=goal.number)
        )
    if kind == GoalKind.SURVIVAL and is_survival_full(context, goal):
        edit = Button(_("Edit goal"), EditGoal(str(goal.number), str(goal.team_id)))
        said = _(
            "Two survival goals are already open, so #{number} stays the big goal. "
            "Edit it to choose which one it replaces.",
            number=goal.number,
        )
        return text_reply(said, buttons=(edit,))
    goals.change_goal(context.session, goal, context.now, {"kind": kind})
    return text_reply(CLASS_AGAIN[kind](number=goal.number), replaces=True)
