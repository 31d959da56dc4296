"""Names rows as people find them: by line in a text file, else by their number."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from mlgate.data.formats import format_of
from mlgate.data.messages import UnreadableError
from mlgate.data.text_file import lines_of_rows, look_over
from mlgate.drift.sides import Side
from mlgate.integrity.facts import Spot

FILE, ROW = "mlgate file", "mlgate row"


class Counted(Protocol):
    """Files whose rows are counted."""

    def rows_of(self, number: int) -> int:
        """Return how many rows one of them has."""


class Locator:
    """Finds lines; a text file is looked over when its first row is asked for, and not before."""

    def __init__(self, side: Side, table: Counted) -> None:
        """Keep the files; `table` knows how many rows each has."""
        self._side = side
        self._table = table

    def spots(self, rows: Iterable[tuple[int, int]]) -> list[Spot]:
        """Return spots for pairs of file and row."""
        wanted = list(rows)
        known: dict[tuple[int, int], int | None] = {}
        for file in {file for file, _ in wanted}:
            numbers = sorted({row for at, row in wanted if at == file})
            known.update(zip(((file, row) for row in numbers), self._numbers(file, numbers), strict=True))
        return [Spot(file, known[file, row]) for file, row in wanted]

    def _numbers(self, file: int, rows: list[int]) -> list[int] | list[None]:
        piece = self._side.pieces[file]
        form = format_of(piece.name)
        if form is None or not form.is_text:
            return rows
        if not isinstance(piece.data, Path):
            return [None] * len(rows)
        try:
            looked = look_over(str(piece.data), form, self._side.separator or None)
            return lines_of_rows(looked, rows, self._table.rows_of(file))
        except UnreadableError:
            return [None] * len(rows)
