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
    label_count,
    render_png,
    write_text,
)
from bot.charts.share_mark import describe_mark, draw_mark_line
from bot.core.pictures.drawing import Drawing, ShareMark

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


WEEKS = 12
LAST_WEEK = WEEKS - 1
"""The index of the highlighted week, the last of the `WEEKS` shown."""

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
class MarkedWeeks:
    """The weeks of a chart, and the mark beside its title, if any."""

    weeks: tuple[Week, ...]
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


def plan_recap_chart(weeks: Sequence[Week], mark: ShareMark | None = None) -> Drawing:
    """Return the drawing of the last twelve of `weeks` (oldest first, no gaps), the last one highlighted.

    Missing weeks are drawn empty. Raises ValueError if there is no week at all.
    """
    shown = _last_twelve_weeks(weeks)
    name = f"recap-{shown[LAST_WEEK].ends}.png"
    return Drawing(
        render_recap_chart, MarkedWeeks(tuple(shown), mark), describe_recap_chart(shown, mark), name
    )


def render_recap_chart(marked: MarkedWeeks) -> bytes:
    """Return the chart of twelve weeks as a PNG.

    The same weeks and mark give the same bytes. Takes a tenth of a second, one second the first time, and may
    run in any thread.
    """
    return render_png(compose_recap_figure(marked.weeks, marked.mark))


def describe_recap_chart(weeks: Sequence[Week], mark: ShareMark | None = None) -> str:
    """Describe the chart of twelve `weeks` in words, in at most 500 characters."""
    last = weeks[LAST_WEEK]
    span = f"Twelve weeks of looking, the week to {_format_day(last)} {last.ends.year} highlighted"
    if not any(week.moments for week in weeks):
        return f"{span}: nothing saved yet."
    told = f"{span}: {_tally_weeks(*weeks)}; in that week {_tally_weeks(last)}. {_name_busiest_week(weeks)}"
    return f"{told}{_list_breakthrough_weeks(weeks)}.{describe_mark(mark)}"


def _name_busiest_week(weeks: Sequence[Week]) -> str:
    """Return which week had the most moments, or only how many that were where several share them."""
    most = max(week.moments for week in weeks)
    busiest = [week for week in weeks if week.moments == most]
    if len(busiest) > 1:
        return f"No week had more than {label_count(most, 'moment')}"
    return f"The busiest week was the one to {_format_day(busiest[0])} with {label_count(most, 'moment')}"


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


def compose_recap_figure(weeks: Sequence[Week], mark: ShareMark | None = None) -> Figure:
    """Lay out the chart of twelve `weeks` as a figure in which one point is one pixel."""
    from matplotlib.figure import Figure  # imported here: it takes half a second and few commands need it

    scale = choose_scale(weeks)
    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72, facecolor=PAPER)
    axes = _create_axes(figure, scale)
    _draw_panel(axes)
    _draw_breakthroughs(axes, scale, [week.breakthroughs for week in weeks])
    _draw_base_line(axes)
    _draw_side(axes, scale, [week.ahas for week in weeks], [QUIET_AHA] * LAST_WEEK + [AHA])
    _draw_side(
        axes, scale, [-week.experiments for week in weeks], [QUIET_EXPERIMENT] * LAST_WEEK + [EXPERIMENT]
    )
    _label_marks(axes, scale, weeks)
    _label_days(axes, scale, weeks)
    if mark is not None:
        draw_mark_line(figure, mark)
    return figure


def _last_twelve_weeks(weeks: Sequence[Week]) -> list[Week]:
    if not weeks:
        raise ValueError("A picture needs at least one week.")
    shown = list(weeks[-WEEKS:])
    missing = range(WEEKS - len(shown), 0, -1)
    return [_empty_week(shown[0], back) for back in missing] + shown


def _empty_week(first: Week, back: int) -> Week:
    """Return the week without moments that is `back` weeks before the first known one."""
    earlier = timedelta(weeks=back)
    return Week(first.starts - earlier, first.ends - earlier, 0, 0, 0)


def _create_axes(figure: Figure, scale: Scale) -> Axes:
    left, bottom, width, height = PLOT
    axes = figure.add_axes((left / WIDTH, bottom / HEIGHT, width / WIDTH, height / HEIGHT))
    axes.set_axis_off()
    axes.set_xlim(-0.5, LAST_WEEK + 0.5)
    axes.set_ylim(-scale.low, scale.high)
    write_text(axes, "Twelve weeks of looking", -0.5, scale.high, up=112, size=TITLE_SIZE, bold=True)
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


