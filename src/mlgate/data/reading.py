"""Reads a dataset's file into a frame of the engine that its contract is written for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mlgate.data.folders import Folders
from mlgate.data.formats import Format, Kind, format_of
from mlgate.data.messages import Defect, UnreadableError
from mlgate.data.text_file import TextFile, lines_of_rows, look_over, open_bytes, without_blank_lines
from mlgate.data.text_frames import columns_of
from mlgate.data.text_quotes import line_of_open_quote
from mlgate.text import shorten

_MAGIC = {Kind.PARQUET: b"PAR1", Kind.ARROW: b"ARROW1"}


class Table(NamedTuple):
    """A file as a frame, and what is needed to find a row in it again."""

    frame: Any
    rows: int
    columns: tuple[str, ...]
    text: TextFile | None

    def numbers(self, rows: Sequence[int]) -> list[int]:
        """Return rows as people find them: by line in a text file, else by number from 0."""
        return lines_of_rows(self.text, list(rows), self.rows) if self.text else list(rows)


def column_names(path: str, separator: str | None, *, even: bool = True) -> tuple[TextFile | None, tuple[str, ...]]:
    """Return a file's column names, and its text if it is one; raises `UnreadableError` for what is no table.

    `even` says that the rows of a text are counted out too.
    """
    form = _format(path)
    if form.is_text:
        text = look_over(path, form, separator, even=even)
        return text, text.columns
    names = _binary_names(path, form)
    repeated = next((name for name, times in Counter(names).items() if times > 1), None)
    if repeated is not None:
        raise UnreadableError(Defect.DUPLICATE_COLUMN, subject=shorten(repeated))
    return None, names


def read_table(
    path: str,
    engine: str,
    text: TextFile | None,
    wanted: Mapping[str, Any],
    only: Sequence[str] | None = None,
    folders: Folders = (),
) -> Table:
    """Return the table in a file that `column_names` has accepted, and after its own columns those of its folders.

    `wanted` is the dtype that the contract states for columns, used for text; `only` names the columns to read.
    """
    from mlgate.data.folder_columns import frame_with_folders

    told = {name for name, _ in folders}
    own = None if only is None else [name for name in only if name not in told]
    table = _read_own(path, engine, text, wanted, own)
    if not folders:
        return table
    frame = frame_with_folders(table.frame, engine, folders, wanted)
    if only is not None:
        frame = frame[list(only)] if engine == "pandas" else frame.select(list(only))
    return Table(frame, table.rows, tuple(str(name) for name in frame.columns), text)


def _read_own(
    path: str, engine: str, text: TextFile | None, wanted: Mapping[str, Any], only: list[str] | None
) -> Table:
    """Return the table of a file's own columns; where none is wanted the first is read, for its rows are."""
    from mlgate.data.typed import type_pandas, type_polars

    read, give_types = (_read_pandas, type_pandas) if engine == "pandas" else (_read_polars, type_polars)
    only = only if only is None or only else [column_names(path, text.separator if text else None, even=False)[1][0]]
    try:
        frame = read(path, text, wanted, only)
    except MemoryError as error:
        raise UnreadableError(Defect.MEMORY) from error
    except Exception as error:
        raise _defect(error, text) from error
    if text is not None:
        frame = give_types(frame, wanted)
    return Table(frame, len(frame), tuple(str(name) for name in frame.columns), text)


def _format(path: str) -> Format:
    form = format_of(path)
    if form is None:
        raise UnreadableError(Defect.OTHER_FORMAT, subject=Path(path).suffix)
    return form


def _binary_names(path: str, form: Format) -> tuple[str, ...]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    _require_whole(Path(path), form.kind)
    try:
        if form.kind is Kind.PARQUET:
            return tuple(pq.read_schema(path).names)
        return tuple(_arrow_table(path, schema_only=True).names)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableError(Defect.OTHER, said=_first_line(error)) from error


