"""Attempts: the quest of each experiment, and the chain of attempts at one idea (v1, v2, v3).

A chain never forks: the next attempt always follows the last one. A removed attempt stays in
its chain, as a removed moment keeps its number. Call `teams.lock_team` before changing a
chain, so that two processes create neither a fork nor a loop.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, literal, not_, or_, select, update
from sqlmodel import Session, col

from storage.delivery import postings, refresh
from storage.engine.statements import build_once
from storage.models import Attempt, AttemptOutcome, Kind, Membership, Moment, MomentState
from storage.models.span import Span

RESULT_PARTS = ("happened", "taught")
"""The parts of an experiment that its result has."""


def find_attempt(session: Session, moment_id: int) -> Attempt | None:
    """Return the attempt row of an experiment, or None when it has neither quest nor chain."""
    return session.get(Attempt, moment_id)


def place_attempt(
    session: Session, moment_id: int, quest_id: int | None, previous_id: int | None, now: datetime
) -> None:
    """Set the quest and the previous attempt of an experiment, and refresh the affected cards.

    `previous_id` is any attempt at the idea; the experiment is placed after the last one. Raise
    ValueError when the attempts at that idea come after this experiment: it cannot follow itself.
    """
    last = _find_predecessor(session, previous_id, moment_id) if previous_id is not None else None
    attempt = session.get(Attempt, moment_id) or Attempt(moment_id=moment_id)
    before = (attempt.quest_id, attempt.previous_id)
    attempt.quest_id, attempt.previous_id = quest_id, last
    session.add(attempt)
    session.flush()
    _refresh_cards(session, {before[0], quest_id}, {before[1], last, *_chain_from(session, moment_id)}, now)


def remove_attempt(session: Session, moment_id: int, now: datetime) -> None:
    """Remove a moment that is no experiment any more from its quest and its chain.

    Its next attempt then follows its previous one.
    """
    attempt, later = session.get(Attempt, moment_id), _chain_from(session, moment_id)
    previous = attempt.previous_id if attempt else None
    following = update(Attempt).where(col(Attempt.previous_id) == moment_id).values(previous_id=previous)
    session.execute(following)
    if attempt is not None:
        session.delete(attempt)
        session.flush()
    _refresh_cards(session, {attempt.quest_id if attempt else None}, {previous, *later}, now)


def _chain_from(session: Session, moment_id: int) -> Sequence[int]:
    """Return the ids of an attempt and of all attempts after it.

    Their version numbers change when the attempt moves.
    """
    whole = attempt_chain(session, moment_id)
    return whole[whole.index(moment_id) :]


def _refresh_cards(
    session: Session, quests: set[int | None], moments: set[int | None], now: datetime
) -> None:
    """Refresh the cards of these quests and moments, which show attempts."""
    for quest_id in quests:
        posting = postings.find_by_key(session, f"quest:{quest_id}")
        if posting is not None:
            refresh.refresh_posting(session, posting.id, now)
    for moment_id in moments:
        if moment_id is not None:
            refresh.refresh_card(session, moment_id, now)


def attempt_chain(session: Session, moment_id: int, forward: bool = True) -> Sequence[int]:
    """Return the ids of all attempts at the same idea, first to last, removed ones included.

    Without `forward`, stop at this attempt. An experiment outside any chain returns its own id
    alone.
    """
    back = _walk_chain(session, moment_id, forward=False)
    onward = _walk_chain(session, moment_id, forward=True) if forward else []
    return list(dict.fromkeys([*reversed(back), moment_id, *onward]))


def _walk_chain(session: Session, start: int, forward: bool) -> list[int]:
    """Return the ids of the attempts after or before an attempt, nearest first."""
    found = session.execute(_select_chain(forward), {"start": start}).scalars()
    return [each for each in dict.fromkeys(found) if each != start]


@build_once
def _select_chain(forward: bool) -> Select[int]:
    """Return the query that follows attempts forward or back, from one to the next.

    The walk ends at LONGEST_CHAIN steps, and at a loop, which no row should create.
    """
    here: Any = col(Attempt.previous_id) if forward else col(Attempt.moment_id)
    there: Any = col(Attempt.moment_id) if forward else col(Attempt.previous_id)
    steps = select(there.label("id"), literal(1).label("step")).where(
        here == bindparam("start"), there.is_not(None)
    )
    walked = steps.cte("walked", recursive=True)
    walked = walked.union(
        select(there, walked.c.step + 1).where(
            here == walked.c.id, there.is_not(None), walked.c.step < LONGEST_CHAIN
        )
    )
    return select(walked.c.id).order_by(walked.c.step)


LONGEST_CHAIN = 1_000
"""The maximum number of attempts followed in either direction."""


def version_numbers(session: Session, moment_ids: Iterable[int]) -> Mapping[int, int]:
    """Return the version number of each experiment in its chain, counted from 1, by moment id.

    An experiment that follows no other is missing. A loop, which no row should create, is counted
    once.
    """
    found = session.execute(_select_version_numbers(), {"moment_ids": list(moment_ids)})
    return {one: number + 1 for one, number in found}


@build_once
def _select_version_numbers() -> Select[int, int]:
    back, end = col(Attempt.previous_id), col(Attempt.moment_id)
    steps: Any = select(end.label("end"), back.label("id"))
    wanted = end.in_(bindparam("moment_ids", expanding=True))
    walked = steps.where(wanted, back.is_not(None)).cte("walked", recursive=True)
    # UNION keeps distinct rows only, so a loop adds no new row and the recursion ends.
    walked = walked.union(select(walked.c.end, back).where(end == walked.c.id, back.is_not(None)))
    others = select(walked.c.end, func.count()).where(walked.c.id != walked.c.end)
    return others.group_by(walked.c.end)


def version_number(session: Session, moment_id: int) -> int:
    """Return the version number of an experiment from 1 on, or 0 when it is the only attempt."""
    whole = attempt_chain(session, moment_id)
    return whole.index(moment_id) + 1 if len(whole) > 1 else 0


def _find_predecessor(session: Session, previous_id: int, moment_id: int) -> int:
    """Return the id of the attempt that an experiment should follow.

    That is the last one of the chain or, for an experiment already in it, the one before it. Raise
    ValueError when `previous_id` is the experiment itself or comes after it.
    """
    whole = attempt_chain(session, previous_id)
    if moment_id not in whole:
        return whole[-1]
    if whole.index(previous_id) >= whole.index(moment_id):
        raise ValueError("an attempt cannot follow itself")
    return whole[whole.index(moment_id) - 1]


def list_by_quest(session: Session, quest_id: int) -> Sequence[Moment]:
    """Return the saved experiments of a quest, oldest first, without deleted ones."""
    wanted = select(Moment).join(Attempt, col(Attempt.moment_id) == col(Moment.id))
    standing = wanted.where(col(Attempt.quest_id) == quest_id, *_active_conditions())
    return session.execute(standing.order_by(col(Moment.id))).scalars().all()


def latest_by_quest(session: Session, quest_ids: Iterable[int], until: datetime) -> Mapping[int, Moment]:
    """Return the newest experiment of each quest, of those kept until a time, by quest id."""
    newest = (
        select(func.max(col(Moment.id)))
        .join(Attempt, col(Attempt.moment_id) == col(Moment.id))
        .where(col(Attempt.quest_id).in_(list(quest_ids)), _kept_at() <= until, *_active_conditions())
        .group_by(col(Attempt.quest_id))
    )
    wanted = select(col(Attempt.quest_id), Moment).join(Moment, col(Moment.id) == col(Attempt.moment_id))
    found = session.execute(wanted.where(col(Moment.id).in_(newest))).all()
    return {quest_id: moment for quest_id, moment in found if quest_id is not None}


def count_by_quest(
    session: Session, quest_ids: Iterable[int], until: datetime | None = None
) -> Mapping[int, int]:
    """Return the number of experiments of each quest, of those kept until a time, by quest id.

    A quest without experiments is missing. Deleted experiments do not count.
    """
    early = () if until is None else (_kept_at() <= until,)
    wanted = (
        select(col(Attempt.quest_id), func.count())
        .join(Moment, col(Moment.id) == col(Attempt.moment_id))
        .where(col(Attempt.quest_id).in_(list(quest_ids)), *_active_conditions(), *early)
        .group_by(col(Attempt.quest_id))
    )
    return {quest_id: number for quest_id, number in session.execute(wanted).all() if quest_id is not None}


def latest_ideas(session: Session, team_id: int, limit: int, but: int = 0) -> Sequence[Moment]:
    """Return the newest experiments of a team that no kept attempt follows.

    The moment `but` is left out. Only the newest IDEA_PAGES pages of experiments are looked at, so
    that a form opens as quickly in a team with a long history.
    """
    found: list[Moment] = []
    before: int | None = None
    for _ in range(IDEA_PAGES):
        page = _newest_experiments(session, team_id, before)
        followed = _followed_ids(session, [each.id for each in page], but)
        found += [each for each in page if each.id != but and each.id not in followed]
        if len(found) >= limit or len(page) < IDEA_PAGE:
            break
        before = page[-1].number
    return found[:limit]


IDEA_PAGE = 100
"""The experiments looked at together for those that nobody tried again yet."""

IDEA_PAGES = 10
"""The most pages of experiments looked at."""


def _newest_experiments(session: Session, team_id: int, before: int | None) -> Sequence[Moment]:
    """Return a page of experiments, newest first, with numbers below `before`."""
    wanted = select(Moment).where(
        col(Moment.team_id) == team_id, col(Moment.kind) == Kind.EXPERIMENT, *_active_conditions()
    )
    if before is not None:
        wanted = wanted.where(col(Moment.number) < before)
    return session.execute(wanted.order_by(col(Moment.number).desc()).limit(IDEA_PAGE)).scalars().all()


def _followed_ids(session: Session, moment_ids: Collection[int], but: int) -> Collection[int]:
    """Return the ids of those moments that a kept attempt follows.

    It looks past removed attempts in between. The attempt `but` is ignored.
    """
    previous, following = col(Attempt.previous_id), col(Attempt.moment_id)
    first: Any = select(previous.label("idea"), following.label("id"))
    walked = first.where(previous.in_(moment_ids)).cte("walked", recursive=True)
    step = select(walked.c.idea, following).where(previous == walked.c.id)
    # Values of their own: as conditions that rows exist, PostgreSQL would read all moments first.
    removed = select(not_(and_(*_active_conditions()))).where(col(Moment.id) == walked.c.id)
    walked = walked.union(step.where(removed.scalar_subquery()))
    kept = select(and_(col(Moment.id) != but, *_active_conditions())).where(col(Moment.id) == walked.c.id)
    found = session.execute(select(walked.c.idea).where(kept.scalar_subquery()))
    return set(found.scalars())


def start_attempt(session: Session, moment_id: int) -> None:
    """Mark a new experiment as under way."""
    attempt = session.get(Attempt, moment_id) or Attempt(moment_id=moment_id)
    attempt.outcome = AttemptOutcome.UNDER_WAY
    session.add(attempt)
    session.flush()


def keep_result(
    session: Session, moment_id: int, outcome: AttemptOutcome, person_id: int, now: datetime
) -> None:
    """Store the result of an experiment. A changed one keeps its time and the person who added it first."""
    attempt = session.get(Attempt, moment_id) or Attempt(moment_id=moment_id)
    attempt.outcome = outcome
    if attempt.result_at is None:
        attempt.result_at, attempt.result_by_id = now, person_id
    session.add(attempt)
    session.flush()
    _refresh_cards(session, {attempt.quest_id}, {moment_id}, now)


def take_result_back(session: Session, attempt: Attempt, now: datetime) -> None:
    """Remove an experiment's result, so that it is under way again."""
    attempt.outcome, attempt.result_at, attempt.result_by_id = AttemptOutcome.UNDER_WAY, None, None
    attempt.own_parts = ""
    session.flush()
    _refresh_cards(session, {attempt.quest_id}, {attempt.moment_id}, now)


