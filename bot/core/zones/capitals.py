"""Capitals of countries that no time zone is named after, by the zone that is used there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

CAPITALS: Mapping[str, Sequence[str]] = {
    "Africa/Abidjan": ("Yamoussoukro",), "Africa/Blantyre": ("Lilongwe",), "Africa/Bujumbura": ("Gitega",),
    "Africa/Casablanca": ("Rabat",), "Africa/Dar_es_Salaam": ("Dodoma",), "Africa/Douala": ("Yaoundé",),
    "Africa/El_Aaiun": ("El Aaiún",), "Africa/Lagos": ("Abuja",), "Africa/Ndjamena": ("N'Djamena",),
    "America/Anguilla": ("The Valley",), "America/Barbados": ("Bridgetown",),
    "America/Dominica": ("Roseau",), "America/Guayaquil": ("Quito",),
    "America/Jamaica": ("Kingston",), "America/La_Paz": ("Sucre",), "America/Mexico_City": ("Mexico City",),
    "America/Panama": ("Panama City",), "America/Guatemala": ("Guatemala City",),
    "America/St_Kitts": ("Basseterre",), "America/St_Lucia": ("Castries",), "America/St_Vincent": ("Kingstown",),
    "America/Puerto_Rico": ("San Juan",), "America/El_Salvador": ("San Salvador",), "America/Costa_Rica": ("San José",),
    "America/Belize": ("Belmopan",),
    "Asia/Almaty": ("Astana",), "Asia/Colombo": ("Sri Jayawardenepura Kotte",), "Asia/Dubai": ("Abu Dhabi",),
    "Asia/Karachi": ("Islamabad",), "Asia/Kuala_Lumpur": ("Putrajaya",), "Asia/Yangon": ("Naypyidaw", "Rangoon"),
    "Asia/Urumqi": ("Ürümqi",), "Asia/Brunei": ("Bandar Seri Begawan",),
    "Atlantic/Azores": ("Ponta Delgada",), "Atlantic/Bermuda": ("Hamilton",), "Atlantic/Canary": ("Las Palmas",),
    "Atlantic/Cape_Verde": ("Praia",), "Atlantic/Madeira": ("Funchal",), "Atlantic/Faroe": ("Tórshavn",),
    "Europe/Tirane": ("Tirana",), "Europe/Chisinau": ("Chișinău",),
    "Indian/Comoro": ("Moroni",), "Indian/Mahe": ("Victoria",), "Indian/Mauritius": ("Port Louis",),
    "Indian/Maldives": ("Malé",), "Indian/Reunion": ("Saint-Denis",),
    "Pacific/Efate": ("Port Vila",), "Pacific/Fiji": ("Suva",),
    "Pacific/Guadalcanal": ("Honiara",), "Pacific/Honolulu": ("Hawaii",),
    "Pacific/Kwajalein": ("Majuro",), "Pacific/Palau": ("Ngerulmud",), "Pacific/Pohnpei": ("Palikir",),
    "Pacific/Tahiti": ("Papeete",), "Pacific/Tarawa": ("South Tarawa",), "Pacific/Tongatapu": ("Nukuʻalofa",),
}  # fmt: skip
"""Those of `names.CITIES` are not here again, such as Washington and Bern."""
