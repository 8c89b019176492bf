"""Older moments that come back: which ones, in which order, and what a person says about one.

A moment comes back once a quarter at most, to a team and to each person. What somebody doesn't want again
never comes to the team again, nor to that person. What is like the ones people want more of comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context, UserError
from bot.core.language.words import _, ngettext
from bot.core.messages import (
    CARD_TEXT_LIMIT,
    Block,
    Button,
    Card,
    Inline,
    Quote,
    Small,
    Strong,
    TextLink,
    Timestamp,
    Title,
    text_reply,
)
from bot.core.messages import Reply as Answer
from bot.core.moment import Show, active_moment, format_moment_ref, moment_name
from bot.core.text import clip_text, make_excerpt
from bot.core.times import local_day, months_back, utc_of
from bot.memory.telling_words import telling_words
from storage.memory import recalls
from storage.models import Kind, Moment, RecallWish, Team
from storage.models.span import Span
from storage.moments import moments
from storage.recaps import recaps

NEAR = timedelta(days=3)
"""How many days before and after the same day of an earlier time still count."""
YEAR, HALF_YEAR, QUARTER = 12, 6, 3
"""Months."""
MOST_YEARS = 40
CANDIDATES = 40
"""The most moments of one window that are looked at."""
LIKED = 20
"""The latest moments of which somebody wants more, with which others are compared."""
EXCERPT = 140


class Window(NamedTuple):
    """The days around the same day some months earlier."""

    months: int
    span: Span


@dataclass(frozen=True)
class Wish:
    """The command to say whether a moment may come back: `not_again`, or `more` like it.

    With `undoes`, it takes back that the person said that.
    """

    moment: str = ""
    wish: str = ""
    undoes: str = ""


def list_windows(session: Session, team: Team, day: date) -> tuple[Sequence[Window], Sequence[Window]]:
    """Return the same days of all earlier years, the latest first, and those half a year and a quarter ago."""
    first = recalls.first_kept_at(session, team.id)
    if first is None:
        return (), ()
    since = local_day(first, team.zone) - NEAR
    months = range(YEAR, YEAR * MOST_YEARS, YEAR)
    years = [_window(team, day, each) for each in months if months_back(day, each) >= since]
    return years, [_window(team, day, each) for each in (HALF_YEAR, QUARTER)]


def _window(team: Team, day: date, months: int) -> Window:
    """Return the window around a day. That of 29 February is around the 28th in other years."""
    middle = months_back(day, months)
    since = utc_of(middle - NEAR, time(), team.zone)
    until = utc_of(middle + NEAR + timedelta(days=1), time(), team.zone)
    return Window(months, Span(team.id, since, until))


def list_back(
    session: Session, team: Team, span: Span, today: date, person_id: int | None = None, posting_id: int = 0
) -> Sequence[Moment]:
    """Return the moments of a span that may come back: those that people want more of, then those that never did."""
    ids = recaps.select_best(session, span, CANDIDATES)
    if not ids:
        return ()
    now = utc_of(today, time.max, team.zone)
    resting = recalls.list_resting(session, ids, now, today, person_id, posting_id)
    free = recaps.load_moments(session, [one for one in ids if one not in resting])
    wanted = recalls.list_wanted(session, team.id, LIKED, person_id)
    returned = recalls.list_returned(session, [each.id for each in free], today)
    return sorted(free, key=lambda each: (-_likeness(each, wanted), each.id in returned))


def _likeness(moment: Moment, wanted: Sequence[Moment]) -> int:
    """Return how much a moment is like those that people want more of, itself left out.

    Each shared word counts two, the same author and the same kind one.
    """
    words = telling_words(moment)
    others = [each for each in wanted if each.id != moment.id]
    return max(
        (
            2 * len(words & telling_words(each))
            + (each.author_id == moment.author_id)
            + (each.kind == moment.kind)
            for each in others
        ),
        default=0,
    )


def name_months(months: int) -> str:
    """Return how long ago that is: `A year ago`, `3 years ago`, `Half a year ago`."""
    years, rest = divmod(months, YEAR)
    if rest:
        return _("Half a year ago") if rest == HALF_YEAR else _("Three months ago")
    return _("A year ago") if years == 1 else ngettext("{n} year ago", "{n} years ago", years)


def quote_line(session: Session, head: str, moment: Moment) -> tuple[Inline, ...]:
    """Return one line with a moment's first words, its number, its author and where it was said."""
    return (Strong(f"{head}:"), f" {quote_briefly(session, moment, EXCERPT)}", *_where_said(moment))


