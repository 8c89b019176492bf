"""Tests of one anonymous answer per person, remembered in memory only."""

from bot.core.anonymity import Anonymity


def test_one_answer_each() -> None:
    """A second event is refused. The same event, run again by the writer, is not."""
    anonymity = Anonymity()
    assert anonymity.record_answer(1, "p7", "e1")
    assert anonymity.record_answer(1, "p7", "e1")
    assert not anonymity.record_answer(1, "p7", "e2")
    assert anonymity.record_answer(1, "p8", "e3")
    assert anonymity.record_answer(2, "p7", "e4")


def test_an_answer_that_was_not_stored_may_be_given_again() -> None:
    """A full disk does not use up a person's answer."""
    anonymity = Anonymity()
    assert anonymity.record_answer(1, "p7", "e1")
    assert anonymity.record_answer(1, "p8", "e2")
    anonymity.forget_event("e1")
    assert not anonymity.has_answered(1, "p7")
    assert anonymity.has_answered(1, "p8")
    assert anonymity.record_answer(1, "p7", "e3")


def test_what_is_forgotten_is_gone() -> None:
    """Forgetting a posting forgets who answered it."""
    anonymity = Anonymity()
    anonymity.record_answer(1, "p7", "e1")
    anonymity.forget_posting(1)
    assert not anonymity.has_answered(1, "p7")


def test_a_token_tells_nothing() -> None:
    """It depends on the event and the process only, and is not stored."""
    anonymity, other = Anonymity(), Anonymity()
    assert anonymity.answer_token("e1") == anonymity.answer_token("e1") != other.answer_token("e1")
    anonymity.record_answer(1, "p7", "e1")
    assert anonymity.answer_token("e1") not in repr(vars(anonymity))


def test_a_delivery_that_comes_twice_is_recognised() -> None:
    """Another event of the same person is not, nor is the event of another person."""
    anonymity = Anonymity()
    anonymity.record_answer(1, "p7", "e1")
    assert anonymity.is_repeated(1, "p7", "e1")
    assert not anonymity.is_repeated(1, "p7", "e2")
    assert not anonymity.is_repeated(1, "p8", "e1")
    assert not anonymity.is_repeated(2, "p7", "e1")


def test_people_are_counted_over_targets_of_one_scope() -> None:
    """Three who answered here and two of them there are three. An answer from before a restart is one more."""
    anonymity = Anonymity()
    for target, people in (("team/a", "123"), ("team/b", "12")):
        for person in people:
            assert anonymity.record_answer(target, person, f"{target}-{person}")
    assert anonymity.count_people({"team/a": 3, "team/b": 2}) == 3
    assert anonymity.count_people({"team/a": 3}) == 3
    assert anonymity.count_people({"team/a": 3, "team/b": 2, "team/c": 1}) == 4
    assert anonymity.count_people({}) == 0
    assert not anonymity.has_answered("team/b", "3")


def test_a_delivery_is_recognised_in_its_scope() -> None:
    """Whichever target its answer was given to."""
    anonymity = Anonymity()
    anonymity.record_answer("team/a", "p7", "e1")
    assert anonymity.is_repeated_in("team", "p7", "e1")
    assert not anonymity.is_repeated_in("team", "p7", "e2")
    assert not anonymity.is_repeated_in("team", "p8", "e1")
    assert not anonymity.is_repeated_in("other", "p7", "e1")
