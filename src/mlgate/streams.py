"""Standard output and error that take every character, whatever a locale or a Windows pipe is made for."""

from __future__ import annotations

import sys


def take_all() -> None:
    """Let both streams show as an escape what they cannot write, instead of crashing; on Windows pipes speak UTF-8."""
    encoding = "utf-8" if sys.platform == "win32" else None
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", lambda **_: None)(encoding=encoding, errors="backslashreplace")
