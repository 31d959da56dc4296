"""The lock against the pipeline: is each stage up to date, and if not, because of which command, parameter or file?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from mlgate.dvc.chain import Locked, recorded_deps, recorded_outs
from mlgate.dvc.compare import Comparer, Content, Judged
from mlgate.dvc.lock import lock_path
from mlgate.dvc.param_changes import ParamReader, param_changes
from mlgate.dvc.paths import join
from mlgate.dvc.records import Command, Dependency, Item, LockedStage, Output, Pipelines, Stage, TrackedData
from mlgate.text import amount, code, codes


class Fault(StrEnum):
    """What can be wrong with a stage's entry in the lock."""

    STALE = "stale"
    HAND_EDITED = "hand-edited"
    BROKEN_CHAIN = "broken-chain"
    NOT_LOCKED = "not-locked"
    MISSING = "missing"
    LEFT_OVER = "left-over"
    NOT_COMPARED = "not-compared"
    NOT_KEPT = "not-kept"
    OUTSIDE = "outside"
    EDITED = "edited"
    DELETED = "deleted"
    INPUT_LOST = "input-lost"


UNTRUE = (Fault.STALE, Fault.HAND_EDITED, Fault.NOT_LOCKED, Fault.BROKEN_CHAIN, Fault.MISSING)
"""What makes a lock untrue: its entry is of another stage than the one that is committed."""


_LINE_ENDS = "as a checkout for another system leaves them"


class Reason(Struct, frozen=True, kw_only=True):
    """Why a stage is not up to date, in words, and the file and line that say so.

    `key` is the parameter that it is about, `path` the output; `line_ends` says that only those of a file differ.
    """

    fault: Fault
    words: str
    file: str
    line: int | None = None
    key: str | None = None
    path: str | None = None
    line_ends: bool = False


class StageStatus(Struct, frozen=True, kw_only=True):
    """One stage and all that is wrong with its entry in the lock."""

    stage: Stage
    line: int | None = None
    always: bool = False
    reasons: tuple[Reason, ...] = ()

    @property
    def is_true(self) -> bool:
        """Return whether the lock's entry is of the stage as it is committed."""
        return not self.faults(*UNTRUE)

    def faults(self, *wanted: Fault) -> tuple[Reason, ...]:
        """Return the reasons of these kinds."""
        return tuple(reason for reason in self.reasons if reason.fault in wanted)


def stage_statuses(
    pipelines: Pipelines, locked: Locked, comparer: Comparer, params: ParamReader
) -> tuple[StageStatus, ...]:
    """Return the status of every stage, in the order of the files; raises `DocumentError` for a bad params file."""
    return tuple(_status(stage, locked.get((stage.file, stage.name)), comparer, params) for stage in pipelines.stages)


def _status(stage: Stage, locked: LockedStage | None, comparer: Comparer, params: ParamReader) -> StageStatus:
    callback = not stage.deps and not stage.outs and not stage.params
    always = callback or stage.always_changed
    if locked is None:
        missing = Reason(
            fault=Fault.NOT_LOCKED,
            words=f"it has no entry in {code(lock_path(stage.file))}",
            file=stage.file,
            line=stage.line,
        )
        return StageStatus(stage=stage, always=always, reasons=() if callback else (missing,))
    reasons = [*_command(stage, locked)]
    if not stage.frozen and not stage.always_changed:
        reasons += [*_params(stage, locked, params), *_deps(stage, locked, comparer)]
    reasons += [*_outs(stage, locked, comparer), *_left_over(stage, locked)]
    return StageStatus(stage=stage, line=locked.line, always=always, reasons=tuple(reasons))


def data_reasons(data: TrackedData, comparer: Comparer) -> tuple[Reason, ...]:
    """Return why data in the work tree is not what its `.dvc` file records."""
    found = []
    if data.edited:
        words = f"{code(data.file)} was edited by hand, and the import that it now describes was not run"
        found.append(Reason(fault=Fault.EDITED, words=words, file=data.file, line=data.line))
    for output, item in data.outs:
        judged = comparer.output(output, item)
        if judged.content is Content.DIFFERENT:
            words = f"{code(output.path)} is not what {code(data.file)} records{_which(judged)}"
            found.append(Reason(fault=Fault.STALE, words=words, file=data.file, line=item.line))
        elif comparer.is_deleted(output):
            found.append(_deleted(output, data.file, item.line))
    return tuple(found)


def _deleted(output: Output, file: str, line: int | None) -> Reason:
    words = f"{code(output.path)} is not in the work tree, and DVC's cache has it: it was deleted, or not checked out"
    return Reason(fault=Fault.DELETED, words=words, file=file, line=line, path=output.path)


def _command(stage: Stage, locked: LockedStage) -> Iterator[Reason]:
    if stage.cmd != locked.cmd:
        words = f"the command went from {_shown(locked.cmd)} to {_shown(stage.cmd)}"
        yield Reason(fault=Fault.STALE, words=words, file=stage.file, line=stage.line)


def _params(stage: Stage, locked: LockedStage, params: ParamReader) -> Iterator[Reason]:
    recorded = {join(stage.wdir, file): values for file, values in locked.params.items()}
    for wanted in stage.params:
        actual = params.read(wanted.path)
        if actual is None:
            words = f"the params file {code(wanted.path)} does not exist"
            yield Reason(fault=Fault.STALE, words=words, file=stage.file, line=wanted.line)
            continue
        for change in param_changes(wanted, recorded.get(wanted.path, {}), actual):
            yield Reason(fault=Fault.STALE, words=change.words, file=change.file, key=change.key)


