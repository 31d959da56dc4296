"""Reproducibility: is dvc.lock in step with the pipeline, its parameters and its data?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from mlgate.check import Check
from mlgate.config import Section
from mlgate.report import Outcome

if TYPE_CHECKING:
    from mlgate.context import Context


class ReproConfig(Section, frozen=True):
    """The `repro:` section of the config."""

    missing_data: Annotated[
        Literal["warn", "fail"],
        Meta(description="What it means when a dependency cannot be compared because its data is not on this machine."),
    ] = "warn"


def run(context: Context, config: ReproConfig) -> Outcome:
    """Answer the question of this check."""
    from mlgate.dvc.assessment import assess
    from mlgate.dvc.findings import all_findings
    from mlgate.dvc.ledger import note, stage_table, summary

    found = assess(context.head_files, context.project, context.root, context.prefix)
    if found.is_empty:
        return Outcome.skipped("no DVC pipeline in this repository")
    told = all_findings(found, context, fail_on_missing=config.missing_data == "fail")
    tables = [stage_table(found)] if found.statuses else []
    return Outcome.of(told, summary=summary(found), note=note(found), tables=tables)


CHECK = Check(
    id="repro",
    title="Reproducibility",
    question="Is dvc.lock in step with the pipeline, its parameters and its data?",
    config=ReproConfig,
    run=run,
)
