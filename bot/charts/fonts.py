"""The letters of the pictures: a font that comes with what draws them, or one of the system's for other scripts."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

FONT_END = 0x590
"""The first letters after those of Europe, which the font lacks in part or can't join."""

UNJOINED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH", "BOPOMOFO")
"""The scripts that are written sign by sign, by how Unicode names them. Others would need to be joined."""


class NoLettersError(Exception):
    """Raised when no font has the letters of some words. The picture's alt text is shown in its place."""


def can_draw(words: str) -> bool:
    """Return whether there is a font that has all letters of some words."""
    try:
        find_font(words, bold=False)
    except NoLettersError:
        return False
    return True


def find_font(words: str, *, bold: bool) -> Path:
    """Return the file of a font that has all letters of some words. Raises NoLettersError without one."""
    foreign = {sign for sign in words if ord(sign) >= FONT_END and not _has_sign(sign, bold)}
    if not foreign:
        return own_font(bold)
    if not all(unicodedata.name(sign, "").startswith(UNJOINED) for sign in foreign):
        raise NoLettersError(f"no font can join the letters of {words!r}")
    found = find_system_font("".join(sorted(set(words))))
    if found is None:
        raise NoLettersError(f"no font has all letters of {words!r}: install one, such as Noto Sans CJK")
    return found


def _has_sign(sign: str, bold: bool) -> bool:
    """Return whether the font that is always there has a sign that is no letter, such as `≈` or `₿`."""
    return unicodedata.category(sign)[0] in "PSZ" and ord(sign) in read_letters(own_font(bold))


def own_font(bold: bool) -> Path:
    """Return the font that is always there."""
    from matplotlib import get_data_path

    # By file, not by name: a system font of the same name could have different letters.
    return Path(get_data_path(), "fonts", "ttf", "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")


@cache
def find_system_font(letters: str) -> Path | None:
    """Return the first font of the system that has all of these letters, or None."""
    wanted = set(map(ord, letters))
    return next((path for path in list_system_fonts() if wanted <= read_letters(path)), None)


@cache
def list_system_fonts() -> tuple[Path, ...]:
    """Return the files of the system's fonts, in a fixed order."""
    from matplotlib.font_manager import findSystemFonts

    return tuple(sorted(map(Path, findSystemFonts())))


@cache
def read_letters(path: Path) -> frozenset[int]:
    """Return the code points of the letters that a font has. None of them if it can't be read."""
    from matplotlib.ft2font import FT2Font

    try:
        return frozenset(FT2Font(str(path)).get_charmap())
    except (RuntimeError, OSError):
        return frozenset()