def note_result_words(attempt: Attempt, moment: Moment, person_id: int, before: Mapping[str, str]) -> None:
    """Store who wrote the parts of a result that differ from `before`: its author, or who added the result."""
    if attempt.result_by_id in (None, moment.author_id):
        return
    changed = {name for name in RESULT_PARTS if moment.parts.get(name, "") != before.get(name, "")}
    own = set(attempt.own_parts.split())
    own = own | changed if person_id == moment.author_id else own - changed
    attempt.own_parts = " ".join(sorted(own))


def find_keepers_parts(attempt: Attempt, moment: Moment) -> Mapping[str, str]:
    """Return the parts of an experiment whose words its keeper wrote and not its author."""
    if attempt.result_by_id in (None, moment.author_id):
        return {}
    own = attempt.own_parts.split()
    return {name: moment.parts[name] for name in RESULT_PARTS if name in moment.parts and name not in own}


def list_results_in(session: Session, span: Span, limit: int) -> Sequence[int]:
    """Return the ids of older experiments whose results were kept in a span, the latest first.

    Those that were saved in it are told there with their result. They are reached from the members who kept
    results in that time.
    """
    wanted = (
        select(col(Moment.id))
        .join(Attempt, col(Attempt.moment_id) == col(Moment.id))
        .join(Membership, col(Membership.person_id) == col(Attempt.result_by_id))
        .where(
            col(Membership.team_id) == span.team_id,
            # Sums and such keep a planner from walking all experiments.
            col(Moment.team_id) + 0 == span.team_id,
            func.coalesce(col(Moment.kind), "") == Kind.EXPERIMENT,
            _kept_at() < span.since,
            col(Attempt.result_at) >= span.since,
            col(Attempt.result_at) < span.until,
            *_active_conditions(),
        )
        .order_by(col(Attempt.result_at).desc(), col(Moment.id).desc())
    )
    return session.execute(wanted.limit(limit)).scalars().all()


