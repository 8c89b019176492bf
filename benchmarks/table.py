"""A benchmark's result: rows of figures under a sentence that says what they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """What was measured. The first column names a row; the others are set to the right."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    def __str__(self) -> str:
        """For a terminal."""
        everything = [self.columns, *self.rows]
        widths = [max(len(row[place]) for row in everything) for place in range(len(self.columns))]
        lines = ["  ".join(_set(row, widths)).rstrip() for row in everything]
        return "\n".join([self.title, "", *lines, *(["", self.note] if self.note else [])])


def _set(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    name, *figures = row
    right = [text.rjust(width) for text, width in zip(figures, widths[1:], strict=True)]
    return [name.ljust(widths[0]), *right]
