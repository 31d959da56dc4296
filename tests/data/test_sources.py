"""The files of a dataset: found by path, folder or glob, and each way in which they can be absent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dvc_projects import DvcProject
from mlgate.config_reading import load_config
from mlgate.context import Context
from mlgate.data.dvc_outputs import dvc_outputs
from mlgate.data.sources import Absence, Source, find_source
from mlgate.git_opening import open_repository
from mlgate.proc import Children
from repositories import Repository

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
STAGES = """\
stages:
  make:
    cmd: mkdir -p out/parts && echo a > out/a.csv && echo a > out/parts/p1.csv && echo a > out/kept.csv
    outs:
      - out/a.csv
      - out/parts
      - out/kept.csv: {cache: false}
"""


@pytest.fixture
def context_of(env: dict[str, str]) -> Iterator[Callable[..., Context]]:
    """Makes the context of a project in a repository."""
    children = Children(env)

    def make(repo: Repository, folder: str = ".") -> Context:
        project = repo.path / folder
        git = open_repository(project, children)
        config = load_config(project, git.root, {})
        return Context(
            project=project, git=git, head=None, baseline=None, config=config, env=children.env, children=children
        )

    yield make
    children.kill()


@pytest.fixture
def found(repo: Repository, context_of: Callable[..., Context]) -> Callable[..., Source]:
    """Finds a dataset in the repository: `found("data/*.csv")`."""

    def find(path: str, folder: str = ".") -> Source:
        context = context_of(repo, folder)
        return find_source(context, path, dvc_outputs(context))

    return find


def why(source: Source) -> list[tuple[str, Absence]]:
    return [(absent.path, absent.why) for absent in source.absent]


@pytest.mark.parametrize(
    ("path", "files"),
    [
        pytest.param("data/a.csv", ["data/a.csv"], id="file"),
        pytest.param("./data/../data/a.csv", ["data/a.csv"], id="file by another way"),
        pytest.param("data/*.csv", ["data/a.csv", "data/b.csv"], id="glob"),
        pytest.param("data/**/*.csv", ["data/a.csv", "data/b.csv", "data/deep/c.csv"], id="glob of folders"),
        pytest.param("data", ["data/a.csv", "data/b.csv", "data/deep/c.csv"], id="folder"),
        pytest.param("data/*", ["data/a.csv", "data/b.csv"], id="glob leaves out what is no data"),
    ],
)
def test_found(repo: Repository, found: Callable[..., Source], path: str, files: list[str]) -> None:
    names = ["a.csv", "b.csv", "deep/c.csv", "notes.md", "_SUCCESS", ".hidden.csv"]
    repo.write({f"data/{name}": "a\n1\n" for name in names})
    assert found(path) == Source(tuple(files))


def test_found__from_the_folder_of_the_project(repo: Repository, found: Callable[..., Source]) -> None:
    repo.write({"sub/data/a.csv": "a\n1\n", "shared/b.csv": "a\n1\n"})
    assert found("data/a.csv", "sub") == Source(("data/a.csv",))
    assert found("../shared/b.csv", "sub") == Source(("../shared/b.csv",))


def test_found__link_into_a_cache_that_git_does_not_keep(
    repo: Repository, found: Callable[..., Source], tmp_path: Path
) -> None:
    (tmp_path / "cache.csv").write_text("a\n1\n")
    repo.write({".gitignore": "/a.csv\n"})
    (repo.path / "a.csv").symlink_to(tmp_path / "cache.csv")
    assert found("a.csv") == Source(("a.csv",))


@pytest.mark.parametrize(
    ("path", "absence"),
    [
        pytest.param("gone.csv", Absence.NO_FILE, id="nothing there"),
        pytest.param("data/*.parquet", Absence.NO_MATCH, id="nothing matches"),
        pytest.param("empty", Absence.NO_MATCH, id="folder without data"),
        pytest.param("../other.csv", Absence.OUTSIDE, id="out of the repository"),
        pytest.param("/etc/passwd", Absence.OUTSIDE, id="from the root"),
        pytest.param("notes.md", Absence.FORMAT, id="unknown ending"),
        pytest.param("pointer.csv", Absence.POINTER, id="Git LFS pointer"),
        pytest.param("pipe.csv", Absence.NOT_A_FILE, id="named pipe"),
        pytest.param("link.csv", Absence.LINK, id="link of git out of the repository"),
        pytest.param("linked/d.csv", Absence.LINK, id="below such a link"),
        pytest.param("loose.csv", Absence.NO_FILE, id="link to nothing"),
    ],
)
def test_absent(repo: Repository, found: Callable[..., Source], tmp_path: Path, path: str, absence: Absence) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "d.csv").write_text("a\n1\n")
    repo.write({"notes.md": "x", "pointer.csv": POINTER, "empty/notes.md": "x"})
    os.mkfifo(repo.path / "pipe.csv")
    (repo.path / "link.csv").symlink_to(tmp_path / "secret" / "d.csv")
    (repo.path / "linked").symlink_to(tmp_path / "secret")
    (repo.path / "loose.csv").symlink_to(repo.path / "nowhere")
    assert why(found(path)) == [(path, absence)]


@pytest.fixture
def dvc_project(repo: Repository, env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> DvcProject:
    """A DVC project that has run once, and whose data was not pulled since."""
    project = DvcProject(repo, env, monkeypatch)
    project.init({"dvc.yaml": STAGES, "raw/x.csv": "a\n1\n", "raw/y.csv": "a\n1\n", "one.csv": "a\n1\n"})
    project.add("raw", "one.csv")
    project.reproduce()
    project.drop_data()
    return project


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("one.csv", id="added file"),
        pytest.param("raw", id="added folder"),
        pytest.param("raw/x.csv", id="file of an added folder"),
        pytest.param("raw/*.csv", id="glob within an added folder"),
        pytest.param("out/a.csv", id="output"),
        pytest.param("out/parts/*.csv", id="glob within an output"),
    ],
)
@pytest.mark.usefixtures("dvc_project")
def test_not_pulled(found: Callable[..., Source], path: str) -> None:
    assert why(found(path)) == [(path, Absence.NOT_PULLED)]


@pytest.mark.usefixtures("dvc_project")
def test_not_pulled__glob_names_the_outputs_it_waits_for(repo: Repository, found: Callable[..., Source]) -> None:
    repo.write({"out/here.csv": "a\n1\n"})
    assert found("out/*.csv").files == ("out/here.csv", "out/kept.csv")
    assert why(found("out/*.csv")) == [("out/a.csv", Absence.NOT_PULLED)]


@pytest.mark.usefixtures("dvc_project")
def test_output_that_git_keeps__is_not_for_dvc_to_pull(repo: Repository, found: Callable[..., Source]) -> None:
    (repo.path / "out" / "kept.csv").unlink()
    assert why(found("out/kept.csv")) == [("out/kept.csv", Absence.NO_FILE)]


@pytest.mark.usefixtures("dvc_project")
def test_link_of_dvc_without_its_data__is_not_pulled(repo: Repository, found: Callable[..., Source]) -> None:
    (repo.path / "one.csv").symlink_to(repo.path / ".dvc" / "cache" / "gone")
    assert why(found("one.csv")) == [("one.csv", Absence.NOT_PULLED)]
