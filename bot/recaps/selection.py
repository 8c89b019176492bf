"""The selection of a recap: it chooses moments and answers, and adds their authors and versions.

The choice is made once, when the recap is first sent, and stored with its posting together with
the recap's figures. A later edit shows the same items with their current text: removed ones are
missing, and no others replace them.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.charts.recap_chart import WEEKS, Week
from bot.core.moment import is_kept
from bot.core.posts import RecapSource
from bot.core.times import Period, last_day, local_day, zone_or_utc
from bot.moments.comfort import measure_comfort
from bot.prompts.bank.goal_questions import question_text
from bot.prompts.bank.team_bank import list_team_packs
from bot.prompts.formats.rounds import answer_byline
from bot.recaps.as_posted import RecapAsPosted
from bot.recaps.card import MAX_ANSWERS, MAX_EXPERIMENTS, MAX_MOMENTS, count_screen_lines, share_screen
from bot.recaps.content import (
    Participation,
    RecapContent,
    ToldAnswer,
    ToldPart,
)
from bot.recaps.rooms import is_any_worth_it_alone
from bot.recaps.told_moments import ToldMomentBuilder
from storage.models import Answer, Kind, Moment, Person, ScheduleKind, Team, Version
from storage.models.span import Span
from storage.moments import moments, versions
from storage.prompts import seasons
from storage.quests import attempts
from storage.recaps import participation, recaps
from storage.recaps.recaps import QuotedIds

OPEN_EXPERIMENT_WINDOW = timedelta(days=31)
"""How long before the period an experiment without a lesson may be and still be listed as open."""

OPEN_EXPERIMENTS_SHOWN = 3
"""The most experiments without a lesson in a recap."""
AHEAD_PACK = "next-breakthrough"
"""The key of the pack with questions for the week ahead.

