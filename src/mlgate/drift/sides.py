"""The files of one side of a comparison, now or at the baseline, or why they cannot be had."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from msgspec import Struct

from mlgate.config import Dataset
from mlgate.context import Context
from mlgate.data.baseline_config import datasets_before
from mlgate.data.dvc_outputs import dvc_outputs
from mlgate.data.folders import Typed, fixed_part, folders_of, typed_by_all
from mlgate.data.formats import format_of
from mlgate.data.sources import Absence, Absent, find_source
from mlgate.dvc.versions import Version, Versions, Why


class Piece(NamedTuple):
    """One file of a dataset: its name from the project folder, which says its format, and where its content is.

    `folders` are the columns that stand in the names of its folders.
    """

    name: str
    data: Path | bytes
    folders: Typed = ()

    @property
    def form(self) -> bytes:
        """Return what the rows hang on beside the content: the ending of the name, and the folders."""
        said = f"{PurePosixPath(self.name).name.partition('.')[2]} {self.folders if self.folders else ''}"
        return said.encode(errors="surrogateescape")


class Side(Struct, frozen=True, kw_only=True):
    """A dataset at one side.

    `names` are all its files; `pieces` those that can be read; `absent` and `lost` say why others cannot, now and at
    the baseline.
    """

    names: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    separator: str = ""
    absent: tuple[Absent, ...] = ()
    lost: tuple[Version, ...] = ()


class Sides:
    """Finds the sides of one run's comparisons."""

    def __init__(self, context: Context) -> None:
        """Keep the context."""
        self._context = context
        self._versions = Versions(context)

    def now(self, dataset: Dataset) -> Side:
        """Return a dataset as it is now."""
        source = find_source(self._context, dataset.path, self._outputs)
        names = list(source.files)
        absent = []
        for one in source.absent:
            kept = self._kept(one)
            names += kept
            if not kept:
                absent.append(one)
        versions = [self._versions.now(name) for name in names]
        absent += [Absent(version.path, Absence.NOT_PULLED) for version in versions if version.data is None]
        return Side(
            names=tuple(sorted(names)),
            pieces=_pieces(versions, dataset),
            separator=dataset.separator or "",
            absent=tuple(absent),
        )

    def before(self, name: str, dataset: Dataset) -> Side:
        """Return a dataset as it was at the baseline; `dataset` is what the config says of it now."""
        then = self._datasets_before.get(name) or dataset
        names = self._names_before(then)
        versions = [self._versions.before(path) for path in names or [_normal(then.path)]]
        lost = [version for version in versions if version.data is None and version.why is not Why.UNKNOWN]
        return Side(
            names=tuple(names), pieces=_pieces(versions, then), separator=then.separator or "", lost=tuple(lost)
        )

    def is_unchanged(self, name: str, dataset: Dataset) -> bool:
        """Return whether a dataset has the same files as at the baseline, by their hashes: then none need be read."""
        then = self._datasets_before.get(name) or dataset
        source = find_source(self._context, dataset.path, self._outputs)
        names = {*source.files, *(path for absent in source.absent for path in self._kept(absent))}
        known = all(self._kept(absent) for absent in source.absent)
        same = bool(names) and known and names == set(self._names_before(then))
        return same and then.separator == dataset.separator and all(map(self._versions.is_unchanged, names))

    @cached_property
    def _datasets_before(self) -> dict[str, Dataset]:
        return datasets_before(self._context)

    @cached_property
    def _outputs(self) -> frozenset[str]:
        return dvc_outputs(self._context)

    def _kept(self, absent: Absent) -> list[str]:
        """Return the data files that DVC keeps where it did not bring them to the work tree."""
        if absent.why is not Absence.NOT_PULLED:
            return []
        return [name for name in self._versions.names_kept(absent.path) if format_of(name)]

    def _names_before(self, dataset: Dataset) -> list[str]:
        names = self._versions.names_before(_normal(dataset.path))
        # A directory without its listing stands for files that are not known.
        return [name for name in names if format_of(name) or self._versions.before(name).why not in (None, Why.UNKNOWN)]


def _normal(path: str) -> str:
    return PurePosixPath(os.path.normpath(path)).as_posix()


def _pieces(versions: list[Version], dataset: Dataset) -> tuple[Piece, ...]:
    found = [(version.path, version.data) for version in versions if version.data is not None]
    return pieces_of(found, fixed_part(_normal(dataset.path)))


def pieces_of(found: Sequence[tuple[str, Path | bytes]], top: str, *, days: bool = True) -> tuple[Piece, ...]:
    """Return files by name and content; below `top` the names of folders are columns, with `days` as dates."""
    folders = typed_by_all([folders_of(name, top) for name, _ in found], days=days)
    return tuple(Piece(name, data, said) for (name, data), said in zip(found, folders, strict=True))
