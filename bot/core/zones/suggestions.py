"""Time zones to choose from while a person types a city, a country or a zone's own name.

Cities and countries are found in English and in the language of the person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from bot.core.language.catalogs import ENGLISH, list_languages
from bot.core.language.words import current_language
from bot.core.messages import Option
from bot.core.zones.capitals import CAPITALS
from bot.core.zones.clocks import cities_with_clock
from bot.core.zones.names import CHOSEN_UTC, CITIES, find_zone, normalize_name, zone_value
from bot.core.zones.places import countries_by_zone, country_names, local_cities

SUGGESTIONS = 20
"""The most zones that are offered at a time."""


class NamedPlace(NamedTuple):
    """A place that a person may type, with its zone. The names are normalized."""

    zone: str
    label: str
    city: str
    """The city as the label has it."""
    others: Sequence[str]
    """What the city is called in every language, and the zone's name."""
    countries: Sequence[str]


def suggest_zones(typed: str) -> tuple[Option, ...]:
    """Return the zones that a typed text can mean, the likeliest first.

    An abbreviation or an offset gives the cities whose clock it can be. The values are what a field for a
    zone takes.
    """
    wanted = normalize_name(typed)
    if not wanted:
        return ()
    places = _places(current_language())
    ranked = sorted(
        ((rank, place) for place in places if (rank := _rank(place, wanted)) is not None),
        key=lambda each: each[0],
    )
    found = [Option(zone_value(place.zone), place.label) for _rank_, place in ranked]
    options = [*_utc(wanted), *_of_clock(typed, places), *found]
    return tuple({option.label: option for option in options}.values())[:SUGGESTIONS]


def _utc(wanted: str) -> Iterator[Option]:
    if wanted in ("utc", "gmt", "zulu"):
        yield Option(zone_value(CHOSEN_UTC), "UTC")


def _of_clock(typed: str, places: Sequence[NamedPlace]) -> Iterator[Option]:
    cities = cities_with_clock(typed)
    for city in (*cities.changing, *cities.fixed):
        zone = find_zone(city)
        key = zone.key if zone is not None else ""
        known = next((place for place in places if place.zone == key), None)
        if key:
            yield Option(key, known.label if known else city)


def _rank(place: NamedPlace, wanted: str) -> tuple[int, str] | None:
    """Return how well a place fits, smaller is better, or None if it doesn't."""
    names = (place.city, *place.others)
    tests = (
        wanted in names,
        place.city.startswith(wanted),
        any(name.startswith(wanted) for name in names),
        any(name.startswith(wanted) for name in place.countries),
        any(f" {wanted}" in f" {name}".replace("/", " ") for name in (*names, *place.countries)),
    )
    return next(((number, place.city) for number, fits in enumerate(tests) if fits), None)


@cache
def _places(language: str) -> Sequence[NamedPlace]:
    """Return all places with their names in a language: a zone's own city first, then the other cities in it."""
    cities, named, english = local_cities(language), country_names(language), country_names(ENGLISH)
    everywhere = [local_cities(each) for each in list_languages()]
    found = []
    for key, codes in countries_by_zone().items():
        own = key.rpartition("/")[2].replace("_", " ")
        country = named.get(codes[0], "")
        called = [
            normalize_name(names[code]) for code in codes for names in (named, english) if code in names
        ]
        for city in (own, *CITIES.get(key, ()), *CAPITALS.get(key, ())):
            shown = cities.get(key, own) if city == own else city
            label = f"{shown} · {country}" if country and country != shown else shown
            also = (city, key, *(each[key] for each in everywhere if key in each)) if city == own else (city,)
            others = [*map(normalize_name, also)]
            found.append(NamedPlace(key, label, normalize_name(shown), others, called))
    return found
