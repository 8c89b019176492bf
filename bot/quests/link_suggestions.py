"""Link suggestions: experiments that may have led to a breakthrough.

They are the attempts of its quest, earlier attempts at the same ideas, and experiments
with shared words. People choose the links. Suggestions from the quest and from earlier
attempts are preselected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlmodel import Session

from storage.models import Kind, Moment, MomentState
from storage.moments import fulltext
from storage.quests import attempts, links, quests

SHOWN = 24
"""Experiments to choose from (Discord's limit is 25)."""
LEAST_SHOWN = 8
"""Suggestions to show where the team has that many. The newest experiments fill the gap."""
COMPARED_EXPERIMENTS = 200
"""The number of a team's newest experiments whose words are compared."""
COMMON_WORD_LIMIT = 2
"""The most experiments that a word may occur in and still count.

In a larger team the limit is a quarter of the compared experiments.
"""
SHORTEST_WORD = 4
"""The fewest letters of a word that counts. In unspaced scripts a pair is enough."""


class LinkSuggestions(NamedTuple):
    """Suggested experiments, likeliest first.

    `chosen` is how many of them, from the start, are likely enough to be preselected.
    """

    moments: Sequence[Moment]
    chosen: int


def suggest_links(session: Session, breakthrough: Moment) -> LinkSuggestions:
    """Return experiments that may have led to a breakthrough and are not linked yet."""
    seen = {moment.id for moment in links.list_linked(session, breakthrough.id)}
    known = _quest_attempts(session, breakthrough)
    likely = _take_new([*known, *_earlier_attempts(session, [*seen, *(one.id for one in known)])], seen)
    recent = links.list_recent(session, breakthrough.team_id, Kind.EXPERIMENT, COMPARED_EXPERIMENTS)
    similar = _take_new(sort_by_shared_words(breakthrough, recent), seen)
    newest = _take_new(recent, seen)[: max(0, LEAST_SHOWN - len(likely) - len(similar))]
    return LinkSuggestions([*likely, *similar, *newest][:SHOWN], min(len(likely), SHOWN))


def _quest_attempts(session: Session, breakthrough: Moment) -> Sequence[Moment]:
    found = quests.list_found_by(session, breakthrough.id)
    return [attempt for quest in found for attempt in attempts.list_by_quest(session, quest.id)]


def _earlier_attempts(session: Session, ids: Iterable[int]) -> Sequence[Moment]:
    """Return the attempts before these at the same ideas."""
    before = {one for each in ids for one in attempts.attempt_chain(session, each, forward=False)}
    found = (session.get(Moment, one) for one in sorted(before))
    return [moment for moment in found if moment is not None and _is_active_experiment(moment)]


def _is_active_experiment(moment: Moment) -> bool:
    kept = moment.deleted_at is None and moment.state == MomentState.KEPT
    return kept and moment.kind == Kind.EXPERIMENT


def _take_new(found: Iterable[Moment], seen: set[int]) -> list[Moment]:
    """Return each moment once, without those in `seen`, and add them to `seen`."""
    fresh = {moment.id: moment for moment in found if moment.id not in seen}
    seen.update(fresh)
    return list(fresh.values())


def sort_by_shared_words(breakthrough: Moment, experiments: Sequence[Moment]) -> Sequence[Moment]:
    """Return the experiments that share a word with the breakthrough, best match first.

    Rare words count most. A word that occurs in many experiments counts nothing.
    """
    words = {each.id: _words_of(each) for each in experiments}
    frequency = Counter(word for found in words.values() for word in found)
    rare = {word for word, times in frequency.items() if times <= max(COMMON_WORD_LIMIT, len(words) // 4)}
    shared = _words_of(breakthrough) & rare
    scores = {each.id: sum(1 / frequency[word] for word in words[each.id] & shared) for each in experiments}
    return sorted((each for each in experiments if scores[each.id]), key=lambda one: -scores[one.id])


def _words_of(moment: Moment) -> set[str]:
    texts = (moment.text, *moment.parts.values())
    found = {token for text in texts for token in fulltext.tokenize_text(text)}
    return {token for token in found if len(token) >= SHORTEST_WORD or not token.isascii()}
