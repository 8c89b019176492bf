"""Matching people in a round: each writes about one teammate, or crafts meet in small groups.

The functions are pure, so that their guarantees (everyone covered, nobody twice) can be tested
on any group.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import SystemRandom

Shuffle = Callable[[list[int]], None]

GROUP_SIZE = 2
"""People in one group of a cross pair. With an odd number, one group has three."""


def shuffle_people(people: list[int]) -> None:
    """Shuffle the list in place, in an order that nobody can predict."""
    SystemRandom().shuffle(people)


def match_circle(people: Sequence[int], shuffle: Shuffle = shuffle_people) -> Mapping[int, int]:
    """Return a teammate for each person, so that the matches form one circle.

    Everyone is matched exactly once and nobody with themselves. Empty for fewer than two people.
    """
    if len(people) < 2:
        return {}
    order = list(people)
    shuffle(order)
    return dict(zip(order, [*order[1:], order[0]], strict=True))


def match_crafts(crafts: Mapping[int, str], shuffle: Shuffle = shuffle_people) -> Sequence[Sequence[int]]:
    """Return groups of at least two crafts: pairs, and the remaining people join one of them.

    `crafts` maps each person to their craft as they wrote it. Case and whitespace are ignored.
    Empty when there is only one craft.
    """
    order = list(crafts)
    shuffle(order)
    by_craft: dict[str, list[int]] = {}
    for person in order:
        by_craft.setdefault(" ".join(crafts[person].split()).casefold(), []).append(person)
    groups: list[list[int]] = []
    while len(two := _largest_crafts(by_craft)) == GROUP_SIZE:
        groups.append([craft.pop() for craft in two])
    left = [person for craft in by_craft.values() for person in craft]
    for number, person in enumerate(left if groups else ()):
        groups[number % len(groups)].append(person)
    return groups


def _largest_crafts(by_craft: Mapping[str, list[int]]) -> Sequence[list[int]]:
    """Return the two crafts with the most unmatched people.

    Taking from the largest leaves the fewest people over.
    """
    return sorted((craft for craft in by_craft.values() if craft), key=len, reverse=True)[:GROUP_SIZE]
