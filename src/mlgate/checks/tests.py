"""Tests: do the tests pass, and did coverage hold?"""

from __future__ import annotations

from mlgate.check import Check
from mlgate.config import Section
from mlgate.context import Context
from mlgate.report import Outcome


class TestsConfig(Section, frozen=True):
    """The `tests:` section of the config."""


def run(context: Context, config: TestsConfig) -> Outcome:
    """Answer the question of this check."""
    return Outcome.skipped("placeholder")


CHECK = Check(
    id="tests", title="Tests", question="Do the tests pass, and did coverage hold?", config=TestsConfig, run=run
)
