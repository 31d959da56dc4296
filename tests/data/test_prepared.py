"""Plans that are kept: files of the same columns are asked without pandera, and with the same answers."""

from __future__ import annotations

import json
import subprocess  # noqa: TID251 - the worker as the gate starts it, but for a broken pandera
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from mlgate.data.loading import load_contract
from mlgate.data.messages import AnyEvent, Broken, ContractJob, Event, Job, Planned, Read, Scope, Task
from mlgate.data.task import Plans, run_planned, run_task

CONTRACT = """import pandera.{backend} as pa
S = pa.DataFrameSchema({{
    "i": pa.Column(int, [pa.Check.ge(0), pa.Check.lt(100)], unique=True),
    "f": pa.Column(float, pa.Check.in_range(-1, 1), nullable=True),
    "s": pa.Column(str, [pa.Check.isin(["red", "blue"]), pa.Check.str_matches("^[a-z]+$")]),
    "gone": pa.Column(int),
}}, unique=["f", "s"])
"""
GOOD: dict[str, list[Any]] = {"i": [1, 2, 3], "f": [0.5, 0.1, None], "s": ["red", "red", "blue"]}
BAD: dict[str, list[Any]] = {"i": [1, 1, -3], "f": [2.0, 2.0, float("nan")], "s": ["Red", "Red", None]}

pytestmark = pytest.mark.usefixtures("forget_modules")

Run = Callable[..., tuple[list[Event], bool]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Asks files by the plans that are known, else by the contract; says whether a plan answered."""

    def ask(plans: Plans, *files: str, backend: str = "pandas", scope: Scope = Scope.ALL) -> tuple[list[Event], bool]:
        path = tmp_path / "a_contract.py"
        path.write_text(CONTRACT.format(backend=backend), encoding="utf-8")
        task = Task(contract=0, files=tuple(str(tmp_path / file) for file in files), scope=scope)
        job = Job(project=str(tmp_path), contracts=(ContractJob(path=str(path)),), tasks=(task,))
        said: list[Event] = []
        if run_planned(job, 0, plans, said.append):
            return said, True
        said.clear()
        run_task(job, 0, load_contract(path, None, tmp_path), said.append, plans)
        return said, False

    return ask


def told(events: list[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, (Read, Broken))]


@pytest.mark.parametrize("backend", ["pandas", "polars"])
@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_same_answers(tmp_path: Path, run: Run, backend: str, ending: str) -> None:
    for name, columns in (("good", GOOD), ("bad", BAD)):
        frame = pl.DataFrame(columns, schema={"i": pl.Int64, "f": pl.Float64, "s": pl.String})
        frame = frame if ending == "parquet" else frame.fill_nan(None)
        write = {"parquet": frame.write_parquet, "csv": frame.write_csv, "jsonl": frame.write_ndjson}[ending]
        write(tmp_path / f"{name}.{ending}")
    expected = [told(run({}, f"{name}.{ending}", backend=backend)[0]) for name in ("good", "bad")]
    plans: Plans = {}
    run(plans, f"good.{ending}", backend=backend)
    again = [run(plans, f"{name}.{ending}", backend=backend) for name in ("good", "bad")]
    assert [planned for _, planned in again] == [True, True]
    assert [told(events) for events, _ in again] == expected


def test_other_columns__are_asked_by_the_contract(tmp_path: Path, run: Run) -> None:
    plans: Plans = {}
    pl.DataFrame(GOOD).write_parquet(tmp_path / "a.parquet")
    run(plans, "a.parquet")
    for columns in (GOOD | {"gone": [1, 2, 3]}, GOOD | {"i": [1.0, 2.0, 3.0]}):
        pl.DataFrame(columns).write_parquet(tmp_path / "b.parquet")
        expected = told(run({}, "b.parquet")[0])
        events, planned = run(plans, "b.parquet")
        assert (planned, told(events)) == (False, expected)


def test_value_that_only_pandera_can_judge__has_the_contract_asked(tmp_path: Path, run: Run) -> None:
    plans: Plans = {}
    pl.DataFrame(GOOD).write_parquet(tmp_path / "a.parquet")
    run(plans, "a.parquet")
    pl.DataFrame(GOOD | {"i": [1, None, 3]}).write_parquet(tmp_path / "b.parquet")
    events, planned = run(plans, "b.parquet")
    assert (planned, told(events)) == (False, told(run({}, "b.parquet")[0]))


def test_uniqueness_over_files(tmp_path: Path, run: Run) -> None:
    plans: Plans = {}
    pl.DataFrame(GOOD).write_parquet(tmp_path / "a.parquet")
    pl.DataFrame(GOOD | {"i": [7, 8, 1]}).write_parquet(tmp_path / "b.parquet")
    first, _ = run(plans, "a.parquet", "b.parquet", scope=Scope.TOGETHER)
    again, planned = run(plans, "a.parquet", "b.parquet", scope=Scope.TOGETHER)
    assert (planned, told(again)) == (True, told(first))
    assert [event.column for event in told(again) if isinstance(event, Broken)][:1] == ["i"]


def test_worker__does_not_import_pandera_nor_the_contract(tmp_path: Path, run: Run) -> None:
    pl.DataFrame(GOOD).write_parquet(tmp_path / "a.parquet")
    said, _ = run({}, "a.parquet")
    (planned,) = [event for event in said if isinstance(event, Planned)]
    contract = tmp_path / "never_run.py"
    contract.write_text("raise RuntimeError\n")
    job = Job(
        project=str(tmp_path),
        contracts=(ContractJob(path=str(contract), plans={planned.key: planned.plan}),),
        tasks=(Task(contract=0, files=(str(tmp_path / "a.parquet"),)),),
    )
    told_by = _worker(job)
    assert [event for event in told_by if isinstance(event, (Read, Broken))] == told(said)


def _worker(job: Job) -> list[AnyEvent]:
    import msgspec

    code = "import sys; sys.modules['pandera'] = None; import mlgate.data.worker as w; w.main()"
    done = subprocess.run([sys.executable, "-c", code], input=msgspec.json.encode(job), capture_output=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == {"event": "finished"}
    return [msgspec.json.decode(line, type=AnyEvent) for line in done.stdout.splitlines()]


def test_nothing_to_ask_of_all_files__is_known_without_the_contract(tmp_path: Path, run: Run) -> None:
    plans: Plans = {}
    path = tmp_path / "c.py"
    path.write_text("import pandera.pandas as pa\nS = pa.DataFrameSchema({'i': pa.Column(int)})\n")
    task = Task(contract=0, files=("a.parquet", "b.parquet"), scope=Scope.TOGETHER)
    job = Job(project=str(tmp_path), contracts=(ContractJob(path=str(path)),), tasks=(task,))
    said: list[Event] = []
    run_task(job, 0, load_contract(path, None, tmp_path), said.append, plans)
    assert ([type(event) for event in said], run_planned(job, 0, plans, said.append)) == ([Planned], True)
