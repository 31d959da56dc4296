"""What the tests of README rules share: the check asked about a real repository, with its history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from mlgate.baseline import resolve_baseline
from mlgate.checks.readme import CHECK
from mlgate.config_reading import load_config
from mlgate.context import Context
from mlgate.event import Event
from mlgate.git_opening import open_repository
from mlgate.proc import Children
from mlgate.report import Outcome
from mlgate.runner import answer
from repositories import Repository

Ask = Callable[..., Outcome]


@pytest.fixture
def ask(repo: Repository, env: Mapping[str, str]) -> Iterator[Ask]:
    """Asks the check about a work tree against a revision: `ask()`, `ask(None, folder="app", of=other)`."""
    pool: list[Children] = []

    def run(
        base: str | None = "HEAD~1", *, folder: str = ".", of: Repository | None = None, scheduled: bool = False
    ) -> Outcome:
        project = (of or repo).path / folder
        pool.append(Children(env))
        git = open_repository(project, pool[-1])
        compared = resolve_baseline(git, Event(), asked=base)
        context = Context(
            project=project,
            git=git,
            head=compared.head,
            baseline=compared.baseline if base else None,
            config=load_config(project, git.root, {"readme": CHECK.config}),
            env=pool[-1].env,
            children=pool[-1],
            scheduled=scheduled,
        )
        return answer(CHECK, context)

    yield run
    for children in pool:
        children.kill()
