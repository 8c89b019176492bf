"""The forms of a goal: three short steps, each letter with a test in one line that explains it.

A letter may stay open. What was typed with a mistake comes back with one sentence, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.core.context import Context
from bot.core.days.reading import DayError, find_day, parse_day, plain_day
from bot.core.forms.newer import mark_form
from bot.core.messages import Field, FieldKind, Form, Option
from bot.core.text import one_line
from bot.core.times import format_day_from
from bot.goals.commands import AlignGoal, EditGoal, MeasureGoal, NewGoal
from bot.goals.find import goal_words, team_today
from bot.goals.lines import LABEL, line_field
from bot.goals.numbers import NumberError, format_number, is_same_unit, parse_number, plain_number
from bot.goals.pace import LONGEST_GOAL
from storage.goals import checkpoints, goals, missions
from storage.models import Goal, GoalKind

TEXT_LENGTH = 600
"""The most characters of each text of a goal, so that its card shows it whole."""
QUOTED = 120
"""Characters of the goal above the later steps."""
SURVIVAL_GOALS = 2
"""Open survival goals beside each other. One more asks which it replaces."""

KIND_OPTIONS = (
    Option(GoalKind.BIG, "Big: the one that gets most of our time"),
    Option(GoalKind.SUPPORTING, "Supporting: it helps the big one"),
    Option(GoalKind.LEARNING, "Learning: we want to find something out"),
    Option(GoalKind.SURVIVAL, "Survival: it pays the bills or builds a skill"),
)
SPECIFIC_TEST = "Test: a stranger could tell whether it has happened."
FUNDS_TEST = "It's survival as long as it pays for something, or teaches us something."
MEASURE_TEST = "Test: one number, with its unit, that anyone counts the same way."
TIME_TEST = "Test: it has a day. I'll suggest checkpoints until then."
MISSION_TEST = "Test: the people of that line would notice if it worked."
ATTAINABLE_TEST = "Test: we can name what makes us believe it."
RELEVANT_TEST = "Test: if it works, we can say what gets easier."
STEP_HINT = "For example: if the call went well, then I send the offer the same day."

Errors = Iterator[tuple[str, str]]


def present_goal(goal: Goal) -> dict[str, str]:
    """Return what the first step says of a goal now."""
    look = goal.look_again_on.isoformat() if goal.look_again_on else ""
    return {"text": goal.text, "kind": goal.kind, "funds": goal.funds, "look_again_on": look}


def specific_form(
    context: Context,
    given: NewGoal | EditGoal,
    errors: Sequence[str] = (),
    present: Mapping[str, str] | None = None,
) -> Form:
    """Return the first step: what exactly, and which class. For a survival goal it asks more.

    `errors` holds the names of the fields that came back with a sentence, `present` what a goal says now.
    """
    title = "A new goal · 1 of 3" if isinstance(given, NewGoal) else "Edit the goal"
    fields = [
        Field("text", "Specific: what exactly will be true?", FieldKind.TEXT, given.text, hint=SPECIFIC_TEST),
        Field(
            "kind",
            "What kind of goal is it?",
            FieldKind.CHOICE,
            given.kind or GoalKind.SUPPORTING,
            options=KIND_OPTIONS,
        ),
    ]
    if given.kind == GoalKind.SURVIVAL or {"funds", "look_again_on"} & set(errors):
        fields += [
            Field("funds", "It pays for, or it teaches us", FieldKind.LINE, given.funds, hint=FUNDS_TEST),
            Field("look_again_on", "We look at it again on", FieldKind.DATE, given.look_again_on),
        ]
    if "replaces" in errors:
        fields.append(_replaces_field(context, given))
    match given:
        case NewGoal():
            new = NewGoal(team=given.team, parked=given.parked, source=given.source)
            return Form(title, new, tuple(fields), "Save")
        case EditGoal():
            form = Form(title, EditGoal(given.goal, given.team, "1"), tuple(fields), "Save")
            return mark_form(form, present or {})


def _replaces_field(context: Context, given: NewGoal | EditGoal) -> Field:
    options = tuple(
        Option(str(goal.number), one_line(f"#{goal.number} {goal_words(goal)}", LABEL))
        for goal in goals.list_open(context.session, context.caller.team_id, GoalKind.SURVIVAL)
    )
    return Field("replaces", "Which one does it replace?", FieldKind.CHOICE, given.replaces, options=options)


def specific_errors(context: Context, given: NewGoal | EditGoal, present: Goal | None = None) -> Errors:
    """Yield the name of each invalid field of the first step, with its sentence."""
    yield from text_errors({"text": given.text})
    if not given.text.strip():
        yield "text", "Please write what exactly will be true."
    if given.kind not in list(GoalKind):
        yield "kind", "Choose one of these."
    big = goals.find_big(context.session, context.caller.team_id)
    if given.kind == GoalKind.BIG and big is not None and (present is None or present.id != big.id):
        yield (
            "kind",
            (
                f"“{one_line(goal_words(big), LABEL)}” (#{big.number}) is the big goal already. "
                "Choose Supporting, or close that one first."
            ),
        )
    if given.kind == GoalKind.SURVIVAL:
        yield from _survival_errors(context, given, present)


def _survival_errors(context: Context, given: NewGoal | EditGoal, present: Goal | None) -> Errors:
    yield from text_errors({"funds": given.funds})
    if not given.funds.strip():
        yield "funds", "A survival goal says what it pays for, or which skill it builds."
    if not given.look_again_on.strip():
        yield "look_again_on", "A survival goal has a day on which we look at it again."
    elif wrong := day_error(context, given.look_again_on):
        yield "look_again_on", wrong
    others = _other_survivals(context, present)
    if len(others) >= SURVIVAL_GOALS and given.replaces not in {str(goal.number) for goal in others}:
        yield "replaces", "Two survival goals are open already. Which one does this replace?"


def is_survival_full(context: Context, goal: Goal) -> bool:
    """Return whether as many survival goals as may be are open beside a goal."""
    return len(_other_survivals(context, goal)) >= SURVIVAL_GOALS


def _other_survivals(context: Context, present: Goal | None) -> Sequence[Goal]:
    found = goals.list_open(context.session, context.caller.team_id, GoalKind.SURVIVAL)
    return [goal for goal in found if present is None or goal.id != present.id]


def shorten_text(words: str) -> str:
    """Return the beginning of a text that a goal can take, cut between two words."""
    cut = words.strip()
    if len(cut) <= TEXT_LENGTH:
        return cut
    *whole, _ = cut[: TEXT_LENGTH - 1].rsplit(maxsplit=1)
    long_enough = whole and len(whole[0]) > TEXT_LENGTH // 2
    return f"{whole[0] if long_enough else cut[: TEXT_LENGTH - 2]} …"


def text_errors(texts: dict[str, str]) -> Errors:
    """Yield the name of each text that is too long for the card, with its sentence."""
    for name, words in texts.items():
        if len(words.strip()) > TEXT_LENGTH:
            yield (
                name,
                f"Up to {TEXT_LENGTH} characters, please, so that it fits the card. Here are {len(words):,}.",
            )


def day_error(context: Context, given: str) -> str:
    """Return what is wrong with the text of a day that has to be ahead, or an empty string."""
    today = team_today(context)
    try:
        day = parse_day(given, today)
    except DayError as unread:
        return str(unread)
    if day <= today:
        return (
            "That day is over. Choose one that's still to come."
            if day < today
            else "That's today. Choose a later day."
        )
    return "That's more than five years away. Choose a day before that." if day - today > LONGEST_GOAL else ""


@dataclass(frozen=True)
class Measure:
    """What the second step says: numbers as a row holds them, a unit and a day. An empty one is open."""

    start: str = ""
    target: str = ""
    unit: str = ""
    due_on: date | None = None


def has_begun(context: Context, goal: Goal) -> bool:
    """Return whether somebody has checked in on a goal's numbers, so that its first day stays."""
    return bool(goal.start) and checkpoints.has_answers(context.session, goal.id)


