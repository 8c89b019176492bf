"""The visible form of a text: whether it shows anything, and how it's made safe to stand among other words.

The text itself is stored as it was given. Only what is shown of it is made harmless.
"""

from __future__ import annotations

import re
import unicodedata

NAMELESS = "Someone"
"""The name of a person whose own shows nothing."""

LONGEST_NAME = 80
"""The most characters shown of a name, as many as Slack allows."""

BLANK_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp", "Zs"))
"""The Unicode categories without a picture of their own: controls, formats, surrogates and separators."""

SIGNS = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
"""The formats that are drawn all the same, around the digits behind them (Prepended_Concatenation_Mark)."""

BLANKS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\ufffc"
    "\U00016fe4\U0001107f\U0001d159\U000e0000-\U000e0fff]"
)
"""Blank characters of other categories.

That is Default_Ignorable_Code_Point, with the blanks that Unicode counts as letters, marks and
symbols: the Braille pattern without dots, the fillers of Khitan, Brahmi and music, and the place of
an object that did not come along.
"""

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""The characters that turn the direction of the text behind them, to the end of the line or to their end."""

CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x9f]")
"""The control characters that are no spaces."""

RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))
"""The classes of characters that are written from right to left, and the digits of such scripts."""


def has_words(text: str) -> bool:
    """Return whether people could see anything of a text: a letter, a digit, a sign or an emoji."""
    first = text[:1]
    return (first.isascii() and first.isalnum()) or any(map(is_seen, text))


def is_seen(character: str) -> bool:
    """Return whether a character shows anything by itself. One that Unicode does not know yet counts as seen."""
    if unicodedata.category(character) in BLANK_CATEGORIES:
        return bool(SIGNS.match(character))
    return not BLANKS.match(character)


def is_zero_width(character: str) -> bool:
    """Return whether a character takes no room at all, so that the words around it look like one."""
    kind = unicodedata.category(character)
    return kind in ("Cf", "Mn", "Cn") and not is_seen(character)


def isolate_text(text: str) -> str:
    """Return a text that turns no word around it, whatever its direction.

    One with letters from right to left is put between the marks that keep its direction inside. Other
    texts only lose the characters that turn a line.
    """
    if text.isascii():
        return text
    straight = TURNING.sub("", text)
    return f"\u2068{straight}\u2069" if _has_right_to_left(straight) else straight


def enclose_words(text: str) -> str:
    """Return a text exactly as it was given, each line of it in marks that keep its direction inside.

    Only marks in it that would end those are left out. A line without any direction of its own gets none.
    """
    return text if text.isascii() else "\n".join(map(_enclose_line, text.split("\n")))


def _enclose_line(line: str) -> str:
    if not (TURNING.search(line) or _has_right_to_left(line)):
        return line
    kept, open_marks = [], 0
    for character in line:
        open_marks += (character in "\u2066\u2067\u2068") - (character == "\u2069")
        if open_marks >= 0:
            kept.append(character)
        open_marks = max(0, open_marks)
    return f"\u2068{''.join(kept)}{chr(0x2069) * open_marks}\u2069"


def _has_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in RIGHT_TO_LEFT for character in text)


def shown_name(name: str) -> str:
    """Return a name for a sentence of the bot: on one line, shortened, and in its own direction."""
    line = plain_name(name)
    return isolate_text(line if len(line) <= LONGEST_NAME else f"{line[:LONGEST_NAME]}…") or NAMELESS


def plain_name(name: str) -> str:
    """Return a name for a text that somebody wrote: on one line, and without characters that change its direction.

    It is empty if the name shows nothing. Accents alone show nothing: they would join the word before them.
    """
    line = TURNING.sub("", CONTROLS.sub("", " ".join(name.split())))
    shows = any(is_seen(each) and not unicodedata.category(each).startswith("M") for each in line)
    return line if shows else ""
