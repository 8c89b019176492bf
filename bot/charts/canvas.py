"""Colours, sizes and the writing that both charts share."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from bot.charts.fonts import can_draw, find_font

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

WIDTH, HEIGHT = 960, 540
"""Size in pixels. A phone shows the chart about 360 wide, so 26 px letters become 10 px."""


PAPER, TINT = "#faf6ee", "#efe7d6"
"""Background colours: of the chart, and of the highlighted week."""


INK, SOFT_INK = "#26323a", "#545f66"
"""Text colours: main text and secondary text. Contrast is at least 4.5:1 on both backgrounds."""


AHA, QUIET_AHA = "#14697a", "#548c97"


EXPERIMENT, QUIET_EXPERIMENT = "#8a4b2a", "#a96f4f"


BREAKTHROUGH = "#9a6200"
"""Mark colours, paler before the highlighted week. At least 3:1 on both backgrounds."""


TITLE_SIZE, NUMBER_SIZE, WORD_SIZE, SMALLEST_SIZE = 38, 34, 26, 18


EDGE = 28
"""The pixels at the sides that stay free of words."""


OUTLINE = 3.5


STAR = [(0, 1), (0.2, 0.2), (1, 0), (0.2, -0.2), (0, -1), (-0.2, -0.2), (-1, 0), (-0.2, 0.2), (0, 1)]


def write_text(
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
    moves: bool = False,
) -> Annotation:
    """Write `words` at a point of the plot, with the base line `up` pixels above it.

    Words that would run over the edge are written smaller, as far as they stay readable. Those that
    the caller `moves` afterwards keep their size.
    """
    text = axes.annotate(words, (week, level), (0, up), textcoords="offset points", annotation_clip=False)
    text.set(font=find_font(words, bold=bold), fontsize=size, color=color, horizontalalignment=align)
    box = text.get_window_extent()
    over = max(box.x1 - (WIDTH - EDGE), EDGE - box.x0)
    if not moves and 0 < over < box.width:
        text.set_fontsize(max(SMALLEST_SIZE, size * (1 - over / box.width)))
    return text


def measure_text(words: str, size: int, *, bold: bool = False) -> float:
    """Return the width of written words in pixels."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    if not words.strip():
        return 0
    return float(
        TextPath((0, 0), words, size=size, prop=FontProperties(fname=find_font(words, bold=bold)))
        .get_extents()
        .x1
    )


def choose_drawn(spellings: Sequence[str], room: float, size: int, *, bold: bool = False) -> str:
    """Return the first of some spellings that fits into so many pixels in letters the font has, or the last one."""
    fitting = (
        words for words in spellings if can_draw(words) and measure_text(words, size, bold=bold) <= room
    )
    return next(fitting, spellings[-1])


def render_png(figure: Figure) -> bytes:
    """Render a figure as a PNG.

    The same figure gives the same bytes.
    """
    out = BytesIO()
    without_version = {
        "Software": None
    }  # a version in the file would change its bytes with every library update
    figure.savefig(out, format="png", dpi="figure", metadata=without_version)
    return out.getvalue()


def group_digits(number: int, thousands: str) -> str:
    """Return a number with a sign between its thousands, such as `1,204`."""
    return f"{number:,}".replace(",", thousands)
