"""What each stage took at the baseline: by a report that was kept, by earlier runs, and by what its lock records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from mlgate.context import Context
from mlgate.dvc.costs.figures import Figures
from mlgate.dvc.costs.history import History
from mlgate.dvc.costs.reported import Reported, read_report
from mlgate.dvc.costs.tracked import TrackedRun, stage_of
from mlgate.dvc.lock import lock_path, read_lock
from mlgate.dvc.records import LockedStage, Stage
from mlgate.errors import MlgateError
from mlgate.text import amount, code


class Before(Struct, frozen=True, kw_only=True):
    """The figures of the baseline by the address of their stage, where they are from in words, and what went wrong.

    `recorded` are the stages that the baseline's lock has, so that there is something to compare with. `tracked` is the
    run of MLflow that stands for a stage, and `untold` why none does, in words.
    """

    figures: Mapping[str, Figures] = {}
    recorded: frozenset[str] = frozenset()
    source: str = ""
    problem: MlgateError | None = None
    tracked: Mapping[str, TrackedRun] = {}
    untold: str = ""


class Known(NamedTuple):
    """Who may know: earlier runs, the path of a report that was kept, and the run that MLflow has, if it is asked.

    `models` are the stages that make a model, by address.
    """

    history: History
    report: str | None = None
    tracked: Callable[[], TrackedRun] | None = None
    models: frozenset[str] = frozenset()


def costs_before(context: Context, stages: tuple[Stage, ...], known: Known) -> Before:
    """Return what is known of these stages at the baseline.

    Times and memory are the report's where it has them, else those of earlier runs with the inputs that the baseline's
    lock records, else the time is that of MLflow's run; sizes of outputs are in the lock itself.
    """
    history, report = known.history, known.report
    if context.baseline is None:
        return Before()
    reported, problem = _reported(context, report)
    locked = _locked(context, stages)
    found: dict[str, Figures] = {}
    from_report = from_history = 0
    for stage in stages:
        entry = locked.get(stage.address)
        figures = reported.figures.get(stage.address) if reported else None
        if figures is not None:
            from_report += 1
        elif entry is not None and (figures := history.find(entry)) is not None:
            from_history += 1
        if entry is not None and (figures is None or figures.output is None):
            figures = replace(figures or Figures(), output=_recorded_size(entry))
        if figures is not None:
            found[stage.address] = figures
    words = [_report_words(report, reported)] if from_report and reported and report else []
    words += [f"{amount(from_history, 'stage')} by earlier runs here"] if from_history else []
    before = Before(figures=found, recorded=frozenset(locked), source=", ".join(words), problem=problem)
    return _with_tracked(before, stages, known) if known.tracked else before


def _with_tracked(before: Before, stages: tuple[Stage, ...], known: Known) -> Before:
    """Return the same with the time of MLflow's run for the stage that it is of, where nobody else knows that one's."""
    open_ones = [
        stage
        for stage in stages
        if stage.address in before.recorded and before.figures.get(stage.address, Figures()).seconds is None
    ]
    if not open_ones or known.tracked is None:
        return before
    run = known.tracked()
    if run.problem:
        return replace(before, untold=run.problem)
    stage = stage_of(run, open_ones, known.models)
    if stage is None or run.seconds is None:
        why = "is of no stage that is known by its name" if stage is None else "does not say how long it took"
        return replace(before, untold=f"MLflow's run {run.words} {why}")
    figures = replace(before.figures.get(stage.address, Figures()), seconds=run.seconds)
    words = [before.source] if before.source else []
    return replace(
        before,
        figures={**before.figures, stage.address: figures},
        source=", ".join([*words, f"{code(stage.address)} by MLflow's run {run.words}"]),
        tracked={stage.address: run},
    )


def _reported(context: Context, path: str | None) -> tuple[Reported | None, MlgateError | None]:
    try:
        return (read_report(context, path) if path else None), None
    except MlgateError as error:
        return None, error


def _locked(context: Context, stages: tuple[Stage, ...]) -> Mapping[str, LockedStage]:
    found: dict[str, LockedStage] = {}
    for file in dict.fromkeys(stage.file for stage in stages):
        try:
            lock = read_lock(context.baseline_files, lock_path(file)) if context.baseline_files else None
        except MlgateError:
            continue
        held = lock.stages if lock else {}
        found |= {stage.address: held[stage.name] for stage in stages if stage.file == file and stage.name in held}
    return found


def _recorded_size(entry: LockedStage) -> float | None:
    sizes = [item.size for item in entry.outs.values()]
    return float(sum(size for size in sizes if size is not None)) if sizes and None not in sizes else None


def _report_words(path: str, reported: Reported) -> str:
    return f"by {code(path)}" + (f" of {code(reported.commit[:7])}" if reported.commit else "")
