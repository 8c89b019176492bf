"""No blame: phrases that look for a culprit, and the question that may be asked instead.

A ladder finds out what let something happen; a name at its end stops the climb. The lists are data in
`bot/quests/blame_words/`, one language a file, and all of them are read, since a team may write in several.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "blame_words"


@dataclass(frozen=True)
class Blame:
    """Phrases that mean the same, and the hint in their language."""

    hint: str
    phrases: re.Pattern[str]


@dataclass(frozen=True)
class Language:
    """One file: the words by which the language is known, and what looks for a culprit in it."""

    common: frozenset[str]
    blames: tuple[Blame, ...]


@dataclass(frozen=True)
class Hint:
    """What was found in a text, and what may be asked instead."""

    phrase: str
    instead: str


def hint(text: str) -> Hint | None:
    """The first phrase in a text that looks for a culprit; most texts have none.

    Some phrases are the same in several languages: then the hint is in the one that the text seems to be in.
    """
    plain = _plain(text)
    words = Counter(re.findall(r"\w+", plain.casefold()))
    found = [
        (match.start(), -sum(words[each] for each in language.common), Hint(match[0], blame.hint))
        for language in languages()
        for blame in language.blames
        if (match := blame.phrases.search(plain))
    ]
    return min(found, key=lambda one: one[:2])[2] if found else None


@cache
def languages() -> Sequence[Language]:
    """Everything in the folder. Read once, when first asked for."""
    return [read(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.toml"))]


def read(toml: str) -> Language:
    """One language from its file's text. KeyError or ValueError where it is not one."""
    data = tomllib.loads(toml)
    common = frozenset(data.pop("common"))
    return Language(
        common, tuple(Blame(table["hint"], _pattern(table["phrases"])) for table in data.values())
    )


def _pattern(phrases: Sequence[str]) -> re.Pattern[str]:
    """Whole words with nothing but space between them; `*` is any one word."""
    each = sorted((_phrase(phrase) for phrase in phrases), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)", re.IGNORECASE)


def _phrase(phrase: str) -> str:
    return r"\s+".join(re.escape(_plain(word)).replace(r"\*", r"\w+") for word in phrase.split())


def _plain(text: str) -> str:
    """One way to write each accent and apostrophe, as long as it was."""
    return unicodedata.normalize("NFC", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
