"""The countries that use each time zone, and what languages call the cities that zones are named after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files


@cache
def countries_by_zone() -> Mapping[str, Sequence[str]]:
    """Return the codes of the countries that use each zone, from `zone.tab` of the time zone database."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    found: dict[str, list[str]] = {}
    for code, _at, key, *_comment in rows:
        found.setdefault(key, []).append(code)
    return found


@cache
def country_names(language: str) -> Mapping[str, str]:
    """Return what a language calls each country, by its code."""
    from babel import Locale

    return Locale.parse(language).territories


@cache
def local_cities(language: str) -> Mapping[str, str]:
    """Return what a language calls the cities of zones, by zone: Lissabon for Europe/Lisbon.

    Only those that it calls otherwise than the zone's name does, as far as the data knows.
    """
    from babel import Locale
    from babel.core import get_global

    named, older = Locale.parse(language).time_zones, get_global("zone_aliases")
    zones = {key: named.get(key) or named.get(older.get(key, "")) for key in countries_by_zone()}
    return {key: str(zone["city"]) for key, zone in zones.items() if zone and "city" in zone}
