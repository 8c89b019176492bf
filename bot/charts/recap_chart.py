"""A recap's picture: what a team tried and found over twelve weeks, drawn as one PNG.

It answers "how does our search go?" at one glance on a phone. So a mark's place and shape tell what it is,
not only its colour; its name stands beside it; and the card has its own background on any theme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from math import copysign
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.messages import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

WIDTH, HEIGHT = 960, 540
"""The picture, in pixels. A phone shows it about 360 wide, so letters of 26 become letters of 10."""

PAPER, TINT = "#faf6ee", "#efe7d6"
"""Backgrounds: of the card, and of the highlighted week."""

INK, SOFT_INK = "#26323a", "#545f66"
"""Words: those read first, and the others. At least 4.5:1 on both backgrounds."""

AHA, QUIET_AHA = "#14697a", "#548c97"
EXPERIMENT, QUIET_EXPERIMENT = "#8a4b2a", "#a96f4f"
BREAKTHROUGH = "#9a6200"
"""Marks, quiet in the weeks before the highlighted one. At least 3:1 on both backgrounds."""

WEEKS = 12
LAST = WEEKS - 1
"""How many weeks are shown, and the place of the highlighted one."""

PLOT = (40, 84, 672, 280)
PANEL = (653, 24, 283, 424)
"""Where the marks stand, and the highlighted week with its words: left, bottom, width, height in pixels."""

MOST_DOTS = 12
"""The most rows of dots, both sides together, that can still be counted; above that a week is a bar."""

TITLE_SIZE, NUMBER_SIZE, WORD_SIZE = 38, 34, 26
OUTLINE = 3.5
STAR = [(0, 1), (0.2, 0.2), (1, 0), (0.2, -0.2), (0, -1), (-0.2, -0.2), (-1, 0), (-0.2, 0.2), (0, 1)]

Column = tuple[int, int, str]
"""A week's place, its number of moments (below 0: downward and hollow), its colour."""


@dataclass(frozen=True)
class Week:
    """What a team kept in the seven days that begin with `starts`: how many of each kind, 0 or more."""

    starts: date
    experiments: int
    ahas: int
    breakthroughs: int

    @property
    def moments(self) -> int:
        """All kinds together."""
        return self.experiments + self.ahas + self.breakthroughs


@dataclass(frozen=True)
class Scale:
    """How far the plot reaches above and below its base line, in moments; in dots or, for many, in bars."""

    high: float
    low: float
    dots: bool

    @property
    def pixel(self) -> float:
        """The height of one pixel, in moments."""
        return (self.high + self.low) / PLOT[3]

    @property
    def lane(self) -> float:
        """Where breakthroughs shine, above all else: in the same place in every picture."""
        return self.high + 30 * self.pixel


def draw(weeks: Sequence[Week]) -> Picture:
    """Draw the last twelve of `weeks` (oldest first, no gaps), highlighting the last one.

    Missing weeks are drawn empty; no week at all is a ValueError. The same weeks give the same bytes. Takes a
    tenth of a second, the first time one second, and may run in any thread.
    """
    shown = _last_twelve(weeks)
    return Picture(png=png(compose(shown)), alt=describe(shown), name=f"recap-{shown[LAST].starts}.png")


def describe(weeks: Sequence[Week]) -> str:
    """Say what the picture of twelve `weeks` shows, in at most 500 characters."""
    last = weeks[LAST]
    span = f"Twelve weeks of looking, up to the highlighted week of {_day(last)} {last.starts.year}"
    if not any(week.moments for week in weeks):
        return f"{span}: nothing kept yet."
    busiest = max(weeks, key=lambda week: week.moments)
    busy = f"The busiest week was that of {_day(busiest)} with {count(busiest.moments, 'moment')}"
    return f"{span}: {_tally(*weeks)}; in that week {_tally(last)}. {busy}{_when_broken_through(weeks)}."


