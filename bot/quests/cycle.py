"""The cycle: every open quest and where it stands, in private; posted, it has the picture of the whole search.

A posted one tells how things stood then, so that an edit brings nothing new and only takes out what was removed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.charts.quest_chart import Search
from bot.core.adapter import Ways
from bot.core.commands import Declaration
from bot.core.context import Refusal, Turn
from bot.core.messages import (
    Block,
    Button,
    Card,
    Inline,
    Post,
    Quote,
    Reply,
    Small,
    Strong,
    Style,
    Text,
    Title,
    When,
    reply,
)
from bot.core.posts import Composed
from bot.moments import card as cards
from bot.quests import chart_data as searching
from bot.quests import link_words as road_signs
from bot.quests.attempts import number, one_line
from bot.quests.quests import OpenQuest, SeeQuest
from bot.recaps import recap as recaps
from storage.delivery import postings
from storage.models import Moment, Posting, PostingKind, Quest, Team
from storage.quests import attempts, quests
from storage.recaps import recaps as kept
from storage.recaps.recaps import Quoted

SHOWN = 5
"""Quests on one page, and on the card."""
WORDS = 160
"""Characters of a quest and of what its latest attempt taught."""
TITLE = "How our search goes"
INSTANT = timedelta(microseconds=1)
NOTHING = "No quest is open, and nothing was tried yet. What would you love to find?"


@dataclass(frozen=True)
class Cycle:
    """Every open quest and where it stands; `page` counts from 1."""

    page: str = ""
    team: str = ""


@dataclass(frozen=True)
class PostCycle:
    """The same in the channel, with its picture."""

    team: str = ""


@dataclass(frozen=True)
class Standing:
    """Open quests, oldest first, how often each was tried and its latest attempt; the search they are part of."""

    quests: Sequence[Quest]
    tried: Mapping[int, int]
    latest: Mapping[int, Moment]
    search: Search | None
    zone: str


def show(turn: Turn, command: Cycle) -> Reply:
    """A page of the open quests, with a button that brings all of it to the channel."""
    team = turn.session.get_one(Team, turn.seat.team_id)
    now = _stand(turn.session, team, turn.now)
    opening = Button("Open a quest", OpenQuest(str(team.id)))
    if not now.quests and now.search is None:
        return reply(NOTHING, buttons=(opening,))
    page = min(max(number(command.page), 1), max(-(-len(now.quests) // SHOWN), 1))
    shown = now.quests[(page - 1) * SHOWN : page * SHOWN]
    more = Button("More", Cycle(str(page + 1), str(team.id)))
    label = "Post it in the channel" if turn.origin.direct else "Post it here"
    buttons = (
        Button(label, PostCycle(str(team.id)), Style.PRIMARY),
        opening,
        *((more,) if page * SHOWN < len(now.quests) else ()),
    )
    return Reply(Card(tuple(_blocks(now, shown)), buttons), replaces=page > 1)


def post(turn: Turn, command: PostCycle) -> Reply:
    """Promise it to the channel where the button was pressed."""
    origin, seat = turn.origin, turn.seat
    now = _stand(turn.session, turn.session.get_one(Team, seat.team_id), turn.now)
    if not now.quests and now.search is None:
        raise Refusal(NOTHING)
    place = recaps.where(turn)
    postings.plan_once(
        turn.session, f"cycle:{origin.event}", PostingKind.CYCLE, seat.workspace_id, turn.now,
        team_id=seat.team_id, channel=place.channel, thread="" if origin.direct else origin.thread,
        asked_by_id=seat.person_id,
    )  # fmt: skip
    return reply("The cycle is on its way to ", place, ".", replaces=True)


def compose(session: Session, posting: Posting, _now: datetime, ways: Ways) -> Composed | None:
    """How the search stood when it was asked for."""
    team = session.get_one(Team, posting.team_id)
    quoted = (kept.quoted(session, posting.id) or Quoted((), ())) if posting.message else None
    then = _stand(session, team, posting.created_at, quoted)
    if not then.quests and then.search is None:
        gone = Card((Title(TITLE), Small(("What this told was removed.",))))
        return Composed(Post(gone)) if posting.message else None
    shown = then.quests[:SHOWN]
    opening = Button("Open a quest", OpenQuest(str(team.id)))
    card = Card(tuple(_blocks(then, shown, f"{ways.command} cycle")), (opening,))
    told = tuple(then.latest[quest.id].id for quest in shown if quest.id in then.latest)
    return Composed(Post(card, searching.picture(then.search)), told)


def _stand(session: Session, team: Team, at: datetime, quoted: Quoted | None = None) -> Standing:
    """How things stood at a time; once it is posted, with the attempts that were quoted then and still stand."""
    found = quests.open_at(session, team.id, at)
    ids = [quest.id for quest in found]
    latest = attempts.latest(session, ids, at)
    return Standing(
        found,
        attempts.numbers(session, ids, at),
        latest if quoted is None else _those(latest, quoted.moments),
        searching.search(session, team, TITLE, at + INSTANT),
        team.zone,
    )


def _those(latest: Mapping[int, Moment], ids: Collection[int]) -> Mapping[int, Moment]:
    return {quest_id: moment for quest_id, moment in latest.items() if moment.id in ids}


def _blocks(now: Standing, shown: Sequence[Quest], more: str = "") -> Iterator[Block]:
    """Each quest with how it stands; on a card in the channel `more` is the command that shows all of them."""
    yield Title(TITLE)
    for quest in shown:
        button = None if more else Button("See it", SeeQuest(str(quest.id), str(quest.team_id)))
        yield Quote(one_line(quest.text, WORDS), button=button)
        yield Small(tuple(_where(now, quest)))
    if len(now.quests) > len(shown) and more:
        yield Small((f"And {len(now.quests) - len(shown)} more: ", Strong(more), " shows them."))
    if not now.quests:
        yield Text(("No quest is open just now.",))
    if now.search is not None:
        yield Small((_so_far(now.search),))


def _where(now: Standing, quest: Quest) -> Iterator[Inline]:
    """Since when, how often tried, and what the latest attempt taught."""
    yield "since "
    yield When(quest.created_at, now.zone)
    tried = now.tried.get(quest.id, 0)
    yield f" · {road_signs.counted(tried, 'attempt') if tried else 'no attempts yet'}"
    if latest := now.latest.get(quest.id):
        yield f" · {cards.name(latest)}: {one_line(latest.parts.get('taught') or latest.text, WORDS)}"


def _so_far(search: Search) -> str:
    tried = road_signs.counted(search.tried, "experiment")
    found = len(search.breakthroughs)
    return (
        f"So far {tried} and {road_signs.counted(found, 'breakthrough') if found else 'no breakthrough yet'}."
    )


DECLARATIONS = (
    Declaration("cycle", Cycle, show, "cycle", "Every open quest, and where the search stands", reads=True),
    Declaration("post-cycle", PostCycle, post),
)
