"""Who installed us, with which token; and what happens where we are taken out again.

An installation serves one workspace or, where its `workspace` is empty, all workspaces of an organisation.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlmodel import Session, col

from storage.models import Installation, InstallAttempt, Workspace
from storage.teams import presence, teams


def begin(session: Session, state: str, browser: str, now: datetime, lasts: timedelta) -> None:
    """Note that an installation was begun in a browser, and forget those that nobody went on with."""
    session.execute(delete(InstallAttempt).where(col(InstallAttempt.expires_at) <= now))
    session.add(InstallAttempt(state=state, browser=browser, expires_at=now + lasts))
    session.flush()


def redeem(session: Session, state: str, browser: str, now: datetime) -> bool:
    """Use an attempt up; whether it was there, in this browser, and in time."""
    used = session.execute(
        delete(InstallAttempt)
        .where(
            col(InstallAttempt.state) == state,
            col(InstallAttempt.browser) == browser,
            col(InstallAttempt.expires_at) > now,
        )
        .returning(col(InstallAttempt.state))
    )
    return used.first() is not None


def find(session: Session, platform: str, workspace: str, organisation: str = "") -> Installation | None:
    """A workspace's own installation, else the one of its organisation, given or known from before."""
    if workspace and (own := _one(session, platform, col(Installation.workspace) == workspace)):
        return own
    organisation = organisation or _organisation(session, platform, workspace)
    if not organisation:
        return None
    for_all = (col(Installation.organisation) == organisation) & (col(Installation.workspace) == "")
    return _one(session, platform, for_all)


def _one(session: Session, platform: str, condition: Any) -> Installation | None:
    wanted = select(Installation).where(col(Installation.platform) == platform, condition)
    return session.execute(wanted).scalars().first()


def _organisation(session: Session, platform: str, workspace: str) -> str:
    """What a workspace belongs to. One that is named by its organisation is all of it."""
    known = session.execute(
        select(col(Workspace.organisation)).where(
            col(Workspace.platform) == platform, col(Workspace.external_id) == workspace
        )
    ).scalar_one_or_none()
    return known or workspace


def put(session: Session, given: Installation, name: str) -> None:
    """Install, or install again: the new tokens count, and what had stopped in its workspaces comes back."""
    there = _exactly(session, given)
    if there is None:
        session.add(given)
    else:
        fresh = given.model_dump(exclude={"id"})
        there.sqlmodel_update(fresh)
    if given.workspace:
        workspace_id = teams.workspace(session, given.platform, given.workspace, name, given.installed_at)
        session.get_one(Workspace, workspace_id).organisation = given.organisation
    session.flush()
    for workspace in _served(session, given):
        workspace.removed_at = None
    session.flush()


def _exactly(session: Session, given: Installation) -> Installation | None:
    if given.workspace:
        return _one(session, given.platform, col(Installation.workspace) == given.workspace)
    for_all = (col(Installation.organisation) == given.organisation) & (col(Installation.workspace) == "")
    return _one(session, given.platform, for_all)


def belongs(session: Session, platform: str, workspace: str, organisation: str, now: datetime) -> None:
    """Remember which organisation a workspace belongs to, so that its installation is found for posts."""
    workspace_id = teams.workspace(session, platform, workspace, "", now)
    session.get_one(Workspace, workspace_id).organisation = organisation
    session.flush()


def remove(
    session: Session, platform: str, workspace: str, organisation: str, before: datetime, now: datetime
) -> bool:
    """We were taken out at `before`: tokens are forgotten and everything stops; whether there was something.

    An installation that is younger stays: the news of an older one's end may come late.
    """
    there = find(session, platform, workspace, organisation)
    if there is None or there.installed_at > before:
        return False
    for served in _served(session, there):
        presence.remove(session, served.id, now)
    session.delete(there)
    session.flush()
    return True


def let_out(session: Session, platform: str, workspaces: Collection[str], at: datetime) -> None:
    """An organisation's installation was let out of workspaces at `at`. Those with one of their own go on.

    Its token stays, for it serves the others. An installation that is younger than the news stays everywhere.
    """
    for external_id in workspaces:
        serving = find(session, platform, external_id)
        if serving is not None and not serving.workspace and serving.installed_at <= at:
            presence.removed(session, platform, external_id, at)


def _served(session: Session, one: Installation) -> Sequence[Workspace]:
    """The workspaces that an installation speaks in; not those with one of their own."""
    wanted = select(Workspace).where(col(Workspace.platform) == one.platform)
    if one.workspace:
        return session.execute(wanted.where(col(Workspace.external_id) == one.workspace)).scalars().all()
    own = select(col(Installation.workspace)).where(col(Installation.platform) == one.platform)
    of_it = or_(
        col(Workspace.organisation) == one.organisation, col(Workspace.external_id) == one.organisation
    )
    return session.execute(wanted.where(of_it, col(Workspace.external_id).not_in(own))).scalars().all()


def take_renewing(
    session: Session, installation_id: int, token: str, now: datetime, lasts: timedelta
) -> bool:
    """Take it on to renew `token`; whether it is ours to do, and nobody else is at it or done."""
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


def change(session: Session, installation_id: int, **values: Any) -> None:
    """Write new values down; nothing happens where it was removed meanwhile."""
    session.execute(
        update(Installation)
        .where(col(Installation.id) == installation_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def named(session: Session, platform: str) -> Sequence[tuple[Installation, str]]:
    """All installations of a platform with the names of their workspaces; an organisation's has none."""
    there = (col(Workspace.platform) == col(Installation.platform)) & (
        col(Workspace.external_id) == col(Installation.workspace)
    )
    wanted = select(Installation, func.coalesce(Workspace.name, "")).outerjoin(Workspace, there)
    found = session.execute(
        wanted.where(col(Installation.platform) == platform).order_by(col(Installation.id))
    )
    return [(one, name) for one, name in found]


def everyone(session: Session, platform: str) -> Sequence[Installation]:
    """All installations of a platform."""
    wanted = select(Installation).where(col(Installation.platform) == platform).order_by(col(Installation.id))
    return session.execute(wanted).scalars().all()