def find_outcome(session: Session, moment_id: int) -> AttemptOutcome:
    """Return the state of an experiment. One without a row failed, as every earlier one did."""
    attempt = session.get(Attempt, moment_id)
    return AttemptOutcome(attempt.outcome) if attempt else AttemptOutcome.FAILED


def is_under_way(session: Session, moment: Moment) -> bool:
    """Return whether a moment is an experiment that has no result yet."""
    if moment.kind != Kind.EXPERIMENT:
        return False
    return find_outcome(session, moment.id) is AttemptOutcome.UNDER_WAY


def outcomes_by_moment(session: Session, moment_ids: Iterable[int]) -> Mapping[int, AttemptOutcome]:
    """Return how experiments stand that are under way or have a result, by moment id.

    Those that were logged as failed are missing: nobody waited for their result.
    """
    found = session.execute(_select_outcomes(), {"moment_ids": list(moment_ids)})
    return {moment_id: AttemptOutcome(outcome) for moment_id, outcome in found}


@build_once
def _select_outcomes() -> Select[int, str]:
    return select(col(Attempt.moment_id), col(Attempt.outcome)).where(
        col(Attempt.moment_id).in_(bindparam("moment_ids", expanding=True)),
        or_(col(Attempt.outcome) != AttemptOutcome.FAILED, col(Attempt.result_at).is_not(None)),
    )


