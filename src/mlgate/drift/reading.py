"""Reads a side a few columns at a time: the files are scanned lazily, and no wide frame is ever whole in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mlgate.data.folders import Guess
from mlgate.data.formats import Format, Kind, format_of
from mlgate.data.messages import Defect, UnreadableError
from mlgate.data.text_file import look_over
from mlgate.drift.sides import Piece, Side
from mlgate.dvc.holdings import is_glob
from mlgate.text import shorten

if TYPE_CHECKING:
    import polars as pl

# What pandas takes for missing in a text file.
_NULLS = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
]  # fmt: skip
# How many values of both sides are held at once; text is parsed anew for each batch, so it gets larger ones.
_CELLS, _CELLS_OF_TEXT = 24_000_000, 96_000_000
_LETTERS = 8
_MOST_COLUMNS = 1_000


class TableError(Exception):
    """A file is no table."""

    def __init__(self, table: Table, path: str, error: UnreadableError) -> None:
        """Keep which file of which side, and why."""
        super().__init__(path)
        self.table = table
        self.path = path
        self.error = error


class Table:
    """All files of a side as one table; raises `TableError` when it is first looked at."""

    def __init__(self, side: Side, texts: Collection[str] = (), known: Mapping[str, Any] | None = None) -> None:
        """Keep the side; nothing is read yet. `texts` are columns of delimited text to be read as they are written.

        `known` are the dtypes of its only file, where these were found before.
        """
        self._side = side
        self._texts = texts
        self._known = known
        self.own_columns = 0
        """How many columns the last file that was opened has itself: the first ones, those of folders come after."""

    @cached_property
    def schema(self) -> dict[str, Any]:
        """Return the dtypes by column."""
        return dict(self._frame.collect_schema())

    @cached_property
    def rows(self) -> int:
        """Return how many rows there are."""
        import polars as pl

        return int(self._collect(self._frame.select(pl.len())).item())

    @property
    def frame(self) -> pl.LazyFrame:
        """Return all rows, not yet read."""
        return self._frame

    @property
    def is_text(self) -> bool:
        """Return whether any file must be parsed from its beginning for any of its columns."""
        return any(_format(piece.name).is_text for piece in self._side.pieces)

    def read(self, names: Sequence[str]) -> pl.DataFrame:
        """Return some columns."""
        return self._collect(self._frame.select(names))

    def raw(self, names: Sequence[str]) -> pl.LazyFrame:
        """Return columns of delimited text as they are written."""
        import polars as pl

        scans = [_typed_scan(piece, self._side.separator, names) for piece in self._side.pieces]
        return pl.concat(scans, how="diagonal_relaxed").select(names)

    def numbered(self, file: str, row: str) -> pl.LazyFrame:
        """Return all rows, with the place of their file among the pieces and their number in it as two columns."""
        import polars as pl

        scans = [
            self._scan(piece).with_row_index(row).with_columns(pl.lit(number, pl.UInt32).alias(file))
            for number, piece in enumerate(self._side.pieces)
        ]
        return scans[0] if len(scans) == 1 else pl.concat(scans, how="diagonal_relaxed")

    def look_over(self) -> None:
        """Raise where a text file has what would spoil a table, such as rows of other lengths."""
        for piece in self._side.pieces:
            form = _format(piece.name)
            if form.is_text and isinstance(piece.data, Path):
                try:
                    look_over(str(piece.data), form, self._side.separator or None)
                except UnreadableError as found:
                    raise TableError(self, piece.name, found) from None

    def rows_of(self, number: int) -> int:
        """Return how many rows one of the pieces has."""
        import polars as pl

        return int(self._collect(self._scan(self._side.pieces[number]).select(pl.len())).item())

    def collect(self, frame: pl.LazyFrame) -> pl.DataFrame:
        """Return the rows of a query over this table, computed in a stream; raises `TableError`."""
        return self._collect(frame, "streaming")

    @cached_property
    def _frame(self) -> pl.LazyFrame:
        import polars as pl

        scans = [self._scan(piece) for piece in self._side.pieces]
        return scans[0] if len(scans) == 1 else pl.concat(scans, how="diagonal_relaxed")

    def _scan(self, piece: Piece) -> pl.LazyFrame:
        try:
            frame = _typed_scan(piece, self._side.separator, self._texts, self._known)
            self.own_columns = len(frame.collect_schema())
            return _with_folders(frame, piece)
        except BaseException as error:
            raise self._unreadable(piece, error) from error

    def _collect(self, frame: pl.LazyFrame, engine: Literal["auto", "streaming"] = "auto") -> pl.DataFrame:
        try:
            return frame.collect(engine=engine)
        except BaseException as error:
            for piece in self._side.pieces if len(self._side.pieces) > 1 else ():
                self._try_alone(piece)
            raise self._unreadable(self._side.pieces[0], error) from error

    def _try_alone(self, piece: Piece) -> None:
        """Raise where a file cannot be parsed to its end; nothing of it is kept."""
        import polars as pl

        try:
            _typed_scan(piece, self._side.separator).select(pl.all().null_count()).collect()
        except BaseException as error:
            raise self._unreadable(piece, error) from error

    def _unreadable(self, piece: Piece, error: BaseException) -> TableError:
        """Return why a file cannot be read, by its line where a look over the text finds one."""
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise error
        form = _format(piece.name)
        if form.is_text and isinstance(piece.data, Path):
            try:
                look_over(str(piece.data), form, self._side.separator or None)
            except UnreadableError as found:
                return TableError(self, piece.name, found)
        if "empty CSV" in str(error) or (isinstance(piece.data, bytes) and not piece.data):
            return TableError(self, piece.name, UnreadableError(Defect.EMPTY))
        return TableError(self, piece.name, UnreadableError(Defect.OTHER, said=_first_line(error)))


def batches(before: Table, now: Table, names: Sequence[str]) -> Iterator[list[str]]:
    """Yield the columns in batches that fit into memory together with the other side's."""
    import polars as pl

    room = _CELLS_OF_TEXT if before.is_text or now.is_text else _CELLS
    rows = max(1, before.rows + now.rows)
    batch: list[str] = []
    held = 0
    for name in names:
        is_words = pl.String in (before.schema[name], now.schema[name])
        cells = rows * (_LETTERS if is_words else 1)
        if batch and (held + cells > room or len(batch) == _MOST_COLUMNS):
            yield batch
            batch, held = [], 0
        batch.append(name)
        held += cells
    if batch:
        yield batch


