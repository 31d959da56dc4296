"""The metrics check where DVC keeps the predictions: the baseline's come from the cache, by the hash in its lock."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from checks.conftest import MetricsProject
from dvc_projects import DvcProject
from mlgate.report import Outcome, Severity, Status
from predictions import COLUMNS, labelled, values
from repositories import Repository, clean_environment

FILE = """\
stages:
  evaluate:
    cmd: mkdir -p out && cp source.csv out/predictions.csv
    deps: [source.csv]
    outs: [{out}]
"""
ADDED = "stages: {}\n"
CONFIG = f"metrics: {{predictions: {{{COLUMNS}}}}}\n"


def side(wrong: range, pipeline: str) -> dict[str, str]:
    frame = labelled(1000, wrong)
    return {
        "source.csv": frame.write_csv(),
        "metrics.json": json.dumps(values(frame, "accuracy")),
        "dvc.yaml": pipeline,
        "mlgate.yaml": CONFIG,
    }


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two commits of a DVC project whose predictions are an output, the second sixty mistakes worse; made once."""
    return _make(tmp_path_factory.mktemp("predictions"), FILE.format(out="out/predictions.csv"))


@pytest.fixture(scope="session")
def _made_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, where the output is the folder that holds the predictions."""
    return _make(tmp_path_factory.mktemp("folder"), FILE.format(out="out"))


def _make(folder: Path, pipeline: str) -> Path:
    env = clean_environment(folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        made = DvcProject(Repository.create(folder / "repo", env), env, patch)
        made.init(side(range(20), pipeline))
        made.reproduce()
        made.repo.write(side(range(20, 80), pipeline))
        made.reproduce()
    return made.path


@pytest.fixture
def copied(tmp_path: Path, env: Mapping[str, str], _made: Path) -> Iterator[MetricsProject]:
    """A copy of the project whose output is a file."""
    yield from _copied(_made, tmp_path, env)


@pytest.fixture
def copied_folder(tmp_path: Path, env: Mapping[str, str], _made_folder: Path) -> Iterator[MetricsProject]:
    """A copy of the project whose output is a folder."""
    yield from _copied(_made_folder, tmp_path, env)


def _copied(made: Path, folder: Path, env: Mapping[str, str]) -> Iterator[MetricsProject]:
    shutil.copytree(made, folder / "repo", symlinks=True)
    project = MetricsProject(Repository(folder / "repo", env), env)
    yield project
    project.close()


def cached(project: MetricsProject) -> list[Path]:
    return [path for path in (project.repo.path / ".dvc" / "cache").rglob("*") if path.is_file()]


def judged_by_noise(outcome: Outcome) -> bool:
    return "more than noise" in outcome.findings[0].message and str(outcome.tables[0].note).startswith("paired")


def test_run__baseline_comes_from_the_cache(copied):
    assert judged_by_noise(copied.ask())


def test_run__baseline_comes_from_a_folder_in_the_cache(copied_folder):
    assert judged_by_noise(copied_folder.ask())


def test_run__head_that_is_not_checked_out_comes_from_the_cache(copied):
    shutil.rmtree(copied.repo.path / "out")
    assert judged_by_noise(copied.ask())


def test_run__head_may_be_a_link_into_the_cache(copied, tmp_path):
    path = copied.repo.path / "out" / "predictions.csv"
    elsewhere = tmp_path / "cache"
    (copied.repo.path / ".dvc" / "cache").rename(elsewhere)
    (copied.repo.path / ".dvc" / "config.local").write_text(f"[cache]\n    dir = {elsewhere}\n")
    same = next(place for place in elsewhere.rglob("*") if place.is_file() and place.read_bytes() == path.read_bytes())
    path.unlink()
    path.symlink_to(same)
    assert judged_by_noise(copied.ask())


def test_run__head_may_not_be_a_link_to_what_a_config_calls_a_cache(copied, tmp_path):
    path = copied.repo.path / "out" / "predictions.csv"
    (tmp_path / "secret.csv").write_bytes(path.read_bytes())
    (copied.repo.path / ".dvc" / "config").write_text(f"[cache]\n    dir = {tmp_path}\n")
    path.unlink()
    path.symlink_to(tmp_path / "secret.csv")
    told = [finding.message for finding in copied.ask().findings if finding.key.endswith("unavailable:head")]
    assert ["leads out of the repository" in message for message in told] == [True]


def test_run__predictions_that_were_added_are_found_too(tmp_path, env, monkeypatch):
    made = DvcProject(Repository.create(tmp_path / "added", env), env, monkeypatch)
    made.init()
    for wrong in (range(20), range(20, 80)):
        files = side(wrong, ADDED)
        made.repo.write({**files, "out/predictions.csv": files["source.csv"]})
        made.add("out/predictions.csv")
        made.repo.commit()
    project = MetricsProject(made.repo, env)
    assert judged_by_noise(project.ask())
    project.close()


def damage(path: Path) -> None:
    path.chmod(0o644)
    path.write_text("id,truth,prediction\n1,1,1\n")


@pytest.mark.parametrize(
    "harm", [pytest.param(Path.unlink, id="a cache that is gone"), pytest.param(damage, id="a cache that is damaged")]
)
def test_run__baseline_that_is_out_of_reach_is_told(copied, harm):
    for path in cached(copied):
        harm(path)
    outcome = copied.ask()
    (told,) = [finding for finding in outcome.findings if finding.rule == "metrics/predictions-unavailable"]
    assert told.message == (
        "the baseline's predictions `out/predictions.csv` are not available, so metrics are judged without a noise "
        "estimate: data missing: it is not in DVC's cache"
    )
    assert (told.severity, told.hint) == (Severity.WARNING, "run `dvc fetch --all-commits` before the gate")
    assert (outcome.status, "(no noise estimate)" in outcome.findings[0].message) == (Status.FAILED, True)


def test_run__nothing_at_hand_is_told_of_the_head(copied):
    shutil.rmtree(copied.repo.path / "out")
    for path in cached(copied):
        path.unlink()
    outcome = copied.ask()
    told = [finding for finding in outcome.findings if finding.rule == "metrics/predictions-unavailable"]
    assert [finding.hint for finding in told] == ["run `dvc pull out/predictions.csv` before the gate"]


def test_run__broken_lock_of_the_head_is_told(copied):
    shutil.rmtree(copied.repo.path / "out")
    (copied.repo.path / "dvc.lock").write_text("schema: '3.0'\n")
    outcome = copied.ask()
    assert any("is not `2.0`" in finding.message for finding in outcome.findings)