def _deps(stage: Stage, locked: LockedStage, comparer: Comparer) -> Iterator[Reason]:
    recorded = recorded_deps(stage, locked)
    for dep in stage.deps:
        item = recorded.get(dep.path)
        if item is None:
            words = f"the dependency {code(dep.path)} is not in the lock"
            yield Reason(fault=Fault.STALE, words=words, file=stage.file, line=dep.line)
        else:
            yield from _dependency(stage, dep, item, comparer)
            for made in comparer.lost_inputs(dep.path):
                words = f"{code(made.path)}, which it needs, is not in the work tree"
                yield Reason(fault=Fault.INPUT_LOST, words=words, file=stage.file, line=dep.line, path=made.path)


def _dependency(stage: Stage, dep: Dependency, item: Item, comparer: Comparer) -> Iterator[Reason]:
    name = code(dep.path)
    judged = comparer.dependency(dep.path, item)
    if judged.content is Content.DIFFERENT:
        how = f" in its line ends alone, {_LINE_ENDS}" if judged.line_ends else _which(judged)
        changed = Reason(fault=Fault.STALE, words=f"{name} changed{how}", file=dep.path, line_ends=judged.line_ends)
        yield changed if comparer.is_listed_file(dep.path) else replace(changed, file=stage.file, line=dep.line)
    elif judged.content is Content.BROKEN and judged.made is not None:
        words = f"it ran on another {name} than the one that {judged.made.by} records{_which(judged)}"
        yield Reason(fault=Fault.BROKEN_CHAIN, words=words, file=lock_path(stage.file), line=item.line)
    elif judged.content is Content.ABSENT:
        words = f"the dependency {name} is neither in git nor the output of a stage or a `.dvc` file"
        yield Reason(fault=Fault.MISSING, words=words, file=stage.file, line=dep.line)
    elif judged.content is Content.UNKNOWN:
        words = f"{name} was not compared, because its data is not here"
        yield Reason(fault=Fault.NOT_COMPARED, words=words, file=stage.file, line=dep.line)
    elif judged.content is Content.OUTSIDE:
        words = f"{name} was not compared, because it lies outside the repository"
        yield Reason(fault=Fault.OUTSIDE, words=words, file=stage.file, line=dep.line)


def _outs(stage: Stage, locked: LockedStage, comparer: Comparer) -> Iterator[Reason]:
    recorded = recorded_outs(stage, locked)
    for out in stage.outs:
        item = recorded.get(out.path)
        if item is None:
            words = f"the output {code(out.path)} is not in the lock"
            yield Reason(fault=Fault.STALE, words=words, file=stage.file, line=out.line)
        else:
            yield from _output(stage, out, item, comparer)
            if comparer.is_deleted(out):
                yield _deleted(out, stage.file, out.line)


def _output(stage: Stage, out: Output, item: Item, comparer: Comparer) -> Iterator[Reason]:
    judged = comparer.output(out, item)
    if judged.content is Content.DIFFERENT:
        how = f": its line ends differ, {_LINE_ENDS}" if judged.line_ends else _which(judged)
        words = f"the output {code(out.path)} is not the one that the lock records{how}"
        changed = Reason(fault=Fault.STALE, words=words, file=out.path, line_ends=judged.line_ends)
        if out.kind == "metric" and not judged.line_ends:
            words = f"{code(out.path)} is not what the lock records of it{how}"
            changed = Reason(fault=Fault.HAND_EDITED, words=words, file=out.path)
        yield changed if comparer.is_listed_file(out.path) else replace(changed, file=stage.file, line=out.line)
    elif judged.content is Content.ABSENT:
        words = f"the output {code(out.path)} is kept neither in git nor by DVC"
        yield Reason(fault=Fault.NOT_KEPT, words=words, file=stage.file, line=out.line, path=out.path)
    elif judged.content is Content.OUTSIDE:
        words = f"the output {code(out.path)} was not compared, because it lies outside the repository"
        yield Reason(fault=Fault.OUTSIDE, words=words, file=stage.file, line=out.line)


def _left_over(stage: Stage, locked: LockedStage) -> Iterator[Reason]:
    listed: list[tuple[str, Mapping[str, Item], set[str]]] = [
        ("dependency", recorded_deps(stage, locked), {dep.path for dep in stage.deps}),
        ("output", recorded_outs(stage, locked), {out.path for out in stage.outs}),
    ]
    for kind, recorded, wanted in listed:
        for path, item in recorded.items():
            if path not in wanted:
                words = f"the lock still lists the {kind} {code(path)}"
                yield Reason(fault=Fault.LEFT_OVER, words=words, file=lock_path(stage.file), line=item.line)


def _which(judged: Judged) -> str:
    if judged.files:
        return f" ({codes(judged.files, 3)})"
    before, now = judged.counts or (None, 0)
    return f" ({amount(before, 'file')} then, {now:,} now)" if before is not None and before != now else ""


def _shown(command: Command) -> str:
    return code(command if isinstance(command, str) else " && ".join(command), 100)
