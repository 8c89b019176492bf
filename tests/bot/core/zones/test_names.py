"""Tests of zones as people name them."""

from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, strategies

from bot.core.zones.clocks import MONTHS
from bot.core.zones.names import CITIES, UNKNOWN_ZONE, describe_zone, explain_zone, find_zone, read_zone


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Lisbon", "Lisbon time"),
        ("America/Sao_Paulo", "Sao Paulo time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("Etc/GMT+5", "Etc/GMT+5"),
    ],
)
def test_a_zone_in_a_sentence(zone: str, said: str) -> None:
    """It is named after its city, if it has one."""
    assert describe_zone(zone) == said


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Lisbon", "Europe/Lisbon"),
        ("  europe/lisbon ", "Europe/Lisbon"),
        ("São Paulo", "America/Sao_Paulo"),
        ("SAO_PAULO", "America/Sao_Paulo"),
        ("İstanbul", "Europe/Istanbul"),
        ("St. John's", "America/St_Johns"),
        ("port au prince", "America/Port-au-Prince"),
        ("Lisbon, Portugal", "Europe/Lisbon"),
        ("München", "Europe/Berlin"),
        ("san francisco", "America/Los_Angeles"),
        ("utc", "Etc/UTC"),
        ("Mars", None),
        ("", None),
        ("Europe", None),
        ("../../etc/passwd", None),
        ("localtime", None),
    ],
)
def test_a_zone_is_known_by_its_name_or_a_city(said: str, zone: str | None) -> None:
    """Common spellings are accepted."""
    found = find_zone(said)
    assert (found and found.key) == zone


def test_every_city_of_ours_is_in_a_zone_there_is() -> None:
    """Otherwise a typo in the list would only show for a person from that city."""
    for zone, cities in CITIES.items():
        assert ZoneInfo(zone).key == zone
        for city in cities:
            found = find_zone(city)
            assert found is not None
            assert found.key == zone


@given(strategies.text())
def test_no_text_breaks_the_parsers(text: str) -> None:
    """There is a zone, or a sentence that says what to write."""
    assert find_zone(text) or explain_zone(text).endswith(".")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (
            "EST",
            "“EST” can mean two things. Write a city instead: with summer time New York, without it Jamaica.",
        ),
        (
            "e.s.t.",
            "“e.s.t.” can mean two things. Write a city instead: with summer time New York, without it Jamaica.",
        ),
        ("MST", "without it Phoenix."),
        ("HST", "without it Honolulu."),
        ("PST", "Los Angeles"),
        ("GMT", "London"),
        ("IST", "without it Kolkata."),
        ("CST", "Chicago"),
        ("BST", "Write a city instead of “BST”, like London."),
        ("CEST", "Write a city instead of “CEST”, like Paris."),
        ("EDT", "Write a city instead of “EDT”, like New York."),
        ("JST", "Write a city instead of “JST”, like Tokyo."),
        ("GMT+5", "Write a city instead of “GMT+5”, like Tashkent or Karachi."),
        ("UTC + 5:30", "Kolkata"),
        ("+05:45", "Kathmandu"),
        ("UTC\u22125", "with summer time New York or Havana"),
        ("Etc/GMT+5", "with summer time New York or Havana"),
        ("Etc/GMT-5", "Tashkent"),
        ("GMT+99", UNKNOWN_ZONE()),
        ("Etc/Greenwich", UNKNOWN_ZONE()),
        ("XST", UNKNOWN_ZONE()),
    ],
)
def test_an_offset_alone_is_no_zone(said: str, answer: str) -> None:
    """The cities that could be meant are offered: with summer time, and without."""
    assert find_zone(said) is None
    assert answer in explain_zone(said)


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("UTC", "Etc/UTC"), ("utc+0", "Etc/UTC"), ("GMT+0", "Etc/UTC"), ("+00:00", "Etc/UTC"), ("Etc/UTC", "Etc/UTC"),
        ("Zulu", "Etc/UTC"),
        ("CET", "CET"), ("EST5EDT", "EST5EDT"), ("US/Eastern", "US/Eastern"), ("US/Arizona", "US/Arizona"),
        ("Japan", "Japan"), ("singapore", "Asia/Singapore"), ("Greenwich", "Europe/London"),
        ("Lisbon time", "Europe/Lisbon"),
        ("ＬＩＳＢＯＮ", "Europe/Lisbon"),
    ],
)  # fmt: skip
def test_what_is_clear_is_taken(said: str, zone: str) -> None:
    """UTC, places, and names whose clock changes as it does where they come from."""
    found = find_zone(said)
    assert (found and found.key) == zone


def test_no_abbreviation_of_any_place_is_a_clock_without_summer_time() -> None:
    """Each one of the database is a zone that changes as its places do, or a sentence with cities."""
    places = [
        key for key in available_timezones() if "/" in key and not key.startswith(("Etc/", "posix", "right"))
    ]
    told = {at.astimezone(ZoneInfo(key)).tzname() or "" for key in places for at in MONTHS}
    names = {name for name in told if name.isalpha()} - {"UTC"}
    assert len(names) > 40
    for name in names:
        zone = find_zone(name)
        offsets = {at.astimezone(zone).utcoffset() for at in MONTHS} if zone else ()
        assert len(offsets) > 1 if zone else "Write a city" in explain_zone(name), name


def test_a_zone_that_was_chosen_before_stays() -> None:
    """A form that is sent with it unchanged takes it, so that something else can be changed."""
    assert read_zone("EST", "EST") == "EST"
    assert read_zone(" EST ", "Europe/Lisbon") == ""
    assert read_zone("lisbon", "EST") == "Europe/Lisbon"
