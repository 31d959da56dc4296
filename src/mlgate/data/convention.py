"""Finds contracts where the config names none: `contracts/NAME.py`, `.yaml` or `.yml` is that of the dataset NAME.

Only files that git keeps count, and no links, so that the baseline shows what a change takes away.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from msgspec.structs import replace

from mlgate.config import Config, Dataset, Found
from mlgate.git import Git
from mlgate.policy.seam import prefix_of

FOLDER = "contracts"
ENDINGS = (".py", ".yaml", ".yml")
_NONE = "none"


class Convention:
    """What a project's folder `contracts` holds at both sides; looked at only where a dataset names no contract."""

    def __init__(self, git: Git, project: Path) -> None:
        """Keep where the project is."""
        self._git = git
        self._project = project
        self._folder = f"{prefix_of(project, git.root)}{FOLDER}"

    def now(self, config: Config) -> Config:
        """Return a config with the contracts that the work tree has for its datasets."""
        return _completed(config, self._names_now()) if _is_open(config.datasets) else config

    def before(self, config: Config, commit: str) -> Config:
        """Return a config with the contracts that a commit has for its datasets."""
        if not _is_open(config.datasets):
            return config
        return _completed(config, self._git.names_in(commit, self._folder))

    def _names_now(self) -> Collection[str]:
        folder = self._project / FOLDER
        if folder.is_symlink() or not folder.is_dir():
            return ()
        below = f"{self._folder}/"
        names = (path.removeprefix(below) for path in self._git.files(self._folder) if path.startswith(below))
        return [name for name in names if (folder / name).is_file() and not (folder / name).is_symlink()]


def fitting(name: str, names: Collection[str]) -> tuple[str, ...]:
    """Return the contracts that stand by the name of a dataset, of the files that the folder has.

    Python cannot import names with a hyphen or a dot: in a file's name they may be underscores.
    """
    stems = dict.fromkeys((name, re.sub(r"\W", "_", name)))
    wanted = (f"{stem}{ending}" for stem in stems for ending in ENDINGS)
    return tuple(f"{FOLDER}/{file}" for file in wanted if file in names)


def _is_open(datasets: Mapping[str, Dataset]) -> bool:
    return any(dataset.contract in (None, _NONE) for dataset in datasets.values())


def _completed(config: Config, names: Collection[str]) -> Config:
    datasets, found = dict(config.datasets), {}
    for name, dataset in config.datasets.items():
        if dataset.contract == _NONE:
            datasets[name] = replace(dataset, contract=None)
        elif dataset.contract is None and (contracts := fitting(name, names)):
            found[name] = Found(contracts)
            datasets[name] = replace(dataset, contract=contracts[0])
    return replace(config, datasets=datasets, found=found)
