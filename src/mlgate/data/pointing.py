"""Where a finding about data points: the data file if reviewers see it in git, else the contract, else the config."""

from __future__ import annotations

from collections.abc import Mapping

from mlgate.context import Context
from mlgate.data.merging import Where
from mlgate.data.plan import config_location
from mlgate.data.wording import is_text
from mlgate.report import Location


class Pointer:
    """Points for one dataset and its contract; `lines` are those of the contract's columns."""

    def __init__(self, context: Context, dataset: str, contract: str, lines: Mapping[str, int]) -> None:
        """Keep what a place can be made of."""
        self._context = context
        self._dataset = dataset
        self._contract = contract
        self._lines = lines

    def row(self, where: Where | None, files: tuple[str, ...], column: str, line: int | None) -> Location | None:
        """Return the place of a row that breaks a rule; `line` is the rule's own in the contract, where it has one."""
        path, number = where or (files[0] if files else "", None)
        if path in self._context.files:
            return self._context.location(path, number if is_text(path) else None)
        return self.contract(line if line is not None else self.line(column))

    def line(self, column: str) -> int | None:
        """Return where the contract states a column."""
        return self._lines.get(column)

    def contract(self, line: int | None = None) -> Location | None:
        """Return a place in the contract, or that of the config where the contract is not in git."""
        if self._contract in self._context.files:
            return self._context.location(self._contract, line)
        return config_location(self._context, self._dataset, "contract")

    def config(self, key: str) -> Location | None:
        """Return where the config speaks of the dataset."""
        return config_location(self._context, self._dataset, key)

    def file(self, path: str, line: int | None = None) -> Location | None:
        """Return a place in a data file, or that of the config where the file is not in git."""
        if path in self._context.files:
            return self._context.location(path, line)
        return config_location(self._context, self._dataset, "path")
