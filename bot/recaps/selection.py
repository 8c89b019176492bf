"""What a recap tells: chosen from the rows, arranged by part, and read in the words of those who were there.

What is told is chosen once, when it is first sent, and written down as what the posting quotes. A later edit
tells the same things as they stand then: what was removed is missing, and nothing slips into its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.charts.recap_chart import WEEKS, Week
from bot.core.times import Period, local_day, zone_or_utc
from bot.moments import odometer
from bot.prompts.anonymous_answers import SHOWN_FROM
from bot.prompts.bank import team_bank
from bot.prompts.formats import rounds as gatherings
from bot.recaps.card import ANSWERS, EXPERIMENTS, MOMENTS, crowd, share
from bot.recaps.content import Heard, Recap, Said, Told
from bot.recaps.content import Version as Telling
from storage.models import Answer, Kind, Moment, MomentState, Person, ScheduleKind, Team, Version
from storage.moments import moments
from storage.recaps import participation as heard
from storage.recaps import recaps
from storage.recaps.recaps import Quoted, Span

LOOK_BACK = timedelta(days=31)
"""How long before the period an experiment may be that still waits for what it taught."""

STILL_OPEN = 3
AHEAD = "next-breakthrough"
"""The pack of the question for the week ahead. Where a team has turned it off, there is none."""

TELLINGS = 2
"""Versions beside a moment: two people are enough to see that there was more than one way."""


@dataclass(frozen=True)
class Made:
    """A recap, and the ids of the moments and answers in it."""

    recap: Recap
    moments: tuple[int, ...]
    answers: tuple[int, ...]


def make(session: Session, team: Team, period: Period, as_of: datetime, quoted: Quoted | None = None) -> Made:
    """The recap of a period as it was at `as_of`: of what is quoted already, else of the best there is."""
    zone = zone_or_utc(team.zone)
    span = Span(team.id, period.since, period.until)
    chosen = quoted or _choose(session, span, zone)
    parts = _arrange(recaps.told(session, chosen.moments), span, zone, len(chosen.answers))
    told, answers = _Told(session, parts.all, as_of), chosen.answers[: parts.answers]
    experiments, others = told.each(parts.experiments), told.each(parts.moments)
    recap = Recap(
        since=period.since,
        until=period.until,
        zone=zone,
        experiments=experiments,
        moments=others,
        answers=_said(session, answers),
        more=recaps.kept(session, span) - len(experiments) - len(others),
        still_open=tuple(sorted(moment.number for moment in parts.still_open)),
        heard=Heard(
            heard.people_heard(session, span),
            heard.answers_without_name(session, span),
            odometer.measured(session, span),
        ),
        year_ago=next(iter(told.each(parts.year_ago)), None),
        question=_question(session, team.zone, span),
        weeks=_weeks(session, team.id, period.until, zone),
        crowd=crowd(len(parts.experiments), len(parts.moments), len(answers)),
    )
    return Made(recap, tuple(moment.id for moment in parts.all), tuple(answers))


def is_empty(session: Session, team_id: int, period: Period) -> bool:
    """Whether a period has nothing to tell, asked at less cost."""
    span = Span(team_id, period.since, period.until)
    return not recaps.kept(session, span) and not _choose_answers(session, span)


def _choose(session: Session, span: Span, zone: ZoneInfo) -> Quoted:
    """What is worth telling, a little more than there is room for."""
    a_year_ago = span._replace(since=year_before(span.since, zone), until=year_before(span.until, zone))
    found = (
        *recaps.best_experiments(session, span, EXPERIMENTS),
        *recaps.best_moments(session, span, MOMENTS),
        *recaps.untaught(session, span._replace(since=_look_back(span, zone)), STILL_OPEN),
        *recaps.best(session, a_year_ago, 1),
    )
    return Quoted(list(dict.fromkeys(found)), _choose_answers(session, span))


def _choose_answers(session: Session, span: Span) -> list[int]:
    """The latest of up to three people; where there are fewer, some without a name, taken by chance."""
    named = heard.latest_answers(session, span, ANSWERS)
    nameless = heard.nameless_answers(session, span, SHOWN_FROM, ANSWERS - len(named))
    return [*named, *nameless]


def _look_back(span: Span, zone: ZoneInfo) -> datetime:
    """Since when an experiment may still be open: a month before, but not in the year-ago's own time."""
    return max(span.since - LOOK_BACK, year_before(span.until, zone))


def year_before(at: datetime, zone: ZoneInfo) -> datetime:
    """The same day and time of day a year earlier; of 29 February, the 28th."""
    local = at.astimezone(zone)
    leap = local.month == 2 and local.day == 29
    return local.replace(year=local.year - 1, day=28 if leap else local.day)


