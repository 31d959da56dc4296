"""Lets texts of fixed width pass that surely fit their pattern, without running it; the rest is asked as ever.

Columns of texts as Arrow lays them out hold one of up to twelve bytes in sixteen: its length in four, then its bytes,
then zeros. So whether each byte is in its range is told of eight at once: with all of them below 128, adding 128 - low
sets the highest bit of those that are not too low, and adding 127 - high that of those that are too high.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Any

from mlgate.data.compiling import Compiled
from mlgate.data.fixed_width import ASCII, LONGEST, FixedWidth
from mlgate.data.questions import Question
from mlgate.data.rules import Rule
from mlgate.data.scanning import Scan

_LENGTH_BYTES = 4
_BLOCK = 4096
"""Rows that stay near the processor."""


class Sieved:
    """Counts the texts that break a check of fixed width: only those that do not surely fit are asked by its terms."""

    def __init__(self, rule: Rule, compiled: Compiled, fixed: FixedWidth) -> None:
        """Begin with none counted."""
        self._column = rule.column
        self._sieve = Sieve(fixed)
        self._terms = counted(rule, compiled)
        self._lock = Lock()
        self.counts = dict.fromkeys(self._terms, 0)

    def add(self, piece: Any) -> None:
        """Count those of a piece; several threads may do so at once."""
        rest = self._sieve.held_back(piece)
        if rest is not None:
            found = rest.to_frame(self._column).select(**self._terms).row(0, named=True)
            with self._lock:
                self.counts = {name: count + (found[name] or 0) for name, count in self.counts.items()}


def sieved_of(question: Question, scan: Scan) -> dict[str, Sieved]:
    """Return the rules whose texts are sieved, by their identifiers; what folders say is one text for all rows."""
    if not is_at_hand():
        return {}
    found: dict[str, Sieved] = {}
    for rule in question.rules:
        compiled = question.compiled.get(rule.id)
        if compiled is not None and compiled.fixed is not None and rule.column not in scan.folders:
            found[rule.id] = Sieved(rule, compiled, compiled.fixed)
    return found


def counted(rule: Rule, compiled: Compiled) -> dict[str, Any]:
    """Return how many values break a check, and how many are doubtful."""
    found = {f"breaks {rule.id}": compiled.breaks.sum() if compiled.count is None else compiled.count}
    if compiled.doubtful is not None:
        found[f"doubtful {rule.id}"] = compiled.doubtful.sum()
    return found


def is_at_hand() -> bool:
    """Return whether what a sieve needs is loaded: to load it takes as long as a pattern over millions of values."""
    return "numpy" in sys.modules and "pyarrow" in sys.modules


class Sieve:
    """Holds back the texts of which it is not sure that they fit."""

    def __init__(self, fixed: FixedWidth) -> None:
        """Make the two words that are added to each half of a text."""
        import numpy as np

        width = len(fixed.ranges)
        sizes = [(width, width if fixed.whole else LONGEST), *[(0, 0)] * (_LENGTH_BYTES - 1)]
        ranges = [*sizes, *fixed.ranges, *[(0, ASCII)] * (LONGEST - width)]
        self._not_low = self._words(128 - low for low, _ in ranges)
        self._too_high = self._words(127 - high for _, high in ranges)
        self._bit = np.uint64(0x8080808080808080)

    def _words(self, numbers: Iterable[int]) -> Any:
        import numpy as np

        return np.tile(np.frombuffer(bytes(numbers), "<u8"), _BLOCK)

    def held_back(self, texts: Any) -> Any | None:
        """Return those of a polars series of texts of which it is not sure, or None where it is of all."""
        import numpy as np
        import polars as pl

        found: list[Any] = []
        begin = 0
        arrow = texts.to_arrow(compat_level=pl.CompatLevel.newest())
        for chunk in getattr(arrow, "chunks", [arrow]):
            words = np.frombuffer(chunk.buffers()[1], "<u8")[2 * chunk.offset : 2 * (chunk.offset + len(chunk))]
            found += [rows + begin for rows in self._unsure(words)]
            begin += len(chunk)
        return texts.gather(np.concatenate(found)) if found else None

    def _unsure(self, words: Any) -> Iterator[Any]:
        """Yield the rows, two words each, that are not in range as a whole."""
        import numpy as np

        for begin in range(0, len(words), 2 * _BLOCK):
            block = words[begin : begin + 2 * _BLOCK]
            fits = block + self._not_low[: len(block)]
            high = block + self._too_high[: len(block)]
            high |= block
            fits &= np.invert(high, out=high)
            if np.bitwise_and.reduce(fits) & self._bit != self._bit:
                sure = (fits & self._bit == self._bit).reshape(-1, 2).all(axis=1)
                yield np.flatnonzero(~sure) + begin // 2
