"""Reads what a run of foreign code left behind, without trusting that it is what was asked for."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def read_left(path: Path, most: int) -> bytes:
    """Return the bytes of a regular file, at most `most` of them; raises `ValueError` with the reason in words.

    Code that had the path in its hands may have put a pipe there that nobody writes to, or a link to anywhere.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise ValueError("it is not there") from None
    except OSError:
        raise ValueError("it is no regular file") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ValueError("it is no regular file")
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise ValueError(f"it is longer than {most:,} bytes")
    return data
