"""Finds contracts where the config names none: `contracts/NAME.py`, `.yaml` or `.yml` is that of the dataset NAME.

An output of DVC whose stem is NAME, and that no dataset of the config names, is a dataset by that alone. Only files
that git keeps count, and no links, so that the baseline shows what a change takes away.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from mlgate.config import Config, Dataset, Found
from mlgate.files import BaselineFiles, Files, HeadFiles
from mlgate.git import Git, relative_paths
from mlgate.policy.seam import prefix_of

FOLDER = "contracts"
ENDINGS = (".py", ".yaml", ".yml")
_NONE = "none"


class Convention:
    """What a project's folder `contracts` holds at both sides, and what DVC keeps that a contract there is for."""

    def __init__(self, git: Git, project: Path) -> None:
        """Keep where the project is."""
        self._git = git
        self._project = project
        self._prefix = prefix_of(project, git.root)

    def now(self, config: Config) -> Config:
        """Return a config with the contracts, and the datasets, that the work tree has and the config does not name."""
        files = HeadFiles(self._project, self._git, self._prefix)
        return _completed(config, self._names_now(config), lambda: kept_data(files, self._prefix))

    def before(self, config: Config, commit: str, folder: str | None = None) -> Config:
        """Return a config with what a commit has, in another `folder`, with a closing `/`, where the project moved."""
        prefix = self._prefix if folder is None else folder
        names = self._git.names_in(commit, f"{prefix}{FOLDER}")
        return _completed(config, names, lambda: kept_data(self._files_before(commit, prefix), prefix))

    def _names_now(self, config: Config) -> Collection[str]:
        folder = self._project / FOLDER
        if folder.is_symlink() or not folder.is_dir():
            return ()
        names = [entry.name for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)]
        if not _unnamed(names, config.datasets):
            return ()
        below = f"{self._prefix}{FOLDER}/"
        return {path.removeprefix(below) for path in self._git.files(below)}.intersection(names)

    def _files_before(self, commit: str, prefix: str) -> Files:
        blobs = self._git.tree(commit, *([prefix] if prefix else []))
        tree = {path: blobs[full] for path, full in relative_paths(blobs, prefix).items()}
        return BaselineFiles(self._git, tree)


def fitting(name: str, names: Collection[str]) -> tuple[str, ...]:
    """Return the contracts that stand by the name of a dataset, of the files that the folder has.

    Python cannot import names with a hyphen or a dot: in a file's name they may be underscores.
    """
    stems = dict.fromkeys((name, re.sub(r"\W", "_", name)))
    wanted = (f"{stem}{ending}" for stem in stems for ending in ENDINGS)
    return tuple(f"{FOLDER}/{file}" for file in wanted if file in names)


def kept_data(files: Files, prefix: str) -> list[str]:
    """Return the data files and folders that DVC keeps at one side, from the project folder."""
    from mlgate.data.formats import format_of
    from mlgate.dvc.pipeline import read_pipelines

    found = read_pipelines(files, prefix).pipelines
    made = [out for stage in found.stages for out in stage.outs if out.kind == "out"]
    outs = [*made, *(out for data in found.data for out, _ in data.outs)]
    paths = sorted({out.path for out in outs if out.cache and not out.path.startswith(("/", ".."))})
    return [path for path in paths if "://" not in path and (format_of(path) or "." not in PurePosixPath(path).name)]


def _asks_none(dataset: Dataset) -> bool:
    return (dataset.contract or "").lower() == _NONE


def _unnamed(names: Iterable[str], datasets: Mapping[str, Dataset]) -> set[str]:
    """Return the contracts of the folder that no dataset names."""
    named = {os.path.normpath((dataset.contract or "").partition(":")[0]) for dataset in datasets.values()}
    return {name for name in names if name.endswith(ENDINGS) and os.path.normpath(f"{FOLDER}/{name}") not in named}


def _completed(config: Config, names: Collection[str], kept: Callable[[], Iterable[str]]) -> Config:
    datasets, found = dict(config.datasets), {}
    for name, dataset in config.datasets.items():
        if _asks_none(dataset):
            datasets[name] = replace(dataset, contract=None)
        elif dataset.contract is None and (contracts := fitting(name, names)):
            found[name] = Found(contracts)
            datasets[name] = replace(dataset, contract=contracts[0])
    spoken_for = {file for name in config.datasets for file in fitting(name, names)}
    free = {name for name in _unnamed(names, config.datasets) if f"{FOLDER}/{name}" not in spoken_for}
    for name, one in _of_outputs(free, kept, config.datasets) if free else ():
        found[name] = one
        datasets[name] = Dataset(path=one.data[0], contract=one.contracts[0])
    same = datasets == config.datasets and not found
    return config if same else replace(config, datasets=datasets, found=found)


def _of_outputs(
    free: Collection[str], kept: Callable[[], Iterable[str]], datasets: Mapping[str, Dataset]
) -> Iterator[tuple[str, Found]]:
    """Yield the datasets that only a contract and an output of DVC tell of, by the stem that both have."""
    outputs: dict[str, list[str]] = {}
    for path in kept():
        if not any(_are_one(path, dataset.path) for dataset in datasets.values()):
            outputs.setdefault(PurePosixPath(path).name.partition(".")[0], []).append(path)
    for name, paths in outputs.items():
        contracts = fitting(name, free)
        if contracts:
            yield name, Found(contracts, tuple(paths))


def _are_one(output: str, path: str) -> bool:
    """Return whether an output is, holds, or lies in what the path of a dataset stands for."""
    one, other = PurePosixPath(output), PurePosixPath(os.path.normpath(path))
    return one.is_relative_to(other) or other.is_relative_to(one) or one.match(str(other))
