"""`mlgate-notebooks`: notebooks hold no outputs, and the cells that were run were run once, in order."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from mlgate import documents
from mlgate.text import amount, printable
from mlgate_hooks.notebook_cells import Cell, code_cells
from mlgate_hooks.reading import LIMIT, check, read_bytes

_MARK = b"\xef\xbb\xbf"


def main(argv: Sequence[str] | None = None) -> int:
    """Look at each notebook given, mend it with `--fix`, and return 1 if something is wrong or was mended."""
    parser = argparse.ArgumentParser(prog="mlgate-notebooks", description=__doc__)
    parser.add_argument("--fix", action="store_true", help="remove outputs and execution counts")
    parser.add_argument("--allow-outputs", action="store_true", help="look at the order of execution only")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args(argv)
    return check(options.files, partial(problems_of, allow_outputs=options.allow_outputs, fix=options.fix))


def problems_of(name: str, *, allow_outputs: bool = False, fix: bool = False) -> Iterator[str]:
    """Yield what is wrong with the cells of a notebook, or what was mended."""
    data = read_bytes(name)
    text = documents.decode(data, LIMIT)
    cells = code_cells(text)
    problems = [*(() if allow_outputs else _outputs(cells)), *_order(cells)]
    if fix and problems:
        mark = _MARK if data.startswith(_MARK) else b""
        Path(name).write_bytes(mark + stripped(text, cells, keep_outputs=allow_outputs).encode())
        yield f"{printable(name)}: {'execution counts' if allow_outputs else 'outputs and execution counts'} removed"
        return
    for cell, what in problems:
        yield f"{printable(name)}:{cell.position.line}:{cell.position.column}: cell {cell.number} {what}"


def stripped(text: str, cells: Sequence[Cell], *, keep_outputs: bool = False) -> str:
    """Return the text of a notebook without execution counts and outputs, all else as it was, to the last space."""
    edits: list[tuple[int, int, str]] = []
    for cell in cells:
        if cell.run_as is not None:
            count = cell.members["execution_count"]
            edits.append((count.start, count.end, "null"))
        if cell.outputs and not keep_outputs and not cell.keeps_outputs:
            outputs = cell.members["outputs"]
            edits.append((outputs.start, outputs.end, "[]"))
    parts: list[str] = []
    done = 0
    for start, end, replacement in sorted(edits):
        parts += text[done:start], replacement
        done = end
    return "".join([*parts, text[done:]])


def _outputs(cells: Sequence[Cell]) -> Iterator[tuple[Cell, str]]:
    for cell in cells:
        if cell.outputs and not cell.keeps_outputs:
            yield cell, f"holds {amount(len(cell.outputs), 'output')}; remove with `--fix`"


def _order(cells: Sequence[Cell]) -> Iterator[tuple[Cell, str]]:
    """Yield the first cell that a fresh run from top to bottom would have numbered otherwise."""
    run = [cell for cell in cells if cell.source.strip()]
    if all(cell.run_as is None for cell in run):
        return
    for expected, cell in enumerate(run, 1):
        if cell.run_as != expected:
            was = "was not run, but others were" if cell.run_as is None else f"was run as {cell.run_as}, not {expected}"
            yield cell, f"{was}; restart the kernel and run all cells"
            return


if __name__ == "__main__":
    sys.exit(main())
