"""Runs ruff and reads what it says: exit code and report must agree, or it is an error and no verdict."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

from mlgate.errors import MlgateError, ToolFailedError, ToolMissingError
from mlgate.proc import Children, Finished
from mlgate.text import amount, code

MAX_REPORT_BYTES = 64_000_000
_CLEAN, _PROBLEMS, _BROKEN = 0, 1, 2
_ENV = {"NO_COLOR": "1"}
_SYNTAX = "invalid-syntax"
_OLD_NAMES = ("E999", "syntax-error")
_RULE = re.compile(r"^[A-Za-z0-9-]{1,40}$")
_NO_CODE = (".toml", ".md")
_UNFORMATTED = re.compile(r"^Would reformat: (?P<file>.+)$", re.MULTILINE)
_UNPARSED = re.compile(r"^error: Failed to parse (?P<file>.+?):(?P<row>\d+):(?P<column>\d+): (?P<said>.*)$")


class Place(Struct, frozen=True):
    """A 1-based row and column, counted within the cell in a notebook."""

    row: int
    column: int


class Fix(Struct, frozen=True):
    """What ruff could do itself, and whether that keeps the meaning of the code."""

    applicability: str = "safe"


class Problem(Struct, frozen=True):
    """One problem as ruff's JSON has it; `filename` is absolute, `cell` is set in notebooks only."""

    filename: str
    message: str = ""
    code: str | None = None
    location: Place | None = None
    cell: int | None = None
    fix: Fix | None = None

    @property
    def rule(self) -> str:
        """Return the rule's code; a syntax error, which each ruff calls by another name, is `invalid-syntax`."""
        if self.code is None or self.code in _OLD_NAMES:
            return _SYNTAX
        return self.code if _RULE.match(self.code) else "unknown"


class Ruff(NamedTuple):
    """One ruff in one project. `paths` are from the project folder; none stands for the whole of it."""

    program: Path
    project: Path
    children: Children
    paths: tuple[str, ...] = ()

    def count_files(self) -> int:
        """Return how many files with code ruff looks at; which other files it lists depends on its version."""
        finished = self._run("check", "--show-files")
        if finished.code != _CLEAN:
            raise _error(finished)
        lines = [line.strip().strip('"') for line in finished.text.splitlines()]
        return sum(1 for line in lines if line and not line.endswith(_NO_CODE))

    def check(self) -> list[Problem]:
        """Return the problems in the code; nothing is mended, whatever ruff's own config asks for."""
        finished = self._run("check", "--output-format=json", "--no-cache", "--no-fix", "--no-fix-only")
        if finished.code not in (_CLEAN, _PROBLEMS):
            raise _error(finished)
        problems = _decode(finished)
        if bool(problems) != (finished.code == _PROBLEMS):
            raise _error(
                finished, f"it names {amount(len(problems), 'problem')} and ends with exit code {finished.code}"
            )
        return problems

    def check_format(self) -> list[Problem]:
        """Return one problem for each file that is not formatted, or that cannot be parsed."""
        finished = self._run("format", "--check", "--no-cache", "--output-format=json")
        if finished.code == _BROKEN and "--output-format" in finished.error_text:
            finished = self._run("format", "--check", "--no-cache")
        is_json = finished.out.startswith(b"[")
        problems = _decode(finished) if is_json else self._read_lines(finished)
        if finished.code not in (_CLEAN, _PROBLEMS, _BROKEN) or bool(problems) != (finished.code != _CLEAN):
            raise _error(finished)
        return problems

    def _read_lines(self, finished: Finished) -> list[Problem]:
        """Return what the formatters say that know no JSON."""
        found = [
            Problem(filename=str(self.project / line["file"]), code="unformatted")
            for line in _UNFORMATTED.finditer(finished.text)
        ]
        for line in finished.error_text.splitlines():
            match = _UNPARSED.match(line)
            if match:
                place = Place(int(match["row"]), int(match["column"]))
                file = str(self.project / match["file"])
                found.append(Problem(filename=file, message=match["said"], location=place))
            elif line.startswith("error:"):
                raise _error(finished)
        return found

    def _run(self, command: Literal["check", "format"], *options: str) -> Finished:
        args: Sequence[str | Path] = (self.program, command, *options, "--", *self.paths)
        return self.children.run(args, cwd=self.project, env=_ENV, keep=MAX_REPORT_BYTES)


def _decode(finished: Finished) -> list[Problem]:
    try:
        return msgspec.json.decode(finished.out, type=list[Problem])
    except (msgspec.DecodeError, UnicodeDecodeError):
        if len(finished.out) >= MAX_REPORT_BYTES:
            raise _error(finished, "its report is too long to be read") from None
        raise _error(finished, "it left no report") from None


def _error(finished: Finished, reason: str | None = None) -> MlgateError:
    """Return why there is no answer, in ruff's own words where it has any."""
    log = finished.error_text[-4000:]
    if finished.signal_name:
        hint = "the machine may be out of memory" if finished.signal_name == "SIGKILL" else None
        return ToolFailedError(f"ruff was ended by {finished.signal_name}", hint=hint, log=log)
    said = _said(finished.error_text)
    if finished.code in (126, 127):
        return ToolMissingError(f"ruff cannot be started: {code(said)}", hint="install it with `pip install ruff`")
    words = f"ruff gave no verdict: {reason or code(said)}"
    hint = "is `RUFF_OUTPUT_FILE` set?" if reason and not finished.out else "try `ruff check` in the project folder"
    return ToolFailedError(words, hint=hint, log=log)


def _said(text: str) -> str:
    """Return the chain of causes that ruff prints over several lines as one line."""
    lines = [line.strip() for line in text.splitlines()]
    told = [line for line in lines if line and "|" not in line and not line.startswith("warning:")]
    parts = [line.removeprefix("Cause:").removeprefix("error:").strip() for line in told if line != "ruff failed"]
    return ": ".join(parts) or "nothing"
