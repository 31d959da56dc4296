"""`mlgate-plain-secrets`: no password, key or token stands in parameters, settings and notebooks."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from functools import partial

from mlgate.text import code, printable
from mlgate_hooks.reading import check, read_text
from mlgate_hooks.secret_lines import Line, lines_of_file
from mlgate_hooks.secret_shapes import may_hold_secret, own_shapes

_ALLOWED = re.compile(r"(?:#|//|;|--).*\bpragma: ?allowlist[ -]secret\b")
_ALLOWED_NEXT = re.compile(r"\s*(?:#|//|;|--).*\bpragma: ?allowlist[ -]nextline[ -]secret\b")
_REMEDY = "take it from an environment variable or a secret store, and renew it if it was ever pushed"


def main(argv: Sequence[str] | None = None) -> int:
    """Look at each file given and return 1 if one holds a secret in plain text; none is ever printed."""
    parser = argparse.ArgumentParser(prog="mlgate-plain-secrets", description=__doc__)
    parser.add_argument(
        "--allow-key",
        metavar="NAME",
        action="append",
        default=[],
        help="a key whose value is no secret",
    )
    parser.add_argument("files", nargs="*")
    options = parser.parse_args(argv)
    return check(options.files, partial(problems_of, allowed=frozenset(options.allow_key)))


def problems_of(name: str, allowed: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield each secret of a file as `file:line:column: what; what to do`."""
    suspects = [line for line in _open_lines(lines_of_file(name, read_text(name))) if may_hold_secret(line.text)]
    for line in suspects:
        found = own_shapes(line.text) or _by_library(name, line, allowed)
        if found:
            kind, column = found
            yield f"{printable(name)}:{line.number}:{column + line.shift}: {kind} in plain text; {_REMEDY}"


def _by_library(name: str, line: Line, allowed: frozenset[str]) -> tuple[str, int] | None:
    from mlgate_hooks.secret_detectors import detect

    found = detect(name, line.text)
    if found is None or (found.key and found.key in allowed):
        return None
    kind = f"a value of {code(found.key)}, which looks like a secret," if found.key else found.kind
    return kind, found.column


def _open_lines(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines that no comment allows."""
    before = ""
    for line in lines:
        if not _ALLOWED.search(line.text) and not _ALLOWED_NEXT.match(before):
            yield line
        before = line.text


if __name__ == "__main__":
    sys.exit(main())
