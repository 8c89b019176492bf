"""What recaps read by their indexes is what a walk over all rows finds.

The walk is plain Python over whole tables, in a database of five years: a larger team among small ones.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

import pytest
from sqlmodel import Session, select

from bot.runtime.bot import Bot
from storage.focus import ratio
from storage.memory import recalls
from storage.models import (
    COUNTED_KINDS,
    Answer,
    Attempt,
    Expectation,
    Goal,
    GoalMoment,
    Kind,
    LookBack,
    Moment,
    Posting,
    Quest,
    RecallChoice,
    Sequel,
    Table,
    Tap,
    Version,
    Why,
)
from storage.models.span import Span
from storage.quests import attempts, quests
from storage.recaps import participation, recaps
from tests.support.grown import NOW, Shape, grow
from tests.support.people import Everyone

R = TypeVar("R", bound=Table)


@pytest.fixture
async def session(people: Everyone, bot: Bot) -> Any:
    """Yield a session on the grown database."""
    await people.ana.types("We sign tokens now")
    await bot.tick()
    grow(bot.database, Shape(big=600, small=6))
    with Session(bot.database.reading) as session:
        yield session


class Rows(NamedTuple):
    """A session and a span, with the rows of that time by walks over whole tables."""

    session: Session
    span: Span

    def every(self, table: type[R]) -> Sequence[R]:
        """Return all rows of a table, of all teams."""
        return self.session.execute(select(table)).scalars().all()

    def lies_within(self, row: Any) -> bool:
        """Return whether a row was made in the span."""
        return bool(self.span.since <= row.created_at < self.span.until)

    def counted(self) -> Sequence[Moment]:
        """Return the team's moments of counted kinds, of any time."""
        return [
            each
            for each in self.every(Moment)
            if each.team_id == self.span.team_id and each.kind in COUNTED_KINDS and each.deleted_at is None
        ]

    def kept(self, *kinds: Kind) -> Sequence[Moment]:
        """Return the team's moments of these kinds, or of all counted ones, that were kept in the span."""
        wanted = kinds or COUNTED_KINDS
        return [
            each
            for each in self.counted()
            if each.kind in wanted and each.state == "kept" and self.lies_within(each)
        ]

    def answers(self) -> Sequence[Answer]:
        """Return the answers to the team's questions of the span."""
        asked = {
            each.id: each
            for each in self.every(Posting)
            if each.team_id == self.span.team_id and each.kind in ("prompt", "retro")
        }
        return [each for each in self.every(Answer) if each.posting_id in asked and self.lies_within(each)]


def all_spans(session: Session) -> Iterator[Rows]:
    """Yield a week, a quarter and a year of each of three teams, today and long ago."""
    for team in (1, 2, 4):
        for days in (7, 91, 366):
            for back in (0, 200, 900):
                until = NOW - timedelta(days=back)
                yield Rows(session, Span(team, until - timedelta(days=days), until))


async def test_the_best_moments(session: Session) -> None:
    """Breakthroughs, then what has a lesson, the most versions, the most people there, and is oldest."""
    for rows in all_spans(session):
        told = Counter(each.moment_id for each in rows.every(Version))
        there = Counter(
            each.moment_id for each in rows.every(Tap) if each.kind == "there" and not each.removed_at
        )

        def place(each: Moment, told: Any = told, there: Any = there) -> Any:
            dull = each.kind == Kind.EXPERIMENT and not each.parts.get("taught")
            first = each.kind != Kind.BREAKTHROUGH
            return first, dull, -told[each.id], -there[each.id], each.created_at, each.id

        best = [each.id for each in sorted(rows.kept(), key=place)]
        assert list(recaps.select_best(session, rows.span, 12)) == best[:12]
        others = [each.id for each in sorted(rows.kept(Kind.AHA, Kind.BREAKTHROUGH), key=place)]
        assert list(recaps.best_moments(session, rows.span, 5)) == others[:5]
        newest = sorted(rows.kept(), key=lambda each: each.number)[-9:]
        assert [each.id for each in recalls.list_kept(session, rows.span, 9)] == [each.id for each in newest]


