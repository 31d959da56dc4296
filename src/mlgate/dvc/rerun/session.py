"""Runs DVC in a work tree of its own, by the project's own DVC and interpreter, and measures what stages take."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import NamedTuple

from mlgate.context import Context
from mlgate.dvc.records import Stage
from mlgate.dvc.rerun import stage_shell
from mlgate.dvc.rerun.records import Cost
from mlgate.dvc.rerun.worktree import Place
from mlgate.proc import Finished

Tell = Callable[[str], None]
_FETCH_SECONDS = 1800.0
_TAIL_CHARACTERS = 4_000
_TAIL_LINES = 40


class Run(NamedTuple):
    """How a run of a stage ended: the process of DVC, what its commands took, and the exit code of the last, if any."""

    finished: Finished
    cost: Cost
    code: int | None


class Session:
    """DVC at work in one place."""

    def __init__(self, context: Context, place: Place, dvc: Path, hide: Callable[[str], str]) -> None:
        """Make the shell that measures, and the environment of all that is started; `hide` takes secrets out."""
        self._context = context
        self._place = place
        self._dvc = dvc
        self._hide = hide
        self._log = place.folder / "costs.jsonl"
        self._env = self._environment()

    def checkout(self, paths: Sequence[str], limit: float) -> Finished:
        """Bring outputs from the cache into the work tree."""
        return self._start(("checkout", "--", *paths), self._place.project, limit)

    def fetch(self, paths: Sequence[str], limit: float) -> Finished:
        """Bring outputs from the remote into the cache; asked in the user's own project, which has the settings."""
        env = {name: value for name, value in self._env.items() if name not in ("SHELL", "DVC_SITE_CACHE_DIR")}
        command: list[str | Path] = [self._dvc, "fetch", "--", *paths]
        return self._context.children.run(
            command, cwd=self._context.project, limit=min(limit, _FETCH_SECONDS), env=env, merge=True
        )

    def run(self, stage: Stage, limit: float, which: str) -> Run:
        """Run one stage, whatever DVC thinks of it, and keep nothing of it but what lies in the work tree."""
        self._log.unlink(missing_ok=True)
        began = time.monotonic()

        def tell(line: str) -> None:
            passed = time.monotonic() - began
            self._context.progress(f"{stage.address} ({which}), {passed:.0f} s: {self._hide(line)[:120]}")

        tell("starts")
        arguments = ("repro", "--single-item", "--force", "--no-commit", "--", stage.address)
        finished = self._start(arguments, self._place.project, limit, tell)
        costs = list(self._costs())
        return Run(finished, _total(costs), int(costs[-1]["code"]) if costs else None)

    def tail(self, finished: Finished) -> str:
        """Return the last lines of what was printed, without the values of secrets."""
        lines = self._hide(finished.text).rstrip().splitlines()[-_TAIL_LINES:]
        return "\n".join(lines)[-_TAIL_CHARACTERS:]

    def _start(self, arguments: Sequence[str], cwd: Path, limit: float, tell: Tell | None = None) -> Finished:
        command: list[str | Path] = [self._dvc, *arguments]
        return self._context.children.run(command, cwd=cwd, limit=limit, env=self._env, merge=True, on_line=tell)

    def _environment(self) -> Mapping[str, str]:
        """Return what the stages see on top of the run's environment: their interpreter first on the path."""
        python = self._context.python
        env = {
            "PATH": os.pathsep.join([str(python.parent), self._context.env.get("PATH", "")]),
            "PYTHONUNBUFFERED": "1",
            "DVC_NO_ANALYTICS": "1",
            "DVC_SITE_CACHE_DIR": str(self._place.folder / "site"),
        }
        if (python.parent.parent / "pyvenv.cfg").is_file():
            env["VIRTUAL_ENV"] = str(python.parent.parent)
        shell = self._context.env.get("SHELL") or "/bin/sh"
        return env | {"SHELL": str(self._shell()), stage_shell.SHELL: shell, stage_shell.LOG: str(self._log)}

    def _shell(self) -> Path:
        place = self._place.folder / "stage-shell"
        words = [sys.executable, "-I", "-S", str(Path(stage_shell.__file__))]
        place.write_text(f'#!/bin/sh\nexec {" ".join(map(quote, words))} "$@"\n', encoding="utf-8")
        place.chmod(0o700)
        return place

    def _costs(self) -> Iterator[Mapping[str, float]]:
        if self._log.is_file():
            for line in self._log.read_text(encoding="utf-8").splitlines():
                yield json.loads(line)


def _total(costs: Sequence[Mapping[str, float]]) -> Cost:
    return Cost(
        seconds=sum(cost["seconds"] for cost in costs),
        cpu=sum(cost["cpu"] for cost in costs),
        memory=int(max((cost["memory"] for cost in costs), default=0)),
    )
