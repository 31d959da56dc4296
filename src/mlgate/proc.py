"""The only place that starts processes: each in a group of its own, with a time limit and bounded output."""

from __future__ import annotations

import os
import signal
import subprocess  # noqa: TID251 - this module is the one that may
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import IO

from msgspec import Struct

from mlgate.errors import InterruptedRunError, ToolMissingError
from mlgate.text import code
from mlgate.watcher import Watcher

if sys.platform == "win32":
    # There a program is looked for in the current folder first, where a pull request may have put a `git.exe`.
    os.environ["NODEFAULTCURRENTDIRECTORYINEXEPATH"] = "1"  # noqa: TID251

KEPT_BYTES = 400_000
GRACE_SECONDS = 2.0
_POLL_SECONDS = 0.05
_REAP_SECONDS = 0.5

_WITHHELD = frozenset({
    "GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY", "GITHUB_TOKEN", "GH_TOKEN",
    "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "GITLAB_TOKEN", "MLGATE_TOKEN",
})  # fmt: skip
_WITHHELD_STARTS = ("ACTIONS_", "INPUT_")
_GIT_KEPT = ("GIT_CONFIG", "GIT_SSH", "GIT_SSL", "GIT_ASKPASS", "GIT_EXEC_PATH", "GIT_HTTP", "GIT_TERMINAL_PROMPT")


def child_environment(env: Mapping[str, str]) -> dict[str, str]:
    """Return what a child may see of the environment: no token of the forge, none of the runner's command files.

    Variables by which git points hooks at a repository go too, for a child's git must find its own.
    """
    return {
        name: value
        for name, value in env.items()
        if name not in _WITHHELD
        and not name.startswith(_WITHHELD_STARTS)
        and (not name.startswith("GIT_") or name.startswith(_GIT_KEPT))
    }


class Finished(Struct, frozen=True):
    """A child that ended: its exit code (negative for a signal), its output, wall seconds, and why it was killed."""

    code: int
    out: bytes
    err: bytes
    seconds: float
    timed_out: bool = False

    @property
    def text(self) -> str:
        """Return standard output as text; bytes that are not UTF-8 are shown as escapes."""
        return self.out.decode("utf-8", "backslashreplace")

    @property
    def error_text(self) -> str:
        """Return standard error as text; bytes that are not UTF-8 are shown as escapes."""
        return self.err.decode("utf-8", "backslashreplace")

    @property
    def signal_name(self) -> str | None:
        """Return the name of the signal that ended the child, if one did."""
        if self.code >= 0:
            return None
        try:
            return signal.Signals(-self.code).name
        except ValueError:
            return f"signal {-self.code}"


_RUNNING: set[subprocess.Popen[bytes]] = set()
_WATCHER = Watcher()


class Children:
    """The children of one check. `kill` ends them all, with what they started, and lets no new one begin."""

    def __init__(self, env: Mapping[str, str]) -> None:
        """Keep the environment that every child sees."""
        self.env = child_environment(env)
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def start(
        self,
        args: Sequence[str | Path],
        *,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        merge: bool = False,
        lasts: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Start a child with pipes for its three streams; `merge` sends its errors where its output goes.

        One that `lasts` does not end by itself when nobody reads it any more: it is ended when this process is killed.
        """
        command = [os.fspath(arg) for arg in args]
        if lasts:
            _WATCHER.begin()
        with self._lock:
            if self._closed:
                raise InterruptedRunError("the run was stopped")
            try:
                process = subprocess.Popen(
                    command,
                    cwd=cwd,
                    env=self.env if env is None else {**self.env, **env},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT if merge else subprocess.PIPE,
                    process_group=None if sys.platform == "win32" else 0,
                )
            except FileNotFoundError:
                if not cwd.is_dir():
                    raise ToolMissingError(f"the folder {code(cwd)} does not exist") from None
                raise ToolMissingError(f"{code(command[0])} was not found") from None
            except (OSError, ValueError) as error:
                raise ToolMissingError(f"{code(command[0])} cannot be started: {code(error)}") from None
            self._running.add(process)
            _RUNNING.add(process)
        if lasts:
            _WATCHER.add(process.pid)
        return process

    def run(
        self,
        args: Sequence[str | Path],
        *,
        cwd: Path,
        limit: float | None = None,
        env: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        keep: int | None = KEPT_BYTES,
        merge: bool = False,
        on_line: Callable[[str], None] | None = None,
        interrupt: bool = False,
    ) -> Finished:
        """Run a child to its end and return what it left.

        `limit` is in seconds; past it the whole group is killed and `timed_out` is set; with `interrupt` it is first
        interrupted, as by Ctrl-C, and has a grace of two seconds to say where it was. `keep` bounds each stream to
        its head and tail; None keeps all. `on_line` is told each line of standard output as it comes.
        """
        began = time.monotonic()
        process = self.start(args, cwd=cwd, env=env, merge=merge, lasts=True)
        try:
            kept_out, kept_err = _Kept(keep or sys.maxsize), _Kept(keep or sys.maxsize)
            readers = [_in_thread(_read, process.stdout, kept_out, on_line)]
            if process.stderr:
                readers.append(_in_thread(_read, process.stderr, kept_err, None))
            if stdin:
                _in_thread(_feed, process.stdin, stdin)
            elif process.stdin:
                process.stdin.close()
            late = _await(process, readers, limit)
            if late and interrupt:
                _signal_group(process, signal.SIGINT)
                _await(process, readers, GRACE_SECONDS)
        finally:
            self._forget(process)
        process.wait()
        # What the child wrote is in the pipes by now. A process that left the group may hold them open for ever.
        deadline = time.monotonic() + GRACE_SECONDS
        for reader in readers:
            reader.join(max(0.0, deadline - time.monotonic()))
        return Finished(process.returncode, kept_out.value(), kept_err.value(), time.monotonic() - began, late)

    def capture(self, args: Sequence[str | Path], *, cwd: Path, limit: float, env: Mapping[str, str]) -> Finished:
        """Run a short child that starts nothing itself, such as a question to git, and return all that it wrote."""
        return self.collect(self.start(args, cwd=cwd, env=env), limit=limit)

    def collect(self, process: subprocess.Popen[bytes], *, limit: float) -> Finished:
        """Return all that a short child wrote which `start` began; `limit` is in seconds from now."""
        began = time.monotonic()
        late = False
        try:
            out, err = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            late = True
            _kill_group(process)
            out, err = b"", b""
            process.wait()
        finally:
            self._forget(process)
        return Finished(process.returncode, out, err, time.monotonic() - began, late)

    def release(self, process: subprocess.Popen[bytes]) -> None:
        """Forget a child that `start` began, end what is left of its group, and close its streams."""
        self._forget(process)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                with suppress(OSError):
                    stream.close()

    @staticmethod
    def own(folder: Path) -> None:
        """Have a folder that children write to removed when this process is killed."""
        _WATCHER.add_folder(folder)

    @staticmethod
    def disown(folder: Path) -> None:
        """Forget a folder that was removed."""
        _WATCHER.drop_folder(folder)

    def close(self) -> list[subprocess.Popen[bytes]]:
        """Let no new child begin, and return those that run."""
        with self._lock:
            self._closed = True
            return list(self._running)

    def kill(self) -> None:
        """End every running child and its group: asked first, then killed after a grace of two seconds."""
        kill_all([self])

    def _forget(self, process: subprocess.Popen[bytes]) -> None:
        _kill_group(process)
        _WATCHER.drop(process.pid)
        with self._lock:
            self._running.discard(process)
            _RUNNING.discard(process)


def kill_now() -> None:
    """End every child of this process at once, without asking and without a lock: for a signal's handler."""
    for process in list(_RUNNING):
        _kill_group(process)


def end_all(pool: Iterable[Children]) -> list[subprocess.Popen[bytes]]:
    """Ask the children of many checks to end, without waiting for them, and return those that ran."""
    running = [process for children in pool for process in children.close()]
    for process in running:
        _signal_group(process, signal.SIGTERM)
    return running


def kill_all(pool: Iterable[Children]) -> None:
    """End the children of many checks at once, so that all of them share one grace of two seconds."""
    running = end_all(pool)
    deadline = time.monotonic() + GRACE_SECONDS
    for process in running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        _kill_group(process)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_REAP_SECONDS)
        _RUNNING.discard(process)


