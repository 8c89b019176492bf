"""The harvest: once a quarter, in place of that week's recap, what the team searched, tried and found.

It comes with the quarter's last recap. Where the quarter knew no search, that recap stays what it is; where nothing
was kept at all, nothing is posted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from bot.core.adapter import Ways
from bot.core.messages import Card, Post, Small, Title
from bot.core.posts import Composed
from bot.core.times import Occurrence, Period, local_day, utc_of
from bot.memory import followups
from bot.moments import odometer
from bot.quests import chart_data as searching
from bot.quests import value_kinds as values
from bot.recaps import harvest_card as harvest
from bot.recaps.content import Told
from bot.recaps.harvest_card import Found, Harvest, Looked, Quests
from storage.models import Kind, Moment, MomentState, Posting, Quest, Schedule, Team
from storage.moments import moments
from storage.quests import links, quests
from storage.recaps import participation as heard
from storage.recaps import recaps
from storage.recaps.recaps import Quoted, Span

SHOWN, EXPERIMENTS, AHAS, QUESTS = 3, 2, 2, 3
"""Breakthroughs (and as many doors), experiments, ahas and quests whose words a harvest tells."""
INSTANT = timedelta(seconds=1)
COUNTED = 500
"""Breakthroughs of a quarter that its figures are of, the newest."""


def period(session: Session, schedule: Schedule, due: Occurrence, next_day: date) -> Period | None:
    """What the harvest of this recap's day tells; nothing where that day brings an ordinary recap.

    `next_day` is when the recap comes next. A harvest goes on where the last one ended, if that was a quarter ago.
    One that could not come at its quarter's end, because recaps paused or nothing ran, comes with the next recap.
    """
    first, after = harvest.quarter(due.day)
    before, _ = harvest.quarter(first - timedelta(days=1))
    last = recaps.last_harvest(session, schedule.team_id)
    told = last.until if last is not None else None
    told_day = local_day(told - INSTANT, schedule.zone) if told is not None else None
    missed = _from(told, told_day, before, schedule.zone), utc_of(first, time(), schedule.zone)
    if (told_day is None or told_day < before) and _searched(session, Span(schedule.team_id, *missed)):
        return Period(*missed)
    if next_day < after or (told_day is not None and told_day >= first):
        return None
    here = _from(told, told_day, first, schedule.zone), due.at
    return Period(*here) if _searched(session, Span(schedule.team_id, *here)) else None


def _from(told: datetime | None, told_day: date | None, first: date, zone: str) -> datetime:
    """Where the quarter that begins on `first` goes on from: the last harvest's end, if that was a quarter before."""
    before, _ = harvest.quarter(first - timedelta(days=1))
    went_on = told is not None and told_day is not None and told_day >= before
    return told if told is not None and went_on else utc_of(first, time(), zone)


def _searched(session: Session, span: Span) -> bool:
    """Whether a time knew any search of which something was kept."""
    counted = recaps.by_week(session, span.team_id, [span.since, span.until])
    [(tried, ahas, found)] = counted
    looked = quests.during(session, span.team_id, span.since, span.until)
    return bool(tried or found or (looked and ahas))


def compose(session: Session, posting: Posting, _now: datetime, _ways: Ways) -> Composed | None:
    """The harvest with its picture. It tells what was there when it was planned, so that an edit brings nothing new."""
    assert posting.since is not None
    assert posting.until is not None
    team = session.get_one(Team, posting.team_id)
    span = Span(team.id, posting.since, posting.until)
    told = recaps.told(session, _chosen(session, span, recaps.quoted(session, posting.id)))
    made = _make(session, team, span, told)
    if made.empty:
        return Composed(Post(_emptied(made))) if posting.message else None
    found = searching.search(session, team, harvest.title(made.ends), span.until, span.since)
    whole = followups.with_question(session, posting, harvest.card(made))
    post = Post(whole, searching.picture(found))
    return Composed(post, tuple(moment.id for moment in told))


