"""The `metrics:` section of the config, with its parts on predictions and on MLflow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from mlgate.config import Section
from mlgate.lazy_pattern import lazy_pattern
from mlgate.metrics.rules import Rule
from mlgate.text import code
from mlgate.units import Duration

if TYPE_CHECKING:
    from mlgate.metrics.mlflow.messages import Wish

COMMIT = "commit"
OWN = lazy_pattern(r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")
_MODEL = r"models:/(?P<name>[^/@]+)(?:@(?P<alias>[^/@]+)|/(?P<version>[0-9]+))"
_RUN = r"runs:/(?P<run>[\w-]+)"


class PredictionsConfig(Section, frozen=True):
    """Where the predictions for each example are, and which column is what."""

    path: Annotated[
        str,
        Meta(description="The file: CSV, TSV, Parquet, JSON, JSONL or Arrow, from the project folder.", min_length=1),
    ]
    id: Annotated[str, Meta(description="The column that names each example, the same on both sides.")]
    truth: Annotated[str, Meta(description="The column of the true class or value.")]
    prediction: Annotated[str | None, Meta(description="The column of the predicted class or value.")] = None
    score: Annotated[str | None, Meta(description="The column of the positive class's score or probability.")] = None
    positive: Annotated[
        str | int | bool | None, Meta(description="The positive class, where it is not 1, true or yes.")
    ] = None
    weight: Annotated[str | None, Meta(description="The column of each example's weight.")] = None
    group: Annotated[
        str | None, Meta(description="The column of what rows belong to (a user, a patient): they are not independent.")
    ] = None
    query: Annotated[str | None, Meta(description="The column of the query that a row answers, for `ndcg@10`.")] = None
    metrics: Annotated[
        tuple[str, ...],
        Meta(
            description="More metrics to compute from the predictions, such as `recall[cat]`, or `pkg.module:function` "
            "of the project; default: those of the metric files."
        ),
    ] = ()
    slices: Annotated[tuple[str, ...], Meta(description="Columns by whose values the metrics are also compared.")] = ()
    gated_slices: Annotated[
        tuple[str, ...],
        Meta(description="The slices that may fail the gate: `airport=SFO`, or `airport` for all of a column."),
    ] = ()
    limit: Annotated[Duration, Meta(description="How long each function of the project may take in all.")] = Duration(
        120.0
    )

    def __post_init__(self) -> None:
        """Refuse what could never be computed."""
        if self.prediction is None and self.score is None:
            raise ValueError("name the column of the predictions with `prediction:`, or of the scores with `score:`")
        for name in self.gated_slices:
            if name.partition("=")[0].strip() not in self.slices:
                raise ValueError(f"the gated slice {code(name)} is of no column in `slices:`")
        for name in self.metrics:
            if not OWN.match(name):
                _require_known(name)

    def columns(self) -> dict[str, str]:
        """Return the columns that the head must have: theirs by our names."""
        named = {"id": self.id, "truth": self.truth, "prediction": self.prediction, "score": self.score}
        return {name: column for name, column in named.items() if column}

    def columns_of_baseline(self) -> dict[str, str]:
        """Return the columns that the baseline must have; a prediction or score that only the head has is a new one."""
        return {name: column for name, column in self.columns().items() if name in ("id", "truth")}

    def predicted_columns(self) -> dict[str, str]:
        """Return the columns of what a model says: theirs by our names."""
        return {name: column for name, column in self.columns().items() if name in ("prediction", "score")}

    def more_columns(self) -> dict[str, str]:
        """Return the columns that say how examples are weighed and grouped: theirs by our names."""
        named = {"weight": self.weight, "group": self.group, "query": self.query}
        found = {name: column for name, column in named.items() if column}
        return found | {f"slice:{column}": column for column in self.slices}

    @property
    def positive_label(self) -> str | None:
        """Return the positive class as text, as the classes are told apart by."""
        if self.positive is None:
            return None
        return str(int(self.positive)) if isinstance(self.positive, bool) else str(self.positive)


class MlflowConfig(Section, frozen=True):
    """The `metrics.mlflow:` section of the config."""

    tracking_uri: Annotated[
        str | None,
        Meta(
            description="The tracking server, where MLFLOW_TRACKING_URI is not set; taken from the baseline's config "
            "only."
        ),
    ] = None
    experiment: Annotated[str | None, Meta(description="The experiment that holds the runs; default: all of them.")] = (
        None
    )
    baseline: Annotated[
        str,
        Meta(
            description="What to compare with: `models:/name@alias`, `models:/name/3`, `runs:/ID`, or `commit`, the "
            "run of the baseline's commit."
        ),
    ] = COMMIT
    on_unavailable: Annotated[
        Literal["warn", "fail"],
        Meta(description="What it means when the server does not answer, or has no such run."),
    ] = "warn"

    def __post_init__(self) -> None:
        """Refuse a baseline that names nothing."""
        if self.baseline != COMMIT and not (re.fullmatch(_MODEL, self.baseline) or re.fullmatch(_RUN, self.baseline)):
            raise ValueError(
                f"{code(self.baseline)} is no baseline; write {code('models:/name@alias')}, "
                f"{code('models:/name/3')}, {code('runs:/ID')} or {code(COMMIT)}"
            )

    def wish(self, commits: tuple[str, ...]) -> Wish | None:
        """Return the run that the baseline stands for; `commits` are those of the baseline, the likeliest first."""
        from mlgate.metrics.mlflow.messages import OfCommits, OfModel, OfRun

        model = re.fullmatch(_MODEL, self.baseline)
        if model:
            return OfModel(name=model["name"], alias=model["alias"], version=model["version"])
        run = re.fullmatch(_RUN, self.baseline)
        if run:
            return OfRun(run=run["run"])
        return OfCommits(commits=commits) if commits else None


class MetricsConfig(Section, frozen=True):
    """The `metrics:` section of the config."""

    files: Annotated[
        tuple[str, ...],
        Meta(description="More metric files than the pipelines declare: paths or globs, from the project folder."),
    ] = ()
    rules: Annotated[
        Mapping[str, Rule],
        Meta(description="Rules by the metric's name or a glob over names; the most specific one wins."),
    ] = {}
    predictions: Annotated[
        PredictionsConfig | None,
        Meta(description="The predictions for each example, from which noise is told from regression."),
    ] = None
    runs: Annotated[
        Mapping[str, Literal["seeds", "folds"]],
        Meta(
            description="Metrics with a value for each seed or fold: a list (`cv.auc: folds`), or names with a `*` "
            "where the run stands (`seeds.*.auc: seeds`)."
        ),
    ] = {}
    mode: Annotated[
        Literal["regression", "non-inferiority"],
        Meta(
            description="What fails: a loss that is more than noise, or whatever is not certified to be none, as for a "
            "release."
        ),
    ] = "regression"
    on_inconclusive: Annotated[
        Literal["warn", "fail"],
        Meta(
            description="What it means when a metric is worse than tolerated but within noise, or noise cannot be told."
        ),
    ] = "warn"
    history: Annotated[
        int,
        Meta(
            description="How many commits of the baseline's branch tell how much metrics vary; 0 asks none.",
            ge=0,
            le=200,
        ),
    ] = 20
    pull: Annotated[
        bool,
        Meta(description="Whether to bring from DVC's remote the metrics and predictions that this machine lacks."),
    ] = False
    mlflow: Annotated[
        MlflowConfig | None, Meta(description="Where runs are tracked, whose metrics are judged too.")
    ] = None

    @property
    def is_strict(self) -> bool:
        """Return whether what leaves a question open fails."""
        return self.on_inconclusive == "fail" or self.mode == "non-inferiority"


def _require_known(name: str) -> None:
    from mlgate.metrics.predictions.estimators import find_estimator, unknown_metric

    if find_estimator(name) is None:
        raise ValueError(unknown_metric(name))
