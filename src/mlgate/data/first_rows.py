"""Keeps the first rows that a query reads, so that the file is not read once more for examples of what is broken."""

from __future__ import annotations

from typing import Any

from mlgate.data.questions import Question
from mlgate.data.scanning import Scan

MOST = 8_192
"""Rows that the examples of all broken checks are first looked for in."""
_ROW = "mlgate row"


class FirstRows:
    """Keeps the first rows of the columns that checks are about as they are read, for examples of what breaks them."""

    def __init__(self, scan: Scan, question: Question) -> None:
        """Number the rows of a scan in `lazy`, where there is any such column; `frame` is there once they were read."""
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
        rows = pl.struct(_ROW, *self._names)
        return {"first": rows.map_batches(self._keep, return_dtype=pl.UInt32, is_elementwise=True).null_count()}

    def _keep(self, piece: Any) -> Any:
        numbers = piece.struct.field(_ROW)
        if len(numbers) and numbers[0] == 0:
            self.frame = piece.head(MOST).struct.unnest()
        return numbers
