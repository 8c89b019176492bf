"""The figures that `docs/benchmarks.md` records, and those of a new run that fell behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.table import Table

DOCS = Path(__file__).parents[1] / "docs" / "benchmarks.md"

FALLEN = 0.8
"""A figure has fallen when it is worth less than this part of the one recorded."""

Recorded = Mapping[tuple[str, str], float]
"""Figures by the names of row and column."""


def read_recorded(name: str, columns: Sequence[str], docs: str) -> Recorded:
    """Return the figures of the table under the heading with a benchmark's name, such as `## scale`.

    A table with other columns, such as other sizes, is none to compare with.
    """
    _, _, part = f"\n{docs}".partition(f"\n## {name}\n")
    lines = [line for line in part.partition("\n## ")[0].splitlines() if line.startswith("|")]
    if not lines:
        return {}
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    if head != list(columns):
        return {}
    figures = (
        (row[0], column, read_figure(cell)) for row in rows for column, cell in zip(head, row, strict=True)
    )
    return {(row, column): figure for row, column, figure in figures if figure is not None}


def read_figure(cell: str) -> float | None:
    """Return the number in a cell, or None where it has none."""
    try:
        return float(cell.replace(",", ""))
    except ValueError:
        return None


def write_markdown(name: str, table: Table) -> str:
    """Return a table as the section of a page, which `read_recorded` reads."""
    lines = [table.columns, ["---", *("---:" for _ in table.columns[1:])], *table.rows]
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"## {name}\n\n{table.title}.\n\n{body}\n\n{table.note}\n"


def list_fallen(name: str, table: Table, docs: str) -> list[str]:
    """Return a sentence for each figure that fell by more than a fifth behind the one recorded."""
    recorded = read_recorded(name, table.columns, docs)
    fallen = []
    for row in table.rows:
        for column, more_is_better in table.compared.items():
            was, now = recorded.get((row[0], column)), read_figure(row[list(table.columns).index(column)])
            if was and now and (now / was if more_is_better else was / now) < FALLEN:
                fallen.append(f"{row[0]}, {column}: {now:g} now, {was:g} in docs/benchmarks.md")
    return fallen
