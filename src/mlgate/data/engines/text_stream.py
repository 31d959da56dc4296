"""Text files as a stream of typed Arrow batches, for an engine that would read what is written in its own way.

What a value means, and whether it is one, is decided by the same expressions as in the query of polars.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mlgate.data.scanning import Scan
from mlgate.data.text_file import TextFile
from mlgate.data.text_scan import read_frames
from mlgate.data.text_types import RAW

POSITION = "mlgate_row"
_BEGIN = 1_000_000


class TextStream:
    """Text files of the same columns, read anew for each query, and of each only the columns that it names.

    `sizes` are the rows of each file, and `misfits` how many values of a column are written in no way that engines
    surely read alike; both are known once all was read. A row is its number in its file, beside the file's place in
    the bits from `file_bits` on.
    """

    def __init__(self, texts: Sequence[TextFile], engine: str, scan: Scan, file_bits: int) -> None:
        """Keep what is to be read; `engine` is the one that the contract is written for."""
        self.sizes: list[int] = []
        self.misfits: dict[str, int] = {}
        self.names = {name: f"mlgate_{number}" for number, name in enumerate(scan.holds)}
        """The columns by what the stream calls them, where it has them: those that have a type."""
        self._texts = texts
        self._engine = engine
        self._scan = scan
        self._file_bits = file_bits
        self.holds = dict(scan.holds)
        self._known = {name: scan.holds[name] for name in scan.typed}
        self._types = scan.lazy.collect_schema()

    @property
    def error(self) -> Exception | None:
        """Return what spoils the table, or keeps it from being asked so, where reading came upon it."""
        return self._scan.trouble.error if self._scan.trouble else None

    def reader(self, query: str, *, begin: bool = False, tick: Callable[[int], None] | None = None) -> Any:
        """Return the stream for a query; with `begin` only the first rows."""
        import polars as pl
        import pyarrow as pa

        wanted = [name for name, called in self.names.items() if name in self._known and f'"{called}"' in query]
        types = {self.names[name]: self._types[name] for name in wanted}
        schema = pl.DataFrame(schema={POSITION: pl.Int64, **types}).to_arrow().schema
        frames = self._begin(wanted) if begin else self._whole(wanted, tick)
        batches = (batch for frame in frames for batch in frame.to_arrow().cast(schema).to_batches())
        return pa.RecordBatchReader.from_batches(schema, batches)

    def _begin(self, wanted: Sequence[str]) -> Iterator[Any]:
        left = _BEGIN
        for place in range(len(self._texts)):
            for frame in self._typed(place, wanted):
                yield frame.head(left)
                left -= len(frame)
                if left <= 0:
                    return

    def _whole(self, wanted: Sequence[str], tick: Callable[[int], None] | None) -> Iterator[Any]:
        is_first = not self.sizes
        sizes: list[int] = []
        misfits: dict[str, int] = {}
        for place in range(len(self._texts)):
            sizes.append(0)
            for frame in self._typed(place, wanted, misfits if is_first else None):
                sizes[-1] += len(frame)
                if tick is not None:
                    tick(len(frame))
                yield frame
        if is_first:
            # The first query is about all columns that are asked at all.
            self.sizes += sizes
            self.misfits |= misfits

    def _typed(self, place: int, wanted: Sequence[str], misfits: dict[str, int] | None = None) -> Iterator[Any]:
        """Yield the frames of a file under the names of the stream, and add up the misfits in them."""
        import polars as pl

        text, trouble = self._texts[place], self._scan.trouble
        assert trouble is not None
        asked = {name: self._scan.misfits[name] for name in wanted if name in self._scan.misfits}
        values = [self._scan.typed[name].alias(name) for name in wanted]
        values += [pl.col(name).alias(f"{RAW}{name}") for name in asked if misfits is not None]
        row = place << self._file_bits
        for frame in read_frames(text, self._engine, self._known, wanted or text.columns[:1], trouble):
            number = pl.int_range(row, row + len(frame), dtype=pl.Int64).alias(POSITION)
            row += len(frame)
            typed = frame.select(number, *values)
            if misfits is not None and asked:
                for name, count in typed.select(**asked).row(0, named=True).items():
                    misfits[name] = misfits.get(name, 0) + count
            yield typed.select(POSITION, *(pl.col(name).alias(self.names[name]) for name in wanted))
