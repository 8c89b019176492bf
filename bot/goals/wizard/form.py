"""The forms of a goal: three short steps, each letter with a test in one line that explains it.

A letter may stay open. What was typed with a mistake comes back with one sentence, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bot.core.context import Context
from bot.core.days.reading import DayError, find_day, parse_day, plain_day
from bot.core.forms.newer import mark_form
from bot.core.language.words import Lazy, _, lazy
from bot.core.messages import (
    Field,
    FieldKind,
    Form,
    Option,
)
from bot.core.text import one_line
from bot.core.times import format_day_from
from bot.goals.commands import AlignGoal, EditGoal, MeasureGoal, NewGoal
from bot.goals.find import describe_too_long, goal_words, team_today
from bot.goals.lines import LABEL, line_field
from bot.goals.numbers import (
    LONGEST_UNIT,
    NumberError,
    format_number,
    is_same_unit,
    parse_number,
    plain_number,
)
from bot.goals.pace import LONGEST_GOAL
from storage.goals import checkpoints, goals, missions
from storage.models import Goal, GoalKind

TEXT_LENGTH = 600
"""The most characters of each text of a goal, so that its card shows it whole."""
QUOTED = 120
"""Characters of the goal above the later steps."""
SURVIVAL_GOALS = 2
"""Open survival goals beside each other. One more asks which it replaces."""

KIND_LABELS: Mapping[GoalKind, Lazy] = {
    GoalKind.BIG: lazy("Big: the one that gets most of our time"),
    GoalKind.SUPPORTING: lazy("Supporting: it helps the big one"),
    GoalKind.LEARNING: lazy("Learning: we want to find something out"),
    GoalKind.SURVIVAL: lazy("Survival: it pays the bills or builds a skill"),
}
LOOK_LABEL = lazy("When should I ask if you still need it?")
WHICH_REPLACED = lazy("Two survival goals are already open. Which one does it replace?")
SPECIFIC_TEST = lazy("Test: could a stranger tell if it has happened?")
FUNDS_TEST = lazy("A survival goal pays for something or teaches us something.")
MEASURE_TEST = lazy("Test: one number with a unit that everyone counts the same way.")
TIME_TEST = lazy("Test: it has a date. I'll suggest checkpoints until then.")
MISSION_TEST = lazy("Test: would the people in that line notice if it worked?")
ATTAINABLE_TEST = lazy("Test: can we say why we believe in it?")
RELEVANT_TEST = lazy("Test: can we say what gets easier if it works?")
NEXT_STEP = lazy("The next step: if … then …")
STEP_HINT = lazy("Like: if the call goes well, then I'll send the offer the same day.")

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
    title = _("New goal · 1 of 3") if isinstance(given, NewGoal) else _("Edit goal")
    label, kind = _("Specific: what exactly will be true?"), given.kind or GoalKind.SUPPORTING
    kinds = tuple(Option(each, words()) for each, words in KIND_LABELS.items())
    fields = [
        Field(
            "text",
            label,
            FieldKind.TEXT,
            given.text,
            hint=SPECIFIC_TEST(),
            placeholder=_("Ten schools teach with us"),
        ),
        Field("kind", _("What kind of goal is it?"), FieldKind.CHOICE, kind, options=kinds),
    ]
    if given.kind == GoalKind.SURVIVAL or {"funds", "look_again_on"} & set(errors):
        fields += [
            Field("funds", _("What does it pay for or teach us?"), value=given.funds, hint=FUNDS_TEST()),
            Field("look_again_on", LOOK_LABEL(), FieldKind.DATE, given.look_again_on),
        ]
    if "replaces" in errors:
        fields.append(_replaces_field(context, given))
    match given:
        case NewGoal():
            new = NewGoal(team=given.team, parked=given.parked, source=given.source)
            return Form(title, new, tuple(fields), _("Save"))
        case EditGoal():
            form = Form(title, EditGoal(given.goal, given.team, "1"), tuple(fields), _("Save"))
            return mark_form(form, present or {})


def _replaces_field(context: Context, given: NewGoal | EditGoal) -> Field:
    options = tuple(
        Option(str(goal.number), one_line(f"#{goal.number} {goal_words(goal)}", LABEL))
        for goal in goals.list_open(context.session, context.caller.team_id, GoalKind.SURVIVAL)
    )
    return Field(
        "replaces", _("Which one does it replace?"), FieldKind.CHOICE, given.replaces, options=options
    )


def specific_errors(context: Context, given: NewGoal | EditGoal, present: Goal | None = None) -> Errors:
    """Yield the name of each invalid field of the first step, with its sentence."""
    yield from text_errors({"text": given.text})
    if not given.text.strip():
        yield "text", _("Please write what exactly will be true.")
    if given.kind not in list(GoalKind):
        yield "kind", _("Please choose one.")
    big = goals.find_big(context.session, context.caller.team_id)
    if given.kind == GoalKind.BIG and big is not None and (present is None or present.id != big.id):
        words = one_line(goal_words(big), LABEL)
        yield (
            "kind",
            _(
                "“{words}” (#{number}) is already the big goal. Choose Supporting, or close that one first.",
                words=words,
                number=big.number,
            ),
        )
    if given.kind == GoalKind.SURVIVAL:
        yield from _survival_errors(context, given, present)


def _survival_errors(context: Context, given: NewGoal | EditGoal, present: Goal | None) -> Errors:
    yield from text_errors({"funds": given.funds})
    if not given.funds.strip():
        yield "funds", _("Please say what it pays for, or what you learn from it.")
    if not given.look_again_on.strip():
        yield "look_again_on", _("Please choose a day. I'll ask then if you still need it.")
    elif wrong := day_error(context, given.look_again_on):
        yield "look_again_on", wrong
    others = _other_survivals(context, present)
    if len(others) >= SURVIVAL_GOALS and given.replaces not in {str(goal.number) for goal in others}:
        yield "replaces", WHICH_REPLACED()


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
    *whole, _last = cut[: TEXT_LENGTH - 1].rsplit(maxsplit=1)
    long_enough = whole and len(whole[0]) > TEXT_LENGTH // 2
    return f"{whole[0] if long_enough else cut[: TEXT_LENGTH - 2]} …"


def text_errors(texts: dict[str, str]) -> Errors:
    """Yield the name of each text that is too long for the card, with its sentence."""
    for name, words in texts.items():
        if len(words.strip()) > TEXT_LENGTH:
            yield name, describe_too_long(len(words), TEXT_LENGTH)


def day_error(context: Context, given: str) -> str:
    """Return what is wrong with the text of a day that has to be ahead, or an empty string."""
    today = team_today(context)
    try:
        day = parse_day(given, today)
    except DayError as unread:
        return str(unread)
    if day <= today:
        return (
            _("That day is in the past. Please choose a later one.")
            if day < today
            else _("That's today. Please choose a later day.")
        )
    too_far = day - today > LONGEST_GOAL
    return _("That's more than five years away. Please choose an earlier day.") if too_far else ""


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
    label, hint = _("Measurable: where are we now?"), _("A number. 0 is fine.")
    if has_begun(context, goal):
        day = format_day_from(goal.starts_on, team_today(context))
        label = _("Measurable: where did we start?")
        hint = _("Where were we on {day}? A number. 0 is fine.", day=day)
    fields = (
        Field("start", label, value=given.start, required=False, hint=hint),
        _optional("target", _("And where do we want to be?"), given.target, MEASURE_TEST(), FieldKind.LINE),
        replace(
            _optional(
                "unit", _("What do we count?"), given.unit, _("Like clients, €, % or hours."), FieldKind.LINE
            ),
            later=True,
        ),
        _optional("due_on", _("Time-bound: by when?"), given.due_on, TIME_TEST(), FieldKind.DATE),
    )
    command = MeasureGoal(given.goal, given.team, "1")
    title, intro = _("Numbers and day · 2 of 3"), quote_goal(goal)
    form = Form(title, command, fields, _("Save"), intro)
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
        return {name: _("Start and target go together. Fill in both, or leave both empty for now.")}
    if numbers["start"] and Decimal(numbers["start"]) == Decimal(numbers["target"]):
        return {"target": _("That's where you are already. Which number do you want to reach?")}
    return {}


def _join_units(units: Sequence[str]) -> tuple[str, str]:
    """Return the one unit that was written, and a sentence if there are several."""
    written: list[str] = []
    for unit in filter(None, units):
        if not any(is_same_unit(unit, known) for known in written):
            written.append(unit)
    if len(written) > 1:
        return written[0], _(
            "Please use one unit for both numbers. You wrote: {units}.", units=", ".join(written)
        )
    unit = max((unit for unit in units if unit), key=len) if written else ""
    long = len(unit) > LONGEST_UNIT
    return unit, _("Please use at most {most} characters here.", most=LONGEST_UNIT) if long else ""


def align_form(context: Context, given: AlignGoal, goal: Goal) -> Form:
    """Return the third step: which line of the mission, why we believe in it, why now, and the next step."""
    mission = missions.find_current(context.session, context.caller.team_id)
    quoted = (goal.line, goal.quote)
    fields = (
        *line_field(
            mission, given.line, _("Mission-based: which line does it serve?"), MISSION_TEST(), quoted
        ),
        _optional(
            "attainable", _("Attainable: why do we believe in it?"), given.attainable, ATTAINABLE_TEST()
        ),
        _optional("relevant", _("Relevant: why this, why now?"), given.relevant, RELEVANT_TEST()),
        _optional("step", NEXT_STEP(), given.step, STEP_HINT(), FieldKind.LINE),
    )
    seen = str(mission.id) if mission else ""
    intro = quote_goal(goal)
    if not mission:
        command = context.capabilities.command
        how = _("There's no mission yet. Write one with {command} mission.", command=command)
        intro = f"{intro} {how}"
    title, sent = _("What it's for · 3 of 3"), AlignGoal(given.goal, given.team, "1", seen)
    asked = (fields[0], *(replace(field, later=True) for field in fields[1:]))
    form = Form(title, sent, asked, _("Save"), intro)
    return mark_form(form, present_align(goal))


def present_align(goal: Goal) -> dict[str, str]:
    """Return what the third step says of a goal now."""
    line = f"{goal.line} {goal.quote}" if goal.quote else ""
    return {"line": line, "attainable": goal.attainable, "relevant": goal.relevant}


def quote_goal(goal: Goal) -> str:
    """Return what stands above the later steps: which goal it is, and that a letter may stay open."""
    later = _("You can leave fields empty and fill them in later.")
    return _("“{words}”", words=one_line(goal_words(goal), QUOTED)) + f"\n\n{later}"


def _optional(name: str, label: str, value: str, hint: str, kind: FieldKind = FieldKind.TEXT) -> Field:
    return Field(name, label, kind, value, required=False, hint=hint)
