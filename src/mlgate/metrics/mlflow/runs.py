"""The metrics of MLflow's runs at both sides, as if they stood in a file called `mlflow`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from mlgate.context import Context
from mlgate.errors import ToolMissingError
from mlgate.metrics.config import MlflowConfig
from mlgate.metrics.flatten import Flat, Odd, Value
from mlgate.metrics.mlflow import findings as mlflow_findings
from mlgate.metrics.mlflow.messages import Answer, Fault, Job, OfCommits, Run, Trouble
from mlgate.metrics.mlflow.place import baseline_commits, find_place, head_commits
from mlgate.metrics.sides import ABSENT, UNAVAILABLE, Pair, Side
from mlgate.metrics.sources import Source
from mlgate.redaction import Redaction
from mlgate.report import Finding
from mlgate.text import code

NAME = "mlflow"
LIMIT_SECONDS = 28.0
_OF_MACHINE = "system/"
_KEPT_BYTES = 40_000_000
_SECONDS_OF_A_REQUEST = 8
_ENV = {
    # What the project sets for its training, where a minute does not count, must not hold up the gate.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": str(_SECONDS_OF_A_REQUEST),
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_BACKOFF_JITTER": "0",
    "MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER": "false",
    # Runs in plain files are only read here.
    "MLFLOW_ALLOW_FILE_STORE": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "GIT_PYTHON_REFRESH": "quiet",
}


class Tracked(Struct, frozen=True, kw_only=True):
    """What MLflow says of both sides: the runs taken, their metrics as a pair, and what a person should know.

    `pair` is None where the head has no run: then nothing of it can be judged. `history` holds the runs of earlier
    commits, by commit.
    """

    pair: Pair | None = None
    baseline: Run | None = None
    head: Run | None = None
    history: Mapping[str, Run] = {}
    findings: tuple[Finding, ...] = ()


def read_tracked(context: Context, config: MlflowConfig, history: Sequence[tuple[str, ...]] = ()) -> Tracked:
    """Return the runs of both sides, within 30 seconds whatever the server does.

    `history` are earlier commits whose runs are wanted too, each with the commits that stand for it.
    """
    place = find_place(context, config)
    found: list[Finding] = []
    if place.refused is not None:
        instead = shown(place.uri) if place.uri else None
        found.append(mlflow_findings.refused(context, shown(place.refused), instead))
    if place.uri is None:
        return Tracked(findings=(*found, mlflow_findings.nowhere(context, config)))
    heads, baselines = head_commits(context), baseline_commits(context)
    job = Job(
        uri=place.uri,
        experiment=config.experiment,
        head=OfCommits(commits=heads),
        baseline=config.wish(baselines),
        history=tuple(history),
    )
    server = shown(place.uri)
    context.progress(f"asking MLflow at {code(server)}")
    answer = _without_secrets(_ask(context, job), context)
    if answer.fault is not None:
        found.append(mlflow_findings.unavailable(context, config, answer.fault, server))
    if answer.head_fault is not None:
        found.append(mlflow_findings.without_head(context, config, answer.head_fault, heads, server))
    if answer.baseline_fault is not None:
        found.append(mlflow_findings.without_baseline(context, config, answer.baseline_fault, baselines, server))
    return Tracked(
        pair=_pair(answer),
        baseline=answer.baseline,
        head=answer.head,
        history=answer.history,
        findings=tuple(found),
    )


def ask_at(
    context: Context, config: MlflowConfig, uri: str, commits: tuple[str, ...] = (), limit: float | None = None
) -> Answer:
    """Return the head's run, and that of these commits of the baseline with the load of its machine, if any."""
    context.progress(f"asking MLflow at {code(shown(uri))}")
    job = Job(
        uri=uri,
        experiment=config.experiment,
        head=OfCommits(commits=head_commits(context)),
        baseline=OfCommits(commits=commits) if commits else None,
        load=True,
    )
    return _without_secrets(_ask(context, job, limit), context)


def flat_of(run: Run) -> Flat:
    """Return the metrics of a run as a file would hold them; the load of the machine is none of the model's."""
    return Flat({name: _value(value) for name, value in run.metrics.items() if not name.startswith(_OF_MACHINE)})


def shown(uri: str) -> str:
    """Return the address of a server as people may see it: no credentials, no query."""
    scheme, separator, rest = uri.partition("://")
    if not separator:
        return uri
    place = rest.partition("?")[0]
    host, slash, path = place.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}".rstrip("/")


def _pair(answer: Answer) -> Pair | None:
    if answer.head is None:
        return None
    baseline = ABSENT if answer.baseline_fault is None else UNAVAILABLE
    if answer.baseline is not None:
        baseline = Side(state="read", flat=flat_of(answer.baseline))
    head = Side(state="read", flat=flat_of(answer.head))
    return Pair(path=NAME, source=Source(path=NAME), baseline=baseline, head=head)


def _ask(context: Context, job: Job, limit: float | None = None) -> Answer:
    command = (sys.executable, "-P", "-m", "mlgate.metrics.mlflow.child")
    try:
        finished = context.children.run(
            command,
            cwd=context.project,
            env=_ENV,
            stdin=msgspec.json.encode(job),
            limit=LIMIT_SECONDS if limit is None else limit,
            keep=_KEPT_BYTES,
        )
    except ToolMissingError as error:
        return Answer(fault=Fault(trouble=Trouble.OTHER, said=error.message))
    if finished.timed_out:
        return Answer(fault=Fault(trouble=Trouble.SILENT))
    try:
        return msgspec.json.decode(finished.out, type=Answer)
    except msgspec.DecodeError:
        last = next((line for line in reversed(finished.error_text.splitlines()) if line.strip()), "")
        return Answer(fault=Fault(trouble=Trouble.OTHER, said=last or f"its client ended with code {finished.code}"))


def _without_secrets(answer: Answer, context: Context) -> Answer:
    """Return an answer in which nobody repeats the credentials of the environment, such as a server in its errors."""
    redaction = Redaction(context.env)
    faults = {name: getattr(answer, name) for name in ("fault", "head_fault", "baseline_fault")}
    hidden = {name: replace(fault, said=redaction.hide(fault.said)) for name, fault in faults.items() if fault}
    return replace(answer, **hidden) if hidden else answer


def _value(value: float | str) -> Value:
    if isinstance(value, float):
        return value
    return Odd("not a number" if value == "NaN" else "infinite", value)
