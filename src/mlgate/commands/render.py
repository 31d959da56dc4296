"""`mlgate render`: shows a saved report in another form."""

from __future__ import annotations

import errno
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mlgate.errors import UsageError
from mlgate.render import FORMATS, render, shown
from mlgate.report import Report
from mlgate.text import code

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("report", type=Path, help="a report that `mlgate run --output json=PATH` wrote")
    parser.add_argument("--format", choices=tuple(FORMATS), default="terminal", help="the form (default: terminal)")
    parser.add_argument("--output", metavar="PATH", type=Path, help="write it there instead of printing it")


def execute(arguments: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Show the report; the exit code says whether that worked, not what the verdict is."""
    report = read_report(arguments.report)
    if arguments.output:
        write_aside(arguments.output, render(report, arguments.format))
    else:
        sys.stdout.write(shown(report, arguments.format, sys.stdout, env))
    return 0


def read_report(path: Path) -> Report:
    """Return the report that a file holds; raises `UsageError` when it cannot be read at all."""
    from mlgate.render.json_document import MAX_BYTES, load

    try:
        with path.open("rb") as file:
            return load(file.read(MAX_BYTES + 1))
    except OSError as error:
        hint = "did the run end before it wrote its report?"
        raise UsageError(f"{code(path)} cannot be read: {error.strerror}", hint=hint) from None


class UnwrittenError(UsageError):
    """A file could not be written; `is_full` where no other path would have helped."""

    def __init__(self, path: Path, error: OSError) -> None:
        """Keep why."""
        super().__init__(f"{code(path)} cannot be written: {error.strerror}")
        self.is_full = error.errno in _FULL


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def write_aside(path: Path, text: str) -> None:
    """Write a whole file or none: beside its place first, then moved there."""
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise UnwrittenError(path, error) from None
