"""What may have fed a breakthrough: its quest's attempts, earlier attempts at the same ideas, and shared words.

People choose; this only brings what is likely near their hand. What comes from quest and chain is chosen already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlmodel import Session

from storage.models import Kind, Moment, MomentState
from storage.moments import fulltext as search
from storage.quests import attempts, links, quests

SHOWN = 24
"""Experiments to choose from (Discord's limit is 25)."""
AT_LEAST = 8
"""How many are shown while there are so many: where little is likely, the newest are."""
LOOKED_AT = 200
"""A team's newest experiments whose words are compared."""
OFTEN = 2
"""Experiments in which a word may stand and still tell something; with many, in a quarter of them."""
SHORTEST = 4
"""Letters of a word that may tell two texts belong together; in unspaced scripts a pair is enough."""


class Candidates(NamedTuple):
    """Experiments, the likeliest first, and how many of them are so likely that they are chosen already."""

    moments: Sequence[Moment]
    chosen: int


def fed_by(session: Session, breakthrough: Moment) -> Candidates:
    """What may have fed it and is not linked yet."""
    seen = {moment.id for moment in links.of(session, breakthrough.id)}
    known = _of_quests(session, breakthrough)
    likely = _fresh([*known, *_earlier(session, [*seen, *(one.id for one in known)])], seen)
    recent = links.recent(session, breakthrough.team_id, Kind.EXPERIMENT, LOOKED_AT)
    similar = _fresh(alike(breakthrough, recent), seen)
    newest = _fresh(recent, seen)[: max(0, AT_LEAST - len(likely) - len(similar))]
    return Candidates([*likely, *similar, *newest][:SHOWN], min(len(likely), SHOWN))


def _of_quests(session: Session, breakthrough: Moment) -> Sequence[Moment]:
    found = quests.found_by(session, breakthrough.id)
    return [attempt for quest in found for attempt in attempts.of_quest(session, quest.id)]


def _earlier(session: Session, ids: Iterable[int]) -> Sequence[Moment]:
    """The attempts before these at the same ideas."""
    before = {one for each in ids for one in attempts.chain(session, each, forward=False)}
    found = (session.get(Moment, one) for one in sorted(before))
    return [moment for moment in found if moment is not None and _stands(moment)]


def _stands(moment: Moment) -> bool:
    kept = moment.deleted_at is None and moment.state == MomentState.KEPT
    return kept and moment.kind == Kind.EXPERIMENT


def _fresh(found: Iterable[Moment], seen: set[int]) -> list[Moment]:
    """Each once, without those seen already; they are seen now."""
    fresh = {moment.id: moment for moment in found if moment.id not in seen}
    seen.update(fresh)
    return list(fresh.values())


def alike(breakthrough: Moment, experiments: Sequence[Moment]) -> Sequence[Moment]:
    """Those that share a word with it, the rarest words counting most; a word that stands in many counts nothing."""
    words = {each.id: _words(each) for each in experiments}
    frequency = Counter(word for found in words.values() for word in found)
    rare = {word for word, times in frequency.items() if times <= max(OFTEN, len(words) // 4)}
    shared = _words(breakthrough) & rare
    scores = {each.id: sum(1 / frequency[word] for word in words[each.id] & shared) for each in experiments}
    return sorted((each for each in experiments if scores[each.id]), key=lambda one: -scores[one.id])


def _words(moment: Moment) -> set[str]:
    texts = (moment.text, *moment.parts.values())
    found = {token for text in texts for token in search.tokens(text)}
    return {token for token in found if len(token) >= SHORTEST or not token.isascii()}
