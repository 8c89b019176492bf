"""The focus figures, counted in the database, against an independent count over plain values."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.core.times import Period
from bot.focus.recap_line import pick_focus
from bot.focus.share import Focus, Scatter, Share, list_big_goals, measure_focus, measure_share, week_edges
from storage.engine.database import Database
from storage.models import BigTime, Goal, GoalKind, GoalMoment, Kind, MomentState
from storage.models.span import Span as TeamSpan
from tests.support.history import NOW, Life

ZONES = ("UTC", "Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Pacific/Apia")
ENDS = (
    datetime(2026, 3, 30, 9, tzinfo=UTC),  # the clocks of Lisbon went forward the day before
    datetime(2026, 11, 2, 9, tzinfo=UTC),  # and those of New York back
    datetime(2026, 4, 1, tzinfo=UTC),  # where a quarter begins
    NOW,
)
KINDS = (Kind.AHA, Kind.BREAKTHROUGH, Kind.EXPERIMENT, Kind.NO, Kind.SHINY)
COUNTED = KINDS[:3]


class Purpose(NamedTuple):
    """A generated goal: its kind, when it was open in hours before the end, whether it was taken back.

    `turned` is how many hours after it was opened its class became another one: the big one, or from it.
    `before` are earlier times in which it was the open big one, each from and until so many hours before the end.
    """

    kind: str
    opened: int
    closed: int | None
    withdrawn: bool
    turned: int | None = None
    before: tuple[tuple[int, int], ...] = ()


class Happening(NamedTuple):
    """A generated moment: where between the edges it is, its kind, and what it is linked to."""

    week: int
    offset: int
    kind: Kind
    gone: bool
    draft: bool
    serves: frozenset[int]


HOURS = st.integers(0, 26 * 7 * 24)
PURPOSES = st.lists(
    st.builds(
        Purpose, st.sampled_from(list(GoalKind)), HOURS, st.none() | HOURS, st.booleans(), st.none() | HOURS,
        st.lists(st.tuples(HOURS, HOURS), max_size=2).map(tuple),
    ),
    max_size=4,
)  # fmt: skip
OFFSETS = st.sampled_from([-1, 0, 1, 3600, 3 * 86_400])
HAPPENINGS = st.lists(
    st.builds(
        Happening, st.integers(0, 26), OFFSETS, st.sampled_from(KINDS), st.booleans(), st.booleans(),
        st.frozensets(st.integers(0, 3), max_size=3),
    ),
    max_size=25,
)  # fmt: skip


class Written(NamedTuple):
    """A moment of the independent count."""

    at: datetime
    goals: tuple["Span", ...]


class Span(NamedTuple):
    """A goal of the independent count."""

    number: int
    kind: str
    opened: datetime
    closed: datetime | None
    turned: datetime | None
    before: tuple[tuple[datetime, datetime], ...]


def local_edges(until: datetime, zone: str) -> list[datetime]:
    """Count the weeks back on the calendar, each at the wall time of the end."""
    end = until.astimezone(ZoneInfo(zone))
    days: list[date] = [end.date() - timedelta(days=7 * back) for back in range(26, -1, -1)]
    at = time(end.hour, end.minute, end.second)
    return [datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC) for day in days]


def write_team(
    session: Session, zone: str, until: datetime, purposes: list[Purpose], happenings: list[Happening]
) -> tuple[Any, list[Written]]:
    life = Life.new(session, zone)
    ana, edges = life.person("Ana"), local_edges(until, zone)
    rows, spans = [], []
    for number, each in enumerate(purposes, 1):
        opened = until - timedelta(hours=each.opened)
        closed = opened + timedelta(hours=each.closed) if each.closed is not None else None
        if each.kind == GoalKind.BIG and closed is None and not each.withdrawn:
            closed = opened + timedelta(days=365 + number)  # only one may be open
        turned = opened + timedelta(hours=each.turned) if each.turned is not None else None
        was_big: dict[str, Any] = (
            {"big_since": opened, "big_until": turned} if each.kind != GoalKind.BIG and turned else {}
        )
        became_big: dict[str, Any] = {"big_since": turned} if each.kind == GoalKind.BIG and turned else {}
        row = Goal(
            team_id=life.team.id, number=number, author_id=ana.id, owner_id=ana.id, kind=each.kind, text="A goal",
            starts_on=opened.date(), created_at=opened, closed_at=closed,
            withdrawn_at=until if each.withdrawn else None, **was_big, **became_big,
        )  # fmt: skip
        rows.append(life.add(row))
        before = tuple(
            (until - timedelta(hours=since), until - timedelta(hours=end)) for since, end in each.before
        )
        for since, end in before:
            life.add(BigTime(goal_id=row.id, since=since, until=end))
        spans.append(None if each.withdrawn else Span(number, each.kind, opened, closed, turned, before))
    written = []
    for one in happenings:
        at = edges[one.week] + timedelta(seconds=one.offset)
        state = MomentState.DRAFT if one.draft else MomentState.KEPT
        more = {"deleted_at": until} if one.gone else {}
        moment = life.moment("A moment", ana, at, one.kind, state=state, **more)
        linked = sorted(place for place in one.serves if place < len(rows))
        for place in linked:
            life.add(
                GoalMoment(goal_id=rows[place].id, moment_id=moment.id, made_by_id=ana.id, created_at=until)
            )
        if one.kind in COUNTED and not one.gone and not one.draft:
            known = (spans[place] for place in linked)
            written.append(Written(at, tuple(span for span in known if span is not None)))
    return life.team, written


def count_again(written: list[Written], until: datetime, zone: str) -> Focus:
    """Count the same without the database: each moment by itself, week by week."""
    edges = local_edges(until, zone)
    weeks: list[Share] = []
    touched: list[int] = []
    for since, end in pairwise(edges):
        inside = [each for each in written if since <= each.at < end]
        served = sum(any(_was_big(goal, since, end) for goal in each.goals) for each in inside)
        weeks.append(Share(served, len(inside), sum(not each.goals for each in inside)))
        touched.append(len({goal.number for each in inside for goal in each.goals}))
    begun = min((each.at for each in written), default=until)
    usual = float(median(touched[13:25])) if begun < edges[14] else None
    return Focus(
        weeks[25], _sum(weeks[13:25]), _sum(weeks[13:]), _sum(weeks[:13]),
        Scatter(touched[25], usual),
    )  # fmt: skip


def _was_big(goal: Span, since: datetime, end: datetime) -> bool:
    """Return whether a goal was the big one at some time of a week, from its class then."""
    if any(first < end and last > since for first, last in goal.before):
        return True
    if goal.closed is not None and goal.closed <= since:
        return False
    if goal.kind == GoalKind.BIG:
        return (goal.turned or goal.opened) < end
    return goal.turned is not None and goal.opened < end and goal.turned > since


def figures(share: Share) -> list[int]:
    """Return a share as a recap stores it."""
    return [share.served, share.moments, share.loose]


def _sum(weeks: list[Share]) -> Share:
    return Share(sum(w.served for w in weeks), sum(w.moments for w in weeks), sum(w.loose for w in weeks))


BIG = Purpose(GoalKind.BIG, 24 * 7 * 13, None, False)
EDGE = [
    Happening(week, offset, Kind.AHA, False, False, frozenset({0}))
    for week in (0, 13, 25, 26)
    for offset in (-1, 0)
]
"""Moments at the edges of the quarters and of the last week, a second apart."""


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(zone=st.sampled_from(ZONES), until=st.sampled_from(ENDS), purposes=PURPOSES, happenings=HAPPENINGS)
@example(zone="Europe/Lisbon", until=ENDS[0], purposes=[BIG], happenings=EDGE)
@example(zone="America/New_York", until=ENDS[1], purposes=[BIG, BIG], happenings=EDGE)
def test_the_figures_are_those_of_an_independent_count(
    database: Database, zone: str, until: datetime, purposes: list[Purpose], happenings: list[Happening]
) -> None:
    """Weeks are local, so that one with a change of clocks is an hour shorter or longer."""
    with database.writing.connect() as connection, Session(connection) as session:
        team, written = write_team(session, zone, until, purposes, happenings)
        measured = measure_focus(session, team, until)
        edges = local_edges(until, zone)
        quarter = measure_share(session, team, Period(edges[13], until))
        told_week, told_quarter = (
            pick_focus(session, TeamSpan(team.id, since, until), None) for since in (edges[25], edges[13])
        )
        session.rollback()
    again = count_again(written, until, zone)
    assert measured == again
    assert quarter == measured.quarter
    if told_week is not None:
        told = told_week.figures
        assert list(told["weeks_before"]) == figures(again.week_before)
        assert list(told["quarter"]) == figures(again.quarter)
        assert list(told["quarter_before"]) == figures(again.quarter_before)
    if told_quarter is not None:
        assert list(told_quarter.figures["before"]) == figures(again.quarter_before)


def test_weeks_keep_their_wall_time_when_the_clocks_change() -> None:
    """The week to the Monday after the change in Lisbon has 167 hours."""
    since, until = week_edges(ENDS[0], "Europe/Lisbon", 1)
    assert (until.astimezone(UTC) - since.astimezone(UTC)) == timedelta(hours=167)


def goal(life: Life, kind: str, opened: datetime, number: int, closed: datetime | None = None) -> Goal:
    ana = life.person(f"Ana{number}")
    return life.add(
        Goal(
            team_id=life.team.id, number=number, author_id=ana.id, owner_id=ana.id, kind=kind, text="A goal",
            starts_on=opened.date(), created_at=opened, closed_at=closed,
        )
    )  # fmt: skip


async def test_a_closed_goal_still_counts_for_its_weeks(database: Database) -> None:
    """The first of two big goals was closed in the middle of the quarter, and the quarter counts both."""

    def story(session: Session) -> tuple[Share, Share, str]:
        life = Life.new(session)
        ana, at = life.person("Ana"), NOW - timedelta(weeks=8)
        first = goal(life, GoalKind.BIG, NOW - timedelta(weeks=12), 1, closed=NOW - timedelta(weeks=5))
        second = goal(life, GoalKind.BIG, NOW - timedelta(weeks=5), 2)
        for serves, day in ((first, at), (second, NOW - timedelta(days=2)), (first, NOW - timedelta(days=1))):
            moment = life.moment("Served", ana, day)
            life.add(GoalMoment(goal_id=serves.id, moment_id=moment.id, made_by_id=ana.id, created_at=day))
        measured = measure_focus(session, life.team, NOW)
        open_now = list_big_goals(session, life.team.id, Period(NOW - timedelta(weeks=1), NOW))
        return measured.week, measured.quarter, " ".join(f"#{each.number}" for each in open_now)

    week, quarter, name = await database.write(story)
    assert (week, quarter, name) == (Share(1, 2, 0), Share(2, 3, 0), "#2")
