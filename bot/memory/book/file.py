"""A book as a file of one format that fits into a message."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.core.language.words import NOTHING, Lazy, lazy
from bot.core.messages import File
from bot.memory.book.as_html import render_html
from bot.memory.book.as_json import render_json
from bot.memory.book.as_markdown import render_markdown
from bot.memory.book.content import Book


class BookFormat(StrEnum):
    """The formats of a book. Each is also what a person types."""

    HTML = "html"
    MARKDOWN = "markdown"
    JSON = "json"


@dataclass(frozen=True)
class FormatKind:
    """What a format is called, its file's ending and media type, and how it is made."""

    name: Lazy
    ending: str
    media_type: str
    render: Callable[[Book], str]


FORMATS: Mapping[str, FormatKind] = {
    BookFormat.HTML: FormatKind(lazy("web page"), "html", "text/html", render_html),
    BookFormat.MARKDOWN: FormatKind(Lazy("Markdown"), "md", "text/markdown", render_markdown),
    BookFormat.JSON: FormatKind(Lazy("JSON"), "json", "application/json", render_json),
}
NAME = "aha-book"
WITHOUT_PICTURES = lazy("With pictures it's too big to send, so it comes without them.")
ZIPPED = lazy("It's too big to send as it is, so it's zipped.")


@dataclass(frozen=True)
class BookFile:
    """A book's file, and what to say about its size. Without a file, not even a zipped one fits."""

    file: File | None
    note: Lazy = NOTHING


def make_book_file(book: Book, format: str, largest: int) -> BookFile:
    """Return a book as a file of at most `largest` bytes: as it is, else without pictures, else zipped."""
    kind = FORMATS[format]
    name = f"{NAME}.{kind.ending}"
    data = b""
    for text, note in _attempts(book, format):
        data = encode_text(text)
        if len(data) <= largest:
            return BookFile(File(data, name, kind.media_type), note)
    zipped = _zip_file(name, data)
    if len(zipped) <= largest:
        return BookFile(File(zipped, f"{NAME}.zip", "application/zip"), ZIPPED)
    return BookFile(None)


def _attempts(book: Book, format: str) -> Iterator[tuple[str, Lazy]]:
    yield FORMATS[format].render(book), NOTHING
    if format == BookFormat.HTML:
        yield render_html(book, pictures=False), WITHOUT_PICTURES


def encode_text(text: str) -> bytes:
    """Return a text as UTF-8. Half a character that a platform sent becomes a question mark."""
    return text.encode("utf-8", "replace")


def _zip_file(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        zipped.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()
