"""`mlgate run`: runs the checks, prints the report, and writes the other forms asked for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mlgate import __version__
from mlgate.baseline import Compared, resolve_baseline
from mlgate.cache import OFF
from mlgate.check import Check
from mlgate.commands.render import shown, write_aside
from mlgate.commands.ruled import Asked, ruled, with_notice
from mlgate.config import Config, find_config, load_config
from mlgate.context import Context, project_folder
from mlgate.errors import ExitCode, UsageError
from mlgate.event import Event, read_event
from mlgate.git import open_repository
from mlgate.proc import Children, kill_all
from mlgate.publish.workflow_commands import no_workflow_commands
from mlgate.registry import find_checks, nearest_project
from mlgate.render import FORMATS, render
from mlgate.report import Entry, Report, Verdict
from mlgate.runner import Listener, Silence, run_checks
from mlgate.text import code, inert, nearest

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("checks", nargs="*", metavar="CHECK", help="the checks to run (default: all)")
    parser.add_argument("--base", metavar="REV", help="compare with this revision instead of the resolved baseline")
    parser.add_argument("--project", metavar="DIR", help="the project folder (default: the nearest one with a config)")
    parser.add_argument("--config", metavar="FILE", type=Path, help="read this config instead of the project's")
    parser.add_argument(
        "--rules",
        choices=("baseline", "head"),
        default="baseline",
        help="whose config counts where they differ (default: the baseline's, and the head's where it asks for more)",
    )
    parser.add_argument("--python", metavar="PATH", help="the interpreter for the project's tests and stages")
    parser.add_argument(
        "--format", choices=tuple(FORMATS), default="terminal", help="what to print (default: terminal)"
    )
    parser.add_argument(
        "--output", metavar="FORMAT=PATH", action="append", default=[], help="also write the report in this form"
    )
    parser.add_argument("--scheduled", action="store_true", help="also apply rules about time, such as the age of docs")
    parser.add_argument(
        "--fail-on",
        choices=("failure", "warning", "never"),
        default="failure",
        help="what makes the exit code other than 0: what blocks, also what warns, or nothing found (default: failure)",
    )
    parser.add_argument("--workers", metavar="N", type=int, default=0, help="checks at once (default: one a core)")
    parser.add_argument("--no-cache", action="store_true", help="ask everything anew, though nothing has changed")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--verbose", action="store_true", help="also print the logs of checks that crashed")


def execute(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Run the gate and return the exit code of its verdict."""
    outputs = [_output(text) for text in arguments.output]
    pool: list[Children] = []
    env = {**env, OFF: "1"} if arguments.no_cache else env
    with no_workflow_commands(sys.stdout, env):
        try:
            report = _run(arguments, env, pool)
        finally:
            kill_all(pool)
        for form, path in outputs:
            write_aside(path, render(report, form))
        _show(report, arguments, env)
    return _exit_code(report, arguments.fail_on)


def _exit_code(report: Report, fail_on: str) -> int:
    """Return the exit code of the verdict, or of what is asked to count instead."""
    if fail_on == "never":
        return ExitCode.PASSED
    if fail_on == "warning" and report.verdict is Verdict.PASSED:
        from mlgate.render.wording import unsettled

        return ExitCode.FAILED if unsettled(report) else ExitCode.PASSED
    return report.verdict.exit_code


def _run(arguments: argparse.Namespace, env: Mapping[str, str], pool: list[Children]) -> Report:
    own = _children(env, pool)
    event = read_event(env)
    here = _here()
    start = Path(arguments.project) if arguments.project else here
    git = open_repository(start, own)
    project = project_folder(git.root, here, arguments.project or str(nearest_project(git.root, start)))
    registry = find_checks(arguments.checks, arguments.config or find_config(project))
    wanted = registry.wanted(arguments.checks)
    config = load_config(project, git.root, registry.kinds, arguments.config)
    compared = resolve_baseline(git, event, asked=arguments.base, branch=config.baseline.branch)
    asked = Asked(start, arguments.config, is_own=arguments.rules == "head", is_project=bool(arguments.project))
    project, config, ruling, ledger = ruled(git, asked, project, config, registry.kinds, compared, event)

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
    report = _report(config, compared, event, project, git.root, entries, has_rules=ruling is not None)
    return with_notice(report, ruling) if ruling else report


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


def _here() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise UsageError("the folder in which this command stands is gone", hint="change to one that exists") from None


def _workers(arguments: argparse.Namespace) -> int:
    import os

    return arguments.workers if arguments.workers > 0 else max(2, os.cpu_count() or 1)


def _listener(arguments: argparse.Namespace, env: Mapping[str, str]) -> AbstractContextManager[Listener]:
    from contextlib import nullcontext

    if arguments.quiet or arguments.format != "terminal":
        silence: Listener = Silence()
        return nullcontext(silence)
    from mlgate.progress import progress

    return progress(sys.stdout if env.get("GITHUB_ACTIONS") == "true" else sys.stderr, env)


def _output(text: str) -> tuple[str, Path]:
    form, _, path = text.partition("=")
    if form not in FORMATS or not path:
        close = nearest(form, tuple(FORMATS))
        hint = f"did you mean {code(close)}?" if close else "known forms: " + ", ".join(FORMATS)
        raise UsageError(f"{code('--output ' + text)} is not FORMAT=PATH", hint=hint)
    return form, Path(path)


def _show(report: Report, arguments: argparse.Namespace, env: Mapping[str, str]) -> None:
    sys.stdout.write(shown(report, arguments.format, sys.stdout, env))
    if arguments.verbose:
        for entry in report.entries:
            if entry.outcome.log:
                sys.stderr.write(inert(f"--- {entry.check}\n{entry.outcome.log}\n"))
