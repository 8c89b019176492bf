"""A picture that is still to be drawn, and the mark that any room may put into it.

The process that draws loads this file, so it imports nothing of the store and of the platforms.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Drawing:
    """A picture that is still to be drawn. It is alternative text until then.

    `render` is a function of a module in `bot/charts/` that returns a PNG of the figures. Both go to another
    process, so the figures are plain values. `alt` has at most 2,000 characters, and `name` is a file name.
    """

    render: Callable[[Any], bytes]
    figures: Hashable
    alt: str
    name: str

    @property
    def png(self) -> bytes:
        """The PNG, drawn in this process. It takes up to seconds, and loads what draws."""
        return self.render(self.figures)


@dataclass(frozen=True)
class ShareMark:
    """A mark in a picture: how many of how many moments.

    `numbers` is how it is written, such as `3 of 12`, and `words` are beside that, two or three of them.
    `meaning` is a whole sentence for the alternative text, such as *3 of 12 moments served the big goal.*
    """

    part: int
    whole: int
    numbers: str
    words: str
    meaning: str