def quote_briefly(session: Session, moment: Moment, length: int) -> str:
    """Return a moment's first words, its number and its author."""
    named = moment_name(moment) if moment.kind == Kind.BREAKTHROUGH else f"#{moment.number}"
    author = moments.people_by_id(session, [moment.author_id])[moment.author_id].name
    words = make_excerpt(moment.text, length)
    return _("“{words}” · {moment} · {author}", words=words, moment=named, author=author)


def _where_said(moment: Moment) -> tuple[Inline, ...]:
    """Return the link to the message, while it is there."""
    return (" · ", TextLink(_("original message"), moment.source_link)) if moment.source_link else ()


def wish_buttons(moment: Moment) -> tuple[Button, Button]:
    """Return the buttons for a moment that came back, named so that they also work below a recap."""
    at, number = format_moment_ref(moment), moment.number
    return (
        Button(_("Don't show #{number} again", number=number), Wish(at, RecallWish.NOT_AGAIN)),
        Button(_("More like #{number}", number=number), Wish(at, RecallWish.MORE)),
    )


def build_page(
    context: Context, head: str, moment: Moment, buttons: Sequence[Button] = (), note: str = ""
) -> Card:
    """Return the private card of a moment that came back, from our own copy of its words."""
    return Card(
        tuple(_page_blocks(context, head, moment, note)),
        (Button(_("Show"), Show(format_moment_ref(moment))), *buttons),
        wish_buttons(moment),
    )


def _page_blocks(context: Context, head: str, moment: Moment, note: str) -> Iterator[Block]:
    author = moments.people_by_id(context.session, [moment.author_id])[moment.author_id].name
    zone = context.session.get_one(Team, moment.team_id).zone
    yield Title(head)
    yield Quote(clip_text(moment.text, CARD_TEXT_LIMIT), f"{moment_name(moment)} · {author}")
    yield Small((Timestamp(moment.created_at, zone), *_where_said(moment)))
    if note:
        yield Small((note,))


def say_wish(context: Context, command: Wish) -> Answer:
    """Remember what a person says about a moment that came back, or take it back. UserError for anything else."""
    moment = active_moment(context, command.moment)
    if not command.wish:
        return _take_wish_back(context, moment, command.undoes)
    if command.wish not in tuple(RecallWish):
        raise UserError(_("I can stop showing #{number}, or look for more like it.", number=moment.number))
    wish = RecallWish(command.wish)
    recalls.set_choice(context.session, moment.id, context.caller.person_id, wish, context.now)
    undo = Button(_("Undo"), Wish(format_moment_ref(moment), undoes=wish))
    return text_reply(_say_promise(moment, wish), buttons=(undo,))


def _say_promise(moment: Moment, wish: str) -> str:
    if wish == RecallWish.MORE:
        return _("Good to know. I'll look for more like #{number}.", number=moment.number)
    return _(
        "I won't show #{number} to you again, or to the team in a recap. Search still finds it.",
        number=moment.number,
    )


def _take_wish_back(context: Context, moment: Moment, undoes: str) -> Answer:
    """Go back to what the person said before about a moment. UserError if they've said something else since."""
    known = recalls.find_choice(context.session, moment.id, context.caller.person_id)
    forgotten = _("Undone. I've forgotten what you said about #{number}.", number=moment.number)
    if known is None:
        return text_reply(forgotten, replaces=True)
    if undoes and known.choice != undoes:
        raise UserError(
            _("You've said something else about #{number} since, so that stays.", number=moment.number)
        )
    before = known.before
    recalls.undo_choice(context.session, known)
    if not before:
        return text_reply(forgotten, replaces=True)
    as_before = _("It's as before.")
    return text_reply(f"{as_before} {_say_promise(moment, before)}", replaces=True)


DECLARATIONS = (Declaration("recall-wish", Wish, say_wish, personal=True),)
