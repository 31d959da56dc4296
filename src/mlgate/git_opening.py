"""Finds the repository that holds a folder, or says in words why there is none."""

from __future__ import annotations

import os
import re
import subprocess  # noqa: TID251 - for the type of a child only
from collections.abc import Sequence
from pathlib import Path

from mlgate.errors import GitError
from mlgate.git import COMMAND, ENV, LIMIT_SECONDS, READING, Git, Question, main_line
from mlgate.proc import Children
from mlgate.text import code

_OPENING = ("rev-parse", "--is-bare-repository", "--is-shallow-repository", "--show-toplevel", "--git-common-dir")


class Opening:
    """Finds the repository that holds a folder while the caller gets ready; `wait` gives it."""

    def __init__(self, start: Path, children: Children, questions: Sequence[Question] = ()) -> None:
        """Start to look, and to ask `questions` of what will be found; raises `GitError` where there is no folder."""
        if not start.is_dir():
            raise GitError(f"the folder {code(start)} does not exist")
        self.start = start
        self._children = children
        self._where = self._begin(_OPENING)
        self._begun = {question: self._begin(question) for question in (READING, *questions)}

    def _begin(self, question: Question) -> subprocess.Popen[bytes]:
        return self._children.start((*COMMAND, *question), cwd=self.start, env=ENV)

    def wait(self) -> Git:
        """Return the repository; raises `GitError` in words for each way in which there is none."""
        finished = self._children.collect(self._where, limit=LIMIT_SECONDS)
        # The first two line ends part answers for sure; the names of folders may hold others.
        bare, _, rest = os.fsdecode(finished.out).partition("\n")
        shallow, _, top = rest.partition("\n")
        if finished.code or not top:
            for begun in self._begun.values():
                self._children.release(begun)
            raise _opening_error(self.start, bare == "true", finished.err)
        folders = top.removesuffix("\n").split("\n")
        common = self.start / folders.pop() if len(folders) == 2 else None
        root = Path(folders[0]) if common else self._top()
        return Git(root, self._children, shallow=shallow == "true", common=common, begun=self._begun)

    def _top(self) -> Path:
        asked = (*COMMAND, "rev-parse", "--show-toplevel")
        found = self._children.capture(asked, cwd=self.start, limit=LIMIT_SECONDS, env=ENV)
        return Path(os.fsdecode(found.out).removesuffix("\n"))


def open_repository(start: Path, children: Children) -> Git:
    """Return the repository that holds `start`; raises `GitError` in words for each way in which there is none."""
    return Opening(start, children).wait()


def _opening_error(start: Path, bare: bool, told: bytes) -> GitError:
    if b"dubious ownership" in told:
        import shlex

        named = re.search(r"repository at '(.+)'", os.fsdecode(told))
        top = named[1] if named else str(start.resolve())
        return GitError(
            f"git does not trust {code(top)}, which belongs to another user",
            hint=f"run {code(f'git config --global --add safe.directory {shlex.quote(top)}')}",
        )
    if bare:
        return GitError(f"{code(start)} is a bare repository, without files to check", hint="run in a checkout of it")
    if b"not a git repository" in told:
        return GitError(
            f"{code(start.resolve())} is not in a git repository", hint="run `git init`, or give `--project DIR`"
        )
    return GitError(f"git cannot open {code(start)}: {code(main_line(told))}")
