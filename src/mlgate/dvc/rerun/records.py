"""What became of stages that were run again, as frozen records."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from mlgate.dvc.records import Output, Stage


class Ending(StrEnum):
    """How the run of one stage ended."""

    DONE = "done"
    FAILED = "failed"
    KILLED = "killed"
    LATE = "late"
    REFUSED = "refused by DVC"
    NO_DATA = "data missing"
    NEEDS_OTHER = "needs another stage"


class Came(StrEnum):
    """How an output came out, against what the lock records of it."""

    SAME = "identical"
    WITHIN = "within tolerance"
    DIFFERENT = "different"
    UNRECORDED = "not in the lock"


class Moves(NamedTuple):
    """How the numbers of a metric file moved: whether all stayed within tolerance, and those that count, in words."""

    within: bool
    words: str


class OutputRun(Struct, frozen=True, kw_only=True):
    """One output of a run, its size in bytes, and in words what moved in it."""

    output: Output
    came: Came
    size: int = 0
    words: str = ""


class Cost(Struct, frozen=True, kw_only=True):
    """What the commands of a stage took: wall and CPU seconds, and the peak memory of its largest process in bytes."""

    seconds: float = 0.0
    cpu: float = 0.0
    memory: int = 0


class StageRun(Struct, frozen=True, kw_only=True):
    """One stage that was run, or was to be run. `code` is its exit code, negative for a signal.

    `missing` names the data that it lacked, or the stages that it needed; `tail` is the end of what it printed.
    """

    stage: Stage
    ending: Ending
    outputs: tuple[OutputRun, ...] = ()
    cost: Cost = Cost()
    code: int = 0
    limit: float = 0.0
    missing: tuple[str, ...] = ()
    tail: str = ""

    @property
    def came(self) -> Came:
        """Return how the worst of its outputs came out."""
        order = (Came.DIFFERENT, Came.UNRECORDED, Came.WITHIN)
        return next((came for came in order if any(out.came is came for out in self.outputs)), Came.SAME)


class Refusal(Struct, frozen=True, kw_only=True):
    """Why nothing was run, in words; `fails` says that this is a failure and no mere warning."""

    words: str
    hint: str | None = None
    fails: bool = False
    about: str | None = None


class Rerun(Struct, frozen=True, kw_only=True):
    """All runs, in their order, or why there are none. `sampled` says that the one stage was picked by lot.

    `not_pulled` is the file of DVC's config for whose change data that were missing were not pulled.
    """

    runs: tuple[StageRun, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    sampled: bool = False
    not_pulled: str | None = None
