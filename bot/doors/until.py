"""Until when something rests or is open: the fields of a form, and the day that they give."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.core.context import Context
from bot.core.days.reading import DayError, parse_day
from bot.core.language.words import _, lazy
from bot.core.messages import Field, FieldKind, Option
from bot.core.times import format_day_from, local_day
from storage.models import Team

REST = 28
"""Days that a shiny thing rests if nobody says until when."""
RESTS = (
    (7, lazy("A week, until {day}")),
    (14, lazy("Two weeks, until {day}")),
    (28, lazy("Four weeks, until {day}")),
    (91, lazy("Three months, until {day}")),
)
LONGEST = timedelta(days=5 * 366)
OVER_TODAY = lazy("That day is over. Pick today or a later day.")
OVER = lazy("That day is over. Pick tomorrow or a later day.")
IS_TODAY = lazy("That's today. Pick tomorrow or a later day.")
TOO_FAR = lazy("That's more than five years away. Pick an earlier day.")


class UnusableDayError(Exception):
    """A day that can't be taken. The message is the sentence that the person sees."""


def today_of(context: Context) -> date:
    """Return the local date of the caller's team."""
    return local_day(context.now, context.caller.zone)


def day_on_card(session: Session, team_id: int, day: date, now: datetime) -> str:
    """Return a day as a team's card says it: with its year unless that is the present one."""
    return format_day_from(day, local_day(now, session.get_one(Team, team_id).zone))


def rest_fields(today: date, rest: str = "", until: str = "") -> tuple[Field, Field]:
    """Return the fields for how long something rests: some choices, and a day that counts instead."""
    options = tuple(
        Option(str(days), until_day(day=format_day_from(today + timedelta(days=days), today)))
        for days, until_day in RESTS
    )
    known = {option.value for option in options}
    return (
        Field(
            "rest",
            _("Until when?"),
            FieldKind.CHOICE,
            rest if rest in known else str(REST),
            options=options,
            default=str(REST),
        ),
        Field("until", _("Or pick a date"), FieldKind.DATE, until, required=False, later=True),
    )


def read_rest(context: Context, rest: str, until: str) -> date:
    """Return the day until which something rests; four weeks from now if nothing was given.

    UnusableDayError for a day that can't be read, is over, or is too far away.
    """
    today = today_of(context)
    if until.strip():
        return read_day(until, today + timedelta(days=1), today)
    days = int(rest) if rest in {str(each) for each, _until_day in RESTS} else REST
    return today + timedelta(days=days)


def read_day(given: str, first: date, today: date) -> date:
    """Return a day as it was typed. UnusableDayError if it can't be read, is before `first`, or is too far."""
    try:
        day = parse_day(given, today)
    except DayError as unread:
        raise UnusableDayError(str(unread)) from unread
    if day < first:
        over = OVER if first > today else OVER_TODAY
        raise UnusableDayError(IS_TODAY() if day == today else over())
    if day > today + LONGEST:
        raise UnusableDayError(TOO_FAR())
    return day
