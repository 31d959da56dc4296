"""Looks over a text file before it becomes a table: encoding, header, and rows that have too few or too many fields.

pandas fills short rows with nulls, and reads one field too many as an index, without a word; both are refused here.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, TextIOWrapper
from typing import IO, Any, NamedTuple

import msgspec

from mlgate.data.formats import Format, Kind
from mlgate.data.messages import Defect, UnreadableError
from mlgate.text import shorten

_CHUNK = 1 << 20
_PLACES = 5
_LINES_LOOKED_AT = 1000
LONGEST_LINE = 16 << 20
"""The bytes that a line may have, and a field in quotes: more is no table, and would have to fit into memory."""


class TextFile(NamedTuple):
    """A text file that was looked over: its format, its separator, the names of its header, and its lines.

    `quotes` says whether there are any in it, `tail` is its last bytes, and `is_dense` that every `_CHUNK` of it holds
    the end of a record, unless quotes stand where they do not belong.
    """

    path: str
    format: Format
    separator: str
    columns: tuple[str, ...]
    lines: int
    quotes: bool = True
    tail: bytes = b""
    is_dense: bool = False


@contextmanager
def open_bytes(path: str, compression: str | None) -> Iterator[IO[bytes]]:
    """Open a file for reading its bytes, decompressed."""
    if compression == "gzip":
        import gzip

        with gzip.open(path, "rb") as stream:
            yield stream  # type: ignore[misc]
    elif compression == "zstd":
        import pyarrow as pa

        with pa.input_stream(path, compression="zstd") as stream:
            yield BufferedReader(stream)
    else:
        with open(path, "rb") as stream:  # noqa: PTH123 - named by the job as text
            yield stream


@contextmanager
def records(path: str, compression: str | None, separator: str) -> Iterator[Any]:
    """Open a delimited text as a `csv.reader`, whose `line_num` counts physical lines."""
    csv.field_size_limit(LONGEST_LINE)
    with open_bytes(path, compression) as stream:
        text = TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
        yield csv.reader(text, delimiter=separator)


def look_over(path: str, form: Format, separator: str | None, *, even: bool = True) -> TextFile:
    """Return what a text file is, or raise `UnreadableError` with the first defect that would spoil the table.

    Without `even` the rows are not counted out: whoever reads them must do so.
    """
    try:
        decoded = _Decoded(path, form)
        chosen = separator or form.separator
        names = _names_of_objects(path, form) if form.kind is Kind.JSON_LINES else _header(path, form, chosen)
        looked = TextFile(path, form, chosen, names, decoded.lines, decoded.quotes, decoded.tail, decoded.is_dense)
        if even and form.kind is Kind.DELIMITED:
            _require_even_rows(looked)
    except (EOFError, OSError) as error:
        if form.compression:
            raise UnreadableError(Defect.COMPRESSION, subject=form.compression, said=shorten(str(error))) from error
        raise UnreadableError(Defect.OTHER, said=shorten(str(error))) from error
    return looked


class _Decoded:
    """A text that is UTF-8 without NUL bytes: its lines, its last bytes, and whether it holds quotes."""

    def __init__(self, path: str, form: Format) -> None:
        self.lines, self.tail, self.quotes, self.is_dense = 0, b"", False, True
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._length = 0
        self._is_open = False
        self._spans_lines = form.kind is Kind.DELIMITED
        with open_bytes(path, form.compression) as stream:
            while chunk := stream.read(_CHUNK):
                self._take(chunk)
        if not self.tail:
            raise UnreadableError(Defect.EMPTY)
        self._decode(b"", final=True)
        self.lines += not self.tail.endswith(b"\n")

    def _take(self, chunk: bytes) -> None:
        if not self.tail and chunk[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise UnreadableError(Defect.UTF16, line=1)
        if b"\0" in chunk:
            raise UnreadableError(Defect.NUL, line=self.lines + chunk.count(b"\n", 0, chunk.index(b"\0")) + 1)
        self._decode(chunk)
        found = chunk.count(b"\n")
        self._length = len(chunk) - chunk.rindex(b"\n") - 1 if found else self._length + len(chunk)
        self.lines += found
        if self._length > LONGEST_LINE and b"\r" not in chunk:
            raise UnreadableError(Defect.LONG_LINE, line=self.lines + 1, expected=LONGEST_LINE >> 20)
        marks = chunk.count(b'"') if self._spans_lines or not self.quotes else 0
        self.quotes = self.quotes or marks > 0
        self._is_open ^= marks % 2 == 1
        self.is_dense = self.is_dense and (len(chunk) < _CHUNK or self._ends_a_record(chunk))
        self.tail = (self.tail + chunk)[-_CHUNK:]

    def _ends_a_record(self, chunk: bytes) -> bool:
        """Return whether one of the last lines of a chunk ends outside of quotes, by their number so far."""
        if not self._spans_lines:
            return b"\n" in chunk
        is_open, end = self._is_open, len(chunk)
        for _ in range(_LINES_LOOKED_AT):
            begin = chunk.rfind(b"\n", 0, end)
            if begin < 0:
                return False
            is_open ^= chunk.count(b'"', begin, end) % 2 == 1
            if not is_open:
                return True
            end = begin
        return False

    def _decode(self, chunk: bytes, *, final: bool = False) -> None:
        held = self._decoder.getstate()[0]
        try:
            self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            line = self.lines + chunk.count(b"\n", 0, max(0, error.start - len(held))) + 1
            raise UnreadableError(Defect.NOT_UTF8, line=line, said=f"0x{error.object[error.start]:02x}") from None


def _header(path: str, form: Format, separator: str) -> tuple[str, ...]:
    with records(path, form.compression, separator) as rows:
        header = next((row for row in rows if row), None)
        if header is None:
            raise UnreadableError(Defect.EMPTY)
        line = rows.line_num
    seen: set[str] = set()
    for number, name in enumerate(header, 1):
        if not name.strip():
            raise UnreadableError(Defect.EMPTY_COLUMN, line=line, expected=number)
        if name in seen:
            raise UnreadableError(Defect.DUPLICATE_COLUMN, line=line, subject=shorten(name))
        seen.add(name)
    return tuple(header)


def _require_even_rows(looked: TextFile) -> None:
    """Raise where a row has not as many fields as the header: asked of pyarrow, told by line by the csv module."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    uneven = False

    def on_uneven(_: object) -> str:
        nonlocal uneven
        uneven = True
        return "skip"

    first = looked.columns[0]
    with open_bytes(looked.path, looked.format.compression) as stream:
        try:
            batches = arrow_csv.open_csv(
                stream,
                arrow_csv.ReadOptions(block_size=8 * _CHUNK),
                arrow_csv.ParseOptions(
                    delimiter=looked.separator, newlines_in_values=True, invalid_row_handler=on_uneven
                ),
                arrow_csv.ConvertOptions(include_columns=[first], column_types={first: pa.string()}, check_utf8=False),
            )
            for _ in batches:
                if uneven:
                    break
        except pa.ArrowInvalid:
            uneven = True
    if uneven:
        tell_uneven_rows(looked)


