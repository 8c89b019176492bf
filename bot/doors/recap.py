"""What recaps tell of this room: the doors we left closed, and what was parked until now."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from bot.core.language.words import _, lazy, ngettext
from bot.core.posts import RecapPick, RecapSource, RecapTelling, ReportLine
from bot.core.text import list_names, one_line
from storage.doors import parked, refusals
from storage.models import Posting
from storage.models.span import Span
from storage.recaps import recaps

CLOSED_SHOWN, ASKED_SHOWN = 3, 5
"""How many doors left closed a recap quotes, and how many parked things one line of it names."""
SHINY_WORDS = 60


def pick_closed_doors(session: Session, span: Span, posting: Posting | None) -> RecapPick | None:
    """Return what a team declined in a span, the newest first.

    A schedule's recap tells what was declined since the last one that was posted.
    """
    found = refusals.list_kept(session, recaps.span_to_tell(session, span, posting))
    return RecapPick(tuple(found[:CLOSED_SHOWN]), tuple(found[CLOSED_SHOWN:])) if found else None


def tell_more_doors(_session: Session, telling: RecapTelling) -> Sequence[ReportLine]:
    """Return the line about the doors that are not quoted."""
    if not (telling.moments and telling.more):
        return ()
    return (ReportLine((ngettext("One more.", "{n} more.", telling.more),)),)


def pick_asked(session: Session, span: Span, _posting: Posting | None) -> RecapPick | None:
    """Return the parked things that nobody decided about, whose cards ask since a span began.

    Those of the time since the last recap that was posted count, so that a week without one loses none.
    """
    found = parked.list_asked(session, span._replace(since=recaps.untold_since(session, span)))
    return RecapPick(tuple(found)) if found else None


def tell_asked(session: Session, telling: RecapTelling) -> Sequence[ReportLine]:
    """Return the line about the parked things that still wait for a decision. It names the latest."""
    undecided = parked.undecided(session, [moment.id for moment in telling.moments])
    waiting = [moment for moment in telling.moments if moment.id in undecided]
    if not waiting:
        return ()
    latest_first = (*waiting[-ASKED_SHOWN:], *waiting[:-ASKED_SHOWN])
    named = [
        _("“{words}” (#{number})", words=one_line(moment.text, SHINY_WORDS), number=moment.number)
        for moment in latest_first
    ]
    said = ngettext(
        "Parked until now: {ideas}. Still tempting? You can decide on its card.",
        "Parked until now: {ideas}. Still tempting? You can decide on their cards.",
        len(waiting),
        ideas=list_names(named, ASKED_SHOWN),
    )
    return (ReportLine((said,)),)


RECAP_SOURCES = (
    RecapSource(
        "closed_doors",
        pick_closed_doors,
        tell_more_doors,
        title=lazy("What we said no to"),
        reason="why",
        alone=True,
    ),
    RecapSource("parked", pick_asked, tell_asked),
)
