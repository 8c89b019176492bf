"""The forms of a focus check, and how their lines and days are read.

What was typed with a mistake comes back with one sentence, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from bot.core.context import Context
from bot.core.days.reading import DayError, find_day, parse_day
from bot.core.forms.newer import mark_form
from bot.core.language.words import Lazy, _, format_number, lazy, ngettext
from bot.core.messages import Field, FieldKind, Form, Option
from bot.core.text import parse_number
from bot.core.times import Period, local_day
from bot.focus.commands import AddToCheck, EditLine, EditWent, FillChances, FillLists, NameStep, StartCheck
from bot.focus.find import describe_big_goal, find_open_big_goal
from bot.focus.own_days import OwnDay, describe_unusable_day, read_own_day
from bot.focus.share import (
    LEAST_MOMENTS,
    QUARTER_WEEKS,
    Before,
    describe_loose,
    describe_trend,
    list_big_goals,
    measure_share,
    name_goals,
    week_edges,
)
from storage.focus import checks
from storage.models import FocusCheck, FocusItem, FocusList, GoalKind, Team

WENT_LENGTH = 600
"""The most characters of where the time went, so that the card shows it whole."""
LINE_LENGTH = 200
MOST_LINES = 12
"""The most lines of one list."""
STEP_LENGTH = 60
MOVE_OUT_IN = timedelta(weeks=4)
"""The day that the form proposes for moving out of what doesn't work."""
BULLETS = "-–—•*· \t"
LIST_NAMES: Mapping[str, Lazy] = {
    FocusList.WORKS: lazy("Works: focus on it"),
    FocusList.OUT: lazy("Doesn't work: stop it"),
    FocusList.CHANCES: lazy("Opportunities that speed us up"),
}
ONE_EACH = lazy("One line each.")
OWN_DAYS = lazy("One line each. A line can have its own day, like: Weekly report, by 12 March.")
STOP_BY = lazy("By when will we stop?")
WHERE_IT_GOES = lazy("Where did our time really go?")

Errors = Iterator[tuple[str, str]]


def list_name(check: FocusCheck, name: str) -> str:
    """Return the heading of one of a check's lists."""
    return LIST_NAMES[name]() if name in LIST_NAMES else check.step or _("Our own step")


def went_form(context: Context, given: StartCheck) -> Form:
    """Return the first step: the one big goal, and where the time really went."""
    goal = find_open_big_goal(context.session, context.caller.team_id, context.now)
    named = _("Our big goal: {goal}", goal=describe_big_goal(goal)) if goal else _("No big goal is open.")
    field = Field("went", WHERE_IT_GOES(), FieldKind.TEXT, given.went)
    intro = f"{named} {describe_quarter(context)}"
    command = StartCheck(given.team, "1", given.fresh)
    return Form(_("Focus check · 1 of 3"), command, (field,), _("Save"), intro)


def describe_quarter(context: Context) -> str:
    """Return the share of the last quarter in some sentences, or that there is too little to say."""
    team = context.session.get_one(Team, context.caller.team_id)
    edges = week_edges(context.now, team.zone, 2 * QUARTER_WEEKS)
    since = edges[QUARTER_WEEKS]
    share = measure_share(context.session, team, Period(since, context.now))
    if not share.is_told:
        return _(
            "Fewer than {number} moments were saved this quarter, too few to say what they served.",
            number=LEAST_MOMENTS,
        )
    big = list_big_goals(context.session, team.id, Period(since, context.now))
    if not big:
        return ngettext(
            "One moment was saved this quarter.", "{n} moments were saved this quarter.", share.moments
        )
    one = len(big) == 1 and big[0].closed_at is None and big[0].kind == GoalKind.BIG
    served = (
        _("{share} moments this quarter served it.", share=share.in_words())
        if one
        else ngettext(
            "{share} moments this quarter served the big goal {goals}.",
            "{share} moments this quarter served the big goals {goals}.",
            len(big),
            share=share.in_words(),
            goals=name_goals(big),
        )
    )
    before = measure_share(context.session, team, Period(edges[0], since))
    trend = describe_trend(share, before, Before.QUARTER)
    return " ".join(filter(None, (served, trend, describe_loose(share))))


def lists_form(context: Context, check: FocusCheck, given: FillLists) -> Form:
    """Return the second step: what works, and what doesn't."""
    proposed = str(local_day(context.now, context.caller.zone) + MOVE_OUT_IN)
    by_on = given.by_on or proposed
    fields = (
        Field("works", LIST_NAMES[FocusList.WORKS](), FieldKind.TEXT, given.works, False, ONE_EACH()),
        Field("out", LIST_NAMES[FocusList.OUT](), FieldKind.TEXT, given.out, False, OWN_DAYS()),
        Field("by_on", STOP_BY(), FieldKind.DATE, by_on, False, _("For lines without their own day."),
              later=True, default=proposed),
    )  # fmt: skip
    command = FillLists(str(check.id), str(check.team_id))
    return Form(_("Focus check · 2 of 3"), command, fields, _("Save"))


def chances_form(context: Context, check: FocusCheck, given: FillChances) -> Form:
    """Return the third step: what would accelerate. With a team's own step, it is asked there, too."""
    hint = _("What would get us to the big goal faster? One line each.")
    fields = [Field("chances", LIST_NAMES[FocusList.CHANCES](), FieldKind.TEXT, given.chances, False, hint)]
    if check.step:
        fields.append(Field("own", check.step, FieldKind.TEXT, given.own, False, ONE_EACH()))
    command = FillChances(str(check.id), str(check.team_id))
    title = _("Focus check · 3–4 of 4") if check.step else _("Focus check · 3 of 3")
    return Form(title, command, tuple(fields), _("Save"))


