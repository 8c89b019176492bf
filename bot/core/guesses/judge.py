"""Telling whether a line that is no command is said to the bot, or a thought to save.

A line that is asked about first is one of these, and everything else is saved as it is:

- nothing but digits, punctuation or emoji;
- any text behind words that begin what is for its author alone (*note to self*, *diary*);
- a command's name, misspelt, or behind a slash or quotes, or before a colon, however long the line is; or one
  that merely has punctuation around it, in a line of one or two words;
- the bot's own command once more, such as `/aha show 1`, or its name before another command;
- exactly a phrase that some command lists as meaning it (`stop`, `forget me`, `goal new`), after polite words, an
  opening such as *how do I*, case and punctuation are left out; misspelt too in a line of one or two words;
- one to three words, fillers but for at most one of that kind (*hello there*, *is it on*, *ok*), or no word at all.

So a line with one content word that nobody says to bots is a thought: *Fewer tests*, *Caching helps*, *Fail fast*.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import islice

from bot.core.guesses.spelling import find_misspelt
from bot.core.guesses.words import (
    LONGEST_LOOK,
    courtesies,
    is_filler,
    is_mashed,
    number_words,
    plain_request,
    split_words,
)
from bot.core.params import MOMENT_PATTERN

NAMES = frozenset({"aha", "ahabot"})
"""What people call the bot, besides the command's own name."""
SHOWING = "show"
"""The command for a number."""
SAVING = "log"
"""The command for a text."""
ASKING = ("?",)
"""The phrase of a line that is only a question mark."""

MISSPELT_WORDS = 2
FILLER_WORDS = 3
QUOTED_WORDS = 3
"""The most words of a line that may be a request with a slip in it, of one all of fillers, of a quoted one."""

HEAD_MARK = "…"
"""The end of a phrase that means its command with any text behind it."""
WORD = re.compile(r"[^\W_]+")
HEAD_WORD = re.compile(r"[^\W_]+(?:['’ʼ`´][^\W_]+)*")  # what people type for an apostrophe
AFTER_HEAD = re.compile(r"\s*[:：,;.!]+\s+|\s*[:：]|\s+(?:[-–—]+\s+)?")  # dashes and colons of other scripts

LONGEST_REQUEST = 10
"""The most words of a phrase, with what it begins with and polite words."""

FIRST_WORD = re.compile(
    r"[\s\"'“”„‘’‚«»‹›`´*_~<(\[{]*(?P<mark>[/!\\.@$&-]{0,2})(?P<word>[^\W_]+)(?P<after>.*)", re.DOTALL
)
COLON_SIGN = re.compile(r"[:：]")
COLON = re.compile(r"[\"'“”‘’»`*_>)\]}]*(?:[:：]+|\s+[:：]+(?=\s|$))\s*")  # a colon of other scripts
SLASHES = ("/", "!", "\\", "@", ".", "$", "&", "-", "--")
QUOTED = re.compile(r"\s*[\"'“„‘‚«‹`*(\[<].*[\"'”“’»›`*)\]>]\W*", re.DOTALL)
NUMBERED = re.compile(r"\W*(?:no|nr|num|number)?\W*(?P<number>(?:\d{1,9}\.)?\d{1,9})\W*", re.IGNORECASE)


@dataclass(frozen=True)
class Retyped:
    """A line that was probably meant as a command: its word, and where the rest begins in the line."""

    word: str
    at: int


@dataclass(frozen=True)
class Phrase:
    """A line that is said to the bot: the phrase, as words. Empty for one that names nothing."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Begun:
    """A line that begins with the words of a phrase: those, and where the rest begins in the line."""

    words: tuple[str, ...]
    at: int


Verdict = Retyped | Phrase | Begun


@dataclass(frozen=True)
class Vocabulary:
    """Everything that people may type on purpose.

    `words` are the names of the commands, `phrases` what else means one, as words, `openers` the words
    that mean one with any text behind a colon, and `heads` those that mean one with any text behind them, and
    `with_colon` those of the heads that do so only with a colon.
    """

    words: Collection[str]
    phrases: Collection[tuple[str, ...]] = ()
    openers: Collection[str] = ()
    heads: Collection[tuple[str, ...]] = ()
    with_colon: Collection[tuple[str, ...]] = ()
    spoken: Collection[str] = field(default=(), compare=False)
    """The words of all phrases."""

    @cached_property
    def begun(self) -> Collection[tuple[str, ...]]:
        """The first words of all heads."""
        return frozenset(head[:1] for head in self.heads)


def build_vocabulary(words: Collection[str], phrases: Mapping[str, object]) -> Vocabulary:
    """Return the vocabulary of the commands' names and of the phrases that mean a command."""
    alone = [each for each in phrases if not (each.endswith(HEAD_MARK) and ":" in each)]
    forms = {form for each in alone for form in phrase_forms(each)}
    openers = {split_words(each)[0] for each in phrases if each.endswith(":")}
    heads = {head_words(each): ":" in each for each in phrases if each.endswith(HEAD_MARK)}
    with_colon = {each for each, colon in heads.items() if colon}
    return Vocabulary(
        words, forms, openers, frozenset(heads), with_colon, {w for each in forms for w in each}
    )