def measure_form(context: Context, given: MeasureGoal, goal: Goal) -> Form:
    """Return the second step: from where to where, in which unit, until when."""
    label, hint = "Measurable: where are we now?", "A number; 0 is fine."
    if has_begun(context, goal):
        day = format_day_from(goal.starts_on, team_today(context))
        label, hint = "Measurable: where did we start?", f"Where were we on {day}? {hint}"
    fields = (
        Field("start", label, value=given.start, required=False, hint=hint),
        Field("target", "And where do we want to be?", value=given.target, required=False, hint=MEASURE_TEST),
        Field(
            "unit", "What do we count?", value=given.unit, required=False, hint="Like clients, €, % or hours."
        ),
        Field(
            "due_on", "Time-bound: until when?", FieldKind.DATE, given.due_on, required=False, hint=TIME_TEST
        ),
    )
    command = MeasureGoal(given.goal, given.team, "1")
    form = Form("The goal · 2 of 3", command, fields, "Save", quote_goal(goal))
    return mark_form(form, present_measure(goal))


def present_measure(goal: Goal) -> dict[str, str]:
    """Return what the second step says of a goal now."""
    start, target = (format_number(Decimal(each)) if each else "" for each in (goal.start, goal.target))
    due_on = goal.due_on.isoformat() if goal.due_on else ""
    return {"start": start, "target": target, "unit": goal.unit, "due_on": due_on}


