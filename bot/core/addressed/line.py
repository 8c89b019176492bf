"""Which words of a message are said to the bot, when the message has the bot's name in it.

The name begins what is said to the bot (*@Ahabot show 42*), also behind a greeting (*hey @Ahabot …*) and at the
beginning of a later sentence or line. It ends it, too (*remember this @Ahabot*). Anywhere else people talk about
the bot, and not to it (*let's ask @Ahabot later*), and so they do in what they quote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.core.addressed import Addressed
from bot.core.guesses.words import leads_on, openings, split_words, third_person
from storage.models.shown import has_words

GLUED = re.compile(r"['’ʼ`´-]\w")
"""What makes one word with the name in front of it: *@Ahabot's card*."""
QUOTED = re.compile(r"(?:[\"'“„‘‚«‹「『`\[]|(?:^|\n)[ \t]*(?:>[^\n]*|>>>.*))$", re.DOTALL)
"""What makes the name a part of quoted words, code or a link: the sign that opens them, or one in front of the line."""
ENDED = re.compile(r"(?:\n|[.!?…:;。！？：][\"'”’»)\]]*)[ \t]*$")  # signs of other scripts
"""The end of a line or a sentence, in front of the name."""
PAUSED = re.compile(r"(?:\n|[.!?…:;,，。！？：\-–—][\"'”’»)\]]*)\s*$")  # dashes and signs of other scripts
"""What sets a name at the end apart from the words in front of it."""
SEPARATORS, PAUSES = " \t\n,:;.!-–—，：；", " \t\n,:;-–—，：；"  # dashes and signs of other scripts
"""What stands between the name and the words behind it, and between the words in front of it and the name."""
INTRODUCED = re.compile(r"[:：][ \t]*$")  # a colon of another script
"""What introduces words that may be an example: *write: @Ahabot we sign once*."""
GOES_ON = tuple("@&/+(|")
"""What goes on about the bot behind its name, or names somebody else beside it: *@Ahabot @Ana welcome*."""
FEWEST_WORDS = 4
"""The fewest words in front of a name at the end that are asked about as a thought: *thanks to @Ahabot* is none."""


@dataclass(frozen=True)
class Said:
    """The words that are said to the bot. `asks` is whether nothing of them is done before the person was asked."""

    words: str
    asks: bool = False


def find_said(addressed: Addressed) -> Said | None:
    """Return what is said to the bot, or None where the message only mentions it in passing."""
    if not addressed.called:
        return Said(addressed.after.strip())
    before, after = addressed.before.strip(), addressed.after.lstrip(SEPARATORS)
    if GLUED.match(addressed.after) or QUOTED.search(addressed.before):
        return None
    if _is_opening(before):
        return Said(after, asks=_is_about_us(after)) if has_words(after) else Said(before)
    if _is_opening(after):
        if split_words(before)[-1:] and split_words(before)[-1] in leads_on():
            return None
        return Said(before.rstrip(PAUSES), asks=not PAUSED.search(addressed.before.rstrip(" \t")))
    if not ENDED.search(addressed.before):
        return None
    return Said(after, asks=_is_about_us(after) or bool(INTRODUCED.search(addressed.before)))


def is_thought_at_the_end(said: Said) -> bool:
    """Return whether words in front of the name are enough for a thought."""
    return len(split_words(said.words)) >= FEWEST_WORDS


def _is_opening(text: str) -> bool:
    """Return whether a text has nothing but words that open a request, or polite ones."""
    return all(word in openings() for word in split_words(text))


def _is_about_us(after: str) -> bool:
    """Return whether a sentence goes on as one about the bot, or to others: *@Ahabot is great*."""
    return after.startswith(GOES_ON) or any(word in third_person() for word in split_words(after)[:1])
