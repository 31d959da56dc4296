"""What to do about a finding of the metrics check, in one line each."""

from __future__ import annotations

from collections.abc import Iterable

from mlgate.metrics import wording
from mlgate.metrics.compare import Judgement
from mlgate.metrics.noise import wording as noise_wording
from mlgate.metrics.wording import SEE, setting
from mlgate.text import code, nearest
from mlgate.units import Tolerance


def hint(judgement: Judgement, renamed: str | None = None) -> str:
    """Return what to do about a metric that fails or needs a look; `renamed` is what it may be called now."""
    name, kind = judgement.name, judgement.kind
    if kind == "regression":
        if judgement.policy.sides:
            return f"{SEE}; what this change makes of the rule counts once it is merged"
        wider = setting(name, f"tolerance: {_wide_enough(judgement)}")
        return (
            f"{SEE}; if the loss is meant, merge a wider tolerance in a pull request of its own, or waive this one; "
            f"to widen it: {wider}"
        )
    if kind == "refuted":
        return (
            "run the stage that writes both again, and edit neither; if it is of other examples or computed otherwise, "
            f"say so: {setting(name, 'estimator: none')}"
        )
    if kind in ("within-noise", "not-certified"):
        more = noise_wording.enough(judgement)
        settle = f"evaluate on {more} to settle it" if more else "train with more seeds to settle it"
        return f"{settle}; or accept it, if the change has another merit"
    if kind in ("floor", "ceiling"):
        return f"{SEE}; the limit is in the rule {code(judgement.policy.pattern)}"
    if kind == "removed":
        called = f"is it {code(renamed)} now, which is compared with nothing? " if renamed else ""
        return f"{called}bring it back; if it is dropped on purpose, merge that first: {setting(name, 'dropped: true')}"
    if kind == "not-finite":
        return "look at the run that wrote it: an empty class, a division by zero, or a loss that diverged"
    if kind == "baseline-zero":
        enough = Tolerance(abs(judgement.change or 0.0), "abs")
        return (
            f"give a tolerance in the metric's own unit: {setting(name, f'tolerance: {enough}')}, or a `max` or `min`"
        )
    if kind == "baseline-odd":
        return "nothing to do if this change mends it; a `min` or `max` would be judged even now"
    return "write it as a plain number, without quotes"


def new_names(judgements: Iterable[Judgement]) -> dict[str, str]:
    """Return by removed metric the new one of the same file that it may be now: of the same value, or a like name."""
    listed = list(judgements)
    came = [judgement for judgement in listed if judgement.kind == "new"]
    found = {}
    for judgement in listed:
        if judgement.kind != "removed" or not came:
            continue
        beside = [one for one in came if one.metric.file == judgement.metric.file]
        same = [one.name for one in beside if one.metric.head == judgement.metric.baseline]
        near = same[0] if len(same) == 1 else nearest(judgement.name, [one.name for one in beside])
        if near is not None:
            found[judgement.name] = near
    return found


def _wide_enough(judgement: Judgement) -> Tolerance:
    """Return the tolerance, in two digits, that the change would have kept."""
    scale = judgement.tolerance.scale if judgement.tolerance else "abs"
    change, baseline = abs(judgement.change or 0.0), judgement.metric.baseline
    if scale == "%" and isinstance(baseline, float):
        change = change / abs(baseline) * 100
    elif scale == "pp":
        change *= 100
    places = wording.decimals(change)
    step = 10.0**-places
    rounded = round(change, places)
    return Tolerance(rounded if rounded >= change * (1 - 1e-9) else round(rounded + step, max(0, places)), scale)