def head_words(phrase: str) -> tuple[str, ...]:
    """Return the words of a phrase that any text may follow, such as `next step: …`."""
    return number_words(split_words(phrase))


@cache
def phrase_forms(phrase: str) -> Collection[tuple[str, ...]]:
    """Return the words that a phrase is compared by, with and without polite ones.

    Without them at least two words have to be left: *my bad* is not *bad*.
    """
    whole = number_words(split_words(phrase)) or ASKING
    plain = plain_request(whole)
    return {whole, plain} if len(plain) > 1 else {whole}


def judge_line(typed: str, vocabulary: Vocabulary, called: str = "") -> Verdict | None:
    """Return what a line that is no command was probably meant as, or None for a thought.

    `called` is the name of the bot's command, such as `/aha`. Only the start of a long line is looked at.
    """
    typed = typed[:LONGEST_LOOK]
    if phrase := find_phrase(typed, vocabulary):
        return phrase
    own = NAMES | set(split_words(called))
    found = FIRST_WORD.match(typed)
    if found is None or found["word"].casefold() not in own:
        return _judge_request(typed, vocabulary)
    at = _skip_name(typed, found, own)
    inner = FIRST_WORD.match(typed[at:])
    if inner is None or not typed[at:].strip():
        return Phrase()
    if inner["word"].casefold() in vocabulary.words:
        return Retyped(inner["word"].casefold(), at + _rest_begins(inner))
    deeper = _judge_request(typed[at:], vocabulary)
    if isinstance(deeper, Retyped | Begun):
        return replace(deeper, at=at + deeper.at)
    return deeper or (Retyped(SAVING, at) if found["mark"] else None)


def _skip_name(typed: str, found: re.Match[str], own: Collection[str]) -> int:
    """Return where the text begins behind the bot's own name, also one given several times."""
    at = found.start("after")
    text = typed[at:]
    at += len(text) - len(text.lstrip(" ,:!.\t\n-–—"))  # dashes
    again = FIRST_WORD.match(typed[at:])
    if again is not None and again["word"].casefold() in own:
        return at + _skip_name(typed[at:], again, own)
    return at


def _judge_request(typed: str, vocabulary: Vocabulary) -> Verdict | None:
    words = split_words(typed)
    if not any(character.isalpha() for word in words for character in word) or _is_numbered(words):
        return _judge_signs(typed)
    found = FIRST_WORD.match(typed)
    return (
        find_head(typed, vocabulary)
        or (found and _judge_opener(found, vocabulary))
        or (found and _judge_first_word(found, words, vocabulary))
        or _find_phrase(words, vocabulary)
        or _mend_phrase(words, vocabulary)
        or (found and _judge_misspelt(found, vocabulary))
        or _judge_few_words(words, vocabulary)
        or (Phrase() if found and found["mark"] == "/" and len(words) <= MISSPELT_WORDS else None)
    )


def find_number(typed: str) -> Retyped | None:
    """Return the moment's number that a line is, as in `no. 42` or `no 42`, or None for any other line."""
    verdict = _judge_signs(typed) if _is_numbered(split_words(typed[:LONGEST_LOOK])) else None
    return verdict if isinstance(verdict, Retyped) else None


def _is_numbered(words: tuple[str, ...]) -> bool:
    return len(words) == MISSPELT_WORDS and bool(NUMBERED.fullmatch(" ".join(words))) and words[1].isdecimal()


