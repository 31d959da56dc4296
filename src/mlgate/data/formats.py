"""The file formats of datasets, known by the ending of the name."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath
from typing import NamedTuple


class Kind(StrEnum):
    """How a file is read."""

    DELIMITED = "delimited text"
    JSON_LINES = "JSON Lines"
    PARQUET = "Parquet"
    ARROW = "Arrow"


class Format(NamedTuple):
    """A format: how it is read, its default separator, and the compression around it."""

    kind: Kind
    separator: str = ","
    compression: str | None = None

    @property
    def is_text(self) -> bool:
        """Return whether rows stand on lines, and columns have no types of their own."""
        return self.kind in (Kind.DELIMITED, Kind.JSON_LINES)


_BY_ENDING = {
    ".csv": Format(Kind.DELIMITED),
    ".tsv": Format(Kind.DELIMITED, "\t"),
    ".jsonl": Format(Kind.JSON_LINES),
    ".ndjson": Format(Kind.JSON_LINES),
    ".parquet": Format(Kind.PARQUET),
    ".pq": Format(Kind.PARQUET),
    ".arrow": Format(Kind.ARROW),
    ".feather": Format(Kind.ARROW),
    ".ipc": Format(Kind.ARROW),
}
_COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
ENDINGS = tuple(_BY_ENDING)


def format_of(path: str) -> Format | None:
    """Return the format of a file by its name, or None for an ending that is not known; text may be compressed."""
    name = PurePosixPath(path.lower())
    compression = _COMPRESSIONS.get(name.suffix)
    if compression is None:
        return _BY_ENDING.get(name.suffix)
    inner = _BY_ENDING.get(PurePosixPath(name.stem).suffix)
    return inner._replace(compression=compression) if inner and inner.is_text else None
