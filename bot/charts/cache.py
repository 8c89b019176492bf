"""Draws pictures with a cache. A post goes out without its picture if the drawing fails.

A post is edited many times while its figures stay the same, so the newest pictures stay
in memory.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, TypeVar

from bot.core.messages import Picture

log = logging.getLogger(__name__)

Figures = TypeVar("Figures", bound=Hashable)

CACHED_PICTURES = 16
"""The number of pictures in the cache, each about 50 kB."""


def draw_cached(draw: Callable[[Figures], Picture], figures: Figures) -> Picture | None:
    """Return the picture that `draw` makes of `figures`, from the cache if possible.

    If drawing fails, it logs the error and returns None.
    """
    try:
        return _draw_figures(draw, figures)
    except Exception:
        log.exception("a post goes out without its picture")
        return None


@lru_cache(CACHED_PICTURES)
def _draw_figures(draw: Callable[[Any], Picture], figures: Any) -> Picture:
    return draw(figures)
