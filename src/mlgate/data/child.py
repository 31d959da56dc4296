"""One run of the worker: its events as they come, each awaited no longer than its step may take, and how it ended.

A worker takes its time to start, and can do so before it is known what it is to do.
"""

from __future__ import annotations

import os
import queue
import shutil
import subprocess  # noqa: TID251 - for the type of a child only
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import msgspec

from mlgate.context import Context
from mlgate.data.engines.java import java_environment
from mlgate.data.messages import AnyEvent, EngineName, Finished, Going, Job, Stage, Step

_KEPT = 20_000
_START_SECONDS = 60.0
"""What starting may take on a busy machine, whatever a step of the user's own may."""
_LONGEST_LINE = 1 << 24
_READ_AHEAD = "POLARS_ROW_GROUP_PREFETCH_SIZE"
_ENV = {
    # Set for the gate's own reading of a contract: a project may have turned validation off where it trains.
    "PANDERA_VALIDATION_ENABLED": "True",
    "PANDERA_VALIDATION_DEPTH": "SCHEMA_AND_DATA",
    "PANDERA_USE_NARWHALS_BACKEND": "False",
}


class Ending(msgspec.Struct, frozen=True):
    """How a worker ended: whether it had answered all, was stopped at a time limit, or its exit code; what it printed.

    A negative code is the number of the signal that ended it.
    """

    finished: bool = False
    late: bool = False
    code: int = 0
    printed: str = ""


class Child:
    """A worker process, which answers one job."""

    def __init__(self, context: Context, job: Job, folder: Path | None = None) -> None:
        """Start it in the project folder, or in the one that is given, for a job or a part of it that `give` names."""
        self._children = context.children
        command = [sys.executable, "-P", "-m", "mlgate.data.worker"]
        if any(task.engine is EngineName.POLARS for task in job.tasks):
            command.append("polars")
        # A worker that is stopped cannot clear up after its engines, which may have written much.
        self._scratch = _scratch(context, job)
        env = worker_environment(context.env) | _of_engines(context, job)
        env |= {"TMPDIR": str(self._scratch)} if self._scratch else {}
        try:
            self._process: subprocess.Popen[bytes] = context.children.start(
                command, cwd=folder or context.project, env=env, lasts=True
            )
        except BaseException:
            self._remove_scratch()
            raise
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._printed = _Tail()
        self._threads = [
            _start(_read_lines, self._process.stdout, self._lines),
            _start(_read_tail, self._process.stderr, self._printed),
        ]
        self.ending = Ending()
        self._is_released = False

    def give(self, job: Job) -> Child:
        """Have it answer a job."""
        _feed(self._process, msgspec.json.encode(job))
        return self

    def release(self) -> None:
        """End it, whatever it is at; one that has ended before is let be."""
        if not self._is_released:
            self._is_released = True
            self._children.release(self._process)
            self._remove_scratch()

    def _remove_scratch(self) -> None:
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._children.disown(self._scratch)

    def events(self, step_seconds: float, deadline: float) -> Iterator[AnyEvent]:
        """Yield the events until the worker ends or is late; `ending` then says how it was.

        Each event may take `step_seconds` to come, and none comes later than `deadline` on the monotonic clock. That
        a step goes on gives it no more time.
        """
        decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
        until = min(time.monotonic() + max(step_seconds, _START_SECONDS), deadline)
        try:
            while True:
                line = self._lines.get(timeout=max(0.0, until - time.monotonic()))
                if line is None:
                    self.ending = self._ended()
                    return
                event = decoder.decode(line)
                if isinstance(event, Finished):
                    self.ending = Ending(finished=True)
                    return
                yield event
                if not isinstance(event, Going):
                    starts = isinstance(event, Step) and event.stage is Stage.START
                    seconds = max(step_seconds, _START_SECONDS) if starts else step_seconds
                    until = min(time.monotonic() + seconds, deadline)
        except queue.Empty:
            self.ending = Ending(late=True, printed=self._printed.text())
        except msgspec.DecodeError:
            # Only something that is not the worker can have written this.
            self.ending = Ending(code=0, printed=self._printed.text())
        finally:
            self.release()

    def _ended(self) -> Ending:
        code = self._process.wait()
        self._threads[1].join(1.0)
        return Ending(code=code, printed=self._printed.text())


def worker_environment(env: Mapping[str, str]) -> dict[str, str]:
    """Return what a worker has in its environment besides that of the gate."""
    # Read ahead further than each core has something to do, row groups only take memory.
    ahead = env.get(_READ_AHEAD) or str(max(2, os.cpu_count() or 1))
    return {**_ENV, _READ_AHEAD: ahead}


def _scratch(context: Context, job: Job) -> Path | None:
    """Return a folder for what engines write to disk, where one other than polars is asked for."""
    if all(task.engine is EngineName.POLARS for task in job.tasks):
        return None
    wanted = context.env.get("TMPDIR")
    place = wanted if wanted and Path(wanted).is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="mlgate-engines-", dir=place)).absolute()
    context.children.own(folder)
    return folder


def _of_engines(context: Context, job: Job) -> dict[str, str]:
    if all(task.engine is not EngineName.SPARK for task in job.tasks):
        return {}
    return java_environment(context.env) or {}


class _Tail:
    """The last bytes of a stream."""

    def __init__(self) -> None:
        self._held = bytearray()

    def add(self, chunk: bytes) -> None:
        self._held += chunk
        if len(self._held) > 2 * _KEPT:
            del self._held[:-_KEPT]

    def text(self) -> str:
        return bytes(self._held[-_KEPT:]).decode("utf-8", "backslashreplace")


def _start(target: object, *args: object) -> threading.Thread:
    thread = threading.Thread(target=target, args=args, daemon=True)  # type: ignore[arg-type]
    thread.start()
    return thread


def _read_lines(stream: IO[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    try:
        for line in iter(lambda: stream.readline(_LONGEST_LINE), b""):
            lines.put(line)
    except (OSError, ValueError):
        pass
    lines.put(None)


def _read_tail(stream: IO[bytes], tail: _Tail) -> None:
    try:
        while chunk := stream.read1(65_536):  # type: ignore[attr-defined]
            tail.add(chunk)
    except (OSError, ValueError):
        return


def _feed(process: subprocess.Popen[bytes], data: bytes) -> None:
    try:
        if process.stdin:
            process.stdin.write(data)
            process.stdin.close()
    except OSError:
        return
