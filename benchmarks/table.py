"""A benchmark's result as a table: a title, rows of figures, and a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """The measured figures. The first column names a row, and the others are right-aligned.

    `compared` names the columns whose figures hold on any machine, such as a share of a bare query in the same
    run, with whether more is better. They are compared with those in `docs/benchmarks.md`.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    compared: Mapping[str, bool] = field(default_factory=dict)

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
