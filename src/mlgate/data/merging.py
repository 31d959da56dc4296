"""Joins what was found in each file of a dataset to one fact for each rule of the dataset."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from mlgate.data.messages import Breach, Broken

_PLACES = 5

Where = tuple[str, int]
"""A row: the path of its file, and its line or number there."""


class Merged(Struct, frozen=True, kw_only=True):
    """A broken rule over all files of a dataset; `first` is what was said of the first file that breaks it."""

    first: Broken
    files: tuple[str, ...]
    count: int | None
    examples: tuple[tuple[str, tuple[Where, ...]], ...]
    places: tuple[Where, ...]
    common: tuple[str, int] | None
    similar: tuple[tuple[str, str], ...]

    @property
    def first_place(self) -> Where | None:
        """Return the first row that breaks the rule, where one is known."""
        held = [place for _, standing in self.examples for place in standing] or list(self.places)
        order = {path: number for number, path in enumerate(self.files)}
        return min(held, key=lambda place: (order.get(place[0], 0), place[1]), default=None)


def merge(found: Iterable[tuple[Sequence[str], Broken]], most: int) -> list[Merged]:
    """Return broken rules of a dataset, each once; `found` pairs each with the paths of its task's files."""
    groups: dict[tuple[Breach, str, str, str, str, str], list[tuple[Sequence[str], Broken]]] = {}
    for paths, broken in found:
        key = (broken.breach, broken.rule, broken.column, broken.wanted, broken.got, broken.said)
        groups.setdefault(key, []).append((paths, broken))
    return [_merged(group, most) for group in groups.values()]


def _merged(group: Sequence[tuple[Sequence[str], Broken]], most: int) -> Merged:
    first = group[0][1]
    counts = [broken.count for _, broken in group if broken.count is not None]
    examples: dict[str, list[Where]] = {}
    places: list[Where] = []
    common: dict[str, int] = {}
    similar: dict[str, str] = {}
    for paths, broken in group:
        for example in broken.examples:
            standing = examples.setdefault(example.value, [])
            standing += [(paths[p.file], p.number) for p in example.places if 0 <= p.file < len(paths)]
        places += [(paths[p.file], p.number) for p in broken.places if 0 <= p.file < len(paths)]
        if broken.common is not None:
            common[broken.common[0]] = common.get(broken.common[0], 0) + broken.common[1]
        similar.update(broken.similar)
    count = sum(counts) if counts else None
    usual = max(common.items(), key=lambda pair: pair[1], default=None)
    return Merged(
        first=first,
        files=tuple(dict.fromkeys(path for paths, _ in group for path in paths)),
        count=count,
        examples=tuple((value, tuple(held[:3])) for value, held in list(examples.items())[:most]),
        places=tuple(places[:_PLACES]),
        common=usual if usual and count is not None and usual[1] * 2 > count else None,
        similar=tuple(similar.items()),
    )