def _require_whole(path: Path, kind: Kind) -> None:
    """Raise where a file has not the marks that its format puts at both ends."""
    magic = _MAGIC[kind]
    with path.open("rb") as stream:
        begin = stream.read(len(magic))
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - len(magic)))
        end = stream.read()
    if not begin:
        raise UnreadableError(Defect.EMPTY)
    if begin == magic and end != magic:
        raise UnreadableError(Defect.CUT_OFF, subject=kind.value)
    if begin != magic and kind is Kind.PARQUET:
        raise UnreadableError(Defect.OTHER_FORMAT, subject=kind.value)


def _arrow_table(path: str, *, schema_only: bool = False) -> Any:
    import pyarrow as pa

    source = pa.memory_map(path)
    try:
        reader = pa.ipc.open_file(source)
        return reader.schema if schema_only else reader.read_all()
    except pa.ArrowInvalid:
        source.seek(0)
        stream = pa.ipc.open_stream(source)
        return stream.schema if schema_only else stream.read_all()


def _read_pandas(path: str, text: TextFile | None, wanted: Mapping[str, Any], only: list[str] | None) -> Any:
    import pandas as pd

    from mlgate.data.typed import text_columns

    form = _format(path)
    if text is not None:
        few = only is not None and form.kind is Kind.DELIMITED
        with columns_of(text, only or ()) if few else open_bytes(path, form.compression) as stream:
            if form.kind is Kind.JSON_LINES:
                # Before pandas 3, `dtype=False` did not keep columns called `..._at` from becoming dates.
                dates: dict[str, Any] = {} if pd.__version__ >= "3" else {"convert_dates": False}
                frame = pd.read_json(stream, lines=True, dtype=False, precise_float=True, encoding="utf-8-sig", **dates)
                return frame[[name for name in only if name in frame.columns]] if only is not None else frame
            # Before pandas 3 the last bit of a number could be another than Python's.
            exact: dict[str, Any] = {} if pd.__version__ >= "3" else {"float_precision": "round_trip"}
            return pd.read_csv(
                stream,
                sep=text.separator,
                dtype=dict.fromkeys(text_columns(wanted), str),
                usecols=only,
                index_col=False,
                encoding="utf-8-sig",
                low_memory=False,
                **exact,
            )
    if form.kind is Kind.PARQUET:
        return pd.read_parquet(path, engine="pyarrow", columns=only)
    table = _arrow_table(path)
    return (table.select(only) if only is not None else table).to_pandas()


def _read_polars(path: str, text: TextFile | None, wanted: Mapping[str, Any], only: list[str] | None) -> Any:
    import polars as pl

    from mlgate.data.typed import text_columns

    form = _format(path)
    if text is not None:
        with open_bytes(path, form.compression) as stream:
            held = stream.read().removeprefix(b"\xef\xbb\xbf")
        if form.kind is Kind.JSON_LINES:
            frame = pl.read_ndjson(held, infer_schema_length=None)
            return frame.select(only) if only is not None else frame
        texts = dict.fromkeys((name for name in text_columns(wanted) if name in text.columns), pl.String())
        return pl.read_csv(
            without_blank_lines(held, text),
            separator=text.separator,
            schema_overrides=texts,
            columns=only,
            infer_schema_length=None,
        )
    if form.kind is Kind.PARQUET:
        return pl.read_parquet(path, columns=only, hive_partitioning=False)
    table = _arrow_table(path)
    return pl.from_arrow(table.select(only) if only is not None else table)


def _defect(error: Exception, text: TextFile | None) -> UnreadableError:
    said = _first_line(error)
    if text is not None and "EOF inside string" in said:
        return UnreadableError(Defect.OPEN_QUOTE, line=line_of_open_quote(text))
    if "No columns to parse" in said or "empty CSV" in said or "empty data" in said:
        return UnreadableError(Defect.EMPTY)
    return UnreadableError(Defect.OTHER, said=said)


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return shorten(lines[0] if lines else type(error).__name__, 300)
