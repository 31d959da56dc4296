"""What a person should know when MLflow has no answer: each reason in words, with what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mlgate.context import Context
from mlgate.metrics.config import COMMIT, MlflowConfig
from mlgate.metrics.mlflow.messages import Fault, Trouble
from mlgate.metrics.mlflow.place import VARIABLE
from mlgate.report import Finding, Severity
from mlgate.text import amount, code, codes, nearest

_CREDENTIALS = (
    "pass `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`, or `MLFLOW_TRACKING_TOKEN`, in the step's `env`; "
    "pull requests from forks have no secrets"
)
_TAG = (
    "train at this very commit, and commit before you train; MLflow leaves the commit out for code that is not in a "
    "file of the repository, without git, and where git does not trust the folder's owner"
)
_SERVER = {
    Trouble.SILENT: ("does not answer in time", "look whether it runs, and whether this machine may reach it"),
    Trouble.REFUSED: ("refuses the credentials (401)", _CREDENTIALS),
    Trouble.FORBIDDEN: ("forbids this to whose credentials these are (403)", _CREDENTIALS),
    Trouble.NOT_MLFLOW: (
        "answers with a page, not as MLflow does: a login, or another service",
        f"`{VARIABLE}` must be the address of MLflow itself; behind a login pass `MLFLOW_TRACKING_TOKEN`",
    ),
}
_OF_STORE = {
    Trouble.NOT_INSTALLED: ("the package `mlflow` is not installed here", "run `pip install 'mlgate[mlflow]'`"),
    Trouble.NEEDS_DATABASE: (
        "to read a database, `mlflow-skinny` is not enough",
        "run `pip install mlflow`, or name a tracking server",
    ),
}


def unavailable(context: Context, config: MlflowConfig, fault: Fault, server: str) -> Finding:
    """Return that nothing could be asked; `server` is the address as people may see it."""
    words, hint = _of_server(fault, server)
    if fault.trouble is Trouble.NO_EXPERIMENT and config.experiment is not None:
        words = f"there is no MLflow experiment {code(config.experiment)} on {code(server)}"
        hint = _meant(config.experiment, fault.known)
    return _finding(context, config, "mlflow-unavailable", f"{words}, so no run is judged", hint, "server")


def why_none(fault: Fault, commits: Sequence[str], server: str) -> str:
    """Return in words why the baseline's run is not known."""
    if fault.trouble in (Trouble.NO_RUN, Trouble.NOT_FINISHED):
        return _of_commit(fault, "the baseline", commits, server)[0]
    return _of_server(fault, server)[0]


def nowhere(context: Context, config: MlflowConfig) -> Finding:
    """Return that nobody says where runs are tracked."""
    hint = f"set `{VARIABLE}` in the step's `env`, or `tracking_uri` in the config of the base branch"
    words = "it is not known where MLflow's runs are tracked, so none is judged"
    return _finding(context, config, "mlflow-unavailable", words, hint, "server")


def refused(context: Context, shown: str, instead: str | None) -> Finding:
    """Return that the pull request names a tracking server of its own; both addresses are as people may see them."""
    then = f"; {code(instead)} is asked instead" if instead else ""
    return Finding(
        rule="metrics/mlflow-refused",
        severity=Severity.WARNING,
        message=f"the tracking server {code(shown)} is not in the baseline's config, so it gets no credentials{then}",
        location=context.config_location("metrics", "mlflow", "tracking_uri"),
        hint=f"it counts once it is merged; until then set `{VARIABLE}` in the step's `env`",
        subject="tracking_uri",
    )


def without_head(context: Context, config: MlflowConfig, fault: Fault, commits: Sequence[str], server: str) -> Finding:
    """Return that the head has no run."""
    words, hint = _of_commit(fault, "the head commit", commits, server)
    return _finding(context, config, "mlflow-no-run", f"{words}, so MLflow's metrics are not judged", hint, "head")


