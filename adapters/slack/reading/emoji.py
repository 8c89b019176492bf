"""Slack's names of emoji, and the characters behind them."""

from __future__ import annotations

import re

from adapters.emoji_names import find_character, find_emoji
from bot.core.text import ADDRESS

SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Letters of the scripts that put no spaces between words, where an emoji stands right beside them."""

TONED_NAME = r":([a-z0-9_+'-]+):(?::skin-tone-([2-6]):)?"
LETTER = rf"[^\W_{SPACELESS}]"
RUN_PATTERN = re.compile(
    rf"{ADDRESS.pattern}|(?P<run>(?<!{LETTER})(?<![:\u0300-\u036f])(?:{TONED_NAME})+(?!:|{LETTER}))"
)
"""Emoji side by side, `:tada::wave::skin-tone-3:`, that touch no letter, digit or colon; or a web address.

An accent that follows its letter counts as one. So `root:x:0:0`, `std::key::value` and `12:30:45` are no emoji.
"""
NAME_PATTERN = re.compile(TONED_NAME)
VARIATION_SELECTOR = "\ufe0f"
FIRST_SKIN_TONE = 0x1F3FB
"""The modifier that Slack numbers as skin tone 2."""


def emoji_character(name: str) -> str:
    """Return the character of an emoji name from an event, or `:name:` if there is none.

    Skin tones are dropped. A character that is an emoji by itself gets no variation selector, so that
    stored ones stay equal.
    """
    plain = name.partition("::")[0]
    return find_character(plain, "slack") or f":{plain}:"


def replace_emoji_names(text: str, literal: str = "") -> str:
    """Return the text with each emoji's `:name:` replaced by its character, but not within web addresses.

    A name that `literal` holds in this form was meant as text, and stays.
    """
    if ":" not in text:
        return text
    return RUN_PATTERN.sub(
        lambda found: _replace_names(found["run"], literal) if found["run"] else found[0], text
    )


def _replace_names(run: str, literal: str) -> str:
    return NAME_PATTERN.sub(lambda found: _replace_name(found, literal), run)


def _replace_name(found: re.Match[str], literal: str) -> str:
    character = "" if found[0] in literal else find_emoji(found[1], "slack")
    return add_skin_tone(character, int(found[2] or 0)) if character else found[0]


def emoji_of_code_points(unicode: str) -> str:
    """Return the character of hexadecimal code points such as `1f44d-1f3fe`, or an empty string."""
    try:
        return "".join(chr(int(each, 16)) for each in unicode.split("-")) if unicode else ""
    except (ValueError, OverflowError):
        return ""


def add_skin_tone(character: str, tone: int) -> str:
    """Return an emoji in one of Slack's skin tones, 2 to 6. With any other number, or if it has one, it stays."""
    if not 2 <= tone <= 6 or any(0 <= ord(each) - FIRST_SKIN_TONE < 5 for each in character):
        return character
    return character[0] + chr(FIRST_SKIN_TONE + tone - 2) + character[1:].removeprefix(VARIATION_SELECTOR)
