"""Looks at processes from outside, for tests that must see them dead."""

from __future__ import annotations

import subprocess  # noqa: TID251 - what is tested must not look after itself
import time
from collections.abc import Callable


def is_alive(pid: int) -> bool:
    """Return whether a process runs; one that ended and waits for its parent is dead."""
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.strip()[:1] not in ("", "Z")


def wait_until(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Return whether something became true within a time that is long enough on a busy machine."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
