"""Tests of the rotation's guarantees, on any bank and any history."""

from collections import Counter
from itertools import pairwise

from hypothesis import given, strategies

from bot.prompts.bank.rotation import choose_next_question

Packs = list[tuple[str, list[str]]]
ABC: Packs = [("a", ["a:1", "a:2"]), ("b", ["b:1"]), ("c", ["c:1", "c:2"])]


@strategies.composite
def banks(draw: strategies.DrawFn) -> Packs:
    """Generate a few packs, some of them empty."""
    sizes = draw(strategies.lists(strategies.integers(0, 5), min_size=1, max_size=5))
    return [(f"p{pack}", [f"p{pack}:{number}" for number in range(size)]) for pack, size in enumerate(sizes)]


def keys(packs: Packs) -> list[str]:
    return [key for _, questions in packs for key in questions]


def draws(packs: Packs, count: int, asked: list[str] | None = None) -> list[str]:
    """Return the next `count` questions, each recorded as asked."""
    past = list(asked or [])
    for _ in range(count):
        key = choose_next_question(packs, past)
        assert key is not None
        past.append(key)
    return past[len(asked or []) :]


@given(banks().filter(keys))
def test_nothing_comes_again_until_all_has_come(packs: Packs) -> None:
    """This holds round after round."""
    size = len(keys(packs))
    found = draws(packs, 3 * size)
    for start in range(0, 3 * size, size):
        assert set(found[start : start + size]) == set(keys(packs))


@given(banks().filter(lambda packs: len(keys(packs)) > 1), strategies.data())
def test_never_the_same_twice_in_a_row(packs: Packs, data: strategies.DataObject) -> None:
    """This holds whatever was asked before, even by wish and in another order."""
    past = data.draw(strategies.lists(strategies.sampled_from([*keys(packs), "gone:1"]), max_size=30))
    found = [*past[-1:], *draws(packs, 20, past)]
    assert all(before != after for before, after in pairwise(found))


@given(banks().filter(lambda packs: len(keys(packs)) > 1), strategies.data())
def test_what_came_least_comes_first(packs: Packs, data: strategies.DataObject) -> None:
    """So a new question or pack gets its turn before anything is repeated."""
    past = data.draw(strategies.lists(strategies.sampled_from(keys(packs)), max_size=30))
    times = Counter(past)
    key = choose_next_question(packs, past)
    rested = [one for one in keys(packs) if one not in past[-1:]]
    assert key in rested
    assert times[key] == min(times[one] for one in rested)


def test_packs_take_turns() -> None:
    """Each gives one question, in the team's order, as long as it has any."""
    assert draws(ABC, 5) == ["a:1", "b:1", "c:1", "a:2", "c:2"]


def test_a_muted_question_still_says_whose_turn_it_was() -> None:
    """Muting the last question does not restart the rotation of packs."""
    muted: Packs = [("a", ["a:2"]), *ABC[1:]]
    assert choose_next_question(muted, ["a:1"]) == "b:1"


def test_a_wish_goes_first() -> None:
    """This holds even for a question that was asked before."""
    assert choose_next_question(ABC, ["a:1"], ["c:2", "a:1"]) == "c:2"
    assert choose_next_question([], [], ["c:2"]) == "c:2"


def test_nothing_to_ask() -> None:
    """All packs are off, or all questions are muted."""
    assert choose_next_question([], []) is None
    assert choose_next_question([("a", [])], ["a:1"]) is None


def test_a_single_question_is_better_than_none() -> None:
    """A team that has muted all others is asked it again."""
    assert choose_next_question([("a", ["a:1"])], ["a:1"]) == "a:1"
