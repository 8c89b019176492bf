"""Asks the platforms by the clock whether people are still in their team's channels, outside any transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.core.access.admission import find_team_access
from bot.core.access.cache import AccessCache, AccessQuestion, AccessUnknownError
from bot.core.access.watch import Watch, Watched
from bot.core.adapter import Adapter
from bot.core.origin import Access, Origin
from bot.runtime.access import ASK_WITHIN, AccessQuestions
from storage.engine.database import Database


class Watching:
    """The people who are due to be asked about."""

    def __init__(
        self,
        database: Database,
        adapters: Mapping[str, Adapter],
        cache: AccessCache,
        questions: AccessQuestions,
        watches: Sequence[Watch],
    ) -> None:
        self.database = database
        self.adapters = adapters
        self.cache = cache
        self.questions = questions
        self.watches = watches

    async def ask_due(self, now: datetime) -> None:
        """Ask about everyone who is due, batch by batch, and record the answers."""
        for watch in self.watches:
            while await self._ask_batch(watch, now):
                pass

    async def _ask_batch(self, watch: Watch, now: datetime) -> bool:
        found, unknown = await self.database.read_in_background(
            lambda session: self._list_due(session, watch, now)
        )
        if unknown:
            await self.questions.ask(unknown, ASK_WITHIN)
        if found:
            await self.database.write(lambda session: self._record(session, watch, found, now))
        return bool(found)

    def _list_due(
        self, session: Session, watch: Watch, now: datetime
    ) -> tuple[Sequence[Watched], Sequence[AccessQuestion]]:
        """Return who is due, and what the platforms have to be asked first."""
        found = watch.list_due(session, now)
        unknown: list[AccessQuestion] = []
        for watched in found:
            try:
                self._has_left(session, watched, now)
            except AccessUnknownError as error:
                unknown += error.questions
        return found, [question for question in unknown if question.platform in self.adapters]

    def _record(self, session: Session, watch: Watch, found: Sequence[Watched], now: datetime) -> None:
        for watched in found:
            try:
                left = self._has_left(session, watched, now)
            except AccessUnknownError:
                left = None
            watch.record(session, watched, left, now)

    def _has_left(self, session: Session, watched: Watched, now: datetime) -> bool | None:
        """Return whether a person has left all the team's channels, or None if the platform doesn't say."""
        origin = Origin(watched.platform, watched.workspace, "", watched.person, "", "")
        found = find_team_access(session, self.cache, origin, watched.team_id, watched.person_id, now)
        return None if found.access is Access.UNKNOWN else found.access is Access.OUTSIDE
