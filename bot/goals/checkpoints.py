"""Checking in on a goal: how far it is, and whether these are the people to serve.

A check-in answers the checkpoint that waits, or else makes one of today. It can be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError, describe_place
from bot.core.days.reading import DayError, find_day, parse_day
from bot.core.forms.newer import mark_form, merge_newer, show_newer
from bot.core.language.words import lazy
from bot.core.messages import (
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Option,
    Quote,
    Reply,
    Title,
    text_reply,
)
from bot.core.repeats.once import mark_answer
from bot.core.text import clip_text, parse_number
from bot.core.times import UNKNOWN_DATE, format_day, format_day_from, working_day
from bot.goals.card import latest_answer
from bot.goals.commands import CheckIn, MeasureGoal, PlanCheckpoints, RemindOwner, UndoCheckIn
from bot.goals.find import find_goal, find_open_goal, goal_name, goal_place, goal_words, team_today
from bot.goals.letters import describe_measure
from bot.goals.numbers import NumberError, format_measured, format_number, is_same_unit, plain_number
from bot.goals.numbers import parse_number as read_number
from bot.goals.pace import FITS, LONGEST_GOAL, checkpoint_state, find_course, measured_on, propose_days
from storage.goals import checkpoints, goals
from storage.models import Checkpoint, Goal, GoalKind
from storage.teams import teams

FIT_OPTIONS = tuple(Option(value, label) for value, label in FITS.items())
FIT_QUESTION = "Are these the people we wanted to serve?"
MOST_CHECKPOINTS = 60
"""The most days that a form plans."""
DAYS = re.compile(r"\d{1,2}(?:\w\w|\.)?\s+[^\W\d]+\.?\s+\d{4}|\S+")
"""The days of a line, each as one text: `2026-04-20` or `20 April 2026`."""
WORDS = 160


def check_in(context: Context, command: CheckIn) -> Reply | Form:
    """Save how far a goal is, and for whom. Without `asked`, return the form.

    Without a number, the only open goal is meant, or the list to choose from. FormError for what is
    no number, and for another unit than the goal's.
    """
    if not command.goal:
        found = goals.list_open(context.session, context.caller.team_id)
        if len(found) != 1:
            return choose_goal(context, found, "Check in")
        command = CheckIn(str(found[0].number), command.team, command.asked, command.progress, command.fit)
    goal = find_open_goal(context, command.goal)
    if not command.asked:
        return _check_form(context, CheckIn(str(goal.number), str(goal.team_id)), goal)
    errors: dict[str, str] = {}
    progress = _read_progress(goal, command.progress, errors)
    if command.fit not in FITS:
        errors["fit"] = "Choose one of these."
    if errors:
        raise FormError(_check_form(context, command, goal), errors)
    return _save_answer(context, goal, replace(command, progress=progress))


def choose_goal(context: Context, found: Iterable[Goal], label: str) -> Reply:
    """Return the open goals to choose from, each with the button of the command that was typed."""
    command = {"Check in": CheckIn}[label]
    rows = tuple(
        Quote(
            clip_text(goal_words(goal), WORDS),
            goal_name(goal),
            Button(label, command(str(goal.number), str(goal.team_id))),
        )
        for goal in found
    )
    if not rows:
        return text_reply(f"No goal is open. {context.capabilities.command} goal new makes one.")
    return Reply(Card((Title("Which goal?"), *rows)))


def _check_form(context: Context, given: CheckIn, goal: Goal) -> Form:
    measure = describe_measure(goal)
    needed = bool(goal.start and goal.target)
    hint = f"It goes {measure}." if measure else "A number, if you count something."
    fields = (
        Field("progress", "How far are we?", value=given.progress, required=needed, hint=hint),
        Field(
            "fit",
            FIT_QUESTION,
            FieldKind.CHOICE,
            given.fit,
            hint=clip_text(goal.quote, 90),
            options=FIT_OPTIONS,
        ),
    )
    return Form(f"Check in on #{goal.number}", CheckIn(given.goal, given.team, "1"), fields, "Save")


def _read_progress(goal: Goal, given: str, errors: dict[str, str]) -> str:
    """Return progress as a row holds it. An invalid one gets its sentence in `errors`."""
    if not given.strip():
        if goal.start and goal.target:
            errors["progress"] = "How far is it? A number, please; the same as last time is fine."
        return ""
    try:
        read = read_number(given, goal.unit)
    except NumberError as wrong:
        errors["progress"] = str(wrong)
        return ""
    if read.unit and goal.unit and not is_same_unit(read.unit, goal.unit):
        errors["progress"] = f"This goal counts {goal.unit}, and I see {read.unit}."
    return plain_number(read.value)


def _save_answer(context: Context, goal: Goal, given: CheckIn) -> Reply:
    today = team_today(context)
    known = _find_of_today(context, goal, today)
    made = known is None
    checkpoint = known or checkpoints.add_checkpoint(context.session, goal.id, today, context.now)
    mark = mark_answer(context, given)
    undo = replace(_undo_command(goal, checkpoint, made), answer=mark)
    before = _describe_before(context, goal, checkpoint)
    checkpoints.answer_checkpoint(
        context.session, checkpoint, given.progress, given.fit, context.caller.person_id, context.now, mark
    )
    zone = context.caller.zone
    state = checkpoint_state(goal, checkpoint, zone)
    compared = _compare(context, goal, checkpoint)
    said = f"{state[0].upper()}{state[1:]}{compared} It's on goal #{goal.number} "
    place = describe_place(goal_place(context, goal))
    return text_reply(said, *place, f".{before}", buttons=(Button("Undo", context.store_if_long(undo)),))


def _find_of_today(context: Context, goal: Goal, today: date) -> Checkpoint | None:
    """Return the checkpoint that a check-in of today answers: one that is due, or one answered today already."""
    due = checkpoints.find_due(context.session, goal.id, today)
    latest = latest_answer(context.session, goal)
    if due is None and latest is not None and measured_on(latest, context.caller.zone) == today:
        return latest
    return due


def _describe_before(context: Context, goal: Goal, checkpoint: Checkpoint) -> str:
    """Return who had checked in on a checkpoint before, with what, such as ` Ana had 4 schools, yes.`"""
    person = checkpoint.answered_by_id
    if checkpoint.answered_at is None or person is None:
        return ""
    is_own = person == context.caller.person_id
    who = "You" if is_own else goals.names_by_id(context.session, [person])[person]
    far = format_measured(Decimal(checkpoint.progress), goal.unit) if checkpoint.progress else ""
    return f" {who} had {', '.join(filter(None, (far, FITS[checkpoint.fit].lower())))}."


def _undo_command(goal: Goal, checkpoint: Checkpoint, made: bool) -> UndoCheckIn:
    """Return the command that brings a checkpoint back to what it says before it is answered."""
    undo = UndoCheckIn(str(goal.number), str(checkpoint.id), str(goal.team_id), "1" if made else "")
    if checkpoint.answered_at is None:
        return undo
    return replace(
        undo,
        progress=checkpoint.progress,
        fit=checkpoint.fit,
        person=str(checkpoint.answered_by_id or ""),
        at=checkpoint.answered_at.isoformat(),
        before=checkpoint.answered_as,
    )


def _compare(context: Context, goal: Goal, checkpoint: Checkpoint) -> str:
    """Return progress beside what is on pace that day, such as `: 4 clients, where 3.3 is on pace for 30 March.`"""
    course = find_course(goal)
    if course is None or not checkpoint.progress:
        return "."
    day = min(measured_on(checkpoint, context.caller.zone), course.due_on)
    progress, today = Decimal(checkpoint.progress), team_today(context)
    shown = format_number(course.shown_on(day, progress))
    said = f"{format_measured(progress, goal.unit)}, where {shown} is on pace"
    return f": {said} for {format_day_from(day, today)}."


def undo_check_in(context: Context, command: UndoCheckIn) -> Reply:
    """Take one's own answer to a checkpoint back. UserError once there's a later one."""
    goal = find_goal(context, command.goal)
    checkpoint = checkpoints.find_checkpoint(context.session, goal.id, parse_number(command.checkpoint))
    if checkpoint is None or checkpoint.answered_at is None:
        raise UserError("That check-in was taken back already.")
    if checkpoint.answered_by_id != context.caller.person_id:
        raise UserError("Somebody else has checked in since. You can check in again.")
    if command.answer and checkpoint.answered_as != command.answer:
        raise UserError("You've checked in again since, and that stays. Undo that one first.")
    answered_at = _read_time(command.at)
    if answered_at is not None and goals.names_by_id(context.session, [parse_number(command.person)]):
        checkpoints.answer_checkpoint(
            context.session, checkpoint, command.progress, command.fit,
            parse_number(command.person), answered_at, command.before,
        )  # fmt: skip
        goals.refresh_goal(context.session, goal.id, context.now)
    elif command.made:
        checkpoints.remove_checkpoint(context.session, checkpoint, context.now)
    else:
        checkpoints.take_back_answer(context.session, checkpoint, context.now)
    place = describe_place(goal_place(context, goal))
    return text_reply(f"Your check-in on goal #{goal.number} is taken back ", *place, ".", replaces=True)


def _read_time(given: str) -> datetime | None:
    """Return the time that a button carries, or None without a valid one."""
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


class PlannedDays(NamedTuple):
    """The days of the checkpoints to come, and those that people chose and that came off with the goal's day."""

    days: tuple[date, ...]
    dropped: tuple[date, ...]


