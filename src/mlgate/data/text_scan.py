"""Streams text files as a lazy polars frame of typed columns; what spoils the table on the way is told by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from itertools import islice
from typing import IO, Any

from mlgate.data.formats import Kind
from mlgate.data.messages import Apart, Defect, UnreadableError
from mlgate.data.scanning import ApartError, Holds, Scan, Trouble
from mlgate.data.text_file import LONGEST_LINE, TextFile, records, require_closed_quotes, tell_uneven_rows
from mlgate.data.text_types import RAW, Typed, typed_column

NULLS = {
    "pandas": [
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
        "NULL", "NaN", "None", "n/a", "nan", "null",
    ],
    "polars": [""],
}  # fmt: skip
"""What is null in a delimited text: to pandas also what people write for it."""
_BLOCK, _SMALL_BLOCK = 2 * LONGEST_LINE, 4 << 20
_WRITTEN = 50


def open_text(texts: Sequence[TextFile], engine: str, wanted: Mapping[str, Any]) -> Scan:
    """Return a scan of text files that agree in their columns; `wanted` is the dtype that the contract states for each.

    Raises `ApartError` where the contract's own engine must read them.
    """

    first = texts[0]
    if any(text.columns != first.columns or text.format.kind is not first.format.kind for text in texts):
        raise ApartError(Apart.FILES_DIFFER)
    delimited = first.format.kind is Kind.DELIMITED
    if engine == "polars" and delimited and any(text.quotes for text in texts):
        raise ApartError(Apart.TEXT)
    empty = empty_frame(first.columns, engine, wanted)
    typed = {name: _typed(name, engine, wanted[name], empty, first) for name in first.columns if name in wanted}
    known: dict[str, Typed] = {name: held for name, held in typed.items() if held is not None}
    holds = {name: known[name].holds if name in known else Holds.OTHER for name in first.columns}
    narrow = frozenset(name for name in known if engine == "pandas" and empty[name].dtype.kind in "iub")
    misfits = {name: held.misfits for name, held in known.items() if held.misfits is not None}
    values = {name: held.value for name, held in known.items()}
    return scan_texts(texts, engine, values, holds, narrow, misfits)._replace(empty=empty)


def scan_texts(
    texts: Sequence[TextFile],
    engine: str,
    values: Mapping[str, Any],
    holds: Mapping[str, Holds],
    narrow: frozenset[str],
    misfits: Mapping[str, Any],
    trouble: Trouble | None = None,
) -> Scan:
    """Return a scan of text files of the same columns; `values` makes what the columns hold of what is written."""
    import polars as pl

    trouble = trouble or Trouble()
    names = texts[0].columns
    lazy = pl.concat([_source(text, engine, {name: holds[name] for name in values}, trouble) for text in texts])
    lazy = lazy.select(
        *(value.alias(name) for name, value in values.items()),
        *(pl.col(name).alias(f"{RAW}{name}") for name in values),
        *(pl.col(name) for name in names if name not in values),
    )
    return Scan(lazy, None, dict(holds), narrow, misfits, trouble, values)


def count_text_rows(text: TextFile) -> int:
    """Return the rows of a text that `open_text` has accepted."""
    import polars as pl

    return int(_source(text, "pandas", {}, Trouble()).select(pl.len()).collect(engine="streaming").item())


@contextmanager
def columns_of(text: TextFile, names: Sequence[str]) -> Iterator[IO[bytes]]:
    """Open a delimited text as one that has only some of its columns, so that only these take memory."""
    yield BufferedReader(_Columns(text, names), 1 << 20)


class _Columns(RawIOBase):
    def __init__(self, text: TextFile, names: Sequence[str]) -> None:
        super().__init__()
        self._left = memoryview(b"")
        self._parts = self._written(text, names)

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self._left:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._left = memoryview(part)
        size = min(len(into), len(self._left))
        into[:size], self._left = self._left[:size], self._left[size:]
        return size

    @staticmethod
    def _written(text: TextFile, names: Sequence[str]) -> Iterator[bytes]:
        from pyarrow import BufferOutputStream, csv

        for number, batch in enumerate(_read_records(text, names, ())):
            sink = BufferOutputStream()
            options = csv.WriteOptions(include_header=number == 0, delimiter=text.separator, quoting_style="all_valid")
            csv.write_csv(batch, sink, options)
            yield sink.getvalue().to_pybytes()


def empty_frame(names: Sequence[str], engine: str, wanted: Mapping[str, Any]) -> Any:
    """Return a frame of no rows with the types that the contract's engine would give the columns."""
    from pandera import dtypes

    kinds = {
        name: next((kind for kind, asked in _asked(dtypes) if asked(dtype)), str) for name, dtype in wanted.items()
    }
    if engine == "polars":
        import polars as pl

        stated = {name: wanted[name].type if name in wanted else pl.String() for name in names}
        units = {name: pl.Datetime("us") for name, dtype in stated.items() if dtype is pl.Datetime}
        return pl.DataFrame(schema=stated | units)
    import pandas as pd

    from mlgate.data.typed import type_pandas

    frame = pd.DataFrame({name: pd.Series([], dtype=kinds.get(name, str)) for name in names})
    return type_pandas(frame, {name: dtype for name, dtype in wanted.items() if name in frame.columns})


