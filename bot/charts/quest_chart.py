"""The picture of a quest: running totals of experiments and breakthroughs over time.

It shows whether a long flat stretch was a failure. Below, the line of experiments keeps
rising. Above, the longest stretch without a breakthrough is shaded and labelled. Each strip
has its own scale and shows its number, because eleven experiments and one breakthrough would
not fit one scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.charts.canvas import (
    BREAKTHROUGH,
    EXPERIMENT,
    HEIGHT,
    NUMBER_SIZE,
    PAPER,
    SOFT_INK,
    STAR,
    TINT,
    TITLE_SIZE,
    WIDTH,
    group_digits,
    render_png,
    write_text,
)
from bot.charts.share_mark import draw_mark_column
from bot.core.pictures.drawing import ShareMark

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, RIGHT = 40, 676
"""The first and last day's position, in pixels from the left."""
FOUND_STRIP, TRIED_STRIP = (262, 386), (88, 216)
"""The lowest and highest level of the two lines, in pixels from the bottom:

of breakthroughs and of experiments.
"""
BRACKET_LEVEL = 410
"""The level of the bracket over the shaded stretch, in pixels from the bottom."""
MARK_LEVELS = (92, 212)
"""The level of a share's mark: below the number of experiments, or above it where it is low, as that of none is."""
MAX_POINTS = 61
"""Days that a picture is drawn from. More would look no smoother on a phone."""
MOST_STARS = 12
"""The most breakthroughs that are marked with stars. Above that, only the steps are drawn."""


@dataclass(frozen=True)
class QuestHistory:
    """A team's experiments and breakthroughs between the first and last of `days`.

    `days` holds at least one day, oldest first. `experiments` is the running total at the end of
    each day. `breakthroughs` are the days of the breakthroughs, oldest first, all within `days`.
    """

    title: str
    days: tuple[date, ...]
    experiments: tuple[int, ...]
    breakthroughs: tuple[date, ...]

    @property
    def experiment_total(self) -> int:
        """The number of all experiments."""
        return self.experiments[-1]

    @property
    def is_one_day(self) -> bool:
        """Whether all of it is on one day, so that nothing is counted up over time."""
        return self.days[0] == self.days[-1]


@dataclass(frozen=True)
class Stretch:
    """The days between two breakthroughs, or between one and the history's first or last day.

    `over` is true when a breakthrough ended them. `after_find` is true when one came before them.
    """

    since: date
    until: date
    over: bool
    after_find: bool = False

    @property
    def length(self) -> int:
        """The length in days."""
        return (self.until - self.since).days


@dataclass(frozen=True)
class QuestWords:
    """The words of the picture: for no number, the two kinds, the shaded stretch, the first day and the last.

    The kinds are in the number that is written above them. `thousands` is the sign between thousands.
    """

    none_yet: str
    breakthroughs: str
    experiments: str
    stretch: str
    first: str
    last: str
    thousands: str


@dataclass(frozen=True)
class WordedHistory:
    """A team's history, the picture's words, and the mark below its numbers, if any."""

    history: QuestHistory
    words: QuestWords
    mark: ShareMark | None = None


def render_quest_chart(worded: WordedHistory) -> bytes:
    """Return the picture of a quest as a PNG.

    The same history, words and mark give the same bytes. It takes a tenth of a second and may run in any thread.
    """
    return render_png(compose_quest_figure(worded.history, worded.words, worded.mark))


def longest_stretch(search: QuestHistory) -> Stretch | None:
    """Return the longest stretch with experiments but no breakthrough, or None.

    The first one wins a tie.
    """
    found = list(search.breakthroughs)
    since = [search.days[0], *found]
    until = [*found, search.days[-1]]
    parts = [
        Stretch(one, other, place < len(found), place > 0)
        for place, (one, other) in enumerate(zip(since, until, strict=True))
    ]
    searched = [part for part in parts if part.length and _count_experiments(search, part)]
    return max(searched, key=lambda part: part.length, default=None)


def _count_experiments(search: QuestHistory, part: Stretch) -> int:
    """Return the number of experiments in a stretch.

    Those on the day of the breakthrough before it belong to the stretch that ended there.
    """
    first = part.since if part.after_find else part.since - timedelta(days=1)
    before = [n for day, n in zip(search.days, search.experiments, strict=True) if day <= first]
    within = [n for day, n in zip(search.days, search.experiments, strict=True) if day <= part.until]
    return (within[-1] if within else 0) - (before[-1] if before else 0)


