"""Whether we are in a workspace at all: what stops where we are taken out, and goes on where we come back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, select, update
from sqlmodel import Session, col

from storage.models import Posting, PostingState, Team, Workspace
from storage.teams import teams


class Known(NamedTuple):
    """What we know of a workspace."""

    name: str
    removed: bool
    has_team: bool


def remove(session: Session, workspace_id: int, now: datetime) -> None:
    """We were taken out of a workspace: nothing is posted there, and what had been promised is let go.

    Its schedules stay as they are, so that they go on where we are invited again.
    """
    session.get_one(Workspace, workspace_id).removed_at = now
    session.flush()
    there, unsent = col(Posting.workspace_id) == workspace_id, col(Posting.sent_revision) == 0
    waiting = update(Posting).where(there, col(Posting.due_at).is_not(None))
    for condition, values in (
        (unsent, {"state": PostingState.SKIPPED, "due_at": None}),
        (~unsent, {"due_at": None}),
    ):
        statement = waiting.where(condition).values(**values)
        session.execute(statement.execution_options(synchronize_session=False))


def removed(session: Session, platform: str, external_id: str, now: datetime) -> None:
    """The same for a workspace by its own id; one that nobody spoke in yet is none of ours."""
    wanted = select(col(Workspace.id)).where(
        col(Workspace.platform) == platform, col(Workspace.external_id) == external_id
    )
    workspace_id = session.execute(wanted).scalar_one_or_none()
    if workspace_id is not None:
        remove(session, workspace_id, now)


def known(session: Session, platform: str, external_ids: Collection[str]) -> Mapping[str, Known]:
    """What we know of workspaces by their own ids, in one query; those we never heard of are left out."""
    found = session.execute(
        select(
            col(Workspace.external_id),
            col(Workspace.name),
            col(Workspace.removed_at).is_not(None),
            exists().where(col(Team.workspace_id) == col(Workspace.id)),
        ).where(col(Workspace.platform) == platform, col(Workspace.external_id).in_(external_ids))
    )
    return {external_id: Known(*rest) for external_id, *rest in found}


def returned(session: Session, platform: str, external_id: str, name: str, now: datetime) -> None:
    """We are in a workspace of that name, for the first time or again."""
    if external_id:
        come_back(session, teams.workspace(session, platform, external_id, name, now))


def let_in(session: Session, platform: str, external_ids: Collection[str], at: datetime) -> None:
    """At this time we were let into workspaces again; of those we were taken out of later, that is old news."""
    back = update(Workspace).where(
        col(Workspace.platform) == platform,
        col(Workspace.external_id).in_(external_ids),
        col(Workspace.removed_at) <= at,
    )
    session.execute(back.values(removed_at=None).execution_options(synchronize_session=False))


def is_removed(session: Session, workspace_id: int) -> bool:
    """Whether we were taken out of a workspace."""
    return session.get_one(Workspace, workspace_id).removed_at is not None


def come_back(session: Session, workspace_id: int) -> None:
    """We hear of a workspace again: its schedules go on."""
    session.get_one(Workspace, workspace_id).removed_at = None
    session.flush()
