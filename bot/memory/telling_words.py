"""The words of a moment by which it may be like another: long ones that say something about its subject."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from storage.models import Moment
from storage.moments import fulltext

FILE = Path(__file__).parent / "common_words.toml"
LONG_WORD = 5
"""The fewest letters of a word by which moments are alike. In unspaced scripts a pair is enough."""


@cache
def common_words() -> frozenset[str]:
    """Return the words that say nothing about a subject, of all languages together, as the search folds them."""
    lists = tomllib.loads(FILE.read_text(encoding="utf-8")).values()
    return frozenset(token for words in lists for token in fulltext.tokenize_text(words))


def telling_words(moment: Moment) -> set[str]:
    """Return the words of a moment that say something about its subject."""
    texts = (moment.text, *moment.parts.values())
    found = {token for text in texts for token in fulltext.tokenize_text(text)}
    return {token for token in found if len(token) >= LONG_WORD or not token.isascii()} - common_words()


def longest_words(moment: Moment) -> Sequence[str]:
    """Return the telling words of a moment, the longest first."""
    return sorted(telling_words(moment), key=lambda word: (-len(word), word))
