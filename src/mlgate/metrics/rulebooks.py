"""The rulebook of a run: the config's rules, and the baseline's where a pull request changes them."""

from __future__ import annotations

from collections.abc import Mapping

from mlgate.context import Context
from mlgate.metrics.rules import Rule, Rulebook


def open_rulebook(context: Context, rules: Mapping[str, Rule]) -> Rulebook:
    """Return the rules that each metric is judged by."""
    if context.ruling is None:
        return Rulebook(rules)
    from mlgate.metrics.config import MetricsConfig

    before = context.section_before("metrics", MetricsConfig)
    return Rulebook(rules, before.rules if before else None, drops=context.ruling.removals_count)
