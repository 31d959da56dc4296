"""How many rows a data file has, where its content is at hand: counted once for each content."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from mlgate.cache import Cache as Verdicts
from mlgate.dvc.cache import Cache
from mlgate.dvc.records import Item

_LIMIT_BYTES = 200_000_000
_KEPT_FROM_BYTES = 1_000_000
_CHUNK = 1 << 20
_SEPARATED = {".csv": ",", ".tsv": "\t"}
_LINES = (".jsonl", ".ndjson")
_COLUMNS = (".parquet", ".pq")


class RowCounter:
    """Counts rows of recorded files, in DVC's cache or the work tree; large ones are remembered by their hash."""

    def __init__(self, project: Path, cache: Cache, kept: Verdicts) -> None:
        """Keep where the files are."""
        self._project = project
        self._cache = cache
        self._kept = kept

    def count(self, path: str, item: Item) -> int | None:
        """Return the rows of a table without its heading, or None for what is no table or is not here."""
        suffix = PurePosixPath(path).suffix.lower()
        if item.hash is None or suffix not in (*_SEPARATED, *_LINES, *_COLUMNS):
            return None
        place = self._place(path, item)
        if place is None or place.stat().st_size > _LIMIT_BYTES:
            return None
        key = f"rows-{item.hash.md5}{suffix}"
        is_kept = place.stat().st_size >= _KEPT_FROM_BYTES
        known = self._kept.get(key) if is_kept else None
        if known is not None and known.isdigit():
            return int(known)
        rows = _rows(place, suffix)
        if is_kept and rows is not None:
            self._kept.put(key, str(rows).encode())
        return rows

    def _place(self, path: str, item: Item) -> Path | None:
        """Return a file with the recorded content: the cache goes by the hash, the work tree by the size."""
        assert item.hash is not None
        held = self._cache.place(item.hash)
        here = self._project / path
        if held is None and here.is_file() and here.stat().st_size == item.size:
            return here
        return held


def _rows(place: Path, suffix: str) -> int | None:
    try:
        if suffix in _COLUMNS:
            return _parquet_rows(place)
        with place.open("rb") as stream:
            quoted, lines, last = False, 0, b"\n"
            while chunk := stream.read(_CHUNK):
                quoted = quoted or b'"' in chunk
                lines += chunk.count(b"\n")
                last = chunk[-1:]
        lines += last != b"\n"
        if suffix in _LINES:
            return lines
        # A line end inside quotes is no end of a row.
        rows = _csv_rows(place, _SEPARATED[suffix]) if quoted else lines
        return None if rows is None else max(0, rows - 1)
    except (OSError, ValueError):
        return None


def _csv_rows(place: Path, separator: str) -> int | None:
    import csv

    try:
        with place.open(encoding="utf-8", errors="replace", newline="") as stream:
            return sum(1 for _ in csv.reader(stream, delimiter=separator))
    except csv.Error:
        return None


def _parquet_rows(place: Path) -> int | None:
    try:
        from pyarrow.parquet import read_metadata
    except ImportError:
        return None
    return int(read_metadata(place).num_rows)
