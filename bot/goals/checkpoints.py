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
from bot.core.context import Context, FormError, UserError
from bot.core.days.reading import describe_missing_day, find_day
from bot.core.forms.newer import mark_form, merge_newer, show_newer
from bot.core.language.words import _, lazy, ngettext
from bot.core.messages import (
    Button,
    Card,
    Entry,
    Field,
    FieldKind,
    Form,
    Option,
    Reply,
    Title,
    text_reply,
)
from bot.core.repeats.once import mark_answer
from bot.core.text import clip_text, parse_number
from bot.core.times import format_day_from, format_full_day, working_day
from bot.goals.card import latest_answer
from bot.goals.commands import CheckIn, MeasureGoal, PlanCheckpoints, RemindOwner, UndoCheckIn
from bot.goals.find import (
    card_line,
    find_goal,
    find_open_goal,
    goal_name,
    goal_words,
    say,
    team_today,
)
from bot.goals.letters import describe_measure
from bot.goals.numbers import NumberError, format_measured, format_number, is_same_unit, plain_number
from bot.goals.numbers import parse_number as read_number
from bot.goals.pace import FITS, LONGEST_GOAL, describe_state, find_course, measured_on, propose_days
from storage.goals import checkpoints, goals
from storage.models import Checkpoint, Goal, GoalKind
from storage.teams import teams

FIT_QUESTION = lazy("Are these the people we wanted to serve?")
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
            return _choose_goal(context, found)
        command = CheckIn(str(found[0].number), command.team, command.asked, command.progress, command.fit)
    goal = find_open_goal(context, command.goal)
    if not command.asked:
        return _check_form(context, CheckIn(str(goal.number), str(goal.team_id)), goal)
    errors: dict[str, str] = {}
    progress = _read_progress(goal, command.progress, errors)
    if command.fit not in FITS:
        errors["fit"] = _("Please choose one.")
    if errors:
        raise FormError(_check_form(context, command, goal), errors)
    return _save_answer(context, goal, replace(command, progress=progress))


def _choose_goal(context: Context, found: Iterable[Goal]) -> Reply:
    """Return the open goals to choose from, each with the button that checks in on it."""
    rows = tuple(
        Entry(
            clip_text(goal_words(goal), WORDS),
            (goal_name(goal),),
            Button(_("Check in"), CheckIn(str(goal.number), str(goal.team_id))),
        )
        for goal in found
    )
    if not rows:
        said = _("No open goals. Add one with {command} goal new.", command=context.capabilities.command)
        return text_reply(said)
    return Reply(Card((Title(_("Which goal?")), *rows)))


def _check_form(context: Context, given: CheckIn, goal: Goal) -> Form:
    measure = describe_measure(goal)
    needed = bool(goal.start and goal.target)
    hint = measure or _("A number, if you count something.")
    options = tuple(Option(value, label()) for value, label in FITS.items())
    fields = (
        Field("progress", _("How far are we?"), value=given.progress, required=needed, hint=hint),
        Field(
            "fit",
            FIT_QUESTION(),
            FieldKind.CHOICE,
            given.fit,
            hint=clip_text(goal.quote, 90),
            options=options,
        ),
    )
    command = CheckIn(given.goal, given.team, "1")
    return Form(_("Check in on #{number}", number=goal.number), command, fields, _("Save"))


def _read_progress(goal: Goal, given: str, errors: dict[str, str]) -> str:
    """Return progress as a row holds it. An invalid one gets its sentence in `errors`."""
    if not given.strip():
        if goal.start and goal.target:
            errors["progress"] = _("Please enter a number. The same as last time is fine.")
        return ""
    try:
        read = read_number(given, goal.unit)
    except NumberError as wrong:
        errors["progress"] = str(wrong)
        return ""
    if read.unit and goal.unit and not is_same_unit(read.unit, goal.unit):
        errors["progress"] = _(
            "This goal counts “{unit}”, but you wrote “{other}”.", unit=goal.unit, other=read.unit
        )
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
    first = _("Checked in on goal #{number}.", number=goal.number)
    said = say(first, _compare(context, goal, checkpoint), card_line(context, goal), before)
    return text_reply(*said, buttons=(Button(_("Undo"), context.store_if_long(undo)),))


