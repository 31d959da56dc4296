"""The line below the table: on what the noise estimates rest, and what they leave out."""

from __future__ import annotations

from collections.abc import Sequence

from mlgate.metrics.compare import Judgement
from mlgate.metrics.noise import wording as noise_wording
from mlgate.text import codes

_SEEDS = "1 seed a side (retraining noise not measured)"
_OF_EXAMPLES = ("example", "group", "query")


def basis(judgements: Sequence[Judgement], *, n_examples: int | None = None) -> str:
    """Return on what the estimates of the judged metrics rest; `n_examples` are those of the predictions.

    Each kind of evidence is named once; where there are several, with the metrics that it speaks of.
    """
    judged = [judgement for judgement in judgements if judgement.decided and judgement.metric.slice_of is None]
    kinds: dict[str, list[str]] = {}
    for judgement in judged:
        kinds.setdefault(_kind(judgement, n_examples), []).append(judgement.name)
    bare = [
        judgement.name
        for judgement in judgements
        if judgement.is_judged and judgement.decided is None and judgement.change is not None
    ]
    if not kinds:
        return ""
    parts = list(kinds) if len(kinds) == 1 else [f"{codes(names)}: {kind}" for kind, names in kinds.items()]
    if bare:
        parts.append(f"no noise estimate for {codes(bare)}")
    return "; ".join(parts)


def _kind(judgement: Judgement, n_examples: int | None) -> str:
    estimate = judgement.estimate
    if estimate is None:
        return ""
    if estimate.unit not in _OF_EXAMPLES:
        return estimate.method
    size = f"n = {n_examples or estimate.n_examples or estimate.n:,}"
    if estimate.unit != "example":
        size += f" in {noise_wording.plural(estimate.n, estimate.unit)}"
    method = "paired" if estimate.method.startswith("paired") else estimate.method
    return f"{method}, {size}, {_SEEDS}"
