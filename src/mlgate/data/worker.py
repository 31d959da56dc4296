"""The child process that runs contracts: a job on standard input, one event a line on what was standard output.

Whatever a contract's code prints goes to standard error, and cannot stand between two events.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mlgate.data.engines.asking import end_engines
from mlgate.data.messages import (
    Breach,
    Broken,
    Event,
    Finished,
    Job,
    Loaded,
    RefusedError,
    Stage,
    Step,
    UnreadableError,
    Used,
)
from mlgate.text import shorten

if TYPE_CHECKING:
    from mlgate.data.loading import Contract
    from mlgate.data.task import Plans


_MOST_FILES, _MOST_LETTERS = 2_000, 500_000


class Channel:
    """The way to the gate: standard output as it was, which nobody else writes to from now on."""

    def __init__(self) -> None:
        """Turn the output of everything else to standard error, and its input to nothing."""
        self._out = os.dup(1)
        os.dup2(2, 1)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        self._encoder = msgspec.json.Encoder()

    def __call__(self, event: Event) -> None:
        """Send an event."""
        left = memoryview(self._encoder.encode(event) + b"\n")
        while left:
            left = left[os.write(self._out, left) :]


def main() -> None:
    """Answer the job on standard input, then end at once, whatever threads a contract has left.

    With `polars` as its argument that is loaded before the job has come.
    """
    if "polars" in sys.argv[1:]:
        import polars  # noqa: F401

        import mlgate.data.task  # noqa: F401
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    say = Channel()
    _be_the_first_to_go()
    say(Step(stage=Stage.START))
    used = watch_files(job.project)
    _answer(job, say)
    end_engines()
    say(Used(paths=used_files(used, job.project)))
    say(Finished())
    os._exit(0)


def watch_files(project: str) -> set[str]:
    """Return a set that from now on takes up the files below a folder that are opened, modules among them."""
    found: set[str] = set()
    below = project.rstrip(os.sep) + os.sep

    def note(event: str, args: tuple[object, ...]) -> None:
        if event == "open" and isinstance(args[0], str) and len(found) <= _MOST_FILES:
            path = os.path.abspath(args[0])  # noqa: PTH100 - called often, and before anything may be imported
            if path.startswith(below) and os.path.isfile(path):  # noqa: PTH113
                found.add(path)

    sys.addaudithook(note)
    return found


def used_files(opened: set[str], project: str) -> tuple[str, ...] | None:
    """Return the files that were opened or imported, compiled modules by their sources; None where there are many."""
    from importlib.util import source_from_cache

    found = {source_from_cache(path) if path.endswith(".pyc") and "__pycache__" in path else path for path in opened}
    below = project.rstrip(os.sep) + os.sep
    modules = (str(getattr(module, "__file__", None)) for module in list(sys.modules.values()))
    found |= {path for path in modules if path.startswith(below)}
    many = len(found) > _MOST_FILES or sum(map(len, found)) > _MOST_LETTERS
    return None if many else tuple(sorted(path for path in found if os.path.isfile(path)))  # noqa: PTH113


def _be_the_first_to_go() -> None:
    """Where memory runs out, Linux shall end this process and not the gate or the runner."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _answer(job: Job, say: Channel) -> None:
    contracts = _Contracts(job, say)
    if not job.tasks:
        # Nothing is to be validated: what the contracts say is what is wanted.
        for number in range(len(job.contracts)):
            contracts.load(number)
    for number, task in enumerate(job.tasks):
        try:
            contracts.answer(number, task.contract)
        except UnreadableError as error:
            say(msgspec.structs.replace(error.event, task=number))
        except Exception as error:  # noqa: BLE001 - a contract may hold what pandera breaks on, such as half a pattern
            from mlgate.data.loading import first_line
            from mlgate.data.rules import STRUCTURE

            say(Broken(task=number, breach=Breach.RAISED, rule=STRUCTURE, said=first_line(error)))


class _Contracts:
    """The contracts of a job, each loaded when a task first needs it: a plan that is known needs none."""

    def __init__(self, job: Job, say: Channel) -> None:
        self._job = job
        self._say = say
        self._loaded: dict[int, Contract | None] = {}
        self._plans: dict[int, Plans] = {}
        self._prepared = False

    def answer(self, number: int, wanted: int) -> None:
        from mlgate.data.task import run_planned, run_task

        if wanted not in self._plans:
            self._plans[wanted] = _known_plans(self._job, wanted)
        plans = self._plans[wanted]
        if plans and run_planned(self._job, number, plans, self._say):
            return
        if wanted not in self._loaded:
            self._loaded[wanted] = self.load(wanted)
        contract = self._loaded[wanted]
        if contract is not None:
            run_task(self._job, number, contract, self._say, plans)

    def load(self, wanted: int) -> Contract | None:
        """Return a contract, pandera imported before; None where it cannot be used, which is said."""
        if not self._prepared:
            self._prepared = True
            import pandera  # noqa: F401 - before the project can put anything in its way

            from mlgate.data.loading import prepare_imports

            prepare_imports(Path(self._job.project))
        return _load(self._job, wanted, self._say)


def _known_plans(job: Job, wanted: int) -> Plans:
    held = job.contracts[wanted].plans
    if not held:
        return {}
    from mlgate.data.prepared import read_plan

    found = {key: read_plan(plan) for key, plan in held.items()}
    return {key: plan for key, plan in found.items() if plan is not None}


def _load(job: Job, number: int, say: Channel) -> Contract | None:
    """Return a contract; None where it cannot be used, which is said."""
    from mlgate.data.describing import describe
    from mlgate.data.loading import load_contract

    wanted = job.contracts[number]
    say(Step(stage=Stage.LOAD, contract=number))
    try:
        found = load_contract(Path(wanted.path), wanted.name, Path(job.project))
    except RefusedError as error:
        say(msgspec.structs.replace(error.event, contract=number))
        return None
    lines = {shorten(name): line for name, line in list(found.lines.items())[:10_000]}
    described = describe(found.schema, Path(wanted.path))
    say(Loaded(contract=number, name=shorten(found.name), engine=found.engine, lines=lines, described=described))
    return found


if __name__ == "__main__":
    main()
