"""The context of a check: the project's files now and at the baseline, named as people and annotations name them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from mlgate.baseline import resolve_baseline
from mlgate.checks import BUILTIN
from mlgate.config_reading import load_config
from mlgate.context import Context, project_folder
from mlgate.errors import MlgateError
from mlgate.event import Event
from mlgate.git_opening import open_repository
from mlgate.git_records import Change
from mlgate.proc import Children
from mlgate.report import Location
from repositories import Repository


@pytest.fixture
def context(env: Mapping[str, str]) -> Iterator[Callable[..., Context]]:
    """Makes the context of a project folder: `context(repo, "models/churn", base="HEAD")`."""
    children = Children(env)

    def make(repo: Repository, project: str = ".", *, base: str | None = "HEAD") -> Context:
        folder = (repo.path / project).resolve()
        git = open_repository(folder, children)
        compared = resolve_baseline(git, Event(), asked=base) if base else None
        config = load_config(folder, git.root, {name: check.config for name, check in BUILTIN.items()})
        return Context(
            project=folder,
            git=git,
            head=compared.head if compared else None,
            baseline=compared.baseline if compared else None,
            config=config,
            env=env,
            children=children,
        )

    yield make
    children.kill()


@pytest.mark.parametrize(
    "project",
    [
        pytest.param(".", id="root"),
        pytest.param("models/churn", id="monorepo"),
        pytest.param("[exp] *", id="pattern"),
        pytest.param(":(top)x", id="pathspec magic"),
        pytest.param("-rf", id="leading dash"),
        pytest.param("a\nb", id="line end"),
        pytest.param(os.fsdecode(b"caf\xe9"), id="not UTF-8"),
    ],
)
def test_project_folder__of_any_name_sees_its_own_files_only(
    repo: Repository, context: Callable[..., Context], project: str
) -> None:
    repo.commit({f"{project}/a.json": "1", f"{project}/sub/a.json": "2", f"{project}/gone.json": "3"})
    repo.commit({"modelsx/a.json": "1", "rf/a.json": "1", "exp/a.json": "1"})
    repo.write({f"{project}/a.json": "new", f"{project}/new.json": "4"})
    (repo.path / project / "gone.json").unlink()
    found = context(repo, project)
    beside = {"modelsx/a.json", "rf/a.json", "exp/a.json"} if project == "." else set()
    assert found.files - {"gone.json"} == {"a.json", "sub/a.json", "new.json"} | beside
    assert set(found.changes) == {Change("M", "a.json"), Change("D", "gone.json"), Change("A", "new.json")}
    assert set(found.baseline_tree) == {"a.json", "sub/a.json", "gone.json"} | beside
    assert found.baseline_files is not None
    assert found.baseline_files.read("a.json") == b"1"
    assert found.baseline_files.read("new.json") is None
    assert found.head_files.read("a.json") == b"new"
    assert found.head_files.read("gone.json") is None
    assert set(found.head_files.named("a.json")) == {"a.json", "sub/a.json"} | beside
    assert "gone.json" not in found.head_files.named("gone.json")
    assert set(found.baseline_files.named("gone.json")) == {"gone.json"}


def test_renamed__both_names_are_from_the_project(repo: Repository, context: Callable[..., Context]) -> None:
    repo.commit({"m/old.json": "x" * 500})
    repo.git("mv", "m/old.json", "m/new.json")
    assert context(repo, "m").changes == (Change("R", "new.json", "old.json"),)


def test_no_baseline__nothing_to_compare(repo: Repository, context: Callable[..., Context]) -> None:
    repo.commit({"a": "1"})
    found = context(repo, base=None)
    assert (found.changes, found.baseline_tree, found.baseline_files) == ((), {}, None)


# Names for people: from the root of the repository.


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        pytest.param("a.py", "models/churn/a.py", id="file"),
        pytest.param("./src/../a.py", "models/churn/a.py", id="roundabout"),
        pytest.param("../shared.py", "models/shared.py", id="beside the project"),
        pytest.param("../../a.py", "a.py", id="at the root"),
        pytest.param("../../../a.py", "../../../a.py", id="outside"),
    ],
)
def test_shown(repo: Repository, context: Callable[..., Context], path: str, shown: str) -> None:
    repo.write({"models/churn/a.py": ""})
    assert context(repo, "models/churn", base=None).shown(path) == shown


def test_location(repo: Repository, context: Callable[..., Context]) -> None:
    repo.write({"m/a.py": ""})
    assert context(repo, "m", base=None).location("a.py", 3, 5) == Location(path="m/a.py", line=3, column=5)


def test_config_location(repo: Repository, context: Callable[..., Context]) -> None:
    repo.write({"m/mlgate.yaml": "version: 1\nenforce:\n  readme: warn\n"})
    found = context(repo, "m", base=None)
    assert found.config_location("enforce", "readme") == Location(path="m/mlgate.yaml", line=3)
    assert found.config_location("enforce", "lint") == Location(path="m/mlgate.yaml", line=2)
    assert found.config_location("limits") == Location(path="m/mlgate.yaml", line=1)


def test_config_location__no_config(repo: Repository, context: Callable[..., Context]) -> None:
    assert context(repo, base=None).config_location("enforce") is None


# Reading.


def test_document(repo: Repository, context: Callable[..., Context]) -> None:
    repo.write({"m/params.yaml": "lr: 1e-3\n", "m/broken.json": '{\n"a": }'})
    found = context(repo, "m", base=None)
    assert found.document("params.yaml") == {"lr": 0.001}
    with pytest.raises(MlgateError, match=r"^m/broken\.json:2:6: not valid JSON"):
        found.document("broken.json")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        pytest.param("none.json", "^m/none.json: the file does not exist", id="missing"),
        pytest.param("folder", "^m/folder: not a regular file", id="folder"),
        pytest.param("a/b.json", "^m/a/b.json: the file does not exist", id="file as folder"),
        pytest.param("../../secret", "it leads out of the repository", id="dots"),
        pytest.param("link", "^m/link: it leads out of the repository", id="link"),
        pytest.param("outside/secret", "^m/outside/secret: it leads out of the repository", id="linked folder"),
        pytest.param("/etc/passwd", "it leads out of the repository", id="absolute"),
        pytest.param("x" * 300, "cannot be read: File name too long", id="name too long"),
        pytest.param("a\0b", "cannot be read: .*null", id="NUL"),
    ],
)
def test_read__refused(
    repo: Repository, context: Callable[..., Context], tmp_path: Path, path: str, message: str
) -> None:
    (tmp_path / "secret").write_text("hunter2")
    repo.write({"m/a": "", "m/folder/x": ""})
    (repo.path / "m" / "link").symlink_to(tmp_path / "secret")
    (repo.path / "m" / "outside").symlink_to(tmp_path)
    with pytest.raises(MlgateError, match=message):
        context(repo, "m", base=None).read(path)


def test_read__link_to_another_folder_of_the_repository(repo: Repository, context: Callable[..., Context]) -> None:
    repo.write({"shared/a.yaml": "1", "m/x": ""})
    (repo.path / "m" / "shared").symlink_to("../shared")
    assert context(repo, "m", base=None).read("shared/a.yaml") == b"1"


# The project folder.


def test_project_folder(repo: Repository) -> None:
    repo.write({"m/a": ""})
    assert project_folder(repo.path, repo.path, "m") == repo.path / "m"
    assert project_folder(repo.path, repo.path / "m", None) == repo.path / "m"


def test_project_folder__outside(repo: Repository, tmp_path: Path) -> None:
    with pytest.raises(MlgateError, match="is not inside this repository"):
        project_folder(repo.path, repo.path, str(tmp_path))


@pytest.mark.parametrize("asked", ["m", "m/below"])
def test_project_folder__through_a_link(repo: Repository, asked: str) -> None:
    (repo.path / "old" / "below").mkdir(parents=True)
    (repo.path / "m").symlink_to("old")
    with pytest.raises(MlgateError, match="is a link, or in one"):
        project_folder(repo.path, repo.path, asked)


def test_project_folder__a_link_to_the_repository_is_fine(repo: Repository, tmp_path: Path) -> None:
    (repo.path / "m").mkdir()
    (tmp_path / "link").symlink_to(repo.path)
    assert project_folder(repo.path, tmp_path, "link/m") == repo.path / "m"


def test_project_folder__other_repository_inside(make_repository: Callable[..., Repository], mlgate: Callable) -> None:
    """A folder that is a repository of its own is judged as that one, wherever the command stands."""
    outer, inner = make_repository("outer"), make_repository("outer/inner")
    inner.write({"mlgate.yaml": "version: 2\n"})
    ran = mlgate("run", "metrics", "--project", "inner", cwd=outer.path)
    assert ran.err.startswith("mlgate: mlgate.yaml:1:1: ")
