"""All data of a team, read in batches, so that a large team does not have to fit in memory.

Deleted rows are not read. Hidden texts (versions and answers not shown yet) are read, and the
caller must keep them hidden.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, case, or_, select, union
from sqlmodel import Session, col

from storage.data import (
    export_focus,
    export_goals,
    export_moments,
    export_quests,
    export_seasons,
    export_steps,
)
from storage.doors import chances, parked
from storage.models import (
    Answer,
    Channel,
    Membership,
    Moment,
    Person,
    Posting,
    PostingKind,
    PostingState,
    Question,
    Schedule,
    Tap,
    Team,
    Version,
    Workspace,
)
from storage.models.taps import is_counted_tap

BATCH_SIZE = 500
"""The number of rows read at once."""


def use_one_snapshot(session: Session) -> None:
    """Make all later reads of the session see one state of the database.

    On SQLite a transaction does so by itself.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def read_team(session: Session, team_id: int) -> tuple[Team, Workspace]:
    """Return a team and its workspace. Raise NoResultFound when the team does not exist."""
    wanted = select(Team, Workspace).join(Workspace, col(Workspace.id) == col(Team.workspace_id))
    found, workspace = session.execute(wanted.where(col(Team.id) == team_id)).one()
    return found, workspace


def read_channels(session: Session, team_id: int) -> Sequence[Channel]:
    """Return the channels of a team, home channel first."""
    wanted = select(Channel).where(col(Channel.team_id) == team_id)
    return session.execute(wanted.order_by(col(Channel.home).desc(), col(Channel.id))).scalars().all()


def read_schedules(session: Session, team_id: int) -> Sequence[Schedule]:
    """Return the schedules of a team."""
    wanted = select(Schedule).where(col(Schedule.team_id) == team_id)
    return session.execute(wanted.order_by(col(Schedule.id))).scalars().all()


def read_questions(session: Session, team_id: int) -> Sequence[tuple[Question, str]]:
    """Return the questions of a team's own bank with the platform ids of their authors."""
    wanted = (
        select(Question, col(Person.external_id))
        .join(Person, col(Person.id) == col(Question.author_id))
        .where(col(Question.team_id) == team_id, col(Question.deleted_at).is_(None))
        .order_by(col(Question.id))
    )
    return [(question, author) for question, author in session.execute(wanted)]


def read_people(session: Session, team_id: int) -> Iterator[Any]:
    """Return everyone who takes part or appears anywhere in the export.

    Each row is (platform id, name), ordered by id.
    """
    ours = select(col(Moment.id)).where(col(Moment.team_id) == team_id, col(Moment.deleted_at).is_(None))
    asked = select(col(Posting.id)).where(*_asked_conditions(team_id))
    everyone = union(
        select(col(Membership.person_id)).where(col(Membership.team_id) == team_id),
        select(col(Moment.author_id)).where(col(Moment.id).in_(ours)),
        select(col(Moment.kept_by_id)).where(col(Moment.id).in_(ours)),
        select(col(Version.author_id)).where(col(Version.moment_id).in_(ours)),
        select(col(Tap.person_id)).where(col(Tap.moment_id).in_(ours), is_counted_tap()),
        select(col(Answer.person_id)).where(
            col(Answer.posting_id).in_(asked), col(Answer.deleted_at).is_(None)
        ),
        select(col(Posting.asked_by_id)).where(*_asked_conditions(team_id)),
        select(col(Question.author_id)).where(col(Question.team_id) == team_id),
        *export_quests.select_quest_people(team_id),
        *export_moments.select_sequel_people(team_id),
        *export_focus.select_focus_people(team_id),
        *export_steps.select_step_people(team_id),
        *chances.select_outcome_people(ours),
        *parked.select_deciders(ours),
        *export_goals.select_goal_people(team_id),
        *export_seasons.select_season_people(team_id),
    ).subquery()
    wanted = select(col(Person.external_id), col(Person.platform_name)).where(
        col(Person.id).in_(select(everyone))
    )
    return iter(session.execute(wanted.order_by(col(Person.external_id))))


