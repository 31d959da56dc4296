"""Keeps surveys and overlaps by the content of the files, so that what did not change is not read again."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from mlgate.cache import Cache, decoded, digest, stat_of
from mlgate.data.remembering import tools
from mlgate.drift.sides import Side
from mlgate.integrity.by_file import ByFile
from mlgate.integrity.facts import Overlap, Survey
from mlgate.integrity.overlap import Pair, find_overlap
from mlgate.integrity.overlap_by_file import find_overlap_by_file
from mlgate.integrity.pieces import Pieces, Store
from mlgate.integrity.survey import Source, Wanted, Whole, survey

Found = TypeVar("Found", Survey, Overlap)


class Memory:
    """Answers from the cache where the files are as they were, and keeps what had to be read."""

    def __init__(self, cache: Cache) -> None:
        """Keep the cache."""
        self._cache = cache

    def survey(self, side: Side, wanted: Wanted) -> Survey:
        """Return the survey of a side; raises `TableError`."""
        key = self._key("survey", [side], wanted)
        held = decoded(self._cache.get(key), Survey) if key else None
        if held is not None and (held.until is None or held.until > time.time()):
            return held
        return self._kept(key, [side], lambda: survey(self._source(side, wanted.examples), wanted))

    def overlap(self, train: Side, other: Side, pair: Pair) -> Overlap:
        """Return the overlap of two sides; raises `TableError`."""
        key = self._key("overlap", [train, other], pair)
        held = decoded(self._cache.get(key), Overlap) if key else None
        if held is not None:
            return held
        if len(train.pieces) == len(other.pieces) == 1:
            return self._kept(key, [train, other], lambda: find_overlap(train, other, pair))
        both = self._pieces(train), self._pieces(other)
        return self._kept(key, [train, other], lambda: find_overlap_by_file(both, pair))

    def prune(self) -> None:
        """Make room in the cache where much was kept."""
        if self._store.has_grown:
            self._cache.prune()

    def _source(self, side: Side, examples: int) -> Source:
        return Whole(side, examples) if len(side.pieces) == 1 else ByFile(self._pieces(side), examples)

    def _pieces(self, side: Side) -> Pieces:
        return Pieces(side, self._store)

    @cached_property
    def _store(self) -> Store:
        return Store(self._cache, self._tools)

    def _kept(self, key: str | None, sides: list[Side], find: Callable[[], Found]) -> Found:
        paths = [piece.data for side in sides for piece in side.pieces if isinstance(piece.data, Path)]
        before = [stat_of(path) for path in paths]
        found = find()
        if key and before == [stat_of(path) for path in paths]:
            self._cache.put(key, msgspec.json.encode(found))
        return found

    def _key(self, what: str, sides: list[Side], asked: Wanted | Pair) -> str | None:
        """Return the name of what is asked about these contents; None where nothing is kept."""
        if not self._cache.is_on:
            return None
        parts = [what.encode(), self._tools, msgspec.json.encode(asked)]
        for side in sides:
            parts.append(b"side" + side.separator.encode())
            for piece in side.pieces:
                content = digest(piece.data) if isinstance(piece.data, bytes) else self._cache.hash_of(piece.data)
                parts += [piece.form, content.encode()]
        return f"{what}-{digest(*parts)}"

    @cached_property
    def _tools(self) -> bytes:
        return tools(Path(__file__).parent).encode(errors="surrogateescape")
