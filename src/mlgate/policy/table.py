"""The one table of what is tighter: for each key of the config, how a change of it is judged.

A key that is not here, such as one of a plugin's section, cannot be ordered: the baseline's value stays until the
change is merged.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from mlgate.policy.ways import (
    CEILING,
    FEWER,
    FLOOR,
    FOLLOWS,
    GIVEN_UP,
    HELD,
    LIMIT_OR_DEFAULT,
    MORE,
    NAMED,
    PAGES,
    PATHS,
    PRESENT,
    SCOPE,
    SOURCES,
    TOLERANCE,
    TRISTATE,
    TRUE,
    Way,
    steps,
)
from mlgate.report import Enforcement
from mlgate.text import code, nearest

_WARN_FAIL = steps("warn", "fail")
_ENFORCED = steps(Enforcement.OFF, Enforcement.WARN, Enforcement.BLOCK)

TABLE: Mapping[str, Way] = {
    "project.python": FOLLOWS,
    "baseline.branch": FOLLOWS,
    "baseline.reference": PRESENT,
    "enforce.*": steps(Enforcement.OFF, Enforcement.WARN, Enforcement.BLOCK, absent=Enforcement.BLOCK),
    "limits": FOLLOWS,
    "limits.*": FOLLOWS,
    "datasets": SOURCES,
    "datasets.*.path": FOLLOWS,
    "datasets.*.contract": NAMED,
    "datasets.*.separator": FOLLOWS,
    "datasets.*.key": NAMED,
    "datasets.*.time": NAMED,
    "datasets.*.split": PRESENT,
    "datasets.*.target": NAMED,
    "datasets.*.engine": FOLLOWS,
    "duckdb.memory": FOLLOWS,
    "spark.master": FOLLOWS,
    "spark.options": FOLLOWS,
    "spark.options.*": FOLLOWS,
    "report.key": FOLLOWS,
    "waivers.*.ceiling": CEILING,
    "waivers.*.until": CEILING,
    "waivers.*.owner": FOLLOWS,
    "waivers.*.reason": FOLLOWS,
    "waivers.*.label": PRESENT,
    "waivers.*.trailer": TRUE,
    "metrics.files": SOURCES,
    "metrics.rules": MORE,
    "metrics.rules.*.better": PRESENT,
    "metrics.rules.*.tolerance": TOLERANCE,
    "metrics.rules.*.min": FLOOR,
    "metrics.rules.*.max": CEILING,
    "metrics.rules.*.gate": TRUE,
    "metrics.rules.*.dropped": GIVEN_UP,
    "metrics.rules.*.estimator": HELD,
    "metrics.predictions": PRESENT,
    "metrics.predictions.path": FOLLOWS,
    "metrics.predictions.id": FOLLOWS,
    "metrics.predictions.truth": FOLLOWS,
    "metrics.predictions.prediction": FOLLOWS,
    "metrics.predictions.score": FOLLOWS,
    "metrics.predictions.positive": FOLLOWS,
    "metrics.predictions.weight": FOLLOWS,
    "metrics.predictions.group": FOLLOWS,
    "metrics.predictions.query": FOLLOWS,
    "metrics.predictions.metrics": MORE,
    "metrics.predictions.slices": MORE,
    "metrics.predictions.gated_slices": MORE,
    "metrics.predictions.limit": FOLLOWS,
    "metrics.runs": MORE,
    "metrics.runs.*": HELD,
    "metrics.mode": steps("regression", "non-inferiority"),
    "metrics.on_inconclusive": _WARN_FAIL,
    "metrics.history": HELD,
    "metrics.pull": FOLLOWS,
    "metrics.mlflow": PRESENT,
    "metrics.mlflow.tracking_uri": FOLLOWS,
    "metrics.mlflow.experiment": HELD,
    "metrics.mlflow.baseline": HELD,
    "metrics.mlflow.on_unavailable": _WARN_FAIL,
    "data.timeout": FOLLOWS,
    "data.contract_changes": _ENFORCED,
    "data.missing_data": steps("warn", "fail-changed", "fail"),
    "data.examples": FOLLOWS,
    "data.integrity.leakage": _ENFORCED,
    "data.integrity.time_order": _ENFORCED,
    "data.integrity.duplicate_keys": _ENFORCED,
    "data.integrity.duplicate_rows": _ENFORCED,
    "data.integrity.conflicting_labels": _ENFORCED,
    "data.integrity.class_balance": _ENFORCED,
    "data.integrity.constant_columns": _ENFORCED,
    "data.integrity.mixed_types": _ENFORCED,
    "data.integrity.category_variants": _ENFORCED,
    "data.integrity.new_categories": _ENFORCED,
    "data.integrity.vanished_categories": _ENFORCED,
    "data.integrity.dates": _ENFORCED,
    "data.integrity.row_count": _ENFORCED,
    "data.integrity.fewer_rows": CEILING,
    "data.integrity.more_rows": CEILING,
    "data.integrity.ignore": FEWER,
    "drift.compare": MORE,
    "drift.fail": HELD,
    "drift.fail.statistic": CEILING,
    "drift.fail.alpha": FLOOR,
    "drift.warn.statistic": CEILING,
    "drift.warn.psi": CEILING,
    "drift.columns": MORE,
    "drift.columns.*.measure": HELD,
    "drift.columns.*.fail": LIMIT_OR_DEFAULT,
    "drift.columns.*.warn": LIMIT_OR_DEFAULT,
    "drift.columns.*.weight": HELD,
    "drift.columns.*.kind": HELD,
    "drift.columns.*.ignore": TRISTATE,
    "drift.columns.*.gate": TRUE,
    "drift.alert": PRESENT,
    "drift.alert.webhook": HELD,
    "drift.alert.on": steps("fail", "warn"),
    "drift.share": CEILING,
    "drift.min_rows": CEILING,
    "repro.missing_data": _WARN_FAIL,
    "repro.rerun": SCOPE,
    "repro.remote": steps("off", "warn", "fail"),
    "repro.limit": CEILING,
    "repro.budgets.time": CEILING,
    "repro.budgets.memory": CEILING,
    "repro.budgets.increase": CEILING,
    "repro.costs": HELD,
    "repro.price": FOLLOWS,
    "repro.models": FOLLOWS,
    "tests.args": HELD,
    "tests.paths": PATHS,
    "tests.coverage": PRESENT,
    "tests.coverage.min": FLOOR,
    "tests.coverage.max_drop": CEILING,
    "lint.paths": PATHS,
    "lint.format": TRUE,
    "readme.files": PAGES,
    "readme.code_blocks": steps("off", "run"),
    "readme.code_limit": FOLLOWS,
    "readme.sections": MORE,
    "readme.sections.*": FOLLOWS,
    "policy.loosened": _WARN_FAIL,
    "policy.removed": _WARN_FAIL,
    "policy.workflows": _WARN_FAIL,
    "policy.follow": FEWER,
}

BY_NAME = frozenset({"metrics.rules", "drift.columns"})
"""Rules that names and globs select: both sides' are asked for each name, because a new glob may hide an old one."""


