"""Whose config counts: asked of every run, so that a pull request cannot loosen the gate that judges it.

The common case is settled by the bytes of one blob; the rest is imported only where they differ.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mlgate.config import FILES, PYPROJECT, Config, Section, has_tool_table
from mlgate.git import Git

if TYPE_CHECKING:
    from mlgate.policy.ruling import Ruling


def find_ruling(
    git: Git,
    commit: str,
    project: Path,
    config: Config,
    kinds: Mapping[str, type[Section]],
    *,
    is_own: bool = False,
    explicit: bool = False,
    then: Config | None = None,
    complete: Callable[[Config, str], Config] = lambda config, _: config,
) -> Ruling | None:
    """Return which config counts where the baseline's differs from the head's, or None where nothing differs.

    `is_own` says that the head's own counts whatever the baseline's says, and `explicit` that the command line named
    the file. A file outside of the repository counts as it is: no pull request can change it. `complete` adds to a
    config what stands beside it at the baseline, in the folder that is given with a closing `/`; `then` is the head's
    own, completed so.
    """
    source = config.source
    inside = None if source is None else _inside(source, git.root)
    if source is None:
        is_same = not explicit and config_at(git, commit, prefix_of(project, git.root)) is None
    else:
        is_same = inside is None or git.blob(f"{commit}:{inside}") == config.data
    if is_same and (then is None or then.datasets == config.datasets):
        return None
    from mlgate.policy.judged import rule, rule_beside

    if is_same and then is not None:
        return rule_beside(project, then, config, kinds, is_own=is_own)
    explicit_name = inside if explicit else None
    return rule(git, commit, project, config, kinds, is_own=is_own, explicit=explicit_name, complete=complete)


def config_at(git: Git, commit: str, prefix: str, explicit: str | None = None) -> tuple[str, bytes] | None:
    """Return the name and the bytes of a project's config at a commit, or None where it has none.

    `prefix` is the project folder with a closing `/`; `explicit` the file that the command line names.
    """
    for name in dict.fromkeys((*([explicit] if explicit else ()), *(prefix + file for file in (*FILES, PYPROJECT)))):
        data = git.blob(f"{commit}:{name}")
        if data is not None and (not name.endswith(PYPROJECT) or has_tool_table(data)):
            return name, data
    return None


def prefix_of(project: Path, root: Path) -> str:
    """Return the project folder from the root with a closing `/`, or nothing at the root itself."""
    relative = project.resolve().relative_to(root.resolve()).as_posix()
    return "" if relative == "." else f"{relative}/"


def project_before(git: Git, commit: str, start: Path) -> Path | None:
    """Return the nearest folder, from `start` upwards, that has a config at the baseline.

    Without it a pull request would leave the gate of its project by removing the config, or by putting one nearer.
    """
    root = git.root.resolve()
    here = start.resolve()
    for folder in (here, *here.parents):
        if not folder.is_relative_to(root):
            break
        if config_at(git, commit, prefix_of(folder, root)) is not None:
            return folder
    return None


def _inside(source: str, root: Path) -> str | None:
    """Return a config's path from the root, or None where it lies outside of the repository."""
    if not source.startswith(("/", "..")) and not Path(source).is_absolute():
        return source
    place = Path(os.path.relpath(os.path.realpath(source), os.path.realpath(root))).as_posix()
    return None if place.startswith("../") else place