If the team turned it off, the recap has no question.
"""

VERSIONS_SHOWN = 2
"""The most added versions of a moment in a recap: two show that there was more than one way."""


def select_recap(
    session: Session,
    team: Team,
    period: Period,
    as_of: datetime,
    quoted: QuotedIds | None = None,
) -> RecapAsPosted:
    """Select what the recap of a period tells as of `as_of`, from `quoted` items or from the best ones."""
    zone = zone_or_utc(team.zone)
    span = Span(team.id, period.since, period.until)
    chosen = quoted or _choose_items(session, span, zone)
    outcomes = attempts.outcomes_by_moment(session, chosen.moments)
    fine = [one for one, outcome in outcomes.items() if outcome in attempts.NO_FAILURE]
    loaded = recaps.load_moments(session, chosen.moments)
    parts = _arrange_parts(loaded, span, zone, len(chosen.answers), fine)
    experiments, others = _ids_of(parts.experiments), _ids_of(parts.moments)
    return RecapAsPosted(
        zone=zone.key,
        experiments=experiments,
        moments=others,
        still_open=_ids_of(parts.still_open),
        year_ago=_ids_of(parts.year_ago),
        versions=_choose_versions(session, parts.all_moments, as_of),
        answers=tuple(chosen.answers[: parts.answers]),
        more=_count_more(session, span, [*experiments, *others]),
        people=participation.count_participants(session, span),
        nameless=participation.count_anonymous_answers(session, span),
        millimetres=measure_comfort(session, span),
        question=_pick_week_question(session, team.zone, span),
        weeks=_count_weeks(session, team.id, period.until, zone),
        crowd=count_screen_lines(len(experiments), len(others), parts.answers),
    )


def subtract_removed(session: Session, posted: RecapAsPosted, span: Span) -> RecapAsPosted:
    """Return a posted recap's figures less what was removed since then.

    A figure that has grown since then stays as it was. So does the distance from comfortable: it is
    a mean, and what two means differ by would tell what one person tapped.
    """
    now = _count_weeks(session, span.team_id, span.until, zone_or_utc(posted.zone))
    more = _count_more(session, span, [*posted.experiments, *posted.moments])
    figures: dict[str, Any] = {
        "more": min(posted.more, more),
        "people": min(posted.people, participation.count_participants(session, span)),
        "nameless": min(posted.nameless, participation.count_anonymous_answers(session, span)),
        "weeks": tuple(map(_fewer_moments, posted.weeks, now)),
    }
    return replace(posted, **figures)


def _fewer_moments(posted: Week, now: Week) -> Week:
    return replace(
        posted,
        experiments=min(posted.experiments, now.experiments),
        ahas=min(posted.ahas, now.ahas),
        breakthroughs=min(posted.breakthroughs, now.breakthroughs),
    )


def tell_recap(
    session: Session, posted: RecapAsPosted, period: Period, parts: tuple[ToldPart, ...] = ()
) -> RecapContent:
    """Return a recap's content: what was selected, with its current texts, less what was removed.

    `parts` is what the other rooms tell.
    """
    ids = posted.own_moments
    found = {moment.id: moment for moment in recaps.load_moments(session, ids) if is_kept(moment)}
    told = ToldMomentBuilder(session, found, posted.versions)
    quoted = [found[one] for one in (*posted.experiments, *posted.moments) if one in found]
    return RecapContent(
        since=period.since,
        until=period.until,
        zone=zone_or_utc(posted.zone),
        experiments=told.build_told(one for one in quoted if one.kind == Kind.EXPERIMENT),
        moments=told.build_told(one for one in quoted if one.kind != Kind.EXPERIMENT),
        answers=_group_answers(session, posted.answers),
        more=posted.more,
        still_open=tuple(
            sorted(
                found[one].number
                for one in posted.still_open
                if one in found
                and told.outcomes.get(one) not in attempts.NO_FAILURE
                and _is_untaught(found[one])
            )
        ),
        heard=Participation(posted.people, posted.nameless, posted.millimetres),
        year_ago=next(iter(told.build_told(found[one] for one in posted.year_ago if one in found)), None),
        question=posted.question,
        weeks=posted.weeks,
        crowd=posted.crowd,
        parts=parts,
    )


def is_period_empty(
    session: Session, team_id: int, period: Period, sources: Sequence[RecapSource] = ()
) -> bool:
    """Return whether a period has nothing for a recap, without building one."""
    span = Span(team_id, period.since, period.until)
    if recaps.count_kept(session, span) or _choose_answers(session, span):
        return False
    return not is_any_worth_it_alone(session, span, sources)


def _choose_items(session: Session, span: Span, zone: ZoneInfo) -> QuotedIds:
    """Choose the items most worth telling, a few more than the recap has space for."""
    found = (
        *recaps.best_experiments(session, span, MAX_EXPERIMENTS),
        *recaps.best_moments(session, span, MAX_MOMENTS),
        *recaps.list_untaught(
            session, span._replace(since=_open_experiments_since(span, zone)), OPEN_EXPERIMENTS_SHOWN
        ),
    )
    return QuotedIds(list(dict.fromkeys(found)), _choose_answers(session, span))


def _choose_answers(session: Session, span: Span) -> list[int]:
    """Return the ids of the latest answers of up to three people.

    Fill up with randomly chosen anonymous answers.
    """
    named = participation.latest_answer_ids(session, span, MAX_ANSWERS)
    nameless = participation.anonymous_answer_ids(session, span, MAX_ANSWERS - len(named))
    return [*named, *nameless]


def _open_experiments_since(span: Span, zone: ZoneInfo) -> datetime:
    """Return the time from which an experiment may still be listed as open.

    That is 31 days before the period, but never within the period of a year ago.
    """
    return max(span.since - OPEN_EXPERIMENT_WINDOW, year_before(span.until, zone))


def year_before(at: datetime, zone: ZoneInfo) -> datetime:
    """Return the same local date and time a year earlier; for 29 February, the 28th."""
    local = at.astimezone(zone)
    leap = local.month == 2 and local.day == 29
    return local.replace(year=local.year - 1, day=28 if leap else local.day)


@dataclass(frozen=True)
class _RecapParts:
    """The moments of each part of a recap, removed ones included, and how many answers fit."""

    experiments: Sequence[Moment]
    moments: Sequence[Moment]
    answers: int
    still_open: Sequence[Moment]
    year_ago: Sequence[Moment]

    @property
    def all_moments(self) -> Sequence[Moment]:
        """All moments without repetition, in the recap's order."""
        every = (*self.experiments, *self.moments, *self.still_open, *self.year_ago)
        return list({moment.id: moment for moment in every}.values())


