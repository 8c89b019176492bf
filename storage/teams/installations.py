"""Installations of the bot: their tokens, and the effects of installing and uninstalling.

An installation serves one workspace or, where its `workspace` is empty, all workspaces of an
organisation.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlmodel import Session, col

from storage.models import Installation, InstallAttempt, Workspace
from storage.teams import presence, teams


def redeem_state(session: Session, state: str, browser: str, expires_at: datetime, now: datetime) -> bool:
    """Store that an installation's state came back, and return whether it did so for the first time.

    Expired ones are deleted, which nobody accepts any more.
    """
    session.execute(delete(InstallAttempt).where(col(InstallAttempt.expires_at) <= now))
    if session.get(InstallAttempt, state) is not None:
        return False
    session.add(InstallAttempt(state=state, browser=browser, expires_at=expires_at))
    session.flush()
    return True


def find_installation(
    session: Session, platform: str, workspace: str, organisation: str = ""
) -> Installation | None:
    """Return the installation of a workspace, or else the one of its organisation.

    The organisation is the one given, or else the one stored for the workspace.
    """
    if workspace and (own := _find_one(session, platform, col(Installation.workspace) == workspace)):
        return own
    organisation = organisation or _organisation_of(session, platform, workspace)
    if not organisation:
        return None
    for_all = (col(Installation.organisation) == organisation) & (col(Installation.workspace) == "")
    return _find_one(session, platform, for_all)


def _find_one(session: Session, platform: str, condition: Any) -> Installation | None:
    wanted = select(Installation).where(col(Installation.platform) == platform, condition)
    return session.execute(wanted).scalars().first()


def _organisation_of(session: Session, platform: str, workspace: str) -> str:
    """Return the stored organisation of a workspace, or else the given id itself.

    Some events name the organisation in place of a workspace.
    """
    known = session.execute(
        select(col(Workspace.organisation)).where(
            col(Workspace.platform) == platform, col(Workspace.external_id) == workspace
        )
    ).scalar_one_or_none()
    return known or workspace


def save_installation(session: Session, given: Installation, name: str) -> None:
    """Save an installation, or replace the tokens of an earlier one.

    The workspaces that it serves are marked as present, so that their posts resume.
    """
    there = _find_same_scope(session, given)
    if there is None:
        session.add(given)
    else:
        fresh = given.model_dump(exclude={"id"})
        there.sqlmodel_update(fresh)
    if given.workspace:
        workspace_id = teams.ensure_workspace(
            session, given.platform, given.workspace, name, given.installed_at
        )
        session.get_one(Workspace, workspace_id).organisation = given.organisation
    session.flush()
    for workspace in _served_workspaces(session, given):
        workspace.removed_at = None
    session.flush()


def _find_same_scope(session: Session, given: Installation) -> Installation | None:
    if given.workspace:
        return _find_one(session, given.platform, col(Installation.workspace) == given.workspace)
    for_all = (col(Installation.organisation) == given.organisation) & (col(Installation.workspace) == "")
    return _find_one(session, given.platform, for_all)


def save_organisation(
    session: Session, platform: str, workspace: str, organisation: str, now: datetime
) -> None:
    """Save the organisation of a workspace.

    Delivery then finds the installation of the organisation for it.
    """
    workspace_id = teams.ensure_workspace(session, platform, workspace, "", now)
    session.get_one(Workspace, workspace_id).organisation = organisation
    session.flush()


def remove_installation(
    session: Session, platform: str, workspace: str, organisation: str, before: datetime, now: datetime
) -> bool:
    """Delete an installation with its tokens, stop its workspaces, and return whether it existed.

    `before` is the time of the uninstall event. An installation made later stays, because the
    event of an earlier uninstall may arrive late.
    """
    there = find_installation(session, platform, workspace, organisation)
    if there is None or there.installed_at > before:
        return False
    for served in _served_workspaces(session, there):
        presence.mark_removed(session, served.id, now)
    session.delete(there)
    session.flush()
    return True


def remove_workspaces(session: Session, platform: str, workspaces: Collection[str], at: datetime) -> None:
    """Record that an organisation's installation lost access to some workspaces at a time.

    A workspace with an installation of its own stays active. The token stays, because it serves
    the others. An installation made after `at` stays everywhere.
    """
    for external_id in workspaces:
        serving = find_installation(session, platform, external_id)
        if serving is not None and not serving.workspace and serving.installed_at <= at:
            presence.mark_removed_by_external_id(session, platform, external_id, at)


def _served_workspaces(session: Session, one: Installation) -> Sequence[Workspace]:
    """Return the workspaces that an installation serves.

    For an organisation, leave out the workspaces with an installation of their own.
    """
    wanted = select(Workspace).where(col(Workspace.platform) == one.platform)
    if one.workspace:
        return session.execute(wanted.where(col(Workspace.external_id) == one.workspace)).scalars().all()
    own = select(col(Installation.workspace)).where(col(Installation.platform) == one.platform)
    of_it = or_(
        col(Workspace.organisation) == one.organisation, col(Workspace.external_id) == one.organisation
    )
    return session.execute(wanted.where(of_it, col(Workspace.external_id).not_in(own))).scalars().all()


def claim_renewal(
    session: Session, installation_id: int, token: str, now: datetime, lasts: timedelta
) -> bool:
    """Claim the renewal of a token for `lasts` and return whether the claim succeeded.

    It fails when another process holds the claim or the stored token is no longer `token`.
    """
    taken = session.execute(
        update(Installation)
        .where(
            col(Installation.id) == installation_id,
            col(Installation.token) == token,
            or_(col(Installation.renewing_until).is_(None), col(Installation.renewing_until) <= now),
        )
        .values(renewing_until=now + lasts)
        .returning(col(Installation.id))
        .execution_options(synchronize_session=False)
    )
    return taken.first() is not None


def update_installation(session: Session, installation_id: int, **values: Any) -> None:
    """Update columns of an installation. Do nothing when it was removed meanwhile."""
    session.execute(
        update(Installation)
        .where(col(Installation.id) == installation_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def list_with_names(session: Session, platform: str) -> Sequence[tuple[Installation, str]]:
    """Return all installations of a platform with the names of their workspaces.

    The name is empty for an installation of an organisation.
    """
    there = (col(Workspace.platform) == col(Installation.platform)) & (
        col(Workspace.external_id) == col(Installation.workspace)
    )
    wanted = select(Installation, func.coalesce(Workspace.name, "")).outerjoin(Workspace, there)
    found = session.execute(
        wanted.where(col(Installation.platform) == platform).order_by(col(Installation.id))
    )
    return [(one, name) for one, name in found]


def list_installations(session: Session, platform: str) -> Sequence[Installation]:
    """Return all installations of a platform."""
    wanted = select(Installation).where(col(Installation.platform) == platform).order_by(col(Installation.id))
    return session.execute(wanted).scalars().all()
