"""`mlgate run`: runs the checks, prints the report, and writes the other forms asked for."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from mlgate.errors import ExitCode, UsageError
from mlgate.event import on_actions
from mlgate.git import DIRTY_QUESTION
from mlgate.git_opening import Opening
from mlgate.proc import Children, end_all, kill_all
from mlgate.render import FORMATS, render, shown
from mlgate.text import code, inert, nearest, plain

if TYPE_CHECKING:
    import argparse

    from mlgate.commands.render import UnwrittenError
    from mlgate.report import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("checks", nargs="*", metavar="CHECK", help="the checks to run (default: all)")
    parser.add_argument(
        "--base",
        metavar="REV",
        help="compare with where the head left this branch, tag or commit, not with the resolved baseline",
    )
    parser.add_argument("--project", metavar="DIR", help="the project folder (default: the nearest one with a config)")
    parser.add_argument("--config", metavar="FILE", type=Path, help="read this config instead of the project's")
    parser.add_argument(
        "--rules",
        choices=("baseline", "head"),
        default="baseline",
        help="whose config counts where they differ (default: the baseline's, and the head's where it asks for more)",
    )
    parser.add_argument(
        "--current",
        metavar="DATA",
        help="let `drift` compare this file, folder or glob, such as what came in",
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
    with _without_commands(env):
        try:
            opening = _open(arguments, env, pool)
            # All that judges is loaded while git looks around.
            from mlgate.commands.gate import run_gate

            report = run_gate(arguments, env, pool, opening)
            end_all(pool)
            unwritten = [error for form, path in outputs if (error := _written(report, form, path))]
            _show(report, arguments, env)
        finally:
            kill_all(pool)
    exit_code = _exit_code(report, arguments.fail_on)
    for error in unwritten:
        sys.stderr.write(inert(f"mlgate: {plain(str(error))}\n"))
    # A disk that is full says nothing of the model; a path that cannot be is a mistake, whatever the verdict.
    return exit_code if exit_code or all(error.is_full for error in unwritten) else ExitCode.USAGE


def _without_commands(env: Mapping[str, str]) -> AbstractContextManager[None]:
    """Keep what is printed meanwhile from being read as commands by a runner, where there is one."""
    if not on_actions(env):
        return nullcontext()
    from mlgate.publish.workflow_commands import no_workflow_commands

    return no_workflow_commands(sys.stdout, env)


def _written(report: Report, form: str, path: Path) -> UnwrittenError | None:
    from mlgate.commands.render import UnwrittenError, write_aside

    try:
        write_aside(path, render(report, form))
    except UnwrittenError as error:
        return error
    return None


def _exit_code(report: Report, fail_on: str) -> int:
    """Return the exit code of the verdict, or of what is asked to count instead."""
    if fail_on == "never":
        return ExitCode.PASSED
    if fail_on == "warning" and report.verdict == "passed":
        from mlgate.render.wording import unsettled

        return ExitCode.FAILED if unsettled(report) else ExitCode.PASSED
    return report.exit_code


def _open(arguments: argparse.Namespace, env: Mapping[str, str], pool: list[Children]) -> Opening:
    pool.append(Children(env))
    questions = () if on_actions(env) else (DIRTY_QUESTION,)
    return Opening(Path(arguments.project) if arguments.project else _here(), pool[0], questions)


def _here() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise UsageError("the folder in which this command stands is gone", hint="change to one that exists") from None


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
