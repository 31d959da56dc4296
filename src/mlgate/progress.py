"""Tells people how a run goes on: a live line a check on a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

from mlgate.check import Check
from mlgate.report import Entry
from mlgate.runner import Listener
from mlgate.text import plain, printable

_SILENT_SECONDS = 10.0


class PlainLines:
    """One line when a check ends, and one now and then while it takes long."""

    def __init__(self, stream: TextIO, silent_seconds: float = _SILENT_SECONDS) -> None:
        """Write to `stream`; of a check that goes on, once every so many seconds."""
        self._stream = stream
        self._silent = silent_seconds
        self._said: dict[str, float] = {}
        self._lock = threading.Lock()

    def started(self, check: Check) -> None:
        """Say nothing: the end says it."""
        self._said[check.id] = time.monotonic()

    def progress(self, check: Check, words: str) -> None:
        """Write how far the check is, where nothing was said of it for long."""
        with self._lock:
            now = time.monotonic()
            if now - self._said.setdefault(check.id, now) < self._silent:
                return
            self._said[check.id] = now
            self._stream.write(f"mlgate: {check.id}: {printable(plain(words))}\n")
            self._stream.flush()

    def finished(self, entry: Entry) -> None:
        """Write how the check ended."""
        with self._lock:
            summary = printable(plain(entry.outcome.summary))
            self._stream.write(f"mlgate: {entry.check}: {entry.status.value}: {summary} ({entry.seconds:.1f} s)\n")
            self._stream.flush()


@contextmanager
def progress(stream: TextIO, env: Mapping[str, str]) -> Iterator[Listener]:
    """Yield the listener that fits the stream."""
    if stream.isatty() and env.get("TERM") != "dumb" and env.get("CI") != "true":
        with live(stream) as listener:
            yield listener
    else:
        yield PlainLines(stream)


@contextmanager
def live(stream: TextIO) -> Iterator[Listener]:
    """Yield a listener that draws one live line a check, with its elapsed seconds."""
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    lines: dict[str, tuple[float, str]] = {}

    class Lines:
        def __rich__(self) -> Text:
            now = time.monotonic()
            shown = [f"  {name:<10} {now - began:5.1f} s  {words}" for name, (began, words) in list(lines.items())]
            return Text("\n".join(shown), style="dim", no_wrap=True, overflow="ellipsis")

    class LiveLines:
        def started(self, check: Check) -> None:
            lines[check.id] = (time.monotonic(), "")

        def progress(self, check: Check, words: str) -> None:
            began, _ = lines.get(check.id, (time.monotonic(), ""))
            lines[check.id] = (began, printable(plain(words)))

        def finished(self, entry: Entry) -> None:
            lines.pop(entry.check, None)

    with Live(Lines(), console=Console(file=stream, highlight=False), transient=True, refresh_per_second=8):
        yield LiveLines()
