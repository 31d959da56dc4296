"""Asks one check about a real repository, without the rest of the gate."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mlgate.baseline import resolve_baseline
from mlgate.check import Check
from mlgate.config_reading import load_config
from mlgate.context import Context
from mlgate.data.convention import Convention
from mlgate.event import Event
from mlgate.git_opening import open_repository
from mlgate.proc import Children
from mlgate.report import Finding, Outcome
from mlgate.runner import answer
from repositories import Repository


def ask(
    check: Check,
    repo: Repository,
    *,
    base: str | None = None,
    folder: str = ".",
    python: Path | str = sys.executable,
    env: Mapping[str, str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Outcome:
    """Return what a check says of the work tree; `base` is the revision to compare with, None for no baseline."""
    project = repo.path / folder
    children = Children({**repo.env, **(env or {})})
    try:
        git = open_repository(project, children)
        context = Context(
            project=project,
            git=git,
            head=None,
            baseline=resolve_baseline(git, Event(), asked=base).baseline if base else None,
            config=Convention(git, project).now(load_config(project, git.root, {check.id: check.config})),
            env=children.env,
            children=children,
            python=str(python),
            progress=progress,
        )
        return answer(check, context)
    finally:
        children.kill()


def rules(outcome: Outcome) -> list[str]:
    """Return the rules of the findings, in their order."""
    return [finding.rule for finding in outcome.findings]


def only(outcome: Outcome, rule: str) -> Finding:
    """Return the one finding of a rule."""
    (found,) = [finding for finding in outcome.findings if finding.rule == rule]
    return found


def places(findings: Sequence[Finding]) -> list[str]:
    """Return where the findings are, as `path:line:column`."""
    return [str(finding.location) for finding in findings]
