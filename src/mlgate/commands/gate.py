"""The whole run of the gate: from a repository, by its config and against its baseline, to a report."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mlgate import __version__, documents
from mlgate.baseline import Compared, resolve_baseline
from mlgate.cache import OFF, open_cache
from mlgate.check import Check
from mlgate.commands.ruled import WITHOUT_DATASETS, Asked, ruled, with_notice
from mlgate.config import Config, Section, find_config
from mlgate.context import Context, project_folder
from mlgate.event import Event, read_event
from mlgate.git_opening import Opening
from mlgate.proc import Children
from mlgate.registry import find_checks, nearest_project
from mlgate.report import Entry, Report
from mlgate.runner import Listener, Silence, run_checks
from mlgate.text import code

if TYPE_CHECKING:
    import argparse
    from contextlib import AbstractContextManager


def run_gate(arguments: argparse.Namespace, env: Mapping[str, str], pool: list[Children], opening: Opening) -> Report:
    """Return the report on the repository that is being opened; every child that is started is added to `pool`."""
    if arguments.no_cache:
        env = {**env, OFF: "1"}
    event = read_event(env)
    git = opening.wait()
    documents.remember(open_cache(env, lambda: git.common_folder() / "mlgate"))
    asked = arguments.project or str(nearest_project(git.root, opening.start))
    project = project_folder(git.root, Path(), asked)
    path = arguments.config or find_config(project)
    registry = find_checks(arguments.checks, path)
    wanted = registry.wanted(arguments.checks)
    config = _config(path, project, git.root, registry.kinds, arguments.config)
    compared = resolve_baseline(git, event, asked=arguments.base, branch=config.baseline.branch)
    asked = Asked(
        opening.start,
        arguments.config,
        is_own=arguments.rules == "head",
        is_project=bool(arguments.project),
        wants_datasets=any(check.id not in WITHOUT_DATASETS for check in wanted),
    )
    judged = ruled(git, asked, project, config, registry.kinds, compared, event)
    project, config, ruling, ledger = judged.project, judged.config, judged.ruling, judged.ledger

    def context_for(_: Check, progress: Callable[[str], None]) -> Context:
        children = _children(env, pool)
        return Context(
            project=project,
            git=git,
            head=compared.head,
            baseline=compared.baseline,
            config=config,
            env=children.env,
            children=children,
            python=arguments.python,
            progress=progress,
            scheduled=arguments.scheduled,
            current=arguments.current,
            ruling=ruling,
            waivers=ledger,
        )

    with _listener(arguments, env) as listener:
        entries = run_checks(
            wanted,
            config,
            context_for,
            workers=_workers(arguments),
            listener=listener,
            settle=ledger.settle if ledger else None,
        )
    git.close()
    report = _report(config, compared, event, project, git.root, entries, has_rules=ruling is not None)
    if arguments.scheduled:
        from mlgate.commands.alert import alerted

        report = alerted(report, config, event, env)
    return with_notice(report, ruling) if ruling else report


def _config(
    path: Path | None, project: Path, root: Path, kinds: Mapping[str, type[Section]], explicit: Path | None
) -> Config:
    """Return the config of a project; where there is no file, nothing that reads one is loaded."""
    if path is None:
        return Config()
    from mlgate.config_reading import load_config

    return load_config(project, root, kinds, explicit)


def _report(
    config: Config,
    compared: Compared,
    event: Event,
    project: Path,
    root: Path,
    entries: tuple[Entry, ...],
    *,
    has_rules: bool,
) -> Report:
    notices = list(compared.notices)
    if config.source is None and not has_rules:
        notices.append("no config: every check ran with its defaults")
    elif config.source is not None and config.is_silent:
        notices.append(f"{code(config.source)} sets nothing: every check ran with its defaults")
    relative = project.relative_to(root.resolve()).as_posix()
    return Report(
        version=__version__,
        head=compared.head,
        baseline=compared.baseline,
        entries=entries,
        notices=tuple(notices),
        key=config.report.key,
        project="" if relative == "." else relative,
        run=event.run,
    )


def _children(env: Mapping[str, str], pool: list[Children]) -> Children:
    children = Children(env)
    pool.append(children)
    return children


def _workers(arguments: argparse.Namespace) -> int:

    return arguments.workers if arguments.workers > 0 else max(2, os.cpu_count() or 1)


def _listener(arguments: argparse.Namespace, env: Mapping[str, str]) -> AbstractContextManager[Listener]:
    from contextlib import nullcontext

    if arguments.quiet or arguments.format != "terminal":
        silence: Listener = Silence()
        return nullcontext(silence)
    from mlgate.progress import progress

    return progress(sys.stdout if env.get("GITHUB_ACTIONS") == "true" else sys.stderr, env)
