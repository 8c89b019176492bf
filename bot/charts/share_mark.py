"""The mark of a share in a picture: a disc filled as far as the share goes, and its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.charts.canvas import AHA, HEIGHT, INK, OUTLINE, SOFT_INK, WIDTH, WORD_SIZE
from bot.charts.fonts import find_font
from bot.core.pictures.drawing import ShareMark

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RIGHT, LEVEL, RADIUS = 936, 486, 17
"""The right end of the mark and its middle, in pixels from the left and the bottom, and the disc's radius."""

SMALL_FROM, SMALL_SIZE = 100, 20
"""The number of moments from which the letters are smaller, so that they fit, and their size."""
LONGEST_MARK = 1_000
"""The number of moments from which a line has no word beside its numbers."""


def draw_mark_line(figure: Figure, mark: ShareMark) -> None:
    """Draw a share in one line at the upper right."""
    from matplotlib.textpath import TextPath

    words = mark.words if mark.whole < LONGEST_MARK else ""
    size = _letter_size(mark)
    numbers = figure.text(RIGHT / WIDTH, (LEVEL - 9) / HEIGHT, f"{mark.numbers} {words}".strip(), ha="right")
    numbers.set(font=find_font(numbers.get_text(), bold=True), fontsize=size, color=INK)
    path = TextPath((0, 0), numbers.get_text(), size, prop=numbers.get_fontproperties())
    _draw_disc(figure, mark, RIGHT - path.get_extents().width - RADIUS - 14, LEVEL)


def draw_mark_column(figure: Figure, mark: ShareMark, left: int, level: int) -> None:
    """Draw a share in a column: the disc, its numbers to the right, and the words below them.

    `left` is the disc's left side and `level` its middle, in pixels.
    """
    beside = (left + 2 * RADIUS + 12) / WIDTH
    numbers = figure.text(beside, (level - 9) / HEIGHT, mark.numbers)
    numbers.set(font=find_font(numbers.get_text(), bold=True), fontsize=_letter_size(mark), color=INK)
    words = figure.text(beside, (level - 40) / HEIGHT, mark.words)
    words.set(font=find_font(mark.words, bold=False), fontsize=WORD_SIZE, color=SOFT_INK)
    _draw_disc(figure, mark, left + RADIUS, level)


def _letter_size(mark: ShareMark) -> int:
    return WORD_SIZE if mark.whole < SMALL_FROM else SMALL_SIZE


def _draw_disc(figure: Figure, mark: ShareMark, x: float, y: float) -> None:
    """Draw the disc, a ring filled clockwise from the top."""
    from matplotlib.patches import Circle, Wedge

    ring = Circle((x, y), RADIUS, transform=None, fill=False, edgecolor=AHA, linewidth=OUTLINE)
    figure.add_artist(ring)
    if mark.part:
        begin = 90 - 360 * mark.part / mark.whole
        figure.add_artist(Wedge((x, y), RADIUS, begin, 90, transform=None, color=AHA))
