"""Tests of the pace of a goal against a count of its own, and of the checkpoints that it proposes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.goals.pace import Course, checkpoint_state, measured_on, propose_days
from storage.models import Checkpoint, Goal

SPRING = date(2026, 3, 16)
NUMBERS = st.integers(-10_000, 10_000)


def goal(start: str, target: str, days: int) -> Goal:
    """Return a goal that begins on 16 March and takes so many days."""
    ids: Any = {
        "team_id": 1,
        "number": 1,
        "author_id": 1,
        "owner_id": 1,
        "created_at": datetime(2026, 3, 16, tzinfo=UTC),
    }
    return Goal(**ids, starts_on=SPRING, due_on=SPRING + timedelta(days), start=start, target=target)


def state(start: str, target: str, days: int, at: int, progress: str, fit: str = "yes") -> str:
    """Return the state of a checkpoint on a day of a goal, counted from its first."""
    checkpoint = Checkpoint(goal_id=1, due_on=SPRING + timedelta(at), progress=progress, fit=fit)
    return checkpoint_state(goal(start, target, days), checkpoint, "UTC")


@pytest.mark.parametrize(
    ("progress", "fit", "words"),
    [
        ("5", "yes", "on pace and on mission"),
        ("5", "partly", "on pace and on mission"),
        ("5", "no", "on pace, off mission"),
        ("4.99", "yes", "behind, on mission"),
        ("4.99", "no", "behind and off mission"),
    ],
)
def test_four_states_come_of_progress_and_fit(progress: str, fit: str, words: str) -> None:
    """Exactly on the line is on pace."""
    assert state("0", "10", 100, 50, progress, fit) == words


def test_down_is_a_direction_too() -> None:
    """From 300 hours to 100, having 200 half-way is on pace, and 201 is behind."""
    assert state("300", "100", 60, 30, "200") == "on pace and on mission"
    assert state("300", "100", 60, 30, "201") == "behind, on mission"


def test_before_the_first_day_and_after_the_last_the_line_stays() -> None:
    """A checkpoint that a weekend moved past the end is measured against the target."""
    assert state("0", "10", 10, 14, "10") == "on pace and on mission"
    assert state("0", "10", 10, 14, "9") == "behind, on mission"
    assert state("0", "10", 10, -3, "0") == "on pace and on mission"


def test_without_numbers_only_fit_is_told() -> None:
    """Nothing is divided by nothing."""
    assert state("", "", 10, 5, "3", "no") == "off mission"
    assert state("0", "10", 0, 0, "3") == "on mission"


@given(NUMBERS, NUMBERS, st.integers(1, 1500), st.integers(-10, 1600), NUMBERS)
def test_pace_is_the_straight_line(start: int, target: int, days: int, at: int, progress: int) -> None:
    """Multiplied out in whole numbers, which is how one would check it on paper."""
    if start == target:
        return
    course = Course(Decimal(start), Decimal(target), SPRING, SPRING + timedelta(days))
    gone = min(max(at, 0), days)
    ahead = (progress - start) * days - (target - start) * gone
    expected = ahead >= 0 if target > start else ahead <= 0
    assert course.is_on_pace(Decimal(progress), SPRING + timedelta(at)) is expected


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(1, 1800))
def test_proposed_days_are_working_days_up_to_the_end(starts_on: date, days: int) -> None:
    """Not too many, none at a weekend, and the last one is the end or the Monday after it."""
    due_on = starts_on + timedelta(days)
    found = propose_days(starts_on, due_on)
    assert list(found) == sorted(set(found))
    assert all(day.isoweekday() < 6 and day > starts_on for day in found)
    assert 0 <= (found[-1] - due_on).days <= 2
    assert len(found) <= 61


@pytest.mark.parametrize(
    ("days", "first", "number"),
    [(28, date(2026, 3, 23), 4), (84, date(2026, 3, 30), 6), (200, date(2026, 4, 16), 7)],
)
def test_the_rhythm_fits_the_length(days: int, first: date, number: int) -> None:
    """Weekly in a month, fortnightly in a quarter, monthly in half a year."""
    found = propose_days(SPRING, SPRING + timedelta(days))
    assert (found[0], len(found)) == (first, number)


def test_the_day_of_the_answer_counts() -> None:
    """Fifteen of a hundred on a day on which five were enough, said fifteen days later, is what it says then."""
    late = datetime(2026, 4, 15, 23, 30, tzinfo=UTC)
    checkpoint = Checkpoint(
        goal_id=1, due_on=SPRING + timedelta(15), progress="30", fit="yes", answered_at=late
    )
    whole = goal("0", "100", 100)
    assert measured_on(checkpoint, "UTC") == SPRING + timedelta(30)
    assert measured_on(checkpoint, "Asia/Tokyo") == SPRING + timedelta(31)
    assert checkpoint_state(whole, checkpoint, "UTC") == "on pace and on mission"
    assert checkpoint_state(whole, checkpoint, "Asia/Tokyo") == "behind, on mission"


@given(
    st.decimals(-10_000, 10_000, places=3), st.decimals(-10_000, 10_000, places=3), st.integers(1, 400),
    st.integers(0, 400), st.integers(-3_000_000, 3_000_000),
)  # fmt: skip
def test_what_is_shown_never_contradicts_the_state(
    start: Decimal, target: Decimal, days: int, at: int, near: int
) -> None:
    """Behind is less than the number shown, on pace is at it or beyond, and reaching it would be on pace."""
    assume(start != target)
    course, day = Course(start, target, SPRING, SPRING + timedelta(days)), SPRING + timedelta(at)
    line = course.expected_on(day)
    progress = Decimal(round(line * 10**6) + near).scaleb(-6)
    shown = course.shown_on(day, progress)
    reached = progress >= shown if target > start else progress <= shown
    assert reached == course.is_on_pace(progress, day)
    assert course.is_on_pace(shown, day)


@pytest.mark.parametrize(
    ("target", "at", "progress", "shown"),
    [
        ("30", 14, "3.96", "4"),
        ("12345", 30, "3757", "3704"),
        ("1", 12, "0.119999", "0.12"),
        ("10", 14, "2", "1.4"),
    ],
)
def test_the_line_is_shown_with_few_decimals(target: str, at: int, progress: str, shown: str) -> None:
    """As many as the way is long, and more only where they tell the two numbers apart."""
    course = Course(Decimal(0), Decimal(target), SPRING, SPRING + timedelta(100 if target != "30" else 106))
    assert course.shown_on(SPRING + timedelta(at), Decimal(progress)) == Decimal(shown)
