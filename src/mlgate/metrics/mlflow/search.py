"""Finds runs on an MLflow server: of a commit, of a registered model, by their id. Runs in the process that asks."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mlgate.metrics.mlflow.faults import AskedError, fault_of, scheme_of
from mlgate.metrics.mlflow.load import load_of
from mlgate.metrics.mlflow.messages import Answer, Fault, Job, OfCommits, OfModel, OfRun, Run, Trouble, Wish

if TYPE_CHECKING:
    from mlflow.entities import Run as Found
    from mlflow.tracking import MlflowClient

T = TypeVar("T")
COMMIT_TAG = "mlflow.source.git.commit"
_PARENT_TAG = "mlflow.parentRunId"
_FINISHED = "FINISHED"
_PAGE = 1000
_MOST_EXPERIMENTS = 10_000
_MOST_OF_A_COMMIT = 200
_MOST_OF_HISTORY = 500
_LOOKED_AT = 20
_HISTORY_SECONDS = 12.0
_OF_SERVER = frozenset({
    Trouble.UNREACHABLE, Trouble.SILENT, Trouble.REFUSED, Trouble.FORBIDDEN, Trouble.SERVER_ERROR, Trouble.NOT_MLFLOW,
})  # fmt: skip
# A database holds infinity as the largest float.
_LARGEST = 1.7976931348623157e308


class Search:
    """One server, and the experiments that count."""

    def __init__(self, client: MlflowClient, experiments: Mapping[str, str]) -> None:
        """Keep the client and the experiments: name by id."""
        self._client = client
        self._experiments = experiments

    def answer(self, job: Job) -> Answer:
        """Return the runs of a job; where the server itself fails, the reason stands for all of them."""
        head, head_fault = _tried(lambda: self.of_commits(job.head), job.uri)
        if head_fault is not None and head_fault.trouble in _OF_SERVER:
            return Answer(fault=head_fault)
        baseline, baseline_fault = _tried(lambda: self._wished(job.baseline, head), job.uri)
        history = _tried(lambda: self._history(job.history, head), job.uri)[0] if head and job.history else None
        load = _tried(lambda: load_of(self._client, baseline), job.uri)[0] if baseline and job.load else None
        return Answer(
            head=head,
            head_fault=head_fault,
            baseline=baseline,
            baseline_fault=baseline_fault,
            history=history or {},
            load=load,
        )

    def of_commits(self, wish: OfCommits, like: Run | None = None) -> Run:
        """Return the newest finished run of the first commit that has one, in the experiment of `like` if it can be."""
        states: list[str] = []
        for commit in wish.commits:
            runs = self._runs(f"tags.`{COMMIT_TAG}` = '{commit}'", _MOST_OF_A_COMMIT)
            finished = [run for run in runs if run.info.status == _FINISHED]
            if finished:
                return self._chosen(finished, like)
            states += [run.info.status for run in runs[:_LOOKED_AT]]
        if states:
            raise AskedError(Fault(trouble=Trouble.NOT_FINISHED, states=tuple(states)))
        newest = self._runs("", _LOOKED_AT)
        untagged = bool(newest) and not any(COMMIT_TAG in run.data.tags for run in newest)
        raise AskedError(Fault(trouble=Trouble.NO_RUN, untagged=untagged))

    def _wished(self, wish: Wish | None, head: Run | None) -> Run | None:
        if wish is None:
            return None
        if isinstance(wish, OfCommits):
            return self.of_commits(wish, head)
        return self._run(wish.run if isinstance(wish, OfRun) else self._run_of_model(wish))

    def _run_of_model(self, wish: OfModel) -> str:
        from mlflow.exceptions import MlflowException

        try:
            if wish.alias is not None:
                version = self._client.get_model_version_by_alias(wish.name, wish.alias)
            else:
                version = self._client.get_model_version(wish.name, str(wish.version))
        except MlflowException as error:
            raise AskedError(self._of_model(wish, error)) from None
        if not version.run_id:
            raise AskedError(Fault(trouble=Trouble.MODEL_WITHOUT_RUN, said=str(version.version)))
        return str(version.run_id)

    def _of_model(self, wish: OfModel, error: Any) -> Fault:
        """Return why a model cannot be had: servers of several ages say it in several ways."""
        if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE", "NOT_FOUND"):
            raise error
        from mlflow.exceptions import MlflowException

        try:
            model = self._client.get_registered_model(wish.name)
        except MlflowException:
            return Fault(trouble=Trouble.NO_MODEL, known=self._model_names())
        if wish.alias is not None:
            return Fault(trouble=Trouble.NO_ALIAS, known=tuple(map(str, model.aliases)))
        return Fault(trouble=Trouble.NO_VERSION)

    def _model_names(self) -> tuple[str, ...]:
        from mlflow.exceptions import MlflowException

        try:
            return tuple(model.name for model in self._client.search_registered_models(max_results=100))
        except MlflowException:
            return ()

    def _run(self, identity: str) -> Run:
        from mlflow.exceptions import MlflowException

        try:
            run = self._client.get_run(identity)
        except MlflowException as error:
            if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                raise AskedError(Fault(trouble=Trouble.NO_RUN)) from None
            raise
        if run.info.lifecycle_stage == "deleted":
            raise AskedError(Fault(trouble=Trouble.DELETED))
        if run.info.status != _FINISHED:
            raise AskedError(Fault(trouble=Trouble.NOT_FINISHED, states=(run.info.status,)))
        return self._told(run)

    def _chosen(self, runs: Sequence[Found], like: Run | None = None) -> Run:
        """Return the run to take of several of one commit, the newest first: no part of another one if it can be."""
        same = [run for run in runs if like is not None and self._name(run) == like.experiment]
        whole = [run for run in same or runs if _PARENT_TAG not in run.data.tags]
        taken = (whole or same or runs)[0]
        return self._told(
            taken,
            rivals=len(runs) - 1,
            nested=sum(_PARENT_TAG in run.data.tags for run in runs if run is not taken),
            elsewhere=sum(run.info.experiment_id != taken.info.experiment_id for run in runs),
        )

    def _history(self, wanted: Sequence[tuple[str, ...]], head: Run) -> dict[str, Run]:
        """Return the runs of earlier commits, by the first of the commits that stand for one, as far as time allows."""
        deadline = time.monotonic() + _HISTORY_SECONDS
        filters = f"tags.`{COMMIT_TAG}` != '' and attributes.status = '{_FINISHED}'"
        by_commit: dict[str, list[Found]] = {}
        for run in self._runs(filters, _MOST_OF_HISTORY, only=head.experiment):
            by_commit.setdefault(run.data.tags[COMMIT_TAG], []).append(run)
        found = {}
        for commits in wanted:
            runs = next((by_commit[commit] for commit in commits if commit in by_commit), None)
            if runs and time.monotonic() < deadline:
                found[commits[0]] = self._chosen(runs, head)
        return found

    def _runs(self, filters: str, most: int, only: str | None = None) -> list[Found]:
        """Return runs that are not deleted, the newest first; `only` names the one experiment to look into."""
        wanted = [identity for identity, name in self._experiments.items() if only in (None, name)]
        if not wanted:
            return []
        order = ["attributes.start_time DESC"]
        return list(self._client.search_runs(wanted, filters, max_results=most, order_by=order))

    def _name(self, run: Found) -> str:
        identity = str(run.info.experiment_id)
        if identity in self._experiments:
            return self._experiments[identity]
        return str(self._client.get_experiment(identity).name)

    def _told(self, run: Found, **counts: int) -> Run:
        return Run(
            id=run.info.run_id,
            name=run.info.run_name or "",
            experiment=self._name(run),
            commit=run.data.tags.get(COMMIT_TAG),
            started=run.info.start_time,
            ended=run.info.end_time,
            metrics={name: _plain(value) for name, value in run.data.metrics.items()},
            params=dict(run.data.params),
            **counts,
        )


def open_search(uri: str, experiment: str | None) -> Search:
    """Return a search over the experiment of this name, or over all; raises `AskedError` where there is none."""
    _require_store(uri)
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=uri)
    return Search(client, _experiments(client, experiment))


def _experiments(client: MlflowClient, wanted: str | None) -> dict[str, str]:
    found: dict[str, str] = {}
    token: str | None = None
    while len(found) < _MOST_EXPERIMENTS:
        page = client.search_experiments(max_results=_PAGE, page_token=token)
        found |= {str(experiment.experiment_id): experiment.name for experiment in page}
        token = page.token
        if not token:
            break
    if wanted is None:
        return found
    named = {identity: name for identity, name in found.items() if name == wanted}
    if not named:
        raise AskedError(Fault(trouble=Trouble.NO_EXPERIMENT, known=tuple(found.values())[:_PAGE]))
    return named


def _require_store(uri: str) -> None:
    """Raise `AskedError` for a store of files that is not there: the client would make one."""
    scheme = scheme_of(uri)
    path = uri.partition("://")[2] if scheme == "file" else uri.removeprefix("file:")
    if scheme == "sqlite":
        path = uri.partition(":///")[2].partition("?")[0]
    is_place = scheme in ("file", "sqlite") or (not scheme and not uri.startswith(("databricks", "uc")))
    if is_place and not Path(path).exists():
        raise AskedError(Fault(trouble=Trouble.NO_STORE, said=path))


def _tried(ask: Callable[[], T], uri: str) -> tuple[T | None, Fault | None]:
    try:
        return ask(), None
    except AskedError as error:
        return None, error.fault
    except Exception as error:  # noqa: BLE001 - the client raises whatever its libraries raise
        return None, fault_of(error, uri)


def _plain(value: float) -> float | str:
    if math.isnan(value):
        return "NaN"
    if abs(value) >= _LARGEST:
        return "Infinity" if value > 0 else "-Infinity"
    return value
