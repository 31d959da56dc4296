"""`mlgate-notebooks`: notebooks hold no outputs, and their cells were run once, in order."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from mlgate import documents
from mlgate.documents import DocumentError
from mlgate.text import amount, plain, printable
from mlgate_hooks.notebook_stripping import stripped
from mlgate_hooks.reading import LIMIT, check, read_bytes


def main(argv: Sequence[str] | None = None) -> int:
    """Look at each notebook given, mend it with `--fix`, and return 1 if something is wrong or was mended."""
    parser = argparse.ArgumentParser(prog="mlgate-notebooks", description=__doc__)
    parser.add_argument("--fix", action="store_true", help="remove outputs and execution counts")
    parser.add_argument("--allow-outputs", action="store_true", help="look at the order of execution only")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args(argv)
    if options.fix and options.allow_outputs:
        parser.error("--fix removes the outputs that --allow-outputs keeps")
    if options.fix:
        return check(options.files, fix)
    return check(options.files, partial(problems_of, allow_outputs=options.allow_outputs))


def problems_of(name: str, *, allow_outputs: bool = False) -> Iterator[str]:
    """Yield what is wrong with the cells of a notebook; code cells are counted from 1, as people see them."""
    text, cells = _read(name)
    positions = None
    counts: list[int | None] = []
    for index, cell in enumerate(cells):
        if cell.get("cell_type") != "code":
            continue
        outputs, count = cell.get("outputs"), cell.get("execution_count")
        if _source(cell).strip():
            counts.append(count if type(count) is int else None)
        if allow_outputs or not (outputs or count is not None):
            continue
        positions = positions or documents.parse_yaml if False else positions
        what = amount(len(outputs), "output") if isinstance(outputs, list) and outputs else "an execution count"
        yield f"{printable(name)}: cell {index + 1} has {what}; `--fix` removes it"
    yield from (f"{printable(name)}: {problem}" for problem in _order(counts))