def measure(weeks: Sequence[Week]) -> Scale:
    """Choose one scale for both sides, so that the same height means the same number above and below."""
    high, low = max(week.ahas for week in weeks), max(week.experiments for week in weeks)
    dots = high + low <= MOST_DOTS
    end = 0.1 if dots else 0.13 * (high + low)  # a bar needs room for the number at its end
    below = max(low + end, 2.4)
    above = max(high + end, 8 - below, 0.43 * below)
    below = max(below, 0.43 * above)  # a side with few marks needs room for its name all the same
    return Scale(above, below, dots)


def compose(weeks: Sequence[Week]) -> Figure:
    """Lay out the picture of twelve `weeks`, as a figure in which a point is a pixel."""
    from matplotlib.figure import Figure  # here, because it takes half a second that few commands need

    scale = measure(weeks)
    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72, facecolor=PAPER)
    axes = _page(figure, scale)
    _draw_panel(axes)
    _draw_breakthroughs(axes, scale, [week.breakthroughs for week in weeks])
    _draw_base_line(axes)
    _draw_side(axes, scale, [week.ahas for week in weeks], [QUIET_AHA] * LAST + [AHA])
    _draw_side(axes, scale, [-week.experiments for week in weeks], [QUIET_EXPERIMENT] * LAST + [EXPERIMENT])
    _name_marks(axes, scale, weeks)
    _name_days(axes, scale, weeks)
    return figure


def _last_twelve(weeks: Sequence[Week]) -> list[Week]:
    if not weeks:
        raise ValueError("A picture needs at least one week.")
    shown = list(weeks[-WEEKS:])
    missing = range(WEEKS - len(shown), 0, -1)
    return [Week(shown[0].starts - timedelta(weeks=back), 0, 0, 0) for back in missing] + shown


def _page(figure: Figure, scale: Scale) -> Axes:
    left, bottom, width, height = PLOT
    axes = figure.add_axes((left / WIDTH, bottom / HEIGHT, width / WIDTH, height / HEIGHT))
    axes.set_axis_off()
    axes.set_xlim(-0.5, LAST + 0.5)
    axes.set_ylim(-scale.low, scale.high)
    write(axes, "Twelve weeks of looking", -0.5, scale.high, up=112, size=TITLE_SIZE, bold=True)
    return axes


def _draw_panel(axes: Axes) -> None:
    from matplotlib.patches import FancyBboxPatch

    left, bottom, width, height = PANEL
    panel = FancyBboxPatch((left, bottom), width, height, "round,pad=0,rounding_size=16", transform=None)
    panel.set(facecolor=TINT, linewidth=0, clip_on=False, zorder=0)
    axes.add_artist(panel)


def _draw_base_line(axes: Axes) -> None:
    axes.plot([-0.5, LAST + 0.4], [0, 0], color=SOFT_INK, linewidth=2, clip_on=False)
    axes.plot([LAST - 0.4, LAST + 0.4], [0, 0], color=INK, linewidth=6, solid_capstyle="round", clip_on=False)


def _draw_breakthroughs(axes: Axes, scale: Scale, counts: Sequence[int]) -> None:
    weeks = [week for week, count in enumerate(counts) if count]
    axes.vlines(weeks, 0, scale.lane, color=BREAKTHROUGH, linewidth=2, alpha=0.5, clip_on=False, zorder=0.5)
    lane = [scale.lane] * len(weeks)
    axes.plot(weeks, lane, color=BREAKTHROUGH, linewidth=0, marker=STAR, markersize=42, clip_on=False)
    for week in weeks:
        if counts[week] > 1 and week != LAST:  # the last week's number stands in its panel
            write(axes, f"{counts[week]:,}", week, scale.lane, up=28, align="center")


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
    least = 6 * scale.pixel  # one moment beside a thousand is still seen
    for week, height, tone in columns:
        shown = copysign(max(abs(height), least), height)
        fill = tone if height > 0 else "none"
        axes.bar(week, shown, 0.5, facecolor=fill, edgecolor=tone, linewidth=OUTLINE)
    _number_highest(axes, columns)