def tell_uneven_rows(looked: TextFile) -> None:
    """Raise with the first rows that have not as many fields as the header, where there are any."""
    expected = len(looked.columns)
    places: list[tuple[int, int]] = []
    count, begin = 0, 1
    with records(looked.path, looked.format.compression, looked.separator) as rows:
        try:
            for row in rows:
                if row and len(row) != expected:
                    count += 1
                    if len(places) < _PLACES:
                        places.append((begin, len(row)))
                begin = rows.line_num + 1
        except csv.Error:
            raise UnreadableError(Defect.OPEN_QUOTE, line=begin) from None
    if count:
        raise UnreadableError(Defect.RAGGED, line=places[0][0], expected=expected, count=count, places=tuple(places))


def _names_of_objects(path: str, form: Format) -> tuple[str, ...]:
    """Return the names in the objects of a JSON Lines file; raises at the first line that is not an object."""
    names: dict[str, None] = {}
    decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
    with open_bytes(path, form.compression) as stream:
        for number, line in enumerate(stream, 1):
            bare = line.removeprefix(codecs.BOM_UTF8).strip() if number == 1 else line.strip()
            if not bare:
                continue
            try:
                names.update(dict.fromkeys(decoder.decode(bare)))
            except msgspec.ValidationError:
                raise UnreadableError(Defect.NOT_AN_OBJECT, line=number) from None
            except (msgspec.DecodeError, RecursionError) as error:
                raise UnreadableError(Defect.NOT_JSON, line=number, said=shorten(str(error))) from None
    if not names:
        raise UnreadableError(Defect.EMPTY)
    return tuple(names)


def lines_of_rows(looked: TextFile, rows: list[int], total: int) -> list[int]:
    """Return the line on which each of `rows` (counted from 0) begins; `total` is how many rows the table has."""
    headers = 1 if looked.format.kind is Kind.DELIMITED else 0
    if looked.lines == total + headers:
        return [row + headers + 1 for row in rows]
    found = dict.fromkeys(rows, 0)
    last = max(rows, default=-1)
    for row, line in enumerate(_line_of_each(looked, headers)):
        if row in found:
            found[row] = line
        if row >= last:
            break
    return [found[row] for row in rows]


def _line_of_each(looked: TextFile, headers: int) -> Iterator[int]:
    """Yield the line of each row where blank lines or fields of several lines stand between them."""
    if not headers:
        with open_bytes(looked.path, looked.format.compression) as stream:
            yield from (number for number, line in enumerate(stream, 1) if line.strip())
        return
    with records(looked.path, looked.format.compression, looked.separator) as rows:
        begin, ahead = 1, headers
        for row in rows:
            if row and ahead:
                ahead -= 1
            elif row:
                yield begin
            begin = rows.line_num + 1


def without_blank_lines(held: bytes, looked: TextFile) -> bytes:
    """Return a delimited text without its blank lines, which pandas leaves out and polars reads as rows of nulls."""
    lines = held.splitlines(keepends=True)
    if all(line.strip() for line in lines):
        return held
    blank = set()
    with records(looked.path, looked.format.compression, looked.separator) as rows:
        for row in rows:
            if not row:
                blank.add(rows.line_num)
    return b"".join(line for number, line in enumerate(lines, 1) if number not in blank)
