"""Lint: is the code clean and formatted?"""

from __future__ import annotations

from mlgate.check import Check
from mlgate.config import Section
from mlgate.context import Context
from mlgate.report import Outcome


class LintConfig(Section, frozen=True):
    """The `lint:` section of the config."""


def run(context: Context, config: LintConfig) -> Outcome:
    """Answer the question of this check."""
    return Outcome.skipped("placeholder")


CHECK = Check(id="lint", title="Lint", question="Is the code clean and formatted?", config=LintConfig, run=run)
