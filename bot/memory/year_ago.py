"""A year ago: this week in earlier years, as a line in the recap and in private, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context
from bot.core.language.words import _, lazy
from bot.core.messages import Button, Reply, text_reply
from bot.core.posts import RecapPick, RecapSource, RecapTelling, ReportLine
from bot.core.text import parse_number
from bot.core.times import Period, last_day, local_day, months_back, utc_of, zone_or_utc
from bot.memory.recalled import (
    YEAR,
    Window,
    build_page,
    list_back,
    list_windows,
    name_months,
    quote_line,
    wish_buttons,
)
from storage.memory import recalls
from storage.models import Moment, Posting, RecallWay, Team
from storage.models.span import Span

WEEK = timedelta(days=15)
"""The longest period of a weekly recap, which comes every other week in some teams."""
NEWEST = timedelta(days=31)
"""How old a moment is at least before a quiet team looks back at it."""


@dataclass(frozen=True)
class YearAgo:
    """The command to look back at this week in earlier years, one moment after another.

    `after` is the id of the moment shown last. With `quiet`, anything older comes after these weeks.
    """

    after: str = ""
    quiet: str = ""
    team: str = ""


class Found(NamedTuple):
    """A moment that comes back, and how many months ago it was. 0 stands for any time."""

    moment: Moment
    months: int


def pick_year_ago(session: Session, span: Span, posting: Posting | None) -> RecapPick | None:
    """Return the moment of this week in earlier years that is most worth showing again, or None.

    Half a year and a quarter ago stand in where there is none. A longer period looks at the same period a
    year before.
    """
    team = session.get_one(Team, span.team_id)
    today = last_day(span.until, team.zone)
    for window in _list_report_windows(session, team, span):
        found = list_back(session, team, window.span, today, posting_id=posting.id if posting else 0)
        if found:
            return RecapPick((found[0].id,), figures={"months": window.months})
    return None


def _list_report_windows(session: Session, team: Team, span: Span) -> Sequence[Window]:
    if span.until - span.since <= WEEK:
        years, later = list_windows(session, team, last_day(span.until, team.zone))
        return (*years, *later)
    then = _year_before(Period(span.since, span.until), team.zone)
    return (Window(YEAR, Span(team.id, then.since, then.until)),)


def _year_before(period: Period, zone: str) -> Period:
    """Return the same local dates and times a year earlier. 29 February is the 28th then."""
    local = [each.astimezone(zone_or_utc(zone)) for each in (period.since, period.until)]
    since, until = (utc_of(months_back(each.date(), YEAR), each.time(), zone) for each in local)
    return Period(since, until)


def tell_year_ago(session: Session, telling: RecapTelling) -> Sequence[ReportLine]:
    """Return the line with the moment, and the buttons that say what a person thinks of it."""
    head = name_months(int(telling.figures["months"]))
    return [ReportLine(quote_line(session, head, moment), wish_buttons(moment)) for moment in telling.moments]


def show_year_ago(context: Context, command: YearAgo) -> Reply:
    """Show one moment of this week in earlier years in private, with a button to the next one."""
    today = local_day(context.now, context.session.get_one(Team, context.caller.team_id).zone)
    left = _list_pages(context, command, today)
    if not left:
        return text_reply(_nothing_more(context, command))
    moment, months = left[0]
    way = RecallWay.QUIET if command.quiet else RecallWay.YEAR
    recalls.add_recall(context.session, moment.id, context.caller.person_id, way, today)
    team = str(context.caller.team_id)
    more = (Button(_("Another one"), YearAgo(str(moment.id), command.quiet, team)),)
    head = name_months(months) if months else _("Some time ago")
    card = build_page(context, head, moment, more if len(left) > 1 else ())
    return Reply(card, replaces=bool(command.after))


def _list_pages(context: Context, command: YearAgo, today: date) -> Sequence[Found]:
    """Return the pages from the next one on: those the person saw today in that order, then the others.

    So a page keeps its place on that day, whatever is wished on one.
    """
    found = {each.moment.id: each for each in _list_for_person(context, quiet=bool(command.quiet))}
    seen = recalls.list_seen_on(context.session, context.caller.person_id, today)
    inorder, after = list(dict.fromkeys((*seen, *found))), parse_number(command.after)
    left = inorder[inorder.index(after) + 1 :] if after in inorder else inorder
    return [found[one] for one in left if one in found]


def _nothing_more(context: Context, command: YearAgo) -> str:
    everything = _("To see everything, type {command} find.", command=context.capabilities.command)
    if command.after:
        last = _("That was the last one.")
        return f"{last} {everything}"
    if command.quiet:
        nothing = _("Nothing to look back at right now. I show each moment at most once in three months.")
        return f"{nothing} {everything}"
    nothing = _(
        "Nothing from this week in earlier years right now. I show each moment at most once in three months, and a "
        "new team has nothing that old yet."
    )
    return f"{nothing} {everything}"


def _list_for_person(context: Context, quiet: bool) -> Iterator[Found]:
    """Yield what may come back to the person: earlier years or, without any, half a year and a quarter ago.

    In a quiet team, everything that is older than a month comes after that.
    """
    session, team = context.session, context.session.get_one(Team, context.caller.team_id)
    today = local_day(context.now, team.zone)
    years, later = list_windows(session, team, today)
    found = list(_list_of_windows(context, team, years)) or list(_list_of_windows(context, team, later))
    yield from found
    if quiet:
        seen = {each.moment.id for each in found}
        for moment in list_older(session, team, context.now, today, context.caller.person_id):
            if moment.id not in seen:
                yield Found(moment, 0)


def list_older(
    session: Session, team: Team, now: datetime, today: date, person_id: int | None = None
) -> Sequence[Moment]:
    """Return what is older than a month and may come back to a quiet team, or to one person of it."""
    first = recalls.first_kept_at(session, team.id)
    if first is None or first >= now - NEWEST:
        return ()
    return list_back(session, team, Span(team.id, first, now - NEWEST), today, person_id)


def _list_of_windows(context: Context, team: Team, windows: Sequence[Window]) -> Iterator[Found]:
    today = local_day(context.now, team.zone)
    for window in windows:
        for moment in list_back(context.session, team, window.span, today, context.caller.person_id):
            yield Found(moment, window.months)


RECAP_SOURCES = (RecapSource("year_ago", pick_year_ago, tell_year_ago),)

DECLARATIONS = (
    Declaration(
        "year-ago",
        YearAgo,
        show_year_ago,
        "memory year",
        lazy("This week in earlier years, just for you"),
        button=lazy("A year ago"),
        said_as="year, a year ago, year ago, last year this week, on this day, throwback",
    ),
)
