"""The chart of a recap: experiments, ahas and breakthroughs over twelve weeks, as one PNG.

It has to answer "how does our search go?" at one glance on a phone. So position and shape
identify a mark as well as colour, its name is written beside it, and the chart has its
own background on any theme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import copysign
from typing import TYPE_CHECKING

from bot.charts.canvas import (
    AHA,
    BREAKTHROUGH,
    EXPERIMENT,
    HEIGHT,
    INK,
    NUMBER_SIZE,
    OUTLINE,
    PAPER,
    QUIET_AHA,
    QUIET_EXPERIMENT,
    SOFT_INK,
    STAR,
    TINT,
    TITLE_SIZE,
    WIDTH,
    group_digits,
    render_png,
    write_text,
)
from bot.charts.share_mark import draw_mark_line
from bot.core.pictures.drawing import ShareMark

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


WEEKS = 12
LAST_WEEK = WEEKS - 1
"""The index of the highlighted week, the last of the `WEEKS` shown."""
MIDDLE_WEEK = 6
"""The index of the week in the middle that has its day below it."""

PLOT = (40, 84, 672, 280)
PANEL = (653, 24, 283, 424)
"""The plot area and the highlighted week's panel: left, bottom, width, height in pixels."""

MAX_DOTS = 12
"""The most rows of dots, both sides together, that people can count. Above it, weeks are bars."""


Column = tuple[int, int, str]
"""A week's index, its number of moments (negative: drawn downward and hollow), its colour."""


@dataclass(frozen=True)
class Week:
    """How many moments of each kind a team saved in seven days. Each is 0 or more.

    People know a week by `ends`, its last day.
    """

    starts: date
    ends: date
    experiments: int
    ahas: int
    breakthroughs: int

    @property
    def moments(self) -> int:
        """The number of moments of all kinds."""
        return self.experiments + self.ahas + self.breakthroughs


@dataclass(frozen=True)
class RecapWords:
    """The words of a chart: its title, the three kinds, and the last days of three of its weeks.

    The kinds are in the number of the highlighted week. `thousands` is the sign between thousands.
    """

    title: str
    ahas: str
    experiments: str
    breakthroughs: str
    first: str
    middle: str
    last: str
    thousands: str


@dataclass(frozen=True)
class WordedWeeks:
    """The twelve weeks of a chart, its words, and the mark beside its title, if any."""

    weeks: tuple[Week, ...]
    words: RecapWords
    mark: ShareMark | None = None


@dataclass(frozen=True)
class Scale:
    """How far the plot reaches above and below its base line, in moments, and dots or bars.

    `dots` is False if there are too many moments to count as dots.
    """

    high: float
    low: float
    dots: bool

    @property
    def pixel(self) -> float:
        """The height of one pixel, in moments."""
        return (self.high + self.low) / PLOT[3]

    @property
    def lane(self) -> float:
        """The height of the breakthrough marks, above all others and the same in every chart."""
        return self.high + 30 * self.pixel


def render_recap_chart(worded: WordedWeeks) -> bytes:
    """Return the chart of twelve weeks as a PNG.

    The same weeks, words and mark give the same bytes. Takes a tenth of a second, one second the first time, and may
    run in any thread.
    """
    return render_png(compose_recap_figure(worded.weeks, worded.words, worded.mark))


def choose_scale(weeks: Sequence[Week]) -> Scale:
    """Choose one scale for both sides of the base line.

    So the same height means the same number above and below.
    """
    high, low = max(week.ahas for week in weeks), max(week.experiments for week in weeks)
    dots = high + low <= MAX_DOTS
    end = 0.1 if dots else 0.13 * (high + low)  # leave space for the number at the end of a bar
    below = max(low + end, 2.4)
    above = max(high + end, 8 - below, 0.43 * below)
    below = max(below, 0.43 * above)  # leave space for the label of a side with few marks
    return Scale(above, below, dots)


def compose_recap_figure(weeks: Sequence[Week], words: RecapWords, mark: ShareMark | None = None) -> Figure:
    """Lay out the chart of twelve `weeks` as a figure in which one point is one pixel."""
    from matplotlib.figure import Figure  # imported here: it takes half a second and few commands need it

    scale = choose_scale(weeks)
    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72, facecolor=PAPER)
    axes = _create_axes(figure, scale, words)
    _draw_panel(axes)
    _draw_breakthroughs(axes, scale, [week.breakthroughs for week in weeks], words)
    _draw_base_line(axes)
    _draw_side(axes, scale, [week.ahas for week in weeks], [QUIET_AHA] * LAST_WEEK + [AHA], words)
    _draw_side(
        axes,
        scale,
        [-week.experiments for week in weeks],
        [QUIET_EXPERIMENT] * LAST_WEEK + [EXPERIMENT],
        words,
    )
    _label_marks(axes, scale, weeks, words)
    _label_days(axes, scale, words)
    if mark is not None:
        draw_mark_line(figure, mark)
    return figure


def last_twelve_weeks(weeks: Sequence[Week]) -> list[Week]:
    """Return the last twelve weeks, with empty ones before the first. Raises ValueError if there is none."""
    if not weeks:
        raise ValueError("A picture needs at least one week.")
    shown = list(weeks[-WEEKS:])
    missing = range(WEEKS - len(shown), 0, -1)
    return [_empty_week(shown[0], back) for back in missing] + shown


