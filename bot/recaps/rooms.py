"""What other rooms tell in a recap: one line for each room.

A room declares a `RecapPart`. It picks rows when the recap is first sent, and what it picked is stored
with the posting, so that a posted recap stays what it was, less what was removed since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlmodel import Session

from bot.core.moment import is_kept
from bot.core.posts import RecapPart, RecapPick
from bot.doors import recap as doors
from storage.models.span import Span
from storage.recaps import recaps

RECAP_PARTS: tuple[RecapPart, ...] = (*doors.RECAP_PARTS,)
"""The parts in the order in which a recap tells them."""


def pick_parts(session: Session, span: Span) -> Mapping[str, RecapPick]:
    """Return what each room picks for the recap of a span, by the part's name, without empty ones."""
    found = {part.name: tuple(part.pick(session, span)) for part in RECAP_PARTS}
    return {
        part.name: RecapPick(found[part.name], _count_more(session, part, span, found[part.name]))
        for part in RECAP_PARTS
        if found[part.name]
    }


def subtract_more(session: Session, picks: Mapping[str, RecapPick], span: Span) -> Mapping[str, RecapPick]:
    """Return the picks of a posted recap with figures that have not grown since."""
    parts = {part.name: part for part in RECAP_PARTS}
    return {
        name: replace(pick, more=min(pick.more, _count_more(session, parts[name], span, pick.moments)))
        for name, pick in picks.items()
        if name in parts
    }


def _count_more(session: Session, part: RecapPart, span: Span, told: Sequence[int]) -> int:
    """Return how many moments a part leaves out that quotes these."""
    active = sum(map(is_kept, recaps.load_moments(session, told)))
    return max(part.count(session, span) - active, 0)


def has_parts(session: Session, span: Span) -> bool:
    """Return whether any room has something that is worth a recap by itself."""
    return any(part.pick(session, span) for part in RECAP_PARTS if part.alone)
