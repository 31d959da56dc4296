"""The only place that starts processes: each in a group of its own, with a time limit and bounded output."""

from __future__ import annotations

import os
import signal
import subprocess  # noqa: TID251 - this module is the one that may
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

from mlgate.errors import InterruptedRunError, ToolMissingError
from mlgate.text import code

KEPT_BYTES = 400_000
GRACE_SECONDS = 2.0

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


class Finished(NamedTuple):
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


class Children:
    """The children of one check. `kill` ends them all, with what they started, and lets no new one begin."""

    def __init__(self, env: Mapping[str, str]) -> None:
        """Keep the environment that every child sees."""
        self.env = child_environment(env)
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def start(
        self, args: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str] | None = None, merge: bool = False
    ) -> subprocess.Popen[bytes]:
        """Start a child with pipes for its three streams; `merge` sends its errors where its output goes."""
        command = [os.fspath(arg) for arg in args]
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
    ) -> Finished:
        """Run a child to its end and return what it left.

        `limit` is in seconds; past it the whole group is killed and `timed_out` is set. `keep` bounds each stream to
        its head and tail; None keeps all. `on_line` is told each line of standard output as it comes.
        """
        began = time.monotonic()
        process = self.start(args, cwd=cwd, env=env, merge=merge)
        try:
            if keep is None and on_line is None:
                out, err, late = _communicate(process, stdin, limit)
            else:
                out, err, late = _collect(process, stdin, limit, keep or sys.maxsize, on_line)
        finally:
            self.release(process)
        return Finished(process.returncode, out, err, time.monotonic() - began, late)

    def release(self, process: subprocess.Popen[bytes]) -> None:
        """Forget a child, and end what is left of its group."""
        _kill_group(process)
        with self._lock:
            self._running.discard(process)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                with suppress(OSError):
                    stream.close()

    def kill(self) -> None:
        """End every running child and its group: asked first, then killed after a grace of two seconds."""
        with self._lock:
            self._closed = True
            running = list(self._running)
        for process in running:
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            _kill_group(process)


def _communicate(process: subprocess.Popen[bytes], stdin: bytes, limit: float | None) -> tuple[bytes, bytes, bool]:
    try:
        out, err = process.communicate(stdin, timeout=limit)
    except subprocess.TimeoutExpired:
        _kill_group(process)
        out, err = process.communicate()
        return out, err or b"", True
    return out, err or b"", False


def _collect(
    process: subprocess.Popen[bytes],
    stdin: bytes,
    limit: float | None,
    keep: int,
    on_line: Callable[[str], None] | None,
) -> tuple[bytes, bytes, bool]:
    kept_out, kept_err = _Kept(keep), _Kept(keep)
    readers = [_reader(process.stdout, kept_out, on_line)]
    if process.stderr:
        readers.append(_reader(process.stderr, kept_err, None))
    late = False
    try:
        _feed(process, stdin)
        process.wait(limit)
    except subprocess.TimeoutExpired:
        late = True
    # A grandchild may hold the pipes open: once the child is gone its group has no more to say.
    _kill_group(process)
    process.wait()
    for reader in readers:
        reader.join(GRACE_SECONDS)
    return kept_out.value(), kept_err.value(), late


def _feed(process: subprocess.Popen[bytes], stdin: bytes) -> None:
    if process.stdin:
        try:
            process.stdin.write(stdin)
            process.stdin.close()
        except OSError:
            pass


def _reader(stream: IO[bytes] | None, kept: _Kept, on_line: Callable[[str], None] | None) -> threading.Thread:
    def read() -> None:
        if stream is None:
            return
        try:
            for chunk in iter(lambda: stream.readline(65_536), b""):
                kept.add(chunk)
                if on_line:
                    on_line(chunk.decode("utf-8", "replace").rstrip())
        except (OSError, ValueError):
            return

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread


class _Kept:
    """The head and the tail of a stream, each half of what may be kept."""

    def __init__(self, limit: int) -> None:
        self._half = limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self._dropped = 0

    def add(self, chunk: bytes) -> None:
        room = self._half - len(self._head)
        if room > 0:
            self._head += chunk[:room]
            chunk = chunk[room:]
        self._tail += chunk
        if len(self._tail) > 2 * self._half:
            self._dropped += len(self._tail) - self._half
            del self._tail[: len(self._tail) - self._half]

    def value(self) -> bytes:
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
