"""Reproducibility: is dvc.lock in step with the pipeline, its parameters and its data?"""

from __future__ import annotations

from mlgate.check import Check
from mlgate.config import Section
from mlgate.context import Context
from mlgate.report import Outcome


class ReproConfig(Section, frozen=True):
    """The `repro:` section of the config."""


def run(context: Context, config: ReproConfig) -> Outcome:
    """Answer the question of this check."""
    return Outcome.skipped("placeholder")


CHECK = Check(
    id="repro",
    title="Reproducibility",
    question="Is dvc.lock in step with the pipeline, its parameters and its data?",
    config=ReproConfig,
    run=run,
)
