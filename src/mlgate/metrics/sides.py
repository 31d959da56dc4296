"""Reads the two sides of each metric file: what is there, what cannot be read, and what was moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from mlgate import documents
from mlgate.context import Context
from mlgate.documents import DocumentError, Position
from mlgate.dvc.cache import Cache
from mlgate.dvc.records import MetricFile
from mlgate.errors import MlgateError
from mlgate.git import touches_question
from mlgate.metrics.flatten import Flat, ShapeError, flatten
from mlgate.metrics.sources import Source, is_outside, paths_in_git

# What became of one side of a file.
State = Literal["read", "absent", "broken", "unavailable"]


class Side(Struct, frozen=True, kw_only=True):
    """One side of a metric file; `data` are its bytes and `flat` its values, as far as there are any."""

    state: State
    data: bytes | None = None
    flat: Flat = Flat({})
    error: MlgateError | None = None
    position: Position | None = None


class Pair(Struct, frozen=True, kw_only=True):
    """A metric file at both sides; `path` is its name at the head, `old` the one before it was renamed."""

    path: str
    source: Source
    baseline: Side
    head: Side
    old: str | None = None


ABSENT = Side(state="absent")
UNAVAILABLE = Side(state="unavailable")


def read_pairs(context: Context, sources: Sequence[Source], cache: Cache) -> list[Pair]:
    """Return both sides of every source, a renamed file's sides brought together; `cache` is DVC's."""
    if context.baseline_files is not None:
        context.baseline_files.expect(source.path for source in sources)
    pairs = [_pair(context, source, cache) for source in sources]
    gone = [pair for pair in pairs if pair.head.state == "absent" and pair.baseline.state != "absent"]
    come = {pair.path: pair for pair in pairs if pair.baseline.state == "absent" and pair.head.data is not None}
    if not gone or not come:
        return pairs
    moved = _moved(context, [*(pair.path for pair in gone), *come])
    for before in gone:
        after = come.get(moved.get(before.path, ""))
        if after is not None:
            pairs[pairs.index(after)] = Pair(
                path=after.path, source=after.source, baseline=before.baseline, head=after.head, old=before.path
            )
            pairs.remove(before)
    return pairs


def look_back(context: Context, pairs: Sequence[Pair], most: int) -> None:
    """Let git look for the last `most` commits that changed what now differs, while the caller gets ready to compare.

    Most files of metrics that differ have one whose noise only their history tells; where none has, nobody asks.
    """
    changed = [
        pair.source for pair in pairs if pair.head is not pair.baseline and pair.head.data and pair.baseline.data
    ]
    paths = paths_in_git(context, changed)
    if context.baseline is not None and most > 0 and paths:
        context.git.begin(touches_question(context.baseline.revision.commit, paths, most))


def _moved(context: Context, paths: Sequence[str]) -> dict[str, str]:
    """Return the new names of these files by their old ones; no other file is read, however large it is."""
    if context.baseline is None:
        return {}
    cut = len(context.prefix)
    inside = [context.prefix + path for path in paths if not is_outside(path, context.prefix)]
    changes = context.git.changes(context.baseline.revision.commit, inside)
    return {change.old[cut:]: change.path[cut:] for change in changes if change.letter == "R" and change.old}


def _pair(context: Context, source: Source, cache: Cache) -> Pair:
    head = _head(context, source, cache)
    baseline = _baseline(context, source, head, cache)
    return Pair(path=source.path, source=source, baseline=baseline, head=head)


def _head(context: Context, source: Source, cache: Cache) -> Side:
    if is_outside(source.path, context.prefix):
        return Side(state="broken", error=MlgateError("the path leads out of the repository"))
    try:
        data = context.head_files.read(source.path)
    except MlgateError as error:
        return Side(state="broken", error=error)
    if data is None:
        return _cached(cache, source.head, source.path)
    return _parsed(data, source.path)


def _baseline(context: Context, source: Source, head: Side, cache: Cache) -> Side:
    files = context.baseline_files
    if files is None:
        return ABSENT
    data = files.read(source.path)
    if data is None:
        return _cached(cache, source.baseline, source.path)
    if data == head.data:
        return head
    return _parsed(data, source.path)


def _cached(cache: Cache, metric: MetricFile | None, path: str) -> Side:
    """Return the side of a file that is not in git: from DVC's cache, where the lock names its content."""
    if metric is None or not metric.cached or (metric.hash is None and not metric.lost):
        return ABSENT
    if metric.hash is None:
        return UNAVAILABLE
    data = cache.read(metric.hash, documents.MAX_BYTES)
    return UNAVAILABLE if data is None else _parsed(data, path)


def _parsed(data: bytes, path: str) -> Side:
    try:
        value = documents.parse(data, path)
    except DocumentError as error:
        return Side(state="broken", data=data, error=error, position=error.position)
    try:
        return Side(state="read", data=data, flat=flatten(value))
    except ShapeError as error:
        text = documents.decode(data)
        message = "the file is empty" if not text.strip() else error.message
        broken = MlgateError(message, hint=error.hint)
        return Side(state="broken", data=data, error=broken, position=documents.locate(text, error.path))
