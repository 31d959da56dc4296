"""What a path held at the baseline: in git, in DVC's cache by file or directory, or why it cannot be had."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from contexts import opened_context
from dvc_projects import DvcProject
from mlgate.dvc.holdings import matching
from mlgate.dvc.versions import Version, Versions, Why, baseline_path
from repositories import Repository, clean_environment

STAGE = """\
stages:
  make:
    cmd: mkdir -p made && cp raw.csv made/a.csv && cp raw.csv made/b.csv
    deps: [raw.csv]
    outs: [made]
"""


def asked(project: DvcProject, path: str, base: str | None = "HEAD~1") -> Version:
    with opened_context(project.path, project.repo.env, base) as context:
        return baseline_path(context, path)


def content(version: Version) -> bytes:
    assert version.data is not None, version
    return version.data.read_bytes() if isinstance(version.data, Path) else version.data


@pytest.fixture(scope="module")
def _two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    env = clean_environment(folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        made = DvcProject(Repository.create(folder / "repo", env), env, patch)
        made.init({"plain.csv": "one\n", "raw.csv": "one\n", "dvc.yaml": STAGE})
        made.add("raw.csv")
        made.reproduce()
        (made.path / "raw.csv").unlink()
        made.repo.write({"plain.csv": "two\n", "raw.csv": "two\n"})
        made.add("raw.csv")
        made.reproduce()
    return made.path


@pytest.fixture
def two(_two: Path, tmp_path: Path, env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> DvcProject:
    """A project with a file of git, one of `dvc add`, and a directory of a stage, each in two versions."""
    folder = tmp_path / "two"
    shutil.copytree(_two, folder, symlinks=True)
    return DvcProject(Repository(folder, env), env, monkeypatch)


@pytest.mark.parametrize("path", ["plain.csv", "raw.csv", "made/a.csv"])
def test_before__is_found(two: DvcProject, path: str) -> None:
    assert content(asked(two, path)) == b"one\n"


def test_before__of_dvc_2_is_found_where_it_lay_then(two: DvcProject) -> None:
    cache = two.path / ".dvc" / "cache"
    for folder in (cache / "files" / "md5").iterdir():
        folder.rename(cache / folder.name)
    assert content(asked(two, "raw.csv")) == b"one\n"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        pytest.param("nobody.csv", Why.UNKNOWN, id="neither in git nor DVC's"),
        pytest.param("made/c.csv", Why.UNKNOWN, id="not in the listing of the directory"),
    ],
)
def test_before__is_not_known(two: DvcProject, path: str, why: Why) -> None:
    assert asked(two, path).why is why


@pytest.mark.parametrize("path", ["raw.csv", "made/a.csv", "made"])
def test_before__is_not_in_the_cache(two: DvcProject, path: str) -> None:
    shutil.rmtree(two.path / ".dvc" / "cache")
    assert asked(two, path) == Version(path=path, why=Why.NOT_IN_CACHE)


def test_before__damaged_content_is_not_taken(two: DvcProject) -> None:
    place = asked(two, "raw.csv").data
    assert isinstance(place, Path)
    place.chmod(0o644)
    place.write_text("other\n")
    assert asked(two, "raw.csv").why is Why.NOT_IN_CACHE


def test_before__stage_that_never_ran(project: DvcProject) -> None:
    project.init({"raw.csv": "one\n", "dvc.yaml": STAGE})
    project.repo.commit()
    assert asked(project, "made/a.csv", base="HEAD").why is Why.NOT_RECORDED


def test_before__broken_lock_says_so(two: DvcProject) -> None:
    two.repo.commit({"dvc.lock": "schema: '2.0'\nstages: [\n"})
    found = asked(two, "made/a.csv", base="HEAD")
    assert (found.why, found.error is not None) == (Why.BROKEN, True)
    assert content(asked(two, "plain.csv", base="HEAD")) == b"two\n"


def test_before__no_baseline(two: DvcProject) -> None:
    with opened_context(two.path, two.repo.env, "HEAD") as context:
        context.baseline = None
        assert Versions(context).before("plain.csv").why is Why.NO_BASELINE


def test_names_before(two: DvcProject) -> None:
    with opened_context(two.path, two.repo.env) as context:
        versions = Versions(context)
        assert versions.names_before("made") == versions.names_before("made/*.csv") == ["made/a.csv", "made/b.csv"]
        assert versions.names_before("**/*.csv") == ["made/a.csv", "made/b.csv", "plain.csv", "raw.csv"]
        assert versions.names_before("none") == []


def test_names_before__directory_without_its_listing_stands_for_its_files(two: DvcProject) -> None:
    shutil.rmtree(two.path / ".dvc" / "cache")
    with opened_context(two.path, two.repo.env) as context:
        assert Versions(context).names_before("made/*.csv") == ["made"]
        assert Versions(context).names_before("other/*.csv") == []


def test_is_unchanged(two: DvcProject) -> None:
    two.repo.commit({"README.md": "changed\n"})
    names = ("plain.csv", "raw.csv", "made/a.csv")
    with opened_context(two.path, two.repo.env) as context:
        assert all(map(Versions(context).is_unchanged, names))
    shutil.rmtree(two.path / ".dvc" / "cache")
    (two.path / "raw.csv").unlink()
    with opened_context(two.path, two.repo.env) as context:
        assert Versions(context).is_unchanged("raw.csv"), "the lock vouches for what is not here"
    two.repo.write({"raw.csv": "six\n", "plain.csv": "six\n"})
    with opened_context(two.path, two.repo.env) as context:
        assert not any(map(Versions(context).is_unchanged, ("raw.csv", "plain.csv", "nobody.csv")))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.csv", ["a.csv"]),
        ("d", ["d/a.csv", "d/e/b.csv"]),
        ("d/*.csv", ["d/a.csv"]),
        ("d/**/*.csv", ["d/a.csv", "d/e/b.csv"]),
        ("[!a].csv", []),
        ("?.csv", ["a.csv"]),
        (".", ["a.csv", "d/a.csv", "d/e/b.csv"]),
    ],
)
def test_matching(path: str, expected: list[str]) -> None:
    assert list(matching(path, ["a.csv", "d/a.csv", "d/e/b.csv"])) == expected
