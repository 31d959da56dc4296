"""What MLflow knows of the time and the machine of a commit's training, asked for at most once in a run."""

from __future__ import annotations

from collections.abc import Callable

from mlgate.context import Context
from mlgate.dvc.costs.tracked import TrackedRun
from mlgate.metrics.config import MlflowConfig
from mlgate.metrics.mlflow.findings import why_none
from mlgate.metrics.mlflow.messages import Answer, Fault, Load, Run, Trouble
from mlgate.metrics.mlflow.place import baseline_commits, find_place, head_commits
from mlgate.metrics.mlflow.runs import LIMIT_SECONDS, ask_at, shown
from mlgate.metrics.mlflow.table import run_words

_MILLISECONDS = 1000
_LEAST_SECONDS = 1.0


class TrackedRuns:
    """The runs of the head and of the baseline's commit, as far as the time allows that is left."""

    def __init__(self, context: Context, config: MlflowConfig, left: Callable[[], float]) -> None:
        """Keep whom to ask, and who knows the seconds that are left; nobody is asked yet."""
        self._context = context
        self._config = config
        self._left = left
        self._uri = find_place(context, config).uri
        self._answer: Answer | None = None

    def head(self) -> Run | None:
        """Return the run of the head, or None where there is none or nobody answers: who needs it says so."""
        if self._answer is None and self._uri is not None and head_commits(self._context):
            self._answer = self._ask(self._uri)
        return self._answer.head if self._answer else None

    def baseline(self) -> TrackedRun:
        """Return what the run of the baseline's commit took, or why that is not known; asked before the head alone."""
        commits = baseline_commits(self._context)
        if self._uri is None:
            return TrackedRun(problem="it is not known where MLflow's runs are tracked")
        self._answer = self._ask(self._uri, commits)
        run = self._answer.baseline
        if run is None:
            fault = self._answer.fault or self._answer.baseline_fault
            return TrackedRun(
                problem=why_none(fault, commits, shown(self._uri)) if fault else "MLflow has no run of it"
            )
        return _tracked(run, self._answer.load or Load())

    def _ask(self, uri: str, commits: tuple[str, ...] = ()) -> Answer:
        limit = min(LIMIT_SECONDS, self._left())
        if limit < _LEAST_SECONDS:
            return Answer(fault=Fault(trouble=Trouble.SILENT))
        return ask_at(self._context, self._config, uri, commits, limit)


def _tracked(run: Run, load: Load) -> TrackedRun:
    took = None if run.started is None or run.ended is None else (run.ended - run.started) / _MILLISECONDS
    return TrackedRun(
        name=run.name,
        words=run_words(run),
        seconds=took,
        memory=load.memory,
        gpu_memory=load.gpu_memory,
        cpu=load.cpu,
    )
