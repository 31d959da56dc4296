"""Hashes content as DVC does: md5 of the bytes, DVC 2's form of it for text, and the listing of a directory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mlgate.dvc.records import Hash

if TYPE_CHECKING:
    from hashlib import md5
else:
    try:
        # As fast as the one of OpenSSL, which takes longer to load than the lock check has time for.
        from _md5 import md5
    except ImportError:
        from hashlib import md5

_CHUNK = 1 << 20
_BLOCK = 512
_TEXT = bytes(range(32, 127)) + b"\n\r\t\f\b"


def hash_bytes(data: bytes, *, dos2unix: bool = False) -> str:
    """Return the md5 of bytes in hex digits."""
    return md5(_as_unix(data) if dos2unix else data, usedforsecurity=False).hexdigest()


def hash_file(path: Path, *, dos2unix: bool = False) -> str:
    """Return the md5 of a file in hex digits, read in pieces of 1 MiB as DVC reads it."""
    digest = md5(usedforsecurity=False)
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(_as_unix(chunk) if dos2unix else chunk)
    return digest.hexdigest()


def differs_by_line_ends(path: Path, recorded: str) -> bool:
    """Return whether a text file would have the recorded md5 with the line ends of the other system."""
    data = path.read_bytes()
    if b"\x00" in data[:_BLOCK]:
        return False
    unix = data.replace(b"\r\n", b"\n")
    return recorded in (hash_bytes(unix), hash_bytes(unix.replace(b"\n", b"\r\n")))


def hash_listing(files: Mapping[str, Hash], *, dos2unix: bool = False) -> Hash:
    """Return the hash of a directory from the hashes of its files by their path in it."""
    entries = [{"md5": files[path].md5, "relpath": path} for path in sorted(files)]
    text = json.dumps(entries, sort_keys=True)
    return Hash(hash_bytes(text.encode()) + ".dir", dos2unix)


def _as_unix(data: bytes) -> bytes:
    """Return data with Unix line ends where its first 512 bytes look like text, by DVC 2's rule."""
    block = data[:_BLOCK]
    if b"\x00" in block:
        return data
    strange = len(block.translate(None, _TEXT))
    return data if block and strange / len(block) > 0.3 else data.replace(b"\r\n", b"\n")