def _chosen(session: Session, span: Span, quoted: Quoted | None) -> Sequence[int]:
    """The ids of what is worth telling; once it is sent, of what was told then."""
    if quoted is not None:
        return quoted.moments
    opened = [one.id for one in recaps.breakthroughs(session, span, COUNTED) if _door(one)]
    worth_telling = [
        recaps.best_of(session, span, SHOWN, Kind.BREAKTHROUGH),
        opened[-SHOWN:],
        recaps.best_experiments(session, span, EXPERIMENTS),
        recaps.best_of(session, span, AHAS, Kind.AHA),
    ]
    return list(dict.fromkeys(one for found in worth_telling for one in found))


def _make(session: Session, team: Team, span: Span, told: Sequence[Moment]) -> Harvest:
    """The harvest of a quarter: its words from what is told, its figures from all that stands."""
    every = recaps.breakthroughs(session, span, COUNTED)
    roads = links.roads(session, every)
    people = {
        one: person.name for one, person in moments.people(session, [m.author_id for m in told]).items()
    }
    through = [moment for moment in told if moment.kind == Kind.BREAKTHROUGH]
    [(tried, _, broke_through)] = recaps.by_week(session, team.id, [span.since, span.until])

    def found(moment: Moment) -> Found:
        return Found(_told(moment, people[moment.author_id]), roads.get(moment.id), _door(moment))

    def of_kind(kind: Kind) -> tuple[Told, ...]:
        return tuple(_told(one, people[one.author_id]) for one in told if one.kind == kind and _stands(one))

    return Harvest(
        ends=local_day(span.until - INSTANT, team.zone),
        quests=_quests(session, span),
        tried=tried,
        breakthroughs=broke_through,
        found=tuple(found(moment) for moment in through[:SHOWN] if _stands(moment)),
        doors=tuple(found(moment) for moment in through if _door(moment) and _stands(moment))[:SHOWN],
        experiments=of_kind(Kind.EXPERIMENT),
        moments=of_kind(Kind.AHA),
        roads=tuple(roads.values()),
        worth=tuple(values.counted(moment.parts.get(values.PART, "") for moment in every)),
        heard=heard.people_heard(session, span),
        millimetres=odometer.measured(session, span),
        kept=recaps.kept(session, span),
    )


def _door(moment: Moment) -> str:
    """The door that a breakthrough opened: what it powers now, or else what it is."""
    opened = values.DOOR in values.kinds(moment.parts.get(values.PART, ""))
    return (moment.parts.get("powers") or moment.text) if opened else ""


def _told(moment: Moment, by: str) -> Told:
    parts = moment.parts
    return Told(
        moment.number, moment.kind, by, moment.text, parts.get("happened", ""), parts.get("taught", "")
    )


def _stands(moment: Moment) -> bool:
    return moment.deleted_at is None and moment.state == MomentState.KEPT


def _quests(session: Session, span: Span) -> Quests:
    """Those that were open in the quarter, and what became of them in it."""
    every = quests.during(session, span.team_id, span.since, span.until)
    closed = [quest for quest in every if quest.closed_at is not None and quest.closed_at < span.until]
    found = sum(quest.found_id is not None for quest in closed)
    numbers = moments.numbers(session, [quest.found_id for quest in closed if quest.found_id])
    some = tuple(Looked(quest.text, _ended(quest, closed, numbers)) for quest in every[-QUESTS:])
    return Quests(len(every), found, len(closed) - found, some)


def _ended(quest: Quest, closed: Sequence[Quest], numbers: Mapping[int, int]) -> str:
    """How a quest stood at the quarter's end."""
    if quest not in closed:
        return "still open"
    return f"found by #{numbers[quest.found_id]}" if quest.found_id is not None else "let go"


def _emptied(made: Harvest) -> Card:
    return Card((Title(f"Harvest · {harvest.title(made.ends)}"), Small(("What this told was removed.",))))
