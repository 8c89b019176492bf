"""The picture of a quest: running totals of experiments and breakthroughs over time.

It shows whether a long flat stretch was a failure. Below, the line of experiments keeps
rising. Above, the longest stretch without a breakthrough is shaded and labelled. Each strip
has its own scale and shows its number, because eleven experiments and one breakthrough would
not fit one scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
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
    label_count,
    render_png,
    write_text,
)
from bot.core.messages import Picture

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
    days: Sequence[date]
    experiments: Sequence[int]
    breakthroughs: Sequence[date]

    @property
    def experiment_total(self) -> int:
        """The number of all experiments."""
        return self.experiments[-1]


@dataclass(frozen=True)
class Stretch:
    """Days without a breakthrough. `over` is true when a breakthrough ended them."""

    since: date
    until: date
    over: bool

    @property
    def length(self) -> int:
        """The length in days."""
        return (self.until - self.since).days


def draw_quest_chart(search: QuestHistory) -> Picture:
    """Return the picture of a quest.

    The same history gives the same bytes. Drawing takes a tenth of a second and may run in any
    thread.
    """
    name = f"search-{search.days[-1]}.png"
    return Picture(png=render_png(compose_quest_figure(search)), alt=describe_quest_chart(search), name=name)


def describe_quest_chart(search: QuestHistory) -> str:
    """Return the picture's alt text, at most 500 characters."""
    span = f"{_long_date(search.days[0])} to {_long_date(search.days[-1])}"
    tried = label_count(search.experiment_total, "experiment")
    found = label_count(len(search.breakthroughs), "breakthrough")
    said = f"{search.title}, {span}: {tried} and {found}, counted up over time."
    longest = longest_stretch(search)
    if longest is None:
        return said
    ends = "until a breakthrough came" if longest.over else "and it goes on"
    return (
        f"{said} Shaded as the search: {label_count(longest.length, 'day')}, from {_long_date(longest.since)} to "
        f"{_long_date(longest.until)}. Nothing was found yet while the experiments went on, {ends}."
    )


def longest_stretch(search: QuestHistory) -> Stretch | None:
    """Return the longest stretch with experiments but no breakthrough, or None.

    The first one wins a tie.
    """
    found = list(search.breakthroughs)
    since = [search.days[0], *found]
    until = [*found, search.days[-1]]
    parts = [
        Stretch(one, other, place < len(found))
        for place, (one, other) in enumerate(zip(since, until, strict=True))
    ]
    searched = [part for part in parts if part.length and _count_experiments(search, part)]
    return max(searched, key=lambda part: part.length, default=None)


def _count_experiments(search: QuestHistory, part: Stretch) -> int:
    """Return the number of experiments in a stretch, including its first day."""
    before = [n for day, n in zip(search.days, search.experiments, strict=True) if day < part.since]
    within = [n for day, n in zip(search.days, search.experiments, strict=True) if day <= part.until]
    return (within[-1] if within else 0) - (before[-1] if before else 0)


def compose_quest_figure(search: QuestHistory) -> Figure:
    """Return the picture as a figure in which one point is one pixel."""
    from matplotlib.figure import Figure  # imported here: it takes half a second, and few commands need it

    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, HEIGHT)
    write_text(axes, search.title, LEFT, HEIGHT, up=-64, size=TITLE_SIZE, bold=True)
    _shade_stretch(axes, search)
    _draw_lines(axes, search)
    _label_strip(axes, len(search.breakthroughs), "breakthrough", FOUND_STRIP)
    _label_strip(axes, search.experiment_total, "experiment", TRIED_STRIP)
    if search.days[0] != search.days[-1]:
        write_text(axes, _short_date(search.days[0]), LEFT, TRIED_STRIP[0], up=-44, color=SOFT_INK)
    write_text(
        axes, _short_date(search.days[-1]), RIGHT, TRIED_STRIP[0], up=-44, color=SOFT_INK, align="right"
    )
    return figure


def _day_position(search: QuestHistory, day: date) -> float:
    first, last = search.days[0], search.days[-1]
    return LEFT + (RIGHT - LEFT) * (day - first).days / max((last - first).days, 1)


def _shade_stretch(axes: Axes, search: QuestHistory) -> None:
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
    days = label_count(longest.length, "day") + ("" if longest.over else " so far")
    words = write_text(
        axes, f"the search · {days}", (left + right) / 2, BRACKET_LEVEL, up=14, bold=True, align="center"
    )
    half = words.get_window_extent().width / 2
    words.xy = (min(max((left + right) / 2, LEFT + half), WIDTH - LEFT - half), BRACKET_LEVEL)


def _draw_lines(axes: Axes, search: QuestHistory) -> None:
    """Draw both lines, each on its own base and scaled to its strip."""
    for low, _ in (FOUND_STRIP, TRIED_STRIP):
        axes.plot([LEFT, RIGHT], [low, low], color=SOFT_INK, linewidth=2, zorder=1)
    tried = [_count_position(TRIED_STRIP, number, search.experiment_total) for number in search.experiments]
    places = [_day_position(search, day) for day in search.days]
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


def _label_strip(axes: Axes, number: int, word: str, strip: tuple[int, int]) -> None:
    """Write the total at the end of its line, and the noun below it."""
    low, high = strip
    level = high - 30 if number else low + 22
    write_text(
        axes, f"{number:,}" if number else "none yet", RIGHT + 26, level, up=0, size=NUMBER_SIZE, bold=True
    )
    plural = word if number == 1 else f"{word}s"
    write_text(axes, plural, RIGHT + 26, level, up=-32, color=SOFT_INK)


def _long_date(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _short_date(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"
