"""What the metrics were at earlier commits of the baseline's branch: how far they move without any fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from mlgate import documents
from mlgate.context import Context
from mlgate.errors import GitError, MlgateError
from mlgate.metrics.compare import Metric, is_same
from mlgate.metrics.flatten import Flat, flatten
from mlgate.metrics.sources import Source, paths_in_git
from mlgate.text import amount

if TYPE_CHECKING:
    from mlgate.metrics.mlflow.messages import Run
    from mlgate.stats.estimate import Estimate

LEAST = 8
_MOST_COMMITS_OF_RUNS = 200


class Key(Struct, frozen=True):
    """A metric by its file and its dotted key in it."""

    file: str
    key: str


class History(Struct, frozen=True):
    """The values of each metric at earlier commits, oldest first, and what a person should know of them.

    A commit that leaves a number to the last digit as it was did not train anew: it adds nothing here.
    """

    values: Mapping[Key, Sequence[float]]
    note: str | None = None

    def of(self, metric: Metric) -> Sequence[float]:
        """Return the values of one metric."""
        return self.values.get(Key(metric.file, metric.key), ())

    def estimates(self, metrics: Iterable[Metric]) -> dict[str, Estimate]:
        """Return the changes of these metrics by their name, as far as their history says how much they vary."""
        found = {metric.name: self.estimate(metric) for metric in metrics}
        return {name: estimate for name, estimate in found.items() if estimate is not None}

    def estimate(self, metric: Metric) -> Estimate | None:
        """Return a metric's change with its history's spread; None where it did not move or too little is known."""
        baseline, head, values = metric.baseline, metric.head, self.of(metric)
        if not isinstance(baseline, float) or not isinstance(head, float) or len(values) < LEAST:
            return None
        if is_same(baseline, head):
            return None
        from mlgate.stats.runs import against_history

        return against_history(values, baseline, head)


def read_history(
    context: Context, sources: Sequence[Source], most: int, runs: Mapping[str, Run] | None = None
) -> History:
    """Return the values at the last `most` commits of the baseline's branch that changed a metric file.

    `runs` are MLflow's, by commit, as `read_tracked` found them for `run_commits`. One `git log` and one process that
    reads blobs are all that is started; metrics that DVC caches are not in git and have no history.
    """
    if context.baseline is None or most == 0:
        return History({})
    paths = paths_in_git(context, sources)
    note = None
    found: dict[Key, list[float]] = {}
    try:
        touches = context.git.touches(context.baseline.revision.commit, paths, most) if paths else []
    except GitError as error:
        return History({}, f"the history of the metrics cannot be read: {error.message}")
    context.git.preload(blob for touch in touches for blob in touch.blobs.values())
    for touch in reversed(touches):
        for path, blob in touch.blobs.items():
            name = path.removeprefix(context.prefix)
            _add(found, name, _flat(context, blob, name))
    if context.git.shallow and len(touches) < most:
        commits = amount(len(touches), "commit")
        note = f"the history of the metrics ends after {commits}, for the clone is shallow; set `fetch-depth: 0`"
    if runs:
        from mlgate.metrics.mlflow.runs import NAME, flat_of

        for run in reversed(list(runs.values())[:most]):
            _add(found, NAME, flat_of(run))
    return History(found, note)


def run_commits(context: Context, most: int) -> tuple[tuple[str, ...], ...]:
    """Return the earlier commits of the baseline's branch, the newest first, each with what it merged, if it did.

    Any of them may have been trained; a run of the merged commit stands for the merge.
    """
    if context.baseline is None or most == 0:
        return ()
    try:
        listed = context.git.first_parents(context.baseline.revision.commit, _MOST_COMMITS_OF_RUNS)
    except GitError:
        return ()
    return tuple((commits[0], *commits[2:3]) for commits in listed)


def _add(found: dict[Key, list[float]], file: str, flat: Flat) -> None:
    for key, value in flat.values.items():
        values = found.setdefault(Key(file, key), [])
        if isinstance(value, float) and (not values or values[-1] != value):
            values.append(value)


def _flat(context: Context, blob: str, name: str) -> Flat:
    """Return the values of an earlier version of a file; one that cannot be read has none."""
    data = context.git.blob(blob)
    try:
        return flatten(documents.parse(data, name)) if data is not None else Flat({})
    except MlgateError:
        return Flat({})
