"""The harvest: a quarter's quests, attempts and finds, posted in place of that week's recap.

It takes the place of the quarter's last recap. A quarter without quest activity gets its
ordinary recap, and a quarter in which nothing was saved gets no post.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session

from bot.core.language.words import _
from bot.core.messages import Card, Post, Small, Title
from bot.core.moment import is_kept
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost, RecapSource, dump_report, load_report
from bot.core.times import Occurrence, Period, last_day, utc_of
from bot.memory.followups import add_recap_question
from bot.moments.comfort import measure_comfort
from bot.quests.chart_data import ChartSpan, load_quest_chart_data, plan_quest_picture, subtract_removed
from bot.quests.value_kinds import DOOR_OPENED, VALUE_PART, count_kinds, parse_kinds
from bot.recaps.as_posted import HarvestAsPosted, LinksAsPosted
from bot.recaps.content import ToldMoment, ToldPart
from bot.recaps.harvest_card import (
    FoundBreakthrough,
    Harvest,
    QuestStatus,
    QuestSummary,
    build_harvest_card,
    harvest_title,
    quarter_bounds,
    quarter_title,
)
from bot.recaps.rooms import find_mark, pick_parts, tell_parts
from storage.models import Kind, Moment, Posting, Quest, Schedule, Team
from storage.models.span import Span
from storage.moments import moments
from storage.quests import attempts, links, quests
from storage.quests.links import LinkSummary
from storage.recaps import participation, recaps
from storage.recaps.recaps import QuotedIds

COUNTS = ("quest_count", "quests_found", "quests_let_go", "tried", "breakthroughs", "people", "kept")
"""The figures of a harvest that lose what was removed."""
SHOWN, EXPERIMENTS, AHAS, QUESTS = 3, 2, 2, 3
"""How many items a harvest quotes.

In this order: breakthroughs (and as many opened doors), experiments, ahas, quests.
"""
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
    told_day = last_day(told, schedule.zone) if told is not None else None
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
    if recaps.has_nothing_to_harvest(session, span.team_id):
        return False
    counted = recaps.count_by_week(session, span.team_id, [span.since, span.until])
    [(tried, ahas, found)] = counted
    looked = quests.list_open_during(session, span.team_id, span.since, span.until)
    return bool(tried or found or (looked and ahas))


def compose_harvest(
    session: Session, posting: Posting, _now: datetime, _capabilities: Capabilities,
    sources: Sequence[RecapSource] = (),
) -> ComposedPost | None:  # fmt: skip
    """Compose the harvest and its picture.

    It covers the span set when it was planned, and tells what was so when it was first sent, less
    what was removed since. If nothing is left to tell, return an emptied card for a sent harvest
    and None for an unsent one.
    """
    assert posting.since is not None
    assert posting.until is not None
    span = Span(session.get_one(Team, posting.team_id).id, posting.since, posting.until)
    posted = _load_as_posted(session, posting, span, sources)
    parts = tell_parts(session, posted.picks, span, sources, posting)
    made = _tell_harvest(session, posted, span, parts)
    if made.empty:
        return ComposedPost(Post(_emptied_card(made))) if posting.message else None
    whole = add_recap_question(session, posting, build_harvest_card(made))
    return ComposedPost(
        Post(whole),
        posted.all_moments,
        named=posted.named_moments,
        as_posted=dump_report(posted),
        drawing=plan_quest_picture(posted.chart, find_mark(parts)),
    )


def _load_as_posted(
    session: Session, posting: Posting, span: Span, sources: Sequence[RecapSource]
) -> HarvestAsPosted:
    """Return what a harvest told when it was first sent, less what was removed, or select it now.

    Harvests sent before that was stored are selected anew from what they quote. No other room told
    anything then.
    """
    if posting.as_posted is not None:
        return _subtract_removed(session, load_report(HarvestAsPosted, posting.as_posted), span)
    quoted = recaps.find_quoted(session, posting.id)
    ids = _choose_moments(session, span, quoted)
    selected = _select_harvest(session, recaps.load_moments(session, ids), span, _find_zone(session, posting))
    picks = pick_parts(session, span, sources, posting) if quoted is None else {}
    return replace(selected, picks=picks)


def _find_zone(session: Session, posting: Posting) -> str:
    """Return the zone in which the quarter was planned. In another one it could end in the next quarter."""
    schedule = session.get(Schedule, posting.schedule_id) if posting.schedule_id else None
    return schedule.zone if schedule else session.get_one(Team, posting.team_id).zone


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


def _select_harvest(session: Session, told: Sequence[Moment], span: Span, zone: str) -> HarvestAsPosted:
    """Select what a harvest tells: words from the quoted moments, figures from all moments of the span."""
    through = [moment for moment in told if moment.kind == Kind.BREAKTHROUGH]
    ends = last_day(span.until, zone)
    every = quests.list_open_during(session, span.team_id, span.since, span.until)
    return HarvestAsPosted(
        zone=zone,
        ends=ends,
        found=tuple(moment.id for moment in through[:SHOWN]),
        doors=tuple(moment.id for moment in through if _opened_door(moment))[:SHOWN],
        experiments=tuple(moment.id for moment in told if moment.kind == Kind.EXPERIMENT),
        moments=tuple(moment.id for moment in told if moment.kind == Kind.AHA),
        quests=tuple(quest.id for quest in every[-QUESTS:]),
        millimetres=measure_comfort(session, span),
        chart=load_quest_chart_data(
            session, ChartSpan(span.team_id, zone, span.until, span.since), quarter_title(ends)
        ),
        links=_measure_links(session, recaps.list_breakthroughs(session, span, BREAKTHROUGH_LIMIT)),
        **_measure_figures(session, span),
    )


def _measure_links(session: Session, every: Sequence[Moment]) -> Mapping[int, LinksAsPosted]:
    return {
        one: LinksAsPosted(
            linked=each.linked_count, attempts=each.attempts, days=each.days, people=len(each.people)
        )
        for one, each in links.link_summaries(session, every).items()
    }


def _measure_figures(session: Session, span: Span) -> dict[str, Any]:
    """Return the figures of a harvest that can be counted again later."""
    every = recaps.list_breakthroughs(session, span, BREAKTHROUGH_LIMIT)
    [(tried, _, broke_through)] = recaps.count_by_week(session, span.team_id, [span.since, span.until])
    looked = quests.list_open_during(session, span.team_id, span.since, span.until)
    closed = [quest for quest in looked if _is_closed(quest, span)]
    found = sum(quest.found_id is not None for quest in closed)
    return {
        "quest_count": len(looked),
        "quests_found": found,
        "quests_let_go": len(closed) - found,
        "tried": tried,
        "breakthroughs": broke_through,
        "worth": tuple(count_kinds(moment.parts.get(VALUE_PART, "") for moment in every)),
        "people": participation.count_participants(session, span),
        "kept": recaps.count_kept(session, span),
    }


def _subtract_removed(session: Session, posted: HarvestAsPosted, span: Span) -> HarvestAsPosted:
    """Return a posted harvest's figures less what was removed since. None of them grows."""
    now = _measure_figures(session, span)
    figures: dict[str, Any] = {name: min(getattr(posted, name), now[name]) for name in COUNTS}
    worth = dict(now["worth"])
    figures["worth"] = tuple(
        (kind, min(number, worth[kind])) for kind, number in posted.worth if kind in worth
    )
    if posted.chart is not None:
        chart_span = ChartSpan(span.team_id, posted.zone, span.until, span.since)
        figures["chart"] = subtract_removed(session, chart_span, posted.chart)
    return replace(posted, **figures)


