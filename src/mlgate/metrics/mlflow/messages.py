"""What goes to the process that asks MLflow, and what comes back: strict JSON, each way one document."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class OfCommits(Struct, frozen=True, kw_only=True, tag="commits"):
    """The newest finished run of the first of these commits that has one."""

    commits: tuple[str, ...]


class OfModel(Struct, frozen=True, kw_only=True, tag="model"):
    """The run that made a version of a registered model, which is named by its number or by an alias."""

    name: str
    alias: str | None = None
    version: str | None = None


class OfRun(Struct, frozen=True, kw_only=True, tag="run"):
    """The run with this id."""

    run: str


Wish = OfCommits | OfModel | OfRun


class Job(Struct, frozen=True, kw_only=True):
    """What is asked: the runs of both sides, and of earlier commits (for each, the commits that stand for it).

    `load` asks what the baseline's run put its machine to as well.
    """

    uri: str
    head: OfCommits
    baseline: Wish | None = None
    experiment: str | None = None
    history: tuple[tuple[str, ...], ...] = ()
    load: bool = False


class Load(Struct, frozen=True, kw_only=True):
    """What a whole machine was put to during a run: most bytes of memory, those of a GPU, and mean percent of CPU."""

    memory: float | None = None
    gpu_memory: float | None = None
    cpu: float | None = None


class Run(Struct, frozen=True, kw_only=True):
    """One run. A metric that JSON cannot hold is its name: `NaN`, `Infinity`, `-Infinity`.

    `started` and `ended` are in milliseconds since the epoch. `rivals` counts the finished runs of the same commit that
    were not taken, `nested` those of them that are parts of another run, `elsewhere` those of other experiments.
    """

    id: str
    name: str
    experiment: str
    commit: str | None
    started: int | None
    metrics: dict[str, float | str]
    params: dict[str, str]
    ended: int | None = None
    rivals: int = 0
    nested: int = 0
    elsewhere: int = 0


class Trouble(StrEnum):
    """Why there is no answer."""

    NOT_INSTALLED = "not-installed"
    NEEDS_DATABASE = "needs-database"
    NO_STORE = "no-store"
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    REFUSED = "refused"
    FORBIDDEN = "forbidden"
    SERVER_ERROR = "server-error"
    NOT_MLFLOW = "not-mlflow"
    NO_EXPERIMENT = "no-experiment"
    NO_MODEL = "no-model"
    NO_ALIAS = "no-alias"
    NO_VERSION = "no-version"
    MODEL_WITHOUT_RUN = "model-without-run"
    NO_RUN = "no-run"
    NOT_FINISHED = "not-finished"
    DELETED = "deleted"
    OTHER = "other"


class Fault(Struct, frozen=True, kw_only=True):
    """Why there is no answer, and what more is known: what was said, the states of runs, the names that there are.

    `untagged` says that none of the newest runs names a commit at all.
    """

    trouble: Trouble
    said: str = ""
    states: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    untagged: bool = False


class Answer(Struct, frozen=True, kw_only=True):
    """What was found: for each side its run or the reason why there is none; `history` holds runs by commit.

    `load` is of the baseline's run. `fault` says that nothing could be asked at all.
    """

    head: Run | None = None
    baseline: Run | None = None
    head_fault: Fault | None = None
    baseline_fault: Fault | None = None
    history: dict[str, Run] = {}
    load: Load | None = None
    fault: Fault | None = None
