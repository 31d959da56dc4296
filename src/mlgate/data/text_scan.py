"""Streams text files as a lazy polars frame of typed columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from mlgate.data.formats import Kind
from mlgate.data.messages import Apart
from mlgate.data.scanning import ApartError, Holds, Scan, Trouble
from mlgate.data.text_file import TextFile, records
from mlgate.data.text_frames import NULLS, json_kinds, objects, read_frames
from mlgate.data.text_types import RAW, Typed, typed_column

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
        for frame in objects(text, {name: "string"}):
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

    kinds = json_kinds(text, known)
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
