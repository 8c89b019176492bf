"""The harvest: a quarter's quests, attempts and finds, posted in place of that week's recap.

It takes the place of the quarter's last recap. A quarter without quest activity gets its
ordinary recap, and a quarter in which nothing was saved gets no post.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from bot.core.messages import Card, Post, Small, Title
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.times import Occurrence, Period, local_day, utc_of
from bot.memory.followups import add_recap_question
from bot.moments.comfort import measure_comfort
from bot.quests.chart_data import draw_quest_picture, load_quest_chart_data
from bot.quests.value_kinds import DOOR_OPENED, VALUE_PART, count_kinds, parse_kinds
from bot.recaps.content import ToldMoment
from bot.recaps.harvest_card import (
    FoundBreakthrough,
    Harvest,
    QuestStatus,
    QuestSummary,
    build_harvest_card,
    quarter_bounds,
    quarter_title,
)
from storage.models import Kind, Moment, MomentState, Posting, Quest, Schedule, Team
from storage.models.span import Span
from storage.moments import moments
from storage.quests import links, quests
from storage.recaps import participation, recaps
from storage.recaps.recaps import QuotedIds

SHOWN, EXPERIMENTS, AHAS, QUESTS = 3, 2, 2, 3
"""How many items a harvest quotes.

In this order: breakthroughs (and as many opened doors), experiments, ahas, quests.
"""
INSTANT = timedelta(seconds=1)
BREAKTHROUGH_LIMIT = 500
"""How many breakthroughs of a quarter its figures count, the newest first."""


def harvest_period(session: Session, schedule: Schedule, due: Occurrence, next_day: date) -> Period | None:
    """Return the period of the harvest due on this day, or None for an ordinary recap.

    `next_day` is the day of the next recap. A harvest starts where the last one ended, if
    that was a quarter ago. A harvest missed at its quarter's end, because recaps were paused
    or the bot did not run, comes with the next recap.
    """
    first, after = quarter_bounds(due.day)
    before, _ = quarter_bounds(first - timedelta(days=1))
    last = recaps.last_harvest(session, schedule.team_id)
    told = last.until if last is not None else None
    told_day = local_day(told - INSTANT, schedule.zone) if told is not None else None
    missed = _period_start(told, told_day, before, schedule.zone), utc_of(first, time(), schedule.zone)
    if (told_day is None or told_day < before) and _has_quest_activity(
        session, Span(schedule.team_id, *missed)
    ):
        return Period(*missed)
    if next_day < after or (told_day is not None and told_day >= first):
        return None
    here = _period_start(told, told_day, first, schedule.zone), due.at
    return Period(*here) if _has_quest_activity(session, Span(schedule.team_id, *here)) else None


def _period_start(told: datetime | None, told_day: date | None, first: date, zone: str) -> datetime:
    """Return when the harvest of the quarter starting on `first` begins.

    That is the end of the last harvest if it was a quarter before, and midnight of `first`
    otherwise.
    """
    before, _ = quarter_bounds(first - timedelta(days=1))
    went_on = told is not None and told_day is not None and told_day >= before
    return told if told is not None and went_on else utc_of(first, time(), zone)


def _has_quest_activity(session: Session, span: Span) -> bool:
    """Tell whether the span has something for a harvest.

    That is an experiment, a breakthrough, or an aha while a quest was open.
    """
    counted = recaps.count_by_week(session, span.team_id, [span.since, span.until])
    [(tried, ahas, found)] = counted
    looked = quests.list_open_during(session, span.team_id, span.since, span.until)
    return bool(tried or found or (looked and ahas))


def compose_harvest(
    session: Session, posting: Posting, _now: datetime, _capabilities: Capabilities
) -> ComposedPost | None:
    """Compose the harvest and its picture.

    It covers the span set when it was planned, and an edit quotes no new moments. If nothing
    is left to tell, return an emptied card for a sent harvest and None for an unsent one.
    """
    assert posting.since is not None
    assert posting.until is not None
    team = session.get_one(Team, posting.team_id)
    span = Span(team.id, posting.since, posting.until)
    told = recaps.load_moments(
        session, _choose_moments(session, span, recaps.find_quoted(session, posting.id))
    )
    made = _build_harvest(session, team, span, told)
    if made.empty:
        return ComposedPost(Post(_emptied_card(made))) if posting.message else None
    found = load_quest_chart_data(session, team, quarter_title(made.ends), span.until, span.since)
    whole = add_recap_question(session, posting, build_harvest_card(made))
    post = Post(whole, draw_quest_picture(found))
    return ComposedPost(post, tuple(moment.id for moment in told))


def _choose_moments(session: Session, span: Span, quoted: QuotedIds | None) -> Sequence[int]:
    """Return the ids of the moments to quote.

    Once the harvest is sent, these are the ones quoted then.
    """
    if quoted is not None:
        return quoted.moments
    opened = [
        one.id for one in recaps.list_breakthroughs(session, span, BREAKTHROUGH_LIMIT) if _opened_door(one)
    ]
    worth_telling = [
        recaps.best_of_kind(session, span, SHOWN, Kind.BREAKTHROUGH),
        opened[-SHOWN:],
        recaps.best_experiments(session, span, EXPERIMENTS),
        recaps.best_of_kind(session, span, AHAS, Kind.AHA),
    ]
    return list(dict.fromkeys(one for found in worth_telling for one in found))


def _build_harvest(session: Session, team: Team, span: Span, told: Sequence[Moment]) -> Harvest:
    """Build a harvest: words from the quoted moments, figures from all moments of the span."""
    every = recaps.list_breakthroughs(session, span, BREAKTHROUGH_LIMIT)
    summaries = links.link_summaries(session, every)
    people = {
        one: person.name for one, person in moments.people_by_id(session, [m.author_id for m in told]).items()
    }
    through = [moment for moment in told if moment.kind == Kind.BREAKTHROUGH]
    [(tried, _, broke_through)] = recaps.count_by_week(session, team.id, [span.since, span.until])

    def describe_find(moment: Moment) -> FoundBreakthrough:
        return FoundBreakthrough(
            _told_moment(moment, people[moment.author_id]), summaries.get(moment.id), _opened_door(moment)
        )

    def select_kind(kind: Kind) -> tuple[ToldMoment, ...]:
        return tuple(
            _told_moment(one, people[one.author_id]) for one in told if one.kind == kind and _is_kept(one)
        )

    return Harvest(
        ends=local_day(span.until - INSTANT, team.zone),
        quests=_quest_summary(session, span),
        tried=tried,
        breakthroughs=broke_through,
        found=tuple(describe_find(moment) for moment in through[:SHOWN] if _is_kept(moment)),
        doors=tuple(describe_find(moment) for moment in through if _opened_door(moment) and _is_kept(moment))[
            :SHOWN
        ],
        experiments=select_kind(Kind.EXPERIMENT),
        moments=select_kind(Kind.AHA),
        link_paths=tuple(summaries.values()),
        worth=tuple(count_kinds(moment.parts.get(VALUE_PART, "") for moment in every)),
        participants=participation.count_participants(session, span),
        millimetres=measure_comfort(session, span),
        kept=recaps.count_kept(session, span),
    )


def _opened_door(moment: Moment) -> str:
    """Return the door a breakthrough opened: what it powers now, or its text.

    Empty if opening a door is not among its values.
    """
    opened = DOOR_OPENED in parse_kinds(moment.parts.get(VALUE_PART, ""))
    return (moment.parts.get("powers") or moment.text) if opened else ""


def _told_moment(moment: Moment, by: str) -> ToldMoment:
    parts = moment.parts
    return ToldMoment(
        moment.number, moment.kind, by, moment.text, parts.get("happened", ""), parts.get("taught", "")
    )


def _is_kept(moment: Moment) -> bool:
    return moment.deleted_at is None and moment.state == MomentState.KEPT


def _quest_summary(session: Session, span: Span) -> QuestSummary:
    """Summarize the quests that were open in the span and how they ended in it."""
    every = quests.list_open_during(session, span.team_id, span.since, span.until)
    closed = [quest for quest in every if quest.closed_at is not None and quest.closed_at < span.until]
    found = sum(quest.found_id is not None for quest in closed)
    numbers = moments.numbers_by_id(session, [quest.found_id for quest in closed if quest.found_id])
    some = tuple(QuestStatus(quest.text, _quest_outcome(quest, closed, numbers)) for quest in every[-QUESTS:])
    return QuestSummary(len(every), found, len(closed) - found, some)


def _quest_outcome(quest: Quest, closed: Sequence[Quest], numbers: Mapping[int, int]) -> str:
    """Return the outcome of a quest at the end of the quarter, in words."""
    if quest not in closed:
        return "still open"
    return f"found by #{numbers[quest.found_id]}" if quest.found_id is not None else "let go"


def _emptied_card(made: Harvest) -> Card:
    return Card((Title(f"Harvest · {quarter_title(made.ends)}"), Small(("What this told was removed.",))))
