"""Reads text files piece by piece, as what is written in them; what spoils the table on the way is told by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from typing import IO, Any

from mlgate.data.formats import Kind
from mlgate.data.messages import Apart, Defect, UnreadableError
from mlgate.data.scanning import ApartError, Holds, Trouble
from mlgate.data.text_file import LONGEST_LINE, TextFile, tell_uneven_rows
from mlgate.data.text_quotes import require_closed_quotes
from mlgate.data.text_types import RAW

NULLS = {
    "pandas": [
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
        "NULL", "NaN", "None", "n/a", "nan", "null",
    ],
    "polars": [""],
}  # fmt: skip
"""What is null in a delimited text: to pandas also what people write for it."""
_BLOCK, _SMALL_BLOCK = 2 * LONGEST_LINE, 4 << 20


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


def read_frames(
    text: TextFile, engine: str, known: Mapping[str, Holds], columns: Sequence[str], trouble: Trouble
) -> Iterator[Any]:
    """Yield some columns of a text file as they are written, in frames; what spoils the table is left in `trouble`.

    `known` is as in `scan_texts`. Without any column the frames still have as many rows as the file.
    """
    try:
        if text.format.kind is Kind.JSON_LINES:
            kinds = json_kinds(text, known)
            yield from objects(text, {name: kinds.get(name, "") for name in columns or [text.columns[0]]})
        else:
            yield from _records(text, columns or [text.columns[0]], NULLS[engine])
    except (UnreadableError, ApartError) as error:
        trouble.error = error
        raise


def json_kinds(text: TextFile, known: Mapping[str, Holds]) -> dict[str, str]:
    """Return Arrow's names of the types that columns of JSON Lines are read in; of other text there are none."""
    lines = text.format.kind is Kind.JSON_LINES
    return {name: _json_kind(known[name]) for name in text.columns if name in known} if lines else {}


def _json_kind(holds: Holds) -> str:
    kinds = {Holds.WHOLE: "int64", Holds.FLOAT: "float64", Holds.SMALL_FLOAT: "float64", Holds.TRUTH: "bool"}
    return kinds.get(holds, "string")


def objects(text: TextFile, kinds: Mapping[str, str]) -> Iterator[Any]:
    """Yield frames of JSON Lines with columns of these `json_kinds`, all null where that is empty.

    Raises `ApartError` at a value of another kind.
    """
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
