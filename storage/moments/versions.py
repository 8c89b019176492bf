"""Versions of a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Integer, Select, bindparam, delete, select
from sqlmodel import Session, col

from storage.engine.batch_reads import has_none
from storage.engine.statements import build_once
from storage.models import Version

SEALED_FOR = timedelta(hours=48)
"""How long a first added version stays hidden when nobody adds a second one."""


def list_versions(session: Session, moment_id: int) -> Sequence[Version]:
    """Return a moment's added versions, oldest first."""
    if has_none(session, Version, moment_id):
        return ()
    return session.execute(_select_versions(), {"moment_id": moment_id}).scalars().all()


@build_once
def _select_versions() -> Select[Version]:
    theirs = select(Version).where(col(Version.moment_id) == bindparam("moment_id"))
    return theirs.order_by(col(Version.id))


def find_by_author(session: Session, moment_id: int, author_id: int) -> Version | None:
    """Return a person's version of a moment, or None."""
    theirs = (col(Version.moment_id) == moment_id, col(Version.author_id) == author_id)
    return session.execute(select(Version).where(*theirs)).scalar_one_or_none()


def are_versions_open(versions: Sequence[Version], now: datetime) -> bool:
    """Return whether added versions may be read.

    They may when two are written, or the first is 48 hours old or already opened.
    """
    return len(versions) > 1 or any(
        v.opened_at is not None or v.created_at + SEALED_FOR <= now for v in versions
    )


def remove_version(session: Session, moment_id: int, author_id: int) -> bool:
    """Delete the version of a person and return whether there was one."""
    theirs = (col(Version.moment_id) == moment_id, col(Version.author_id) == author_id)
    return session.execute(delete(Version).where(*theirs).returning(col(Version.id))).first() is not None


def open_versions(session: Session, told: Sequence[Version], now: datetime) -> None:
    """Record that versions are open from now on."""
    for version in told:
        version.opened_at = version.opened_at or now
    session.flush()


def list_versions_to_open(session: Session, now: datetime, limit: int) -> Sequence[Version]:
    """Return the versions older than 48 hours that are not recorded as open."""
    given = {"created_until": now - SEALED_FOR, "limit": limit}
    return session.execute(_select_sealed(), given).scalars().all()


@build_once
def _select_sealed() -> Select[Version]:
    sealed = select(Version).where(
        col(Version.opened_at).is_(None), col(Version.created_at) <= bindparam("created_until")
    )
    return sealed.order_by(col(Version.created_at), col(Version.id)).limit(bindparam("limit", type_=Integer))
