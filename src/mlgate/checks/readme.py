"""README: does the README say what is true now?"""

from __future__ import annotations

from mlgate.check import Check
from mlgate.config import Section
from mlgate.context import Context
from mlgate.report import Outcome


class ReadmeConfig(Section, frozen=True):
    """The `readme:` section of the config."""


def run(context: Context, config: ReadmeConfig) -> Outcome:
    """Answer the question of this check."""
    return Outcome.skipped("placeholder")


CHECK = Check(
    id="readme", title="README", question="Does the README say what is true now?", config=ReadmeConfig, run=run
)
