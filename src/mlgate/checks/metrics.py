"""Metrics: did a metric get worse than the baseline tolerates?"""

from __future__ import annotations

from mlgate.check import Check
from mlgate.config import Section
from mlgate.context import Context
from mlgate.report import Outcome


class MetricsConfig(Section, frozen=True):
    """The `metrics:` section of the config."""


def run(context: Context, config: MetricsConfig) -> Outcome:
    """Answer the question of this check."""
    return Outcome.skipped("placeholder")


CHECK = Check(
    id="metrics",
    title="Metrics",
    question="Did a metric get worse than the baseline tolerates?",
    config=MetricsConfig,
    run=run,
)
