"""What the tests of checks share: a check asked about the last commit of a real repository."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from conftest import Ran
from gating import Gate, Told
from mlgate.baseline import resolve_baseline
from mlgate.checks.metrics import CHECK
from mlgate.config_reading import load_config
from mlgate.context import Context
from mlgate.event import Event
from mlgate.git_opening import open_repository
from mlgate.proc import Children
from mlgate.report import Outcome
from mlgate.runner import answer
from repositories import Repository


class MetricsProject:
    """A project in a repository, and the metrics check asked about it."""

    def __init__(self, repo: Repository, env: Mapping[str, str]) -> None:
        """Keep the repository."""
        self.repo = repo
        self._env = env
        self._children: list[Children] = []

    def compare(
        self,
        base: Mapping[str, str | bytes],
        head: Mapping[str, str | bytes],
        *,
        config: str | None = None,
        remove: tuple[str, ...] = (),
    ) -> Outcome:
        """Commit `base`, then `head` on top of it with `remove` gone, and return what the check says of the two."""
        self.repo.commit(base)
        self.repo.commit({**head, **({"mlgate.yaml": config} if config else {})}, remove=remove)
        return self.ask()

    def ask(self, base: str | None = "HEAD~1", folder: str = ".") -> Outcome:
        """Return what the check says of the work tree against `base`; None asks without any baseline."""
        project = self.repo.path / folder
        children = Children(self._env)
        self._children.append(children)
        git = open_repository(project, children)
        compared = resolve_baseline(git, Event(), asked=base)
        context = Context(
            project=project,
            git=git,
            head=compared.head,
            baseline=compared.baseline if base else None,
            config=load_config(project, git.root, {"metrics": CHECK.config}),
            env=children.env,
            children=children,
        )
        return answer(CHECK, context)

    def close(self) -> None:
        """End the git processes of every question."""
        for children in self._children:
            children.kill()


@pytest.fixture
def metrics_project(repo: Repository, env: dict[str, str]) -> Iterator[MetricsProject]:
    """A new repository with the metrics check."""
    project = MetricsProject(repo, env)
    yield project
    project.close()


@pytest.fixture
def gate(repo: Repository, mlgate: Callable[..., Ran]) -> Gate:
    """Runs the gate as machines read it: `gate("metrics", "policy")`."""

    def run(*words: str, cwd: Path | None = None, **env: str) -> Told:
        checks = words or ("metrics", "policy")
        return Told(mlgate("run", *checks, "--format", "json", "--quiet", cwd=cwd or repo.path, **env))

    return run
