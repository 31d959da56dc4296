"""Metrics and predictions that only DVC's remote holds: brought when the config says so, by DVC itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from asking import ask, only, rules
from dvc_projects import DvcProject
from mlgate.checks.metrics import CHECK
from mlgate.report import Outcome, Status
from predictions import COLUMNS, labelled, values
from repositories import Repository, clean_environment

PIPELINE = """\
stages:
  evaluate:
    cmd: mkdir -p eval && cp source.json eval/metrics.json && cp source.json scores.json && cp said.csv out.csv
    deps: [source.json, said.csv]
    outs: [eval, out.csv]
    metrics: [scores.json]
metrics: [eval/metrics.json]
"""
PULL = "metrics: {pull: true}\n"


class Shared(DvcProject):
    """A project of two commits whose metrics DVC keeps; they were pushed, and this clone holds none of them."""

    def make(self) -> None:
        """Train twice, push, and forget."""
        self.init({"dvc.yaml": PIPELINE, "mlgate.yaml": PULL})
        self.repo.write({".dvc/config": "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../store\n"})
        for wrong in (range(20), range(20, 80)):
            said = labelled(1000, wrong)
            self.repo.write({"source.json": json.dumps(values(said, "accuracy")), "said.csv": said.write_csv()})
            self.reproduce()
            with self.dvc() as repo:
                repo.push()
        self.drop_data()

    @property
    def store(self) -> Path:
        """Where the remote is."""
        return self.path.parent / "store"

    def ask(self) -> Outcome:
        """Return what the check says of the last commit."""
        return ask(CHECK, self.repo, base="HEAD~1")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the project and its remote, made once."""
    folder = tmp_path_factory.mktemp("pulling")
    env = clean_environment(folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        Shared(Repository.create(folder / "repo", env), env, patch).make()
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path, env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Shared:
    """A copy of the project, with its remote beside it."""
    for name in ("repo", "store"):
        shutil.copytree(made / name, tmp_path / name, symlinks=True)
    return Shared(Repository(tmp_path / "repo", env), env, monkeypatch)


def test_pulled__is_judged_like_any_metric(project: Shared) -> None:
    outcome = project.ask()
    assert outcome.status is Status.FAILED
    assert sorted(finding.subject or "" for finding in outcome.findings) == [
        "eval/metrics.json:accuracy",
        "scores.json:accuracy",
    ]
    assert set(rules(outcome)) == {"metrics/regression"}


def test_pulled__leaves_the_work_tree_alone(project: Shared) -> None:
    project.ask()
    assert project.repo.git("status", "--porcelain") == ""
    assert not (project.path / "eval").exists()
    assert not (project.path / "scores.json").exists()


def test_pulled__predictions_of_both_sides(project: Shared) -> None:
    columns = COLUMNS.replace("out/predictions.csv", "out.csv")
    project.repo.write({"mlgate.yaml": f"metrics: {{pull: true, predictions: {{{columns}}}}}\n"})
    outcome = project.ask()
    assert set(rules(outcome)) == {"metrics/regression"}
    assert all("more than noise" in finding.message for finding in outcome.findings)


def test_not_asked__is_told_with_the_way_out(project: Shared) -> None:
    project.repo.write({"mlgate.yaml": "metrics: {}\n"})
    outcome = project.ask()
    assert rules(outcome) == ["metrics/unavailable"] * 2
    assert all("data missing" in finding.message for finding in outcome.findings)
    assert all("metrics: {pull: true}" in (finding.hint or "") for finding in outcome.findings)


def test_changed_config__brings_nothing(project: Shared, tmp_path: Path) -> None:
    with (project.path / ".dvc" / "config").open("a", encoding="utf-8") as config:
        config.write(f"['remote \"theirs\"']\n    url = {tmp_path / 'theirs'}\n")
    outcome = project.ask()
    found = only(outcome, "metrics/config-changed")
    assert str(found.location) == ".dvc/config"
    assert outcome.status is Status.FAILED
    assert not (project.path / ".dvc" / "cache" / "files").exists()


def test_remote_that_is_gone__is_named(project: Shared) -> None:
    shutil.rmtree(project.store)
    outcome = project.ask()
    found = [finding for finding in outcome.findings if finding.rule == "metrics/not-pulled"]
    assert ["of the baseline" in finding.message for finding in found] == [False, True]
    assert all("the folder does not exist" in finding.message for finding in found)
    assert outcome.status is Status.FAILED


def test_not_pushed__is_named(project: Shared) -> None:
    shutil.rmtree(project.store)
    project.store.mkdir()
    outcome = project.ask()
    found = [finding for finding in outcome.findings if finding.rule == "metrics/not-pulled"]
    assert ["of the baseline" in finding.message for finding in found] == [False, True]
    assert all("it does not have them" in finding.message for finding in found)
    assert outcome.status is Status.FAILED
