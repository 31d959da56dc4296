"""The `integrity:` part of the data section: what each check may do to a merge, and what it leaves alone."""

from __future__ import annotations

import fnmatch
from typing import Annotated

from msgspec import Meta

from mlgate.config import Section
from mlgate.report import Enforcement, Severity
from mlgate.units import Share

_BLOCK, _WARN = Enforcement.BLOCK, Enforcement.WARN


class IntegrityConfig(Section, frozen=True):
    """What is looked for beside the contract: each check is `block`, `warn` or `off`."""

    leakage: Annotated[Enforcement, Meta(description="Rows of the training data that stand in another split too.")] = (
        _BLOCK
    )
    time_order: Annotated[
        Enforcement, Meta(description="Training rows dated after the beginning of another split.")
    ] = _WARN
    duplicate_keys: Annotated[Enforcement, Meta(description="Values of a dataset's `key` that repeat.")] = _BLOCK
    duplicate_rows: Annotated[Enforcement, Meta(description="Rows that repeat another one whole.")] = _WARN
    conflicting_labels: Annotated[Enforcement, Meta(description="Rows of equal features with another target.")] = _WARN
    class_balance: Annotated[
        Enforcement, Meta(description="Classes of the target that are almost absent, or whose shares moved.")
    ] = _WARN
    constant_columns: Annotated[Enforcement, Meta(description="Columns of one value, or of nulls alone.")] = _WARN
    mixed_types: Annotated[Enforcement, Meta(description="Numbers or dates that a few other values make text.")] = _WARN
    category_variants: Annotated[
        Enforcement, Meta(description="Categories that differ in case or white space only.")
    ] = _WARN
    new_categories: Annotated[Enforcement, Meta(description="Categories that the baseline does not have.")] = _WARN
    vanished_categories: Annotated[Enforcement, Meta(description="Categories that only the baseline has.")] = _WARN
    dates: Annotated[Enforcement, Meta(description="Dates that stand for a missing one or cannot be yet.")] = _WARN
    row_count: Annotated[Enforcement, Meta(description="Many rows fewer, or more, than at the baseline.")] = _WARN
    fewer_rows: Annotated[Share, Meta(description="The share of rows that may go without a word.")] = Share(0.2)
    more_rows: Annotated[
        float, Meta(description="How many times the rows of the baseline may be there without a word.", gt=1)
    ] = 3.0
    ignore: Annotated[
        tuple[str, ...],
        Meta(description="Columns to leave alone, by name, `dataset.column`, or a glob over either."),
    ] = ()

    @property
    def is_off(self) -> bool:
        """Return whether nothing is looked for, so that nothing need be read for it."""
        held = (getattr(self, name) for name in self.__struct_fields__)
        return all(one is Enforcement.OFF for one in held if isinstance(one, Enforcement))

    def ignores(self, dataset: str, column: str) -> bool:
        """Return whether a column is to be left alone."""
        names = (column, f"{dataset}.{column}")
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in self.ignore for name in names)


def weight(enforcement: Enforcement) -> Severity:
    """Return how much a finding of a check weighs that is not off."""
    return Severity.ERROR if enforcement is Enforcement.BLOCK else Severity.WARNING
