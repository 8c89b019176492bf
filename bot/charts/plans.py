"""What the pictures say: their titles, labels and alternative texts, in the current language.

The process that draws never loads this module: a picture's words reach it as values of its figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.charts.goal_chart import GoalCourse, GoalWords, WordedCourse, render_goal_chart
from bot.charts.quest_chart import (
    QuestHistory,
    QuestWords,
    Stretch,
    WordedHistory,
    longest_stretch,
    render_quest_chart,
)
from bot.charts.recap_chart import (
    LAST_WEEK,
    MIDDLE_WEEK,
    RecapWords,
    Week,
    WordedWeeks,
    last_twelve_weeks,
    render_recap_chart,
)
from bot.core.language.words import _, format_number, ngettext
from bot.core.pictures.drawing import Drawing, ShareMark
from bot.core.text import join_list
from bot.core.times import format_day, format_full_day, format_short_day

POINTS_TOLD = 12
"""The most checkpoints in an alternative text: the newest."""


# The recap's picture


def plan_recap_chart(weeks: Sequence[Week], mark: ShareMark | None = None) -> Drawing:
    """Return the drawing of the last twelve of `weeks` (oldest first, no gaps), the last one highlighted.

    Missing weeks are drawn empty. Raises ValueError if there is no week at all.
    """
    shown = last_twelve_weeks(weeks)
    figures = WordedWeeks(tuple(shown), recap_words(shown), mark)
    name = f"recap-{shown[LAST_WEEK].ends}.png"
    return Drawing(render_recap_chart, figures, describe_recap_chart(shown, mark), name)


def recap_words(weeks: Sequence[Week]) -> RecapWords:
    """Return the words of the picture of twelve weeks."""
    last = weeks[LAST_WEEK]
    return RecapWords(
        title=_("Moments saved each week"),
        ahas=_name_ahas(last.ahas),
        experiments=_name_experiments(last.experiments),
        breakthroughs=_name_breakthroughs(last.breakthroughs),
        first=format_short_day(weeks[0].ends),
        middle=format_short_day(weeks[MIDDLE_WEEK].ends),
        last=_("Week to {day}", day=format_short_day(last.ends)),
        thousands=thousands_mark(),
    )


def describe_recap_chart(weeks: Sequence[Week], mark: ShareMark | None = None) -> str:
    """Describe the picture of twelve `weeks` in words, in at most 500 characters."""
    last = weeks[LAST_WEEK]
    span = _("Moments saved each week, for 12 weeks to {day}.", day=format_full_day(last.ends))
    if not any(week.moments for week in weeks):
        return span + " " + _("Nothing saved yet.")
    said = (
        span,
        _("In all: {counts}.", counts=_tally_weeks(*weeks)),
        _("Last week, highlighted: {counts}.", counts=_tally_weeks(last)),
        _name_busiest_week(weeks),
        _list_breakthrough_weeks(weeks),
        mark.meaning if mark else "",
    )
    return " ".join(filter(None, said))


def _name_busiest_week(weeks: Sequence[Week]) -> str:
    """Return which week had the most moments, or only how many that were where several share them."""
    most = max(week.moments for week in weeks)
    busiest = [week for week in weeks if week.moments == most]
    if len(busiest) > 1:
        return ngettext("No week had more than 1 moment.", "No week had more than {n} moments.", most)
    return ngettext(
        "The busiest week was the one to {day}, with 1 moment.",
        "The busiest week was the one to {day}, with {n} moments.",
        most,
        day=format_day(busiest[0].ends),
    )


def _list_breakthrough_weeks(weeks: Sequence[Week]) -> str:
    days = [format_day(week.ends) for week in weeks if week.breakthroughs]
    if not days:
        return ""
    return ngettext(
        "Breakthroughs came in the week to {days}.",
        "Breakthroughs came in the weeks to {days}.",
        len(days),
        days=join_list(days),
    )


def _tally_weeks(*weeks: Week) -> str:
    kinds = (
        _count_experiments(sum(week.experiments for week in weeks)),
        _count_ahas(sum(week.ahas for week in weeks)),
        _count_breakthroughs(sum(week.breakthroughs for week in weeks)),
    )
    return join_list(kinds)


# The picture of the quests


def plan_quest_chart(search: QuestHistory, mark: ShareMark | None = None) -> Drawing:
    """Return the drawing of the quests' history, with its mark if it has one."""
    alt = " ".join(filter(None, (describe_quest_chart(search), mark.meaning if mark else "")))
    figures = WordedHistory(search, quest_words(search), mark)
    return Drawing(render_quest_chart, figures, alt, f"search-{search.days[-1]}.png")


