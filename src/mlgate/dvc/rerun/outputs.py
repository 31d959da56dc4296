"""How the outputs of a run came out, against what the lock records of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec.structs import replace

from mlgate.context import Context
from mlgate.documents import MAX_BYTES
from mlgate.dvc.assessment import Assessment
from mlgate.dvc.cache import Cache
from mlgate.dvc.chain import recorded_outs
from mlgate.dvc.hashes import hash_listing
from mlgate.dvc.ignore import load_ignore
from mlgate.dvc.lock import lock_path, read_lock
from mlgate.dvc.paths import is_inside
from mlgate.dvc.records import Item, MetricFile, Output, Pipelines, Stage
from mlgate.dvc.rerun.records import Came, Moves, OutputRun, StageRun
from mlgate.dvc.rerun.worktree import Place
from mlgate.dvc.work_tree import WorkTree
from mlgate.errors import MlgateError
from mlgate.files import HeadFiles
from mlgate.git import Git
from mlgate.text import code, codes

Closeness = Callable[[str, bytes, bytes], Moves]


class Outputs:
    """Compares the outputs of one place with those that are recorded; `close` judges two contents of a metric file."""

    def __init__(self, context: Context, found: Assessment, place: Place, cache: Cache, close: Closeness) -> None:
        """Keep the parts."""
        self._context = context
        self._found = found
        self._place = place
        self._cache = cache
        self._close = close
        self._files = HeadFiles(place.project, Git(place.root, context.children), context.prefix)
        self._tree = WorkTree(place.project, frozenset(), load_ignore(context.head_files))

    def judge(self, stage: Stage) -> tuple[OutputRun, ...]:
        """Return how each output of a stage that was just run came out."""
        lock = read_lock(self._files, lock_path(stage.file))
        new = recorded_outs(stage, lock.stages.get(stage.name) if lock else None)
        old = recorded_outs(stage, self._found.locked.get((stage.file, stage.name)))
        return tuple(self._judged(stage, out, old.get(out.path), new.get(out.path)) for out in stage.outs)

    def _judged(self, stage: Stage, out: Output, old: Item | None, new: Item | None) -> OutputRun:
        size = (new.size if new else None) or 0
        if old is None or old.hash is None:
            return OutputRun(output=out, came=Came.UNRECORDED, size=size)
        if self._is_same(out, old, new):
            return OutputRun(output=out, came=Came.SAME, size=size)
        moves = [self._moves(metric) for metric in self._metrics(stage, out)]
        if not moves:
            return OutputRun(output=out, came=Came.DIFFERENT, size=size)
        bad = [move for move in moves if not move.within]
        words = "; ".join(move.words for move in bad or moves if move.words)
        return OutputRun(output=out, came=Came.DIFFERENT if bad else Came.WITHIN, size=size, words=words)

    def _is_same(self, out: Output, old: Item, new: Item | None) -> bool:
        if old.hash is None or new is None or new.hash is None:
            return False
        if old.hash.dos2unix == new.hash.dos2unix:
            return old.hash == new.hash
        if not new.hash.is_folder:
            return self._tree.hash(out.path, dos2unix=old.hash.dos2unix) == old.hash
        inside = self._tree.hashes(out.path, self._tree.walk(out.path), dos2unix=old.hash.dos2unix)
        return inside is not None and hash_listing(inside, dos2unix=old.hash.dos2unix) == old.hash

    def _metrics(self, stage: Stage, out: Output) -> Iterator[MetricFile]:
        for metric in self._found.pipelines.metrics:
            if metric.stage == stage.address and (metric.path == out.path or is_inside(metric.path, out.path)):
                yield metric

    def _moves(self, metric: MetricFile) -> Moves:
        committed = self._committed(metric)
        if committed is None:
            return Moves(within=False, words="the committed values are not here to compare with")
        try:
            again = self._files.read(metric.path)
        except MlgateError as error:
            return Moves(within=False, words=f"what came out cannot be read: {error.message}")
        if again is None:
            return Moves(within=False, words=f"{code(metric.path)} did not come out")
        return self._close(metric.path, committed, again)

    def _committed(self, metric: MetricFile) -> bytes | None:
        if metric.cached:
            return self._cache.read(metric.hash, MAX_BYTES) if metric.hash else None
        return self._context.git.blob(f"HEAD:{self._context.prefix}{metric.path}")


def judges(pipelines: Pipelines, needs: Mapping[str, set[str]]) -> set[str]:
    """Return the stages that make metrics, or that lead to one that does, by address."""
    measuring = {metric.stage for metric in pipelines.metrics if metric.stage is not None}
    return {stage.address for stage in pipelines.stages if _after(stage.address, needs) & measuring}


def vouched(runs: tuple[StageRun, ...], needs: Mapping[str, set[str]]) -> tuple[StageRun, ...]:
    """Return the runs with each output that differs, and is no metric, judged by the metrics that come from it.

    Where a stage or those that follow it made metrics, and all of them are within their tolerance, that is what counts:
    a model's bytes differ where its training is not seeded, and nobody is worse off. What is made from such an output,
    such as a picture of the metrics, differs with it.
    """
    found: list[StageRun] = []
    for run in runs:
        words = _vouchers(run, runs, needs) or _follows(run, found, needs)
        found.append(_within(run, words) if words else run)
    return tuple(found)


def _vouchers(run: StageRun, runs: tuple[StageRun, ...], needs: Mapping[str, set[str]]) -> str:
    after = _after(run.stage.address, needs)
    reached = [other for other in runs if other.stage.address in after]
    judged = [out for other in reached for out in other.outputs if is_judged(out)]
    complete = all(other.outputs or not other.stage.outs for other in reached)
    agree = complete and judged and all(out.came in (Came.SAME, Came.WITHIN) for out in judged)
    return "the metrics that come from it agree" if agree else ""


def _follows(run: StageRun, earlier: list[StageRun], needs: Mapping[str, set[str]]) -> str:
    before = [other for other in earlier if other.stage.address in needs[run.stage.address]]
    moved = [other.stage.address for other in before if other.came is Came.WITHIN]
    if not moved or any(other.came not in (Came.SAME, Came.WITHIN) for other in before):
        return ""
    return f"it is made from what {codes(moved)} made"


def _within(run: StageRun, words: str) -> StageRun:
    outputs = tuple(
        replace(out, came=Came.WITHIN, words=words) if out.came is Came.DIFFERENT and not is_judged(out) else out
        for out in run.outputs
    )
    return replace(run, outputs=outputs)


def is_judged(out: OutputRun) -> bool:
    """Return whether the numbers of an output, and not its bytes, decide how it came out."""
    return out.output.kind == "metric" or bool(out.words)


def _after(address: str, needs: Mapping[str, set[str]]) -> set[str]:
    """Return a stage and all that need it, directly or by others."""
    found, new = {address}, {address}
    while new:
        new = {name for name, before in needs.items() if before & new} - found
        found |= new
    return found
