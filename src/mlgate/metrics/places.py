"""Where a metric stands in its file; looked up only for what a finding is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import PurePosixPath

from mlgate import documents
from mlgate.context import Context
from mlgate.documents import Document, DocumentError, Position
from mlgate.documents.json_toml import find_key
from mlgate.metrics.compare import Metric
from mlgate.metrics.flatten import path_of
from mlgate.metrics.sides import Pair
from mlgate.report import Location


class Places:
    """The places of one run's metrics; each file is read once more, with its positions, when it is first asked for."""

    def __init__(
        self, context: Context, pairs: list[Pair], elsewhere: Mapping[str, Location | None] | None = None
    ) -> None:
        """Keep the pairs by the file's name at the head; `elsewhere` are the places of what stands in no file."""
        self._context = context
        self._elsewhere = elsewhere or {}
        self._sides = {pair.path: pair.head for pair in pairs}
        self._texts: dict[str, _Text] = {}

    def of(self, metric: Metric) -> Location:
        """Return the place of a metric at the head: its line, its nearest ancestor's, or its file."""
        known = self._elsewhere.get(metric.file)
        if known is not None:
            return known
        position = self._position(metric)
        return self._context.location(metric.file, *(position or ()))

    def of_file(self, pair: Pair) -> Location:
        """Return the place of what is wrong with a file: in it, or in the config that names it when it is not there."""
        named = pair.source.entry
        if pair.head.state == "absent" and named is not None:
            found = self._context.config_location("metrics", "files", named)
            if found is not None:
                return found
        return self._context.location(pair.path, *(pair.head.position or ()))

    def _position(self, metric: Metric) -> Position | None:
        side = self._sides.get(metric.file)
        if side is None or side.data is None:
            return None
        if metric.file not in self._texts:
            self._texts[metric.file] = _Text(side.data, metric.file)
        return self._texts[metric.file].position(metric.key)


class _Text:
    """One file as it was read, with the places of its keys as far as they can be had."""

    def __init__(self, data: bytes, name: str) -> None:
        self._text = documents.decode(data)
        self._value = documents.parse(data, name)
        self._ending = PurePosixPath(name).suffix.lower()

    def position(self, key: str) -> Position | None:
        path = path_of(self._value, key)
        if path and isinstance(path[-1], str) and self._ending == ".json":
            # Far cheaper than reading the file for positions, and sure where the key is there once.
            found = find_key(self._text, path[-1], 1)
            if found is not None and find_key(self._text, path[-1], 2) is None:
                return found
        return _nearest(self._document, key) if path is None else self._document.position(path)

    @cached_property
    def _document(self) -> Document:
        if self._ending == ".toml":
            return Document(self._value, _toml_positions(self._text))
        try:
            return documents.parse_yaml(self._text)
        except DocumentError:
            return Document(self._value, {})


def _nearest(document: Document, key: str) -> Position | None:
    """Return the place of the longest beginning of a dotted key that the document has."""
    parts = key.split(".")
    paths = (tuple(parts[:length]) for length in range(len(parts) - 1, 0, -1))
    return next((document.positions[path] for path in paths if path in document.positions), None)


def _toml_positions(text: str) -> dict[documents.Path, Position]:
    """Return the first line on which each key of a TOML file is set."""
    found: dict[documents.Path, Position] = {}
    table: documents.Path = ()
    for line_number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[([^\[\]]+)\]", line)
        if header:
            table = tuple(part.strip(" \"'") for part in header[1].split("."))
        key = re.match(r"""\s*([\w.-]+|"[^"]+"|'[^']+')\s*=""", line)
        if key:
            path = (*table, *(part.strip("\"'") for part in key[1].split(".")))
            found.setdefault(path, Position(line_number, len(line) - len(line.lstrip()) + 1))
    return found
