"""The cells of a notebook with the place of every value in its text, so that a few can be replaced and no byte else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from mlgate import documents
from mlgate.documents import DocumentError, Position
from mlgate.documents.model import position_of

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


class Value(NamedTuple):
    """A value, and where it begins and ends in the text."""

    value: Any
    start: int
    end: int


class Cell(NamedTuple):
    """A code cell: its number among all cells from 1, where it begins, and its members by name."""

    number: int
    position: Position
    members: dict[str, Value]

    @property
    def source(self) -> str:
        """Return the code."""
        source = self._value("source")
        return "".join(map(str, source)) if isinstance(source, list) else str(source or "")

    @property
    def outputs(self) -> list[Any]:
        """Return the outputs that are there to be looked at."""
        outputs = self._value("outputs")
        return outputs if isinstance(outputs, list) else []

    @property
    def run_as(self) -> int | None:
        """Return the number with which the cell was last run."""
        count = self._value("execution_count")
        return count if type(count) is int else None

    @property
    def keeps_outputs(self) -> bool:
        """Return whether its author marked the outputs to stay, as for nbstripout: `keep_output` as key or tag."""
        metadata = self._value("metadata")
        if not isinstance(metadata, dict):
            return False
        tags = metadata.get("tags")
        return metadata.get("keep_output") is True or (isinstance(tags, list) and "keep_output" in tags)

    def _value(self, name: str) -> Any:
        found = self.members.get(name)
        return found.value if found else None


def code_cells(text: str) -> list[Cell]:
    """Return the code cells of a notebook, or raise `DocumentError`."""
    notebook = documents.parse_json(text)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise DocumentError("not a notebook of format 4: it has no list of cells", Position(1, 1))
    start = dict(_members(text, _past_space(text, 0)))["cells"].start
    return [cell for cell in _cells(text, start) if cell]


def _cells(text: str, start: int) -> Iterator[Cell | None]:
    for number, item in enumerate(_items(text, start), 1):
        place = position_of(text, item.start)
        if not isinstance(item.value, dict):
            raise DocumentError("a cell is not an object", place)
        if item.value.get("cell_type") == "code":
            yield Cell(number, place, dict(_members(text, item.start)))


def _members(text: str, start: int) -> Iterator[tuple[str, Value]]:
    """Yield the members of the object that begins at `start`; the text is known to be good JSON."""
    at = _past_space(text, start + 1)
    while text[at] != "}":
        key = _value(text, at)
        found = _value(text, _past_space(text, _past_space(text, key.end) + 1))
        yield key.value, found
        at = _past_comma(text, found.end)


def _items(text: str, start: int) -> Iterator[Value]:
    """Yield the items of the list that begins at `start`."""
    at = _past_space(text, start + 1)
    while text[at] != "]":
        found = _value(text, at)
        yield found
        at = _past_comma(text, found.end)


def _value(text: str, start: int) -> Value:
    value, end = _DECODER.raw_decode(text, start)
    return Value(value, start, end)


def _past_comma(text: str, at: int) -> int:
    at = _past_space(text, at)
    return _past_space(text, at + 1) if text[at] == "," else at


def _past_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
