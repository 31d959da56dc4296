"""Git: how a repository is found, what is read of it, and that neither odd names nor settings change the answer."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from mlgate.errors import GitError
from mlgate.git import Change, Git, Touch
from mlgate.git_opening import open_repository
from mlgate.proc import Children
from repositories import FIRST_COMMIT, TICK, Repository

ODD_NAMES = [
    pytest.param("a b", id="space"),
    pytest.param(" a", id="leading space"),
    pytest.param("a\nb", id="line end"),
    pytest.param("a\tb", id="tab"),
    pytest.param("-rf", id="leading dash"),
    pytest.param("--upload-pack=x", id="option"),
    pytest.param('a"b', id="quote"),
    pytest.param("a\\b", id="backslash"),
    pytest.param(":(glob)a", id="pathspec magic"),
    pytest.param(":a", id="colon"),
    pytest.param("[ab]", id="brackets"),
    pytest.param("*", id="star"),
    pytest.param("\u00e9", id="not ASCII"),
    pytest.param("e\u0301", id="decomposed"),
    pytest.param("\u202egpj.exe", id="right to left"),
    pytest.param(os.fsdecode(b"caf\xe9"), id="not UTF-8"),
    pytest.param("\x1b[31m", id="escape sequence"),
]


# What is found.


@pytest.mark.parametrize("folder", [".", "src", "src/deep"])
def test_open__from_any_folder_inside(repo: Repository, opened: Callable[[Path], Git], folder: str) -> None:
    repo.write({"src/deep/a.txt": ""})
    assert opened(repo.path / folder).root == repo.path


@pytest.mark.parametrize("name", ODD_NAMES)
def test_open__folder_with_an_odd_name(
    make_repository: Callable[..., Repository], opened: Callable[[Path], Git], name: str
) -> None:
    repo = make_repository(name)
    repo.commit({"a.txt": "1"})
    git = opened(repo.path)
    assert git.root == repo.path
    assert git.files() == ["a.txt"]


def test_open__through_a_link(repo: Repository, opened: Callable[[Path], Git], tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(repo.path)
    assert opened(tmp_path / "link").root == repo.path


def test_open__shallow(repo: Repository, opened: Callable[[Path], Git], tmp_path: Path) -> None:
    repo.commit({"a": "1"})
    repo.commit({"a": "2"})
    assert not opened(repo.path).shallow
    assert opened(repo.clone(tmp_path / "clone", depth=1).path).shallow


def test_open__worktree(repo: Repository, opened: Callable[[Path], Git], tmp_path: Path) -> None:
    repo.commit({"a": "1"})
    repo.git("worktree", "add", "--quiet", tmp_path / "tree")
    assert opened(tmp_path / "tree").root == tmp_path / "tree"


def test_open__variables_of_a_git_hook_do_not_lead_elsewhere(
    make_repository: Callable[..., Repository], mlgate: Callable
) -> None:
    other, repo = make_repository("other"), make_repository("repo")
    other.write({"mlgate.yaml": "version: 2\n"})
    hook = {"GIT_DIR": str(other.path / ".git"), "GIT_WORK_TREE": str(other.path), "GIT_INDEX_FILE": "x"}
    ran = mlgate("run", "metrics", cwd=repo.path, **hook)
    assert ran.code != 2, ran.err


# What is not, each in a line through the command line.


def refused(mlgate: Callable, cwd: Path, *argv: str, **env: str) -> str:
    ran = mlgate("run", "metrics", *argv, cwd=cwd, **env)
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err
    return ran.err


def test_no_repository(mlgate: Callable, tmp_path: Path) -> None:
    assert refused(mlgate, tmp_path) == (
        f"mlgate: {tmp_path} is not in a git repository\n  hint: run git init, or give --project DIR\n"
    )


def test_no_folder(mlgate: Callable, repo: Repository) -> None:
    assert refused(mlgate, repo.path, "--project", "gone") == "mlgate: the folder gone does not exist\n"


def test_file_for_a_folder(mlgate: Callable, repo: Repository) -> None:
    repo.write({"a.txt": ""})
    assert refused(mlgate, repo.path, "--project", "a.txt") == "mlgate: the folder a.txt does not exist\n"


def test_bare(make_repository: Callable[..., Repository], mlgate: Callable) -> None:
    bare = make_repository("bare", bare=True)
    assert refused(mlgate, bare.path) == (
        f"mlgate: {bare.path} is a bare repository, without files to check\n  hint: run in a checkout of it\n"
    )


def test_inside_the_git_folder(repo: Repository, mlgate: Callable) -> None:
    assert "must be run in a work tree" in refused(mlgate, repo.path / ".git")


def test_broken(repo: Repository, mlgate: Callable) -> None:
    (repo.path / ".git" / "HEAD").write_text("nonsense")
    shutil.rmtree(repo.path / ".git" / "refs")
    assert "is not in a git repository" in refused(mlgate, repo.path)


def test_broken_config(repo: Repository, mlgate: Callable) -> None:
    (repo.path / ".git" / "config").write_text("[core\n")
    assert "bad config line 1" in refused(mlgate, repo.path)


@pytest.fixture
def foreign_git(tmp_path: Path, env: dict[str, str]) -> str:
    """A PATH whose git takes every repository for somebody else's, by the switch that git's own tests use."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "git"
    script.write_text(f'#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {shutil.which("git")} "$@"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return f"{folder}{os.pathsep}{env['PATH']}"


def test_dubious_ownership(repo: Repository, mlgate: Callable, foreign_git: str) -> None:
    repo.write({"src/a.py": ""})
    assert refused(mlgate, repo.path / "src", PATH=foreign_git) == (
        f"mlgate: git does not trust {repo.path}, which belongs to another user\n"
        f"  hint: run git config --global --add safe.directory {repo.path}\n"
    )


def test_dubious_ownership__the_hint_is_enough(
    repo: Repository, mlgate: Callable, foreign_git: str, env: dict[str, str]
) -> None:
    said = refused(mlgate, repo.path, PATH=foreign_git)
    repo.git(*said.partition("hint: run git ")[2].split())
    assert "trust" not in mlgate("run", "metrics", cwd=repo.path, PATH=foreign_git).err


def test_no_git(repo: Repository, mlgate: Callable, tmp_path: Path) -> None:
    ran = mlgate("run", "metrics", cwd=repo.path, PATH=str(tmp_path / "empty"))
    assert (ran.code, ran.out) == (4, "")
    assert ran.err == "mlgate: git was not found\n"


# Commits.


def test_commit(repo: Repository, opened: Callable[[Path], Git]) -> None:
    first = repo.commit({"a": "1"})
    repo.branch("side")
    side = repo.commit({"b": "1"})
    repo.checkout("main")
    repo.commit({"a": "2"})
    merged = repo.merge("side")
    git = opened(repo.path)
    found = git.commit("HEAD")
    assert found is not None
    assert found.id == merged
    assert found.parents[1] == side
    assert found.time == FIRST_COMMIT + 4 * TICK
    assert git.commit(first[:9]) is not None


def test_commit__signed_and_with_a_strange_author(repo: Repository, opened: Callable[[Path], Git]) -> None:
    tree = repo.git("write-tree")
    lines = [
        f"tree {tree}",
        "author A <a@b> 1 +0000",
        "committer parent <c o m> 1700000000 -1130",
        "gpgsig -----BEGIN PGP SIGNATURE-----",
        " committer X <x> 5 +0000",
        "",
        "parent 0123",
        "committer Y <y> 7 +0000",
    ]
    commit = repo.git("hash-object", "-t", "commit", "-w", "--stdin", stdin="\n".join(lines).encode())
    found = opened(repo.path).commit(commit)
    assert found is not None
    assert (found.parents, found.time) == ((), 1_700_000_000)


@pytest.mark.parametrize("name", ["nope", "HEAD~9", "", "-rf", "a\nHEAD", "HEAD:a", "x missing", "a b 5", "@{u}", "^"])
def test_named_commit__none(repo: Repository, opened: Callable[[Path], Git], name: str) -> None:
    repo.commit({"a": "1"})
    git = opened(repo.path)
    assert git.named_commit(name) is None
    assert git.commit("HEAD") is not None


def test_commit__that_is_broken_is_not_taken_for_none(repo: Repository, opened: Callable[[Path], Git]) -> None:
    commit = repo.commit({"a": "1"})
    stored = repo.path / ".git" / "objects" / commit[:2] / commit[2:]
    stored.chmod(0o644)
    stored.write_bytes(b"not a commit")
    with pytest.raises(GitError, match=r"`git cat-file` ended early: `(error|fatal)"):
        opened(repo.path).commit("HEAD")


# Trees, blobs and changes.


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names__are_found_read_and_compared(repo: Repository, opened: Callable[[Path], Git], name: str) -> None:
    base = repo.commit({f"{name}/{name}": "old\n" * 50, f"{name}/gone": "1", "other": "1"})
    repo.write({f"{name}/{name}": "new\n", f"{name}/{name}2": "untracked"})
    (repo.path / name / "gone").unlink()
    git = opened(repo.path)
    tree = git.tree(base, name)
    assert set(tree) == {f"{name}/{name}", f"{name}/gone"}
    assert git.blob(tree[f"{name}/{name}"]) == b"old\n" * 50
    assert set(git.changes(base, [name])) == {
        Change("M", f"{name}/{name}"),
        Change("D", f"{name}/gone"),
        Change("A", f"{name}/{name}2"),
    }
    assert set(git.files(name)) == {f"{name}/{name}", f"{name}/gone", f"{name}/{name}2"}


def test_files__leaves_ignored_ones_out(repo: Repository, opened: Callable[[Path], Git]) -> None:
    repo.write({".gitignore": "out/\n*.log\n", "a.py": "", "out/x": "", "b.log": "", "c.py": ""})
    repo.git("add", "a.py")
    assert sorted(opened(repo.path).files()) == [".gitignore", "a.py", "c.py"]


def test_tree__leaves_links_and_submodules_out(
    make_repository: Callable[..., Repository], opened: Callable[[Path], Git]
) -> None:
    part, repo = make_repository("part"), make_repository("repo")
    part.commit({"x": "1"})
    repo.write({"a": "1"})
    (repo.path / "link").symlink_to("a")
    repo.git("submodule", "--quiet", "add", str(part.path), "part")
    assert set(opened(repo.path).tree(repo.commit())) == {"a", ".gitmodules"}


def test_changes__none(repo: Repository, opened: Callable[[Path], Git]) -> None:
    repo.commit({"a": "1"})
    assert opened(repo.path).changes("HEAD") == []


def test_changes__renamed(repo: Repository, opened: Callable[[Path], Git]) -> None:
    repo.commit({"old.json": "x" * 500})
    repo.commit({"new.json": "x" * 500}, remove=["old.json"])
    assert opened(repo.path).changes("HEAD~1") == [Change("R", "new.json", "old.json")]


def test_changes__mode_and_type(repo: Repository, opened: Callable[[Path], Git]) -> None:
    repo.commit({"run.sh": "", "data": "x"})
    (repo.path / "run.sh").chmod(0o755)
    (repo.path / "data").unlink()
    (repo.path / "data").symlink_to("run.sh")
    assert set(opened(repo.path).changes("HEAD")) == {Change("M", "run.sh"), Change("T", "data")}


def test_changes__settings_of_the_user_do_not_show(repo: Repository, opened: Callable[[Path], Git]) -> None:
    """A text conversion or an external diff is a program that the pull request could choose by an attribute."""
    witness = repo.path / "ran"
    script = repo.path / ".git" / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {witness}\n")
    script.chmod(0o755)
    repo.commit({".gitattributes": "* diff=evil\n", "a": "1"})
    for name, value in {
        "diff.evil.textconv": str(script),
        "diff.evil.command": str(script),
        "diff.external": str(script),
        "core.fsmonitor": str(script),
        "diff.renames": "false",
        "diff.noprefix": "true",
        "diff.relative": "true",
        "color.ui": "always",
        "core.quotePath": "true",
        "status.short": "true",
        "status.branch": "true",
        "log.showSignature": "true",
    }.items():
        repo.git("config", name, value)
    repo.write({"a": "2"})
    git = opened(repo.path)
    assert git.changes("HEAD") == [Change("M", "a")]
    assert git.is_dirty()
    assert not witness.exists()


def test_is_dirty__untracked_files_do_not_count(repo: Repository, opened: Callable[[Path], Git]) -> None:
    repo.commit({"a": "1"})
    repo.write({"b": "1"})
    assert not opened(repo.path).is_dirty()


def test_index__is_not_touched(repo: Repository, opened: Callable[[Path], Git]) -> None:
    """People may be in the middle of a commit: a status that refreshes the index would race with them."""
    repo.commit({"a": "1"})
    index = repo.path / ".git" / "index"
    os.utime(repo.path / "a", (1, 1))
    before = index.read_bytes()
    (repo.path / ".git" / "index.lock").touch()
    git = opened(repo.path)
    assert not git.is_dirty()
    assert git.changes("HEAD") == []
    assert index.read_bytes() == before


def test_blob__binary_empty_and_large(repo: Repository, opened: Callable[[Path], Git]) -> None:
    contents = {"binary": bytes(range(256)), "empty": b"", "large": b"x\n" * 500_000, "line end": b"\n"}
    base = repo.commit(contents)
    git = opened(repo.path)
    tree = git.tree(base)
    assert {name: git.blob(tree[name]) for name in contents} == contents
    assert git.blob("0" * 40) is None


def test_merge_base_and_count(repo: Repository, opened: Callable[[Path], Git]) -> None:
    base = repo.commit({"a": "1"})
    repo.branch("side")
    repo.commit({"b": "1"})
    repo.commit({"b": "2"})
    repo.checkout("main")
    repo.commit({"a": "2"})
    git = opened(repo.path)
    assert git.merge_base("main", "side") == base
    assert (git.count("main", "side"), git.count("side", "main")) == (2, 1)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_touches__by_their_blobs(repo: Repository, opened: Callable[[Path], Git], name: str) -> None:
    blobs = {content: repo.git("hash-object", "-w", "--stdin", stdin=content.encode()) for content in "12"}
    first = repo.commit({name: "1"})
    repo.commit({"other": "1"})
    second = repo.commit({name: "2"})
    gone = repo.commit(remove=[name])
    git = opened(repo.path)
    assert git.touches("HEAD", [name], 9) == [
        Touch(gone, {}), Touch(second, {name: blobs["2"]}), Touch(first, {name: blobs["1"]}),
    ]  # fmt: skip
    assert git.touches("HEAD", [name, "nowhere"], 1) == [Touch(gone, {})]
    assert git.touches("HEAD", ["nowhere"], 9) == []


def test_touches__settings_of_the_user_do_not_show(repo: Repository, opened: Callable[[Path], Git]) -> None:
    first = repo.commit({"old": "the same content\n" * 9})
    repo.git("mv", "old", "new")
    second = repo.commit()
    for name, value in {
        "log.follow": "true", "log.showSignature": "true", "log.showRoot": "false", "log.decorate": "full",
        "diff.renames": "copies", "diff.relative": "true", "color.ui": "always", "format.pretty": "oneline",
    }.items():  # fmt: skip
        repo.git("config", name, value)
    git = opened(repo.path)
    assert [touch.commit for touch in git.touches("HEAD", ["new"], 9)] == [second]
    assert [len(touch.blobs) for touch in git.touches("HEAD", ["old"], 9)] == [0, 1]
    assert [touch.commit for touch in git.touches("HEAD", ["old"], 9)] == [second, first]


def test_first_parents__with_what_each_merged(repo: Repository, opened: Callable[[Path], Git]) -> None:
    first = repo.commit({"a": "1"})
    repo.branch("side")
    side = repo.commit({"b": "1"})
    repo.checkout("main")
    merge = repo.merge("side")
    last = repo.commit({"a": "2"})
    git = opened(repo.path)
    assert git.first_parents("main", 9) == [(last, merge), (merge, first, side), (first,)]
    assert git.first_parents("main", 1) == [(last, merge)]


def test_nearest_tag(repo: Repository, opened: Callable[[Path], Git]) -> None:
    first = repo.commit({"a": "1"})
    repo.git("tag", "v1")
    second = repo.commit({"a": "2"})
    repo.git("tag", "-m", "two", "v2-rc")
    repo.commit({"a": "3"})
    git = opened(repo.path)
    assert git.nearest_tag("HEAD", ["v*"], []) == ("v2-rc", 1, second)
    assert git.nearest_tag("HEAD", ["v*"], ["*-rc"]) == ("v1", 2, first)
    assert git.nearest_tag("HEAD", ["w*"], []) is None


def test_run__says_what_git_said(repo: Repository, opened: Callable[[Path], Git]) -> None:
    with pytest.raises(GitError, match=r"^`git diff` failed: `fatal: (bad revision|ambiguous argument) 'nope'"):
        opened(repo.path).changes("nope")


# Fetching one commit.


def test_fetch__whole_clone_stays_whole(repo: Repository, opened: Callable[[Path], Git], tmp_path: Path) -> None:
    repo.commit({"a": "1"})
    clone = repo.clone(tmp_path / "clone", "--no-local")
    wanted = repo.commit({"a": "2"})
    git = opened(clone.path)
    assert git.commit(wanted) is None
    assert git.fetch_commit(wanted)
    assert git.commit(wanted) is not None
    assert clone.git("rev-parse", "--is-shallow-repository") == "false"
    assert not (clone.path / ".git" / "FETCH_HEAD").exists()


def test_fetch__commit_that_is_nowhere(repo: Repository, opened: Callable[[Path], Git], tmp_path: Path) -> None:
    repo.commit({"a": "1"})
    clone = repo.clone(tmp_path / "clone")
    assert not opened(clone.path).fetch_commit("d" * 40)


def test_fetch__no_remote(repo: Repository, opened: Callable[[Path], Git]) -> None:
    repo.commit({"a": "1"})
    assert not opened(repo.path).fetch_commit("d" * 40)


def test_fetch__option_for_a_commit(repo: Repository, opened: Callable[[Path], Git], tmp_path: Path) -> None:
    repo.commit({"a": "1"})
    clone = repo.clone(tmp_path / "clone")
    assert not opened(clone.path).fetch_commit(f"--upload-pack=touch {tmp_path / 'ran'};")
    assert not (tmp_path / "ran").exists()


def test_preload__reads_what_single_questions_read(repo: Repository, opened: Callable[[Path], Git]) -> None:
    repo.commit({f"{index}.txt": f"{index}\n" * index for index in range(450)})
    git, alone = opened(repo.path), opened(repo.path)
    tree = git.tree("HEAD")
    git.preload([*tree.values(), "0" * 40])
    assert {path: git.blob(blob) for path, blob in tree.items()} == {
        path: alone.blob(blob) for path, blob in tree.items()
    }
    assert git.blob("0" * 40) is None


def test_close__ends_what_reads_and_what_was_begun(repo: Repository, env: dict[str, str]) -> None:
    repo.commit({"a.txt": "1"})
    children = Children(env)
    git = open_repository(repo.path, children)
    for _ in range(2):
        git.begin(("ls-files",))
        assert git.blob("HEAD:a.txt") == b"1", "a check that is late may still ask"
        git.close()
    assert children.close() == []
