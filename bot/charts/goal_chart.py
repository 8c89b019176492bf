"""The small picture of a goal: its straight line to the target, and its checkpoints on or off that line.

What a checkpoint said about fit is told by its shape: a full circle for the people we wanted to
serve, a half one for partly, a cross in a ring for others. The newest is labelled in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from bot.charts.canvas import (
    AHA,
    EXPERIMENT,
    HEIGHT,
    INK,
    NUMBER_SIZE,
    PAPER,
    SOFT_INK,
    TITLE_SIZE,
    WIDTH,
    choose_drawn,
    render_png,
    write_text,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LABEL_SIZE = 32
"""The size of the labels: twelve pixels on a phone that is 390 wide."""
LEFT, RIGHT = 48, 690
"""The first and the last day's position, in pixels from the left. The target's label is on the right."""
BESIDE, BESIDE_ROOM = RIGHT + 22, WIDTH - RIGHT - 22 - 16
"""Where the numbers of start and target begin, from the left, and how wide they may be, in pixels."""
LOW, HIGH = 122, 376
"""The levels of the smaller and the larger of start and target, in pixels from the bottom."""
OVER = 26
"""How far a checkpoint outside these levels is drawn beyond them, in pixels."""
MOST_POINTS = 16
"""The most checkpoints that are drawn: the newest. More would not be told apart on a phone."""
YES, PARTLY, NO = "yes", "partly", "no"


@dataclass(frozen=True)
class GoalPoint:
    """An answered checkpoint: its day, progress, fit (yes, partly, no), and both in words.

    `shown` are shorter and shorter spellings of the progress, of which the picture takes the first that fits.
    """

    day: date
    progress: float
    fit: str
    label: str
    state: str
    shown: tuple[str, ...]


@dataclass(frozen=True)
class GoalCourse:
    """A goal's line and its checkpoints. `start` and `target` differ, and `starts_on` is before `due_on`.

    `points` are by day, and `planned` are the days of checkpoints without an answer. `start_shown` and
    `target_shown` are shorter and shorter spellings, of which the picture takes the first that fits.
    """

    title: str
    start: float
    target: float
    start_label: str
    target_label: str
    start_shown: tuple[str, ...]
    target_shown: tuple[str, ...]
    starts_on: date
    due_on: date
    points: tuple[GoalPoint, ...] = ()
    planned: tuple[date, ...] = ()


@dataclass(frozen=True)
class GoalWords:
    """The words of the picture: below the target's number, for no answered checkpoint, the first day and the last."""

    target: str
    unanswered: str
    first: str
    last: str


@dataclass(frozen=True)
class WordedCourse:
    """A goal's line and its checkpoints, and the picture's words."""

    course: GoalCourse
    words: GoalWords


def render_goal_chart(worded: WordedCourse) -> bytes:
    """Return the picture of a goal as a PNG. The same course and words give the same bytes."""
    return render_png(compose_goal_figure(worded.course, worded.words))


def compose_goal_figure(course: GoalCourse, words: GoalWords) -> Figure:
    """Return the picture as a figure in which one point is one pixel."""
    from matplotlib.figure import Figure  # imported here: it takes half a second, and few commands need it

    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, HEIGHT)
    write_text(axes, course.title, LEFT, HEIGHT, up=-62, size=TITLE_SIZE, bold=True)
    _draw_line(axes, course, words)
    _draw_planned(axes, course)
    _draw_points(axes, course)
    _label_newest(axes, course, words)
    _label_days(axes, words)
    return figure


def _place(course: GoalCourse, day: date) -> float:
    """Return the position of a day, in pixels from the left. A day outside the goal is at its end."""
    whole = (course.due_on - course.starts_on).days
    gone = min(max((day - course.starts_on).days, 0), whole)
    return LEFT + (RIGHT - LEFT) * gone / whole


def _level(course: GoalCourse, value: float) -> float:
    """Return the level of a number, in pixels from the bottom. One far outside is just beyond the ends."""
    small, large = sorted((course.start, course.target))
    level = LOW + (HIGH - LOW) * (value - small) / (large - small)
    return min(max(level, LOW - OVER), HIGH + OVER)


