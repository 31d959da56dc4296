"""What a repository has that the gate can use: metrics, datasets, contracts, predictions, pages."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from msgspec import Struct

from mlgate.context import Context
from mlgate.data.formats import Kind, format_of
from mlgate.dvc.cache import find_cache
from mlgate.dvc.pipeline import read_pipelines
from mlgate.dvc.records import Pipelines
from mlgate.errors import MlgateError
from mlgate.metrics.gather import gather, policy_of
from mlgate.metrics.rules import Rulebook
from mlgate.metrics.sides import read_pairs
from mlgate.metrics.sources import find_sources
from mlgate.readme.naming import default_files, is_markdown
from mlgate.scaffold.contracts import ContractFile, find_contracts

MOST_DATASETS = 20
_PREDICTIONS = ("pred", "forecast")
_ID = ("id", "example_id", "sample_id", "row_id", "uid", "index", "key")
_TRUTH = ("truth", "y_true", "label", "target", "actual", "expected", "ground_truth", "true", "y")
_PREDICTION = ("prediction", "y_pred", "pred", "predicted", "predicted_label", "yhat", "y_hat", "forecast")
_SCORE = ("score", "y_score", "proba", "prob", "probability", "p", "confidence", "y_prob", "y_proba")


class MetricFound(Struct, frozen=True):
    """A metric by its name, and which way is better, or None where only a person knows."""

    name: str
    better: str | None


class Predictions(Struct, frozen=True):
    """A file of predictions, and which of its columns is what, as far as its head says so."""

    path: str
    columns: dict[str, str] = {}

    @property
    def is_clear(self) -> bool:
        """Return whether the columns that a verdict needs are known."""
        return {"id", "truth"} <= set(self.columns) and bool({"prediction", "score"} & set(self.columns))


class Found(Struct, frozen=True, kw_only=True):
    """What was found. Paths are from the project folder; datasets are by name."""

    metrics: tuple[MetricFound, ...] = ()
    pipelines: Pipelines = Pipelines()
    datasets: dict[str, str] = {}
    contracts: tuple[ContractFile, ...] = ()
    predictions: Predictions | None = None
    pages: tuple[str, ...] = ()
    has_readme: bool = False
    has_notebooks: bool = False
    has_python: bool = False
    problems: tuple[str, ...] = ()

    @property
    def has_pipeline(self) -> bool:
        """Return whether there is a pipeline of DVC's."""
        return bool(self.pipelines.stages)


def look(context: Context) -> Found:
    """Return what is there; what cannot be read is told among the problems, and left out."""
    reading = read_pipelines(context.head_files, context.prefix)
    metrics, trouble = _metrics(context)
    names = list(_data_paths(context, reading.pipelines))
    predictions = next((path for path in names if _is_of_predictions(path)), None)
    return Found(
        metrics=tuple(metrics),
        pipelines=reading.pipelines,
        datasets=_named(path for path in names if not _is_of_predictions(path)),
        contracts=tuple(find_contracts(context)),
        predictions=_predictions(context, predictions) if predictions else None,
        pages=tuple(path for path in default_files(context) if is_markdown(path)),
        has_readme=bool(default_files(context)),
        has_notebooks=any(path.endswith(".ipynb") for path in context.files),
        has_python=any(path.endswith(".py") for path in context.files),
        problems=tuple(dict.fromkeys(str(problem) for problem in (*reading.problems, *trouble))),
    )


def _metrics(context: Context) -> tuple[list[MetricFound], list[MlgateError]]:
    cache = find_cache(context.project, context.root)
    try:
        sources = find_sources(context, (), cache)
    except MlgateError as error:
        return [], [error]
    pairs = read_pairs(context, sources.files, cache)
    rules = Rulebook({})
    found = []
    for metric in gather(pairs):
        policy = policy_of(metric, rules)
        if isinstance(metric.head, float) and metric.item_of is None and not policy.is_count and not policy.is_timed:
            found.append(MetricFound(metric.name, policy.better))
    return found, [pair.head.error for pair in pairs if pair.head.error]


def _data_paths(context: Context, pipelines: Pipelines) -> Iterator[str]:
    """Yield the tables that DVC keeps or git tracks, each once: files of a known format, not metrics or plots."""
    made = [out.path for stage in pipelines.stages for out in stage.outs if out.kind == "out"]
    tracked = [out.path for data in pipelines.data for out, _ in data.outs]
    others = {metric.path for metric in pipelines.metrics}
    others |= {out.path for stage in pipelines.stages for out in stage.outs if out.kind != "out"}
    in_git = sorted(path for path in context.files if _is_outside_tests(path))
    for path in dict.fromkeys((*tracked, *made, *in_git)):
        if path not in others and not path.startswith(("/", "..")) and "://" not in path and format_of(path):
            yield path


def _is_outside_tests(path: str) -> bool:
    return not any(part in ("test", "tests", "testing", "fixtures") for part in PurePosixPath(path).parts[:-1])


def _is_of_predictions(path: str) -> bool:
    return PurePosixPath(path).name.lower().startswith(_PREDICTIONS)


def _named(paths: Iterable[str]) -> dict[str, str]:
    """Return paths by their stem; where two have the same, by folder and stem."""
    found: dict[str, str] = {}
    for path in paths:
        whole = PurePosixPath(path)
        stem = whole.name.partition(".")[0]
        name = stem if stem not in found else f"{whole.parent.name}-{stem}"
        if name and name not in found and len(found) < MOST_DATASETS:
            found[name] = path
    return found


def _predictions(context: Context, path: str) -> Predictions:
    known = {column.lower(): column for column in _header(context, path)}
    columns: dict[str, str] = {}
    for name, words in (("id", _ID), ("truth", _TRUTH), ("prediction", _PREDICTION), ("score", _SCORE)):
        hit = next((known[word] for word in words if word in known and known[word] not in columns.values()), None)
        if hit is None and name == "id":
            hit = next((column for lower, column in known.items() if lower.endswith("_id")), None)
        if hit:
            columns[name] = hit
    return Predictions(path, columns)


def _header(context: Context, path: str) -> list[str]:
    """Return the columns of a text table that is here; of other formats nothing is read."""
    form = format_of(path)
    place = context.project / path
    if form is None or form.kind is not Kind.DELIMITED or form.compression or not place.is_file():
        return []
    try:
        with place.open(encoding="utf-8-sig", newline="") as stream:
            return next(csv.reader([stream.readline(100_000)], delimiter=form.separator), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return []