def without_baseline(
    context: Context, config: MlflowConfig, fault: Fault, commits: Sequence[str], server: str
) -> Finding:
    """Return that the baseline has no run, or is not what the config says."""
    if config.baseline == COMMIT:
        words, hint = _of_commit(fault, "the baseline", commits, server)
    else:
        words, hint = _of_wish(fault, config.baseline, server)
    message = f"{words}, so only absolute rules apply to MLflow's metrics"
    return _finding(context, config, "mlflow-no-run", message, hint, "baseline")


def _of_server(fault: Fault, server: str) -> tuple[str, str | None]:
    if fault.trouble in _OF_STORE:
        return _OF_STORE[fault.trouble]
    if fault.trouble is Trouble.NO_STORE:
        return f"the store of MLflow's runs, {code(fault.said)}, is not there", "run where it is, or name a server"
    named = f"the MLflow server {code(server)}"
    if fault.trouble in _SERVER:
        words, hint = _SERVER[fault.trouble]
        return f"{named} {words}", hint
    if fault.trouble is Trouble.SERVER_ERROR:
        return f"{named} answers with the error {fault.said}", "look at its log"
    if fault.trouble is Trouble.UNREACHABLE:
        reason = f": {fault.said}" if fault.said else ""
        return f"{named} cannot be reached{reason}", f"look at `{VARIABLE}`, and whether this machine may reach it"
    return f"{named} cannot be asked: {code(fault.said)}", None


def _of_commit(fault: Fault, side: str, commits: Sequence[str], server: str) -> tuple[str, str | None]:
    named = f"{side} {codes([commit[:7] for commit in commits])}"
    if fault.trouble is Trouble.NOT_FINISHED:
        count = amount(len(fault.states), "MLflow run")
        return f"{count} of {named} {'is' if len(fault.states) == 1 else 'are'} not finished ({_states(fault)})", (
            "wait for the training to end, or start it again"
        )
    if fault.trouble is not Trouble.NO_RUN:
        words, hint = _of_server(fault, server)
        return f"no MLflow run of {named} can be had: {words}", hint
    if fault.untagged:
        return f"no MLflow run names {named}, and none of the newest names any commit", _TAG
    return f"no MLflow run names {named}", _TAG


def _of_wish(fault: Fault, wish: str, server: str) -> tuple[str, str | None]:
    asked = code(wish)
    if fault.trouble is Trouble.NO_MODEL:
        return f"{asked} is no registered model", _meant(wish.removeprefix("models:/").partition("@")[0], fault.known)
    if fault.trouble is Trouble.NO_ALIAS:
        known = f"known aliases: {codes(fault.known)}" if fault.known else "the model has no alias yet"
        return f"{asked} stands for nothing: there is no such alias", known
    if fault.trouble is Trouble.NO_VERSION:
        return f"{asked} stands for nothing: there is no such version", "look at the versions in the model registry"
    if fault.trouble is Trouble.MODEL_WITHOUT_RUN:
        return f"{asked} was registered without a run, so its metrics are not known", "register it from its run"
    if fault.trouble is Trouble.NO_RUN:
        return f"the run of {asked} is not there", "look at its id, and whether it was removed for good"
    if fault.trouble is Trouble.DELETED:
        return f"the run of {asked} is deleted", "restore it, or name another"
    if fault.trouble is Trouble.NOT_FINISHED:
        return f"the run of {asked} is not finished ({_states(fault)})", "name one that is"
    words, hint = _of_server(fault, server)
    return f"{asked} cannot be had: {words}", hint


def _states(fault: Fault) -> str:
    return ", ".join(f"{count} {code(state)}" for state, count in Counter(fault.states).items())


def _meant(wanted: str, known: Sequence[str]) -> str | None:
    close = nearest(wanted, tuple(known))
    if close:
        return f"did you mean {code(close)}?"
    return f"there are {codes(tuple(known))}" if known else None


def _finding(
    context: Context, config: MlflowConfig, rule: str, message: str, hint: str | None, subject: str
) -> Finding:
    return Finding(
        rule=f"metrics/{rule}",
        severity=Severity.ERROR if config.on_unavailable == "fail" else Severity.WARNING,
        message=message,
        location=context.config_location("metrics", "mlflow"),
        hint=hint,
        subject=subject,
    )