async def test_how_many_took_part(session: Session) -> None:
    """Everybody who wrote anything about the team's moments, however old, and who answered."""
    for rows in all_spans(session):
        ours = {each.id for each in rows.counted()}
        kept = {each.id: each.author_id for each in rows.kept()}
        people = set(kept.values())
        people |= {
            each.person_id for each in rows.every(Tap) if each.moment_id in kept and each.kind == "there"
        }
        written: Sequence[type[Any]] = (Version, Why, Sequel)
        for table in written:
            people |= {
                each.author_id
                for each in rows.every(table)
                if each.moment_id in ours and rows.lies_within(each)
            }
        people |= {
            each.person_id
            for each in rows.every(LookBack)
            if each.moment_id in ours and rows.lies_within(each)
        }
        people |= {
            each.author_id
            for each in rows.every(Quest)
            if each.team_id == rows.span.team_id and rows.lies_within(each)
        }
        people |= {
            each.person_id or 0
            for each in rows.every(Expectation)
            if each.team_id == rows.span.team_id and rows.lies_within(each)
        }
        people |= {each.person_id or 0 for each in rows.answers()}
        assert participation.count_participants(session, rows.span) == len(people)


async def test_the_latest_answers(session: Session) -> None:
    """One of each person, the newest, and none that was saved as a moment too."""
    for rows in all_spans(session):
        saved = {each.source_message for each in rows.every(Moment) if each.team_id == rows.span.team_id}
        newest: dict[int, Answer] = {}
        for each in sorted(rows.answers(), key=lambda each: (each.created_at, each.id)):
            if each.message not in saved and each.person_id is not None:
                newest[each.person_id] = each
        latest = sorted(newest.values(), key=lambda each: (each.created_at, each.id), reverse=True)
        found = participation.latest_answer_ids(session, rows.span, 3)
        assert list(found) == [each.id for each in latest[:3]]


async def test_what_serves_goals(session: Session) -> None:
    """The moments of a span, those with a goal, and the number of these goals."""
    for rows in all_spans(session):
        goals = {each.id: each for each in rows.every(Goal) if each.withdrawn_at is None}
        kept = {each.id for each in rows.kept()}
        links = [each for each in rows.every(GoalMoment) if each.moment_id in kept and each.goal_id in goals]
        linked, touched = {each.moment_id for each in links}, {each.goal_id for each in links}
        counted = ratio.count_focus(session, rows.span)
        assert (counted.moments, counted.linked, counted.goals) == (len(kept), len(linked), len(touched))


async def test_results_quests_and_experiments(session: Session) -> None:
    """Results kept in a span, quests open in it, and the experiments between two days."""
    for rows in all_spans(session):
        span = rows.span
        older = {
            each.id
            for each in rows.counted()
            if each.kind == Kind.EXPERIMENT and each.created_at < span.since
        }
        results = [
            each
            for each in rows.every(Attempt)
            if each.moment_id in older and each.result_at and span.since <= each.result_at < span.until
        ]
        assert set(attempts.list_results_in(session, span, 500)) == {each.moment_id for each in results}
        looked = [
            each.id
            for each in rows.every(Quest)
            if each.team_id == span.team_id
            and each.created_at < span.until
            and (each.closed_at is None or each.closed_at >= span.since)
        ]
        found = quests.list_open_during(session, span.team_id, span.since, span.until)
        assert [each.id for each in found] == sorted(looked)
        tried = recaps.count_experiments(session, span.team_id, [span.since, span.until])
        assert list(tried) == [len(rows.kept(Kind.EXPERIMENT))]


async def test_ends_and_wishes(session: Session) -> None:
    """When a team kept its first and last moment, and of which moments its people want more."""
    for rows in all_spans(session):
        times = [each.created_at for each in rows.counted() if each.state == "kept"]
        assert recalls.first_kept_at(session, rows.span.team_id) == min(times)
        assert recalls.last_kept_at(session, rows.span.team_id) == max(times)
        ours = {each.id for each in rows.every(Moment) if each.team_id == rows.span.team_id}
        said = [each for each in rows.every(RecallChoice) if each.choice == "more" and each.moment_id in ours]
        said.sort(key=lambda each: each.created_at, reverse=True)
        wanted = recalls.list_wanted(session, rows.span.team_id, 500)
        assert [each.id for each in wanted] == [each.moment_id for each in said]
