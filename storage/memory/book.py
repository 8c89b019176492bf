"""What a book tells: everything that one or more persons wrote, with the names of their teams over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, not_, or_, select
from sqlmodel import Session, col

from storage.models import (
    Answer,
    Channel,
    FormerName,
    LookBack,
    Moment,
    MomentState,
    NextStep,
    OwnMoment,
    Person,
    Posting,
    PostingKind,
    PostingState,
    Team,
    Version,
    Workspace,
)

WAITS = (PostingState.SENDING, PostingState.WAITING)
"""The states of a book that is on its way although nothing is due."""


class NamedPerson(NamedTuple):
    """A person and their workspace."""

    person: Person
    workspace: Workspace


class NamedTeam(NamedTuple):
    """A team, its workspace, and its home channel's present name."""

    team: Team
    workspace: Workspace
    name: str


def lock_person(session: Session, person_id: int) -> Person:
    """Return a person whose row is locked until the commit, so that two requests at once are told apart."""
    wanted = select(Person).where(col(Person.id) == person_id).with_for_update()
    found: Person = session.execute(wanted).scalar_one()
    return found


def find_open_book(session: Session, person_id: int, lost_before: datetime) -> Posting | None:
    """Return the person's book that is on its way or waits for them, or None.

    One whose outcome is unknown since `lost_before` counts no more, because nobody may ever learn it.
    """
    lost = and_(col(Posting.state) == PostingState.UNKNOWN, col(Posting.claimed_at) < lost_before)
    on_its_way = or_(col(Posting.due_at).is_not(None), col(Posting.state).in_(WAITS))
    wanted = select(Posting).where(
        col(Posting.person_id) == person_id,
        col(Posting.state).in_(tuple(PostingState)),
        col(Posting.kind) == PostingKind.BOOK,
        col(Posting.message).is_(None),
        on_its_way,
        not_(lost),
    )
    found: Posting | None = session.execute(wanted.order_by(col(Posting.id)).limit(1)).scalar_one_or_none()
    return found


def list_people(session: Session, person_ids: Sequence[int]) -> Sequence[NamedPerson]:
    """Return persons with their workspaces, in the order of their ids."""
    wanted = _select_people().where(col(Person.id).in_(person_ids))
    return [NamedPerson(*row) for row in session.execute(wanted)]


def find_people(session: Session, platform: str, given: str) -> Sequence[NamedPerson]:
    """Return the persons whom a platform knows by an id or, without a platform, whom an id or a name means."""
    wanted = _select_people()
    if platform:
        wanted = wanted.where(col(Workspace.platform) == platform, col(Person.external_id) == given)
    else:
        named = func.lower(col(Person.platform_name)) == given.lower()
        wanted = wanted.where(or_(col(Person.external_id) == given, named))
    return [NamedPerson(*row) for row in session.execute(wanted)]


def _select_people() -> Select[*tuple[Any, ...]]:
    joined = select(Person, Workspace).join(Workspace, col(Workspace.id) == col(Person.workspace_id))
    return joined.order_by(col(Person.id))


def list_moments(session: Session, person_ids: Sequence[int]) -> Sequence[Moment]:
    """Return the moments that persons wrote and that are kept, oldest first."""
    wanted = select(Moment).where(col(Moment.author_id).in_(person_ids), *_kept())
    return session.execute(wanted.order_by(col(Moment.created_at), col(Moment.id))).scalars().all()


def list_versions(session: Session, person_ids: Sequence[int]) -> Sequence[tuple[Version, Moment]]:
    """Return the versions that persons told of kept moments, with those moments."""
    wanted = select(Version, Moment).join(Moment, col(Moment.id) == col(Version.moment_id))
    rows = session.execute(wanted.where(col(Version.author_id).in_(person_ids), *_kept()))
    return [(version, moment) for version, moment in rows]


def list_look_backs(session: Session, person_ids: Sequence[int]) -> Sequence[tuple[LookBack, Moment]]:
    """Return what persons said later about kept moments, with those moments."""
    wanted = select(LookBack, Moment).join(Moment, col(Moment.id) == col(LookBack.moment_id))
    theirs = (col(LookBack.person_id).in_(person_ids), col(LookBack.deleted_at).is_(None))
    return [(said, moment) for said, moment in session.execute(wanted.where(*theirs, *_kept()))]


def list_answers(session: Session, person_ids: Sequence[int]) -> Sequence[tuple[Answer, Posting]]:
    """Return the answers that persons signed, with their questions. One without a name has no person."""
    wanted = select(Answer, Posting).join(Posting, col(Posting.id) == col(Answer.posting_id))
    theirs = (col(Answer.person_id).in_(person_ids), col(Answer.deleted_at).is_(None), col(Answer.text) != "")
    return [(answer, asked) for answer, asked in session.execute(wanted.where(*theirs))]


def list_steps(session: Session, person_ids: Sequence[int]) -> Sequence[NextStep]:
    """Return the next steps that persons named or took."""
    theirs = or_(col(NextStep.author_id).in_(person_ids), col(NextStep.taker_id).in_(person_ids))
    wanted = select(NextStep).where(theirs, col(NextStep.deleted_at).is_(None))
    return session.execute(wanted.order_by(col(NextStep.id))).scalars().all()


def list_own(session: Session, person_ids: Sequence[int]) -> Sequence[OwnMoment]:
    """Return the persons' own moments, which only they see."""
    wanted = select(OwnMoment).where(
        col(OwnMoment.person_id).in_(person_ids), col(OwnMoment.deleted_at).is_(None)
    )
    return session.execute(wanted.order_by(col(OwnMoment.id))).scalars().all()


def list_teams(session: Session, team_ids: Sequence[int]) -> Sequence[NamedTeam]:
    """Return teams with their workspaces and present names, in the order of their ids."""
    wanted = (
        select(Team, Workspace, func.coalesce(Channel.name, ""))
        .join(Workspace, col(Workspace.id) == col(Team.workspace_id))
        .outerjoin(Channel, (col(Channel.team_id) == col(Team.id)) & col(Channel.home))
        .where(col(Team.id).in_(team_ids))
        .order_by(col(Team.id))
    )
    return [NamedTeam(*row) for row in session.execute(wanted)]


def list_former_names(session: Session, workspace_ids: Sequence[int]) -> Sequence[FormerName]:
    """Return the names that workspaces and their teams had before, those that ended first at the front."""
    wanted = select(FormerName).where(col(FormerName.workspace_id).in_(workspace_ids))
    return session.execute(wanted.order_by(col(FormerName.until), col(FormerName.id))).scalars().all()


def _kept() -> Sequence[Any]:
    return (col(Moment.state) == MomentState.KEPT, col(Moment.deleted_at).is_(None))
