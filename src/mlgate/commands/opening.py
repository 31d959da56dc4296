"""Opens a project for commands and hooks outside a run: its repository, its config, and what a check may know."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mlgate.config import Config, find_config
from mlgate.config_reading import load_config
from mlgate.context import Context, project_folder
from mlgate.data.convention import Convention
from mlgate.git_opening import open_repository
from mlgate.proc import Children
from mlgate.registry import find_checks, nearest_project
from mlgate.report import Baseline, Revision


def open_project(
    asked: str | None,
    children: Children,
    checks: Sequence[str] = (),
    *,
    commit: str = "",
    without_config: bool = False,
) -> Context:
    """Return the context of the project folder that is asked for, else of the nearest one with a config.

    The sections of `checks` are read, those of all checks where none is named. With `commit`, a name such as `HEAD`,
    that commit is the baseline; without a commit of that name, or without a name, there is none. With
    `without_config` no config is read.
    """
    start = Path(asked) if asked else Path.cwd()
    git = open_repository(start, children)
    project = project_folder(git.root, Path.cwd(), asked or str(nearest_project(git.root, start)))
    config = Config()
    if not without_config:
        config = load_config(project, git.root, find_checks(checks, find_config(project)).kinds)
        config = Convention(git, project).now(config)
    found = git.commit(commit) if commit else None
    return Context(
        project=project,
        git=git,
        head=Revision(commit=found.id, time=found.time) if found else None,
        baseline=Baseline(revision=found.revision(commit), reason="the last commit") if found else None,
        config=config,
        env=children.env,
        children=children,
    )
