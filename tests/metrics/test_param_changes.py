"""Why a metric may have moved: parameters and data that differ, as DVC's files have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from contexts import opened_context
from dvc_projects import DvcProject
from mlgate.checks.metrics import CHECK
from mlgate.dvc.pipeline import read_pipelines
from mlgate.metrics.mlflow.messages import Run
from mlgate.metrics.param_changes import Change, changes_table, find_changes
from mlgate.runner import answer
from repositories import Repository

PIPELINE = {
    "dvc.yaml": """\
stages:
  train:
    cmd: cat train.py raw/big.csv > model.bin
    deps: [train.py, raw/big.csv]
    params:
      - lr
      - conf/train.json: [optimizer.rate, layers]
      - conf/all.toml:
    outs: [model.bin]
  evaluate:
    cmd:
      - cat outside.csv model.bin > scores.txt
      - echo '{"accuracy":0.9}' > metrics.json
    deps: [model.bin, outside.csv]
    outs: [scores.txt]
    metrics: [metrics.json: {cache: false}]
""",
    "params.yaml": "lr: 0.1\ntrain: {epochs: 10, names: [a, b]}\n",
    "conf/train.json": '{"optimizer": {"rate": 0.01, "name": "sgd"}, "layers": {"first": 64}}',
    "conf/all.toml": "[deep]\nvalue = 1\n",
    "train.py": "# train\n",
    "raw/.gitignore": "/big.csv\n",
    ".gitignore": "/outside.csv\n",
}


@pytest.fixture
def project(repo: Repository) -> Repository:
    repo.commit(PIPELINE)
    return repo


@pytest.fixture
def found(project: Repository, env: dict[str, str]) -> Iterator[Callable[..., list[Change]]]:
    """Says what differs in the work tree: `found(run_of_the_baseline, run_of_the_head)`."""

    def ask(*runs: Run) -> list[Change]:
        with opened_context(project.path, env, "HEAD") as context:
            before = context.baseline_files
            assert before is not None
            old, new = (read_pipelines(files).pipelines for files in (before, context.head_files))
            return find_changes(context, old, new, *runs)

    return ask


def run(**params: str) -> Run:
    return Run(id="1", name="", experiment="", commit=None, started=None, metrics={}, params=params)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="nothing"),
        pytest.param(
            {"params.yaml": "# a note\ntrain: {names: [a, b], epochs: 10}\nlr: 1e-1\n"}, id="another spelling"
        ),
        pytest.param(
            {"conf/train.json": PIPELINE["conf/train.json"].replace("sgd", "adam")}, id="a key that no stage takes"
        ),
        pytest.param({"train.py": "# other\n"}, id="code"),
        pytest.param({"params.yaml": "lr: [broken\n"}, id="a file that cannot be read"),
    ],
)
def test_find__quiet(project, found, files):
    project.write(files)
    assert found() == []
    assert changes_table(found()) is None


def test_find__parameters_of_every_file(project, found):
    project.write(
        {
            "params.yaml": "lr: 0.3\ntrain: {names: [a], more: null}\n",
            "conf/train.json": PIPELINE["conf/train.json"].replace("0.01", "0.02").replace("64", "32"),
            "conf/all.toml": "[deep]\nvalue = 2\n",
        }
    )
    assert [(change.name, change.baseline, change.head) for change in found()] == [
        ("`lr`", "`0.1`", "`0.3`"),
        ("`train.names`", "`['a', 'b']`", "`['a']`"),
        ("`train.more`", "", "`null`"),
        ("`train.epochs`", "`10`", ""),
        ("`optimizer.rate` of `conf/train.json`", "`0.01`", "`0.02`"),
        ("`layers.first` of `conf/train.json`", "`64`", "`32`"),
        ("`deep.value` of `conf/all.toml`", "`1`", "`2`"),
    ]


def test_find__params_file_that_came_or_went(project, found):
    (project.path / "params.yaml").unlink()
    assert ("`lr`", "`0.1`", "") in [(change.name, change.baseline, change.head) for change in found()]


def test_find__same_parameters_as_dvc(project, found, env, monkeypatch):
    project.write(
        {
            "params.yaml": "lr: 0.3\ntrain: {epochs: 11}\nnew: true\n",
            "conf/train.json": PIPELINE["conf/train.json"].replace("0.01", "0.02").replace("sgd", "adam"),
            "conf/all.toml": "[deep]\nvalue = 2\nother = 3\n",
        }
    )
    dvc = DvcProject(project, env, monkeypatch)
    dvc.init()
    with dvc.dvc() as repo:
        changed = repo.params.diff()["diff"]
    theirs = {
        f"`{key}`" if path == "params.yaml" else f"`{key}` of `{path}`"
        for path, keys in changed.items()
        for key in keys
    }
    assert {change.name for change in found()} == theirs


def test_find__data_by_its_snapshots(project, found, env, monkeypatch):
    dvc = DvcProject(project, env, monkeypatch)
    dvc.init({"raw/big.csv": "1,2\n", "outside.csv": "a\n"})
    dvc.add("raw/big.csv")
    dvc.reproduce()
    project.write({"raw/big.csv": "1,2\n3,4\n", "outside.csv": "b\n"})
    dvc.add("raw/big.csv")
    with dvc.dvc() as repo:
        repo.reproduce()
    (data, outside) = found()
    assert (data.name, outside.name) == ("`raw/big.csv`", "`outside.csv`")
    assert data.baseline.endswith(", 4 bytes")
    assert data.head.endswith(", 8 bytes")
    assert changes_table([data, outside]).title == "Why: 2 datasets changed"


def test_find__parameters_of_runs_that_no_file_has(project, found):
    project.write({"params.yaml": "lr: 0.3\ntrain: {epochs: 10, names: [a, b]}\n"})
    changes = found(run(lr="0.1", depth="2", seed="1"), run(lr="0.3", depth="3", seed="1"))
    assert [(change.name, change.baseline, change.head) for change in changes] == [
        ("`lr`", "`0.1`", "`0.3`"),
        ("`depth` of the run", "`2`", "`3`"),
    ]


def test_table__counts_and_folds():
    changes = [Change("`lr`", "`1`", "`2`"), Change("`d`", "`1`", "`2`"), Change("`x`", "", "`y`", is_data=True)]
    table = changes_table(changes)
    assert (table.title, table.folded) == ("Why: 2 parameters and 1 dataset changed", True)
    assert changes_table(changes[:1] * 500).note == "and 300 more"


def test_table__foreign_text_stays_what_it_is(project, found):
    project.write({"params.yaml": "lr: 0.1\n'| @team `': '<b>'\n"})
    table = changes_table([change for change in found() if change.head])
    assert table.rows[0].cells == ("`` | @team ` ``", "", "`<b>`")


# Through the check.


@pytest.mark.parametrize(
    ("accuracy", "told"),
    [pytest.param(0.95, ["Why: 1 parameter changed"], id="moved"), pytest.param(0.9, [], id="did not move")],
)
def test_check__tells_why_where_a_metric_moved(project, env, accuracy, told):
    project.commit({"metrics.json": '{"accuracy": 0.9}'})
    project.write({"metrics.json": f'{{"accuracy": {accuracy}}}', "params.yaml": "lr: 0.1\ntrain: {epochs: 10}\n"})
    with opened_context(project.path, env, "HEAD") as context:
        outcome = answer(CHECK, context)
    assert [table.title for table in outcome.tables if table.title.startswith("Why")] == told
