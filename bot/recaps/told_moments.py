"""Moments as a recap tells them, with the names and versions that belong to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import Session

from bot.recaps.content import ToldMoment, ToldVersion
from storage.models import Moment
from storage.moments import moments
from storage.quests import attempts
from storage.recaps import recaps


class ToldMomentBuilder:
    """A builder of ToldMoments, with the names and the versions that belong to them."""

    def __init__(self, session: Session, found: Mapping[int, Moment], version_ids: Sequence[int]) -> None:
        self.versions = recaps.load_versions(session, version_ids)
        self.outcomes = attempts.outcomes_by_moment(session, found)
        tellers = [version.author_id for told in self.versions.values() for version in told]
        self.people = moments.people_by_id(
            session, [*tellers, *(moment.author_id for moment in found.values())]
        )

    def build_told(self, found: Iterable[Moment], reason: str = "") -> tuple[ToldMoment, ...]:
        """Return a ToldMoment for each of these moments. `reason` names the part that says why."""
        return tuple(self._build_one(moment, reason) for moment in found)

    def _build_one(self, moment: Moment, reason: str) -> ToldMoment:
        by, parts = self.people[moment.author_id].name, moment.parts
        told = tuple(
            ToldVersion(self.people[one.author_id].name, one.text) for one in self.versions.get(moment.id, ())
        )
        happened, taught = parts.get("happened", ""), parts.get("taught", "")
        why = parts.get(reason, "")
        outcome = self.outcomes.get(moment.id)
        return ToldMoment(moment.number, moment.kind, by, moment.text, happened, taught, told, why, outcome)
