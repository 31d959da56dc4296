"""What earlier runs of stages took, kept by what went in: command, dependencies and parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import json

from mlgate.cache import Cache, decoded, digest
from mlgate.dvc.costs.figures import Figures, figures_of, typical
from mlgate.dvc.records import LockedStage

if TYPE_CHECKING:
    from mlgate.dvc.assessment import Assessment
    from mlgate.dvc.rerun.records import Rerun

_MOST = 5


class History:
    """The figures of earlier runs, as far as this machine or a folder that is kept between runs holds them."""

    def __init__(self, cache: Cache) -> None:
        """Keep where they are."""
        self._cache = cache

    def find(self, stage: LockedStage) -> Figures | None:
        """Return the median of the last runs with the inputs that a lock records, or None."""
        runs = self._runs(stage)
        return typical(runs) if runs else None

    def add(self, stage: LockedStage, figures: Figures) -> None:
        """Keep what a run with the inputs that a lock records took; of many runs the last five count."""
        runs = [*self._runs(stage), figures][-_MOST:]
        self._cache.put(_key(stage), json.encode(runs))

    def _runs(self, stage: LockedStage) -> list[Figures]:
        return decoded(self._cache.get(_key(stage)), list[Figures]) or []


def remember(history: History, done: Rerun, found: Assessment) -> None:
    """Keep what the runs took whose inputs are those that the lock records."""
    from mlgate.dvc.rerun.records import Ending

    true = {status.stage.address for status in found.statuses if status.is_true}
    for run in done.runs:
        entry = found.locked.get((run.stage.file, run.stage.name))
        if run.ending is Ending.DONE and entry is not None and run.stage.address in true:
            history.add(entry, figures_of(run))


def _key(stage: LockedStage) -> str:
    deps = [(path, item.hash.md5 if item.hash else None) for path, item in sorted(stage.deps.items())]
    inputs = json.encode([stage.name, stage.cmd, deps, stage.params], enc_hook=str, order="deterministic")
    return f"cost-{digest(inputs)}"
