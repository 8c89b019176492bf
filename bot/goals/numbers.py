"""Numbers as people write them, in any script and style, with their unit split off.

`1.000,5`, `1,000.5`, `1 200`, `10k`, `2.5m`, `2½`, `50%`, `€ 20` and digits of any script are read. A
number that two people would read differently, such as `1.000`, is asked about and never guessed.
One mark before three digits is read as I write it myself in the person's language: `1,200` is twelve hundred
in English, and `1.200` in German. What I write is read again as the same number, so that a form can be sent
as it came.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from bot.core.language.catalogs import ENGLISH
from bot.core.language.words import Lazy, _, current_language, lazy, lazy_pgettext

MOST_DIGITS = 15
"""The most digits before the decimal point, and the most behind it is six."""
MOST_DECIMALS = 6
LONGEST_UNIT = 24
SHORT_UNIT = 3
"""Characters of a unit that is an abbreviation, such as `km` or `EUR`."""
UNIT_WORDS = 3
"""The most characters and words of a unit. More is a sentence, and no number with its unit."""

NO_NUMBER = lazy("I need a number here, like 12, 1,200.50 or 10k.")
TOO_LONG = lazy("That number is too long. Try a larger unit, like 2.5m.")
TOO_FINE = lazy("Please use at most {most} decimal places, or try a smaller unit.")

SPACES = "\u0020\u00a0\u2009\u202f\u2007'’_٬"
"""What may stand between groups of digits besides a point and a comma."""
SIGNS = {
    "−": "-",
    "–": "-",
    "﹣": "-",
    "－": "-",
    "，": ",",
    "．": ".",
    "٪": "%",
    "％": "%",
    "﹪": "%",
}
"""Signs of other scripts, and the plain sign that each of them means."""
NUMBER = re.compile(rf"[-+]?(?:\d[\d.,{SPACES}]*\d|\d|[.,]\d+)[.,]?(?!\d)")
METRE = "m"
ATTACHED = {"k": 3, METRE: 6, "b": 9}
"""Letters right behind a number that multiply it, with the power of ten. `3g` and `5t` are grams and tonnes."""
SHORT: Mapping[int, Lazy] = {
    12: lazy_pgettext("a number in trillions", "{number}tn"),
    9: lazy_pgettext("a number in billions", "{number}b"),
    6: lazy_pgettext("a number in millions", "{number}m"),
    3: lazy_pgettext("a number in thousands", "{number}k"),
}
"""How a number is shortened to be drawn, by its power of ten, the highest first."""
SPELLED = {
    "k": 3, "tsd": 3, "thousand": 3, "mil": 3, "tausend": 3, "mn": 6, "mln": 6, "mio": 6, "million": 6, "millions": 6,
    "bn": 9, "mrd": 9, "billion": 9, "billions": 9, "千": 3, "万": 4, "萬": 4, "億": 8, "亿": 8, "百万": 6,
    "тыс": 3, "тысяч": 3, "тысячи": 3, "млн": 6, "млрд": 9, "lakh": 5, "lakhs": 5, "crore": 7, "crores": 7,
    "millones": 6, "milhões": 6, "millionen": 6, "milliarde": 9, "milliarden": 9, "hundred": 2,
}  # fmt: skip
"""Words and signs behind a number that multiply it, also after a space, with the power of ten."""

FRACTION = re.compile(r"(\d?)\s?([¼½¾⅕⅖⅗⅘⅛⅜⅝⅞])")
"""A fraction in one sign that has an end as a decimal number, with the digit before it."""
ARABIC_POINT = re.compile(r"٫(\d*)")
"""The sign that only ever begins decimals, with the digits behind it."""
NEGATIVE = ("minus", "negative")
"""Words before a number that mean a minus."""
NO_UNITS = (
    "about",
    "around",
    "approx",
    "roughly",
    "circa",
    "ca",
    "almost",
    "nearly",
    "over",
    "under",
    "plus",
    "etwa",
    "ungefähr",
    "rund",
    "fast",
    "knapp",
    "über",
    "unter",
)
"""Words before a number that are no unit: they say that it isn't exact."""
SIGNS_OF_UNITS = "%‰°#"
"""Signs that are a unit by themselves, besides those of currencies."""


