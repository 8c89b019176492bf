"""What a recap tells of this room: the doors we left closed, and what was parked until now."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from bot.core.posts import RecapPart
from bot.core.text import number_in_words, one_line
from storage.doors import parked, refusals
from storage.models import Moment
from storage.models.span import Span
from storage.recaps import recaps

CLOSED_SHOWN, ASKED_SHOWN = 3, 5
"""How many doors left closed a recap quotes, and how many parked things one line of it names."""
SHINY_WORDS = 60


def pick_closed_doors(session: Session, span: Span) -> Sequence[int]:
    """Return the newest of what a team declined in a span."""
    return refusals.list_kept(session, span, CLOSED_SHOWN)


def tell_more_doors(_session: Session, found: Sequence[Moment], more: int) -> Sequence[str]:
    """Return the line about the doors that are not quoted."""
    return (f"And {number_in_words(more)} more.",) if found and more else ()


def pick_asked(session: Session, span: Span) -> Sequence[int]:
    """Return the parked things that nobody decided about, whose cards ask since a span began.

    Those of the time since the last recap that was posted count, so that a week without one loses none.
    """
    untold = span._replace(since=recaps.untold_since(session, span))
    return parked.list_asked(session, untold)[:ASKED_SHOWN]


def tell_asked(session: Session, found: Sequence[Moment], _more: int) -> Sequence[str]:
    """Return the line about the parked things that still wait for a decision."""
    waiting = parked.undecided(session, [moment.id for moment in found])
    named = [
        f"“{one_line(moment.text, SHINY_WORDS)}” (#{moment.number})"
        for moment in found
        if moment.id in waiting
    ]
    if not named:
        return ()
    cards = "Its card asks" if len(named) == 1 else "Their cards ask"
    them = "it" if len(named) == 1 else "them"
    return (f"Parked until now: {', '.join(named)}. {cards} what becomes of {them}.",)


RECAP_PARTS = (
    RecapPart(
        "closed_doors",
        pick_closed_doors,
        tell_more_doors,
        refusals.count_kept,
        title="Doors we left closed",
        reason="why",
        alone=True,
    ),
    RecapPart("parked", pick_asked, tell_asked),
)
