"""What the hooks on single files share: they read a text with a bound, and say each problem on a line of its own."""

from __future__ import annotations

import ast
import re
import stat
import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from mlgate import documents
from mlgate.documents import DocumentError, Position
from mlgate.streams import take_all
from mlgate.text import plain

LIMIT = 50_000_000

# As PEP 263 has it: a comment in one of the first two lines.
_CODING = re.compile(rb"(?:[ \t\f]*(?:#[^\n]*)?\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*(?!utf-?8)([-.\w]+)", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\r|\n")


def check(names: Sequence[str], problems_of: Callable[[str], Iterable[str]]) -> int:
    """Print what is wrong with each file, one line a problem, and return 1 if there is any."""
    take_all()
    failed = 0
    for name in names:
        try:
            problems = list(problems_of(name))
        except DocumentError as error:
            problems = [str(error.at(name))]
        for problem in problems:
            print(plain(problem))
        failed = 1 if problems else failed
    return failed


def read_bytes(name: str) -> bytes:
    """Return the content of a regular file, or raise `DocumentError`."""
    path = Path(name)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise DocumentError("cannot be read: it is not a file")
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}") from None


def read_text(name: str) -> str:
    """Return the text of a file, or raise `DocumentError`: UTF-8, or the encoding that a Python file declares."""
    data = read_bytes(name)
    declared = _CODING.match(data) if name.endswith(".py") else None
    if declared:
        with suppress(LookupError, UnicodeDecodeError):
            return data.decode(declared[1].decode())
    return documents.decode(data, LIMIT)


def lines_of(text: str) -> list[str]:
    """Return the lines as Python counts them, without their ends."""
    return _LINE_END.split(text)


def parse_python(text: str) -> ast.Module:
    """Return the syntax tree of a Python file, or raise `DocumentError` with the place."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        position = Position(error.lineno, error.offset or 1) if error.lineno else None
        hint = "for newer syntax, set `language_version` of the hook"
        raise DocumentError(f"not valid Python: {error.msg}", position, hint) from None
    except (ValueError, RecursionError, MemoryError):
        raise DocumentError("not Python that can be read: a null byte, or nested too deeply") from None
