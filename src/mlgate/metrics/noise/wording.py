"""How uncertainty reads: intervals, p values, worst plausible drops, and how many examples would settle a question."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlgate.metrics import wording
from mlgate.metrics.compare import Judgement

if TYPE_CHECKING:
    from mlgate.stats.estimate import Estimate

_PLURALS = {"query": "queries"}
_LEVEL = 0.05
_SETTLED_BY_MORE = ("example", "group", "query", "seed")


def interval(judgement: Judgement) -> str:
    """Return the 90 % interval of a change in the unit of the change: `−5.8 … −2.2`; nothing without an estimate."""
    estimate, baseline = judgement.estimate, judgement.metric.baseline
    if estimate is None or not isinstance(baseline, float):
        return ""
    if judgement.kind == "unchanged":
        return ""
    if not math.isfinite(estimate.se):
        return "unknown"
    ends = [wording.in_unit(judgement, end, baseline) for end in estimate.interval()]
    places = max(0, wording.decimals((ends[1] - ends[0]) / 2))
    return " … ".join(signed(end, places) for end in ends)


def verdict(judgement: Judgement) -> str:
    """Return what was decided, in the words of a cell."""
    decided, estimate = judgement.decided, judgement.estimate
    if decided is None or estimate is None:
        return ""
    if judgement.kind == "regression":
        return f"worse: {p_value(judgement)}"
    if judgement.kind == "within-noise":
        return f"within noise ({sample(estimate)}{among(judgement)})"
    if judgement.kind == "certified":
        if decided.worst_drop > 0:
            return f"certified: worst plausible {_fall(judgement)} {worst(judgement)}"
        return "certified: improved"
    if judgement.kind == "unchanged":
        return "unchanged"
    more = enough(judgement)
    return f"not certified: {more} would settle it" if more else "not certified"


def p_value(judgement: Judgement) -> str:
    """Return the p value, and how many metrics it was adjusted for: `p = 0.0004 (Holm, 3 metrics)`."""
    if judgement.decided is None:
        return ""
    family = f" (Holm, {judgement.family} metrics)" if judgement.family > 1 else ""
    return f"{plain_p(judgement.decided.p_value)}{family}"


def p_in_words(judgement: Judgement) -> str:
    """Return the p value as a sentence has it: `p = 0.0004, by Holm's method over 3 metrics`."""
    if judgement.decided is None:
        return ""
    family = f", by Holm's method over {judgement.family} metrics" if judgement.family > 1 else ""
    return f"{plain_p(judgement.decided.p_value)}{family}"


def plain_p(p: float) -> str:
    """Return a p value with two digits: `p = 0.031`, `p < 0.0001`."""
    if p < 0.0001:
        return "p < 0.0001"
    return f"p = {p:.{min(4, max(2, wording.decimals(p)))}f}"


def among(judgement: Judgement) -> str:
    """Return why a change is taken for noise although its interval leaves out zero: it is one of several."""
    estimate, decided = judgement.estimate, judgement.decided
    if estimate is None or decided is None or judgement.family == 1:
        return ""
    alone = estimate.oriented(higher_is_better=judgement.policy.better == "higher").p_below()
    if alone > _LEVEL:
        return ""
    return f"; {plain_p(decided.p_value)} as one of {judgement.family} metrics"


def sample(estimate: Estimate) -> str:
    """Return how large the sample is, and how far the models differ on it: `n = 1,000, models differ on 9.8 %`."""
    size = f"n = {estimate.n:,}" if estimate.unit == "example" else plural(estimate.n, estimate.unit)
    if estimate.disagreement is None:
        return size
    return f"{size}, models differ on {_percent(estimate.disagreement)}"


def worst(judgement: Judgement) -> str:
    """Return the largest drop that the data leave plausible, with enough digits to stand below what is tolerated."""
    decided, baseline, tolerance = judgement.decided, judgement.metric.baseline, judgement.tolerance
    if decided is None or tolerance is None or not isinstance(baseline, float):
        return ""
    size = wording.in_unit(judgement, decided.worst_drop, baseline)
    limit = wording.in_unit(judgement, tolerance.absolute(baseline), baseline)
    places = max(0, wording.decimals(size))
    is_below = size < limit
    while places < 12 and is_below != (round(size, places) < limit):
        places += 1
    return wording.number(size, places) + wording.unit_of(judgement)


def enough(judgement: Judgement) -> str:
    """Return how many examples would settle whether a change is tolerable: `about 12,000 examples`; or nothing."""
    estimate, baseline, tolerance = judgement.estimate, judgement.metric.baseline, judgement.tolerance
    if estimate is None or tolerance is None or not isinstance(baseline, float):
        return ""
    if estimate.unit not in _SETTLED_BY_MORE:
        return ""
    from mlgate.stats.runs import needed

    count = needed(estimate, tolerance.absolute(baseline))
    if count <= estimate.n or count > 1e12:
        return ""
    digits = max(0, math.floor(math.log10(count)) - 1)
    rounded = math.ceil(count / 10**digits) * 10**digits
    return f"about {plural(rounded, estimate.unit)}"


def plural(count: int, unit: str) -> str:
    """Return a count of examples, groups, queries, seeds, folds or commits."""
    return f"{count:,} {unit if count == 1 else _PLURALS.get(unit, unit + 's')}"


def signed(value: float, places: int) -> str:
    """Return a number with its sign, also where it is positive."""
    shown = wording.number(value, places)
    return f"+{shown}" if value > 0 else shown


def _fall(judgement: Judgement) -> str:
    return "drop" if judgement.policy.better == "higher" else "rise"


def _percent(share: float) -> str:
    return "no example" if share == 0 else f"{100 * share:.{max(0, wording.decimals(100 * share))}f} %"