def _arrange_parts(
    found: Sequence[Moment], span: Span, zone: ZoneInfo, answers: int, fine: Container[int]
) -> _RecapParts:
    """Assign each moment to its part by kind and time, and divide the space among the parts.

    Removed moments still count, so that no other moment takes their space. Moments that do not
    fit are not quoted, so that the next call arranges the rest in the same way. `fine` are the ids of
    experiments that did not fail.
    """
    recent = [moment for moment in found if moment.created_at >= span.since]
    tried = [moment for moment in recent if moment.kind == Kind.EXPERIMENT]
    others = [moment for moment in recent if moment.kind != Kind.EXPERIMENT]
    old = _open_experiments_since(span, zone)
    waiting = [
        moment
        for moment in found
        if moment.created_at >= old and is_kept(moment) and moment.id not in fine and _is_untaught(moment)
    ]
    year_ago = [moment for moment in found if moment.created_at < old]
    room = share_screen(len(tried), len(others), answers)
    return _RecapParts(
        tried[: room[0]], others[: room[1]], room[2], waiting[:OPEN_EXPERIMENTS_SHOWN], year_ago[:1]
    )


def _is_untaught(moment: Moment) -> bool:
    return moment.kind == Kind.EXPERIMENT and not moment.parts.get("taught")


def _ids_of(found: Sequence[Moment]) -> tuple[int, ...]:
    return tuple(moment.id for moment in found)


def _count_more(session: Session, span: Span, told: Sequence[int]) -> int:
    """Return how many moments of the span a recap leaves out that tells these."""
    active = sum(map(is_kept, recaps.load_moments(session, told)))
    return max(recaps.count_kept(session, span) - active, 0)


def _choose_versions(session: Session, found: Sequence[Moment], as_of: datetime) -> tuple[int, ...]:
    """Return the ids of the first open versions of each moment."""
    told = recaps.versions_as_of(session, _ids_of(found), as_of)
    return tuple(
        version.id
        for each in told.values()
        if were_versions_open(each, as_of)
        for version in each[:VERSIONS_SHOWN]
    )


def were_versions_open(told: Sequence[Version], as_of: datetime) -> bool:
    """Return whether added versions could be read at `as_of`.

    Later ones are left out, so that an edit adds nothing new. Two versions are always readable;
    a single one is from 48 hours on, or once it was opened.
    """
    opened = (one.opened_at or one.created_at + versions.SEALED_FOR for one in told)
    old = any(one.created_at + versions.SEALED_FOR <= as_of for one in told)
    return len(told) > 1 or old or any(at <= as_of for at in opened)


def _group_answers(session: Session, answers: Sequence[int]) -> tuple[ToldAnswer, ...]:
    """Return the answers with their questions and authors, grouped by question.

    An anonymous answer has no author.
    """
    found = participation.load_answers(session, answers)
    people = moments.people_by_id(session, [answer.person_id for answer, _ in found])
    questions = list(dict.fromkeys(answer.posting_id for answer, _ in found))
    together = sorted(found, key=lambda one: questions.index(one[0].posting_id))
    return tuple(
        ToldAnswer(
            question_text(session, asked),
            answer_byline(session, answer) or _answer_author(answer, people),
            answer.text,
        )
        for answer, asked in together
    )


def _answer_author(answer: Answer, people: Mapping[int, Person]) -> str:
    return people[answer.person_id].name if answer.person_id is not None else ""


def _count_weeks(session: Session, team_id: int, until: datetime, zone: ZoneInfo) -> tuple[Week, ...]:
    """Count the moments of twelve weeks, the last of which ends with the recap's period."""
    end = until.astimezone(zone)
    edges = [end - timedelta(weeks=back) for back in range(WEEKS, -1, -1)]
    counted = recaps.count_by_week(session, team_id, edges)
    days = pairwise(edges)
    return tuple(
        Week(starts.date(), last_day(ends, zone.key), *counts)
        for (starts, ends), counts in zip(days, counted, strict=True)
    )


def _pick_week_question(session: Session, zone: str, span: Span) -> str:
    """Return the question for the week ahead, or an empty string.

    It depends only on the team and the day, so that it stays the same when the recap is edited.
    A question that is muted, or was asked in the period, is skipped. In a season of one question
    there is none.
    """
    if seasons.was_on(session, span.team_id, local_day(span.until, zone), span.until):
        return ""
    packs = [pack for pack in list_team_packs(session, span.team_id, ScheduleKind.PROMPT) if pack.active]
    questions = next((pack.questions for pack in packs if pack.key == AHEAD_PACK), ())
    asked = participation.asked_or_muted_keys(session, span)
    first = local_day(span.until, zone).toordinal() // 7 + span.team_id
    in_turn = (questions[(first + step) % len(questions)] for step in range(len(questions)))
    return next((question.text for question in in_turn if question.key not in asked), "")
