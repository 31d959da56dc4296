"""What a person should know of the metric files themselves: broken, missing, out of reach, or not asked for."""

from __future__ import annotations

from collections.abc import Sequence

from mlgate.context import Context
from mlgate.metrics.places import Places
from mlgate.metrics.rules import Rulebook
from mlgate.metrics.sides import Pair, Side
from mlgate.metrics.sources import Sources
from mlgate.report import Finding, Severity
from mlgate.text import code, command, nearest

_OR = "let the gate bring it with `metrics: {pull: true}`, or keep it in git with `cache: false`"
_ABSOLUTE = "so only absolute rules apply"


def of_files(pairs: Sequence[Pair], rulebook: Rulebook, places: Places) -> list[Finding]:
    """Return what is wrong with the files: the head's faults fail, those of the baseline are told."""
    found: list[Finding] = []
    for pair in pairs:
        found += _of_head(pair, rulebook, places)
        if pair.head.state in ("read", "broken"):
            found += _of_baseline(pair)
    return found


def of_sources(context: Context, patterns: Sequence[str], sources: Sources) -> list[Finding]:
    """Return what is wrong with the list of files: globs that match nothing, pipelines that the baseline has broken."""
    found = [
        Finding(
            rule="metrics/missing",
            severity=Severity.ERROR,
            message=f"{code(patterns[index])} in `metrics.files` matches no file, now or at the baseline",
            location=context.config_location("metrics", "files", index),
            hint="a glob finds files that git knows; name a file that git ignores in full",
            subject=patterns[index],
        )
        for index in sources.unmatched
    ]
    error = sources.baseline_error
    if error is not None:
        place = f"{code(error.where)}: " if error.where else ""
        message = f"the baseline's pipelines cannot be read, so only the head says which files are metrics: {place}"
        found.append(_warning("metrics/baseline-unreadable", message + error.message, "dvc.yaml"))
    return found


def of_rules(context: Context, rulebook: Rulebook, names: Sequence[str]) -> list[Finding]:
    """Return a warning for each rule that selects no metric; `names` are the metrics there are."""
    found = []
    for pattern in rulebook.unused():
        close = next((name for name in names if name.endswith(f".{pattern}")), None) or nearest(pattern, tuple(names))
        hint = f"did you mean {code(close)}?" if close else "remove it, or write the name as the report shows it"
        found.append(
            Finding(
                rule="metrics/unused-rule",
                severity=Severity.WARNING,
                message=f"the rule {code(pattern)} matches no metric, so it protects nothing",
                location=context.config_location("metrics", "rules", pattern),
                hint=hint,
                subject=pattern,
            )
        )
    return found


def _of_head(pair: Pair, rulebook: Rulebook, places: Places) -> list[Finding]:
    side, name = pair.head, code(pair.path)
    if side.state == "broken":
        message, hint = f"{name} cannot be read: {_said(side)}", side.error.hint if side.error else None
        return [_error("metrics/unreadable", message, pair, places, hint or "run the stage that writes it again")]
    if side.state == "unavailable":
        message = f"{name} is not available: data missing; DVC keeps it, and it is neither here nor in the cache"
        hint = f"run {command('dvc', 'pull', pair.path)} before the gate, {_OR}"
        return [_error("metrics/unavailable", message, pair, places, hint)]
    if side.state == "read":
        return [] if side.flat.values else [_empty(pair, places)]
    if pair.baseline.state in ("broken", "unavailable") and not rulebook.drops_file(pair.path):
        hint = "bring the file back, or drop it on purpose with the rule " + code(f"{pair.path}:*")
        return [_error("metrics/removed", f"{name} is gone", pair, places, hint)]
    if pair.baseline.state == "absent" and pair.source.declared:
        stage = f" by the stage {code(pair.source.head.stage)}" if pair.source.head and pair.source.head.stage else ""
        message = f"{name} is declared{stage} and missing, now and at the baseline"
        hint = "run `dvc repro` and commit the file, or take it out of the pipeline's `metrics`"
        return [_error("metrics/missing", message, pair, places, hint)]
    return []


def _of_baseline(pair: Pair) -> list[Finding]:
    name = code(pair.old or pair.path)
    if pair.baseline.state == "broken":
        message = f"{name} cannot be read at the baseline, {_ABSOLUTE}: {_said(pair.baseline)}"
        return [_warning("metrics/baseline-unreadable", message, pair.path)]
    if pair.baseline.state == "unavailable":
        message = f"{name} at the baseline is not available: data missing, {_ABSOLUTE}"
        hint = f"run `dvc fetch --all-commits` before the gate, {_OR}"
        return [_warning("metrics/baseline-unavailable", message, pair.path, hint)]
    return []


def _empty(pair: Pair, places: Places) -> Finding:
    return Finding(
        rule="metrics/no-number",
        severity=Severity.WARNING,
        message=f"{code(pair.path)} holds no value, so there is nothing to compare",
        location=places.of_file(pair),
        hint="let the stage write its numbers there",
        subject=pair.path,
    )


def _said(side: Side) -> str:
    if side.error is None:
        return "nothing is known"
    line = f" (line {side.position.line})" if side.position else ""
    return side.error.message + line


def _error(rule: str, message: str, pair: Pair, places: Places, hint: str) -> Finding:
    place = places.of_file(pair)
    return Finding(rule=rule, severity=Severity.ERROR, message=message, location=place, hint=hint, subject=pair.path)


def _warning(rule: str, message: str, subject: str, hint: str | None = None) -> Finding:
    return Finding(rule=rule, severity=Severity.WARNING, message=message, hint=hint, subject=subject)