def _find_of_today(context: Context, goal: Goal, today: date) -> Checkpoint | None:
    """Return the checkpoint that a check-in of today answers: one that is due, or one answered today already."""
    due = checkpoints.find_due(context.session, goal.id, today)
    latest = latest_answer(context.session, goal)
    if due is None and latest is not None and measured_on(latest, context.caller.zone) == today:
        return latest
    return due


def _describe_before(context: Context, goal: Goal, checkpoint: Checkpoint) -> str:
    """Return who had checked in on a checkpoint before, with what, or an empty string."""
    person = checkpoint.answered_by_id
    if checkpoint.answered_at is None or person is None:
        return ""
    far = format_measured(Decimal(checkpoint.progress), goal.unit) if checkpoint.progress else ""
    answer = " · ".join(filter(None, (far, FITS[checkpoint.fit]())))
    if person == context.caller.person_id:
        return _("Your earlier answer: {answer}.", answer=answer)
    name = goals.names_by_id(context.session, [person])[person]
    return _("Earlier answer from {name}: {answer}.", name=name, answer=answer)


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
    """Return the state of a goal, with its progress beside what is on pace that day if it has a line."""
    state = describe_state(goal, checkpoint, context.caller.zone)
    course = find_course(goal)
    if course is None or not checkpoint.progress:
        return f"{state}."
    day = min(measured_on(checkpoint, context.caller.zone), course.due_on)
    progress, today = Decimal(checkpoint.progress), team_today(context)
    shown = format_number(course.shown_on(day, progress))
    return _(
        "{state}: {progress}, where {expected} is on pace for {day}.",
        state=state,
        progress=format_measured(progress, goal.unit),
        expected=shown,
        day=format_day_from(day, today),
    )


def undo_check_in(context: Context, command: UndoCheckIn) -> Reply:
    """Take one's own answer to a checkpoint back. UserError once there's a later one."""
    goal = find_goal(context, command.goal)
    checkpoint = checkpoints.find_checkpoint(context.session, goal.id, parse_number(command.checkpoint))
    if checkpoint is None or checkpoint.answered_at is None:
        raise UserError(_("You've already undone that."))
    if checkpoint.answered_by_id != context.caller.person_id:
        raise UserError(_("Someone else has checked in since then. You can check in again."))
    if command.answer and checkpoint.answered_as != command.answer:
        raise UserError(_("You've checked in again since then. Undo that one first."))
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
    return text_reply(_("Your check-in on goal #{number} is undone.", number=goal.number), replaces=True)


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
        later = Button(_("Numbers and day"), MeasureGoal(str(goal.number), str(goal.team_id)))
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
    edit = Button(_("Change checkpoints"), PlanCheckpoints(str(goal.number), str(goal.team_id)))
    return text_reply(*say(_describe_plan(goal, days, today), card_line(context, goal)), buttons=(edit,))


def _describe_over(goal: Goal, due_on: date) -> str:
    return _(
        "Goal #{number} ended on {day}. Choose a later day under “Numbers and day” first.",
        number=goal.number,
        day=format_full_day(due_on),
    )


def _describe_plan(goal: Goal, days: Sequence[date], today: date) -> str:
    if not days:
        return _(
            "Goal #{number} has no checkpoints now. You can still check in any time.", number=goal.number
        )
    return ngettext(
        "Goal #{number} has a checkpoint on {first}.",
        "Goal #{number} has {n} checkpoints, the first on {first}.",
        len(days),
        number=goal.number,
        first=format_day_from(days[0], today),
    )


def _write_days(days: Iterable[date]) -> str:
    return "\n".join(format_full_day(day) for day in days)