def quest_words(search: QuestHistory) -> QuestWords:
    """Return the words of the picture of the quests."""
    return QuestWords(
        none_yet=_("none yet"),
        breakthroughs=_name_breakthroughs(len(search.breakthroughs)),
        experiments=_name_experiments(search.experiment_total),
        stretch=_stretch_label(longest_stretch(search)),
        first=_short_date(search.days[0]),
        last=_short_date(search.days[-1]),
        thousands=thousands_mark(),
    )


def _stretch_label(longest: Stretch | None) -> str:
    if longest is None:
        return ""
    if longest.over:
        return ngettext("1 day of searching", "{n} days of searching", longest.length)
    return ngettext("1 day of searching so far", "{n} days of searching so far", longest.length)


def describe_quest_chart(search: QuestHistory) -> str:
    """Return the alternative text of the quests' picture, at most 500 characters."""
    counts = join_list(
        [_count_experiments(search.experiment_total), _count_breakthroughs(len(search.breakthroughs))]
    )
    first, last = format_full_day(search.days[0]), format_full_day(search.days[-1])
    if search.is_one_day:
        return f"{search.title}, {first}: {counts}."
    said = _("{title}, {first} to {last}, counted up over time: {counts}.", title=search.title, first=first,
             last=last, counts=counts)  # fmt: skip
    longest = longest_stretch(search)
    return said if longest is None else f"{said} {_describe_stretch(search, longest)}"


def _describe_stretch(search: QuestHistory, stretch: Stretch) -> str:
    """Return between what the shaded stretch lies: the day of a breakthrough is named with it."""
    said = _(
        "Shaded is the longest search: {days}, from {first} to {last}.",
        days=ngettext("1 day", "{n} days", stretch.length),
        first=_day_with_finds(search, stretch.since)
        if stretch.after_find
        else format_full_day(stretch.since),
        last=_day_with_finds(search, stretch.until) if stretch.over else format_full_day(stretch.until),
    )
    if stretch.over:
        return said
    nothing = _("Nothing more found yet.") if stretch.after_find else _("Nothing found yet.")
    return f"{said} {nothing}"


def _day_with_finds(search: QuestHistory, day: date) -> str:
    return f"{format_full_day(day)} ({_count_breakthroughs(search.breakthroughs.count(day))})"


# A goal's picture


def plan_goal_chart(course: GoalCourse) -> Drawing:
    """Return the drawing of a goal's line and checkpoints."""
    words = GoalWords(
        target=_("target"),
        unanswered=_("no checkpoint answered yet"),
        first=_short_date(course.starts_on),
        last=_short_date(course.due_on),
    )
    figures = WordedCourse(course, words)
    return Drawing(render_goal_chart, figures, describe_goal_chart(course), f"goal-{course.due_on}.png")


def describe_goal_chart(course: GoalCourse) -> str:
    """Return the alternative text of a goal's picture, at most about 1,000 characters."""
    said = _(
        "{title}: a straight line from {start} on {first} to {target} on {last}.",
        title=course.title, start=course.start_label, first=format_full_day(course.starts_on),
        target=course.target_label, last=format_full_day(course.due_on),
    )  # fmt: skip
    if not course.points:
        return said + " " + _("No checkpoint answered yet.")
    told = (f"{_short_date(one.day)} {one.label}, {one.state}" for one in course.points[-POINTS_TOLD:])
    return said + " " + _("Checkpoints: {checkpoints}.", checkpoints="; ".join(told))


# Words of several pictures


def _name_ahas(number: int) -> str:
    return ngettext("aha", "ahas", number)


def _name_experiments(number: int) -> str:
    return ngettext("experiment", "experiments", number)


def _name_breakthroughs(number: int) -> str:
    return ngettext("breakthrough", "breakthroughs", number)


def _count_ahas(number: int) -> str:
    return ngettext("1 aha", "{n} ahas", number) if number else _("no ahas")


def _count_experiments(number: int) -> str:
    return ngettext("1 experiment", "{n} experiments", number) if number else _("no experiments")


def _count_breakthroughs(number: int) -> str:
    return ngettext("1 breakthrough", "{n} breakthroughs", number) if number else _("no breakthroughs")


def thousands_mark() -> str:
    """Return the sign between the thousands of a number in the current language."""
    return format_number(1_000).strip("01")


def _short_date(day: date) -> str:
    return f"{format_short_day(day)} {day.year}"