def _draw_breakthroughs(axes: Axes, scale: Scale, counts: Sequence[int]) -> None:
    weeks = [week for week, count in enumerate(counts) if count]
    axes.vlines(weeks, 0, scale.lane, color=BREAKTHROUGH, linewidth=2, alpha=0.5, clip_on=False, zorder=0.5)
    lane = [scale.lane] * len(weeks)
    axes.plot(weeks, lane, color=BREAKTHROUGH, linewidth=0, marker=STAR, markersize=42, clip_on=False)
    for week in weeks:
        if counts[week] > 1 and week != LAST_WEEK:  # the panel shows the last week's number
            write_text(axes, f"{counts[week]:,}", week, scale.lane, up=28, align="center")


def _draw_side(axes: Axes, scale: Scale, heights: Sequence[int], tones: Sequence[str]) -> None:
    columns = [(week, height, tones[week]) for week, height in enumerate(heights) if height]
    if scale.dots:
        _draw_dots(axes, scale, columns)
    else:
        _draw_bars(axes, scale, columns)


def _draw_dots(axes: Axes, scale: Scale, columns: Sequence[Column]) -> None:
    size = 0.75 / scale.pixel - OUTLINE
    for week, height, tone in columns:
        levels = [copysign(rank + 0.6, height) for rank in range(abs(height))]
        (dots,) = axes.plot([week] * len(levels), levels, "o", color=tone, markersize=size)
        dots.set(markerfacecolor=tone if height > 0 else "none", markeredgewidth=OUTLINE)


def _draw_bars(axes: Axes, scale: Scale, columns: Sequence[Column]) -> None:
    least = 6 * scale.pixel  # keep one moment visible beside a thousand
    for week, height, tone in columns:
        shown = copysign(max(abs(height), least), height)
        fill = tone if height > 0 else "none"
        axes.bar(week, shown, 0.5, facecolor=fill, edgecolor=tone, linewidth=OUTLINE)
    _number_highest(axes, columns)


def _number_highest(axes: Axes, columns: Sequence[Column]) -> None:
    from matplotlib.patheffects import withStroke

    week, height, _ = max(columns, key=lambda column: abs(column[1]), default=(LAST_WEEK, 0, ""))
    if week != LAST_WEEK:  # the panel shows the last week's number
        up = 10 if height > 0 else -33
        number = write_text(axes, f"{abs(height):,}", week, height, up=up, align="center")
        number.set_path_effects([withStroke(linewidth=6, foreground=PAPER)])  # keep it readable over a line


def _label_marks(axes: Axes, scale: Scale, weeks: Sequence[Week]) -> None:
    last = weeks[LAST_WEEK]
    _label_mark(axes, last.ahas, "aha", 0, up=44)
    _label_mark(axes, last.experiments, "experiment", 0, up=-42)
    if any(week.breakthroughs for week in weeks):
        _label_mark(axes, last.breakthroughs, "breakthrough", scale.lane, up=2)


def _label_mark(axes: Axes, count: int, word: str, level: float, *, up: int) -> None:
    """Write the number and the word beneath it, or only the word if the number is 0."""
    if count:
        write_text(axes, f"{count:,}", LAST_WEEK + 0.85, level, up=up, size=NUMBER_SIZE, bold=True)
    plural = word if count == 1 else f"{word}s"
    write_text(axes, plural, LAST_WEEK + 0.85, level, up=up - 30 if count else up - 15, color=SOFT_INK)


def _label_days(axes: Axes, scale: Scale, weeks: Sequence[Week]) -> None:
    first, middle, last = (f"{weeks[i].ends.day} {weeks[i].ends:%b}" for i in (0, 6, LAST_WEEK))
    write_text(axes, first, -0.5, -scale.low, up=-40, color=SOFT_INK)
    write_text(axes, middle, 6, -scale.low, up=-40, color=SOFT_INK, align="center")
    write_text(axes, f"Week to {last}", LAST_WEEK - 0.2, -scale.low, up=-40, bold=True)


def _tally_weeks(*weeks: Week) -> str:
    kinds = (
        label_count(sum(week.experiments for week in weeks), "experiment"),
        label_count(sum(week.ahas for week in weeks), "aha"),
        label_count(sum(week.breakthroughs for week in weeks), "breakthrough"),
    )
    return _join_words(kinds)


def _list_breakthrough_weeks(weeks: Sequence[Week]) -> str:
    days = [_format_day(week) for week in weeks if week.breakthroughs]
    if not days:
        return ""
    return f"; breakthroughs came in the {'week' if len(days) == 1 else 'weeks'} to {_join_words(days)}"


def _join_words(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _format_day(week: Week) -> str:
    return f"{week.ends.day} {week.ends:%B}"