def _typed_scan(
    piece: Piece, separator: str, texts: Collection[str] = (), known: Mapping[str, Any] | None = None
) -> pl.LazyFrame:
    """Return a file as a lazy frame whose dtypes are known, those of text by all of its rows, `texts` left out."""
    import polars as pl

    form = _format(piece.name)
    source = _source(piece.data)
    if form.kind is Kind.PARQUET:
        frame = pl.scan_parquet(source, hive_partitioning=False)
    elif form.kind is Kind.ARROW:
        frame = _scan_arrow(source)
    elif form.kind is Kind.JSON_LINES:
        found = known or pl.scan_ndjson(source, infer_schema_length=None).collect_schema()
        frame = pl.scan_ndjson(_source(piece.data), schema=found)
    else:
        options: dict[str, Any] = {"separator": separator or form.separator, "null_values": _NULLS}
        found = known or pl.scan_csv(source, infer_schema_length=None, **options).collect_schema()
        dtypes = dict(found) | {name: pl.String() for name in texts if name in found}
        frame = pl.scan_csv(_source(piece.data), schema=dtypes, **options)
    frame.collect_schema()
    return frame


def _with_folders(frame: pl.LazyFrame, piece: Piece) -> pl.LazyFrame:
    """Return a file with the columns of its folders; what stands in the file itself counts."""
    if not piece.folders:
        return frame
    import polars as pl

    kinds = {
        Guess.WHOLE: pl.Int64,
        Guess.FLOAT: pl.Float64,
        Guess.TRUTH: pl.Boolean,
        Guess.DAY: pl.Date,
        Guess.TEXT: pl.String,
    }
    own = frame.collect_schema().names()
    told = [(name, guess, value) for name, guess, value in piece.folders if name not in own]
    return frame.with_columns(pl.lit(value, kinds[guess]).alias(name) for name, guess, value in told)


def _scan_arrow(source: Any) -> pl.LazyFrame:
    import polars as pl

    try:
        frame = pl.scan_ipc(source, hive_partitioning=False)
        frame.collect_schema()
    except pl.exceptions.PolarsError:
        # Not the file format: perhaps the stream format, which cannot be scanned.
        return pl.read_ipc_stream(source).lazy()
    return frame


def _source(data: Path | bytes) -> Any:
    if isinstance(data, bytes):
        return BytesIO(data)
    # A name such as `part[1].csv` would be taken for a glob.
    return BytesIO(data.read_bytes()) if is_glob(str(data)) else data


def _format(name: str) -> Format:
    form = format_of(name)
    if form is None:
        raise UnreadableError(Defect.OTHER_FORMAT, subject=Path(name).suffix)
    return form


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return shorten(lines[0] if lines else type(error).__name__, 300)