def _draw_line(axes: Axes, course: GoalCourse, words: GoalWords) -> None:
    """Draw the target as a dashed level with its label, and the straight line that leads to it."""
    start, target = _level(course, course.start), _level(course, course.target)
    axes.plot([LEFT, RIGHT], [target, target], color=SOFT_INK, linewidth=2.5, linestyle=(0, (5, 4)), zorder=1)
    axes.plot([LEFT, RIGHT], [start, start], color=SOFT_INK, linewidth=1.5, alpha=0.5, zorder=1)
    axes.plot([LEFT, RIGHT], [start, target], color=INK, linewidth=4, zorder=2)
    aim = choose_drawn(course.target_shown, BESIDE_ROOM, NUMBER_SIZE, bold=True)
    since = choose_drawn(course.start_shown, BESIDE_ROOM, LABEL_SIZE)
    write_text(axes, aim, BESIDE, target, up=-12, size=NUMBER_SIZE, bold=True)
    write_text(axes, words.target, BESIDE, target, up=-48, size=LABEL_SIZE, color=SOFT_INK)
    write_text(axes, since, BESIDE, start, up=-8, size=LABEL_SIZE, color=SOFT_INK)


def _draw_planned(axes: Axes, course: GoalCourse) -> None:
    """Draw a short mark on the line for each checkpoint to come."""
    for day in course.planned:
        place = _place(course, day)
        share = (place - LEFT) / (RIGHT - LEFT)
        level = _level(course, course.start + (course.target - course.start) * share)
        axes.plot([place, place], [level - 11, level + 11], color=INK, linewidth=3, zorder=2)


def _draw_points(axes: Axes, course: GoalCourse) -> None:
    shown = course.points[-MOST_POINTS:]
    places = [(_place(course, one.day), _level(course, one.progress)) for one in shown]
    if places:
        axes.plot(*zip(*places, strict=True), color=AHA, linewidth=2.5, alpha=0.55, zorder=3)
    for (place, level), point in zip(places, shown, strict=True):
        _draw_point(axes, place, level, point.fit)


def _draw_point(axes: Axes, place: float, level: float, fit: str) -> None:
    """Draw a checkpoint in the shape of its fit, on a rim of paper that keeps it off the lines."""
    axes.plot([place], [level], marker="o", markersize=46, color=PAPER, zorder=4)
    colour = EXPERIMENT if fit == NO else AHA
    if fit == YES:
        axes.plot([place], [level], marker="o", markersize=36, color=colour, zorder=5)
        return
    ring: dict[str, Any] = {"marker": "o", "markersize": 33, "markeredgewidth": 5, "markeredgecolor": colour}
    if fit == PARTLY:
        axes.plot(
            [place], [level], color=colour, zorder=5, fillstyle="left", markerfacecoloralt=PAPER, **ring
        )
    else:
        axes.plot([place], [level], color=colour, zorder=5, markerfacecolor=PAPER, **ring)
    if fit == NO:
        cross: dict[str, Any] = {"marker": "x", "markersize": 15, "markeredgewidth": 5, "linewidth": 0}
        axes.plot([place], [level], color=colour, zorder=6, **cross)


def _label_newest(axes: Axes, course: GoalCourse, words: GoalWords) -> None:
    """Write the newest checkpoint's state below the title, with its number and its shape in words."""
    if not course.points:
        write_text(axes, words.unanswered, LEFT, HEIGHT, up=-108, size=LABEL_SIZE, color=SOFT_INK)
        return
    newest = course.points[-1]
    spellings = (*(f"{shown} · {newest.state}" for shown in newest.shown), newest.state)
    said = choose_drawn(spellings, WIDTH - 2 * LEFT, LABEL_SIZE, bold=True)
    write_text(axes, said, LEFT, HEIGHT, up=-108, size=LABEL_SIZE, bold=True)


def _label_days(axes: Axes, words: GoalWords) -> None:
    write_text(axes, words.first, LEFT, LOW, up=-72, size=LABEL_SIZE, color=SOFT_INK)
    write_text(axes, words.last, RIGHT, LOW, up=-72, size=LABEL_SIZE, color=SOFT_INK, align="right")
