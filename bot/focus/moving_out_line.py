"""The recap's line about what a team wanted to be out of by now, with a button that answers it.

A line is told in the first recap that is posted after its day began, never in a post of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from bot.core.language.words import _
from bot.core.messages import Button, Strong
from bot.core.posts import RecapPick, RecapSource, RecapTelling, ReportLine
from bot.core.text import one_line
from bot.core.times import DAY, format_day_from, last_day
from bot.focus.card import HAVE_WE_STOPPED
from bot.focus.commands import AnswerLine, SeeDue
from storage.focus import checks
from storage.models import FocusCheck, FocusItem, Posting, Team
from storage.models.span import Span
from storage.recaps import recaps

LINES_SHOWN = 3
"""The most lines in a recap, so that it stays one line of a phone or two."""
WORDS = 60


def pick_due_lines(session: Session, span: Span, _posting: Posting | None) -> RecapPick | None:
    """Return the lines whose day came in a span or since the last recap that was posted. None without any."""
    zone = session.get_one(Team, span.team_id).zone
    until = last_day(span.until, zone)
    since = last_day(recaps.untold_since(session, span), zone) + DAY
    found = checks.list_due(session, span.team_id, until, LINES_SHOWN + 1, since)
    ids = [item.id for item, _ in found]
    told = {"items": ids[:LINES_SHOWN], "more": len(ids) > LINES_SHOWN, "on": str(until)}
    return RecapPick(figures=told) if ids else None


def tell_due_lines(session: Session, telling: RecapTelling) -> Sequence[ReportLine]:
    """Return the line with the present answer of each, and a button while any waits for one."""
    told = telling.figures
    found = checks.find_items(session, told["items"]) if told else ()
    if not found:
        return ()
    on = date.fromisoformat(told["on"])
    more = [_("and more")] if told["more"] else []
    said = " · ".join([*(_describe_answer(item, on) for item, _check in found), *more])
    waiting = [(item, check) for item, check in found if _is_waiting(item, on)]
    return (ReportLine((Strong(_("What we wanted to stop:")), f" {said}"), _buttons(waiting, bool(more))),)


def _describe_answer(item: FocusItem, on: date) -> str:
    words = one_line(item.text, WORDS)
    if item.done_at is not None:
        return _("“{line}” (we'll keep it)", line=words) if item.kept else _("“{line}” (stopped)", line=words)
    if item.by_on is None:
        return _("“{line}” (still open)", line=words)
    day = format_day_from(item.by_on, on)
    if _is_waiting(item, on):
        return _("“{line}” (by {day})", line=words, day=day)
    return _("“{line}” (now by {day})", line=words, day=day)


def _is_waiting(item: FocusItem, on: date) -> bool:
    return item.done_at is None and item.by_on is not None and item.by_on <= on


def _buttons(waiting: Sequence[tuple[FocusItem, FocusCheck]], more: bool) -> tuple[Button, ...]:
    """Return the button that answers the only line that waits, or that shows all of them."""
    if not waiting:
        return ()
    item, check = waiting[0]
    at, team = str(check.id), str(check.team_id)
    alone = len(waiting) == 1 and not more
    return (Button(HAVE_WE_STOPPED(), AnswerLine(at, str(item.id), team) if alone else SeeDue(team)),)


MOVING_OUT = RecapSource(checks.MOVING_OUT, pick_due_lines, tell_due_lines)
