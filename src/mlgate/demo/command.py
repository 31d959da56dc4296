"""The whole demo: make the repository and its branches, run the gate on each, show what it says."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mlgate.demo import story
from mlgate.demo.gate import Answer, ask_gate
from mlgate.demo.lessons import LESSONS, Lesson
from mlgate.demo.sandbox import Sandbox
from mlgate.demo.world import demo_environment, require_empty, require_packages
from mlgate.errors import ExitCode
from mlgate.proc import Children
from mlgate.report import Report
from mlgate.text import amount

Say = Callable[[str], None]
Show = Callable[[Report], str]
_AT_ONCE = 2


def demo(
    keep: Path | None, *, env: Mapping[str, str], say: Say, show: Show, lessons: tuple[Lesson, ...] = LESSONS
) -> int:
    """Play the lessons and return whether every verdict was the expected one.

    The repository is made in `keep` and stays there, or in a temporary folder that goes away. `say` is told what
    happens as it happens; `show` turns the gate's reports into text for it.
    """
    require_packages()
    if keep is not None:
        require_empty(keep)
    with _folders(keep) as (folder, aside):
        children = Children(demo_environment(env, aside))
        sandbox = Sandbox(folder, children)
        say(story.opening(len(lessons), folder, keep is not None))
        try:
            answers: list[Answer] = []
            for answer in _play(sandbox, lessons, say):
                say(story.heading(len(answers) + 1, len(lessons), answer.lesson))
                say(show(answer.report))
                answers.append(answer)
        finally:
            children.kill()
        say(story.closing(answers))
        if keep is not None:
            is_active = sys.prefix in (env.get("VIRTUAL_ENV"), env.get("CONDA_PREFIX"))
            blocked = next((lesson for lesson in lessons if lesson.blocked_by), lessons[0])
            say(story.next_steps(sandbox.project, blocked, None if is_active else sys.executable))
    return ExitCode.PASSED if all(answer.is_expected for answer in answers) else ExitCode.FAILED


def _play(sandbox: Sandbox, lessons: tuple[Lesson, ...], say: Say) -> Iterator[Answer]:
    """Yield the gate's answer to each lesson, in their order, as soon as it is there."""
    from concurrent.futures import ThreadPoolExecutor

    with _timed("main: dvc repro", say):
        sandbox.build()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            with _timed(f"{amount(len(lessons), 'branch', 'branches')}: edit, dvc repro, commit; dvc push", say):
                for lesson in lessons:
                    sandbox.add_branch(lesson)
                list(pool.map(sandbox.teach, lessons))
                sandbox.push()
            yield from pool.map(lambda lesson: ask_gate(lesson, sandbox.tree(lesson), sandbox.children), lessons)
        except BaseException:
            # The pool waits for its threads, and they wait for their children.
            sandbox.children.kill()
            raise
    sandbox.remove_trees()


@contextmanager
def _timed(words: str, say: Say) -> Iterator[None]:
    began = time.monotonic()
    say(f"  {words} … ")
    ended = "stopped"
    try:
        yield
        ended = f"{time.monotonic() - began:.0f} s"
    finally:
        say(f"{ended}\n")


@contextmanager
def _folders(keep: Path | None) -> Iterator[tuple[Path, Path]]:
    """Yield the folder of the repository and one for what is thrown away in any case."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="mlgate-demo-", ignore_cleanup_errors=True) as name:
        # Resolved, for git and DVC say the true name of a folder where its parent is a link.
        temporary = Path(name).resolve()
        if keep is None:
            (temporary / "demo").mkdir()
            yield temporary / "demo", temporary
        else:
            keep.mkdir(parents=True, exist_ok=True)
            yield keep.resolve(), temporary
