"""Who is whose, in a round: each writes about one teammate, or people of different crafts answer together.

Pure, so that its promises (everyone covered, nobody twice) can be tested on any group.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import SystemRandom

Shuffle = Callable[[list[int]], None]

LEAST = 2
"""People in one group of a cross pair; an odd one makes three of them."""


def shuffled(people: list[int]) -> None:
    """Put them in an order that nobody can foresee."""
    SystemRandom().shuffle(people)


def circle(people: Sequence[int], shuffle: Shuffle = shuffled) -> Mapping[int, int]:
    """Each person's teammate, as one circle: everyone is somebody's, nobody twice, and nobody their own.

    Empty for fewer than two.
    """
    if len(people) < 2:
        return {}
    order = list(people)
    shuffle(order)
    return dict(zip(order, [*order[1:], order[0]], strict=True))


def across(crafts: Mapping[int, str], shuffle: Shuffle = shuffled) -> Sequence[Sequence[int]]:
    """Groups in which at least two crafts meet: pairs, and who is left over joins one of them.

    `crafts` are as people name them, by person; case and blanks make no difference. Nothing where there is only
    one craft.
    """
    order = list(crafts)
    shuffle(order)
    by_craft: dict[str, list[int]] = {}
    for person in order:
        by_craft.setdefault(" ".join(crafts[person].split()).casefold(), []).append(person)
    groups: list[list[int]] = []
    while len(two := _largest(by_craft)) == LEAST:
        groups.append([craft.pop() for craft in two])
    left = [person for craft in by_craft.values() for person in craft]
    for number, person in enumerate(left if groups else ()):
        groups[number % len(groups)].append(person)
    return groups


def _largest(by_craft: Mapping[str, list[int]]) -> Sequence[list[int]]:
    """The two crafts with the most people who have nobody yet: so the fewest are left over."""
    return sorted((craft for craft in by_craft.values() if craft), key=len, reverse=True)[:LEAST]


def circles(about: Mapping[int, int | None]) -> Sequence[Sequence[int]]:
    """The groups behind what `circle` gave each of them, each beginning with its lowest number."""
    groups, seen = [], set[int]()
    for first in sorted(about):
        group, person = [], about[first] and first
        while person and person not in seen and person in about:
            seen.add(person)
            group.append(person)
            person = about[person]
        if group:
            groups.append(group)
    return groups
