"""Files as a stream of typed Arrow batches, for an engine that reads them in its own way, or not at all.

What a value of a text means, and whether it is one, is decided by the same expressions as in the query of polars.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from mlgate.data.engines.sql_terms import Dialect, SqlTerms
from mlgate.data.messages import Apart
from mlgate.data.scanning import ApartError, Holds, Scan, is_parquet
from mlgate.data.text_file import TextFile
from mlgate.data.text_frames import read_frames
from mlgate.data.text_types import RAW

POSITION = "mlgate_row"
_CALLED = "mlgate_column_"
_BEGIN = 1_000_000
_AT_ONCE = 250_000
"""The rows of a file that are passed on in one piece."""

Tick = Callable[[int], None]


class Stream:
    """Files of the same columns, read anew for each query, and of each only the columns that it names.

    `sizes` are the rows of each file, and `misfits` how many values of a column are written in no way that engines
    surely read alike; both are known once all was read. A row is its number in its file, beside the file's place in
    the bits from `file_bits` on.
    """

    def __init__(self, source: Source, scan: Scan, file_bits: int) -> None:
        """Keep what is to be read."""
        self.sizes: list[int] = []
        self.misfits: dict[str, int] = {}
        self.names = {name: f"{_CALLED}{number}" for number, name in enumerate(scan.holds)}
        """The columns by what the stream calls them, where it has them: those that have a type."""
        self.holds = dict(scan.holds)
        self._source = source
        self._scan = scan
        self._file_bits = file_bits
        self._types = scan.lazy.collect_schema()

    @property
    def error(self) -> Exception | None:
        """Return what spoils the table, or keeps it from being asked so, where reading came upon it."""
        return self._scan.trouble.error if self._scan.trouble else None

    def reader(self, query: str, *, begin: bool = False, tick: Tick | None = None) -> Any:
        """Return the stream for a query; with `begin` only the first rows."""
        import pyarrow as pa

        return pa.RecordBatchReader.from_batches(*self.batches(query, begin=begin, tick=tick))

    def batches(self, query: str, *, begin: bool = False, tick: Tick | None = None) -> tuple[Any, Iterator[Any]]:
        """Return the types of the columns that a query names, and their batches; with `begin` only the first rows.

        Reading the batches raises `UnreadableError` and `ApartError`, and what readers raise.
        """
        import polars as pl

        named = set(re.findall(rf"{_CALLED}\d+", query))
        wanted = [name for name, called in self.names.items() if name in self._source.known and called in named]
        types = {self.names[name]: self._types[name] for name in wanted}
        schema = pl.DataFrame(schema={POSITION: pl.Int64, **types}).to_arrow().schema
        frames = self._begin(wanted) if begin else self._whole(wanted, tick)
        return schema, (batch for frame in frames for batch in frame.to_arrow().cast(schema).to_batches())

    def _begin(self, wanted: Sequence[str]) -> Iterator[Any]:
        left = _BEGIN
        for place in range(self._source.files):
            for frame in self._numbered(place, wanted):
                yield frame.head(left)
                left -= len(frame)
                if left <= 0:
                    return

    def _whole(self, wanted: Sequence[str], tick: Tick | None) -> Iterator[Any]:
        is_first = not self.sizes
        sizes: list[int] = []
        misfits: dict[str, int] = {}
        for place in range(self._source.files):
            sizes.append(0)
            for frame in self._numbered(place, wanted, misfits if is_first else None):
                sizes[-1] += len(frame)
                if tick is not None:
                    tick(len(frame))
                yield frame
        if is_first:
            # The first query is about all columns that are asked at all.
            self.sizes += sizes
            self.misfits |= misfits

    def _numbered(self, place: int, wanted: Sequence[str], misfits: dict[str, int] | None = None) -> Iterator[Any]:
        """Yield the frames of a file under the names of the stream, and add up the misfits in them."""
        import polars as pl

        row = place << self._file_bits
        for frame in self._source.frames(place, wanted, misfits):
            number = pl.int_range(row, row + len(frame), dtype=pl.Int64).alias(POSITION)
            row += len(frame)
            yield frame.select(number, *(pl.col(name).alias(self.names[name]) for name in wanted))


class Streamed:
    """What tables over a stream have in common, whatever engine reads it."""

    terms: SqlTerms
    holds: dict[str, Holds]
    misfits: Mapping[str, int]

    def _keep(self, stream: Stream, dialect: Dialect) -> None:
        self._stream = stream
        self._tick: Tick | None = None
        self.terms = SqlTerms(dialect, stream.names)
        self.holds = stream.holds
        self.misfits = stream.misfits

    @property
    def sizes(self) -> Sequence[int]:
        """Return the rows of each file, known after the first query."""
        return self._stream.sizes

    @contextmanager
    def pace(self, rows: int, tick: Tick) -> Iterator[None]:  # noqa: ARG002
        """Call `tick` with the rows of each piece as it is passed on."""
        self._tick = tick
        try:
            yield
        finally:
            self._tick = None


class Source(Protocol):
    """Files that can be read in pieces."""

    files: int
    known: Mapping[str, Holds]
    """What the columns hold that can be asked for."""

    def frames(self, place: int, wanted: Sequence[str], misfits: dict[str, int] | None) -> Iterator[Any]:
        """Yield frames of a file with all columns that are wanted, typed; without any, of as many rows.

        Adds to `misfits` how many values of each column fit their type in no plain way.
        """


class Texts:
    """Text files as a source."""

    def __init__(self, texts: Sequence[TextFile], engine: str, scan: Scan) -> None:
        """Keep what is to be read; `engine` is the one that the contract is written for."""
        assert scan.trouble is not None
        self.files = len(texts)
        self.known: Mapping[str, Holds] = {name: scan.holds[name] for name in scan.typed}
        self._texts = texts
        self._engine = engine
        self._scan = scan
        self._trouble = scan.trouble

    def frames(self, place: int, wanted: Sequence[str], misfits: dict[str, int] | None) -> Iterator[Any]:
        """Yield what is written, typed."""
        import polars as pl

        text = self._texts[place]
        asked = {} if misfits is None else {one: self._scan.misfits[one] for one in wanted if one in self._scan.misfits}
        values = [self._scan.typed[name].alias(name) for name in wanted]
        values += [pl.col(name).alias(f"{RAW}{name}") for name in asked]
        for frame in read_frames(text, self._engine, self.known, wanted or text.columns[:1], self._trouble):
            typed = frame.select(*values) if wanted else frame
            if misfits is not None and asked:
                for name, count in typed.select(**asked).row(0, named=True).items():
                    misfits[name] = misfits.get(name, 0) + count
            yield typed


class TypedFiles:
    """Files of Parquet, Arrow or Feather as a source; a batch of them is read at once."""

    def __init__(self, paths: Sequence[str], scan: Scan) -> None:
        """Keep what is to be read."""
        self.files = len(paths)
        own = {name: held for name, held in scan.holds.items() if name not in scan.folders}
        self.known: Mapping[str, Holds] = {name: held for name, held in own.items() if held is not Holds.OTHER}
        self._paths = paths
        self._places = {name: place for place, name in enumerate(own)}

    def frames(self, place: int, wanted: Sequence[str], misfits: dict[str, int] | None) -> Iterator[Any]:  # noqa: ARG002
        """Yield what the file holds."""
        import polars as pl
        import pyarrow as pa

        path = self._paths[place]
        read = _parquet_batches if is_parquet([path]) else _arrow_batches
        try:
            for batch in read(path, sorted(self._places[name] for name in wanted) or [0]):
                for begin in range(0, batch.num_rows, _AT_ONCE):
                    piece = batch.slice(begin, _AT_ONCE)
                    yield pl.from_arrow(piece) if wanted else pl.DataFrame({"": [None] * piece.num_rows})
        except (pa.ArrowException, OSError) as error:
            raise ApartError(Apart.QUERY) from error


def _arrow_batches(path: str, places: list[int]) -> Iterator[Any]:
    import pyarrow as pa

    with pa.memory_map(path) as source:
        reader = pa.ipc.open_file(source, options=pa.ipc.IpcReadOptions(included_fields=places))
        yield from (reader.get_batch(number) for number in range(reader.num_record_batches))


def _parquet_batches(path: str, places: list[int]) -> Iterator[Any]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        names = [file.schema_arrow.names[place] for place in places]
        yield from file.iter_batches(_AT_ONCE, columns=names)
