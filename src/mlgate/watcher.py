"""Ends what this process started, and removes what it wrote, when it is killed itself.

That is done by a shell of its own, which waits at the end of a pipe.
"""

from __future__ import annotations

import os
import subprocess  # noqa: TID251 - a process beside those of `mlgate.proc`, which must outlive this one
import sys
import threading
from contextlib import suppress
from pathlib import Path

# The shell hears of every group of processes, and of every folder, that begins and ends. Nobody can keep it from
# reading the end of the pipe, for only this process holds the other end: not even SIGKILL, against which no handler
# helps. What is killed may still write a moment, so folders are removed twice.
_PROGRAM = """\
trap '' HUP INT TERM
groups=
while IFS= read -r line; do
  what=${line#??}
  case $line in
    +*) groups="$groups $what" ;;
    -*) kept=
        for one in $groups; do [ "$one" = "$what" ] || kept="$kept $one"; done
        groups=$kept ;;
    w*) set -- "$@" "$what" ;;
    r*) for one in "$@"; do shift; [ "$one" = "$what" ] || set -- "$@" "$one"; done ;;
  esac
done
for one in $groups; do kill -s KILL -- "-$one"; done
[ $# = 0 ] || { rm -rf -- "$@"; sleep 1; rm -rf -- "$@"; }
"""


class Watcher:
    """The groups of processes and the folders that must not outlive this process; without a shell nothing watches."""

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
        self._tell("+", str(group))

    def drop(self, group: int) -> None:
        """Forget a group, whose number may soon be another one's."""
        self._tell("-", str(group))

    def add_folder(self, folder: Path) -> None:
        """Watch a folder that only this process and its children write to."""
        self.begin()
        self._tell("w", str(folder))

    def drop_folder(self, folder: Path) -> None:
        """Forget a folder, which was removed."""
        self._tell("r", str(folder))

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

    def _tell(self, sign: str, what: str) -> None:
        if self._pipe is not None and "\n" not in what:
            # A shell that was killed watches no more.
            with suppress(OSError):
                os.write(self._pipe, os.fsencode(f"{sign} {what}\n"))