def compose_quest_figure(search: QuestHistory, words: QuestWords, mark: ShareMark | None = None) -> Figure:
    """Return the picture as a figure in which one point is one pixel."""
    from matplotlib.figure import Figure  # imported here: it takes half a second, and few commands need it

    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, HEIGHT)
    write_text(axes, search.title, LEFT, HEIGHT, up=-64, size=TITLE_SIZE, bold=True)
    _shade_stretch(axes, search, words)
    _draw_lines(axes, search)
    _label_strip(axes, len(search.breakthroughs), words.breakthroughs, words, FOUND_STRIP)
    _label_strip(axes, search.experiment_total, words.experiments, words, TRIED_STRIP)
    _label_days(axes, search, words)
    if mark is not None:
        draw_mark_column(figure, mark, RIGHT + 26, MARK_LEVELS[not search.experiment_total])
    return figure


def _label_days(axes: Axes, search: QuestHistory, words: QuestWords) -> None:
    """Write the first and the last day below the ends of the lines, or the only day below the middle."""
    level = TRIED_STRIP[0]
    if search.is_one_day:
        write_text(axes, words.last, (LEFT + RIGHT) / 2, level, up=-44, color=SOFT_INK, align="center")
        return
    write_text(axes, words.first, LEFT, level, up=-44, color=SOFT_INK)
    write_text(axes, words.last, RIGHT, level, up=-44, color=SOFT_INK, align="right")


def _day_position(search: QuestHistory, day: date) -> float:
    """Return the position of a day, in pixels from the left. An only day is in the middle."""
    first, last = search.days[0], search.days[-1]
    if search.is_one_day:
        return (LEFT + RIGHT) / 2
    return LEFT + (RIGHT - LEFT) * (day - first).days / (last - first).days


def _shade_stretch(axes: Axes, search: QuestHistory, words: QuestWords) -> None:
    """Shade the longest stretch and label it with a bracket.

    The bracket makes it readable without colour.
    """
    longest = longest_stretch(search)
    if longest is None:
        return
    left, right = _day_position(search, longest.since), _day_position(search, longest.until)
    axes.fill_between([left, right], TRIED_STRIP[0], BRACKET_LEVEL, color=TINT, linewidth=0, zorder=0)
    axes.plot(
        [left, left, right, right],
        [BRACKET_LEVEL - 12, BRACKET_LEVEL, BRACKET_LEVEL, BRACKET_LEVEL - 12],
        color=SOFT_INK,
        linewidth=2,
    )
    label = write_text(
        axes, words.stretch, (left + right) / 2, BRACKET_LEVEL, up=14, bold=True, align="center", moves=True
    )
    half = label.get_window_extent().width / 2
    label.xy = (min(max((left + right) / 2, LEFT + half), WIDTH - LEFT - half), BRACKET_LEVEL)


def _draw_lines(axes: Axes, search: QuestHistory) -> None:
    """Draw both lines, each on its own base and scaled to its strip."""
    for low, _ in (FOUND_STRIP, TRIED_STRIP):
        axes.plot([LEFT, RIGHT], [low, low], color=SOFT_INK, linewidth=2, zorder=1)
    tried = [_count_position(TRIED_STRIP, number, search.experiment_total) for number in search.experiments]
    places = [_day_position(search, day) for day in search.days]
    if search.is_one_day:
        tried, places = [TRIED_STRIP[0], tried[-1], tried[-1]], [LEFT, places[-1], RIGHT]
    axes.fill_between(places, TRIED_STRIP[0], tried, step="post", color=EXPERIMENT, alpha=0.16, linewidth=0)
    axes.step(places, tried, where="post", color=EXPERIMENT, linewidth=5, zorder=2)
    _draw_breakthroughs(axes, search)


def _draw_breakthroughs(axes: Axes, search: QuestHistory) -> None:
    found = search.breakthroughs
    steps = [_day_position(search, day) for day in found]
    levels = [_count_position(FOUND_STRIP, number, len(found)) for number in range(len(found) + 1)]
    axes.step(
        [LEFT, *steps, RIGHT], [*levels, levels[-1]], where="post", color=BREAKTHROUGH, linewidth=6, zorder=2
    )
    if len(found) <= MOST_STARS:
        axes.plot(steps, levels[1:], color=BREAKTHROUGH, linewidth=0, marker=STAR, markersize=42, zorder=3)


def _count_position(strip: tuple[int, int], number: int, most: int) -> float:
    low, high = strip
    return low + (high - low) * number / max(most, 1)


def _label_strip(axes: Axes, number: int, word: str, words: QuestWords, strip: tuple[int, int]) -> None:
    """Write the total at the end of its line, and the noun below it."""
    low, high = strip
    level = high - 30 if number else low + 22
    total = group_digits(number, words.thousands) if number else words.none_yet
    write_text(axes, total, RIGHT + 26, level, up=0, size=NUMBER_SIZE, bold=True)
    write_text(axes, word, RIGHT + 26, level, up=-32, color=SOFT_INK)