def plan_proposed(context: Context, goal: Goal, before: date | None, started_on: date) -> PlannedDays:
    """Plan the checkpoints of a goal whose day was moved, and return the days still to come.

    `before` and `started_on` are the goal's day and its first one until now. Days that people chose stay if they
    still fit, and a proposed day that they took off doesn't come back.
    """
    today = team_today(context)
    planned = set(checkpoints.list_planned_days(context.session, goal.id))
    proposed, present = (
        _propose_ahead(started_on, before, today),
        _propose_ahead(goal.starts_on, goal.due_on, today),
    )
    taken_off = proposed - planned
    if before is not None and goal.due_on is not None and working_day(before) in taken_off:
        taken_off |= {working_day(goal.due_on)}
    keeps_proposed = not proposed or proposed & planned
    chosen, last = planned - proposed, last_checkpoint_day(goal, today)
    fitting = {day for day in chosen if day <= last}
    days = fitting | (present - taken_off if keeps_proposed else set())
    checkpoints.replace_planned(context.session, goal.id, days, context.now)
    return PlannedDays(tuple(sorted(days)), tuple(sorted(chosen - fitting)))


def _propose_ahead(starts_on: date, due_on: date | None, today: date) -> set[date]:
    """Return the proposed days of a goal that are still to come. None without its day."""
    return {day for day in propose_days(starts_on, due_on) if day > today} if due_on is not None else set()


