"""Reproducibility: is dvc.lock in step with the pipeline and its data, and do its stages come out the same again?"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta
from msgspec.structs import replace

from mlgate.check import LIMIT_SECONDS, Check
from mlgate.config import Section
from mlgate.report import Outcome, Status
from mlgate.units import Duration, Increase, Price, Size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgate.context import Context
    from mlgate.dvc.assessment import Assessment
    from mlgate.dvc.rerun.records import Rerun
    from mlgate.dvc.rerun.reproduce import Order
    from mlgate.metrics.mlflow.costs import TrackedRuns
    from mlgate.report import Finding, Table

# Before the run would end this check, the stages are stopped and the work tree is taken away.
_RESERVE_SECONDS = 15.0
_SECONDS_TO_END = 3.0


class BudgetsConfig(Section, frozen=True):
    """The `budgets:` of the `repro:` section: what a stage may take when it is run again."""

    time: Annotated[Duration | None, Meta(description="The most wall time of a stage, such as `30m`.")] = None
    memory: Annotated[Size | None, Meta(description="The most memory of a stage's largest process, `8GB`.")] = None
    increase: Annotated[
        Increase | None,
        Meta(description="How much more time, memory and output a stage may take than at the baseline, such as `20%`."),
    ] = None


class ReproConfig(Section, frozen=True):
    """The `repro:` section of the config."""

    missing_data: Annotated[
        Literal["warn", "fail"],
        Meta(description="What it means when a dependency cannot be compared because its data is not on this machine."),
    ] = "warn"
    rerun: Annotated[
        Literal["off", "stale", "full", "sample"] | tuple[str, ...],
        Meta(description="Which stages to run again: `stale` ones, all (`full`), one by lot (`sample`), or a list."),
    ] = "off"
    remote: Annotated[
        Literal["off", "warn", "fail"],
        Meta(description="Whether to ask DVC's remote for all data, and what it means where it lacks some."),
    ] = "off"
    limit: Annotated[Duration | None, Meta(description="The time limit of each stage that is run, such as `10m`.")] = (
        None
    )
    budgets: Annotated[BudgetsConfig, Meta(description="What each stage may take when it is run again.")] = (
        BudgetsConfig()
    )
    costs: Annotated[
        str | None,
        Meta(description="A report of mlgate on the baseline, as JSON, that says what its stages took."),
    ] = None
    price: Annotated[
        Price | None, Meta(description="What an hour of the machine costs that runs the stages, such as `3.06 USD/h`.")
    ] = None
    models: Annotated[
        tuple[str, ...],
        Meta(
            description="Which outputs are models, by path or glob; default: the `artifacts:` of type `model`, else "
            "those that are named as models are."
        ),
    ] = ()


def run(context: Context, config: ReproConfig) -> Outcome:
    """Answer the question of this check."""
    from mlgate.dvc.assessment import assess
    from mlgate.dvc.findings import all_findings
    from mlgate.dvc.ledger import note, stage_table, summary

    began = time.monotonic()
    found = assess(context.head_files, context.project, context.root, context.prefix)
    if found.is_empty:
        return Outcome.skipped("no DVC pipeline in this repository")
    told = all_findings(found, context, fail_on_missing=config.missing_data == "fail")
    tables = [stage_table(found)] if found.statuses else []
    is_hook = context.env.get("PRE_COMMIT") == "1"
    is_whole = not (found.problems or found.clashes or found.circle)
    if config.remote != "off" and not is_hook and is_whole:
        told += _of_remote(context, config, found)
    outcome = Outcome.of(told, summary=summary(found), note=note(found), tables=tables)
    if not is_whole:
        return outcome
    if is_hook:
        told_off = "; no stage run again in a hook" if config.rerun != "off" else ""
        return replace(outcome, summary=f"{outcome.summary}{told_off}")
    tracked = _tracked(context, began)
    if config.rerun != "off":
        outcome = _with_runs(outcome, context, config, found, tracked)
    lineage = _lineage(context, config, found, tracked)
    return replace(outcome, tables=(*outcome.tables, lineage)) if lineage else outcome


def _of_remote(context: Context, config: ReproConfig, found: Assessment) -> Iterator[Finding]:
    from mlgate.dvc.remote.findings import remote_findings
    from mlgate.redaction import Redaction

    hide = Redaction(context.env).hide
    return remote_findings(context, found.pipelines, hide, fails=config.remote == "fail")


def _with_runs(
    outcome: Outcome, context: Context, config: ReproConfig, found: Assessment, tracked: TrackedRuns | None
) -> Outcome:
    """Return the outcome with what running stages again adds to it."""
    from mlgate.cache import open_cache
    from mlgate.dvc.costs.baseline import Known, costs_before
    from mlgate.dvc.costs.budgets import Budget, over_budget, unreadable_costs
    from mlgate.dvc.costs.history import History, remember
    from mlgate.dvc.costs.table import cost_measures, cost_table
    from mlgate.dvc.lineage.models import find_models
    from mlgate.dvc.rerun.findings import rerun_findings
    from mlgate.dvc.rerun.ledger import run_note, run_table, run_words
    from mlgate.dvc.rerun.records import Ending

    done = _runs(context, config, found)
    history = History(open_cache(context.env, lambda: context.git.common_folder() / "mlgate"))
    models = frozenset(stage.address for stage, _ in find_models(found.pipelines, config.models))
    known = Known(history, config.costs, tracked.baseline if tracked else None, models)
    before = costs_before(context, tuple(run.stage for run in done.runs if run.ending is Ending.DONE), known)
    remember(history, done, found)
    wall, memory, increase = config.budgets.time, config.budgets.memory, config.budgets.increase
    budget = Budget(
        seconds=wall.seconds if wall else None,
        memory=memory.bytes if memory else None,
        increase=increase.value if increase else None,
    )
    findings = [
        *rerun_findings(done, context, fail_on_missing=config.missing_data == "fail"),
        *over_budget(done, context, budget, before),
        *unreadable_costs(before),
    ]
    tables = (run_table(done) if done.runs else None, cost_table(done.runs, before, config.price))
    return Outcome.of(
        [*outcome.findings, *findings],
        summary=f"{outcome.summary}; {run_words(done)}",
        note=(outcome.note if outcome.status is Status.FAILED else "") or run_note(done) or outcome.note,
        tables=[*(table for table in tables if table), *outcome.tables],
        measures=tuple(cost_measures(done.runs, before, config.price)),
    )


def _tracked(context: Context, began: float) -> TrackedRuns | None:
    """Return who asks MLflow, where the metrics check asks it, in the time that this check has left."""
    mlflow = getattr(context.config.sections.get("metrics"), "mlflow", None)
    if mlflow is None:
        return None
    from mlgate.metrics.mlflow.costs import TrackedRuns

    end = began + _whole_limit(context) - _SECONDS_TO_END
    return TrackedRuns(context, mlflow, lambda: end - time.monotonic())


def _lineage(context: Context, config: ReproConfig, found: Assessment, tracked: TrackedRuns | None) -> Table | None:
    """Return what made each model; MLflow is asked where the metrics check asks it."""
    from mlgate.dvc.lineage.models import find_models

    if next(find_models(found.pipelines, config.models), None) is None:
        return None
    from mlgate.dvc.lineage.tell import tell_lineage

    run = None
    if tracked is not None:
        from mlgate.metrics.mlflow.table import run_words

        told = tracked.head()
        run = run_words(told) if told else "none is known of this commit"
    return tell_lineage(context, found, config.models, run)


def _runs(context: Context, config: ReproConfig, found: Assessment) -> Rerun:
    """Run the stages, where that can be done: on Windows what they start can be neither measured nor ended for sure."""
    if sys.platform == "win32":
        from mlgate.dvc.rerun.records import Refusal, Rerun

        hint = "let a runner of Linux or macOS do it, or leave `repro: {rerun: ...}` out"
        return Rerun(refusals=(Refusal(words="that needs Linux or macOS", hint=hint, fails=True),))
    else:  # noqa: RET505 - what follows is of no such platform, which tools only understand so
        from mlgate.dvc.rerun.reproduce import rerun

        return rerun(context, found, _order(context, config))


def _order(context: Context, config: ReproConfig) -> Order:
    from mlgate.dvc.rerun.reproduce import Order
    from mlgate.metrics.closeness import closeness
    from mlgate.metrics.judging import open_rulebook
    from mlgate.redaction import Redaction

    rulebook = open_rulebook(context, getattr(context.config.sections.get("metrics"), "rules", {}))
    return Order(
        mode=config.rerun,
        total=_limit(context),
        close=lambda path, committed, again: closeness(path, committed, again, rulebook),
        hide=Redaction(context.env).hide,
        limit=config.limit.seconds if config.limit else None,
    )


def _limit(context: Context) -> float:
    seconds = _whole_limit(context)
    return max(seconds - _RESERVE_SECONDS, seconds * 0.8)


def _whole_limit(context: Context) -> float:
    limit = context.config.limits.get("repro")
    return limit.seconds if limit else LIMIT_SECONDS


CHECK = Check(
    id="repro",
    title="Reproducibility",
    question="Is dvc.lock in step with the pipeline, its parameters and its data?",
    config=ReproConfig,
    run=run,
)