def _load_link_paths(session: Session, posted: HarvestAsPosted) -> Mapping[int, LinkSummary]:
    """Return how each breakthrough came about, less what was removed. Later links do not count."""
    every = [one for one in recaps.load_moments(session, tuple(posted.links)) if is_kept(one)]
    now = links.link_summaries(session, every)
    return {one: _limit_links(now[one], then) for one, then in posted.links.items() if one in now}


def _limit_links(now: LinkSummary, then: LinksAsPosted) -> LinkSummary:
    return LinkSummary(
        linked_count=min(now.linked_count, then.linked),
        attempts=min(now.attempts, then.attempts),
        dead_ends=min(now.dead_ends, then.attempts),
        removed=now.removed,
        days=min(now.days, then.days),
        people=now.people[: then.people],
    )


def _tell_harvest(
    session: Session, posted: HarvestAsPosted, span: Span, parts: tuple[ToldPart, ...]
) -> Harvest:
    """Return a harvest's content: what was selected, with its current texts, less what was removed.

    `parts` is what the other rooms tell.
    """
    own = recaps.load_moments(session, posted.own_moments)
    found = {moment.id: moment for moment in own if is_kept(moment)}
    people = moments.people_by_id(session, [moment.author_id for moment in found.values()])
    outcomes = attempts.outcomes_by_moment(session, found)
    told = {
        one: replace(
            _told_moment(moment, people[moment.author_id].name),
            outcome=outcomes.get(one),
        )
        for one, moment in found.items()
    }
    paths = _load_link_paths(session, posted)

    def tell_finds(ids: Sequence[int]) -> tuple[FoundBreakthrough, ...]:
        return tuple(
            FoundBreakthrough(told[one], paths.get(one), _opened_door(found[one]))
            for one in ids
            if one in found
        )

    return Harvest(
        ends=posted.ends,
        quests=_tell_quests(session, posted, span),
        tried=posted.tried,
        breakthroughs=posted.breakthroughs,
        found=tell_finds(posted.found),
        doors=tuple(one for one in tell_finds(posted.doors) if one.door),
        experiments=tuple(told[one] for one in posted.experiments if one in told),
        moments=tuple(told[one] for one in posted.moments if one in told),
        link_paths=tuple(paths.values()),
        worth=posted.worth,
        participants=posted.people,
        millimetres=posted.millimetres,
        kept=posted.kept,
        parts=parts,
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


def _tell_quests(session: Session, posted: HarvestAsPosted, span: Span) -> QuestSummary:
    """Return the figures of the quests, and the told ones with how they ended in the span."""
    rows = quests.list_open_during(session, span.team_id, span.since, span.until)
    shown = [quest for quest in rows if quest.id in posted.quests]
    numbers = moments.numbers_by_id(session, [quest.found_id for quest in shown if quest.found_id])
    some = tuple(QuestStatus(quest.text, _quest_outcome(quest, span, numbers)) for quest in shown)
    return QuestSummary(posted.quest_count, posted.quests_found, posted.quests_let_go, some)


def _is_closed(quest: Quest, span: Span) -> bool:
    return quest.closed_at is not None and quest.closed_at < span.until


def _quest_outcome(quest: Quest, span: Span, numbers: Mapping[int, int]) -> str:
    """Return the outcome of a quest at the end of the quarter, in words."""
    if not _is_closed(quest, span):
        return _("still open")
    if quest.found_id is None:
        return _("closed")
    return _("found: #{number}", number=numbers[quest.found_id])


def _emptied_card(made: Harvest) -> Card:
    return Card((Title(harvest_title(made.ends)), Small((_("Everything in here was deleted."),))))
