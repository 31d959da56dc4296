"""Which datasets the contract hook tests: those whose data, contract or record changed, and no others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mlgate_hooks import contracts
from repositories import Repository

CONTRACT = "schema_type: dataframe\ncolumns:\n  rate: {dtype: float64, checks: {less_than: {value: 1}}}\n"
CONFIG = """\
datasets:
  train: {path: data/train.csv, contract: contracts/rows.yaml}
  test: {path: data/test.csv, contract: contracts/test.yaml}
  events: {path: "data/events/*.csv", contract: contracts/rows.yaml}
  raw: {path: data/raw.csv}
"""
DVC_FILE = "outs:\n- {md5: 5b3c1f7d4c2b6a9e8f0d1c2b3a4f5e6d, size: 12, hash: md5, path: train.csv}\n"
PIPELINE = "stages:\n  split: {cmd: python split.py, outs: [data/test.csv]}\n"
BROKEN = "rate\n0.5\n7.5\n"


@pytest.fixture
def project(repo: Repository, env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A project in which every dataset with a contract breaks it."""
    files = {f"data/{name}.csv": BROKEN for name in ("train", "test", "events/monday", "raw")}
    files |= {"contracts/rows.yaml": CONTRACT, "contracts/test.yaml": CONTRACT, "mlgate.yaml": CONFIG}
    repo.commit({**files, "data/train.csv.dvc": DVC_FILE, "dvc.yaml": PIPELINE, "dvc.lock": "schema: '2.0'\n"})
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(repo.path)
    return repo


@pytest.mark.parametrize(
    "names",
    [
        pytest.param([], id="none"),
        pytest.param(["README.md", "src/train.py", "data/other.csv"], id="others"),
        pytest.param(["data/raw.csv"], id="a dataset without a contract"),
    ],
)
def test_main__quiet(project: Repository, names: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert contracts.main(names) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("names", "tested"),
    [
        pytest.param(["data/train.csv"], ["train"], id="a file"),
        pytest.param(["./data/train.csv"], ["train"], id="a file, written otherwise"),
        pytest.param(["data/events/monday.csv"], ["events"], id="a file that a glob matches"),
        pytest.param(["contracts/rows.yaml"], ["train", "events"], id="a contract"),
        pytest.param(["data/train.csv.dvc"], ["train"], id="DVC's record of a file"),
        pytest.param(["dvc.lock"], ["test"], id="DVC's record of an output"),
        pytest.param(["mlgate.yaml"], ["train", "test", "events"], id="the config"),
    ],
)
def test_main__tests_what_changed(
    project: Repository, names: list[str], tested: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert contracts.main(names) == 1
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(" of ")[2].partition(":")[0] for line in said] == tested
    assert all(line.startswith("data/") and ".csv:3: column rate of" in line for line in said)


def test_main__a_contract_that_is_found_by_name(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    project.write({"contracts/raw.yaml": CONTRACT})
    assert contracts.main(["contracts/raw.yaml"]) == 1
    assert "column rate of raw:" in capsys.readouterr().out


def test_main__only_warns_where_the_config_says_so(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    project.write({"mlgate.yaml": CONFIG + "enforce: {data: warn}\n"})
    assert contracts.main(["data/train.csv"]) == 0
    assert "column rate of train" in capsys.readouterr().out


def test_main__in_a_folder_of_the_repository(
    make_repository: Callable[..., Repository],
    env: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    repo = make_repository("mono")
    config = "datasets:\n  train: {path: train.csv, contract: rows.yaml}\n"
    repo.commit({"a/mlgate.yaml": config, "a/rows.yaml": CONTRACT, "a/train.csv": BROKEN, "train.csv": "rate\n1\n"})
    monkeypatch.chdir(repo.path)
    assert contracts.main(["--project", "a", "train.csv"]) == 0
    assert contracts.main(["--project", "a", "a/train.csv"]) == 1
    assert capsys.readouterr().out.startswith("a/train.csv:3: ")


def test_main__a_config_that_is_wrong(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    project.write({"mlgate.yaml": "dataset: {}\n"})
    assert contracts.main(["data/train.csv"]) == 2
    assert "did you mean datasets?" in capsys.readouterr().out


def test_main__outside_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert contracts.main(["data/train.csv"]) == 2
    assert "is not in a git repository" in capsys.readouterr().out
