"""Lint: is the code clean and formatted?"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from mlgate.check import Check
from mlgate.config import Section
from mlgate.context import Context
from mlgate.errors import ToolMissingError, UsageError
from mlgate.interpreter import find_tool, repository_file
from mlgate.report import Column, Finding, Outcome, Row, Severity, Table
from mlgate.text import amount, code

if TYPE_CHECKING:
    from mlgate.ruff import Problem

MOST_FINDINGS = 200
_TABLE_FROM = 10


class LintConfig(Section, frozen=True):
    """The `lint:` section of the config."""

    paths: Annotated[
        tuple[str, ...],
        Meta(description="The files and folders to look at, from the project folder; default: all that ruff finds."),
    ] = ()
    format: Annotated[bool, Meta(description="Whether the code must be formatted as `ruff format` does it.")] = True


def run(context: Context, config: LintConfig) -> Outcome:
    """Run the project's ruff and return what it finds."""
    from mlgate.ruff import Ruff

    _require_paths(context, config)
    program = find_tool("ruff", context.python, context.env)
    if program is None:
        raise ToolMissingError("ruff was not found", hint="install it with `pip install ruff`")
    _refuse_own(context, program)
    ruff = Ruff(program, context.project, context.children, config.paths)
    files = ruff.count_files()
    if not files:
        return Outcome.skipped("no Python files", hint="files that git or ruff's config exclude do not count")
    problems = ruff.check()
    unformatted = ruff.check_format() if config.format else []
    return _outcome(context, _merged(problems, unformatted), files)


def _refuse_own(context: Context, program: Path) -> None:
    """Refuse a program that is a file of the repository: whoever changes the code could change what judges it."""
    place = repository_file(program, context.root, context.git)
    if place is not None:
        raise ToolMissingError(
            f"ruff at {code(place)} is a file of the repository, and is not asked",
            hint="install it with `pip install ruff`, and keep environments out of git",
        )


def _require_paths(context: Context, config: LintConfig) -> None:
    for index, path in enumerate(config.paths):
        if not context.exists(path):
            place = context.config_location("lint", "paths", index)
            raise UsageError(
                f"the path {code(path)} does not exist",
                hint="name files and folders from the project folder; globs are not expanded",
                where=str(place) if place else None,
            )


def _merged(problems: Sequence[Problem], unformatted: Sequence[Problem]) -> list[Problem]:
    """Return all problems by place; what both the linter and the formatter cannot parse is named once."""
    broken = {problem.filename for problem in problems if problem.rule == "invalid-syntax"}
    every = [*problems, *(problem for problem in unformatted if problem.filename not in broken)]
    return sorted(every, key=_order)


def _order(problem: Problem) -> tuple[str, int, int, int, str]:
    place = problem.location
    row, column = (place.row, place.column) if place else (0, 0)
    return problem.filename, problem.cell or 0, row, column, problem.rule


def _outcome(context: Context, problems: Sequence[Problem], files: int) -> Outcome:
    note = amount(files, "file")
    if not problems:
        return Outcome.of((), summary="clean", note=note)
    if len(problems) > MOST_FINDINGS:
        note += f", the first {MOST_FINDINGS} problems are listed"
    loose = sum(1 for problem in problems if problem.rule == "unformatted")
    parts = [
        amount(len(problems) - loose, "problem") if len(problems) > loose else "",
        f"{amount(loose, 'file')} to format" if loose else "",
    ]
    return Outcome.of(
        [_finding(context, problem) for problem in problems[:MOST_FINDINGS]],
        summary=", ".join(part for part in parts if part),
        note=note,
        tables=[_table(problems)] if len(problems) >= _TABLE_FROM else [],
    )


def _finding(context: Context, problem: Problem) -> Finding:
    path = os.path.relpath(problem.filename, os.path.realpath(context.project)).replace(os.sep, "/")
    row, column = (problem.location.row, problem.location.column) if problem.location else (None, None)
    in_cell = f"cell {problem.cell}, line {row}: " if problem.cell else ""
    if problem.cell:
        # A notebook's rows count within the cell, and no line of the file is what people see.
        row = column = None
    if problem.rule == "unformatted":
        return Finding(
            rule="lint/format",
            severity=Severity.ERROR,
            message=f"{in_cell}not formatted as `ruff format` does it",
            location=context.location(path, row),
            hint="run `ruff format`",
        )
    return Finding(
        rule=f"lint/{problem.rule}",
        severity=Severity.ERROR,
        message=in_cell + code(problem.message),
        location=context.location(path, row, column),
        hint=_hint(problem),
    )


def _hint(problem: Problem) -> str | None:
    if problem.rule == "invalid-syntax":
        return None
    kind = problem.fix.applicability if problem.fix else None
    if kind == "safe":
        return "`ruff check --fix` mends it"
    if kind == "unsafe":
        return "`ruff check --fix --unsafe-fixes` mends it; read what it changes"
    return f"{code('ruff rule ' + problem.rule)} explains it"


def _table(problems: Sequence[Problem]) -> Table:
    counts = Counter(problem.rule for problem in problems)
    fixable = Counter(problem.rule for problem in problems if problem.fix and problem.fix.applicability == "safe")
    return Table(
        title=f"Problems by rule ({len(counts)})",
        columns=(Column("rule"), Column("problems", "right"), Column("fixable", "right")),
        rows=tuple(Row(cells=(code(rule), f"{n:,}", f"{fixable[rule]:,}")) for rule, n in counts.most_common()),
        folded=True,
    )


CHECK = Check(id="lint", title="Lint", question="Is the code clean and formatted?", config=LintConfig, run=run)
