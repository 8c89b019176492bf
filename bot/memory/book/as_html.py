"""A book as one HTML file: it prints, it is light or dark, and it loads nothing from anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path

from bot.core.language.words import _, current_language
from bot.core.times import format_full_day, month_name
from bot.memory.book.content import Book, Entry, EntryType
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

WIDTH, BAR_AREA, FOOT, HEAD = 700, 110, 34, 32
"""The size of a chart: its width, the height of the longest bar, and the rooms for labels and numbers."""
MOST_BARS = 12
"""The most years that a chart shows, the latest ones."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render_html(book: Book, pictures: bool = True) -> str:
    """Return a book as one HTML document, with the charts of its years or without them."""
    return "\n".join(_lines(book, pictures)) + "\n"


@cache
def _read_style() -> str:
    return Path(__file__).with_name("book.css").read_text("utf-8")


def _lines(book: Book, pictures: bool) -> Iterator[str]:
    title, parts = _text(name_book(book)), list(chapters(book))
    yield "<!doctype html>"
    yield f'<html lang="{current_language()}">'
    yield '<head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>"
    yield f"<style>{_read_style()}</style></head>"
    yield f'<body><header><h1 dir="auto">{title}</h1>'
    yield f'<p class="soft">{_text(describe_figures(book))}</p>'
    yield from _teams(book)
    yield "</header>"
    if pictures and len(years := book.count_figures().years) > 1:
        yield _draw_years(years)
    yield from _contents(parts)
    yield "<main>"
    for at, (year, entries) in enumerate(parts):
        yield f'<section aria-labelledby="c{at}"><h2 id="c{at}">{_text(year)}</h2>'
        if pictures:
            yield from _draw_months(year, entries)
        yield from (line for entry in entries for line in _entry_lines(entry))
        yield "</section>"
    yield "</main>"
    made = _("Made by Ahabot on {day}. It belongs to you.", day=format_full_day(book.made_at.date()))
    yield f'<footer><p class="soft">{_text(made)}</p></footer></body></html>'


def _teams(book: Book) -> Iterator[str]:
    if book.teams:
        lines = "".join(f'<li><bdi dir="auto">{_text(line)}</bdi></li>' for line in describe_teams(book))
        yield f'<ul class="teams">{lines}</ul>'


def _contents(parts: Sequence[tuple[str, Sequence[Entry]]]) -> Iterator[str]:
    if len(parts) > 1:
        links = "".join(
            f'<li><a href="#c{at}">{_text(year)}</a></li>' for at, (year, _entries) in enumerate(parts)
        )
        years = _text(_("Years"))
        yield f'<nav aria-label="{years}"><ul>{links}</ul></nav>'


def _entry_lines(entry: Entry) -> Iterator[str]:
    yield f'<article class="{entry.type}"><h3>{_text(name_entry(entry))}</h3>'
    where = " · ".join(
        f"<bdi>{_text(each)}</bdi>" for each in (describe_day(entry), describe_place(entry)) if each
    )
    if where:
        yield f'<p class="where">{where}</p>'
    if entry.question:
        yield f'<p class="asked" dir="auto">{_text(entry.question)}</p>'
    for label, text in entry.passages:
        yield f'<p class="label">{_text(label)}</p>{_words(text)}' if label else _words(text)
    if outcome := describe_outcome(entry):
        yield f'<p class="label">{_text(outcome)}</p>'
    if entry.became:
        yield _words(entry.became)
    yield "</article>"


def _words(text: str) -> str:
    return f'<p class="words" dir="auto">{_text(text)}</p>'


def _text(words: str) -> str:
    return escape(words)


# The pictures


def _draw_years(years: Mapping[int, int]) -> str:
    shown = range(min(years), max(years) + 1)[-MOST_BARS:]
    bars = [(str(year), years.get(year, 0)) for year in shown]
    return _draw_bars(bars, _("Moments in each year: {counts}", counts=_say_counts(bars)))


def _draw_months(year: str, entries: Sequence[Entry]) -> Iterator[str]:
    """Yield a year's chart, if it has moments in two months or more."""
    moments = [entry for entry in entries if entry.type is EntryType.MOMENT and entry.day]
    counts = Counter(entry.day.month for entry in moments if entry.day)
    if len(counts) > 1:
        bars = [(month_name(month, short=True), counts[month]) for month in range(1, 13)]
        alt = _("Moments in each month of {year}: {counts}", year=year, counts=_say_counts(bars))
        yield _draw_bars(bars, alt)


def _say_counts(bars: Sequence[tuple[str, int]]) -> str:
    """Return the counts of the bars that have any, such as `Mar 2, Oct 1`."""
    return ", ".join(f"{name}: {count}" for name, count in bars if count)


def _draw_bars(bars: Sequence[tuple[str, int]], alt: str) -> str:
    """Return a chart of bars as inline SVG. Its alt text says every number."""
    most, step = max(count for _, count in bars) or 1, WIDTH / len(bars)
    wide, floor = min(step * 0.6, 64), HEAD + BAR_AREA
    drawn = []
    for at, (name, count) in enumerate(bars):
        middle, high = (at + 0.5) * step, count / most * BAR_AREA
        drawn.append(f'<text x="{middle:.1f}" y="{floor + 25}">{_text(name)}</text>')
        if count:
            drawn.append(
                f'<rect x="{middle - wide / 2:.1f}" y="{floor - high:.1f}" width="{wide:.1f}" '
                f'height="{high:.1f}" rx="3"/><text x="{middle:.1f}" y="{floor - high - 6:.1f}">{count}</text>'
            )
    base = f'<line x1="0" x2="{WIDTH}" y1="{floor}" y2="{floor}"/>'
    size = f"0 0 {WIDTH} {floor + FOOT}"
    return (
        f'<figure><svg viewBox="{size}" role="img" aria-label="{escape(alt)}">'
        f"{base}{''.join(drawn)}</svg></figure>"
    )
