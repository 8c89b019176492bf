"""Checking in on a goal: how far it is, and whether these are the people to serve.

A check-in answers the checkpoint that waits, or else makes one of today. It can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError, describe_place
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
from bot.core.text import clip_text, parse_number
from bot.core.times import UNKNOWN_DATE, format_day, parse_date, working_day
from bot.goals.commands import CheckIn, PlanCheckpoints, RemindOwner, UndoCheckIn
from bot.goals.find import find_goal, find_open_goal, goal_name, goal_place, team_today
from bot.goals.letters import describe_measure
from bot.goals.numbers import NumberError, format_number, is_same_unit, plain_number
from bot.goals.numbers import parse_number as read_number
from bot.goals.pace import FITS, LONGEST_GOAL, checkpoint_state, find_course, propose_days
from storage.goals import checkpoints, goals
from storage.models import Checkpoint, Goal, GoalKind

FIT_OPTIONS = tuple(Option(value, label) for value, label in FITS.items())
FIT_QUESTION = "Are these the people we wanted to serve?"
MOST_CHECKPOINTS = 60
"""The most days that a form plans."""
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
    return _save_answer(context, goal, progress, command.fit)


def choose_goal(context: Context, found: Iterable[Goal], label: str) -> Reply:
    """Return the open goals to choose from, each with the button of the command that was typed."""
    command = {"Check in": CheckIn}[label]
    rows = tuple(
        Quote(
            clip_text(goal.text, WORDS),
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


def _save_answer(context: Context, goal: Goal, progress: str, fit: str) -> Reply:
    today = team_today(context)
    known = checkpoints.find_waiting(context.session, goal.id, today)
    known = known or checkpoints.find_on(context.session, goal.id, today)
    made = known is None
    checkpoint = known or checkpoints.add_checkpoint(context.session, goal.id, today, context.now)
    checkpoint.asked_at = checkpoint.asked_at or context.now
    undo = _undo_command(goal, checkpoint, made)
    checkpoints.answer_checkpoint(
        context.session, checkpoint, progress, fit, context.caller.person_id, context.now
    )
    state = checkpoint_state(goal, checkpoint)
    said = f"{state[0].upper()}{state[1:]}{_compare(goal, checkpoint)} It's on goal #{goal.number} "
    place = describe_place(goal_place(context, goal))
    return text_reply(said, *place, ".", buttons=(Button("Undo", context.store_if_long(undo)),))


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
    )


def _compare(goal: Goal, checkpoint: Checkpoint) -> str:
    """Return progress beside what is on pace that day, such as `: 4 clients, where 3.3 is on pace for 30 March.`"""
    course = find_course(goal)
    if course is None or not checkpoint.progress:
        return "."
    line = course.expected_on(checkpoint.due_on)
    at = Decimal(line.numerator) / Decimal(line.denominator)
    shown = format_number(at.quantize(Decimal("0.1")) if abs(at) < 1_000 else at.quantize(Decimal(1)))
    far = format_number(Decimal(checkpoint.progress), goal.unit)
    return f": {far}, where {shown} is on pace for {format_day(checkpoint.due_on)}."


def undo_check_in(context: Context, command: UndoCheckIn) -> Reply:
    """Take the answer to a checkpoint back, for anyone who sees the button of their own answer."""
    goal = find_goal(context, command.goal)
    checkpoint = checkpoints.find_checkpoint(context.session, goal.id, parse_number(command.checkpoint))
    if checkpoint is None or checkpoint.answered_at is None:
        raise UserError("That check-in was taken back already.")
    if checkpoint.answered_by_id != context.caller.person_id:
        raise UserError("Somebody else has checked in since. You can check in again.")
    answered_at = _read_time(command.at)
    if answered_at is not None and goals.names_by_id(context.session, [parse_number(command.person)]):
        checkpoints.answer_checkpoint(
            context.session, checkpoint, command.progress, command.fit,
            parse_number(command.person), answered_at,
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


def plan_proposed(context: Context, goal: Goal) -> tuple[date, ...]:
    """Plan the proposed checkpoints of a goal, those still to come, and return their days."""
    today = team_today(context)
    days: tuple[date, ...] = ()
    if goal.due_on is not None:
        days = tuple(day for day in propose_days(goal.starts_on, goal.due_on) if day > today)
    checkpoints.replace_planned(context.session, goal.id, days, context.now)
    return days


def plan_checkpoints(context: Context, command: PlanCheckpoints) -> Reply | Form:
    """Change the days of the checkpoints to come. Without `asked`, return the form.

    FormError for a day that cannot be read, that is over, or that is after the goal's end.
    """
    goal = find_open_goal(context, command.goal)
    if not command.asked:
        found = checkpoints.list_checkpoints(context.session, goal.id)
        planned = [one.due_on for one in found if one.asked_at is None and one.answered_at is None]
        return _days_form(goal, "\n".join(day.isoformat() for day in planned))
    days, wrong = _read_days(context, goal, command.days)
    if wrong:
        raise FormError(_days_form(goal, command.days), {"days": wrong})
    checkpoints.replace_planned(context.session, goal.id, days, context.now)
    place = describe_place(goal_place(context, goal))
    edit = Button("Edit", PlanCheckpoints(str(goal.number), str(goal.team_id)))
    return text_reply(f"{_describe_plan(days)} on goal #{goal.number} ", *place, ".", buttons=(edit,))


def _describe_plan(days: Sequence[date]) -> str:
    if not days:
        return "No checkpoint is planned. Anyone can check in"
    many = "One checkpoint is" if len(days) == 1 else f"{len(days)} checkpoints are"
    return f"{many} planned, the first for {format_day(days[0])},"


def _days_form(goal: Goal, days: str) -> Form:
    hint = "One day a line, like 2026-04-20. A weekend day moves to Monday."
    command = PlanCheckpoints(str(goal.number), str(goal.team_id), "1")
    return Form(
        "Checkpoints",
        command,
        (Field("days", "Days", FieldKind.TEXT, days, required=False, hint=hint),),
        "Save",
    )


def _read_days(context: Context, goal: Goal, given: str) -> tuple[tuple[date, ...], str]:
    """Return the days of a form, weekend days moved to Monday, and a sentence if one is invalid."""
    today, found = team_today(context), set()
    last = working_day(goal.due_on) if goal.due_on is not None else today + LONGEST_GOAL
    for word in given.replace(",", " ").split():
        day = parse_date(word)
        if day is None:
            return (), f"{UNKNOWN_DATE} I can't read “{clip_text(word, 30)}”."
        if day <= today:
            return (), f"{format_day(day)} {day.year} isn't ahead any more. Choose a later day."
        if working_day(day) > last:
            ends = f"the last possible day is {format_day(last)} {last.year}"
            return (), f"{format_day(day)} {day.year} is too late: {ends}."
        found.add(working_day(day))
    if len(found) > MOST_CHECKPOINTS:
        return (), f"Up to {MOST_CHECKPOINTS} checkpoints, please: here are {len(found)}."
    return tuple(sorted(found)), ""


def remind_owner(context: Context, command: RemindOwner) -> Reply:
    """Turn the owner's private message on checkpoints on or off. UserError for anybody else."""
    goal = find_open_goal(context, command.goal)
    if goal.owner_id != context.caller.person_id:
        owner = goals.names_by_id(context.session, [goal.owner_id])[goal.owner_id]
        raise UserError(f"Only {owner}, who owns goal #{goal.number}, gets these messages.")
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
        "How far is a goal, and are these the people to serve?",
        example="3",
        shown=True,
        button="Check in",
    ),
    Declaration("undo-check-in", UndoCheckIn, undo_check_in),
    Declaration("goal-days", PlanCheckpoints, plan_checkpoints),
    Declaration("remind-owner", RemindOwner, remind_owner),
)
