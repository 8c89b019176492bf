"""A book as Markdown. Everything people wrote is escaped, and each of its lines is quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.language.words import _
from bot.memory.book.content import Book, Entry
from bot.memory.book.words import (
    chapters,
    describe_day,
    describe_figures,
    describe_outcome,
    describe_place,
    describe_teams,
    name_book,
    name_entry,
)

MARKUP = re.compile(r"([\\`*_{}\[\]()<>#|~&!$^=+.:@-])")
"""Every character that can begin markup in CommonMark or in GitHub's, also within a line."""
INDENT = re.compile(r"^[ \t]+")
LINES = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")


def render_markdown(book: Book) -> str:
    """Return a book as one Markdown document."""
    return "\n".join(_lines(book)) + "\n"


def _lines(book: Book) -> Iterator[str]:
    yield f"# {_escape(name_book(book))}"
    yield ""
    yield describe_figures(book)
    yield ""
    yield from (f"- {_escape(line)}" for line in describe_teams(book))
    for title, entries in chapters(book):
        yield from ("", f"## {title}")
        for entry in entries:
            yield from _entry_lines(entry)


def _entry_lines(entry: Entry) -> Iterator[str]:
    yield from ("", f"### {_escape(name_entry(entry))}", "")
    where = " · ".join(filter(None, (describe_day(entry), describe_place(entry))))
    if where:
        yield from (_escape(where), "")
    if entry.question:
        asked = _("Question:")
        yield from (*_quote(entry.question, f"_{_escape(asked)}_ "), "")
    for at, (label, text) in enumerate(entry.passages):
        yield from ("",) if at else ()
        yield from (f"**{_escape(label)}**", "") if label else ()
        yield from _quote(text)
    if outcome := describe_outcome(entry):
        yield from ("", outcome) if entry.passages else (outcome,)
    if entry.became:
        yield from ("", *_quote(entry.became))


def _quote(words: str, before: str = "") -> Iterator[str]:
    """Yield a text as a quote, line for line. A line break stays one."""
    lines = [_escape(line) for line in LINES.split(words)]
    for at, line in enumerate(lines):
        broken = "\\" if line and at + 1 < len(lines) and lines[at + 1] else ""
        yield f"> {before if at == 0 else ''}{line}{broken}".rstrip()


def _escape(line: str) -> str:
    """Return a line without any markup. Spaces in front of it stay, without making it code."""
    shown = MARKUP.sub(r"\\\1", LINES.sub(" ", line).rstrip())
    return INDENT.sub(lambda found: "\u00a0" * len(found[0].expandtabs(4)), shown)
