"""Tests of local times, zones and periods around clock changes and missing days."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies

from bot.core.times import (
    Occurrence,
    Rhythm,
    next_occurrence,
    parse_date,
    parse_time,
    period_until,
    utc_of,
    weekday_names,
)

DAILY = "1234567"
CHANGES = {
    "Europe/Berlin": (datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 10, 17, tzinfo=UTC)),
    "America/Sao_Paulo": (datetime(2018, 10, 28, tzinfo=UTC), datetime(2019, 2, 10, tzinfo=UTC)),
    "Pacific/Apia": (datetime(2011, 12, 22, tzinfo=UTC), datetime(2012, 3, 25, tzinfo=UTC)),
    "Australia/Lord_Howe": (datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 9, 26, tzinfo=UTC)),
}
"""Days shortly before the clock or the calendar of each zone changes."""


def occurrences(rhythm: Rhythm, after: datetime, count: int) -> list[Occurrence]:
    """Return the next `count` occurrences, each computed from the one before."""
    found: list[Occurrence] = []
    for _ in range(count):
        found.append(next_occurrence(rhythm, found[-1].at if found else after))
    return found


@strategies.composite
def rhythms(draw: strategies.DrawFn) -> tuple[Rhythm, datetime]:
    """Generate a rhythm in a zone with an unusual change, and a time shortly before that."""
    zone = draw(strategies.sampled_from(sorted(CHANGES)))
    start = draw(strategies.sampled_from(CHANGES[zone])) + timedelta(
        minutes=draw(strategies.integers(0, 20_000))
    )
    weekdays = "".join(sorted(draw(strategies.sets(strategies.sampled_from(DAILY), min_size=1))))
    at = time(draw(strategies.integers(0, 23)), draw(strategies.sampled_from((0, 15, 30, 59))))
    anchor = start.date() - timedelta(days=draw(strategies.integers(-30, 400)))
    paused = draw(
        strategies.none() | strategies.integers(-5, 60).map(lambda days: start.date() + timedelta(days=days))
    )
    return Rhythm(weekdays, at, zone, draw(strategies.sampled_from((1, 2))), anchor, paused), start


@given(rhythms())
def test_nothing_comes_twice_on_a_local_date(drawn: tuple[Rhythm, datetime]) -> None:
    """Both the occurrence's own date and the calendar date differ, and each instant is later."""
    rhythm, start = drawn
    found = occurrences(rhythm, start, 25)
    assert all(before.day < after.day and before.at < after.at for before, after in pairwise(found))
    shown = [due.at.astimezone(ZoneInfo(rhythm.zone)).date() for due in found]
    assert len(set(shown)) == len(shown)
    assert found[0].at > start


@given(rhythms())
def test_it_comes_at_the_time_on_the_clock(drawn: tuple[Rhythm, datetime]) -> None:
    """It comes on the set days. Only a time that does not exist shifts to a later one."""
    rhythm, start = drawn
    for day, at in occurrences(rhythm, start, 25):
        clock = at.astimezone(ZoneInfo(rhythm.zone))
        assert rhythm.falls_on(day)
        assert day >= (rhythm.paused_until or day)
        if (clock.date(), clock.time()) != (day, rhythm.at):
            assert clock.replace(tzinfo=None) > datetime.combine(day, rhythm.at)
            assert clock.date() - day <= timedelta(days=1)


