"""What a worker leaves where it could not be started."""

from __future__ import annotations

from pathlib import Path

import pytest

from contexts import opened_context
from mlgate.data.child import Child
from mlgate.data.messages import ContractJob, EngineName, Job, Scope, Task
from mlgate.proc import InterruptedRunError
from repositories import Repository


def test_run_that_was_stopped__leaves_no_folder_for_engines(repo: Repository, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    repo.commit({"d.csv": "a\n1\n"})
    task = Task(contract=0, files=(str(repo.path / "d.csv"),), scope=Scope.ALL, engine=EngineName.DUCKDB)
    job = Job(project=str(repo.path), contracts=(ContractJob(path="c.py"),), tasks=(task,))
    with opened_context(repo.path, {**repo.env, "TMPDIR": str(scratch)}, None) as context:
        context.children.close()
        with pytest.raises(InterruptedRunError):
            Child(context, job)
    assert list(scratch.iterdir()) == []
