"""A benchmark's result as a table: a title, rows of figures, and a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """The measured figures. The first column names a row, and the others are right-aligned."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    def __str__(self) -> str:
        """Return the table as text for a terminal."""
        everything = [self.columns, *self.rows]
        widths = [max(len(row[place]) for row in everything) for place in range(len(self.columns))]
        lines = ["  ".join(_align_cells(row, widths)).rstrip() for row in everything]
        return "\n".join([self.title, "", *lines, *(["", self.note] if self.note else [])])


def _align_cells(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    name, *figures = row
    right = [text.rjust(width) for text, width in zip(figures, widths[1:], strict=True)]
    return [name.ljust(widths[0]), *right]