@given(rhythms())
def test_nothing_is_left_out(drawn: tuple[Rhythm, datetime]) -> None:
    """No matching day lies between two neighbours, except one that the calendar skipped."""
    rhythm, start = drawn
    found = occurrences(rhythm, start, 10)
    for before, after in pairwise(found):
        between = [before.day + timedelta(days=n) for n in range(1, (after.day - before.day).days)]
        missed = [day for day in between if rhythm.falls_on(day)]
        assert all(utc_of(day, rhythm.at, rhythm.zone) <= before.at for day in missed)


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        ("Europe/Berlin", date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("America/Sao_Paulo", date(2018, 11, 4), time(0, 0), datetime(2018, 11, 4, 3, 0, tzinfo=UTC)),
        ("Pacific/Apia", date(2011, 12, 30), time(10, 0), datetime(2011, 12, 30, 20, 0, tzinfo=UTC)),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), datetime(2026, 10, 3, 15, 45, tzinfo=UTC)),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), datetime(2026, 4, 4, 14, 45, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_a_missing_time_shifts_forward_and_a_doubled_one_is_the_first(
    zone: str, day: date, at: time, utc: datetime
) -> None:
    """These are four known difficult places."""
    assert utc_of(day, at, zone) == utc


def test_the_day_that_apia_skipped() -> None:
    """The post of the missing Friday comes on Saturday, and Saturday's own is not added."""
    fridays = Rhythm("5", time(10), "Pacific/Apia", 1, date(2011, 12, 1))
    due = next_occurrence(fridays, datetime(2011, 12, 27, tzinfo=UTC))
    assert due == (date(2011, 12, 30), datetime(2011, 12, 30, 20, tzinfo=UTC))
    early_on_saturday = datetime(2011, 12, 30, 15, tzinfo=UTC)
    assert next_occurrence(fridays, early_on_saturday) == due
    daily = Rhythm(DAILY, time(10), "Pacific/Apia", 1, date(2011, 12, 1))
    assert [due.day.day for due in occurrences(daily, datetime(2011, 12, 29, 21, tzinfo=UTC), 2)] == [30, 1]


def test_every_second_week_is_counted_from_the_anchor() -> None:
    """Weeks start on Monday, so a Thursday and the Monday before it are in one week."""
    rhythm = Rhythm("14", time(15), "UTC", 2, date(2026, 3, 19))
    days = [due.day for due in occurrences(rhythm, datetime(2026, 3, 16, 12, tzinfo=UTC), 4)]
    assert days == [date(2026, 3, 16), date(2026, 3, 19), date(2026, 3, 30), date(2026, 4, 2)]


def test_a_rhythm_without_a_day_is_refused() -> None:
    """Otherwise the search for the next occurrence would never end."""
    with pytest.raises(ValueError, match="weekday"):
        Rhythm("", time(10), "UTC", 1, date(2026, 3, 16))


@given(strategies.text())
def test_no_text_breaks_the_parsers(text: str) -> None:
    """They return a value or None."""
    assert parse_time(text) is None or parse_time(text) is not None
    assert parse_date(text) is None or parse_date(text)
    assert utc_of(date(2026, 3, 20), time(16), text).tzinfo is UTC


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("9", time(9)), ("9:30", time(9, 30)), ("09:30", time(9, 30)), ("9.30", time(9, 30)),
        ("23:59", time(23, 59)), (" 0:00 ", time(0)), ("24", None), ("9:60", None), ("9:3", None),
        ("ten", None), ("", None), ("-1", None),
        ("4pm", time(16)), ("4 pm", time(16)), ("4:30 PM", time(16, 30)), ("4.30pm", time(16, 30)),
        ("12am", time(0)), ("12:05 am", time(0, 5)), ("12pm", time(12)), ("11 a.m", time(11)), ("7p", time(19)),
        ("4 p.m.", time(16)), ("13pm", None), ("0am", None), ("4 pm pm", None), ("pm", None),
        ("16h", time(16)), ("16h30", time(16, 30)), ("16 h 30", time(16, 30)), ("16H05", time(16, 5)),
        ("16:30h", time(16, 30)), ("16.30 Uhr", time(16, 30)), ("24:00", None), ("24h", None), ("h", None),
        ("noon", time(12)), ("Midnight", time(0)), ("midday", time(12)), ("after noon", None),
        ("１６：３０", time(16, 30)), ("４ｐｍ", time(16)), ("١٦:٣٠", time(16, 30)), ("۱۶٫۳۰", time(16, 30)),
        ("१०:१५", time(10, 15)), ("Ⅳ", None), ("16:٣", None),
    ],
)  # fmt: skip
def test_a_time_is_read_as_people_write_it(said: str, at: time | None) -> None:
    """Other texts give None."""
    assert parse_time(said) == at


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-03-20", date(2026, 3, 20)), ("2026-3-2", date(2026, 3, 2)), ("2026-02-30", None),
        ("20.3.2026", None), ("0000-01-01", None), ("", None),
    ],
)  # fmt: skip
def test_a_day_is_read_as_the_sentence_says(said: str, day: date | None) -> None:
    """The order is year, month, day."""
    assert parse_date(said) == day


def test_a_period_ends_now_and_keeps_the_time_on_the_clock() -> None:
    """A week with a clock change has 167 hours. A month before 31 March starts on February's last day."""
    now = datetime(2026, 3, 31, 14, tzinfo=UTC)
    assert period_until("week", now, "Europe/Berlin").since == datetime(2026, 3, 24, 15, tzinfo=UTC)
    assert period_until("month", now, "UTC").since == datetime(2026, 2, 28, 14, tzinfo=UTC)
    assert period_until("quarter", now, "UTC").since == datetime(2025, 12, 31, 14, tzinfo=UTC)
    assert period_until("year", now, "UTC").since == datetime(2025, 3, 31, 14, tzinfo=UTC)
    assert period_until("year", now, "UTC").until == now
    with pytest.raises(KeyError):
        period_until("fortnight", now, "UTC")


def test_weekdays_in_words() -> None:
    """They are written as in a sentence."""
    assert weekday_names("2") == "Tuesday"
    assert weekday_names("52") == "Tuesday and Friday"
    assert weekday_names("135") == "Monday, Wednesday and Friday"
