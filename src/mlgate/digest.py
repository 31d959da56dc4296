"""One hash over byte strings, for keys of what is kept."""

from __future__ import annotations

# `hashlib` is these functions and OpenSSL, which takes longer to load than a comparison of metrics has time for.
from _blake2 import blake2b


def digest(*parts: bytes) -> str:
    """Return one hash over byte strings, each kept apart from the next."""
    found = blake2b(digest_size=20)
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()
