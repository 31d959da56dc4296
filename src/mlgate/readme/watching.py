"""What changed of that which a section watches, from one side to the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mlgate.git_records import Change
from mlgate.readme.sources import Read, SourceError
from mlgate.readme.structure import has_structure, structure
from mlgate.readme.watches import Watch
from mlgate.text import code, codes

MOST_FILES = 3

_LETTERS = {"A": "was added", "D": "was removed", "R": "was renamed", "T": "is no longer what it was"}


class Sides(NamedTuple):
    """How files are read before and after; paths are from the project folder."""

    before: Read
    after: Read


class _File(NamedTuple):
    path: str
    before: Mapping[str, str]
    after: Mapping[str, str]


def differences(watch: Watch, changes: Sequence[Change], sides: Sides) -> list[str]:
    """Return what changed of that which is watched, one phrase for each file.

    A name that only moves from one watched file to another is no change. Raises `SourceError` for a file that cannot
    be read now; one that could not be read before counts as changed.
    """
    met = [change for change in changes if watch.covers(change.path) or (change.old and watch.covers(change.old))]
    selector = watch.selector
    if selector is None:
        return [_byte_change(change) for change in met]
    found = [_byte_change(change) for change in met if not has_structure(change.path, selector)]
    files, unread = [], []
    for change in met:
        if not has_structure(change.path, selector):
            continue
        after = structure(None if change.letter == "D" else sides.after(change.path), change.path, selector)
        try:
            old = change.old or change.path
            before = structure(None if change.letter == "A" else sides.before(old), old, selector)
        except SourceError:
            unread.append(f"{code(change.path)} could not be read before")
        else:
            files.append(_File(change.path, before, after))
    return found + unread + list(_part_changes(files))


def in_words(found: Sequence[str]) -> str:
    """Return the phrases in one line, the first few of them."""
    more = f"; and {len(found) - MOST_FILES} more" if len(found) > MOST_FILES else ""
    return "; ".join(found[:MOST_FILES]) + more


def project_reader(read: Read, shown: Callable[[str], str]) -> Read:
    """Return how to read files by their path from the project folder, given how they are read from the root."""
    return lambda path: read(shown(path))


def _byte_change(change: Change) -> str:
    if change.old:
        return f"{code(change.old)} was renamed to {code(change.path)}"
    return f"{code(change.path)} {_LETTERS.get(change.letter, 'changed')}"


def _part_changes(files: Sequence[_File]) -> Iterator[str]:
    before = Counter(name for file in files for name in file.before)
    after = Counter(name for file in files for name in file.after)
    gone, new = before - after, after - before
    for file in files:
        fresh = [name for name in file.after if name in new and name not in file.before]
        lost = [name for name in file.before if name in gone and name not in file.after]
        other = [name for name in file.after if name in file.before and file.after[name] != file.before[name]]
        parts = [f"{codes(fresh)} added"] if fresh else []
        parts += [f"{codes(lost)} removed"] if lost else []
        parts += [f"{code(name)} was {code(file.before[name], 60)}, is {code(file.after[name], 60)}" for name in other]
        if parts:
            yield f"{code(file.path)}: {', '.join(parts)}"
