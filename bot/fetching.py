"""Fetching the words of messages that an emoji kept: planned with the capture, tried again, never forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.adapter import Adapter, OutcomeUnknown, Place, Source
from bot.features import sources
from bot.turn import Clock
from storage import moments
from storage.database import Database
from storage.models import Fetch, Moment, Person, Team, Workspace

BATCH = 50
AGAIN = (timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=2))
"""When a message that could not be fetched is tried again; after the last the moment stays a draft."""


async def fetch_due(database: Database, adapters: Mapping[str, Adapter], clock: Clock) -> int:
    """Fetch what is due; how many were tried."""
    now = clock()
    due = await database.read(lambda session: _due(session, now))
    for moment_id, platform, place, message in due:
        if platform in adapters:
            await _fetch(database, adapters[platform], moment_id, place, message, clock)
    return len(due)


def _due(session: Session, now: datetime) -> list[tuple[int, str, Place, str]]:
    found = []
    for fetch in moments.fetches_due(session, now, BATCH):
        moment = session.get_one(Moment, fetch.moment_id)
        workspace = session.get_one(Workspace, session.get_one(Team, moment.team_id).workspace_id)
        place = Place(workspace.external_id, moment.source_channel or "")
        found.append((moment.id, workspace.platform, place, moment.source_message or ""))
    return found


async def _fetch(
    database: Database, adapter: Adapter, moment_id: int, place: Place, message: str, clock: Clock
) -> None:
    try:
        source = await adapter.read(place, message)
    except OutcomeUnknown:
        await database.write(lambda session: _again(session, moment_id, clock()))
        return
    await database.write(lambda session: _settle(session, moment_id, source, clock()))


def _settle(session: Session, moment_id: int, source: Source | None, now: datetime) -> None:
    """Words, no words, or nothing that is ours to keep."""
    moment = session.get(Moment, moment_id)
    if moment is None or session.get(Fetch, moment_id) is None:
        return
    if source is None or (not source.text.strip() and not source.by_bot):
        sources.unreadable(session, moment, now)
    elif _refused(session, moment, source):
        moments.discard(session, moment)
    else:
        sources.name_author(session, moment, source)
        sources.settle(session, moment, source, now)


def _refused(session: Session, moment: Moment, source: Source) -> bool:
    author = session.get_one(Person, moment.author_id)
    return bool(sources.refusal(author, moment.kept_by_id, source.by_bot, source.external))


def _again(session: Session, moment_id: int, now: datetime) -> None:
    fetch = session.get(Fetch, moment_id)
    if fetch is None:
        return
    if fetch.attempts >= len(AGAIN):
        sources.unreadable(session, session.get_one(Moment, moment_id), now)
        return
    fetch.due_at = now + AGAIN[fetch.attempts]
    fetch.attempts += 1
