"""What a recap and a harvest tell, as their postings store it: ids of rows, and figures.

It holds no words of a moment, an answer or a quest, but their ids. A posted report is composed
from it again after a change: removed rows are missing then, and nothing comes in that was not
there when it was posted. A new field needs a default, because the stored ones lack it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.charts.quest_chart import QuestHistory
from bot.charts.recap_chart import Week
from bot.core.posts import RecapPick


@dataclass(frozen=True)
class RecapAsPosted:
    """The moments, versions and answers that a recap tells, and its figures.

    `crowd` is the number of screen lines of the recap's first version.
    """

    zone: str
    experiments: tuple[int, ...]
    moments: tuple[int, ...]
    still_open: tuple[int, ...]
    year_ago: tuple[int, ...]
    versions: tuple[int, ...]
    answers: tuple[int, ...]
    more: int
    people: int
    nameless: int
    millimetres: int | None
    question: str
    weeks: tuple[Week, ...]
    crowd: int
    picks: Mapping[str, RecapPick] = field(default_factory=dict)
    """What the other rooms tell, by the key of each `RecapSource`."""

    @property
    def own_moments(self) -> tuple[int, ...]:
        """The ids of the moments that the recap tells itself, without repetition, in its order."""
        return tuple(dict.fromkeys((*self.experiments, *self.moments, *self.still_open, *self.year_ago)))

    @property
    def all_moments(self) -> tuple[int, ...]:
        """The ids of all moments that the recap shows, without repetition."""
        return tuple(dict.fromkeys((*self.own_moments, *list_told(self.picks))))

    @property
    def named_moments(self) -> tuple[int, ...]:
        """The ids of the moments of which the recap tells only the number."""
        return list_named(self.picks, self.own_moments)


@dataclass(frozen=True)
class LinksAsPosted:
    """How a breakthrough came about, in figures."""

    linked: int
    attempts: int
    days: int
    people: int


@dataclass(frozen=True)
class HarvestAsPosted:
    """The moments and quests that a harvest tells, and its figures.

    `links` holds the figures of every breakthrough by its id, and `chart` those of the picture.
    """

    zone: str
    ends: date
    found: tuple[int, ...]
    doors: tuple[int, ...]
    experiments: tuple[int, ...]
    moments: tuple[int, ...]
    quests: tuple[int, ...]
    quest_count: int
    quests_found: int
    quests_let_go: int
    tried: int
    breakthroughs: int
    links: Mapping[int, LinksAsPosted]
    worth: tuple[tuple[str, int], ...]
    people: int
    millimetres: int | None
    kept: int
    chart: QuestHistory | None
    picks: Mapping[str, RecapPick] = field(default_factory=dict)
    """What the other rooms tell, by the key of each `RecapSource`."""

    @property
    def own_moments(self) -> tuple[int, ...]:
        """The ids of the moments that the harvest tells itself, without repetition, in its order."""
        return tuple(dict.fromkeys((*self.found, *self.doors, *self.experiments, *self.moments)))

    @property
    def all_moments(self) -> tuple[int, ...]:
        """The ids of all moments that the harvest shows, without repetition."""
        return tuple(dict.fromkeys((*self.own_moments, *list_told(self.picks))))

    @property
    def named_moments(self) -> tuple[int, ...]:
        """The ids of the moments of which the harvest tells only the number."""
        return list_named(self.picks, self.own_moments)


def list_told(picks: Mapping[str, RecapPick]) -> tuple[int, ...]:
    """Return the ids of the moments that the other rooms quote or name."""
    return tuple(one for pick in picks.values() for one in (*pick.moments, *pick.named))


def list_named(picks: Mapping[str, RecapPick], own: Sequence[int]) -> tuple[int, ...]:
    """Return the ids of the moments that are only named: no room quotes them, nor does the report itself."""
    quoted = {*own, *(one for pick in picks.values() for one in pick.moments)}
    return tuple(one for pick in picks.values() for one in pick.named if one not in quoted)
