"""The gettext catalogs of every language, read when somebody first needs them.

A language is a folder in `bot/languages/` with one `.po` file for each room. English has none: its
sentences are in the code.
"""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "languages"
"""The folder that holds a folder for each language."""

ENGLISH = "en"
"""The language of the sentences in the code."""


@cache
def list_languages() -> tuple[str, ...]:
    """Return the codes of all languages, such as `de` or `pt_BR`, with English first."""
    found = (
        sorted(each.name for each in FOLDER.iterdir() if any(each.glob("*.po"))) if FOLDER.is_dir() else []
    )
    return (ENGLISH, *found)


@cache
def load_translations(language: str) -> gettext.NullTranslations:
    """Return the sentences of a language. English, and a language without a folder, has none of its own."""
    whole: gettext.NullTranslations = gettext.NullTranslations()
    for path in sorted((FOLDER / language).glob("*.po")) if language != ENGLISH else ():
        one = _read_catalog(path, language)
        one.add_fallback(whole)
        whole = one
    return whole


def _read_catalog(path: Path, language: str) -> gettext.GNUTranslations:
    from babel.messages.mofile import (
        write_mo,
    )  # Babel takes memory that a team that writes English doesn't need
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with path.open("rb") as lines:
        write_mo(compiled, read_po(lines, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def match_locale(locale: str) -> str:
    """Return the language that fits a platform's locale, such as `de` for `de-AT`, or an empty string."""
    wanted = locale.replace("-", "_").casefold()
    known = {each.casefold(): each for each in list_languages()}
    parts = wanted.split("_")
    ways = ["_".join(parts[:n]) for n in range(len(parts), 0, -1)]
    exact = next((known[way] for way in ways if way in known), "")
    return exact or next(
        (code for low, code in known.items() if low.split("_")[0] == parts[0] and parts[0]), ""
    )
