"""The `metrics:` section of the config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from mlgate.config import Section
from mlgate.metrics.mlflow.config import MlflowConfig
from mlgate.metrics.predictions.config import PredictionsConfig
from mlgate.metrics.rules import Rule


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