def list_under_way(session: Session, quest_id: int) -> Sequence[Moment]:
    """Return the experiments of a quest that are under way and not deleted, oldest first."""
    wanted = select(Moment).join(Attempt, col(Attempt.moment_id) == col(Moment.id))
    going = (col(Attempt.quest_id) == quest_id, col(Attempt.outcome) == AttemptOutcome.UNDER_WAY)
    return (
        session.execute(wanted.where(*going, *_active_conditions()).order_by(col(Moment.id))).scalars().all()
    )


def stands_as(*outcomes: AttemptOutcome) -> Any:
    """Return the SQL condition that a `Moment` has an attempt in one of these states.

    An experiment without an attempt failed, so don't ask for FAILED.
    """
    found = select(col(Attempt.moment_id)).where(
        col(Attempt.moment_id) == col(Moment.id), col(Attempt.outcome).in_(outcomes)
    )
    return found.correlate(Moment).exists()


NO_FAILURE = (AttemptOutcome.UNDER_WAY, AttemptOutcome.WENT_WELL)
"""The states of an experiment that didn't fail."""


def _kept_at() -> Any:
    """Return when a moment was kept, in a form for which no planner walks all moments by their time."""
    return func.coalesce(col(Moment.created_at), col(Moment.created_at))


def _active_conditions() -> tuple[Any, ...]:
    return col(Moment.state) == MomentState.KEPT, col(Moment.deleted_at).is_(None)