def _asked(dtypes: Any) -> tuple[tuple[type, Callable[[Any], bool]], ...]:
    return ((bool, dtypes.is_bool), (int, dtypes.is_int), (float, dtypes.is_float))


def _typed(name: str, engine: str, dtype: Any, empty: Any, text: TextFile) -> Typed | None:
    import polars as pl
    from pandera import dtypes

    if text.format.kind is Kind.JSON_LINES and dtypes.is_bool(dtype):
        return Typed(Holds.TRUTH, pl.col(name), None, pl.Boolean)
    return typed_column(name, engine, dtype, empty[name], _written(text, name))


def _written(text: TextFile, name: str) -> Iterator[str]:
    """Yield a few values of a column as they are written, nulls left out."""
    if text.format.kind is Kind.JSON_LINES:
        for frame in _objects(text, {name: "string"}):
            yield from frame.get_column(name).drop_nulls().head(_WRITTEN).to_list()
            return
        return
    place = text.columns.index(name)
    with records(text.path, text.format.compression, text.separator) as rows:
        for row in islice((row for row in rows if row), 1, _WRITTEN):
            if len(row) > place and row[place] not in NULLS["pandas"]:
                yield row[place]


def _source(text: TextFile, engine: str, known: Mapping[str, Holds], trouble: Trouble) -> Any:
    """Return a text file as a lazy frame; JSON Lines give only the columns of which it is known what they hold."""
    import polars as pl
    from polars.io.plugins import register_io_source

    kinds = _json_kinds(text, known)
    plain = {"int64": pl.Int64, "float64": pl.Float64, "bool": pl.Boolean, "string": pl.String}
    schema = {name: plain[kinds[name]] if name in kinds else pl.String for name in text.columns}

    def frames(columns: list[str] | None, predicate: Any, most: int | None, _size: int | None) -> Iterator[Any]:
        wanted = list(text.columns) if columns is None else columns
        for frame in read_frames(text, engine, known, wanted, trouble):
            shown = frame.select(wanted) if wanted else frame
            shown = shown if most is None else shown.head(most)
            yield shown if predicate is None else shown.filter(predicate)
            most = None if most is None else most - len(shown)
            if most == 0:
                return

    return register_io_source(frames, schema=schema)


def read_frames(
    text: TextFile, engine: str, known: Mapping[str, Holds], columns: Sequence[str], trouble: Trouble
) -> Iterator[Any]:
    """Yield some columns of a text file as they are written, in frames; what spoils the table is left in `trouble`.

    `known` is as in `scan_texts`. Without any column the frames still have as many rows as the file.
    """
    try:
        if text.format.kind is Kind.JSON_LINES:
            kinds = _json_kinds(text, known)
            yield from _objects(text, {name: kinds.get(name, "") for name in columns or [text.columns[0]]})
        else:
            yield from _records(text, columns or [text.columns[0]], NULLS[engine])
    except (UnreadableError, ApartError) as error:
        trouble.error = error
        raise


