"""Sentences in the language of the person or team that reads them.

Every sentence is written in English where it is used, whole and with named placeholders:
`_("Saved as #{number}.", number=7)`. `make words` collects them for the catalogs of the other languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from string import Formatter

from bot.core.language.catalogs import ENGLISH, load_translations
from bot.core.messages import Inline, Line

SPOKEN: ContextVar[str] = ContextVar("spoken", default=ENGLISH)
"""The language of the answer or post that is being made."""

Value = str | int
"""What fills a placeholder of a text."""


def current_language() -> str:
    """Return the code of the language that is spoken now."""
    return SPOKEN.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language within this block. Without one, English."""
    token = SPOKEN.set(language or ENGLISH)
    try:
        yield
    finally:
        SPOKEN.reset(token)


def switch_language(language: str) -> None:
    """Speak another language for the rest of the present `speaking` block."""
    SPOKEN.set(language or ENGLISH)


def _(text: str, /, **values: Value) -> str:
    """Return a sentence in the current language, with its values."""
    return _fill(_translate(text), text, values)


def pgettext(context: str, text: str, /, **values: Value) -> str:
    """Return an English word that has several meanings, in the meaning that `context` names."""
    language = SPOKEN.get()
    found = text if language == ENGLISH else load_translations(language).pgettext(context, text)
    return _fill(found, text, values)


def ngettext(one: str, many: str, n: int, /, **values: Value) -> str:
    """Return the sentence for a number of things. `{n}` is the number, grouped as the language does."""
    return _fill(_count(one, many, n), one if n == 1 else many, {"n": format_number(n), **values})


def line(text: str, /, **values: Value | Inline | Line) -> Line:
    """Return a sentence as a line, whose values may be mentions, times, links and emphasised words."""
    return _fill_line(_translate(text), text, values)


def nline(one: str, many: str, n: int, /, **values: Value | Inline | Line) -> Line:
    """Return the line for a number of things. `{n}` is the number, grouped as the language does."""
    return _fill_line(_count(one, many, n), one if n == 1 else many, {"n": format_number(n), **values})


@dataclass(frozen=True)
class Lazy:
    """A sentence that is written down now and put into a language when it is called."""

    text: str
    context: str = ""

    def __call__(self, **values: Value) -> str:
        """Return the sentence in the current language."""
        return pgettext(self.context, self.text, **values) if self.context else _(self.text, **values)

    def __bool__(self) -> bool:
        """Return whether it says anything."""
        return bool(self.text)

    def __str__(self) -> str:
        """Return the sentence in the current language, where a text is built of it."""
        return self()

    def line(self, **values: Value | Inline | Line) -> Line:
        """Return the sentence in the current language as a line."""
        return line(self.text, **values)


def lazy(text: str) -> Lazy:
    """Mark a sentence of a constant or a declaration. A call of it gives the text."""
    return Lazy(text)


def lazy_pgettext(context: str, text: str) -> Lazy:
    """Mark an English word that has several meanings, in the meaning that `context` names."""
    return Lazy(text, context)


def format_number(number: int) -> str:
    """Return a whole number with its digits grouped as the current language does."""
    language = SPOKEN.get()
    if language == ENGLISH or -1_000 < number < 1_000:
        return f"{number:,}"
    from babel.numbers import format_decimal

    return format_decimal(number, locale=language)


def _translate(text: str) -> str:
    language = SPOKEN.get()
    return load_translations(language).gettext(text) if text and language != ENGLISH else text


def _count(one: str, many: str, n: int) -> str:
    language = SPOKEN.get()
    if language == ENGLISH:
        return one if n == 1 else many
    return load_translations(language).ngettext(one, many, n)


def _fill(text: str, source: str, values: dict[str, Value]) -> str:
    """Fill a translated sentence, or its English one if the translation's placeholders are broken."""
    if not values:
        return text
    try:
        return text.format_map(values)
    except (LookupError, ValueError):
        return source.format_map(values)


def _fill_line(text: str, source: str, values: dict[str, Value | Inline | Line]) -> Line:
    try:
        return tuple(_pieces(text, values))
    except (LookupError, ValueError):
        return tuple(_pieces(source, values))


def _pieces(text: str, values: dict[str, Value | Inline | Line]) -> Iterator[Inline]:
    """Yield the parts of a sentence in its language's order, with neighbouring texts joined."""
    said = ""
    for words, name, _spec, _conversion in Formatter().parse(text):
        said += words
        value = values[name] if name else ""
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, (str, int)):
                said += str(each)
                continue
            if said:
                yield said
            said = ""
            yield each
    if said:
        yield said


NOTHING = Lazy("")
"""No words."""
