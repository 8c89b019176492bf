"""Tests of the time zones that are offered while somebody types."""

import pytest

from bot.core.language.words import speaking
from bot.core.zones.names import find_zone, read_zone
from bot.core.zones.suggestions import SUGGESTIONS, suggest_zones


def offered(typed: str) -> dict[str, str]:
    return {option.label: option.value for option in suggest_zones(typed)}


@pytest.mark.parametrize(
    ("typed", "label", "zone"),
    [
        ("Lisb", "Lisbon · Portugal", "Europe/Lisbon"),
        ("berlin", "Berlin · Germany", "Europe/Berlin"),
        ("New York", "New York · United States", "America/New_York"),
        ("sao pau", "São Paulo · Brazil", "America/Sao_Paulo"),
        ("port", "Porto · Portugal", "Europe/Lisbon"),
        ("Quito", "Quito · Ecuador", "America/Guayaquil"),
        ("bern", "Bern · Switzerland", "Europe/Zurich"),
        ("Portugal", "Lisbon · Portugal", "Europe/Lisbon"),
        ("europe/lis", "Lisbon · Portugal", "Europe/Lisbon"),
        ("Kiew", "Kyiv · Ukraine", "Europe/Kyiv"),
        ("UTC", "UTC", "UTC"),
        ("EST", "New York · United States", "America/New_York"),
        ("GMT+5", "Tashkent · Uzbekistan", "Asia/Tashkent"),
    ],
)
def test_a_place_is_found_by_the_beginning_of_its_name(typed: str, label: str, zone: str) -> None:
    """A city, a capital, a country, a zone's name, and the cities that an abbreviation can mean."""
    assert offered(typed)[label] == zone
    assert read_zone(zone, "")


def test_the_likeliest_comes_first() -> None:
    assert next(iter(offered("berlin"))) == "Berlin · Germany"
    assert next(iter(offered("new y"))) == "New York · United States"


def test_cities_and_countries_in_the_persons_language() -> None:
    with speaking("de"):
        assert offered("lissa") == {"Lissabon · Portugal": "Europe/Lisbon"}
        assert "Wien · Österreich" in offered("Österreich")
        assert offered("Köln") == {"Köln · Deutschland": "Europe/Berlin"}
    assert find_zone("Lissabon") == find_zone("Lisbon"), "it's understood where it's typed as text, too"


@pytest.mark.parametrize("typed", ["", "  ", "Atlantis", "\N{ZERO WIDTH SPACE}", "x" * 5_000])
def test_nothing_is_offered_for_what_is_no_place(typed: str) -> None:
    assert offered(typed) == {}


def test_a_list_stays_short_and_fits_every_platform() -> None:
    for letter in "abcdefghijklmnopqrstuvwxyz":
        found = suggest_zones(letter)
        assert len(found) <= SUGGESTIONS
        assert all(len(option.label) <= 75 and find_zone(option.value) for option in found)