def _json_kinds(text: TextFile, known: Mapping[str, Holds]) -> dict[str, str]:
    lines = text.format.kind is Kind.JSON_LINES
    return {name: _json_kind(known[name]) for name in text.columns if name in known} if lines else {}


def _json_kind(holds: Holds) -> str:
    kinds = {Holds.WHOLE: "int64", Holds.FLOAT: "float64", Holds.SMALL_FLOAT: "float64", Holds.TRUTH: "bool"}
    return kinds.get(holds, "string")


def _objects(text: TextFile, kinds: Mapping[str, str]) -> Iterator[Any]:
    """Yield frames of JSON Lines; a value of another kind than the one given has pandera asked."""
    import polars as pl
    import pyarrow as pa
    from pyarrow import json

    if not hasattr(json, "open_json"):  # pyarrow before 20
        raise ApartError(Apart.TEXT)
    known = [(name, pa.type_for_alias(kind)) for name, kind in kinds.items() if kind]
    # Without any column a frame would have no rows either.
    asked = pa.schema(known or [(RAW, pa.null())])
    others = [name for name, kind in kinds.items() if not kind]
    options = json.ParseOptions(explicit_schema=asked, unexpected_field_behavior="ignore")
    try:
        with pa.input_stream(text.path, compression=text.format.compression) as stream:
            for batch in json.open_json(stream, json.ReadOptions(block_size=_block(text)), options):
                frame: Any = pl.from_arrow(batch)
                frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in others)
                yield frame if known else frame.drop(RAW)
    except pa.ArrowException as error:
        raise ApartError(Apart.TEXT) from error


def _block(text: TextFile) -> int:
    """Return the bytes that Arrow reads at a time, of which it may hold a few dozen: a record must fit into them."""
    return _SMALL_BLOCK if text.is_dense else _BLOCK


def _records(text: TextFile, names: Sequence[str], nulls: Sequence[str]) -> Iterator[Any]:
    """Yield frames of a delimited text; raises `UnreadableError` for uneven rows and for a quote that stays open."""
    import polars as pl
    import pyarrow as pa

    last = text.columns[-1]
    asked = list(dict.fromkeys([*names, last] if text.quotes else names))
    value: str | None = None
    for batch in _read_records(text, asked, nulls):
        frame: Any = pl.from_arrow(batch)
        if len(text.columns) == 1 and frame.get_column(text.columns[0]).str.contains("^[ \t]+$").any():
            raise ApartError(Apart.TEXT)  # a line of spaces alone is no row to pandas
        if text.quotes and batch.num_rows:
            end = batch.column(batch.schema.get_field_index(last))[-1]
            value = end.as_py() if isinstance(end, pa.StringScalar) else ""
        yield frame
    if text.quotes:
        require_closed_quotes(text, value or "")


def _read_records(text: TextFile, names: Sequence[str], nulls: Sequence[str]) -> Iterator[Any]:
    import pyarrow as pa
    from pyarrow import csv

    uneven = False

    def on_uneven(_: object) -> str:
        nonlocal uneven
        uneven = True
        return "skip"

    parsing = csv.ParseOptions(delimiter=text.separator, newlines_in_values=text.quotes, invalid_row_handler=on_uneven)
    converting = csv.ConvertOptions(
        include_columns=list(names),
        column_types=dict.fromkeys(names, pa.string()),
        null_values=list(nulls),
        strings_can_be_null=bool(nulls),
        quoted_strings_can_be_null=True,
    )
    try:
        with pa.input_stream(text.path, compression=text.format.compression) as stream:
            for batch in csv.open_csv(stream, csv.ReadOptions(block_size=_block(text)), parsing, converting):
                if uneven:
                    break
                yield batch
    except pa.ArrowException as error:
        tell_uneven_rows(text)
        if text.is_dense and text.quotes and "straddl" in str(error):
            raise ApartError(Apart.TEXT) from error  # a quote that stands where it does not belong hid a long record
        raise UnreadableError(Defect.OTHER, said=str(error).splitlines()[0][:300]) from error
    if uneven:
        tell_uneven_rows(text)
        raise ApartError(Apart.TEXT)