def _empty_week(first: Week, back: int) -> Week:
    """Return the week without moments that is `back` weeks before the first known one."""
    earlier = timedelta(weeks=back)
    return Week(first.starts - earlier, first.ends - earlier, 0, 0, 0)


def _create_axes(figure: Figure, scale: Scale, words: RecapWords) -> Axes:
    left, bottom, width, height = PLOT
    axes = figure.add_axes((left / WIDTH, bottom / HEIGHT, width / WIDTH, height / HEIGHT))
    axes.set_axis_off()
    axes.set_xlim(-0.5, LAST_WEEK + 0.5)
    axes.set_ylim(-scale.low, scale.high)
    write_text(axes, words.title, -0.5, scale.high, up=112, size=TITLE_SIZE, bold=True)
    return axes


def _draw_panel(axes: Axes) -> None:
    from matplotlib.patches import FancyBboxPatch

    left, bottom, width, height = PANEL
    panel = FancyBboxPatch((left, bottom), width, height, "round,pad=0,rounding_size=16", transform=None)
    panel.set(facecolor=TINT, linewidth=0, clip_on=False, zorder=0)
    axes.add_artist(panel)


def _draw_base_line(axes: Axes) -> None:
    axes.plot([-0.5, LAST_WEEK + 0.4], [0, 0], color=SOFT_INK, linewidth=2, clip_on=False)
    axes.plot(
        [LAST_WEEK - 0.4, LAST_WEEK + 0.4],
        [0, 0],
        color=INK,
        linewidth=6,
        solid_capstyle="round",
        clip_on=False,
    )


def _draw_breakthroughs(axes: Axes, scale: Scale, counts: Sequence[int], words: RecapWords) -> None:
    weeks = [week for week, count in enumerate(counts) if count]
    axes.vlines(weeks, 0, scale.lane, color=BREAKTHROUGH, linewidth=2, alpha=0.5, clip_on=False, zorder=0.5)
    lane = [scale.lane] * len(weeks)
    axes.plot(weeks, lane, color=BREAKTHROUGH, linewidth=0, marker=STAR, markersize=42, clip_on=False)
    for week in weeks:
        if counts[week] > 1 and week != LAST_WEEK:  # the panel shows the last week's number
            write_text(
                axes, group_digits(counts[week], words.thousands), week, scale.lane, up=28, align="center"
            )


def _draw_side(
    axes: Axes, scale: Scale, heights: Sequence[int], tones: Sequence[str], words: RecapWords
) -> None:
    columns = [(week, height, tones[week]) for week, height in enumerate(heights) if height]
    if scale.dots:
        _draw_dots(axes, scale, columns)
    else:
        _draw_bars(axes, scale, columns, words)


def _draw_dots(axes: Axes, scale: Scale, columns: Sequence[Column]) -> None:
    size = 0.75 / scale.pixel - OUTLINE
    for week, height, tone in columns:
        levels = [copysign(rank + 0.6, height) for rank in range(abs(height))]
        (dots,) = axes.plot([week] * len(levels), levels, "o", color=tone, markersize=size)
        dots.set(markerfacecolor=tone if height > 0 else "none", markeredgewidth=OUTLINE)


def _draw_bars(axes: Axes, scale: Scale, columns: Sequence[Column], words: RecapWords) -> None:
    least = 6 * scale.pixel  # keep one moment visible beside a thousand
    for week, height, tone in columns:
        shown = copysign(max(abs(height), least), height)
        fill = tone if height > 0 else "none"
        axes.bar(week, shown, 0.5, facecolor=fill, edgecolor=tone, linewidth=OUTLINE)
    _number_highest(axes, columns, words)


def _number_highest(axes: Axes, columns: Sequence[Column], words: RecapWords) -> None:
    from matplotlib.patheffects import withStroke

    week, height, _ = max(columns, key=lambda column: abs(column[1]), default=(LAST_WEEK, 0, ""))
    if week != LAST_WEEK:  # the panel shows the last week's number
        up = 10 if height > 0 else -33
        number = write_text(
            axes, group_digits(abs(height), words.thousands), week, height, up=up, align="center"
        )
        number.set_path_effects([withStroke(linewidth=6, foreground=PAPER)])  # keep it readable over a line


def _label_marks(axes: Axes, scale: Scale, weeks: Sequence[Week], words: RecapWords) -> None:
    last = weeks[LAST_WEEK]
    _label_mark(axes, last.ahas, words.ahas, words, 0, up=44)
    _label_mark(axes, last.experiments, words.experiments, words, 0, up=-42)
    if any(week.breakthroughs for week in weeks):
        _label_mark(axes, last.breakthroughs, words.breakthroughs, words, scale.lane, up=2)


def _label_mark(axes: Axes, count: int, word: str, words: RecapWords, level: float, *, up: int) -> None:
    """Write the number and the word beneath it, or only the word if the number is 0."""
    if count:
        number = group_digits(count, words.thousands)
        write_text(axes, number, LAST_WEEK + 0.85, level, up=up, size=NUMBER_SIZE, bold=True)
    write_text(axes, word, LAST_WEEK + 0.85, level, up=up - 30 if count else up - 15, color=SOFT_INK)


def _label_days(axes: Axes, scale: Scale, words: RecapWords) -> None:
    write_text(axes, words.first, -0.5, -scale.low, up=-40, color=SOFT_INK)
    write_text(axes, words.middle, MIDDLE_WEEK, -scale.low, up=-40, color=SOFT_INK, align="center")
    write_text(axes, words.last, LAST_WEEK - 0.2, -scale.low, up=-40, bold=True)