def _await(process: subprocess.Popen[bytes], readers: Sequence[threading.Thread], limit: float | None) -> bool:
    """Wait for a child at most `limit` seconds, and return whether it still runs.

    The end of its output tells that it is about to end sooner than the polling of `Popen.wait` does; but another
    process may hold the output open after it, so now and then the child itself is asked.
    """
    deadline = time.monotonic() + (limit if limit is not None else sys.maxsize)
    while process.poll() is None:
        left = deadline - time.monotonic()
        if left <= 0:
            return True
        reading = next((reader for reader in readers if reader.is_alive()), None)
        if reading:
            reading.join(min(left, _POLL_SECONDS))
        else:
            with suppress(subprocess.TimeoutExpired):
                process.wait(min(left, _POLL_SECONDS))
    return False


def _in_thread(work: Callable[..., None], *args: object) -> threading.Thread:
    thread = threading.Thread(target=work, args=args, daemon=True)
    thread.start()
    return thread


def _feed(stream: IO[bytes], stdin: bytes) -> None:
    """Write what the child may read; a child that does not read it holds up nobody but this thread."""
    with suppress(OSError, ValueError):
        stream.write(stdin)
    with suppress(OSError, ValueError):
        stream.close()


def _read(stream: BufferedReader, kept: _Kept, on_line: Callable[[str], None] | None) -> None:
    """Keep what comes until the last writer is gone. The thread that reads a stream is the one that closes it."""
    begun = b""
    with stream:
        while chunk := stream.read1(65_536):
            kept.add(chunk)
            if on_line:
                *lines, begun = (begun + chunk).split(b"\n")
                begun = begun[-65_536:]
                for line in lines:
                    on_line(line.decode("utf-8", "replace").rstrip())
    if on_line and begun:
        on_line(begun.decode("utf-8", "replace").rstrip())


class _Kept:
    """The head and the tail of a stream, each half of what may be kept."""

    def __init__(self, limit: int) -> None:
        self._half = limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self._dropped = 0
        self._lock = threading.Lock()

    def add(self, chunk: bytes) -> None:
        with self._lock:
            room = self._half - len(self._head)
            if room > 0:
                self._head += chunk[:room]
                chunk = chunk[room:]
            self._tail += chunk
            if len(self._tail) > 2 * self._half:
                self._dropped += len(self._tail) - self._half
                del self._tail[: len(self._tail) - self._half]

    def value(self) -> bytes:
        with self._lock:
            surplus = max(0, len(self._tail) - self._half)
            dropped = self._dropped + surplus
            gap = f"\n[... {dropped:,} bytes left out ...]\n".encode() if dropped else b""
            return bytes(self._head) + gap + bytes(self._tail[surplus:])


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        if sys.platform == "win32":
            process.terminate()
        else:
            os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        _signal_group(process, signal.SIGKILL)
