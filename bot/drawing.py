"""A picture, or none: the words matter more than their picture, whatever a drawing library trips over."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.messages import Picture

log = logging.getLogger(__name__)


def drawn(draw: Callable[[], Picture]) -> Picture | None:
    """What `draw` gives; None, and a line in the log, where it cannot."""
    try:
        return draw()
    except Exception:
        log.exception("a post goes out without its picture")
        return None