def way_of(path: tuple[str, ...], follow: tuple[str, ...] = ()) -> Way:
    """Return how a change of the key at `path` is judged; `follow` are the keys that the baseline's config frees."""
    key = ".".join(path)
    if any(fnmatchcase(key, pattern) for pattern in follow):
        return FOLLOWS
    return TABLE.get(pattern_of(path), HELD)


def refusal(pattern: str) -> str | None:
    """Return why a key cannot follow each change, or None where it can; the keys of plugins are not known here."""
    known = pattern_of(tuple(pattern.split(".")))
    met = [key for key in TABLE if key == known or fnmatchcase(key, pattern)]
    is_ours = any(key.partition(".")[0] == pattern.partition(".")[0] for key in TABLE)
    if not met and is_ours:
        close = nearest(pattern, tuple(TABLE))
        return f"{code(pattern)} is no key of the config" + (f", did you mean {code(close)}?" if close else "")
    if any(key.startswith(tuple(BY_NAME)) for key in met):
        return f"{code(pattern)} cannot follow: such rules are asked on both sides, and the tighter counts"
    return None


def pattern_of(path: tuple[str, ...]) -> str:
    """Return the key of the table for a path: names that people choose are stars."""
    named = 1 if path[0] in ("enforce", "limits", "datasets", "waivers") else 2
    is_named = ".".join(path[:named]) in _NAMED and len(path) > named
    return ".".join((*path[:named], "*", *path[named + 1 :]) if is_named else path)


_NAMED = frozenset({
    "enforce", "limits", "datasets", "waivers", "spark.options", "metrics.rules", "metrics.runs", "drift.columns",
    "readme.sections",
})  # fmt: skip
