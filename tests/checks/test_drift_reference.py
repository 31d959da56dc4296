"""Drift against the second baseline: the data of the last release, which the model in use was trained on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from datasets import sales
from dvc_projects import DvcProject
from gating import Gate, Told
from mlgate.text import plain
from repositories import Repository

CONFIG = """\
baseline: {{reference: {}}}
datasets: {{d: {{path: d.csv}}}}
drift: {{compare: [{{current: d, against: reference}}]}}
"""


def data(shift: float = 0.0, seed: int = 0) -> str:
    frame = sales(500, seed).drop(columns="id")
    frame["price"] += shift
    return frame.to_csv(index=False)


def messages(told: Told) -> dict[str, str]:
    return {one["rule"]: plain(one["message"]) for one in told.outcome("drift")["findings"]}


@pytest.fixture
def compared(repo: Repository, gate: Gate) -> Callable[..., Told]:
    """Commits data three times, the first as release v1.0, and compares the last with what is named."""

    def run(*contents: str, reference: str = "latest-tag", tag: str = "v1.0") -> Told:
        for number, content in enumerate(contents):
            repo.commit({"d.csv": content, "mlgate.yaml": CONFIG.format(reference)})
            if number == 0 and tag:
                repo.git("tag", tag)
        repo.git("branch", "--force", "base", "HEAD~1")
        return gate("drift", MLGATE_BASE="", CI="")

    return run


def test_reference__quiet_where_the_release_looked_so(compared: Callable[..., Told]) -> None:
    told = compared(data(), data(9.0, 1), data(0.0, 2))
    assert (told.code, told.status("drift"), messages(told)) == (0, "passed", {})


def test_reference__many_small_moves_since_the_release_add_up(compared: Callable[..., Told]) -> None:
    told = compared(data(), data(8.0, 1), data(8.0, 2))
    assert (told.code, told.status("drift")) == (1, "failed")
    assert messages(told)["drift/moved"].startswith("column price of d differs from v1.0: D = 0.")


def test_reference__a_commit_by_its_name(compared: Callable[..., Told]) -> None:
    told = compared(data(), data(8.0, 1), data(8.0, 2), reference="v1.0", tag="v1.0")
    assert told.status("drift") == "failed"


def test_reference__no_release_yet_is_skipped_with_the_reason(compared: Callable[..., Told]) -> None:
    told = compared(data(), data(8.0), data(9.0), tag="")
    assert told.status("drift") == "skipped"
    assert "there is no release tag before this" in messages(told)["drift/no-reference"]


def test_reference__that_is_no_commit_is_inconclusive(compared: Callable[..., Told]) -> None:
    told = compared(data(), data(8.0), data(9.0), reference="v7")
    assert told.status("drift") == "inconclusive"
    assert messages(told) == {"drift/no-reference": "the reference v7 is no commit of this repository"}


def test_reference__without_one_in_the_config_fails(repo: Repository, gate: Gate) -> None:
    repo.commit({"d.csv": data(), "mlgate.yaml": CONFIG.format("v1").partition("\n")[2]})
    told = gate("drift")
    assert (told.code, told.status("drift")) == (1, "failed")
    assert messages(told) == {
        "drift/unknown-data": "against: reference means the second baseline, and the config names none"
    }


def test_reference__data_of_a_release_in_the_cache_of_dvc(
    repo: Repository, env: dict[str, str], monkeypatch: pytest.MonkeyPatch, gate: Gate
) -> None:
    project = DvcProject(repo, env, monkeypatch)
    project.init({"d.csv": data(), "mlgate.yaml": CONFIG.format("latest-tag")})
    project.add("d.csv")
    repo.commit({"README.md": "1"})
    repo.git("tag", "v1.0")
    for number in (1, 2):
        repo.write({"d.csv": data(8.0, number)})
        project.add("d.csv")
        repo.commit({"README.md": f"{number} more"})
    found: dict[str, Any] = messages(gate("drift"))
    assert found["drift/moved"].startswith("column price of d differs from v1.0: D = 0.")
    for place in (repo.path / ".dvc" / "cache" / "files" / "md5").rglob("*"):
        if place.is_file():
            place.unlink()
    told = gate("drift")
    assert told.status("drift") == "inconclusive"
    assert messages(told) == {
        "drift/data-missing": "data missing: d was not compared with v1.0, for d.csv is not in DVC's cache"
    }
