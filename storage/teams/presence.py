"""Whether the bot is a member of a workspace.

Posting stops in a workspace when the bot is removed from it, and resumes when the bot returns.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, select, update
from sqlmodel import Session, col

from storage.models import Person, Posting, PostingState, Team, Workspace
from storage.teams import teams


class KnownWorkspace(NamedTuple):
    """The stored facts about a workspace, including whether the bot was removed from it."""

    name: str
    removed: bool
    has_team: bool


class KnownCaller(NamedTuple):
    """A workspace that knows a person: its platform id and name, and the language of the person there, if known."""

    workspace: str
    name: str
    language: str = ""


def mark_removed(session: Session, workspace_id: int, now: datetime) -> None:
    """Record that the bot was removed from a workspace, and cancel all postings waiting there.

    Its schedules stay unchanged, so that they resume when the bot is invited again.
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


def mark_removed_by_external_id(session: Session, platform: str, external_id: str, now: datetime) -> None:
    """Record that the bot was removed from a workspace, given by its platform id.

    Do nothing for a workspace without a row.
    """
    wanted = select(col(Workspace.id)).where(
        col(Workspace.platform) == platform, col(Workspace.external_id) == external_id
    )
    workspace_id = session.execute(wanted).scalar_one_or_none()
    if workspace_id is not None:
        mark_removed(session, workspace_id, now)


def known_workspaces(
    session: Session, platform: str, external_ids: Collection[str]
) -> Mapping[str, KnownWorkspace]:
    """Return the stored facts about workspaces by platform id, in one query.

    Workspaces without a row are left out.
    """
    found = session.execute(
        select(
            col(Workspace.external_id),
            col(Workspace.name),
            col(Workspace.removed_at).is_not(None),
            exists().where(col(Team.workspace_id) == col(Workspace.id)),
        ).where(col(Workspace.platform) == platform, col(Workspace.external_id).in_(external_ids))
    )
    return {external_id: KnownWorkspace(*rest) for external_id, *rest in found}


def workspaces_of_person(session: Session, platform: str, person: str, most: int) -> Sequence[KnownCaller]:
    """Return the workspaces that know a person and have the bot, newest first, with the person's language there.

    `person` is the platform's id. At most `most` are returned.
    """
    found = session.execute(
        select(col(Workspace.external_id), col(Workspace.name), col(Person.language), col(Person.locale))
        .join(Person, col(Person.workspace_id) == col(Workspace.id))
        .where(
            col(Workspace.platform) == platform,
            col(Workspace.removed_at).is_(None),
            col(Person.external_id) == person,
        )
        .order_by(col(Workspace.id).desc())
        .limit(most)
    )
    return [KnownCaller(external_id, name, chosen or locale) for external_id, name, chosen, locale in found]


def mark_present_by_external_id(
    session: Session, platform: str, external_id: str, name: str, now: datetime
) -> None:
    """Record that the bot is in a workspace, and create or rename its row.

    Do nothing for an empty id.
    """
    if external_id:
        mark_present(session, teams.ensure_workspace(session, platform, external_id, name, now))


def restore_removed_before(
    session: Session, platform: str, external_ids: Collection[str], at: datetime
) -> None:
    """Record that the bot was let into workspaces again at a time.

    A workspace that it was removed from after `at` stays removed, because the news is old.
    """
    back = update(Workspace).where(
        col(Workspace.platform) == platform,
        col(Workspace.external_id).in_(external_ids),
        col(Workspace.removed_at) <= at,
    )
    session.execute(back.values(removed_at=None).execution_options(synchronize_session=False))


def is_removed(session: Session, workspace_id: int) -> bool:
    """Return whether the bot was removed from a workspace."""
    return session.get_one(Workspace, workspace_id).removed_at is not None


def mark_present(session: Session, workspace_id: int) -> None:
    """Record that the bot is in a workspace, so that its schedules resume."""
    session.get_one(Workspace, workspace_id).removed_at = None
    session.flush()
