"""Writes a stream to a file that the workers of an engine read, each a part of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mlgate.data.engines.failures import HandingOverError
from mlgate.data.engines.streams import POSITION, Stream, Tick
from mlgate.data.loading import first_line
from mlgate.data.messages import Apart, UnreadableError
from mlgate.data.scanning import ApartError

_HANDED, _NOTHING = "rows.parquet", "nothing.parquet"


def hand_over(stream: Stream, query: str, folder: Path, tick: Tick | None = None) -> Path:
    """Write the columns that a query names to a Parquet file in a folder, piece by piece; return the file.

    Raises `HandingOverError` where it cannot be written, and what reading the stream raises.
    """
    import pyarrow.parquet as pq

    path = folder / _HANDED
    types, batches = stream.batches(query, tick=tick)
    with _told(folder):
        # Numbers of rows take next to no room as the differences between them.
        how: dict[str, Any] = {"column_encoding": {POSITION: "DELTA_BINARY_PACKED"}}
        writer = pq.ParquetWriter(path, types, use_dictionary=types.names[1:] or False, **how)
    try:
        for batch in _read(batches):
            with _told(folder):
                writer.write_batch(batch)
    finally:
        with _told(folder):
            writer.close()
    return path


def hand_over_nothing(folder: Path) -> Path:
    """Write a file of no meaning to a folder, to see whether workers read it; raises `HandingOverError`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / _NOTHING
    with _told(folder):
        pq.write_table(pa.table({POSITION: [0]}), path)
    return path


def _read(batches: Iterator[Any]) -> Iterator[Any]:
    try:
        yield from batches
    except (UnreadableError, ApartError):
        raise
    except Exception as error:
        raise ApartError(Apart.QUERY) from error


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        said = os.strerror(error.errno) if error.errno else first_line(error)
        raise HandingOverError(folder, said) from error
