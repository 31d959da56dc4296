"""`mlgate doctor` as a whole: what it prints, what it ends with, and that it never fails by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Ran
from mlgate.doctor.practices import PRACTICES
from repositories import Repository

Run = Callable[..., Ran]


def test_doctor__ends_with_0_unless_strict(repo: Repository, mlgate: Run) -> None:
    repo.commit({"train.py": "X = 1\n"})
    assert mlgate("doctor", cwd=repo.path).code == 0
    assert mlgate("doctor", "--strict", cwd=repo.path).code == 1
    assert mlgate("doctor", "--strict", "history", cwd=repo.path).code == 0


def test_doctor__text_names_every_practice_once(repo: Repository, mlgate: Run) -> None:
    repo.commit({"train.py": "X = 1\n"})
    lines = mlgate("doctor", cwd=repo.path).out.splitlines()
    named = [line.split()[1] for line in lines if line.startswith("  ") and not line.startswith("    ")]
    assert named == [practice.id for practice in PRACTICES]
    assert [line for line in lines if line and not line.startswith(" ")][:-1] == list(
        dict.fromkeys(practice.group for practice in PRACTICES)
    )
    assert lines[-1].startswith(f"{len(PRACTICES)} practices: ")


def test_doctor__json_and_text_say_the_same(repo: Repository, mlgate: Run) -> None:
    repo.commit({"metrics.json": '{"lift": 1.0}'})
    document = json.loads(mlgate("doctor", "--format", "json", cwd=repo.path).out)
    text = mlgate("doctor", cwd=repo.path).out
    assert document["version"] == 1
    assert sum(document["counts"].values()) == len(document["practices"]) == len(PRACTICES)
    for one in document["practices"]:
        assert one["says"] in text
        assert one["next"] is None or f"next: {one['next']}" in text
        assert (one["next"] is None) == (one["state"] in ("fine", "not-needed"))


def test_doctor__goes_on_where_the_config_is_wrong(repo: Repository, mlgate: Run) -> None:
    repo.commit({"mlgate.yaml": "metrics: [\n", "metrics.json": '{"accuracy": 0.9}'})
    ran = mlgate("doctor", "config", "metrics", cwd=repo.path)
    assert ran.code == 0
    assert "✗ config" in ran.out
    assert "✓ metrics" in ran.out


def test_doctor__foreign_names_stay_text(repo: Repository, mlgate: Run) -> None:
    repo.commit({"metrics.json": '{"##[error]\\u001b[31m": 1.0}'})
    ran = mlgate("doctor", "metrics", cwd=repo.path)
    assert "\x1b" not in ran.out
    assert "##[error]" not in ran.out


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        pytest.param(["contract"], "did you mean contracts?", id="unknown practice"),
        pytest.param(["--project", "nowhere"], "nowhere does not exist", id="no such folder"),
    ],
)
def test_doctor__refuses(repo: Repository, mlgate: Run, argv: list[str], said: str) -> None:
    ran = mlgate("doctor", *argv, cwd=repo.path)
    assert ran.code == 2
    assert said in ran.err


def test_doctor__outside_a_repository(tmp_path: Path, mlgate: Run) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    assert mlgate("doctor", cwd=folder).code == 2
