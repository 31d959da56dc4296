"""Whether data that is not here is recorded with other content than at the baseline, so that nobody has checked it."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import PurePosixPath

from mlgate.config import Dataset
from mlgate.context import Context
from mlgate.data.baseline_config import datasets_before
from mlgate.dvc.versions import Versions


class Recorded:
    """What DVC and Git LFS record of the datasets of a run; read once, when it is first asked for."""

    def __init__(self, context: Context) -> None:
        """Keep the context."""
        self._context = context

    def is_new(self, name: str, path: str) -> bool:
        """Return whether the data at `path`, of the dataset `name`, is new or changed since the baseline."""
        now, then = self._context.config.datasets[name], self._before.get(name)
        is_moved = then is not None and _normal(then.path) != _normal(now.path)
        return self._versions.is_recorded_anew(path, _normal(then.path) if then and is_moved else path)

    @cached_property
    def _before(self) -> dict[str, Dataset]:
        return datasets_before(self._context)

    @cached_property
    def _versions(self) -> Versions:
        return Versions(self._context)


def _normal(path: str) -> str:
    return PurePosixPath(os.path.normpath(path)).as_posix()
