"""Tests of matching in a round: everyone covered, nobody twice, and groups of different crafts."""

from itertools import pairwise

import pytest

from bot.prompts.formats.matching import match_circle, match_crafts
from storage.prompts.rounds import find_circles


def as_given(people: list[int]) -> None:
    """Leave the people in the order in which they joined."""


@pytest.mark.parametrize("number", [2, 3, 4, 7, 40])
def test_everyone_is_covered_and_nobody_twice(number: int) -> None:
    """The matches form one circle, whatever the order."""
    people = list(range(1, number + 1))
    for _ in range(20):
        teammate = match_circle(people)
        assert sorted(teammate) == sorted(teammate.values()) == people
        assert all(one != other for one, other in teammate.items())
        [group] = find_circles(teammate)
        assert sorted(group) == people


@pytest.mark.parametrize("people", [[], [1]])
def test_alone_there_is_no_teammate(people: list[int]) -> None:
    """A round needs two people."""
    assert match_circle(people) == {}


def test_the_order_is_not_always_the_same() -> None:
    """The order of joining does not reveal the matches."""
    assert len({tuple(sorted(match_circle(range(1, 8)).items())) for _ in range(40)}) > 1


def test_two_crafts_meet_in_every_group() -> None:
    """Nobody is left out, however many there are of each craft."""
    for crafts in ("ab", "aab", "abc", "aabb", "aaab", "aaaab", "abcd", "aabbcc", "aaabbbc", "aaaaaaab"):
        named = dict(enumerate(crafts, 1))
        for _ in range(20):
            groups = match_crafts(named)
            assert sorted(person for group in groups for person in group) == sorted(named)
            assert all(len({named[person] for person in group}) > 1 for group in groups)


def test_an_odd_one_makes_three_of_two() -> None:
    """No group grows while another one is smaller."""
    assert sorted(map(len, match_crafts(dict(enumerate("aabbc", 1))))) == [2, 3]
    assert sorted(map(len, match_crafts(dict(enumerate("aaaab", 1))))) == [5]
    sizes = sorted(map(len, match_crafts(dict(enumerate("aaaaabb", 1)))))
    assert all(after - before <= 1 for before, after in pairwise(sizes))


def test_one_craft_makes_no_pair() -> None:
    """Spelling variants count as the same craft."""
    assert match_crafts({1: "Design", 2: " design ", 3: "DESIGN"}, as_given) == []
    assert match_crafts({}, as_given) == []
    assert match_crafts({1: "Design"}, as_given) == []


def test_circles_are_found_again() -> None:
    """They follow from the matches. A person without a match is in none."""
    assert find_circles({1: 4, 4: 1, 2: 3, 3: 5, 5: 2, 6: None}) == [[1, 4], [2, 3, 5]]