@dataclass(frozen=True)
class Number:
    """A number with the unit that was written beside it, or an empty one."""

    value: Decimal
    unit: str = ""


class Marks(NamedTuple):
    """What a language writes between groups of three digits, and before the decimals."""

    group: str
    point: str


class NumberError(ValueError):
    """A text that is no number, or that could be two. Its message is the sentence for the person."""


class _Written(NamedTuple):
    """What stands around the digits of a number: the whole text, its minus, and a word that multiplies it."""

    text: str
    minus: str
    power: str


def parse_number(text: str, counted: str | None = None) -> Number:
    """Return the number in a text and its unit. NumberError with one sentence if it cannot be told.

    `counted` is the unit that is counted here, or empty if there is none: `12m` is twelve where metres, written
    `m`, are counted, and is asked about where that may be meant.
    """
    plain = _plain_digits(text)
    found = NUMBER.search(plain)
    if found is None:
        raise NumberError(NO_NUMBER())
    before, behind = plain[: found.start()], plain[found.end() :]
    power, after = _split_power(behind)
    if power and counted and is_same_unit(behind.strip(), counted):
        power, after = 0, behind
    before, turned = _split_minus(before, signed=found[0].startswith(("-", "+")))
    minus = "-" if turned or found[0].startswith("-") else ""
    digits = found[0].strip().lstrip("-+")
    value = _read_digits(digits, _Written(text.strip(), minus, behind.removesuffix(after)))
    unit = " ".join(f"{before} {after}".split())
    if unit and not _is_unit(unit, before):
        raise NumberError(NO_NUMBER())
    value = -value if minus else value
    whole = (value * Decimal(10) ** power).normalize() + 0
    _check_length(whole)
    if power and not unit and (meant := _meant_unit(behind, counted)):
        raise _two_readings(text.strip(), format_number(whole), format_number(value, meant))
    return Number(whole, unit)


def _meant_unit(letter: str, counted: str | None) -> str:
    """Return the unit that a letter right behind a number may mean instead of a thousand or a million, if any."""
    said = letter.casefold()
    if counted is None or said not in ATTACHED:
        return ""
    if not counted:
        return letter if said == METRE else ""
    return counted if counted.casefold().startswith(said) else ""


def _two_readings(text: str, one: str, other: str) -> NumberError:
    return NumberError(
        _("“{text}” could mean {one} or {other}. Please write one of these.", text=text, one=one, other=other)
    )


def _split_minus(before: str, signed: bool) -> tuple[str, bool]:
    """Return the text before a number without a minus at its end, and whether there was one."""
    words = before.rstrip()
    for minus in ("-", *NEGATIVE):
        if not signed and words.casefold().endswith(minus):
            return words[: -len(minus)], True
    return before, False


def _is_unit(unit: str, before: str) -> bool:
    """Return whether what stands beside a number is its unit, and not more of a sentence or of the number."""
    if len(unit) > LONGEST_UNIT or len(unit.split()) > UNIT_WORDS:
        return False
    if any(sign.isdecimal() or unicodedata.category(sign) == "Nl" for sign in unit):
        return False
    if any(word.strip(".").casefold() in NO_UNITS for word in before.split()):
        return False
    return any(_means_a_unit(sign) for sign in unit) and unit[0] not in "<>≤≥~≈=(±" and unit[-1] != "+"


def _means_a_unit(sign: str) -> bool:
    return sign.isalpha() or sign in SIGNS_OF_UNITS or unicodedata.category(sign) in ("Sc", "So")


