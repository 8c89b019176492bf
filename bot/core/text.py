"""Texts cleaned, cut, counted and put into pages, and the numbers read from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeVar

from bot.core.language.catalogs import ENGLISH
from bot.core.language.words import _, current_language, format_number, lazy, ngettext
from bot.core.messages import Form, Quote
from storage.models.shown import has_words, isolate_text

T = TypeVar("T")

LONGEST_TEXT = 40_000
"""The most characters of one saved text."""


LONGEST_CRAFT = 60
"""Maximum characters of a craft. Several crafts share one line of a card."""


NAMES_SHOWN = 12
"""The most names on a card. *Read more* has the rest in pages."""


PAGE_LENGTH = 2_500
"""Characters of a *read on* page.

With its frame, a page fits a section of a Slack message (3,000).
"""


QUOTES_PER_PAGE = 6
"""Quotes on a page: what a phone shows without much scrolling."""


ADDRESS = re.compile(r"(?i:https?)://[^\W_][\w\u0300-\u036f.~:/?#@!$&'()*+,;=%-]*")
"""A web address with its scheme, in any script, and what follows it in a sentence."""


AFTER_ADDRESS = ".,:;!?'*_~"
"""Punctuation that follows an address in a sentence and isn't part of it."""


NUMBER_WORDS = lazy("no one two three four five six seven eight nine ten eleven twelve")
"""The numbers from 0 on as people write them in a sentence. A language has as many words as it likes, and digits
above them. A digit among them stands for a number whose word depends on what is counted."""


def name_channel(name: str, otherwise: str = "") -> str:
    """Return a channel's name with its sign, or `otherwise` (*your team's channel*) if its name is not known."""
    return f"#{isolate_text(name)}" if has_words(name) else otherwise or _("your team's channel")


def submit_word(form: Form) -> str:
    """Return the label of the button that sends a form."""
    return form.submit or _("Save")


def clip_text(words: str, length: int) -> str:
    """Return the beginning of a text, cut at a word if one ends near the limit.

    `length` is in characters.
    """
    if len(words) <= length:
        return words
    cut = words[:length]
    return (cut[: cut.rfind(" ")] if cut.rfind(" ") > length * 0.8 else cut) + " …"


def list_names(names: Sequence[str], most: int = NAMES_SHOWN) -> str:
    """Return the first names, side by side, and how many more there are."""
    more = len(names) - most
    shown = ", ".join(names[:most])
    return ngettext("{names} and {n} more", "{names} and {n} more", more, names=shown) if more > 0 else shown


def join_list(items: Sequence[str], word: Literal["and", "or"] = "and") -> str:
    """Return items as one reads them aloud: `A, B and C`, or with `or`."""
    if current_language() != ENGLISH:
        from babel.lists import format_list

        return format_list(items, "or" if word == "or" else "standard", current_language())
    *most, last = items or ("",)
    return f"{', '.join(most)} {word} {last}" if most else last


def split_into_pages(said: Iterable[tuple[str, str]]) -> Sequence[Sequence[Quote]]:
    """Return labelled texts as pages of quotes that fit a message.

    A long text continues on further pages.
    """
    pages: list[list[Quote]] = []
    for quote in (Quote(piece, by) for words, by in said for piece in split_text(words)):
        length = sum(len(other.words) for other in pages[-1]) if pages else PAGE_LENGTH
        if length + len(quote.words) > PAGE_LENGTH or len(pages[-1]) == QUOTES_PER_PAGE:
            pages.append([])
        pages[-1].append(quote)
    return pages


def split_text(text: str) -> list[str]:
    """Return a text in pieces of at most one page, without losing a character."""
    return [text[at : at + PAGE_LENGTH] for at in range(0, len(text), PAGE_LENGTH)] or [""]


def number_in_words(number: int) -> str:
    """Return a number as it is spoken: in words up to twelve, in digits above."""
    words = NUMBER_WORDS().split()
    return words[number] if number < len(words) else format_number(number)


def make_excerpt(words: str, length: int) -> str:
    """Return the beginning of a text on one line, at most `length` characters and a ` …`.

    The cut is at a space if there is one in the last 30 percent. The text turns no words around it.
    """
    line = " ".join(words.split())
    if len(line) > length:
        cut = line[:length]
        line = (cut[: cut.rfind(" ")] if cut.rfind(" ") > length * 0.7 else cut).rstrip(" ,;:") + " …"
    return isolate_text(line)


def one_line(words: str, length: int) -> str:
    """Return the beginning of a text on one line, up to `length` characters. It turns no words around it."""
    return isolate_text(clip_text(" ".join(words.split()), length))


def label_words(head: str, words: str, length: int) -> str:
    """Return `#42 · ` and the beginning of a text on one line, up to `length` characters.

    The text turns no words around it.
    """
    start = f"{head} · "
    return start + one_line(words, length - len(start))


def split_addresses(words: str) -> Iterator[tuple[str, bool]]:
    """Yield a text in pieces, each with whether it is a web address. Together they are the whole text."""
    at = 0
    for run in ADDRESS.finditer(words):
        end = run.start() + len(trim_address(run[0]))
        if at < run.start():
            yield words[at : run.start()], False
        yield words[run.start() : end], True
        at = end
    if at < len(words):
        yield words[at:], False


def trim_address(run: str) -> str:
    """Return an address without the punctuation after it. A closing bracket belongs to it if it opens one."""
    end = len(run)
    closing = run.count(")") - run.count("(")
    while run[end - 1] in AFTER_ADDRESS or (run[end - 1] == ")" and closing > 0):
        closing -= run[end - 1] == ")"
        end -= 1
    return run[:end]


def parse_number(given: str) -> int:
    """Return the number in a form's or button's field, or 0 if it holds none that a row can have.

    That is nine digits at most: PostgreSQL stores no more, and Python refuses to read thousands.
    """
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def sanitize_texts(thing: T) -> T:
    """Clean the text fields of a dataclass as `clean_text` does.

    Every command, event, origin and source goes through it, so that no feature meets a text in which
    there is nothing to see.
    """
    texts = {name: value for name, value in vars(thing).items() if value and isinstance(value, str)}
    changed = {name: clean for name, value in texts.items() if (clean := clean_text(value)) != value}
    whole: Any = thing
    return replace(whole, **changed) if changed else thing


def clean_text(text: str) -> str:
    """Return a text without NUL characters and lone surrogates, which databases reject.

    A text in which nobody could see anything is empty. All others stay as written.
    """
    if text.isascii() and text.isprintable():
        return "" if text.isspace() else text
    clean = text.replace("\0", "").encode(errors="ignore").decode()
    return clean if has_words(clean) else ""


def days_in_words(number: int) -> str:
    """Return whole days in words. Zero is `less than a day`."""
    return ngettext("1 day", "{n} days", number) if number else _("less than a day")
