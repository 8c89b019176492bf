"""Everything a team has, read piece by piece, so that a large team does not have to fit in memory.

What is deleted is not read at all. What is sealed is, and it is the reader's part to keep it so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select, union
from sqlmodel import Session, col

from storage.data import export_moments as export_followed
from storage.data import export_quests as export_search
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

BATCH = 500
"""Rows read at once."""


def hold_still(session: Session) -> None:
    """Let all that follows see one moment of the database. On SQLite a transaction does so by itself."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def team(session: Session, team_id: int) -> tuple[Team, Workspace]:
    """A team and its workspace. NoResultFound where there is no such team."""
    wanted = select(Team, Workspace).join(Workspace, col(Workspace.id) == col(Team.workspace_id))
    found, workspace = session.execute(wanted.where(col(Team.id) == team_id)).one()
    return found, workspace


def channels(session: Session, team_id: int) -> Sequence[Channel]:
    """A team's channels, the home first."""
    wanted = select(Channel).where(col(Channel.team_id) == team_id)
    return session.execute(wanted.order_by(col(Channel.home).desc(), col(Channel.id))).scalars().all()


def schedules(session: Session, team_id: int) -> Sequence[Schedule]:
    """What is posted when."""
    wanted = select(Schedule).where(col(Schedule.team_id) == team_id)
    return session.execute(wanted.order_by(col(Schedule.id))).scalars().all()


def questions(session: Session, team_id: int) -> Sequence[tuple[Question, str]]:
    """The questions of a team's own bank, with the ids of who wrote them."""
    wanted = (
        select(Question, col(Person.external_id))
        .join(Person, col(Person.id) == col(Question.author_id))
        .where(col(Question.team_id) == team_id, col(Question.deleted_at).is_(None))
        .order_by(col(Question.id))
    )
    return [(question, author) for question, author in session.execute(wanted)]


def people(session: Session, team_id: int) -> Iterator[Any]:
    """Everyone who takes part or is named anywhere in the export: (id on the platform, name)."""
    ours = select(col(Moment.id)).where(col(Moment.team_id) == team_id, col(Moment.deleted_at).is_(None))
    asked = select(col(Posting.id)).where(*_asked(team_id))
    everyone = union(
        select(col(Membership.person_id)).where(col(Membership.team_id) == team_id),
        select(col(Moment.author_id)).where(col(Moment.id).in_(ours)),
        select(col(Moment.kept_by_id)).where(col(Moment.id).in_(ours)),
        select(col(Version.author_id)).where(col(Version.moment_id).in_(ours)),
        select(col(Tap.person_id)).where(col(Tap.moment_id).in_(ours)),
        select(col(Answer.person_id)).where(
            col(Answer.posting_id).in_(asked), col(Answer.deleted_at).is_(None)
        ),
        select(col(Posting.asked_by_id)).where(*_asked(team_id)),
        select(col(Question.author_id)).where(col(Question.team_id) == team_id),
        *export_search.people(team_id),
        *export_followed.people(team_id),
    ).subquery()
    wanted = select(col(Person.external_id), col(Person.name)).where(col(Person.id).in_(select(everyone)))
    return iter(session.execute(wanted.order_by(col(Person.external_id))))


def moments(session: Session, team_id: int) -> Iterator[Sequence[Any]]:
    """Batches of a team's moments in the order of their numbers: (moment, author's id, keeper's id)."""
    author, keeper = _person("author"), _person("keeper")
    wanted = (
        select(Moment, author.c.external_id, keeper.c.external_id)
        .join(author, author.c.id == col(Moment.author_id))
        .outerjoin(keeper, keeper.c.id == col(Moment.kept_by_id))
        .where(col(Moment.team_id) == team_id, col(Moment.deleted_at).is_(None))
    )
    return _batches(session, wanted, col(Moment.number))


def versions(session: Session, moment_ids: Sequence[int]) -> Mapping[int, Sequence[tuple[Version, str]]]:
    """The versions of moments, oldest first, with the ids of who told them."""
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


def taps(session: Session, moment_ids: Sequence[int]) -> Mapping[tuple[int, str], Sequence[str]]:
    """The ids of who pressed what: {(moment, kind): people}."""
    wanted = (
        select(col(Tap.moment_id), col(Tap.kind), col(Person.external_id))
        .join(Person, col(Person.id) == col(Tap.person_id))
        .where(col(Tap.moment_id).in_(moment_ids))
        .order_by(col(Person.external_id))
    )
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for moment_id, kind, person in session.execute(wanted):
        found[moment_id, kind].append(person)
    return found


def prompts(session: Session, team_id: int) -> Iterator[Sequence[Any]]:
    """Batches of the questions that were asked, oldest first: (posting, the id of who asked)."""
    asker = _person("asker")
    wanted = (
        select(Posting, asker.c.external_id)
        .outerjoin(asker, asker.c.id == col(Posting.asked_by_id))
        .where(*_asked(team_id))
    )
    return _batches(session, wanted, col(Posting.id))


def answers(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[tuple[Answer, str | None]]]:
    """The answers to questions, with the ids of who gave them; those without a name in no telling order."""
    wanted = (
        select(Answer, col(Person.external_id))
        .outerjoin(Person, col(Person.id) == col(Answer.person_id))
        .where(col(Answer.posting_id).in_(ids), col(Answer.deleted_at).is_(None))
        .order_by(func.coalesce(Answer.person_id, 0) == 0, col(Answer.created_at), col(Answer.event))
    )
    found: dict[int, list[tuple[Answer, str | None]]] = defaultdict(list)
    for answer, person in session.execute(wanted):
        found[answer.posting_id].append((answer, person))
    return found


def _asked(team_id: int) -> tuple[Any, ...]:
    return (
        col(Posting.team_id) == team_id,
        col(Posting.kind).in_([PostingKind.PROMPT, PostingKind.RETRO]),
        col(Posting.state) == PostingState.SENT,
        col(Posting.withdrawn_at).is_(None),
    )


def _person(name: str) -> Any:
    return select(col(Person.id), col(Person.external_id)).subquery(name)


def _batches(session: Session, wanted: Select[Any], key: Any) -> Iterator[Sequence[Any]]:
    """The rows in the order of a unique number, so many at once; each batch is forgotten before the next."""
    last = 0
    while rows := session.execute(wanted.where(key > last).order_by(key).limit(BATCH)).all():
        last = getattr(rows[-1][0], key.key)
        yield rows
        session.expunge_all()
