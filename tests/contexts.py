"""What a check knows of a real repository, for tests of the parts that checks are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mlgate.baseline import resolve_baseline
from mlgate.checks.metrics import CHECK
from mlgate.config_reading import load_config
from mlgate.context import Context
from mlgate.event import read_event
from mlgate.git_opening import open_repository
from mlgate.proc import Children


@contextmanager
def opened_context(folder: Path, env: Mapping[str, str], base: str | None = "HEAD~1") -> Iterator[Context]:
    """Give the context of a project folder against `base`; None leaves the baseline to the event or the branch."""
    children = Children(env)
    try:
        git = open_repository(folder, children)
        config = load_config(folder, git.root, {"metrics": CHECK.config})
        compared = resolve_baseline(git, read_event(children.env), asked=base, branch=config.baseline.branch)
        yield Context(
            project=folder,
            git=git,
            head=compared.head,
            baseline=compared.baseline,
            config=config,
            env=children.env,
            children=children,
        )
    finally:
        children.kill()
