"""The repository of the demo: made from the example, with a DVC remote beside it and a work tree for each branch."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from mlgate.demo.lessons import Edit, Lesson
from mlgate.demo.world import EXAMPLE, copy_example
from mlgate.errors import MlgateError
from mlgate.git import Git
from mlgate.proc import Children, Finished
from mlgate.text import code

_GIT_CONFIG = {
    "user.name": "mlgate demo",
    "user.email": "demo@example.com",
    "commit.gpgSign": "false",
    "core.autocrlf": "false",
}
# Relative to `.dvc`, so that the folder can be moved. The branches share one cache: no stage runs twice for nothing.
_DVC_CONFIG = "[core]\n    remote = storage\n['remote \"storage\"']\n    url = ../../remote\n"
_DVC_SHARED_CACHE = f"[cache]\n    dir = ../../{EXAMPLE}/.dvc/cache\n"
_LIMIT_SECONDS = 300.0


class Sandbox:
    """A folder that holds the repository, the DVC remote `remote`, and for a while one work tree for each branch."""

    def __init__(self, folder: Path, children: Children) -> None:
        """Keep where everything will be; `build` makes it."""
        self.folder = folder
        self.project = folder / EXAMPLE
        self.children = children
        self.git = Git(self.project, children)

    def build(self) -> None:
        """Make the repository: the example reproduced, its outputs in the remote, one commit on `main`."""
        copy_example(self.project)
        self.git.run("init", "--quiet", "--initial-branch=main")
        for name, value in _GIT_CONFIG.items():
            self.git.run("config", name, value)
        self.python(self.project, "dvc", "init", "--quiet")
        (self.folder / "remote").mkdir()
        (self.project / ".dvc" / "config").write_text(_DVC_CONFIG, encoding="utf-8")
        self.reproduce(self.project)
        self.refresh_readme(self.project)
        self.commit(self.project, "Tell malignant from benign tumours")

    def add_branch(self, lesson: Lesson) -> Path:
        """Make the branch of a lesson from `main`, and return its work tree with the outputs of `main` in it."""
        import shutil

        tree = self.tree(lesson)
        self.git.run("worktree", "add", "--quiet", "-b", lesson.branch, str(tree), "main")
        (tree / ".dvc" / "config.local").write_text(_DVC_SHARED_CACHE, encoding="utf-8")
        for outputs in ("data", "out"):
            shutil.copytree(self.project / outputs, tree / outputs)
        return tree

    def tree(self, lesson: Lesson) -> Path:
        """Return where the work tree of a lesson is."""
        return self.folder / lesson.name

    def teach(self, lesson: Lesson) -> None:
        """Do in the work tree of a lesson what its author did, and commit it."""
        tree = self.tree(lesson)
        _edit(tree, lesson.edits)
        if lesson.repro:
            self.reproduce(tree)
        _edit(tree, lesson.by_hand)
        if lesson.readme:
            self.refresh_readme(tree)
        self.commit(tree, lesson.message)

    def push(self) -> None:
        """Bring the outputs of all branches to the remote."""
        self.python(self.project, "dvc", "push", "--quiet", "--all-branches")

    def remove_trees(self) -> None:
        """Take the work trees away, so that each branch can be checked out in the repository itself."""
        for line in self.git.run("worktree", "list", "--porcelain", "-z").decode().split("\0"):
            kind, _, path = line.partition(" ")
            if kind == "worktree" and Path(path).resolve() != self.project.resolve():
                self.git.run("worktree", "remove", "--force", path)

    def reproduce(self, tree: Path) -> None:
        """Run what is stale of the pipeline."""
        self.python(tree, "dvc", "repro", "--quiet")

    def refresh_readme(self, tree: Path) -> None:
        """Bring the generated blocks of the README up to date, as `mlgate readme --fix` does."""
        from mlgate.readme.fix import fix
        from mlgate.readme.sources import Sources

        path = tree / "README.md"
        fixed = fix(path.read_text(encoding="utf-8"), Sources.of_folder(tree))
        if not fixed.is_whole:
            raise MlgateError("the README of the example cannot be brought up to date")
        path.write_text(fixed.text, encoding="utf-8", newline="\n")

    def commit(self, tree: Path, message: str) -> None:
        """Commit everything in a work tree."""
        git = Git(tree, self.children)
        git.run("add", "--all")
        git.run("commit", "--quiet", "--no-verify", "--message", message)

    def python(self, tree: Path, module: str, *args: str, env: Mapping[str, str] | None = None) -> Finished:
        """Run a module with this interpreter in a work tree; raises with the tail of its output when it fails."""
        # Python's -P keeps a module of the work tree from standing in for the one that is meant.
        command = (sys.executable, "-P", "-m", module, *args)
        finished = self.children.run(command, cwd=tree, limit=_LIMIT_SECONDS, env=env, merge=True)
        if finished.timed_out:
            raise MlgateError(f"{code(' '.join((module, *args)))} took longer than {_LIMIT_SECONDS:g} s")
        if finished.code:
            said = finished.text.strip().rpartition("\n")[2]
            raise MlgateError(f"{code(' '.join((module, *args)))} failed: {code(said)}")
        return finished


def _edit(tree: Path, edits: tuple[Edit, ...]) -> None:
    for edit in edits:
        path = tree / edit.path
        path.write_text(edit.apply(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
