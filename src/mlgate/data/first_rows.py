"""Keeps the first rows that a query reads, so that the file is not read once more for examples of what is broken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mlgate.data.questions import Question
from mlgate.data.scanning import Scan

MOST = 8_192
"""Rows that the examples of all broken checks are first looked for in."""
_ROW = "mlgate row"


class FirstRows:
    """Keeps the first rows of the columns that checks are about as they are read, for examples of what breaks them."""

    def __init__(self, scan: Scan, question: Question, tick: Callable[[int], None] | None) -> None:
        """Number the rows of a scan in `lazy`, where there is any such column; `frame` is there once they were read.

        `tick` is called with the rows of each piece, if pieces come by at all.
        """
        self._tick = tick
        self._names = [
            name
            for name in question.columns
            if name not in question.apart and any(rule.check is not None for rule in question.rules_of(name))
        ]
        if _ROW in scan.holds:
            self._names = []
        self.lazy = scan.lazy.with_row_index(_ROW) if self._names else scan.lazy
        self.frame: Any = None

    def asked(self) -> dict[str, Any]:
        """Return the term that passes all pieces on, in whatever order they come."""
        import polars as pl

        if not self._names:
            return {}
        columns = [pl.col(name) for name in (_ROW, *self._names)]
        try:
            passed = pl.map_batches(columns, self._keep, return_dtype=pl.UInt32, is_elementwise=True)
        except TypeError:  # polars before it could do so in pieces
            return {}
        return {"first": passed.null_count()}

    def _keep(self, columns: Sequence[Any]) -> Any:
        import polars as pl

        rows, *others = columns
        if self._tick is not None:
            self._tick(len(rows))
        if len(rows) and rows[0] == 0:
            self.frame = pl.DataFrame([column.head(MOST) for column in others])
        return rows
