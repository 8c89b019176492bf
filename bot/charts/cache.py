"""A picture, or none: the words matter more than their picture, whatever a drawing library trips over.

A post is edited many times while its figures stay the same, so the newest pictures are kept in memory.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, TypeVar

from bot.core.messages import Picture

log = logging.getLogger(__name__)

Figures = TypeVar("Figures", bound=Hashable)

NEWEST = 16
"""Pictures kept, of some 50 kB each."""


def drawn(draw: Callable[[Figures], Picture], figures: Figures) -> Picture | None:
    """What `draw` makes of `figures`, the same each time; None, and a line in the log, where it cannot."""
    try:
        return _kept(draw, figures)
    except Exception:
        log.exception("a post goes out without its picture")
        return None


@lru_cache(NEWEST)
def _kept(draw: Callable[[Any], Picture], figures: Any) -> Picture:
    return draw(figures)
