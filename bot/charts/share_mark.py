"""The mark of a share beside a picture's title: a disc filled as far as the share goes, and its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.charts.canvas import AHA, HEIGHT, INK, OUTLINE, WIDTH, WORD_SIZE, font_path
from bot.core.posts import ShareMark

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RIGHT, LEVEL, RADIUS = 936, 486, 17
"""The right end of the mark and its middle, in pixels from the left and the bottom, and the disc's radius."""

LONGEST_MARK = 1_000
"""The number of moments from which the mark has no word beside its numbers, so that it fits."""


def describe_mark(mark: ShareMark | None) -> str:
    """Return the mark in words, with a space before them, or an empty string."""
    return f" {mark.part:,} of {mark.whole:,} moments {mark.meaning}." if mark else ""


def draw_mark(figure: Figure, mark: ShareMark) -> None:
    """Draw a share at the upper right: a disc filled as far as the share goes, and the numbers beside it."""
    from matplotlib.patches import Circle, Wedge
    from matplotlib.textpath import TextPath

    words = mark.words if mark.whole < LONGEST_MARK else ""
    text = f"{mark.part:,} of {mark.whole:,}"
    numbers = figure.text(
        RIGHT / WIDTH, (LEVEL - 9) / HEIGHT, f"{text} {words}".strip(), ha="right", va="baseline"
    )
    numbers.set(font=font_path(True), fontsize=WORD_SIZE, color=INK)
    width = (
        TextPath((0, 0), numbers.get_text(), WORD_SIZE, prop=numbers.get_fontproperties()).get_extents().width
    )
    left = RIGHT - width - RADIUS - 14
    ring = Circle((left, LEVEL), RADIUS, transform=None, fill=False, edgecolor=AHA, linewidth=OUTLINE)
    filled = Wedge((left, LEVEL), RADIUS, 90 - 360 * mark.part / mark.whole, 90, transform=None, color=AHA)
    figure.add_artist(ring)
    if mark.part:
        figure.add_artist(filled)
