"""What a run that was tracked at the baseline's commit took, and which stage it is of."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct

from mlgate.dvc.records import Stage


class TrackedRun(Struct, frozen=True, kw_only=True):
    """A run: its name, what people know it by, its seconds, and what its whole machine was put to meanwhile.

    Memory is the most in use, in bytes, and `cpu` the mean in percent. `problem` says why nothing of it is known.
    """

    name: str = ""
    words: str = ""
    seconds: float | None = None
    memory: float | None = None
    gpu_memory: float | None = None
    cpu: float | None = None
    problem: str = ""


def stage_of(run: TrackedRun, stages: Sequence[Stage], models: Collection[str]) -> Stage | None:
    """Return the stage that a run is of: that of its name, else the only one in the pipeline that makes a model."""
    named = [stage for stage in stages if run.name and run.name in (stage.address, stage.name)]
    only = [stage for stage in stages if len(models) == 1 and stage.address in models]
    return next(iter(named or only), None)