def _days_form(goal: Goal, days: str, present: Mapping[str, str]) -> Form:
    hint = _("One day per line, like 20 April 2026. Weekend days move to Monday.")
    command = PlanCheckpoints(str(goal.number), str(goal.team_id), "1")
    field = Field("days", _("Days"), FieldKind.TEXT, days, required=False, hint=hint)
    return mark_form(Form(_("Change checkpoints"), command, (field,), _("Save")), present)


def _read_days(
    context: Context, goal: Goal, given: str, planned: Sequence[date]
) -> tuple[tuple[date, ...], str]:
    """Return the days of a form, weekend days moved to Monday, and a sentence if one is invalid.

    Days that are planned already stay, also on their own morning.
    """
    today, found = team_today(context), set()
    for text in _split_days(given, today):
        day = find_day(text, today)
        if day is None:
            unread = _("I can't read “{text}”. Write it like 2026-03-20.", text=clip_text(text, 30))
            return (), describe_missing_day(text, today) or unread
        if day not in planned and (wrong := _describe_unusable(goal, day, today)):
            return (), wrong
        found.add(day if day in planned else working_day(day))
    if len(found) > MOST_CHECKPOINTS:
        return (), _(
            "Please use at most {most} checkpoints. You have {number}.",
            most=MOST_CHECKPOINTS,
            number=len(found),
        )
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
        return _("{day} isn't in the future. Please choose a later day.", day=format_full_day(day))
    if goal.due_on is not None and last <= today:
        return _describe_over(goal, goal.due_on)
    if working_day(day) > last:
        return _(
            "{day} is too late. The last possible day is {last}.",
            day=format_full_day(day),
            last=format_full_day(last),
        )
    return ""


def owns_goal(context: Context, command: RemindOwner) -> bool:
    """Tell whether the person owns the goal of a command."""
    goal = goals.find_by_number(context.session, parse_number(command.team), parse_number(command.goal))
    return goal is not None and goal.owner_id == context.caller.person_id


def _tell_others(context: Context, goal: Goal, on: bool) -> Reply:
    """Tell somebody else whose messages these are, and offer what anyone can do on the day of a checkpoint."""
    owner = goals.names_by_id(context.session, [goal.owner_id])[goal.owner_id]
    only = (
        _("Only {owner}, who owns goal #{number}, gets these messages.", owner=owner, number=goal.number)
        if on
        else _(
            "Only {owner}, who owns goal #{number}, can stop these messages.", owner=owner, number=goal.number
        )
    )
    said = say(only, _("You can still check in: on the day of a checkpoint, the card asks everyone."))
    return text_reply(*said, buttons=(Button(_("Check in"), CheckIn(str(goal.number), str(goal.team_id))),))


def remind_owner(context: Context, command: RemindOwner) -> Reply:
    """Turn the owner's private message on checkpoints on or off. Anybody else may check in instead."""
    goal = find_open_goal(context, command.goal)
    if goal.owner_id != context.caller.person_id:
        return _tell_others(context, goal, bool(command.on))
    goals.change_goal(context.session, goal, context.now, {"asks_owner": bool(command.on)})
    undo = RemindOwner(str(goal.number), str(goal.team_id), "" if command.on else "1")
    if not command.on:
        said = _(
            "I won't message you about goal #{number} any more. Its card still asks.", number=goal.number
        )
    elif goal.kind == GoalKind.SURVIVAL:
        said = _(
            "I'll message you about the checkpoints of goal #{number}, and when it's time to take another look.",
            number=goal.number,
        )
    else:
        said = _("I'll message you about the checkpoints of goal #{number}.", number=goal.number)
    return text_reply(*say(said, card_line(context, goal)), buttons=(Button(_("Undo"), undo),))


DECLARATIONS = (
    Declaration(
        "goal-check",
        CheckIn,
        check_in,
        "goal check",
        lazy("Say how far you are with a goal, and who it serves"),
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
