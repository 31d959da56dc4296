"""The baseline: which commit is chosen on each event and in each kind of clone, and the reasons given."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import events
from mlgate.baseline import Compared, resolve_baseline
from mlgate.errors import GitError
from mlgate.event import read_event
from mlgate.git import Git
from mlgate.report import Baseline
from repositories import FIRST_COMMIT, TICK, Repository, clean_environment

DEEPEN = "set `fetch-depth: 0` in the checkout step"


class History(NamedTuple):
    """A repository with a pull request: `main` went on after `feature` left it; `merged` is what a forge would test.

    ```
    first --- left --- tip        (main)
                 \\        \\
                  one --- two --- merged
    ```
    """

    origin: Repository
    first: str
    left: str
    tip: str
    one: str
    two: str
    merged: str


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> History:
    folder = tmp_path_factory.mktemp("template")
    origin = Repository.create(folder / "origin", clean_environment(folder / "home"))
    first = origin.commit({"a.txt": "1"})
    left = origin.commit({"a.txt": "2"})
    origin.branch("feature")
    one = origin.commit({"b.txt": "1"})
    two = origin.commit({"b.txt": "2"})
    origin.checkout("main")
    tip = origin.commit({"a.txt": "3"})
    origin.git("checkout", "--quiet", "--detach")
    merged = origin.merge("feature")
    origin.git("update-ref", "refs/pull/7/merge", merged)
    origin.checkout("main")
    return History(origin, first, left, tip, one, two, merged)


@pytest.fixture
def history(template: History, tmp_path: Path, env: Mapping[str, str]) -> History:
    shutil.copytree(template.origin.path, tmp_path / "origin")
    return template._replace(origin=Repository(tmp_path / "origin", env))


@pytest.fixture
def resolve(opened: Callable[[Path], Git]) -> Callable[..., Compared]:
    """Resolves the baseline of a repository: `resolve(clone.path, env, asked="v1")`."""

    def run(folder: Path, env: Mapping[str, str] | None = None, **options: Any) -> Compared:
        return resolve_baseline(opened(folder), read_event(env or {}), **options)

    return run


def baseline(compared: Compared) -> Baseline:
    assert compared.baseline is not None
    return compared.baseline


# A pull request.


def test_pull_request__merge_commit(history: History, resolve: Callable, tmp_path: Path) -> None:
    clone = history.origin.clone(tmp_path / "clone")
    clone.git("fetch", "--quiet", "origin", "refs/pull/7/merge")
    clone.checkout("FETCH_HEAD")
    env = events.runner(tmp_path, "pull_request", events.pull_request(history.tip, history.two))
    found = baseline(resolve(clone.path, env))
    assert found.revision.commit == history.tip
    assert found.revision.name == "main"
    assert found.reason == "first parent of the merge commit"
    assert found.notes == ()


def test_pull_request__merge_commit_is_older_than_the_branch(
    history: History, resolve: Callable, tmp_path: Path
) -> None:
    """The base moved on after the merge commit was made: its first parent counts, not what the event names."""
    newer = history.origin.commit({"a.txt": "4"})
    clone = history.origin.clone(tmp_path / "clone")
    clone.git("fetch", "--quiet", "origin", "refs/pull/7/merge")
    clone.checkout("FETCH_HEAD")
    env = events.runner(tmp_path, "pull_request", events.pull_request(newer, history.two))
    assert baseline(resolve(clone.path, env)).revision.commit == history.tip


def test_pull_request__head(history: History, resolve: Callable, tmp_path: Path) -> None:
    clone = history.origin.clone(tmp_path / "clone")
    clone.checkout("feature")
    env = events.runner(tmp_path, "pull_request", events.pull_request(history.tip, history.two))
    found = baseline(resolve(clone.path, env))
    assert found.revision.commit == history.left
    assert found.reason == "merge base with `main`"
    assert found.behind == 1
    assert found.age_seconds == 2 * TICK


def test_pull_request__head_that_is_a_merge_of_ones_own(history: History, resolve: Callable, tmp_path: Path) -> None:
    """Somebody merged main into the branch: that commit has two parents too, the first of them on the branch."""
    history.origin.checkout("feature")
    head = history.origin.merge("main")
    env = events.runner(tmp_path, "pull_request", events.pull_request(history.tip, head))
    assert baseline(resolve(history.origin.path, env)).revision.commit == history.tip


def test_pull_request__a_newer_merge_of_ones_own_than_the_event_knows(
    history: History, resolve: Callable, tmp_path: Path
) -> None:
    history.origin.checkout("feature")
    history.origin.merge("main")
    env = events.runner(tmp_path, "pull_request", events.pull_request(history.tip, history.two))
    assert baseline(resolve(history.origin.path, env)).revision.commit == history.tip


def test_pull_request__base_is_not_called_main(make_repository: Callable, resolve: Callable, tmp_path: Path) -> None:
    repo = make_repository(branch="develop")
    base = repo.commit({"a": "1"})
    repo.branch("feature")
    head = repo.commit({"a": "2"})
    env = events.runner(tmp_path, "pull_request", events.pull_request(base, head, branch="develop"))
    found = baseline(resolve(repo.path, env))
    assert (found.revision.commit, found.revision.name) == (base, "develop")
    assert found.reason == "merge base with `develop`"


def test_pull_request__event_wins_over_the_config(history: History, resolve: Callable, tmp_path: Path) -> None:
    history.origin.checkout("feature")
    history.origin.git("branch", "release", history.first)
    env = events.runner(tmp_path, "pull_request", events.pull_request(history.tip, history.two))
    assert baseline(resolve(history.origin.path, env, branch="release")).revision.commit == history.left


def test_pull_request__squashed_and_closed(history: History, resolve: Callable, tmp_path: Path) -> None:
    """On `closed` the runner checks out what is on main now, here the squashed commit with one parent."""
    squashed = history.origin.commit({"b.txt": "2"})
    payload = events.pull_request(history.tip, history.two, merged=True, merge_commit_sha=squashed)
    env = events.runner(tmp_path, "pull_request", payload)
    assert baseline(resolve(history.origin.path, env)).revision.commit == history.tip


def test_pull_request__event_names_only_the_branch(history: History, resolve: Callable, tmp_path: Path) -> None:
    history.origin.git("branch", "trunk", history.left)
    history.origin.checkout("feature")
    env = events.runner(tmp_path, "pull_request", "{}", GITHUB_BASE_REF="trunk")
    assert baseline(resolve(history.origin.path, env)).reason == "merge base with `trunk`"


# A pull request in a shallow clone, as the checkout action makes it by default.


@pytest.fixture
def shallow_merge(history: History, tmp_path: Path) -> Repository:
    clone = history.origin.clone(tmp_path / "shallow", "--no-checkout", depth=1)
    clone.git("fetch", "--quiet", "--depth=1", "origin", "refs/pull/7/merge")
    clone.checkout("FETCH_HEAD")
    assert clone.git("rev-list", "--count", "HEAD") == "1"
    # The clone holds main's tip as well, for that is what `git clone` brings; a runner's holds the merge alone.
    clone.git("update-ref", "-d", "refs/remotes/origin/main")
    clone.git("update-ref", "-d", "refs/heads/main")
    clone.git("remote", "set-head", "origin", "--delete")
    (clone.path / ".git" / "shallow").write_text(f"{history.merged}\n")
    (clone.path / ".git" / "FETCH_HEAD").unlink()
    clone.git("reflog", "expire", "--expire=now", "--all")
    clone.git("gc", "--quiet", "--prune=now")
    return clone


def has(repo: Repository, commit: str) -> bool:
    return repo.git("cat-file", "--batch-check", stdin=commit.encode()).endswith("missing") is False


def test_shallow__fetches_the_one_commit(
    history: History, shallow_merge: Repository, resolve: Callable, tmp_path: Path
) -> None:
    assert not has(shallow_merge, history.tip)
    env = events.runner(tmp_path, "pull_request", events.pull_request(history.tip, history.two))
    found = baseline(resolve(shallow_merge.path, env))
    assert found.revision.commit == history.tip
    assert found.behind is None
    assert has(shallow_merge, history.tip)
    assert not has(shallow_merge, history.left)


def test_shallow__remote_is_gone(history: History, shallow_merge: Repository, mlgate: Callable, tmp_path: Path) -> None:
    shutil.move(history.origin.path, tmp_path / "moved")
    env = events.runner(tmp_path, "pull_request", events.pull_request(history.tip, history.two))
    ran = mlgate("run", "metrics", cwd=shallow_merge.path, **env)
    assert ran.code == 2
    gone = f"the first parent of the merge commit, {history.tip[:7]}, is not in this clone and could not be fetched"
    assert ran.err.splitlines() == [f"mlgate: {gone}", "  hint: set fetch-depth: 0 in the checkout step"]


def test_shallow__head_without_the_merge_base(history: History, resolve: Callable, tmp_path: Path) -> None:
    clone = history.origin.clone(tmp_path / "shallow", "--branch=feature", depth=1)
    env = events.runner(tmp_path, "pull_request", events.pull_request(history.tip, history.two))
    found = baseline(resolve(clone.path, env))
    assert found.revision.commit == history.tip
    assert found.reason == "tip of the base branch"
    assert found.notes == (f"the merge base is not in this clone, so the tip of the base branch is compared; {DEEPEN}",)


# A merge queue.


def test_merge_group(history: History, resolve: Callable, tmp_path: Path) -> None:
    history.origin.checkout(history.merged)
    env = events.runner(tmp_path, "merge_group", events.merge_group(history.tip, history.merged))
    found = baseline(resolve(history.origin.path, env))
    assert (found.revision.commit, found.revision.name) == (history.tip, "main")
    assert found.reason == "base of the merge group"


def test_merge_group__second_in_the_queue(history: History, resolve: Callable, tmp_path: Path) -> None:
    history.origin.checkout(history.merged)
    second = history.origin.commit({"c.txt": "1"})
    env = events.runner(tmp_path, "merge_group", events.merge_group(history.merged, second))
    assert baseline(resolve(history.origin.path, env)).revision.commit == history.merged


# A push.


def test_push(history: History, resolve: Callable, tmp_path: Path) -> None:
    env = events.runner(tmp_path, "push", events.push(history.left, history.tip))
    found = baseline(resolve(history.origin.path, env))
    assert found.revision.commit == history.left
    assert (found.reason, found.notes) == ("the commit before this push", ())


def test_push__new_branch(history: History, resolve: Callable, tmp_path: Path) -> None:
    history.origin.checkout("feature")
    env = events.runner(tmp_path, "push", events.push(events.ZERO, history.two))
    found = baseline(resolve(history.origin.path, env))
    assert found.revision.commit == history.left
    assert found.reason == "merge base with `main`"


def test_push__new_branch_where_the_default_is_called_otherwise(
    make_repository: Callable, resolve: Callable, tmp_path: Path
) -> None:
    repo = make_repository(branch="trunk")
    base = repo.commit({"a": "1"})
    repo.branch("feature")
    head = repo.commit({"a": "2"})
    env = events.runner(tmp_path, "push", events.push(events.ZERO, head, default="trunk"))
    assert baseline(resolve(repo.path, env)).revision.commit == base


def test_push__forced(history: History, resolve: Callable, tmp_path: Path) -> None:
    """The commit before was rewritten away; the remote still has it, and the clone whole history but for it."""
    origin = history.origin
    origin.checkout("feature")
    origin.git("reset", "--quiet", "--hard", history.one)
    after = origin.commit({"b.txt": "3"})
    clone = origin.clone(tmp_path / "clone", "--no-local", "--branch=feature", "--single-branch")
    assert not has(clone, history.two)
    found = baseline(resolve(clone.path, events.runner(tmp_path, "push", events.push(history.two, after))))
    assert found.revision.commit == history.two
    assert found.notes == ("the push replaced history that held this commit",)
    assert not (clone.path / ".git" / "shallow").exists()


def test_push__commit_before_cannot_be_had(history: History, resolve: Callable, tmp_path: Path) -> None:
    clone = history.origin.clone(tmp_path / "clone", "--branch=feature")
    shutil.move(history.origin.path, tmp_path / "moved")
    env = events.runner(tmp_path, "push", events.push("d" * 40, history.two))
    found = baseline(resolve(clone.path, env))
    assert found.revision.commit == history.left
    assert found.notes == ("the commit before this push, `ddddddd`, is not in this clone and could not be fetched",)


def test_push__nothing_new(history: History, resolve: Callable, tmp_path: Path) -> None:
    env = events.runner(tmp_path, "push", events.push(history.tip, history.tip))
    found = baseline(resolve(history.origin.path, env))
    assert found.is_head
    assert found.notes == ("this is the very commit that is checked, so nothing can differ",)


# Other events, and a laptop.


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch"])
def test_schedule__on_the_default_branch_compares_with_itself_and_says_so(
    history: History, resolve: Callable, tmp_path: Path, name: str
) -> None:
    clone = history.origin.clone(tmp_path / "clone")
    env = events.runner(tmp_path, name, {"repository": {"default_branch": "main"}})
    found = baseline(resolve(clone.path, env))
    assert found.is_head
    assert found.notes == ("this is the very commit that is checked, so nothing can differ",)


@pytest.mark.parametrize("default", ["main", "master", "trunk"])
def test_local__default_branch_of_the_remote(
    make_repository: Callable, resolve: Callable, tmp_path: Path, default: str
) -> None:
    origin = make_repository("origin", branch=default)
    base = origin.commit({"a": "1"})
    clone = origin.clone(tmp_path / "clone")
    clone.branch("feature")
    clone.commit({"a": "2"})
    found = baseline(resolve(clone.path))
    assert (found.revision.commit, found.revision.name) == (base, f"origin/{default}")
    assert found.reason == f"merge base with `origin/{default}`"


@pytest.mark.parametrize("default", ["main", "master"])
def test_local__no_remote(make_repository: Callable, resolve: Callable, default: str) -> None:
    repo = make_repository(branch=default)
    base = repo.commit({"a": "1"})
    repo.branch("feature")
    repo.commit({"a": "2"})
    found = baseline(resolve(repo.path))
    assert (found.revision.commit, found.reason) == (base, f"merge base with `{default}`")


def test_local__commits_on_main_that_are_not_pushed(history: History, resolve: Callable, tmp_path: Path) -> None:
    clone = history.origin.clone(tmp_path / "clone")
    clone.commit({"a.txt": "9"})
    assert baseline(resolve(clone.path)).revision.commit == history.tip


def test_local__branch_of_the_config(history: History, resolve: Callable) -> None:
    history.origin.git("branch", "release", history.first)
    history.origin.checkout("feature")
    found = baseline(resolve(history.origin.path, branch="release"))
    assert (found.revision.commit, found.reason) == (history.first, "merge base with `release`")


def test_local__branch_of_the_config_is_not_there(history: History, resolve: Callable) -> None:
    compared = resolve(history.origin.path, branch="relaese")
    assert compared.baseline is None
    assert compared.notices == (
        "no baseline: no branch `relaese` was found, so nothing is compared; give `--base REV`",
    )


def test_local__no_branch_that_could_be_the_default(make_repository: Callable, resolve: Callable) -> None:
    repo = make_repository(branch="trunk")
    repo.commit({"a": "1"})
    compared = resolve(repo.path)
    assert compared.head is not None
    assert compared.baseline is None
    assert compared.notices == ("no baseline: no default branch was found, so nothing is compared; give `--base REV`",)


def test_local__uncommitted_changes_on_main(history: History, resolve: Callable) -> None:
    history.origin.write({"a.txt": "9"})
    compared = resolve(history.origin.path)
    assert compared.head is not None
    assert compared.head.dirty
    assert baseline(compared).notes == ("only uncommitted changes differ from it",)


def test_local__itself(history: History, resolve: Callable) -> None:
    found = baseline(resolve(history.origin.path))
    assert found.is_head
    assert found.notes == ("this is the very commit that is checked, so nothing can differ",)


def test_local__detached_head(history: History, resolve: Callable) -> None:
    history.origin.checkout(history.two)
    assert baseline(resolve(history.origin.path)).revision.commit == history.left


def test_local__unborn_head(repo: Repository, resolve: Callable) -> None:
    compared = resolve(repo.path)
    assert compared == Compared(None, None, ("the repository has no commit yet, so nothing is compared",))


def test_local__unrelated_histories(history: History, resolve: Callable) -> None:
    history.origin.git("checkout", "--quiet", "--orphan", "island")
    history.origin.commit({"c": "1"})
    found = baseline(resolve(history.origin.path))
    assert (found.revision.commit, found.reason) == (history.tip, "tip of `main`")
    assert found.notes == ("it shares no history with the head here",)


def test_local__shallow_clone_of_a_branch(history: History, resolve: Callable, tmp_path: Path) -> None:
    clone = history.origin.clone(tmp_path / "clone", "--branch=feature", "--no-single-branch", depth=1)
    found = baseline(resolve(clone.path))
    assert found.reason == "tip of `origin/main`"
    assert found.notes == (f"it shares no history with the head here; {DEEPEN}",)


def test_local__commits_from_the_future(history: History, resolve: Callable) -> None:
    history.origin.checkout("feature")
    history.origin.commit({"b.txt": "3"}, time=FIRST_COMMIT - 1)
    assert baseline(resolve(history.origin.path)).age_seconds == 0


# `--base`.


@pytest.mark.parametrize("asked", ["main", "refs/heads/main", "v1", "v1-annotated", "HASH", "SHORT", "main~0"])
def test_asked__whatever_git_knows(history: History, resolve: Callable, asked: str) -> None:
    history.origin.git("tag", "v1", history.tip)
    history.origin.git("tag", "--annotate", "--message=One", "v1-annotated", history.tip)
    history.origin.checkout("feature")
    asked = {"HASH": history.tip, "SHORT": history.tip[:8]}.get(asked, asked)
    found = baseline(resolve(history.origin.path, asked=asked))
    assert (found.revision.commit, found.revision.name) == (history.left, asked)
    assert found.reason == f"merge base with `{asked}`, which was asked for"


def test_asked__ancestor_is_taken_itself(history: History, resolve: Callable) -> None:
    found = baseline(resolve(history.origin.path, asked="HEAD~1"))
    assert (found.revision.commit, found.reason) == (history.left, "`HEAD~1`, which was asked for")


def test_asked__branch_that_only_the_remote_has(history: History, resolve: Callable, tmp_path: Path) -> None:
    clone = history.origin.clone(tmp_path / "clone")
    assert baseline(resolve(clone.path, asked="feature")).revision.commit == history.left


@pytest.mark.parametrize("asked", ["main", "origin/main"])
def test_asked__a_tag_cannot_pose_as_a_branch(history: History, resolve: Callable, tmp_path: Path, asked: str) -> None:
    clone = history.origin.clone(tmp_path / "clone")
    clone.git("checkout", "--detach", history.two)
    clone.git("tag", asked, "HEAD")
    assert baseline(resolve(clone.path, asked=asked)).revision.commit == history.left


def test_asked__the_head_is_no_branch_of_the_remote(history: History, resolve: Callable, tmp_path: Path) -> None:
    clone = history.origin.clone(tmp_path / "clone")
    clone.git("checkout", "--detach", history.two)
    assert baseline(resolve(clone.path, asked="HEAD")).revision.commit == history.two


def test_asked__wins_over_the_event(history: History, resolve: Callable, tmp_path: Path) -> None:
    history.origin.checkout("feature")
    env = events.runner(tmp_path, "pull_request", events.pull_request(history.tip, history.two))
    assert baseline(resolve(history.origin.path, env, asked=history.one)).revision.commit == history.one


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("nope", id="unknown"),
        pytest.param("-rf", id="option"),
        pytest.param("--upload-pack=x", id="long option"),
        pytest.param("HEAD:a.txt", id="file"),
        pytest.param("HEAD^{tree}", id="tree"),
        pytest.param("@{upstream}", id="upstream of a branch without one"),
        pytest.param("a\nb", id="line end"),
        pytest.param("a b", id="space"),
        pytest.param("\udcff", id="not UTF-8"),
    ],
)
def test_asked__no_commit(history: History, mlgate: Callable, asked: str) -> None:
    ran = mlgate("run", "metrics", f"--base={asked}", cwd=history.origin.path)
    assert (ran.code, ran.out) == (2, "")
    assert "is no commit of this repository" in ran.err
    assert "hint: see git branch --all and git tag" in ran.err
    assert len(ran.err.splitlines()) == 2


def test_asked__in_a_shallow_clone_says_what_is_missing(history: History, resolve: Callable, tmp_path: Path) -> None:
    clone = history.origin.clone(tmp_path / "clone", depth=1)
    with pytest.raises(GitError) as caught:
        resolve(clone.path, asked=history.first)
    assert caught.value.hint == f"the clone is shallow: {DEEPEN}"


# Other shapes of repository.


def test_worktree(history: History, resolve: Callable, tmp_path: Path) -> None:
    history.origin.git("worktree", "add", "--quiet", tmp_path / "tree", "feature")
    assert baseline(resolve(tmp_path / "tree")).revision.commit == history.left


def test_submodule__is_a_repository_of_its_own(history: History, make_repository: Callable, resolve: Callable) -> None:
    outer = make_repository("outer")
    outer.git("submodule", "--quiet", "add", str(history.origin.path), "part")
    outer.commit()
    inner = Repository(outer.path / "part", outer.env)
    inner.git("checkout", "--quiet", "feature")
    assert baseline(resolve(inner.path)).revision.commit == history.left
    assert baseline(resolve(outer.path)).is_head
