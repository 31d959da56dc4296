"""The repository of the demo, made with real git and real DVC."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import yaml

from mlgate.demo.lessons import LESSONS
from mlgate.demo.sandbox import Sandbox
from mlgate.demo.world import demo_environment
from mlgate.errors import MlgateError
from mlgate.proc import Children

FORGOT = next(lesson for lesson in LESSONS if not lesson.repro)
BY_HAND = next(lesson for lesson in LESSONS if lesson.by_hand)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox in a folder with a space in its name, with the branches in which no stage runs."""
    folder = tmp_path_factory.mktemp("demo with a space")
    env = {"PATH": os.environ["PATH"]}  # noqa: TID251
    children = Children(demo_environment(env, tmp_path_factory.mktemp("aside")))
    made = Sandbox(folder, children)
    made.build()
    for lesson in (FORGOT, BY_HAND):
        made.add_branch(lesson)
        made.teach(lesson)
    made.push()
    yield made
    children.kill()


def test_build__main_is_clean(sandbox: Sandbox) -> None:
    assert sandbox.git.run("status", "--porcelain") == b""
    assert sandbox.git.run("branch", "--show-current") == b"main\n"


def test_build__outputs_are_not_in_git(sandbox: Sandbox) -> None:
    tracked = sandbox.git.files()
    assert "metrics.json" in tracked
    assert not [path for path in tracked if path.startswith(("data/", "out/"))]


def test_push__every_output_is_in_the_remote(sandbox: Sandbox) -> None:
    lock = yaml.safe_load((sandbox.project / "dvc.lock").read_text(encoding="utf-8"))
    outs = [out for stage in lock["stages"].values() for out in stage["outs"] if out["path"] != "metrics.json"]
    stored = {f"{path.parent.name}{path.name}" for path in (sandbox.folder / "remote").rglob("*") if path.is_file()}
    assert len(outs) >= 4  # train, test, model, predictions
    assert {out["md5"] for out in outs} <= stored


def test_teach__only_its_edits_when_the_pipeline_was_not_run(sandbox: Sandbox) -> None:
    changed = sandbox.git.run("diff", "--name-only", "main", FORGOT.branch).decode().split()
    assert set(changed) == {"params.yaml", "README.md"}


def test_teach__what_is_edited_by_hand_stands_after_the_run(sandbox: Sandbox) -> None:
    changed = sandbox.git.run("diff", "--name-only", "main", BY_HAND.branch).decode().split()
    assert set(changed) == {"metrics.json", "README.md"}


def test_teach__the_author_is_nobody(sandbox: Sandbox) -> None:
    assert sandbox.git.run("log", "-1", "--format=%an <%ae>", FORGOT.branch) == b"mlgate demo <demo@example.com>\n"


def test_python__says_what_failed_and_how(sandbox: Sandbox) -> None:
    with pytest.raises(MlgateError, match="`dvc no-such-command` failed"):
        sandbox.python(sandbox.project, "dvc", "no-such-command")


def test_remove_trees__branches_can_be_checked_out(sandbox: Sandbox) -> None:
    sandbox.remove_trees()
    assert sorted(path.name for path in sandbox.folder.iterdir()) == ["breast-cancer", "remote"]
    sandbox.git.run("switch", "--quiet", FORGOT.branch)
    sandbox.git.run("switch", "--quiet", "main")
