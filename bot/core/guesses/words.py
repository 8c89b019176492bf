"""The words of a line without case and punctuation, and the words that name nothing by themselves.

Those are data: in `words.toml` for English, and in `bot/languages/<code>/guesses.toml` for every other language, with
what people say to the bot in it. All languages are understood at once, because nobody knows in which a line is.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.core.language.catalogs import ENGLISH, FOLDER, list_languages

FILE = Path(__file__).parent / "words.toml"

LONGEST_LOOK = 400
"""Characters at the start of a line that are looked at. What matters is short, or the first word."""

WORD = re.compile(r"[^\W_]+")
APOSTROPHES = re.compile(r"(?<=\w)['’ʼ`´](?=\w)")  # what people type for an apostrophe

ANY_NUMBER = "0"
"""Stands for every number in a phrase."""

REPEATED = re.compile(r"(\w{1,3})\1{2,}\w{0,2}|(\w)\2{2,}")
SHORTEST_WORD = 3


@dataclass(frozen=True)
class EmptyWords:
    """Words that say nothing: polite ones, openings of a request, fillers, and rows of keys."""

    polite: frozenset[str]
    lead_ins: tuple[tuple[str, ...], ...]
    fillers: frozenset[str]
    keyboard_rows: tuple[str, ...]


@dataclass(frozen=True)
class DayWords:
    """The words of days beside English: for today and tomorrow, for the end of a month, and those left out."""

    today: frozenset[str]
    tomorrow: frozenset[str]
    ends: frozenset[str]
    left_out: frozenset[str]


@cache
def empty_words() -> EmptyWords:
    """Return the words of all languages that say nothing."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    every = (data, *language_words().values())
    return EmptyWords(
        frozenset(word for each in every for word in each["polite"].split()),
        tuple(tuple(begin.split()) for each in every for begin in each["lead_ins"]),
        frozenset(word for each in every for word in each["fillers"].split()),
        tuple(data["keyboard_rows"]),
    )


@cache
def openings() -> frozenset[str]:
    """Return the words of all languages that people say around the bot's name when they speak to it."""
    return _words_of("openings")


@cache
def third_person() -> frozenset[str]:
    """Return the words of all languages that a sentence about the bot goes on with, behind its name."""
    return _words_of("third_person")


@cache
def leads_on() -> frozenset[str]:
    """Return the words of all languages from which a sentence goes on to the bot's name."""
    return _words_of("leads_on")


@cache
def courtesies() -> frozenset[str]:
    """Return the polite words of all languages that can stand at the end of a request."""
    return empty_words().polite & openings()


def _words_of(name: str) -> frozenset[str]:
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return frozenset(
        word for each in (data, *language_words().values()) for word in each.get(name, "").split()
    )


@cache
def language_words() -> Mapping[str, Mapping[str, Any]]:
    """Return what people say to the bot in each language beside English, as its file has it."""
    found = {code: FOLDER / code / "guesses.toml" for code in list_languages() if code != ENGLISH}
    return {
        code: tomllib.loads(path.read_text(encoding="utf-8"))
        for code, path in found.items()
        if path.is_file()
    }


@cache
def phrases_by_command() -> Mapping[str, Sequence[str]]:
    """Return what else means a command in the languages beside English, by the command's key."""
    found: dict[str, list[str]] = {}
    for each in language_words().values():
        for key, said in each["phrases"].items():
            found.setdefault(key, []).extend(" ".join(one.split()) for one in said.split(",") if one.strip())
    return found


@cache
def day_words() -> DayWords:
    """Return the words of days in all languages beside English."""
    every = [each["days"] for each in language_words().values()]
    names = ("today", "tomorrow", "ends", "left_out")
    return DayWords(*(frozenset(word for each in every for word in each[name].split()) for name in names))


def split_words(line: str) -> tuple[str, ...]:
    """Return the words at the start of a line, casefolded, without punctuation. `don't` is one word."""
    plain = unicodedata.normalize("NFKC", line[:LONGEST_LOOK]).casefold()
    return tuple(WORD.findall(APOSTROPHES.sub("", plain)))


def number_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words with ANY_NUMBER in place of every number."""
    return tuple(ANY_NUMBER if word.isdecimal() else word for word in words)


def plain_request(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a request without polite words and what it begins with.

    Numbers become ANY_NUMBER. If nothing else is left, all words are returned.
    """
    numbered = number_words(words)
    kept = tuple(word for word in _without_lead_in(numbered) if word not in empty_words().polite)
    return kept or numbered


def _without_lead_in(words: tuple[str, ...]) -> tuple[str, ...]:
    for begin in empty_words().lead_ins:
        if words[: len(begin)] == begin:
            return _without_lead_in(words[len(begin) :])
    return _without_lead_in(words[1:]) if words and words[0] in empty_words().polite else words


def is_filler(word: str) -> bool:
    """Return whether a word names no thought by itself."""
    return word in empty_words().fillers or word.isdecimal()


def is_mashed(word: str) -> bool:
    """Return whether a single word is no word: one or two letters, `aaaa`, `asdf`."""
    if not word.isascii():
        return False
    if len(word) < SHORTEST_WORD or REPEATED.fullmatch(word):
        return True
    return len(word) > SHORTEST_WORD and any(word in row for row in empty_words().keyboard_rows)
