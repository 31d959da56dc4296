"""Ends what this process started when it is killed itself: a shell of its own that waits at the end of a pipe."""

from __future__ import annotations

import os
import subprocess  # noqa: TID251 - a process beside those of `mlgate.proc`, which must outlive this one
import sys
import threading
from contextlib import suppress

# The shell hears of every group of processes that begins and ends. Nobody can keep it from reading the end of the pipe,
# for only this process holds the other end: not even SIGKILL, against which no handler helps.
_PROGRAM = """\
trap '' HUP INT TERM
groups=
while read -r sign group; do
  kept=
  for one in $groups; do [ "$one" = "$group" ] || kept="$kept $one"; done
  groups=$kept
  [ "$sign" = - ] || groups="$groups $group"
done
for one in $groups; do kill -s KILL -- "-$one"; done
"""


class Watcher:
    """The groups of processes that must not outlive this process; where there is no shell, nothing watches."""

    def __init__(self) -> None:
        """Start nothing yet: most runs have no child that lasts."""
        self._lock = threading.Lock()
        self._pipe: int | None = None
        self._shell: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start the shell, once; it takes a millisecond, so whoever starts a child that lasts does it just before."""
        if sys.platform != "win32":
            with self._lock:
                if self._shell is None:
                    self._start()

    def add(self, group: int) -> None:
        """Watch a group of processes from now on."""
        self._tell("+", group)

    def drop(self, group: int) -> None:
        """Forget a group, whose number may soon be another one's."""
        self._tell("-", group)

    def _start(self) -> None:
        with suppress(OSError):
            self._shell = subprocess.Popen(
                ["/bin/sh", "-c", _PROGRAM, "mlgate-watcher"],
                cwd="/",
                env={},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._pipe = self._shell.stdin.fileno() if self._shell.stdin else None

    def _tell(self, sign: str, group: int) -> None:
        if self._pipe is not None:
            # A shell that was killed watches no more.
            with suppress(OSError):
                os.write(self._pipe, f"{sign} {group}\n".encode())
