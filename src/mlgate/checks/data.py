"""Data contracts: do the datasets satisfy their contracts?"""

from __future__ import annotations

from mlgate.check import Check
from mlgate.config import Section
from mlgate.context import Context
from mlgate.report import Outcome


class DataConfig(Section, frozen=True):
    """The `data:` section of the config."""


def run(context: Context, config: DataConfig) -> Outcome:
    """Answer the question of this check."""
    return Outcome.skipped("placeholder")


CHECK = Check(
    id="data", title="Data contracts", question="Do the datasets satisfy their contracts?", config=DataConfig, run=run
)