def plain_measure(context: Context, given: MeasureGoal) -> dict[str, str]:
    """Return what the second step gives, as `present_measure` writes it. What can't be read stays as it is."""
    plain = {"unit": given.unit.strip(), "due_on": plain_day(given.due_on, team_today(context))}
    counted = _written_unit(given)
    for name in ("start", "target"):
        try:
            read = parse_number(getattr(given, name), counted)
        except NumberError:
            continue
        plain[name] = format_number(read.value)
        plain["unit"] = plain["unit"] or read.unit
    return plain


def read_measure(context: Context, given: MeasureGoal, goal: Goal) -> tuple[Measure, dict[str, str]]:
    """Return what the second step says, and one sentence for each invalid field."""
    errors: dict[str, str] = {}
    numbers: dict[str, str] = {}
    units, counted = [given.unit.strip()], _written_unit(given)
    for name in ("start", "target"):
        numbers[name] = ""
        if not getattr(given, name).strip():
            continue
        try:
            read = parse_number(getattr(given, name), counted)
        except NumberError as refusal:
            errors[name] = str(refusal)
            continue
        numbers[name] = plain_number(read.value)
        units.append(read.unit)
    errors |= _measure_errors(given, numbers, errors)
    unit, wrong = _join_units(units)
    if wrong:
        errors.setdefault("unit", wrong)
    day = find_day(given.due_on, team_today(context))
    unchanged = day is not None and day == goal.due_on
    if given.due_on.strip() and not unchanged and (said := day_error(context, given.due_on)):
        errors["due_on"] = said
    return Measure(numbers["start"], numbers["target"], unit, day), errors


def _written_unit(given: MeasureGoal) -> str:
    """Return the unit that the second step names in its field, or else beside a number. Empty without one."""
    found = [given.unit.strip()]
    for text in (given.start, given.target):
        with suppress(NumberError):
            found.append(parse_number(text).unit)
    return next(filter(None, found), "")


def _measure_errors(given: MeasureGoal, numbers: dict[str, str], errors: dict[str, str]) -> dict[str, str]:
    if errors:
        return {}
    if bool(numbers["start"]) != bool(numbers["target"]):
        name = "target" if numbers["start"] else "start"
        return {name: "Start and target go together. Write both, or leave both open for now."}
    if numbers["start"] and Decimal(numbers["start"]) == Decimal(numbers["target"]):
        return {"target": "That's where you are already. Which number do you want to reach?"}
    return {}


def _join_units(units: Sequence[str]) -> tuple[str, str]:
    """Return the one unit that was written, and a sentence if there are several."""
    written: list[str] = []
    for unit in filter(None, units):
        if not any(is_same_unit(unit, known) for known in written):
            written.append(unit)
    if len(written) > 1:
        return written[0], f"One unit for both numbers, please: I see {' and '.join(written)}."
    unit = max((unit for unit in units if unit), key=len) if written else ""
    long = len(unit) > 24
    return unit, "Up to 24 characters for what you count, please." if long else ""


def align_form(context: Context, given: AlignGoal, goal: Goal) -> Form:
    """Return the third step: which line of the mission, why we believe in it, why now, and the next step."""
    mission = missions.find_current(context.session, context.caller.team_id)
    quoted = (goal.line, goal.quote)
    fields = (
        *line_field(mission, given.line, "Mission-based: which line does it serve?", MISSION_TEST, quoted),
        _optional_text("attainable", "Attainable: why do we believe it?", given.attainable, ATTAINABLE_TEST),
        _optional_text("relevant", "Relevant: why this, why now?", given.relevant, RELEVANT_TEST),
        Field("step", "The next step: if … then …", value=given.step, required=False, hint=STEP_HINT),
    )
    seen = str(mission.id) if mission else ""
    how = "" if mission else f" There's no mission yet: {context.capabilities.command} mission writes one."
    intro = f"{quote_goal(goal)}{how}"
    form = Form("The goal · 3 of 3", AlignGoal(given.goal, given.team, "1", seen), fields, "Save", intro)
    return mark_form(form, present_align(goal))


def present_align(goal: Goal) -> dict[str, str]:
    """Return what the third step says of a goal now."""
    line = f"{goal.line} {goal.quote}" if goal.quote else ""
    return {"line": line, "attainable": goal.attainable, "relevant": goal.relevant}


def quote_goal(goal: Goal) -> str:
    """Return what stands above the later steps: which goal it is, and that a letter may stay open."""
    return f"“{one_line(goal_words(goal), QUOTED)}”\n\nWhat you leave empty stays open, for another day."


def _optional_text(name: str, label: str, value: str, hint: str) -> Field:
    return Field(name, label, FieldKind.TEXT, value, required=False, hint=hint)
