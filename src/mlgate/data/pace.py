"""Tells how fast a file is read, once that takes long enough for somebody to wonder."""

from __future__ import annotations

import time
from collections.abc import Callable

from mlgate.data.messages import Event, Going

_AFTER_SECONDS = 2.0
_EVERY_SECONDS = 0.5


class Pace:
    """Counts the rows of a task as they are read, from whatever thread, and says now and then how many they are."""

    def __init__(self, task: int, say: Callable[[Event], None]) -> None:
        """Begin now."""
        self._task = task
        self._say = say
        self._rows = 0
        self._began = self._said = time.monotonic()

    def __call__(self, rows: int) -> None:
        """Count rows."""
        self._rows += rows
        now = time.monotonic()
        if now - self._began >= _AFTER_SECONDS and now - self._said >= _EVERY_SECONDS:
            self._said = now
            self._say(Going(task=self._task, rows=self._rows, seconds=now - self._began))