def _judge_signs(typed: str) -> Verdict:
    """Judge a line without letters: a moment's number, or signs that mean nothing."""
    number = NUMBERED.fullmatch(typed)
    if number is not None and MOMENT_PATTERN.fullmatch(number["number"]):
        return Retyped(SHOWING, number.start("number"))
    return Phrase(ASKING) if "?" in typed else Phrase()


def _judge_first_word(found: re.Match[str], words: tuple[str, ...], vocabulary: Vocabulary) -> Retyped | None:
    """Judge a line that begins with a command's name, with signs around it."""
    word = found["word"].casefold()
    if word not in vocabulary.words:
        return None
    quoted = len(words) <= QUOTED_WORDS and QUOTED.fullmatch(found.string)
    if found["mark"] in SLASHES or COLON.match(found["after"]) or len(words) <= MISSPELT_WORDS or quoted:
        return Retyped(word, _rest_begins(found))
    return None


def _judge_opener(found: re.Match[str], vocabulary: Vocabulary) -> Phrase | None:
    """Judge a line that begins with a word and a colon which name something else than a thought."""
    word = found["word"].casefold()
    return Phrase((word,)) if word in vocabulary.openers and COLON.match(found["after"]) else None


def find_head(typed: str, vocabulary: Vocabulary) -> Begun | None:
    """Return the first words of a line that begin what is for its author alone, the longest, or None."""
    words: tuple[str, ...] = ()
    begun = None
    first = HEAD_WORD.search(typed)
    if first is None or number_words(split_words(first[0])) not in vocabulary.begun:
        return None
    for found in islice(HEAD_WORD.finditer(typed), max(map(len, vocabulary.heads), default=0)):
        words = (*words, *number_words(split_words(found[0])))
        after = AFTER_HEAD.match(typed, found.end()) if words in vocabulary.heads else None
        if after and words in vocabulary.with_colon and not COLON_SIGN.search(after[0]):
            continue
        if after and WORD.search(typed, after.end()):
            begun = Begun(words, after.end())
    return begun


def _rest_begins(found: re.Match[str]) -> int:
    """Return where the text behind the first word begins, without a colon and spaces."""
    colon = COLON.match(found["after"])
    at = found.start("after") + (colon.end() if colon else 0)
    return at + len(found.string[at:]) - len(found.string[at:].lstrip())


def _judge_misspelt(found: re.Match[str], vocabulary: Vocabulary) -> Retyped | None:
    word = find_misspelt(found["word"].casefold(), vocabulary.words)
    return Retyped(word, _rest_begins(found)) if word else None


def find_phrase(typed: str, vocabulary: Vocabulary) -> Phrase | None:
    """Return the phrase that a line is, or None."""
    return _find_phrase(split_words(typed), vocabulary)


def _find_phrase(words: tuple[str, ...], vocabulary: Vocabulary) -> Phrase | None:
    if len(words) > LONGEST_REQUEST:
        return None
    plain = number_words(words)
    courteous = tuple(word for word in plain if word not in courtesies())
    for said in (plain, courteous, plain_request(words)):
        if said in vocabulary.phrases:
            return Phrase(said)
    return None


def _mend_phrase(words: tuple[str, ...], vocabulary: Vocabulary) -> Phrase | None:
    """Return the phrase that a line of few words is, but for a slip in a word."""
    if len(words) > MISSPELT_WORDS:
        return None
    return _find_phrase(tuple(_mend_word(word, vocabulary) for word in words), vocabulary)


def _judge_few_words(words: tuple[str, ...], vocabulary: Vocabulary) -> Phrase | None:
    """Judge a line of few words that name no thought."""
    if len(words) <= FILLER_WORDS:
        asking = {word for word in words if not is_filler(word)}
        if not asking:
            return Phrase()
        if len(asking) == 1 and (said := tuple(asking)) in vocabulary.phrases:
            return Phrase(said)
    return Phrase() if len(words) == 1 and is_mashed(words[0]) else None


def _mend_word(word: str, vocabulary: Vocabulary) -> str:
    """Return the word of a phrase that a word misspells, or the word. Its first letter may only be misplaced."""
    if word in vocabulary.spoken:
        return word
    near = [each for each in vocabulary.spoken if word[0] in each[:2] or each[0] == word[1:2]]
    return find_misspelt(word, near, strict=True) or word
