"""Where the baseline's version of a dataset is found, and what is said where it is in none of these places."""

from __future__ import annotations

import hashlib
import shutil

import pytest

from asking import ask, only, rules
from datasets import sales
from dvc_projects import DvcProject
from mlgate.checks.data import CHECK
from mlgate.report import Outcome, Severity, Status
from mlgate.text import plain
from repositories import Repository

CONFIG = 'datasets:\n  d: {{path: "{}"}}\n'
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"
FEWER = "d has 100 rows, 75 % fewer than the 400 of the baseline"


@pytest.fixture
def dvc(repo: Repository, env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> DvcProject:
    """A DVC project whose data of 400 rows has 100 rows since the baseline: a file, and a folder of two files."""
    project = DvcProject(repo, env, monkeypatch)
    halves = {"data/parts/a.csv": sales(400).head(200), "data/parts/b.csv": sales(400).tail(200)}
    frames = {"data/one.csv": sales(400), **halves}
    project.init({name: frame.to_csv(index=False) for name, frame in frames.items()})
    project.add("data/one.csv", "data/parts")
    repo.commit({"README.md": "before"})
    repo.write({"data/one.csv": sales(100).to_csv(index=False), "data/parts/a.csv": sales(100).to_csv(index=False)})
    (repo.path / "data" / "parts" / "b.csv").unlink()
    project.add("data/one.csv", "data/parts")
    repo.commit({"README.md": "after"})
    return project


def asked(repo: Repository, path: str, more: str = "") -> Outcome:
    repo.write({"mlgate.yaml": CONFIG.format(path) + more})
    return ask(CHECK, repo, base="HEAD~1")


@pytest.mark.usefixtures("dvc")
@pytest.mark.parametrize(
    "path",
    [
        pytest.param("data/one.csv", id="a file in DVC's cache"),
        pytest.param("data/parts", id="a folder in DVC's cache"),
        pytest.param("data/parts/*.csv", id="a glob over it"),
    ],
)
def test_found__in_the_cache_of_dvc(repo: Repository, path: str) -> None:
    assert plain(only(asked(repo, path), "data/row-count").message) == FEWER


def test_found__in_git(repo: Repository) -> None:
    repo.commit({"d.csv": sales(400).to_csv(index=False)})
    repo.commit({"d.csv": sales(100).to_csv(index=False)})
    assert plain(only(asked(repo, "d.csv"), "data/row-count").message) == FEWER


def with_pointer(repo: Repository, *, is_here: bool) -> Outcome:
    """Return what is said where git has a pointer of Git LFS at the baseline, with what it points to or without."""
    content = sales(400).to_csv(index=False)
    oid = hashlib.sha256(content.encode()).hexdigest()
    repo.commit({"d.csv": POINTER.format(oid, len(content))})
    repo.commit({"d.csv": sales(100).to_csv(index=False)})
    if is_here:
        repo.write({f".git/lfs/objects/{oid[:2]}/{oid[2:4]}/{oid}": content})
    return asked(repo, "d.csv")


def test_found__what_a_pointer_of_git_lfs_points_to(repo: Repository) -> None:
    assert plain(only(with_pointer(repo, is_here=True), "data/row-count").message) == FEWER


def test_lost__a_pointer_of_git_lfs_alone(repo: Repository) -> None:
    outcome = with_pointer(repo, is_here=False)
    found = only(outcome, "data/baseline-missing")
    assert (outcome.status, found.severity) == (Status.PASSED, Severity.INFO)
    assert plain(found.message) == (
        "rows, categories and classes of d were not compared with HEAD~1, "
        "for git holds only the pointer of Git LFS to d.csv"
    )
    assert (found.hint or "").startswith("run `git lfs fetch origin ")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        pytest.param("data/one.csv", "data/one.csv is not in DVC's cache", id="file"),
        pytest.param("data/parts", "data/parts is not in DVC's cache", id="folder without its listing"),
    ],
)
def test_lost__from_the_cache_of_dvc(repo: Repository, dvc: DvcProject, path: str, why: str) -> None:
    shutil.rmtree(repo.path / ".dvc" / "cache")
    outcome = asked(repo, path)
    found = only(outcome, "data/baseline-missing")
    assert plain(found.message) == f"rows, categories and classes of d were not compared with HEAD~1, for {why}"
    assert (str(found.location), "`dvc fetch --all-commits" in (found.hint or "")) == ("mlgate.yaml:2", True)


def test_lost__where_a_check_may_block_is_a_warning(repo: Repository, dvc: DvcProject) -> None:
    shutil.rmtree(repo.path / ".dvc" / "cache")
    outcome = asked(repo, "data/one.csv", "data: {integrity: {row_count: block}}\n")
    assert (outcome.status, only(outcome, "data/baseline-missing").severity) == (Status.WARNED, Severity.WARNING)
    assert outcome.tables[0].rows[0].cells[4] == "baseline missing"


def test_lost__nothing_is_said_where_nothing_was_asked(repo: Repository, dvc: DvcProject) -> None:
    shutil.rmtree(repo.path / ".dvc" / "cache")
    off = ", ".join(f"{name}: off" for name in ("row_count", "new_categories", "vanished_categories", "class_balance"))
    assert rules(asked(repo, "data/one.csv", f"data: {{integrity: {{{off}}}}}\n")) == []


def test_lost__a_version_that_is_no_table(repo: Repository) -> None:
    repo.commit({"d.parquet": b"PAR1 no more"})
    sales(100).to_parquet(repo.path / "d.parquet")
    repo.commit({"README.md": ""})
    found = only(asked(repo, "d.parquet"), "data/baseline-missing")
    assert "for it is no table there: d.parquet cannot be read" in plain(found.message)


def test_new_dataset__nothing_is_said(repo: Repository) -> None:
    repo.commit({"README.md": ""})
    repo.commit({"d.csv": sales(100).to_csv(index=False)})
    assert rules(asked(repo, "d.csv")) == []
