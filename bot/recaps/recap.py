"""The recap: a period told in the channel each week, or to one person who asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.charts.cache import drawn
from bot.charts.recap_chart import draw
from bot.core import times
from bot.core.adapter import Ways
from bot.core.commands import Declaration, choice
from bot.core.context import Refusal, Turn
from bot.core.messages import Button, Card, Picture, Post, Reply, Small, Title, Where, reply
from bot.core.posts import Composed
from bot.memory import followups
from bot.recaps.card import card
from bot.recaps.content import Recap as Told
from bot.recaps.content import title
from bot.recaps.selection import is_empty, make
from storage.delivery import postings
from storage.models import Posting, PostingKind, Team
from storage.recaps import recaps
from storage.teams import teams

PERIODS = ("week", "month", "quarter", "year")


@dataclass(frozen=True)
class Recap:
    """What a period brought, to the one who asks."""

    period: str = choice("How far back; a week if left out", *PERIODS)
    team: str = ""


@dataclass(frozen=True)
class PostRecap:
    """The same, in the channel."""

    period: str = ""
    team: str = ""


def show(turn: Turn, command: Recap) -> Reply:
    """The recap in private, with a button that brings it to the channel."""
    told = tell(turn.session, turn.seat.team_id, command.period, turn.now)
    if told.empty:
        return reply(nothing(command.period))
    label = "Post it in the channel" if turn.origin.direct else "Post it here"
    return Reply(card(told, (Button(label, PostRecap(command.period, str(turn.seat.team_id))),)))


def post(turn: Turn, command: PostRecap) -> Reply:
    """Promise it to the channel where the button was pressed; from a direct message, to the team's home."""
    origin, seat = turn.origin, turn.seat
    period = times.period(command.period or PERIODS[0], turn.now, seat.zone)
    if is_empty(turn.session, seat.team_id, period):
        raise Refusal(nothing(command.period))
    place = where(turn)
    postings.plan_once(
        turn.session, f"recap:{origin.event}", PostingKind.RECAP, seat.workspace_id, turn.now,
        team_id=seat.team_id, channel=place.channel, thread="" if origin.direct else origin.thread,
        since=period.since, until=period.until, asked_by_id=seat.person_id,
    )  # fmt: skip
    return reply("The recap is on its way to ", place, ".", replaces=True)


def where(turn: Turn) -> Where:
    """Where a button brings what is read in private: where it was pressed; from a direct message, the team's home."""
    if not turn.origin.direct:
        return Where(turn.origin.channel, turn.seat.channel_name)
    home = teams.home(turn.session, turn.seat.team_id)
    return Where(home.external_id, home.name)


def nothing(period: str) -> str:
    """The calm sentence about a period without anything."""
    return f"Nothing was kept in the last {period or PERIODS[0]}, so there is nothing to tell yet."


def tell(session: Session, team_id: int, kind: str, now: datetime) -> Told:
    """The recap of the week, month, quarter or year up to now."""
    team = session.get_one(Team, team_id)
    return make(session, team, times.period(kind or PERIODS[0], now, team.zone), now).recap


def compose(session: Session, posting: Posting, now: datetime, _ways: Ways) -> Composed | None:
    """The recap in the channel with its picture; none of a period in which nothing was kept.

    It tells what was there when it was planned, so that an edit brings nothing new.
    """
    assert posting.since is not None
    assert posting.until is not None
    team, period = session.get_one(Team, posting.team_id), times.Period(posting.since, posting.until)
    made = make(session, team, period, posting.created_at, recaps.quoted(session, posting.id))
    if made.recap.empty:
        return Composed(Post(_emptied(made.recap))) if posting.message else None
    whole = followups.with_question(session, posting, card(made.recap))
    return Composed(Post(whole, picture(made.recap)), made.moments, made.answers)


def picture(told: Told) -> Picture | None:
    """Twelve weeks as a picture; none while nothing is in them, or where it cannot be drawn."""
    if not any(week.moments for week in told.weeks):
        return None
    return drawn(draw, told.weeks)


def _emptied(told: Told) -> Card:
    return Card((Title(title(told)), Small(("What this told was removed.",))))


DECLARATIONS = (
    Declaration(
        "recap", Recap, show, "recap", "What a week brought; or a month, a quarter, a year", reads=True
    ),
    Declaration("post-recap", PostRecap, post),
)