def _plain_digits(text: str) -> str:
    """Return a text with the digits, fractions and signs of every script as those that Python reads.

    Signs that nobody sees, such as marks of the writing direction, are left out.
    """
    seen = (sign for sign in text.strip() if unicodedata.category(sign) != "Cf")
    plain = "".join(_plain_sign(sign) for sign in seen)
    return FRACTION.sub(_plain_fraction, ARABIC_POINT.sub(r".\g<1>0", plain))


def _plain_fraction(found: re.Match[str]) -> str:
    """Return a fraction as decimals, with a zero at their end, so that three of them never look like a group."""
    decimals = f"{unicodedata.numeric(found[2]):g}".removeprefix("0")
    return f"{found[1] or '0'}{decimals}0"


def _plain_sign(sign: str) -> str:
    digit = unicodedata.decimal(sign, None)
    return SIGNS.get(sign, sign) if digit is None else str(digit)


def _split_power(after: str) -> tuple[int, str]:
    """Return the power of ten that the text behind a number stands for, and the rest of that text."""
    word = re.match(r"\s*([^\W\d_]+)\.?", after)
    if word is None:
        return 0, after
    said, rest = word[1], after[word.end() :]
    attached = after[: len(said)] == said
    if attached and said.casefold() in ATTACHED and not rest[:1].isalnum():
        return ATTACHED[said.casefold()], rest
    if said.casefold() in SPELLED:
        return SPELLED[said.casefold()], rest
    for sign, power in SPELLED.items():
        if not sign.isascii() and said.startswith(sign):
            return power, after.lstrip()[len(sign) :]
    return 0, after


def _read_digits(digits: str, written: _Written) -> Decimal:
    """Return the value of digits with separators. NumberError if they are no number, or could be two."""
    digits = digits.rstrip(".,") if digits[-1] in ".," else digits
    points, commas = digits.count("."), digits.count(",")
    last = max(digits.rfind("."), digits.rfind(","))
    mixed, groups_by_space = bool(points and commas), any(space in digits for space in SPACES)
    decimal_mark = ""
    if mixed or (points + commas == 1):
        decimal_mark = digits[last]
    if decimal_mark and not mixed and not groups_by_space:
        decimal_mark = _single_mark(digits, written)
    head, _, decimals = digits.rpartition(decimal_mark) if decimal_mark else (digits, "", "")
    if (decimal_mark and decimal_mark in head) or not _is_grouped(head):
        raise NumberError(NO_NUMBER())
    bare = "".join(sign for sign in head if sign.isdigit()) or "0"
    if not (decimals.isdigit() or not decimals):
        raise NumberError(NO_NUMBER())
    return Decimal(f"{bare}.{decimals or '0'}")


def _single_mark(digits: str, written: _Written) -> str:
    """Return the one point or comma of a number if it begins the decimals, or nothing if it groups digits.

    NumberError for one that could do both, because the current language doesn't group digits by it.
    """
    mark = "." if "." in digits else ","
    head, _, tail = digits.partition(mark)
    could_group = len(tail) == 3 and 1 <= len(head) <= 3 and not head.startswith("0")
    if not could_group:
        return mark
    marks = read_marks(current_language())
    if mark == marks.group:
        return ""
    decimals = tail.rstrip("0") or "0"
    small = f"{head}{marks.point}{decimals}{'0' if len(decimals) == len(tail) else ''}"
    large, small = (f"{written.minus}{each}{written.power}" for each in (f"{head}{tail}", small))
    raise _two_readings(written.text, large, small)


def _is_grouped(head: str) -> bool:
    """Return whether the digits before the decimals are in groups that people write, or in none.

    Groups have three digits each, but in India all except the last may have two.
    """
    groups = re.split(rf"[.,{SPACES}]", head)
    marks = {sign for sign in head if not sign.isdigit()}
    if len(groups) == 1:
        return True
    if len(marks) > 1 or not 1 <= len(groups[0]) <= 3:
        return False
    *between, last = groups[1:]
    return len(last) == 3 and {len(each) for each in between} <= ({3} if len(groups[0]) == 3 else {2, 3})