def add_form(check: FocusCheck, given: AddToCheck) -> Form:
    """Return the form that adds lines to one of the lists."""
    names = [*LIST_NAMES, *((FocusList.OWN,) if check.step else ())]
    options = tuple(Option(name, list_name(check, name)) for name in names)
    fields = (
        Field("text", _("What to add"), FieldKind.TEXT, given.text, hint=OWN_DAYS()),
        Field("name", _("To which list?"), FieldKind.CHOICE, given.name or FocusList.WORKS, options=options),
        Field("by_on", _("If we stop it: by when?"), FieldKind.DATE, given.by_on, False, later=True),
    )
    return Form(_("Add lines"), AddToCheck(str(check.id), str(check.team_id)), fields, _("Add"))


def line_form(check: FocusCheck, item: FocusItem, given: EditLine) -> Form:
    """Return the form that changes a line, and its day if it has one."""
    fields = [Field("text", list_name(check, item.list), FieldKind.TEXT, given.text)]
    if item.list == FocusList.OUT:
        fields.append(Field("by_on", STOP_BY(), FieldKind.DATE, given.by_on))
    command = EditLine(str(check.id), str(item.id), str(check.team_id), "1")
    return mark_form(Form(_("Edit"), command, tuple(fields), _("Save")), present_line(item))


def present_line(item: FocusItem) -> dict[str, str]:
    """Return what a line's form says of it now."""
    return {"text": item.text, "by_on": str(item.by_on) if item.by_on else ""}


def edit_went_form(check: FocusCheck, went: str) -> Form:
    """Return the form that changes where the time went."""
    field = Field("went", WHERE_IT_GOES(), FieldKind.TEXT, went)
    command = EditWent(str(check.id), str(check.team_id), "1")
    return mark_form(Form(_("Edit"), command, (field,), _("Save")), {"went": check.went})


def step_form(context: Context, given: NameStep) -> Form:
    """Return the form with the title of the team's own fourth step."""
    present = checks.find_step(context.session, context.caller.team_id)
    title = given.title if given.asked else present
    check = checks.find_in_team(context.session, context.caller.team_id, parse_number(given.check))
    has_lines = check is not None and any(
        item.list == FocusList.OWN for item in checks.list_items(context.session, check.id)
    )
    hint = (
        _("For example: Who do we thank? Leave it empty for no fourth step. Starts with this check.")
        if check is not None and not has_lines
        else _("For example: Who do we thank? Leave it empty for no fourth step. Starts with the next check.")
    )
    field = Field("title", _("Our own fourth step"), FieldKind.LINE, title, False, hint)
    form = Form(_("Our own step"), NameStep(given.team, given.check, "1"), (field,), _("Save"))
    return mark_form(form, {"title": present})


def split_lines(text: str) -> list[str]:
    """Return the lines of a list as people write it, without bullets and empty lines."""
    lines = (line.strip().lstrip(BULLETS).rstrip() for line in text.splitlines())
    return [line for line in lines if line]


def split_out_lines(text: str, today: date) -> list[OwnDay]:
    """Return the lines of what a team moves out of, each with its own day if it has one."""
    return [read_own_day(line, today) for line in split_lines(text)]


def out_errors(context: Context, name: str, text: str, by_on: str, there: int = 0) -> Errors:
    """Yield what is wrong with the lines of what a team moves out of, and with the day that they share."""
    lines = split_out_lines(text, local_day(context.now, context.caller.zone))
    yield from line_errors(name, "\n".join(line.text for line in lines), there)
    if wrong := next(filter(None, (line.error for line in lines)), ""):
        yield name, wrong
    if any(line.day is None for line in lines):
        yield from day_errors(context, "by_on", by_on)


def line_errors(name: str, text: str, there: int = 0) -> Errors:
    """Yield what is wrong with the lines of a list that has some already."""
    lines = split_lines(text)
    if longest := max((len(line) for line in lines if len(line) > LINE_LENGTH), default=0):
        yield (
            name,
            _(
                "Up to {limit} characters a line, please, so it fits the card. One has {length}.",
                limit=LINE_LENGTH,
                length=format_number(longest),
            ),
        )
    elif len(lines) + there > MOST_LINES:
        yield (
            name,
            _(
                "Up to {limit} lines, please, including the {number} already there. The fewer, the more focus.",
                limit=MOST_LINES,
                number=there,
            )
            if there
            else _("Up to {limit} lines, please. The fewer, the more focus.", limit=MOST_LINES),
        )


def day_errors(context: Context, name: str, given: str) -> Errors:
    """Yield what is wrong with the day on which a team is out of something."""
    today = local_day(context.now, context.caller.zone)
    if not given.strip():
        yield name, _("By when will we stop? Choose a day.")
        return
    try:
        wrong = describe_unusable_day(parse_day(given, today), today)
    except DayError as unread:
        wrong = str(unread)
    if wrong:
        yield name, wrong


def went_errors(went: str) -> Errors:
    """Yield what is wrong with the text of where the time went."""
    if not went.strip():
        yield "went", _("Please write where the time went, in a line or two.")
    elif len(went.strip()) > WENT_LENGTH:
        yield (
            "went",
            _(
                "Up to {limit} characters, please, so it fits the card. This has {length}.",
                limit=WENT_LENGTH,
                length=format_number(len(went.strip())),
            ),
        )


def read_day(context: Context, given: str) -> date | None:
    """Return the day that a form gave, or None."""
    return find_day(given, local_day(context.now, context.caller.zone))
