"""The page's own words in another language, from the same catalogs as the bot's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel.messages.pofile import read_po

from bot.core.language.catalogs import ENGLISH, FOLDER


@cache
def list_page_words(language: str) -> Mapping[str, str | list[str]]:
    """Return the translations of what the page's scripts say, by the English text.

    A sentence with a number has a list of its forms. There is nothing for English.
    """
    words: dict[str, str | list[str]] = {}
    for path in sorted((FOLDER / language).glob("*.po")) if language != ENGLISH else ():
        with path.open("rb") as lines:
            catalog = read_po(lines, locale=language)
        for each in catalog:
            if not any(file.endswith(".js") for file, _line in each.locations):
                continue
            if isinstance(each.string, str) and each.string:
                words[str(each.id)] = each.string
            elif isinstance(each.string, tuple) and all(each.string):
                words[each.id[0]] = list(each.string)
    return words
