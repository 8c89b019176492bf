"""The words of a line without case and punctuation, and the words that name nothing by themselves."""

from __future__ import annotations

import re
import unicodedata

LONGEST_LOOK = 400
"""Characters at the start of a line that are looked at. What matters is short, or the first word."""

WORD = re.compile(r"[^\W_]+")
APOSTROPHES = re.compile(r"(?<=\w)['’ʼ`´](?=\w)")

ANY_NUMBER = "0"
"""Stands for every number in a phrase."""

POLITE = frozenset(
    [
        "please",
        "pls",
        "plz",
        "kindly",
        "now",
        "bot",
        "ahabot",
        "the",
        "a",
        "an",
        "my",
        "your",
        "our",
        "this",
        "that",
        "just",
    ]
)
"""Words that change nothing about what is asked for."""

LEAD_INS = tuple(
    tuple(each.split())
    for each in (
        "how do i", "how do we", "how can i", "how can we", "how to", "where do i", "where can i", "where is",
        "where are", "what is", "what are", "whats", "can you", "can i", "can we", "could you", "would you",
        "will you", "i want to", "we want to", "i want", "i would like to", "id like to", "let me", "lets",
        "go to", "open", "hey", "give me", "get me", "take me to", "i need", "use",
    )
)  # fmt: skip
"""What people begin a request with."""

FILLERS = frozenset(
    [
        "a",
        "ah",
        "all",
        "am",
        "an",
        "and",
        "are",
        "at",
        "be",
        "but",
        "by",
        "can",
        "cant",
        "could",
        "did",
        "do",
        "does",
        "dont",
        "done",
        "eh",
        "em",
        "er",
        "everybody",
        "everyone",
        "folks",
        "for",
        "foo",
        "bar",
        "baz",
        "qux",
        "guys",
        "haha",
        "hah",
        "heh",
        "hehe",
        "hm",
        "hmm",
        "hmmm",
        "how",
        "huh",
        "i",
        "idk",
        "if",
        "im",
        "in",
        "is",
        "isnt",
        "it",
        "its",
        "just",
        "k",
        "kk",
        "lmao",
        "lol",
        "me",
        "meh",
        "mhm",
        "my",
        "nah",
        "nope",
        "not",
        "now",
        "of",
        "oh",
        "ok",
        "okay",
        "omg",
        "on",
        "oops",
        "or",
        "our",
        "ouch",
        "please",
        "pls",
        "plz",
        "rofl",
        "she",
        "so",
        "some",
        "sure",
        "tbh",
        "text",
        "that",
        "the",
        "them",
        "there",
        "they",
        "this",
        "to",
        "uh",
        "uhm",
        "um",
        "umm",
        "up",
        "us",
        "very",
        "was",
        "we",
        "wtf",
        "what",
        "whatever",
        "whats",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "wow",
        "xd",
        "y",
        "yay",
        "yea",
        "yeah",
        "yep",
        "yes",
        "yo",
        "you",
        "your",
        "youre",
        "yup",
        "bot",
        "ahabot",
        "somebody",
        "someone",
        "the",
        "asap",
        "asdf",
        "lorem",
        "ipsum",
        "placeholder",
        "blah",
        "bla",
        "etc",
        "example",
        "sample",
        "hah",
        "ja",
        "nein",
        "si",
        "oui",
        "non",
        "ne",
        "da",
    ]
)
"""Words that name no thought, alone or beside each other."""

KEYBOARD_ROWS = ("qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "azerty")
REPEATED = re.compile(r"(\w{1,3})\1{2,}\w{0,2}|(\w)\2{2,}")
SHORTEST_WORD = 3


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
    kept = tuple(word for word in _without_lead_in(numbered) if word not in POLITE)
    return kept or numbered


def _without_lead_in(words: tuple[str, ...]) -> tuple[str, ...]:
    for begin in LEAD_INS:
        if words[: len(begin)] == begin:
            return _without_lead_in(words[len(begin) :])
    return _without_lead_in(words[1:]) if words and words[0] in POLITE else words


def is_filler(word: str) -> bool:
    """Return whether a word names no thought by itself."""
    return word in FILLERS or word.isdecimal()


def is_mashed(word: str) -> bool:
    """Return whether a single word is no word: one or two letters, `aaaa`, `asdf`."""
    if not word.isascii():
        return False
    if len(word) < SHORTEST_WORD or REPEATED.fullmatch(word):
        return True
    return len(word) > SHORTEST_WORD and any(word in row for row in KEYBOARD_ROWS)
