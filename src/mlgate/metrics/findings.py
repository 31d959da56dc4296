"""What a person should know of the metrics, from the verdicts: pure functions but for the places."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from mlgate.metrics import wording
from mlgate.metrics.compare import Judgement, Kind, looks_like_number
from mlgate.metrics.flatten import Odd
from mlgate.metrics.places import Places
from mlgate.report import Excess, Finding, Location, Severity
from mlgate.text import amount, code, codes
from mlgate.units import Tolerance

MOST_OF_A_RULE = 50


def of_judgements(
    judgements: Sequence[Judgement], places: Places, slices: Mapping[str, str] | None = None
) -> list[Finding]:
    """Return a finding for each metric that fails or needs a look, the worst of a rule first.

    Of one rule there are at most `MOST_OF_A_RULE`. `slices` names by metric the slice that has most of its loss.
    """
    by_rule: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        rule = "metrics/text" if _is_quoted_number(judgement) else _RULES.get(judgement.kind)
        if judgement.kind == "not-certified" and not judgement.fails:
            continue
        if rule and not (judgement.kind == "removed" and judgement.metric.file_deleted):
            by_rule.setdefault(rule, []).append(judgement)
    found = []
    renamed = _new_names(judgements) if "metrics/removed" in by_rule else {}
    for rule, several in by_rule.items():
        several.sort(key=_excess, reverse=True)
        found += [
            _finding(rule, judgement, places.of(judgement.metric), (slices or {}).get(judgement.name), renamed)
            for judgement in several[:MOST_OF_A_RULE]
        ]
        if len(several) > MOST_OF_A_RULE:
            found.append(_rest(rule, several[MOST_OF_A_RULE:]))
    return found


def deleted_files(judgements: Iterable[Judgement], places: Places) -> list[Finding]:
    """Return one finding for each file that is gone with metrics that the config does not drop."""
    gone: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        if judgement.kind == "removed" and judgement.metric.file_deleted:
            gone.setdefault(judgement.metric.file, []).append(judgement)
    return [
        Finding(
            rule="metrics/removed",
            severity=Severity.ERROR,
            message=f"{code(file)} is gone, with {amount(len(lost), 'metric')}: "
            f"{codes([judgement.metric.key or file for judgement in lost])}",
            location=places.of(lost[0].metric),
            hint="bring the file back; if it is dropped on purpose, merge that first: "
            + wording.setting(f"{file}:*", "dropped: true"),
            subject=file,
        )
        for file, lost in gone.items()
    ]


def without_direction(judgements: Iterable[Judgement], places: Places) -> list[Finding]:
    """Return the one question for the directions that nobody told; a second one, a warning, where a rule forgot to."""
    asked = [judgement for judgement in judgements if judgement.asks_direction]
    found = []
    for severity, is_ruled in ((Severity.WARNING, True), (Severity.INFO, False)):
        several = [judgement for judgement in asked if (judgement.policy.pattern is not None) is is_ruled]
        names = list(dict.fromkeys(_collapsed(judgement) for judgement in several))
        if names:
            found.append(
                Finding(
                    rule="metrics/direction-unknown",
                    severity=severity,
                    message=f"which way is better is not known for {codes(names)}, so changes are shown but not judged",
                    location=places.of(several[0].metric),
                    hint=f"say it: {wording.setting(names[0], 'better: higher')}, or `better: lower`, or `gate: false`",
                )
            )
    return found


def off_scale(judgements: Iterable[Judgement], places: Places) -> list[Finding]:
    """Return a warning for each rule with a tolerance in points for a metric that does not live between 0 and 1."""
    found: dict[str, Finding] = {}
    for judgement in judgements:
        tolerance, pattern = judgement.policy.rule.tolerance, judgement.policy.pattern
        if tolerance is None or tolerance.scale != "pp" or pattern is None or judgement.is_on_unit_scale:
            continue
        own = Tolerance(tolerance.number, "abs")
        is_now = f"{code(judgement.name)} is {wording.value(judgement.metric.head)}"
        share = f"{tolerance.number / 100:g}"
        found.setdefault(
            pattern,
            Finding(
                rule="metrics/scale",
                severity=Severity.WARNING,
                message=f"{is_now}, so {code(tolerance)} of its rule, that is {share}, is hardly meant",
                location=places.of(judgement.metric),
                hint=f"if the metric is in percent, write {wording.setting(pattern, f'tolerance: {own}')}",
                subject=pattern,
            ),
        )
    return list(found.values())


def _excess(judgement: Judgement) -> float:
    """Return how many times a change is what is tolerated."""
    baseline, tolerance = judgement.metric.baseline, judgement.tolerance
    if tolerance is None or not isinstance(baseline, float):
        return 0.0
    size = tolerance.absolute(baseline)
    return abs(judgement.change or 0.0) / size if size else math.inf


def _finding(rule: str, judgement: Judgement, place: Location, part: str | None, renamed: Mapping[str, str]) -> Finding:
    from mlgate.metrics.hints import hint

    look = f"look at the slice {code(part)}, where most of the loss is; " if part and judgement.kind in _LOSSES else ""
    return Finding(
        rule=rule,
        severity=Severity.ERROR if judgement.fails else Severity.WARNING,
        message=_message(judgement),
        location=place,
        hint=look + hint(judgement, renamed.get(judgement.name)),
        subject=judgement.name,
        excess=size(judgement),
    )


def _new_names(judgements: Sequence[Judgement]) -> Mapping[str, str]:
    from mlgate.metrics.hints import new_names

    return new_names(judgements)


def size(judgement: Judgement) -> Excess | None:
    """Return how much worse than the baseline or its limit a metric is, in its own unit."""
    head, baseline, rule = judgement.metric.head, judgement.metric.baseline, judgement.policy.rule
    if not isinstance(head, float):
        return None
    if judgement.kind == "floor" and rule.min is not None:
        return Excess(rule.min - head, rule.min)
    if judgement.kind == "ceiling" and rule.max is not None:
        return Excess(head - rule.max, rule.max)
    if judgement.kind not in (*_LOSSES, "not-certified") or not isinstance(baseline, float):
        return None
    return Excess(baseline - head if judgement.policy.better == "higher" else head - baseline, baseline)


def _message(judgement: Judgement) -> str:
    name, kind, rule = code(judgement.name), judgement.kind, judgement.policy.rule
    before, now = wording.values(judgement)
    if kind == "regression" and judgement.tolerance is not None:
        moved = f"{name} {wording.moved(judgement)} ({before} → {now}), more than the {wording.tolerated(judgement)}"
        if judgement.decided is None:
            return f"{moved} tolerated (no noise estimate)"
        from mlgate.metrics.noise import wording as noise_wording

        return f"{moved} tolerated and more than noise ({noise_wording.p_in_words(judgement)})"
    if kind in ("within-noise", "not-certified"):
        return _unsettled(judgement)
    if judgement.refuted is not None:
        shown = wording.refuted(judgement.metric.head, judgement.refuted.value)
        return (
            f"{name} is {shown[0]} in {code(judgement.metric.file)}, but the predictions give {shown[1]} for "
            f"{code(judgement.refuted.name)}, so it is not believed"
        )
    if kind == "floor" and rule.min is not None:
        return f"{name} is {now}, below the floor of {wording.number(rule.min)}{_before(before)}"
    if kind == "ceiling" and rule.max is not None:
        return f"{name} is {now}, above the ceiling of {wording.number(rule.max)}{_before(before)}"
    if kind == "not-finite":
        return f"{name} is {now}, {_of(judgement.metric.head)}{_before(before)}"
    if kind == "not-number":
        return f"{name} is {now}, {_of(judgement.metric.head)} where a number was{_before(before)}"
    if kind == "removed":
        return f"{name} was removed{_before(before)}"
    if kind == "baseline-odd":
        return f"{name} is {before} at the baseline, {_of(judgement.metric.baseline)}, so only absolute rules apply"
    if kind == "baseline-zero":
        return (
            f"{name} {'rose' if (judgement.change or 0) > 0 else 'fell'} from 0 to {now}; a share of 0 says nothing, "
            "so only absolute rules apply"
        )
    return f"{name} is the text {now}, not a number, so it is not compared"


def _unsettled(judgement: Judgement) -> str:
    """Return what is known of a change that the data do not settle."""
    from mlgate.metrics.noise import wording as noise_wording

    name, (before, now) = code(judgement.name), wording.values(judgement)
    if judgement.kind == "not-certified":
        fall = "drop" if judgement.policy.better == "higher" else "rise"
        return (
            f"{name} ({before} → {now}) is not certified: a {fall} of {noise_wording.worst(judgement)} is plausible, "
            f"and {wording.tolerated(judgement)} tolerated"
        )
    estimate = judgement.estimate
    of = f" ({noise_wording.sample(estimate)}{noise_wording.among(judgement)})" if estimate else ""
    return (
        f"{name} {wording.moved(judgement)} ({before} → {now}), more than the {wording.tolerated(judgement)} "
        f"tolerated, which is within noise{of}"
    )


def _rest(rule: str, more: list[Judgement]) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.ERROR if more[0].fails else Severity.WARNING,
        message=f"the same is true of {amount(len(more), 'more metric')}: {codes([j.name for j in more])}",
        hint=wording.SEE,
        subject=f"{len(more)} more",
    )


def _is_quoted_number(judgement: Judgement) -> bool:
    policy = judgement.policy
    is_meant = policy.pattern is not None or policy.known is not None
    return judgement.kind == "no-metric" and is_meant and looks_like_number(judgement.metric.head)


def _before(before: str) -> str:
    return f" (baseline: {before})" if before else ""


def _of(value: object) -> str:
    if not isinstance(value, Odd):
        return ""
    return {"not a number": "no number", "too large": "too large to compare"}.get(value.kind, str(value.kind))


def _collapsed(judgement: Judgement) -> str:
    """Return the name to ask about: one glob for all items of a list."""
    metric = judgement.metric
    return metric.name if metric.item_of is None else metric.name.removesuffix(metric.key) + f"{metric.item_of}.*"


_LOSSES: tuple[Kind, ...] = ("regression", "within-noise")
_RULES: dict[Kind, str] = {
    "refuted": "metrics/disagrees",
    "regression": "metrics/regression",
    "floor": "metrics/floor",
    "ceiling": "metrics/ceiling",
    "not-finite": "metrics/not-a-number",
    "not-number": "metrics/not-a-number",
    "removed": "metrics/removed",
    "within-noise": "metrics/within-noise",
    "not-certified": "metrics/not-certified",
    "baseline-odd": "metrics/baseline-not-a-number",
    "baseline-zero": "metrics/baseline-zero",
}
