"""Blame detection: phrases that look for a culprit, and the question to ask instead.

Whys find out what let something happen, and naming a person ends that search. The phrases are
`blame.toml` of each language's folder. All of them are read, since a team may write in several
languages.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.core.language.catalogs import FOLDER

FILES = "*/blame.toml"
"""The phrases of each language, in its folder."""


@dataclass(frozen=True)
class Blame:
    """Phrases with the same meaning, and the hint in their language."""

    hint: str
    phrases: re.Pattern[str]


@dataclass(frozen=True)
class Language:
    """One language file: common words that identify the language, and its blaming phrases."""

    common: frozenset[str]
    blames: tuple[Blame, ...]


@dataclass(frozen=True)
class Hint:
    """The phrase that was found in a text, and the question to ask instead."""

    phrase: str
    instead: str


def find_hint(text: str) -> Hint | None:
    """Return a hint for the first blaming phrase in a text, or None as for most texts.

    A phrase may be the same in several languages. Then the hint is in the language whose common
    words occur most often in the text.
    """
    plain = _normalize_text(text)
    words = Counter(re.findall(r"\w+", plain.casefold()))
    found = [
        (match.start(), -sum(words[each] for each in language.common), Hint(match[0], blame.hint))
        for language in load_blame_languages()
        for blame in language.blames
        if (match := blame.phrases.search(plain))
    ]
    return min(found, key=lambda one: one[:2])[2] if found else None


@cache
def load_blame_languages() -> Sequence[Language]:
    """Return every language that has such phrases. The files are read once, on first use."""
    return [parse_language(file.read_text("utf-8")) for file in sorted(FOLDER.glob(FILES))]


def parse_language(toml: str) -> Language:
    """Return the language in a file's text.

    KeyError or ValueError when the text is not a language file.
    """
    data = tomllib.loads(toml)
    common = frozenset(data.pop("common"))
    return Language(
        common, tuple(Blame(table["hint"], _compile_phrases(table["phrases"])) for table in data.values())
    )


def _compile_phrases(phrases: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern for whole words with only whitespace between them. `*` is any one word."""
    each = sorted((_phrase_pattern(phrase) for phrase in phrases), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)", re.IGNORECASE)


def _phrase_pattern(phrase: str) -> str:
    return r"\s+".join(re.escape(_normalize_text(word)).replace(r"\*", r"\w+") for word in phrase.split())


def _normalize_text(text: str) -> str:
    """Return the text with one spelling for each accent and apostrophe.

    Positions of matches refer to this text.
    """
    return unicodedata.normalize("NFC", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
