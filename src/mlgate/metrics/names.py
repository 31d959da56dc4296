"""The standard names of metrics: which way is better, and on what scale they live. A data table and its lookup."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from msgspec import Struct

Better = Literal["higher", "lower"]
# What a standard metric measures, as far as a default tolerance depends on it.
Scale = Literal["share", "open", "time"]


class Standard(Struct, frozen=True):
    """What is known of a standard metric."""

    better: Better
    scale: Scale


_HIGHER_SHARES = """
accuracy acc auc auc_roc auc_pr roc_auc pr_auc auroc auprc ap average_precision f1 fbeta f2 precision recall
specificity sensitivity tpr tnr true_positive_rate true_negative_rate ppv npv r2 explained_variance map map50 map_50
ndcg mrr hit_rate hits iou miou jaccard dice bleu rouge rouge1 rouge2 rougel rouge_1 rouge_2 rouge_l meteor chrf
exact_match mcc kappa gini ssim
"""
_LOWER_SHARES = """
error_rate miss_rate fpr fnr fdr eer false_positive_rate false_negative_rate ece mce calibration_error brier wer cer ter
"""
_HIGHER_OPEN = "psnr throughput log_likelihood"
_LOWER_OPEN = """
rmse mse mae root_mean_squared_error mean_squared_error mean_absolute_error median_absolute_error max_error mape smape
wape rmsle msle medae loss logloss log_loss cross_entropy nll negative_log_likelihood hinge error err perplexity ppl
deviance crps pinball fid
"""
_LOWER_TIMES = "latency time seconds duration runtime elapsed"

STANDARD: dict[str, Standard] = {
    **dict.fromkeys(_HIGHER_SHARES.split(), Standard("higher", "share")),
    **dict.fromkeys(_LOWER_SHARES.split(), Standard("lower", "share")),
    **dict.fromkeys(_HIGHER_OPEN.split(), Standard("higher", "open")),
    **dict.fromkeys(_LOWER_OPEN.split(), Standard("lower", "open")),
    **dict.fromkeys(_LOWER_TIMES.split(), Standard("lower", "time")),
}

# Counts and settings that tools write beside metrics (DVCLive's `step`, scikit-learn's `support`): nobody judges them.
_COUNTS = """
step steps epoch epochs iteration iterations seed fold support samples rows lr learning_rate
"""
COUNTS = frozenset(_COUNTS.split())

# Words that may follow the name of a metric without changing what it is.
_DECORATIONS = """
score value mean avg average median macro micro weighted overall final best last at k train training test testing val
valid validation dev eval holdout p50 p75 p90 p95 p99 s ms us ns sec secs min minutes hours
"""
_DECORATION = frozenset(_DECORATIONS.split())
_NEGATIONS = frozenset({"neg", "negative"})
_CAMEL = r"(?<=[a-z])(?=[A-Z][A-Za-z0-9])"
_BREAK = r"[^a-z0-9]+"
_LONGEST = 4


def standard(key: str) -> Standard | None:
    """Return what is known of a metric by its dotted key: its last telling segment, or what that segment ends with."""
    for segment in reversed(key.split(".")):
        words, telling = _words(segment)
        if telling:
            return _of_words(words)
    return None


def is_count(key: str) -> bool:
    """Return whether a key names a count or a setting rather than a metric."""
    last = key.rpartition(".")[2].lower()
    return last in COUNTS or last.startswith(("n_", "num_"))


@lru_cache(maxsize=4096)
def _words(segment: str) -> tuple[tuple[str, ...], bool]:
    """Return the words of a segment without decoration at their end, and whether any is left."""
    lower = segment.lower()
    if lower in STANDARD:
        return (lower,), True
    spaced = re.sub(_CAMEL, "_", segment).lower()
    words = [word for word in re.split(_BREAK, spaced) if word]
    while words and "_".join(words[-2:]) not in STANDARD and (words[-1] in _DECORATION or words[-1].isdigit()):
        words.pop()
    return tuple(words), bool(words)


def _of_words(words: tuple[str, ...]) -> Standard | None:
    for length in range(min(_LONGEST, len(words)), 0, -1):
        found = STANDARD.get("_".join(words[-length:]))
        if found:
            return _turned(found) if words[-length - 1 : -length] and words[-length - 1] in _NEGATIONS else found
    return None


def _turned(found: Standard) -> Standard:
    return Standard("lower" if found.better == "higher" else "higher", found.scale)
