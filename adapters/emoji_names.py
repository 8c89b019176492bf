"""The characters behind the names of emoji, such as `bulb` for 💡. Each platform has some names of its own.

What differs from the `emoji` package is data in `emoji_names.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_suffix(".toml")

FLAG_NAME = re.compile(r"flag[-_]([a-z]{2})")
REGIONAL_INDICATOR = 0x1F1E6 - ord("a")
TONE_NAME = re.compile(r"_(?:tone[1-5]|(?:(?:medium_)?(?:light|dark)|medium)_skin_tone).*")
"""How Discord ends the name of an emoji in a skin tone, or in two."""
VARIATION_SELECTOR = "\ufe0f"


def find_character(name: str, platform: str = "") -> str:
    """Return the character behind an emoji's name on a platform, or an empty string.

    It has no variation selector at its end, so that each emoji has one form, and seldom the skin tone
    that a name may hold.
    """
    return find_emoji(name, platform).removesuffix(VARIATION_SELECTOR)


def find_emoji(name: str, platform: str = "") -> str:
    """Return the emoji behind a name on a platform as people see it in a text, or an empty string."""
    own = _own_names().get(platform, {})
    return own.get(name) or _find_flag(name) or _find_alias(name) or own.get(TONE_NAME.sub("", name), "")


@cache
def _own_names() -> Mapping[str, Mapping[str, str]]:
    """Return the names of each platform that the `emoji` package lacks or gives another character."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _find_flag(name: str) -> str:
    """Return a country's flag, named `flag-pt` on Slack and `flag_pt` on Discord, or an empty string."""
    from emoji import is_emoji  # loaded with the first emoji, like `emojize`

    if (flag := FLAG_NAME.fullmatch(name)) is None:
        return ""
    character = "".join(chr(REGIONAL_INDICATOR + ord(letter)) for letter in flag[1])
    return character if is_emoji(character) else ""


def _find_alias(name: str) -> str:
    """Return the character that the `emoji` package has for a name, or an empty string.

    Slack writes `large_green_circle` and `man-shrugging` where the package has `green_circle` and
    `man_shrugging`, and Discord writes the skin tone into the name.
    """
    from emoji import emojize  # 3 MB that are loaded with the first emoji

    for known in (name, name.replace("-", "_"), name.removeprefix("large_"), TONE_NAME.sub("", name)):
        found = emojize(f":{known}:", language="alias")
        if not found.startswith(":"):
            return found
    return ""
