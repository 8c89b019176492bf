"""The picture of a search: experiments and breakthroughs counted up over time, above one another.

It answers "is this long flat part a failure?" at one glance: below, what was tried climbs all the while; the flat
part above, until something was found, is shaded as what it is, the search. Each strip has a scale of its own, and
says its number, because eleven experiments and one breakthrough belong together without being alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.charts.recap_chart import (
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
    count,
    png,
    write,
)
from bot.core.messages import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, RIGHT = 40, 676
"""Where time begins and ends, in pixels from the left."""
FOUND, TRIED = (262, 386), (88, 216)
"""Where breakthroughs and experiments are counted up from, and up to: pixels from the bottom."""
LANE = 410
"""The height of the line that says what is shaded."""
POINTS = 61
"""Days that a picture is drawn from: more than this is no smoother on a phone."""
MOST_STARS = 12
"""Breakthroughs that each have a star; where there are more, only the steps tell."""


@dataclass(frozen=True)
class Search:
    """What a team tried and found from the first of `days` to the last (one at least, oldest first).

    `experiments` is how many there were by the end of each of these days. `breakthroughs` are the days of them,
    oldest first, all within the others.
    """

    title: str
    days: Sequence[date]
    experiments: Sequence[int]
    breakthroughs: Sequence[date]

    @property
    def tried(self) -> int:
        """All experiments."""
        return self.experiments[-1]


@dataclass(frozen=True)
class Stretch:
    """Days on which nothing was found; `over` where a breakthrough ended them."""

    since: date
    until: date
    over: bool

    @property
    def length(self) -> int:
        """In days."""
        return (self.until - self.since).days


def draw(search: Search) -> Picture:
    """Draw a search. The same one gives the same bytes; it takes a tenth of a second and may run in any thread."""
    name = f"search-{search.days[-1]}.png"
    return Picture(png=png(compose(search)), alt=describe(search), name=name)


def describe(search: Search) -> str:
    """Say what the picture shows, in at most 500 characters."""
    span = f"{_day(search.days[0])} to {_day(search.days[-1])}"
    tally = f"{count(search.tried, 'experiment')} and {count(len(search.breakthroughs), 'breakthrough')}"
    said = f"{search.title}, {span}: {tally}, counted up over time."
    longest = stretch(search)
    if longest is None:
        return said
    ends = "until a breakthrough came" if longest.over else "and it goes on"
    return (
        f"{said} Shaded as the search: {count(longest.length, 'day')}, from {_day(longest.since)} to "
        f"{_day(longest.until)}. Nothing was found yet while the experiments went on, {ends}."
    )


def stretch(search: Search) -> Stretch | None:
    """The longest part in which something was tried and nothing was found; of equal ones the first."""
    found = list(search.breakthroughs)
    since = [search.days[0], *found]
    until = [*found, search.days[-1]]
    parts = [
        Stretch(one, other, place < len(found))
        for place, (one, other) in enumerate(zip(since, until, strict=True))
    ]
    searched = [part for part in parts if part.length and _tried(search, part)]
    return max(searched, key=lambda part: part.length, default=None)


def _tried(search: Search, part: Stretch) -> int:
    """The experiments of a part; those of its first day count too."""
    before = [n for day, n in zip(search.days, search.experiments, strict=True) if day < part.since]
    within = [n for day, n in zip(search.days, search.experiments, strict=True) if day <= part.until]
    return (within[-1] if within else 0) - (before[-1] if before else 0)


def compose(search: Search) -> Figure:
    """Lay out the picture, as a figure in which a point is a pixel."""
    from matplotlib.figure import Figure  # here, because it takes half a second that few commands need

    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, HEIGHT)
    write(axes, search.title, LEFT, HEIGHT, up=-64, size=TITLE_SIZE, bold=True)
    _shade(axes, search)
    _count_up(axes, search)
    _name(axes, len(search.breakthroughs), "breakthrough", FOUND)
    _name(axes, search.tried, "experiment", TRIED)
    if search.days[0] != search.days[-1]:
        write(axes, _short(search.days[0]), LEFT, TRIED[0], up=-44, color=SOFT_INK)
    write(axes, _short(search.days[-1]), RIGHT, TRIED[0], up=-44, color=SOFT_INK, align="right")
    return figure


def _x(search: Search, day: date) -> float:
    first, last = search.days[0], search.days[-1]
    return LEFT + (RIGHT - LEFT) * (day - first).days / max((last - first).days, 1)


def _shade(axes: Axes, search: Search) -> None:
    """The search, under a bracket that says so: it can be seen without its colour too."""
    longest = stretch(search)
    if longest is None:
        return
    left, right = _x(search, longest.since), _x(search, longest.until)
    axes.fill_between([left, right], TRIED[0], LANE, color=TINT, linewidth=0, zorder=0)
    axes.plot([left, left, right, right], [LANE - 12, LANE, LANE, LANE - 12], color=SOFT_INK, linewidth=2)
    days = count(longest.length, "day") + ("" if longest.over else " so far")
    words = write(axes, f"the search · {days}", (left + right) / 2, LANE, up=14, bold=True, align="center")
    half = words.get_window_extent().width / 2
    words.xy = (min(max((left + right) / 2, LEFT + half), WIDTH - LEFT - half), LANE)


def _count_up(axes: Axes, search: Search) -> None:
    """Both lines, each on a base of its own and as high as its strip."""
    for low, _ in (FOUND, TRIED):
        axes.plot([LEFT, RIGHT], [low, low], color=SOFT_INK, linewidth=2, zorder=1)
    tried = [_y(TRIED, number, search.tried) for number in search.experiments]
    places = [_x(search, day) for day in search.days]
    axes.fill_between(places, TRIED[0], tried, step="post", color=EXPERIMENT, alpha=0.16, linewidth=0)
    axes.step(places, tried, where="post", color=EXPERIMENT, linewidth=5, zorder=2)
    _step_up(axes, search)


def _step_up(axes: Axes, search: Search) -> None:
    found = search.breakthroughs
    steps = [_x(search, day) for day in found]
    levels = [_y(FOUND, number, len(found)) for number in range(len(found) + 1)]
    axes.step(
        [LEFT, *steps, RIGHT], [*levels, levels[-1]], where="post", color=BREAKTHROUGH, linewidth=6, zorder=2
    )
    if len(found) <= MOST_STARS:
        axes.plot(steps, levels[1:], color=BREAKTHROUGH, linewidth=0, marker=STAR, markersize=42, zorder=3)


def _y(strip: tuple[int, int], number: int, most: int) -> float:
    low, high = strip
    return low + (high - low) * number / max(most, 1)


def _name(axes: Axes, number: int, word: str, strip: tuple[int, int]) -> None:
    """The number where its line ends, and the word beneath."""
    low, high = strip
    level = high - 30 if number else low + 22
    write(axes, f"{number:,}" if number else "none yet", RIGHT + 26, level, up=0, size=NUMBER_SIZE, bold=True)
    plural = word if number == 1 else f"{word}s"
    write(axes, plural, RIGHT + 26, level, up=-32, color=SOFT_INK)


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _short(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"
