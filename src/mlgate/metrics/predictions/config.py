"""The `predictions:` part of the config: where the predictions for each example are, and which column is what."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mlgate.config import Section
from mlgate.lazy_pattern import lazy_pattern
from mlgate.text import code
from mlgate.units import Duration

OWN = lazy_pattern(r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")


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


def _require_known(name: str) -> None:
    from mlgate.metrics.predictions.estimators import find_estimator, unknown_metric

    if find_estimator(name) is None:
        raise ValueError(unknown_metric(name))