@dataclass(frozen=True)
class _Parts:
    """Moments by the part of the recap that tells them, also those removed since; how many answers fit."""

    experiments: Sequence[Moment]
    moments: Sequence[Moment]
    answers: int
    still_open: Sequence[Moment]
    year_ago: Sequence[Moment]

    @property
    def all(self) -> Sequence[Moment]:
        """Each once, in the recap's order."""
        every = (*self.experiments, *self.moments, *self.still_open, *self.year_ago)
        return list({moment.id: moment for moment in every}.values())


def _arrange(found: Sequence[Moment], span: Span, zone: ZoneInfo, answers: int) -> _Parts:
    """Find the part of each moment by its kind and time, and share out the room.

    Sharing counts what was removed since, so that what it leaves is not filled. What is left out here is
    quoted nowhere; what is kept is arranged in the same way the next time.
    """
    recent = [moment for moment in found if moment.created_at >= span.since]
    tried = [moment for moment in recent if moment.kind == Kind.EXPERIMENT]
    others = [moment for moment in recent if moment.kind != Kind.EXPERIMENT]
    old = _look_back(span, zone)
    waiting = [moment for moment in found if moment.created_at >= old and _is_untaught(moment)]
    year_ago = [moment for moment in found if moment.created_at < old]
    room = share(len(tried), len(others), answers)
    return _Parts(tried[: room[0]], others[: room[1]], room[2], waiting[:STILL_OPEN], year_ago[:1])


def _is_untaught(moment: Moment) -> bool:
    return moment.kind == Kind.EXPERIMENT and _stands(moment) and not moment.parts.get("taught")


def _stands(moment: Moment) -> bool:
    return moment.deleted_at is None and moment.state == MomentState.KEPT


class _Told:
    """Moments in people's words, with the names and the open versions that belong to them."""

    def __init__(self, session: Session, found: Sequence[Moment], as_of: datetime) -> None:
        self.as_of = as_of
        self.versions = recaps.versions(session, [moment.id for moment in found], as_of)
        tellers = [version.author_id for told in self.versions.values() for version in told]
        self.people = moments.people(session, [*tellers, *(moment.author_id for moment in found)])

    def each(self, found: Sequence[Moment]) -> tuple[Told, ...]:
        """Those that still stand."""
        return tuple(self._told(moment) for moment in found if _stands(moment))

    def _told(self, moment: Moment) -> Told:
        by, parts = self.people[moment.author_id].name, moment.parts
        happened, taught = parts.get("happened", ""), parts.get("taught", "")
        return Told(moment.number, moment.kind, by, moment.text, happened, taught, self._open(moment.id))

    def _open(self, moment_id: int) -> tuple[Telling, ...]:
        told = self.versions.get(moment_id, ())
        if not were_open(told, self.as_of):
            return ()
        return tuple(Telling(self.people[one.author_id].name, one.text) for one in told[:TELLINGS])


def were_open(told: Sequence[Version], as_of: datetime) -> bool:
    """Whether versions could be read at `as_of`: what opened later is not news that an edit may bring."""
    opened = (one.opened_at or one.created_at + moments.SEALED for one in told)
    old = any(one.created_at + moments.SEALED <= as_of for one in told)
    return len(told) > 1 or old or any(at <= as_of for at in opened)


def _said(session: Session, answers: Sequence[int]) -> tuple[Said, ...]:
    """Answers side by side with those to the same question, the names of those who have one."""
    found = heard.said(session, answers)
    people = moments.people(session, [answer.person_id for answer, _ in found])
    questions = list(dict.fromkeys(answer.posting_id for answer, _ in found))
    together = sorted(found, key=lambda one: questions.index(one[0].posting_id))
    return tuple(
        Said(question, gatherings.whose(session, answer) or _name(answer, people), answer.text)
        for answer, question in together
    )


def _name(answer: Answer, people: Mapping[int, Person]) -> str:
    return people[answer.person_id].name if answer.person_id is not None else ""


def _weeks(session: Session, team_id: int, until: datetime, zone: ZoneInfo) -> tuple[Week, ...]:
    """Twelve times seven days, the last of them up to the recap's own end."""
    end = until.astimezone(zone)
    edges = [end - timedelta(weeks=back) for back in range(WEEKS, -1, -1)]
    counted = recaps.by_week(session, team_id, edges)
    return tuple(Week(edge.date(), *counts) for edge, counts in zip(edges[:-1], counted, strict=True))


def _question(session: Session, zone: str, span: Span) -> str:
    """One question a week, in turn; the next one where it was asked in the period or is muted.

    Nothing but the team and the day chooses it, so that it stays the same when the recap is edited.
    """
    packs = [pack for pack in team_bank.packs(session, span.team_id, ScheduleKind.PROMPT) if pack.active]
    questions = next((pack.questions for pack in packs if pack.key == AHEAD), ())
    asked = heard.asked(session, span)
    first = local_day(span.until, zone).toordinal() // 7 + span.team_id
    in_turn = (questions[(first + step) % len(questions)] for step in range(len(questions)))
    return next((question.text for question in in_turn if question.key not in asked), "")
