"""What every reader of documents shares: positions, the error that names one, and the bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from mlgate.errors import MlgateError

MAX_BYTES = 1_000_000
MAX_DEPTH = 50
MAX_NODES = 200_000
_MARK = b"\xef\xbb\xbf"

Path = tuple[str | int, ...]


class Position(Struct, frozen=True, order=True):
    """A 1-based line and column."""

    line: int
    column: int

    def __iter__(self) -> Iterator[int]:
        """Give the line, then the column."""
        return iter((self.line, self.column))


class DocumentError(MlgateError):
    """A document that cannot be read; `position` says where, as far as it is known."""

    def __init__(self, message: str, position: Position | None = None, hint: str | None = None) -> None:
        """Keep the position; the caller, who knows the file, adds its name with `at`."""
        super().__init__(message, hint=hint)
        self.position = position

    def at(self, path: str) -> DocumentError:
        """Return this error with `path:line:column` as its place."""
        self.where = path if self.position is None else f"{path}:{self.position.line}:{self.position.column}"
        return self


class Document(Struct, frozen=True):
    """A document's value, with the position of every key and item by its path."""

    value: Any
    positions: Mapping[Path, Position]

    def position(self, path: Path) -> Position | None:
        """Return where `path` stands, or its nearest ancestor that has a position."""
        for length in range(len(path), -1, -1):
            found = self.positions.get(path[:length])
            if found is not None:
                return found
        return None


def decode(data: bytes, limit: int = MAX_BYTES) -> str:
    """Return the text of a file: UTF-8, a byte order mark and CRLF accepted, at most `limit` bytes."""
    if len(data) > limit:
        raise DocumentError(f"the file has {len(data):,} bytes, more than the {limit:,} that are read")
    skipped = len(_MARK) if data.startswith(_MARK) else 0
    try:
        return data[skipped:].decode("utf-8")
    except UnicodeDecodeError as error:
        start = skipped + error.start
        line = data.count(b"\n", 0, start) + 1
        column = start - data.rfind(b"\n", 0, start)
        raise DocumentError(
            f"not UTF-8: byte 0x{data[start]:02x}", Position(line, column), "save the file as UTF-8"
        ) from None


def position_of(text: str, offset: int) -> Position:
    """Return the line and column of an offset in a text."""
    return Position(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
