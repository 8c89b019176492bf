"""Tests of the days that people name in words and in numbers."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.days.reading import DayError, find_day, parse_day
from bot.core.times import UNKNOWN_DATE, format_day

MONDAY = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-20", date(2026, 3, 20)),
        ("2026-3-2", date(2026, 3, 2)),
        ("20 April 2026", date(2026, 4, 20)),
        ("the 20th of April", date(2026, 4, 20)),
        ("April 20, 2027", date(2027, 4, 20)),
        ("20. Apr.", date(2026, 4, 20)),
        ("Friday, 20 March", date(2026, 3, 20)),
        ("on Friday", date(2026, 3, 20)),
        ("fri", date(2026, 3, 20)),
        ("end of February", date(2026, 2, 28)),
        ("end of February 2028", date(2028, 2, 29)),
        ("29 February 2028", date(2028, 2, 29)),
        ("Tomorrow", date(2026, 3, 17)),
        ("٢٠ March", date(2026, 3, 20)),
        ("٢٠ March ٢٠٢٦", date(2026, 3, 20)),
        ("2 sep. 2026", date(2026, 9, 2)),
        ("1st May 2026", date(2026, 5, 1)),
        ("12 January", date(2026, 1, 12)),
    ],
)
def test_a_day_is_read_in_words_and_numbers(text: str, day: date) -> None:
    """In the order of any English, and in any digits."""
    assert parse_day(text, MONDAY) == day


@pytest.mark.parametrize(
    "text", ["", "20", "12/03/2026", "next May", "20 Marz 2026", "April", "0000-01-01", "20 April 26"]
)
def test_a_text_that_is_no_day_gets_an_example(text: str) -> None:
    """What is another day in half of the world is none."""
    with pytest.raises(DayError) as refused:
        parse_day(text, MONDAY)
    assert str(refused.value) == UNKNOWN_DATE()
    assert find_day(text, MONDAY) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-02-29", "There's no 29 February 2026: that month has 28 days. Choose another day."),
        ("29 February", "There's no 29 February 2026: that month has 28 days. Choose another day."),
        ("31 April 2026", "There's no 31 April 2026: that month has 30 days. Choose another day."),
        ("2026-04-00", "There's no 0 April 2026: that month has 30 days. Choose another day."),
        ("2026-13-01", f"There's no month 13. {UNKNOWN_DATE}"),
    ],
)
def test_a_day_that_does_not_exist_is_told(text: str, said: str) -> None:
    """It is written like the example, so the example would help nobody."""
    with pytest.raises(DayError) as refused:
        parse_day(text, MONDAY)
    assert str(refused.value) == said


@given(st.dates(date(1000, 1, 1)), st.dates(date(1900, 1, 1), date(9990, 1, 1)))
def test_every_date_is_read_as_it_is_written(day: date, today: date) -> None:
    """A form that shows a day can be sent as it is."""
    assert find_day(day.isoformat(), today) == day
    assert find_day(f"{format_day(day)} {day.year:04}", today) == day


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    """It is a day, or one sentence."""
    with suppress(DayError):
        assert isinstance(parse_day(text, MONDAY), date)
