"""The time zone that a person's text names: a city, or a zone's own name.

A name that gives an offset alone, as EST and GMT+5 do, is none: nobody could tell if the clocks change.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.core.language.catalogs import ENGLISH, list_languages
from bot.core.language.words import _, lazy
from bot.core.text import join_list
from bot.core.zones.capitals import CAPITALS
from bot.core.zones.clocks import cities_with_clock, is_abbreviation, is_offset_alone, is_zero_offset
from bot.core.zones.places import local_cities

UNASKED = "UTC"
"""The zone of a team whose platform tells none, until it is asked."""
CHOSEN_UTC = "Etc/UTC"
"""The zone of those who want UTC."""
UTC_NAMES = {"UTC", "UCT", "Universal", "Zulu", "Etc/UCT", "Etc/Universal", "Etc/Zulu"}

UNKNOWN_ZONE = lazy("I don't know that time zone. Try a city, like Lisbon.")

REGIONS = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
NOT_PLACES = {"Factory", "localtime", "Greenwich", "GMT0", "GMT+0", "GMT-0"}
CITIES: Mapping[str, Sequence[str]] = {
    "Africa/Johannesburg": ("Cape Town", "Durban", "Pretoria"),
    "America/Chicago": ("Austin", "Dallas", "Houston", "Minneapolis"),
    "America/Los_Angeles": ("San Francisco", "San Diego", "San Jose", "Seattle", "Portland", "Las Vegas"),
    "America/New_York": ("Boston", "Washington", "Philadelphia", "Atlanta", "Miami", "Pittsburgh"),
    "America/Sao_Paulo": ("Rio de Janeiro", "Brasilia", "Porto Alegre", "Belo Horizonte"),
    "America/Toronto": ("Montreal", "Ottawa", "Quebec"),
    "Asia/Ho_Chi_Minh": ("Hanoi",),
    "Asia/Jerusalem": ("Haifa",),
    "Asia/Kolkata": ("Bangalore", "Bengaluru", "Chennai", "Delhi", "New Delhi", "Mumbai", "Pune"),
    "Asia/Shanghai": ("Beijing", "Guangzhou", "Shenzhen"),
    "Asia/Tokyo": ("Kyoto", "Osaka"),
    "Australia/Sydney": ("Canberra",),
    "Europe/Berlin": ("Cologne", "Köln", "Frankfurt", "Hamburg", "Munich", "München"),
    "Europe/Istanbul": ("Ankara", "Izmir"),
    "Europe/Kyiv": ("Lviv", "Odesa"),
    "Europe/Lisbon": ("Porto", "Coimbra"),
    "Europe/London": ("Birmingham", "Bristol", "Edinburgh", "Glasgow", "Greenwich", "Manchester", "Oxford"),
    "Europe/Madrid": ("Barcelona", "Sevilla", "Valencia"),
    "Europe/Paris": ("Bordeaux", "Lille", "Lyon", "Marseille", "Nantes", "Toulouse"),
    "Europe/Rome": ("Bologna", "Florence", "Milan", "Milano", "Naples", "Turin"),
    "Europe/Warsaw": ("Gdansk", "Krakow", "Wroclaw"),
    "Europe/Zurich": ("Basel", "Bern", "Geneva", "Lausanne"),
    "Pacific/Auckland": ("Christchurch", "Wellington"),
}  # fmt: skip
"""Large cities that no zone is named after, by zone, because people give their own city."""


def describe_zone(key: str) -> str:
    """Return a zone as a sentence says it: `Europe/Lisbon` becomes "Lisbon time".

    A zone that is not named after a place keeps its name.
    """
    region, _slash, place = key.partition("/")
    if key == CHOSEN_UTC:
        return "UTC"
    if region not in REGIONS:
        return key
    return _("{city} time", city=place.rpartition("/")[2].replace("_", " "))


def find_zone(text: str) -> ZoneInfo | None:
    """Return the zone that a person's text names, or None.

    It may be a zone's name or a city ("lisbon", "São Paulo", "Lisbon, Portugal", "Lisbon time").
    """
    zones, name = _zones_by_name(), normalize_name(text)
    spellings = (name, normalize_name(text.partition(",")[0]), name.removesuffix(" time"))
    known = (names[each] for names in (zones, _local_zones()) for each in spellings if each in names)
    key = next(known, CHOSEN_UTC if is_zero_offset(text) else "")
    return ZoneInfo(CHOSEN_UTC if key in UTC_NAMES else key) if key else None


def zone_value(key: str) -> str:
    """Return a zone as a form's field holds it."""
    return "UTC" if key == CHOSEN_UTC else key


def read_zone(text: str, current: str) -> str:
    """Return the key of the zone that a form's field names, or an empty string.

    A `current` one stays as it is, even if nobody could choose it any more.
    """
    if text.strip() == current:
        return current
    found = find_zone(text)
    return found.key if found else ""


def explain_zone(text: str) -> str:
    """Return the sentence for a text that names no zone. It offers the cities that could be meant."""
    changing, fixed = (join_list(cities, "or") for cities in cities_with_clock(text))
    said = " ".join(text.split())
    if changing and fixed:
        return _(
            "“{zone}” can mean two things. Write a city instead: with summer time {changing}, without it {fixed}.",
            zone=said, changing=changing, fixed=fixed,
        )  # fmt: skip
    if changing or fixed:
        return _("Write a city instead of “{zone}”, like {cities}.", zone=said, cities=changing or fixed)
    return UNKNOWN_ZONE()


@cache
def _zones_by_name() -> Mapping[str, str]:
    """Return zone keys by normalized name: a full key, a city of CITIES, or the city in a key."""
    known = sorted(available_timezones() - NOT_PLACES)
    keys = [key for key in known if key.partition("/")[0] in REGIONS or not is_offset_alone(key)]
    cities = ((key.rpartition("/")[2], key) for key in keys if key.partition("/")[0] in REGIONS)
    in_names = {normalize_name(city): key for city, key in cities if not is_abbreviation(city)}
    tables = (*CAPITALS.items(), *CITIES.items())
    others = {normalize_name(city): key for key, cities in tables for city in cities}
    return {normalize_name(key): key for key in keys} | in_names | others


@cache
def _local_zones() -> Mapping[str, str]:
    """Return zone keys by the normalized names of their cities in every language but English."""
    return {
        normalize_name(city): key
        for language in list_languages()
        if language != ENGLISH
        for key, city in sorted(local_cities(language).items())
        if not is_abbreviation(city)
    }


def normalize_name(name: str) -> str:
    """Return a name in lower case, without accents and punctuation, words separated by spaces."""
    letters = (char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    bare = "".join(letters).casefold().translate({ord("_"): " ", ord("-"): " ", ord("."): "", ord("'"): ""})
    return " ".join(bare.split())
