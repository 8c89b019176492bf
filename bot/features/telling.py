"""What a recap tells: chosen from the rows, arranged by part, and read in the words of those who were there.

What is told is chosen once, when it is first sent, and written down as what the posting quotes. A later edit tells
the same things as they stand then: what was removed is missing, and nothing slips into its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.charts import WEEKS, Week
from bot.recap import MOST, Heard, Recap, Said, Told, share
from bot.recap import Version as Telling
from bot.times import Period
from storage import moments, recaps
from storage.models import Answer, Kind, Moment, MomentState, Person, Team
from storage.recaps import Quoted

ANONYMOUS_FROM = 4
"""Answers without a name that there must be before one is quoted: among fewer, people know who it was."""

LOOK_BACK = timedelta(days=31)
"""How long before the period an experiment may be that still waits for what it taught."""

STILL_OPEN = 3
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
    zone = ZoneInfo(team.zone)
    chosen = quoted or _choose(session, team.id, period, zone)
    parts = _arrange(recaps.told(session, chosen.moments), period, zone, len(chosen.answers))
    told, answers = _Told(session, parts.all, as_of), chosen.answers[: parts.answers]
    experiments, others = told.each(parts.experiments), told.each(parts.moments)
    kept = recaps.kept(session, team.id, period.since, period.until)
    recap = Recap(
        since=period.since,
        until=period.until,
        zone=zone,
        experiments=experiments,
        moments=others,
        answers=_said(session, answers),
        more=kept - len(experiments) - len(others),
        still_open=tuple(sorted(moment.number for moment in parts.still_open)),
        heard=_heard(session, team.id, period),
        year_ago=next(iter(told.each(parts.year_ago)), None),
        question=_question(session, team, period),
        weeks=_weeks(session, team.id, period.until, zone),
        crowd=len(parts.experiments) + len(parts.moments) + len(answers),
    )
    return Made(recap, tuple(moment.id for moment in parts.all), tuple(answers))


def is_empty(session: Session, team_id: int, period: Period) -> bool:
    """Whether a period has nothing to tell, asked at less cost."""
    return not recaps.kept(session, team_id, period.since, period.until) and not _choose_answers(session, team_id, period)


def _choose(session: Session, team_id: int, period: Period, zone: ZoneInfo) -> Quoted:
    """What is worth telling, a little more than there is room for."""
    since, until = period.since, period.until
    found = (
        *recaps.best_experiments(session, team_id, since, until, MOST["experiments"]),
        *recaps.best_moments(session, team_id, since, until, MOST["moments"]),
        *recaps.untaught(session, team_id, _look_back(period, zone), until, STILL_OPEN),
        *recaps.best(session, team_id, year_before(since, zone), year_before(until, zone), 1),
    )
    return Quoted(list(dict.fromkeys(found)), _choose_answers(session, team_id, period))


def _choose_answers(session: Session, team_id: int, period: Period) -> list[int]:
    """The latest of up to three people; where there are fewer, answers without a name in an order of chance."""
    named = list(recaps.latest_answers(session, team_id, period.since, period.until, MOST["answers"]))
    nameless = recaps.nameless_answers(session, team_id, period.since, period.until, ANONYMOUS_FROM)
    by_chance = sorted(nameless, key=lambda answer: sha256(str(answer).encode()).digest())
    return (named + by_chance)[: MOST["answers"]]


def _look_back(period: Period, zone: ZoneInfo) -> datetime:
    """Since when an experiment may still be open: a month before, but not in the time that *a year ago* tells of."""
    return max(period.since - LOOK_BACK, year_before(period.until, zone))


def year_before(at: datetime, zone: ZoneInfo) -> datetime:
    """The same day and time of day a year earlier; of 29 February, the 28th."""
    local = at.astimezone(zone)
    leap = local.month == 2 and local.day == 29
    return local.replace(year=local.year - 1, day=28 if leap else local.day)


@dataclass(frozen=True)
class _Parts:
    """Moments by the part of the recap that tells them, those removed since included; how many answers fit."""

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


def _arrange(found: Sequence[Moment], period: Period, zone: ZoneInfo, answers: int) -> _Parts:
    """Find the part of each moment by its kind and time, and share out the room.

    Sharing counts what was removed since, so that what it leaves is not filled. What is left out here is quoted
    nowhere; what is kept is arranged in the same way the next time.
    """
    recent = [moment for moment in found if moment.created_at >= period.since]
    tried = [moment for moment in recent if moment.kind == Kind.EXPERIMENT]
    others = [moment for moment in recent if moment.kind != Kind.EXPERIMENT]
    old = _look_back(period, zone)
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
        if not moments.are_open(told, self.as_of):
            return ()
        return tuple(Telling(self.people[version.author_id].name, version.text) for version in told[:TELLINGS])


def _said(session: Session, answers: Sequence[int]) -> tuple[Said, ...]:
    """Answers side by side with those to the same question, the names of those who have one."""
    found = recaps.said(session, answers)
    people = moments.people(session, [answer.person_id for answer, _ in found])
    questions = list(dict.fromkeys(answer.posting_id for answer, _ in found))
    together = sorted(found, key=lambda one: questions.index(one[0].posting_id))
    return tuple(Said(question, _name(answer, people), answer.text) for answer, question in together)


def _name(answer: Answer, people: Mapping[int, Person]) -> str:
    return people[answer.person_id].name if answer.person_id is not None else ""


def _heard(session: Session, team_id: int, period: Period) -> Heard:
    when = (period.since, period.until)
    return Heard(recaps.people_heard(session, team_id, *when), recaps.answers_without_name(session, team_id, *when))


def _weeks(session: Session, team_id: int, until: datetime, zone: ZoneInfo) -> tuple[Week, ...]:
    """Twelve times seven days, the last of them up to the recap's own end."""
    end = until.astimezone(zone)
    edges = [end - timedelta(weeks=back) for back in range(WEEKS, -1, -1)]
    count = recaps.by_week(session, team_id, edges)
    kinds = (Kind.EXPERIMENT, Kind.AHA, Kind.BREAKTHROUGH)
    return tuple(
        Week(edge.date(), *(count.get((place, kind), 0) for kind in kinds)) for place, edge in enumerate(edges[:-1])
    )