def last_checkpoint_day(goal: Goal, today: date) -> date:
    """Return the last day on which a goal can have a checkpoint."""
    return working_day(goal.due_on) if goal.due_on is not None else today + LONGEST_GOAL


def plan_checkpoints(context: Context, command: PlanCheckpoints) -> Reply | Form:
    """Change the days of the checkpoints to come. Without `asked`, return the form.

    Where the goal's day is over, there is nothing to plan, and a button gives it a later one. If somebody else
    has changed them meanwhile, return the form again, with their days above. FormError for a day that cannot be
    read, that is over, or that is after the goal's end.
    """
    if command.asked:
        teams.lock_team(context.session, context.caller.team_id)
    goal, today = find_open_goal(context, command.goal), team_today(context)
    planned = checkpoints.list_planned_days(context.session, goal.id)
    if not planned and goal.due_on is not None and last_checkpoint_day(goal, today) <= today:
        later = Button("Numbers and day", MeasureGoal(str(goal.number), str(goal.team_id)))
        return text_reply(_describe_over(goal, goal.due_on), buttons=(later,))
    present = {"days": _write_days(planned)}
    if not command.asked:
        return _days_form(goal, present["days"], present)
    plain, unreadable = _read_days(context, goal, command.days, planned)
    given = command.days if unreadable else _write_days(plain)
    command, clashes = merge_newer(command, present, {"days": given})
    if clashes:
        newer = {"days": present["days"].replace("\n", ", ")}
        return show_newer(_days_form(goal, command.days, present), newer, clashes)
    days, wrong = _read_days(context, goal, command.days, planned)
    if wrong:
        raise FormError(_days_form(goal, command.days, present), {"days": wrong})
    checkpoints.replace_planned(context.session, goal.id, days, context.now)
    place = describe_place(goal_place(context, goal))
    edit = Button("Edit", PlanCheckpoints(str(goal.number), str(goal.team_id)))
    return text_reply(f"{_describe_plan(days, today)} on goal #{goal.number} ", *place, ".", buttons=(edit,))


def _describe_over(goal: Goal, due_on: date) -> str:
    return (
        f"Goal #{goal.number} ended on {format_day(due_on)} {due_on.year}. "
        "Give it a later day under “Numbers and day” first, and then plan checkpoints until then."
    )


def _describe_plan(days: Sequence[date], today: date) -> str:
    if not days:
        return "No checkpoint is planned. Anyone can check in"
    many = "One checkpoint is" if len(days) == 1 else f"{len(days)} checkpoints are"
    return f"{many} planned, the first for {format_day_from(days[0], today)},"


def _write_days(days: Iterable[date]) -> str:
    return "\n".join(f"{format_day(day)} {day.year}" for day in days)


