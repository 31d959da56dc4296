"""What YAML texts say, kept by their content: to load a YAML parser takes longer than to read a pipeline with it."""

from __future__ import annotations

from typing import Protocol

import msgspec

from mlgate import __version__
from mlgate.digest import digest
from mlgate.documents.model import Document, Position

_MOST_BYTES = 2_000_000


class Memory(Protocol):
    """Where readings are kept from run to run."""

    def get(self, key: str) -> bytes | None:
        """Return what was kept under a key, whole, or None."""

    def put(self, key: str, content: bytes) -> None:
        """Keep something under a key, if that is possible."""


def read_through(memory: Memory, text: str, *, want_positions: bool) -> Document:
    """Return the one document of a text, as it was read before or anew; raises `DocumentError`."""
    key = f"yaml-{digest(__version__.encode(), bytes([want_positions]), text.encode('utf-8', 'surrogatepass'))}"
    kept = memory.get(key)
    if kept is not None:
        return _decoded(kept)
    from mlgate.documents.yaml12 import read_yaml

    found = read_yaml(text, want_positions=want_positions)
    content = _encoded(found)
    # JSON cannot say all that YAML can, such as a number for a key.
    if len(content) <= _MOST_BYTES and _decoded(content) == found:
        memory.put(key, content)
    return found


def _encoded(document: Document) -> bytes:
    import json

    positions = [[path, *position] for path, position in document.positions.items()]
    return json.dumps([document.value, positions], separators=(",", ":")).encode()


def _decoded(content: bytes) -> Document:
    try:
        value, positions = msgspec.json.decode(content)
    except msgspec.MsgspecError:
        # Infinity is in no JSON but Python's.
        import json

        value, positions = json.loads(content)
    return Document(value, {tuple(path): Position(line, column) for path, line, column in positions})
