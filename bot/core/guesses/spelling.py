"""Misspelt words: which known word was probably meant.

A word that people use is never a misspelling, however near it is to a command. The common words
near a command, in twelve languages and with first names, are in `ordinary_words.txt`. They are
those of wordfreq's lists that `could_misspell` accepts; a new command needs its neighbours added.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

ORDINARY_WORDS = Path(__file__).parent / "ordinary_words.txt"
SHORTEST_MISSPELT, LONGEST_MISSPELT = 3, 20
LETTERS_PER_SLIP = 4
"""One slip is allowed in four letters, two in eight, three in twelve."""
ENDINGS = ("s", "es", "ed", "er", "ers", "ing", "ly")
"""What a word may end with and still be the same word."""


def find_misspelt(word: str, known: Iterable[str], strict: bool = False) -> str:
    """Return the known word that `word` misspells, or an empty string. All words are casefolded.

    With `strict`, there may be one slip only, and in four letters it may not be a wrong letter.
    """
    if not SHORTEST_MISSPELT <= len(word) <= LONGEST_MISSPELT:
        return ""
    if not word.isalpha() or word in ordinary_words():
        return ""
    near = [(count_slips(word, each), each) for each in known if could_misspell(word, each, strict)]
    return min(near)[1] if near else ""


def could_misspell(word: str, known: str, strict: bool = False) -> bool:
    """Return whether two words are so near that one may be the other, misspelt.

    Of three letters, only two may change places, or one be doubled.
    """
    most = 1 if strict else max(1, len(known) // LETTERS_PER_SLIP)
    if abs(len(word) - len(known)) > most or min(len(word), len(known)) < SHORTEST_MISSPELT:
        return False
    if len(set(word) ^ set(known)) > 2 * most or _is_inflected(word, known):
        return False
    if len(known) <= SHORTEST_MISSPELT + strict:
        return _is_swapped(word, known) or _is_doubled(word, known)
    return 0 < count_slips(word, known) <= most


def _is_inflected(word: str, known: str) -> bool:
    """Return whether a word is a form of another, such as `quests` of `quest` or `shower` of `show`."""
    doubled = f"{known}{known[-1]}"
    stems = (known, known.removesuffix("e"), known.removesuffix("ed"), doubled)
    forms = {stem + ending for stem in stems for ending in ("", *ENDINGS)} - {doubled}
    return word != known and word in forms


def _is_swapped(word: str, known: str) -> bool:
    return word != known and sorted(word) == sorted(known) and count_slips(word, known) == 1


def _is_doubled(word: str, known: str) -> bool:
    return any(word == known[: at + 1] + known[at:] for at in range(len(known)))


def count_slips(one: str, other: str) -> int:
    """Return how many letters are missing, added, wrong or swapped with the next.

    This is the distance known as optimal string alignment.
    """
    before, row = list[int](), list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, last, row = row, before, [at]
        for to, wanted in enumerate(other, 1):
            slips = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                slips = min(slips, last[to - 2] + 1)
            row.append(slips)
    return row[-1]


@cache
def ordinary_words() -> frozenset[str]:
    """Return the words that are near a command and yet meant as they are."""
    lines = ORDINARY_WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
