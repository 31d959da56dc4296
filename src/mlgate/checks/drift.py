"""Drift: do the columns of the new data still look like the old ones?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta
from msgspec.structs import replace

from mlgate.check import Check
from mlgate.config import Section
from mlgate.drift.rules import Alert, ColumnRule, ColumnRules, Fail, Levels, Named, Pairing, Warn
from mlgate.errors import ToolMissingError
from mlgate.report import Outcome
from mlgate.text import code
from mlgate.units import Share

if TYPE_CHECKING:
    from mlgate.context import Context

_NEEDED = ("numpy", "polars", "scipy")


class DriftConfig(Section, frozen=True):
    """The `drift:` section of the config."""

    compare: Annotated[
        tuple[Pairing, ...],
        Meta(description="What is compared with what; default: every dataset with its version at the baseline."),
    ] = ()
    fail: Annotated[Fail | Named, Meta(description="When a column fails; `p<0.05` or `D>0.2` for that rule alone.")] = (
        Fail()
    )
    warn: Annotated[Warn, Meta(description="When a column warns.")] = Warn()
    columns: Annotated[
        Mapping[str, ColumnRule],
        Meta(description="Other thresholds for columns, by name or a glob over names; the most specific one wins."),
    ] = {}
    share: Annotated[
        Share,
        Meta(description="Columns that fail are warnings until their weighted share of a dataset reaches this."),
    ] = Share(0.0)
    alert: Annotated[
        Alert | None, Meta(description="Whom `mlgate run --scheduled` tells that data drifted; default: nobody.")
    ] = None
    min_rows: Annotated[int, Meta(description="With fewer values on a side a column is not judged.", ge=10)] = 100


def run(context: Context, config: DriftConfig) -> Outcome:
    """Answer the question of this check."""
    from mlgate.drift.compare import compare_all
    from mlgate.drift.ledger import sum_up
    from mlgate.drift.pairings import find_comparisons, pairings_of

    if not config.compare and not context.config.datasets:
        return Outcome.skipped("no datasets are configured", hint="add `datasets:` to mlgate.yaml")
    if not config.compare and context.baseline is None and context.current is None:
        return Outcome.skipped("there is no baseline, so nothing is compared", hint="give `--base REV`")
    pairings = config.compare if context.current is None else pairings_of(context, context.current, config.compare)
    comparisons = find_comparisons(context, pairings)
    if any(comparison.is_open for comparison in comparisons):
        _require_packages()
    levels = Levels(config.fail, config.warn, _column_rules(context, config), config.share.value, config.min_rows)
    answers = compare_all(context, levels, comparisons)
    outcome = sum_up(context, answers, levels)
    if not context.scheduled:
        return outcome
    from mlgate.drift.since import since_findings

    return replace(outcome, findings=(*outcome.findings, *since_findings(context, answers)))


def _column_rules(context: Context, config: DriftConfig) -> ColumnRules:
    before = context.section_before(CHECK.id, DriftConfig)
    if before is None:
        return ColumnRules(config.columns)
    statistic = config.fail.statistic if isinstance(config.fail, Fail) else Fail().statistic
    return ColumnRules(config.columns, before.columns, (statistic, config.warn.statistic))


def _require_packages() -> None:
    from importlib.util import find_spec

    for name in _NEEDED:
        if find_spec(name) is None:
            hint = f"install it with `pip install 'mlgate[{CHECK.extra}]'`"
            raise ToolMissingError(f"needs the package {code(name)}", hint=hint)


CHECK = Check(
    id="drift",
    title="Data drift",
    question="Do the columns of the new data still look like the old ones?",
    config=DriftConfig,
    run=run,
    needs=("data",),
    extra="data",
)