def _days_form(goal: Goal, days: str, present: Mapping[str, str]) -> Form:
    hint = "One day a line, like 20 April 2026. A weekend day moves to Monday."
    command = PlanCheckpoints(str(goal.number), str(goal.team_id), "1")
    field = Field("days", "Days", FieldKind.TEXT, days, required=False, hint=hint)
    return mark_form(Form("Checkpoints", command, (field,), "Save"), present)


def _read_days(
    context: Context, goal: Goal, given: str, planned: Sequence[date]
) -> tuple[tuple[date, ...], str]:
    """Return the days of a form, weekend days moved to Monday, and a sentence if one is invalid.

    Days that are planned already stay, also on their own morning.
    """
    today, found = team_today(context), set()
    for text in _split_days(given, today):
        try:
            day = parse_day(text, today)
        except DayError as unread:
            said = str(unread)
            return (), f"{said} I can't read “{clip_text(text, 30)}”." if said == UNKNOWN_DATE() else said
        if day not in planned and (wrong := _describe_unusable(goal, day, today)):
            return (), wrong
        found.add(day if day in planned else working_day(day))
    if len(found) > MOST_CHECKPOINTS:
        return (), f"Up to {MOST_CHECKPOINTS} checkpoints, please: here are {len(found)}."
    return tuple(sorted(found)), ""


def _split_days(given: str, today: date) -> Iterator[str]:
    """Yield the text of each day: one a line, or several with commas or spaces between them."""
    for line in filter(None, map(str.strip, given.splitlines())):
        if find_day(line, today) is not None:
            yield line
            continue
        for part in filter(None, map(str.strip, re.split("[,;،、]", line))):
            days = DAYS.findall(part)
            yield from days if all(find_day(day, today) for day in days) else (part,)


def _describe_unusable(goal: Goal, day: date, today: date) -> str:
    """Return why a goal can't have a checkpoint on a day, or an empty string."""
    last = last_checkpoint_day(goal, today)
    if day <= today:
        return f"{format_day(day)} {day.year} isn't ahead any more. Choose a later day."
    if goal.due_on is not None and last <= today:
        return _describe_over(goal, goal.due_on)
    if working_day(day) > last:
        ends = f"the last possible day is {format_day(last)} {last.year}"
        return f"{format_day(day)} {day.year} is too late: {ends}."
    return ""


def owns_goal(context: Context, command: RemindOwner) -> bool:
    """Tell whether the person owns the goal of a command."""
    goal = goals.find_by_number(context.session, parse_number(command.team), parse_number(command.goal))
    return goal is not None and goal.owner_id == context.caller.person_id


def _tell_others(context: Context, goal: Goal, on: bool) -> Reply:
    """Tell somebody else whose messages these are, and offer what anyone can do on the day of a checkpoint."""
    owner = goals.names_by_id(context.session, [goal.owner_id])[goal.owner_id]
    stops = "" if on else ", and can stop them"
    said = (
        f"Only {owner}, who owns goal #{goal.number}, gets these messages{stops}. "
        "Its card asks everyone on the day of a checkpoint, so you can check in, too."
    )
    return text_reply(said, buttons=(Button("Check in", CheckIn(str(goal.number), str(goal.team_id))),))


def remind_owner(context: Context, command: RemindOwner) -> Reply:
    """Turn the owner's private message on checkpoints on or off. Anybody else may check in instead."""
    goal = find_open_goal(context, command.goal)
    if goal.owner_id != context.caller.person_id:
        return _tell_others(context, goal, bool(command.on))
    goals.change_goal(context.session, goal, context.now, {"asks_owner": bool(command.on)})
    undo = RemindOwner(str(goal.number), str(goal.team_id), "" if command.on else "1")
    about = "its checkpoints"
    if goal.kind == GoalKind.SURVIVAL:
        about += ", and on the day to look at it again"
    said = (
        f"I'll message you about {about}." if command.on else f"I won't message you about {about} any more."
    )
    return text_reply(
        f"{said} The card of goal #{goal.number} asks as before ",
        *describe_place(goal_place(context, goal)),
        ".",
        buttons=(Button("Undo", undo),),
    )


DECLARATIONS = (
    Declaration(
        "goal-check",
        CheckIn,
        check_in,
        "goal check",
        lazy("How far is a goal, and are these the people to serve?"),
        example=lazy("3"),
        shown=True,
        button=lazy("Check in"),
        verbs="progress status checkin checkpoint",
        once=True,
    ),
    Declaration("undo-check-in", UndoCheckIn, undo_check_in, once=True),
    Declaration("goal-days", PlanCheckpoints, plan_checkpoints, once=True),
    Declaration("remind-owner", RemindOwner, remind_owner, works_for=owns_goal, once=True),
)
