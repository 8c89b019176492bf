"""A focus check's card: where the time went, what works, what doesn't, and what would accelerate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlmodel import Session

from bot.core.language.words import _, lazy, line, nline
from bot.core.messages import (
    Block,
    Button,
    Card,
    Entry,
    Post,
    Quote,
    Section,
    Small,
    Strong,
    Style,
    Text,
    Timestamp,
    Title,
)
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.times import format_day_from, local_day
from bot.focus.commands import (
    AddToCheck,
    AnswerLine,
    EarlierChecks,
    GoOnWithCheck,
    NameStep,
    RemoveCheck,
    SeeLines,
    SeeTicks,
)
from bot.focus.find import DELETED, describe_big_goal
from bot.focus.form import list_name
from storage.focus import checks
from storage.models import FocusCheck, FocusItem, FocusList, Goal, Posting, Team
from storage.moments import moments

HAVE_WE_STOPPED = lazy("Have we stopped?")
SHOWN = 5
"""Lines of a list on the card. The others are behind *Edit*."""
WHERE_IT_WENT = lazy("Where our time really went")


def compose_check_card(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost | None:
    """Compose a check's card. After it was taken back, it is one sentence, or None if it was never posted."""
    check = checks.find_by_posting(session, posting)
    if check is None or check.withdrawn_at is not None:
        return ComposedPost(Post(Card((Small((DELETED(),)),)))) if posting.message else None
    return ComposedPost(Post(build_check_card(session, check, now)))


def build_check_card(session: Session, check: FocusCheck, now: datetime) -> Card:
    """Build the card with its lists, its days as of now, and what one can do next."""
    items = checks.list_items(session, check.id)
    at, team = str(check.id), str(check.team_id)
    go_on = (
        () if is_complete(check, items) else (Button(_("Continue"), GoOnWithCheck(at, team), Style.PRIMARY),)
    )
    tick = (
        (Button(_("Tick off"), SeeTicks(at, team)),)
        if any(item.list == FocusList.OUT for item in items)
        else ()
    )
    buttons = (
        *go_on,
        *tick,
        Button(_("Add lines"), AddToCheck(at, team)),
        Button(_("Edit"), SeeLines(at, team)),
    )
    menu = (
        Button(_("Our own step"), NameStep(team, at)),
        Button(_("Earlier focus checks"), EarlierChecks(team, at)),
        Button(_("Delete"), RemoveCheck(at, team)),
    )
    return Card(tuple(_card_blocks(session, check, items, now)), buttons, menu)


def is_complete(check: FocusCheck, items: Sequence[FocusItem]) -> bool:
    """Return whether each step of a check has a line."""
    there = {item.list for item in items}
    works = bool(there & {FocusList.WORKS, FocusList.OUT})
    return works and FocusList.CHANCES in there


def _card_blocks(
    session: Session, check: FocusCheck, items: Sequence[FocusItem], now: datetime
) -> Iterator[Block]:
    zone = session.get_one(Team, check.team_id).zone
    goal = session.get(Goal, check.goal_id) if check.goal_id else None
    yield Title(_("Focus check"))
    if goal is not None and goal.withdrawn_at is None:
        yield Text((Strong(_("Our big goal:")), f" {describe_big_goal(goal)}"))
    yield Quote(check.went, WHERE_IT_WENT())
    today = local_day(now, zone)
    for name in FocusList:
        lines = [item for item in items if item.list == name]
        if lines:
            yield Section(list_name(check, name))
            yield from _list_blocks(check, lines, today)
    author = moments.people_by_id(session, [check.author_id])[check.author_id].name
    yield Small(line("Started by {name} · {date}", name=author, date=Timestamp(check.created_at, zone)))


def _list_blocks(check: FocusCheck, lines: Sequence[FocusItem], today: date) -> Iterator[Block]:
    """Yield a list: those to do first, what is due at the top, with its button."""
    ordered = sorted(lines, key=lambda item: (item.done_at is not None, item.by_on or date.max, item.id))
    for item in ordered[:SHOWN]:
        yield Entry(item.text, (describe_line(item, today),), due_button(check, item, today))
    if more := max(len(ordered) - SHOWN, 0):
        button = Strong(_("Edit"))
        yield Small(nline("One more: tap {button}.", "{n} more: tap {button}.", more, button=button))


def describe_line(item: FocusItem, today: date) -> str:
    """Return what stands below a line that a team wants to stop: its day, or that it is done."""
    if item.list != FocusList.OUT:
        return ""
    if item.done_at is not None:
        return _("We'll keep doing it") if item.kept else _("✓ We've stopped")
    if item.by_on is None:
        return ""
    day = format_day_from(item.by_on, today)
    return _("Due {day}: have we stopped?", day=day) if item.by_on <= today else _("Stop by {day}", day=day)


def due_button(check: FocusCheck, item: FocusItem, today: date) -> Button | None:
    """Return the button that answers whether a team has stopped something, from its day on."""
    if item.list != FocusList.OUT or item.done_at is not None or item.by_on is None or item.by_on > today:
        return None
    return Button(HAVE_WE_STOPPED(), AnswerLine(str(check.id), str(item.id), str(check.team_id)))
