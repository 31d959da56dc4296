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
from mlgate.data.scanning import Holds, Scan

_LENGTH_BYTES = 4
_BLOCK, _WAITING = 4096, 200_000
"""The rows that stay near the processor, and those that are kept to be asked together."""


class Sieved:
    """Counts the texts that break a check of fixed width: only those that do not surely fit are asked by its terms."""

    def __init__(self, rule: Rule, compiled: Compiled, fixed: FixedWidth) -> None:
        """Begin with none counted."""
        self._column = rule.column
        self._sieve = Sieve(fixed)
        self._terms = counted(rule, compiled)
        self._lock = Lock()
        self._waiting: list[Any] = []
        self._rows = 0
        self._counts = dict.fromkeys(self._terms, 0)

    def add(self, piece: Any) -> None:
        """Count those of a piece; several threads may do so at once."""
        held = self._sieve.held_back(piece)
        if held is None:
            return
        # Written anew, they do not keep the whole piece in memory.
        rest = held + ""
        with self._lock:
            self._waiting.append(rest)
            self._rows += len(rest)
            if self._rows > _WAITING:
                self._ask()

    def counts(self) -> dict[str, int]:
        """Return how many break the check, and how many are doubtful, as `counted` calls them."""
        with self._lock:
            self._ask()
        return self._counts

    def _ask(self) -> None:
        """Ask those that wait: seldom, for a query within the query waits for its turn."""
        import polars as pl

        if self._waiting:
            found = pl.concat(self._waiting).to_frame(self._column).select(**self._terms).row(0, named=True)
            self._counts = {name: count + (found[name] or 0) for name, count in self._counts.items()}
        self._waiting, self._rows = [], 0


def sieved_of(question: Question, scan: Scan) -> dict[str, Sieved]:
    """Return the rules whose texts are sieved, by their identifiers; what folders say is one text for all rows."""
    if not is_at_hand():
        return {}
    found: dict[str, Sieved] = {}
    for rule in question.rules:
        compiled = question.compiled.get(rule.id)
        is_text = scan.holds.get(rule.column) is Holds.TEXT and rule.column not in scan.folders
        if compiled is not None and compiled.fixed is not None and is_text:
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
                both = fits[::2] & fits[1::2]
                both &= self._bit
                yield np.flatnonzero(both != self._bit) + begin // 2
