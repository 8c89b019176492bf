"""The second and third step of a goal: its numbers and day, then the letters left.

What is left open is on its card, with a button that goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.core.context import Context, FormError
from bot.core.forms.newer import Merged, merge_newer, show_newer
from bot.core.language.words import Lazy, _, lazy, ngettext
from bot.core.messages import Button, Form, Reply, Style, text_reply
from bot.core.text import list_names, one_line, parse_number
from bot.core.times import format_day_from
from bot.goals.checkpoints import plan_proposed
from bot.goals.commands import AlignGoal, EditGoal, GoOn, MeasureGoal
from bot.goals.find import card_line, find_goal_to_change, find_open_goal, say, team_today
from bot.goals.letters import Letter, describe_open, list_open
from bot.goals.lines import KEPT, LINES, NO_LINE, mission_lines
from bot.goals.pace import Every, find_rhythm, propose_days
from bot.goals.wizard.editing import edit_goal
from bot.goals.wizard.form import (
    Measure,
    align_form,
    has_begun,
    measure_form,
    plain_measure,
    present_align,
    present_measure,
    read_measure,
    text_errors,
)
from storage.goals import goals, missions, steps
from storage.models import Goal

WORDS = 160
"""Characters of a quoted line in a sentence."""
RHYTHMS: Mapping[Every, Lazy] = {
    Every.WEEK: lazy("I'll ask how it's going every week, starting on {first}."),
    Every.SECOND_WEEK: lazy("I'll ask how it's going every other week, starting on {first}."),
    Every.MONTH: lazy("I'll ask how it's going every month, starting on {first}."),
}
"""What is said about the checkpoints that were planned as proposed."""
MEASURED = {Letter.MEASURABLE, Letter.TIME}
"""The letters that the second step asks for."""


def go_on(context: Context, command: GoOn) -> Reply | Form:
    """Return the next form that asks for an open letter of a goal, or the first one if all are filled."""
    goal = find_open_goal(context, command.goal)
    left = set(list_open(goal))
    if Letter.SPECIFIC in left:
        return edit_goal(context, EditGoal(str(goal.number), str(goal.team_id)))
    if left & MEASURED:
        return _open_measure(context, goal)
    if left:
        return _open_align(context, goal)
    return edit_goal(context, EditGoal(str(goal.number), str(goal.team_id)))


def _open_measure(context: Context, goal: Goal) -> Form:
    given = MeasureGoal(str(goal.number), str(goal.team_id), **present_measure(goal))
    return measure_form(context, given, goal)


def _open_align(context: Context, goal: Goal) -> Form:
    present = {**present_align(goal), "line": KEPT if goal.quote else ""}
    return align_form(context, AlignGoal(str(goal.number), str(goal.team_id), **present), goal)


def measure_goal(context: Context, command: MeasureGoal) -> Reply | Form:
    """Save the numbers and the day of a goal, and propose its checkpoints. Without `asked`, return the form.

    What somebody else has saved meanwhile stays, and comes back with the form if both changed the same.
    FormError for what is no number, a target that is the start, and a day that is over.
    """
    goal = find_goal_to_change(context, command.goal, command.asked)
    if not command.asked:
        return _open_measure(context, goal)
    present = present_measure(goal)
    command, clashes = merge_newer(command, present, plain_measure(context, command))
    if clashes:
        return show_newer(measure_form(context, command, goal), present, clashes)
    measure, errors = read_measure(context, command, goal)
    if errors:
        raise FormError(measure_form(context, command, goal), errors)
    before, started_on = goal.due_on, goal.starts_on
    goals.change_goal(
        context.session, goal, context.now,
        {"start": measure.start, "target": measure.target, "unit": measure.unit, "due_on": measure.due_on,
         "starts_on": _find_first_day(context, goal, measure)},
    )  # fmt: skip
    more: tuple[str, ...] = ()
    if goal.due_on != before:
        days, dropped = plan_proposed(context, goal, before, started_on)
        today = team_today(context)
        more = (_describe_days(goal, days, today) if days else "", _describe_dropped(dropped, today))
    return _saved_reply(context, goal, more, AlignGoal(str(goal.number), str(goal.team_id)))


def _find_first_day(context: Context, goal: Goal, measure: Measure) -> date:
    """Return the first day of a goal's line: the one on which its start was given.

    Until somebody has checked in, a changed start moves that day to today.
    """
    today = team_today(context)
    given_now = bool(measure.start) and measure.start != goal.start
    is_over = measure.due_on is not None and measure.due_on <= today
    return today if given_now and not is_over and not has_begun(context, goal) else goal.starts_on


def _describe_days(goal: Goal, days: tuple[date, ...], today: date) -> str:
    assert goal.due_on is not None
    first = format_day_from(days[0], today)
    if len(days) > 1 and set(days) <= set(propose_days(goal.starts_on, goal.due_on)):
        return RHYTHMS[find_rhythm(goal.starts_on, goal.due_on)](first=first)
    return ngettext(
        "I'll ask how it's going on {first}.",
        "I'll ask how it's going on {n} days, starting on {first}.",
        len(days),
        first=first,
    )


def _describe_dropped(days: tuple[date, ...], today: date) -> str:
    """Return that checkpoints which people chose came off, or an empty string."""
    if not days:
        return ""
    return ngettext(
        "I removed a checkpoint that was after the new day: {days}.",
        "I removed {n} checkpoints that were after the new day: {days}.",
        len(days),
        days=list_names([format_day_from(day, today) for day in days]),
    )


def align_goal(context: Context, command: AlignGoal) -> Reply | Form:
    """Save the line of the mission, why the goal is believed in and why now. Without `asked`, return the form.

    What somebody else has saved meanwhile stays, and comes back with the form if both changed the same.
    """
    goal = find_goal_to_change(context, command.goal, command.asked)
    if not command.asked:
        return _open_align(context, goal)
    command, clashes = _merge_align(context, goal, command)
    if clashes:
        now = {**present_align(goal), "line": KEPT if goal.quote else NO_LINE}
        return show_newer(align_form(context, command, goal), now, clashes)
    texts = {"attainable": command.attainable, "relevant": command.relevant, "step": command.step}
    if errors := dict(text_errors(texts)):
        raise FormError(align_form(context, command, goal), errors)
    line, quote, more = _quote_line(context, goal, command)
    values = {
        "line": line, "quote": quote, "attainable": command.attainable.strip(), "relevant": command.relevant.strip(),
    }  # fmt: skip
    goals.change_goal(context.session, goal, context.now, values)
    if command.step.strip():
        steps.add_once(
            context.session,
            goal.id,
            context.caller.person_id,
            command.step.strip(),
            context.origin.event,
            context.now,
        )
    return _saved_reply(context, goal, (more,), None)


def _merge_align(context: Context, goal: Goal, command: AlignGoal) -> Merged[AlignGoal]:
    """Return the third step with what others have saved since. Its line is KEPT where that stays as it is."""
    present, line = present_align(goal), ""
    if command.line == KEPT:
        line = present["line"]
    elif command.line in LINES:
        mission = missions.find_current(context.session, goal.team_id)
        line = f"{command.line} {mission_lines(mission)[command.line]}"
    merged, clashes = merge_newer(command, present, {"line": line})
    stays = bool(goal.quote) and merged.line in (KEPT, present["line"])
    return Merged(replace(merged, line=KEPT) if stays else merged, clashes)


def _quote_line(context: Context, goal: Goal, command: AlignGoal) -> tuple[str, str, str]:
    """Return the chosen line, its words today, and a sentence if these changed while the form was open."""
    if command.line == KEPT:
        return goal.line, goal.quote, ""
    if command.line not in LINES:
        return "", "", ""
    current = missions.find_current(context.session, goal.team_id)
    words = mission_lines(current)[command.line]
    if not words:
        said = (
            _("Someone has emptied that line of the mission since then, so I left this letter as it was.")
            if goal.quote
            else _("Someone has emptied that line of the mission since then, so this letter is still open.")
        )
        return goal.line, goal.quote, said
    shown = missions.find_version(context.session, goal.team_id, parse_number(command.seen))
    changed = shown is not None and mission_lines(shown)[command.line] != words
    if not changed:
        return command.line, words, ""
    said = _(
        "The mission has changed since then. That line now says “{words}”.", words=one_line(words, WORDS)
    )
    return command.line, words, said


def _saved_reply(context: Context, goal: Goal, more: tuple[str, ...], following: AlignGoal | None) -> Reply:
    number, team = str(goal.number), str(goal.team_id)
    buttons = [Button(_("Edit goal"), EditGoal(number, team))]
    if list_open(goal):
        step = following if following and set(list_open(goal)) - MEASURED else GoOn(number, team)
        buttons.insert(0, Button(_("Fill in the rest"), step, Style.PRIMARY))
    said = say(
        _("Goal #{number} saved.", number=goal.number), card_line(context, goal), describe_open(goal), *more
    )
    return text_reply(*said, buttons=tuple(buttons))
