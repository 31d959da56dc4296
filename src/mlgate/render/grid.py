"""A table of a report made regular: as many cells in each row as there are columns, and one that holds the status."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mlgate.render.wording import WORDS
from mlgate.report import Bars, Column, Interval, Row, Status, Table

_COLUMNS = 16
_CALM = (Status.PASSED, Status.SKIPPED, None)
_VERDICTS = ("", "verdict", "state", "status", "result")


class Line(NamedTuple):
    """One row: cells in inline form, its status if it has one, the index of the cell that decided, its picture."""

    cells: tuple[str, ...]
    status: Status | None
    decided: int | None
    picture: Interval | Bars | None = None


class Grid(NamedTuple):
    """The columns, the lines, how many lines there was no room for, and the column in which the status stands."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    hidden: int
    judged: int | None


def regular(table: Table, most: int) -> Grid:
    """Return a table with at most `most` rows, those that ask for a person first where there are more.

    A status stands in the last column that is called a verdict, a state or nothing at all, else in one of its own.
    """
    columns = table.columns[:_COLUMNS]
    place: int | None = None
    if columns and any(row.status for row in table.rows):
        fitting = [at for at, column in enumerate(columns) if at and column.title.casefold() in _VERDICTS]
        place = fitting[-1] if fitting else len(columns)
        columns = columns if fitting else (*columns, Column(""))
    lines = tuple(_line(row, len(columns), place) for row in _first(table.rows, most))
    return Grid(columns, lines, len(table.rows) - len(lines), place)


def _first(rows: Sequence[Row], most: int) -> Sequence[Row]:
    return rows if len(rows) <= most else sorted(rows, key=lambda row: row.status in _CALM)[:most]


def _line(row: Row, width: int, place: int | None) -> Line:
    cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
    if place is not None and row.status:
        cells[place] = cells[place] or WORDS[row.status]
    decided = row.decided if row.decided is not None and 0 <= row.decided < width else None
    return Line(tuple(cells), row.status, decided, row.picture)