def _number_highest(axes: Axes, columns: Sequence[Column]) -> None:
    from matplotlib.patheffects import withStroke

    week, height, _ = max(columns, key=lambda column: abs(column[1]), default=(LAST, 0, ""))
    if week != LAST:  # the last week's number stands in its panel
        up = 10 if height > 0 else -33
        number = write(axes, f"{abs(height):,}", week, height, up=up, align="center")
        number.set_path_effects([withStroke(linewidth=6, foreground=PAPER)])  # a line may pass behind it


def _name_marks(axes: Axes, scale: Scale, weeks: Sequence[Week]) -> None:
    last = weeks[LAST]
    _name(axes, last.ahas, "aha", 0, up=44)
    _name(axes, last.experiments, "experiment", 0, up=-42)
    if any(week.breakthroughs for week in weeks):
        _name(axes, last.breakthroughs, "breakthrough", scale.lane, up=2)


def _name(axes: Axes, count: int, word: str, level: float, *, up: int) -> None:
    """Write the number and, beneath it, the word; for none, the word alone."""
    if count:
        write(axes, f"{count:,}", LAST + 0.85, level, up=up, size=NUMBER_SIZE, bold=True)
    plural = word if count == 1 else f"{word}s"
    write(axes, plural, LAST + 0.85, level, up=up - 30 if count else up - 15, color=SOFT_INK)


def _name_days(axes: Axes, scale: Scale, weeks: Sequence[Week]) -> None:
    first, middle, last = (f"{weeks[i].starts.day} {weeks[i].starts:%b}" for i in (0, 6, LAST))
    write(axes, first, -0.5, -scale.low, up=-40, color=SOFT_INK)
    write(axes, middle, 6, -scale.low, up=-40, color=SOFT_INK, align="center")
    write(axes, f"Week of {last}", LAST - 0.2, -scale.low, up=-40, bold=True)


def write(
    axes: Axes,
    words: str,
    week: float,
    level: float,
    *,
    up: int,
    size: int = WORD_SIZE,
    bold: bool = False,
    align: str = "left",
    color: str = INK,
) -> Annotation:
    """Write `words` at a place in the plot, their base line `up` pixels above it."""
    text = axes.annotate(words, (week, level), (0, up), textcoords="offset points", annotation_clip=False)
    text.set(font=_font(bold), fontsize=size, color=color, horizontalalignment=align)
    return text


def _font(bold: bool) -> Path:
    from matplotlib import get_data_path

    # By file, not by name: a system's font of the same name would make other letters.
    return Path(get_data_path(), "fonts", "ttf", "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")


def png(figure: Figure) -> bytes:
    """A figure as a file: the same bytes for the same figure."""
    out = BytesIO()
    without_version = {
        "Software": None
    }  # else an update of the library changes the bytes of the same picture
    figure.savefig(out, format="png", dpi="figure", metadata=without_version)
    return out.getvalue()


def _tally(*weeks: Week) -> str:
    kinds = (
        count(sum(week.experiments for week in weeks), "experiment"),
        count(sum(week.ahas for week in weeks), "aha"),
        count(sum(week.breakthroughs for week in weeks), "breakthrough"),
    )
    return _listed(kinds)


def _when_broken_through(weeks: Sequence[Week]) -> str:
    days = [_day(week) for week in weeks if week.breakthroughs]
    if not days:
        return ""
    return f"; breakthroughs came in the {'week' if len(days) == 1 else 'weeks'} of {_listed(days)}"


def count(number: int, word: str) -> str:
    """A number with its word, such as `no ahas`, `1 aha` or `1,204 ahas`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}" if number else f"no {word}s"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _day(week: Week) -> str:
    return f"{week.starts.day} {week.starts:%B}"
