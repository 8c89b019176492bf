"""What other rooms tell in a recap: one line for each room.

A room declares a `RecapPart`. It picks rows when the recap is first sent, and what it picked is stored
with the posting, so that a posted recap stays what it was, less what was removed since.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session

from bot.core.posts import RecapPart, RecapPick
from bot.doors import recap as doors
from storage.models.span import Span

RECAP_PARTS: tuple[RecapPart, ...] = (*doors.RECAP_PARTS,)
"""The parts in the order in which a recap tells them."""


def pick_parts(session: Session, span: Span) -> Mapping[str, RecapPick]:
    """Return what each room picks for the recap of a span, by the part's name, without empty ones."""
    picked = {part.name: part.pick(session, span) for part in RECAP_PARTS}
    return {name: pick for name, pick in picked.items() if not pick.is_empty}


def subtract_more(session: Session, picks: Mapping[str, RecapPick], span: Span) -> Mapping[str, RecapPick]:
    """Return the picks of a posted recap with figures that have not grown since."""
    now = pick_parts(session, span)
    return {
        name: RecapPick(pick.moments, min(pick.more, now[name].more if name in now else 0))
        for name, pick in picks.items()
    }


def has_parts(session: Session, span: Span) -> bool:
    """Return whether any room has something that is worth a recap by itself."""
    return any(not part.pick(session, span).is_empty for part in RECAP_PARTS if part.alone)
