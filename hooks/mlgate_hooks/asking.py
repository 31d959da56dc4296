"""What hooks that ask a check share: they open the project, and say each finding with its place and the way out."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from mlgate.check import Check
from mlgate.commands.opening import open_project
from mlgate.context import Context
from mlgate.errors import ExitCode, MlgateError
from mlgate.proc import Children
from mlgate.report import Enforcement, Finding, Outcome, Status, with_enforcement
from mlgate.runner import answer
from mlgate.streams import take_all
from mlgate.text import plain, printable

_MUTE = (Status.ERROR, Status.INCONCLUSIVE, Status.SKIPPED)


def parser(program: str, about: str | None) -> argparse.ArgumentParser:
    """Return a parser with what all of them take."""
    made = argparse.ArgumentParser(prog=program, description=about)
    made.add_argument("--project", metavar="DIR", help="the project folder (default: the nearest one with a config)")
    return made


def ask_project(project: str | None, check: Check, asked: Callable[[Context], int]) -> int:
    """Return what `asked` says of the project, compared with the last commit; an expected error is told in a line."""
    take_all()
    with _children() as children:
        try:
            return asked(open_project(project, children, [check.id], commit="HEAD"))
        except MlgateError as error:
            print(plain(str(error)))
            return error.exit_code


def outcome_of(check: Check, context: Context) -> Outcome:
    """Return what a check says, as far as the config lets it."""
    enforced = context.config.enforce.get(check.id, Enforcement.BLOCK)
    if enforced is Enforcement.OFF:
        return Outcome.skipped("turned off in the config")
    found = answer(check, context)
    if found.status is Status.ERROR and found.hint and check.extra and f"[{check.extra}]" in found.hint:
        # Whoever lists dependencies of a hook replaces those that it came with.
        listed = f"in .pre-commit-config.yaml, list `.[{check.extra}]` among the hook's `additional_dependencies`"
        return replace(found, hint=f"{found.hint}; {listed}")
    return with_enforcement(found, enforced)


def tell(outcome: Outcome) -> int:
    """Print what a check found, and return the exit code of the hook: a check with nothing to do is no failure."""
    tell_findings(outcome.findings)
    if outcome.status in _MUTE:
        print(f"not checked: {plain(outcome.summary)}{_then(outcome.hint)}")
    if outcome.status is Status.ERROR:
        return ExitCode.CRASHED
    return ExitCode.FAILED if outcome.status is Status.FAILED else ExitCode.PASSED


def tell_findings(findings: tuple[Finding, ...]) -> None:
    """Print each finding as `file:line:column: what; what to do`, and its detail below it."""
    for finding in findings:
        place = f"{printable(str(finding.location))}: " if finding.location else ""
        print(f"{place}{plain(finding.message)}{_then(finding.hint)}")
        for line in (finding.detail or "").split("\n"):
            if line:
                print(f"  | {printable(line)}")


def _then(hint: str | None) -> str:
    return f"; {plain(hint)}" if hint else ""


@contextmanager
def _children() -> Iterator[Children]:
    children = Children(os.environ)  # noqa: TID251 - the border
    try:
        yield children
    finally:
        children.kill()