def _check_length(value: Decimal) -> None:
    whole, _, decimals = plain_number(abs(value)).partition(".")
    if len(whole) > MOST_DIGITS:
        raise NumberError(TOO_LONG())
    if len(decimals) > MOST_DECIMALS:
        raise NumberError(TOO_FINE(most=MOST_DECIMALS))


def is_same_unit(one: str, other: str) -> bool:
    """Return whether two units are the same word, one of something or several: `client` and `clients`."""
    first, second = sorted((one.casefold(), other.casefold()), key=len)
    return second in (first, f"{first}s", f"{first}es")


def plain_number(value: Decimal) -> str:
    """Return a number as its row holds it: `-1204.5`, without zeros at the end."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def format_number(value: Decimal, unit: str = "") -> str:
    """Return a number as people read it in the current language, with its unit: `1,204.5` or `12 clients`.

    `1.2340` has a zero at its end, because `1.234` would be read as a thousand in half of the world.
    """
    whole, dot, decimals = plain_number(value).partition(".")
    marks = read_marks(current_language())
    grouped = f"{int(whole):,}".replace(",", marks.group) if whole not in ("-0", "-") else "-0"
    said = f"{grouped}{marks.point if dot else ''}{decimals}"
    if len(decimals) == 3 and whole.removeprefix("-") != "0" and marks.group not in grouped:
        said += "0"
    return _join_unit(said, unit)


@cache
def read_marks(language: str) -> Marks:
    """Return what a language writes between groups of digits, and before the decimals."""
    if language == ENGLISH:
        return Marks(",", ".")
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return Marks(get_group_symbol(language), get_decimal_symbol(language))


def _join_unit(said: str, unit: str) -> str:
    if not unit:
        return said
    if unit == "%":
        return f"{said} %"
    is_currency = len(unit) == 1 and unicodedata.category(unit) == "Sc"
    return f"{unit} {said}" if is_currency else f"{said} {unit}"


def format_measured(value: Decimal, unit: str) -> str:
    """Return a number of what a goal counts, with its unit: `4 schools`, `€ 1`, but only `1` where schools are counted.

    People write their unit for several, and I don't guess how they'd say it for one.
    """
    return format_number(value, "" if _is_for_several(value, unit) else unit)


def describe_way(start: Decimal, target: Decimal, unit: str) -> tuple[str, str]:
    """Return start and target with the unit once, such as `0` and `10 schools`, or `5 hours` and `1`."""
    if _is_for_several(target, unit) and not _is_for_several(start, unit):
        return format_number(start, unit), format_number(target)
    return format_number(start), format_number(target, unit)


def shorten_measured(value: Decimal, unit: str) -> tuple[str, ...]:
    """Return shorter and shorter spellings of a number of what a goal counts.

    Such as `€ 125,000,000`, `€ 125m`, `125,000,000`, `125m`. One that is rounded says so: `≈ 1.23m`.
    """
    short, is_exact = _shorten_number(value)
    about, counted = "" if is_exact else "≈ ", "" if _is_for_several(value, unit) else unit
    spellings = (
        format_measured(value, unit), f"{about}{_join_unit(short, counted)}", format_number(value), f"{about}{short}",
    )  # fmt: skip
    return tuple(dict.fromkeys(spellings))


def _shorten_number(value: Decimal) -> tuple[str, bool]:
    """Return a number in about three digits with the letters of its power, such as `125m`, and whether that's exact."""
    power = next((power for power in SHORT if abs(value) >= Decimal(10) ** power), 0)
    scaled = value.scaleb(-power)
    rounded = round(scaled, 2 - min(max(scaled.adjusted(), 0), 2))
    if not power or not rounded:
        return format_number(value), True
    return SHORT[power](number=format_number(rounded)), rounded == scaled


def _is_for_several(value: Decimal, unit: str) -> bool:
    """Return whether a unit is a word that may only fit several, beside one. `km`, `EUR` and signs always fit."""
    is_word = any(len(word) > SHORT_UNIT and word.isalpha() for word in unit.split())
    return abs(value) == 1 and is_word
