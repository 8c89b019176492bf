"""Finding a focus check and its lines, where its card is, and which big goal it is about."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.context import CardPlace, Context, UserError, posting_place
from bot.core.language.words import _, lazy
from bot.core.text import one_line, parse_number
from bot.core.times import Period
from bot.focus.share import list_big_goals
from bot.goals.find import NO_WORDS
from storage.focus import checks
from storage.models import FocusCheck, FocusItem, Goal

DELETED = lazy("This focus check was deleted.")
GOAL_WORDS = 120
INSTANT = timedelta(microseconds=1)


def find_check(context: Context, given: str, removed: bool = False) -> FocusCheck:
    """Return the check that a button names. UserError if it is not the team's, or was taken back."""
    check = checks.find_in_team(context.session, context.caller.team_id, parse_number(given))
    if check is None:
        raise UserError(_("That focus check doesn't belong to this channel."))
    if check.withdrawn_at is not None and not removed:
        raise UserError(DELETED())
    return check


def find_line(context: Context, check: FocusCheck, given: str, removed: bool = False) -> FocusItem:
    """Return the line of a check that a button names. UserError if it was removed."""
    item = checks.find_item(context.session, check.id, parse_number(given))
    if item is None or (item.deleted_at is not None and not removed):
        raise UserError(_("That line isn't on the focus check any more."))
    return item


def check_place(context: Context, check: FocusCheck) -> CardPlace:
    """Return where a check's card is, or will be."""
    return posting_place(context, checks.find_posting(context.session, check.id))


def find_open_big_goal(session: Session, team_id: int, now: datetime) -> Goal | None:
    """Return the big goal that is open now, or None."""
    return next(iter(list_big_goals(session, team_id, Period(now, now + INSTANT))), None)


def describe_big_goal(goal: Goal) -> str:
    """Return a big goal in one line: its number and the beginning of its words."""
    if not goal.text:
        return f"#{goal.number} {NO_WORDS}"
    return _("#{number} “{goal}”", number=goal.number, goal=one_line(goal.text, GOAL_WORDS))
