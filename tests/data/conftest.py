"""What the tests of data share: a contract and a file, asked in this process as the worker would."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mlgate.data.loading import load_contract
from mlgate.data.messages import Broken, ContractJob, Event, Job, Scope, Task
from mlgate.data.task import run_task

Asked = Callable[..., list[Event]]


@pytest.fixture
def forget_modules(tmp_path: Path) -> Iterator[None]:
    """Forgets the modules of the test's own folder, so that the next test may use their names."""
    yield
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None)).startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.fixture
def ask(tmp_path: Path) -> Asked:
    """Asks files against a contract in Python: `ask(CONTRACT, "d.csv", examples=2)` returns all events."""

    def run(
        contract: str, *files: str, scope: Scope = Scope.ALL, examples: int = 5, separator: str | None = None
    ) -> list[Event]:
        path = tmp_path / "a_contract.py"
        path.write_text(contract, encoding="utf-8")
        task = Task(contract=0, files=tuple(str(tmp_path / f) for f in files), scope=scope, separator=separator)
        job = Job(project=str(tmp_path), contracts=(ContractJob(path=str(path)),), tasks=(task,), examples=examples)
        said: list[Event] = []
        run_task(job, 0, load_contract(path, None, tmp_path), said.append)
        return said

    return run


@pytest.fixture
def broken(ask: Asked) -> Callable[..., list[Broken]]:
    """Asks as `ask` does, and returns the broken rules alone."""
    return lambda *args, **more: [event for event in ask(*args, **more) if isinstance(event, Broken)]
