"""The lines of a file in which a secret may stand: all, or of a notebook its sources and what it printed as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from mlgate import documents
from mlgate_hooks.code_places import placed
from mlgate_hooks.reading import lines_of

# A line of minified JSON may be as long as the file; no secret is as long as the overlap.
_LONGEST, _OVERLAP = 4_000, 400
# Between the name of a setting and its value the library expects no type.
_ANNOTATION = re.compile(r"^(\s*\w+)(\s*:\s*[\w.\[\], |]+?\s*)(?==\s*[\"'])")


class Line(NamedTuple):
    """A line as people wrote it: its number in the file, its text, and how many columns stand to its left."""

    number: int
    text: str
    shift: int = 0


def lines_of_file(name: str, text: str) -> list[Line]:
    """Return the lines, long ones in overlapping parts; raises `DocumentError` for a notebook that is none."""
    if name.endswith(".ipynb"):
        found = placed(text, _notebook_lines(documents.parse_json(text)))
        lines = [Line(place.line, _unannotated(line), place.column - 1) for line, _, place in found]
    elif name.endswith(".py"):
        lines = [Line(number, _unannotated(line)) for number, line in enumerate(lines_of(text), 1)]
    else:
        lines = [Line(number, line) for number, line in enumerate(lines_of(text), 1)]
    return [part for line in lines for part in _parts(line)]


def _unannotated(line: str) -> str:
    """Return a line of Python with blanks in place of the type of what it sets, so that columns stay the same."""
    return _ANNOTATION.sub(lambda found: found[1] + " " * len(found[2]), line)


def _parts(line: Line) -> Iterator[Line]:
    step = _LONGEST - _OVERLAP
    for start in range(0, max(1, len(line.text) - _OVERLAP), step):
        yield Line(line.number, line.text[start : start + _LONGEST], line.shift + start)


def _notebook_lines(notebook: Any) -> Iterator[str]:
    """Yield the lines of cells and of text outputs; pictures and widgets hold no words."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    for cell in cells if isinstance(cells, list) else ():
        if not isinstance(cell, dict):
            continue
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else ():
            if isinstance(output, dict):
                data = output.get("data")
                plain = data.get("text/plain") if isinstance(data, dict) else None
                yield from _split(output.get("text"))
                yield from _split(plain)
        yield from _split(cell.get("source"))


def _split(value: Any) -> Iterator[str]:
    whole = "".join(map(str, value)) if isinstance(value, list) else value
    if isinstance(whole, str):
        yield from (line for line in whole.split("\n") if line.strip())