def read_moments(session: Session, team_id: int) -> Iterator[Sequence[Any]]:
    """Return batches of a team's moments, ordered by number.

    Each row is (moment, platform id of the author, platform id of the person who saved it).
    """
    author, keeper = _person_subquery("author"), _person_subquery("keeper")
    wanted = (
        select(Moment, author.c.external_id, keeper.c.external_id)
        .join(author, author.c.id == col(Moment.author_id))
        .outerjoin(keeper, keeper.c.id == col(Moment.kept_by_id))
        .where(col(Moment.team_id) == team_id, col(Moment.deleted_at).is_(None))
    )
    return _read_batches(session, wanted, col(Moment.number))


def read_versions(session: Session, moment_ids: Sequence[int]) -> Mapping[int, Sequence[tuple[Version, str]]]:
    """Return the added versions of moments, oldest first, with the platform ids of their authors."""
    wanted = (
        select(Version, col(Person.external_id))
        .join(Person, col(Person.id) == col(Version.author_id))
        .where(col(Version.moment_id).in_(moment_ids))
        .order_by(col(Version.id))
    )
    found: dict[int, list[tuple[Version, str]]] = defaultdict(list)
    for version, author in session.execute(wanted):
        found[version.moment_id].append((version, author))
    return found


def read_taps(session: Session, moment_ids: Sequence[int]) -> Mapping[tuple[int, str], Sequence[str]]:
    """Return the platform ids of the people who tapped, by (moment id, kind of tap)."""
    wanted = (
        select(col(Tap.moment_id), col(Tap.kind), col(Person.external_id))
        .join(Person, col(Person.id) == col(Tap.person_id))
        .where(col(Tap.moment_id).in_(moment_ids), is_counted_tap())
        .order_by(col(Person.external_id))
    )
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for moment_id, kind, person in session.execute(wanted):
        found[moment_id, kind].append(person)
    return found


def read_prompts(session: Session, team_id: int) -> Iterator[Sequence[Any]]:
    """Return batches of the questions asked, oldest first, as (posting, platform id of the asker)."""
    asker = _person_subquery("asker")
    wanted = (
        select(Posting, asker.c.external_id)
        .outerjoin(asker, asker.c.id == col(Posting.asked_by_id))
        .where(*_asked_conditions(team_id))
    )
    return _read_batches(session, wanted, col(Posting.id))


def read_answers(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[tuple[Answer, str | None]]]:
    """Return the answers to questions with the platform ids of their authors, by posting id.

    Anonymous answers come last, ordered by their texts, which tells nothing else. They are left out
    until their question has closed.
    """
    nameless = col(Answer.person_id).is_(None)
    wanted = (
        select(Answer, col(Person.external_id))
        .outerjoin(Person, col(Person.id) == col(Answer.person_id))
        .join(Posting, col(Posting.id) == col(Answer.posting_id))
        .where(col(Answer.posting_id).in_(ids), col(Answer.deleted_at).is_(None))
        .where(or_(~col(Posting.anonymous), col(Posting.closed_at).is_not(None)))
        .order_by(nameless, col(Answer.created_at), case((nameless, col(Answer.text)), else_=Answer.event))
    )
    found: dict[int, list[tuple[Answer, str | None]]] = defaultdict(list)
    for answer, person in session.execute(wanted):
        found[answer.posting_id].append((answer, person))
    return found


def _asked_conditions(team_id: int) -> tuple[Any, ...]:
    return (
        col(Posting.team_id) == team_id,
        col(Posting.kind).in_([PostingKind.PROMPT, PostingKind.RETRO]),
        col(Posting.state) == PostingState.SENT,
        col(Posting.withdrawn_at).is_(None),
    )


def _person_subquery(name: str) -> Any:
    return select(col(Person.id), col(Person.external_id)).subquery(name)


def _read_batches(session: Session, wanted: Select[Any], key: Any) -> Iterator[Sequence[Any]]:
    """Yield the rows of a query in batches, ordered by a unique number.

    Each batch is expunged from the session before the next one is read.
    """
    last = 0
    while rows := session.execute(wanted.where(key > last).order_by(key).limit(BATCH_SIZE)).all():
        last = getattr(rows[-1][0], key.key)
        yield rows
        session.expunge_all()
