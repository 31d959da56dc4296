"""Runs code blocks of pages, each as a process of its own, in a copy of the repository that is thrown away."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from mlgate.context import Context
from mlgate.dvc.rerun.worktree import own_worktree
from mlgate.proc import Finished
from mlgate.readme.code_blocks import CodeBlock, Time, command_of, line_of, script_of

_TAIL_CHARACTERS = 4_000
_TAIL_LINES = 40
_KEPT_BYTES = 100_000


class Place(Struct, frozen=True, kw_only=True):
    """A copy of the repository: a folder for scripts beside it, its top, and the project in it."""

    aside: Path
    root: Path
    project: Path


class BlockRun(Struct, frozen=True, kw_only=True):
    """How a block came out: None as the process where there was no time left; the line that failed, and its last words.

    `limit` is the time that it had, in seconds.
    """

    block: CodeBlock
    finished: Finished | None
    line: int
    said: str = ""
    limit: float = 0.0

    @property
    def is_good(self) -> bool:
        """Return whether it came to its end."""
        return self.finished is not None and self.finished.code == 0 and not self.finished.timed_out


@contextmanager
def copy_of_head(context: Context) -> Iterator[Place]:
    """Give a copy of the files that git tracks or would track, as they are in the work tree, without git itself."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="mlgate-blocks-", ignore_cleanup_errors=True) as name:
        folder = Path(os.path.realpath(name))
        root = folder / "tree"
        root.mkdir()
        for path in context.git.files():
            source, target = context.root / path, root / path
            if source.is_symlink() or source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target, follow_symlinks=False)
        (root / context.prefix).mkdir(parents=True, exist_ok=True)
        yield Place(aside=folder, root=root, project=root / context.prefix)


@contextmanager
def copy_of_commit(context: Context, commit: str) -> Iterator[Place]:
    """Give a checkout of a commit."""
    with own_worktree(context, commit) as made:
        yield Place(aside=made.folder, root=made.root, project=made.project)


class Runner:
    """Runs blocks in one place, within the time that there is for them."""

    def __init__(self, context: Context, place: Place, time_for: Time, hide: Callable[[str], str]) -> None:
        """Keep the parts; `hide` takes the values of secrets out of what blocks print."""
        self._context = context
        self._place = place
        self._time = time_for
        self._hide = hide
        self._env = _environment(context, place)

    def run(self, blocks: Sequence[CodeBlock]) -> Iterator[BlockRun]:
        """Yield how each block came out, in their order; what one leaves in the folder is there for the next."""
        for number, block in enumerate(blocks):
            self._context.progress(f"runs code block {number + 1} of {len(blocks)}")
            yield self._one(number, block)

    def _one(self, number: int, block: CodeBlock) -> BlockRun:
        limit = min(self._time.limit, self._time.deadline - time.monotonic())
        if limit <= 0:
            return BlockRun(block=block, finished=None, line=block.fence.line)
        script = self._place.aside / f"block-{number}" / Path(block.path).name
        script.parent.mkdir()
        script.write_text(script_of(block), encoding="utf-8")
        command = command_of(block, self._context.python, script)
        finished = self._context.children.run(
            command, cwd=self._place.project, limit=limit, env=self._env, merge=True, keep=_KEPT_BYTES
        )
        said = self._hide(finished.text).replace(str(script), block.path).replace(str(self._place.root), ".")
        return BlockRun(
            block=block,
            finished=finished,
            line=line_of(block, script, finished.text),
            said="\n".join(said.rstrip().splitlines()[-_TAIL_LINES:])[-_TAIL_CHARACTERS:],
            limit=limit,
        )


def _environment(context: Context, place: Place) -> Mapping[str, str]:
    """Return what blocks see: the project's interpreter first on the path, and the copy before what is installed."""
    python = context.python
    paths = [place.project, place.project / "src"]
    known = [str(path) for path in paths if path.is_dir()] + [context.env.get("PYTHONPATH", "")]
    env = {
        "PATH": os.pathsep.join([str(python.parent), context.env.get("PATH", "")]),
        "PYTHONPATH": os.pathsep.join(part for part in known if part),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if (python.parent.parent / "pyvenv.cfg").is_file():
        env["VIRTUAL_ENV"] = str(python.parent.parent)
    return env
