"""Says how the rules of each dataset were asked: in one query over its files, or by pandera itself, and then why."""

from __future__ import annotations

from collections.abc import Sequence

from mlgate.data.messages import Apart, EngineName, Read
from mlgate.report import Column, Row, Table
from mlgate.text import amount, code, codes

_WORDS = {
    Apart.TEXT: "text that only the contract's own engine can read",
    Apart.STREAM: "an Arrow stream cannot be scanned",
    Apart.FILES_DIFFER: "the files differ in their columns",
    Apart.INDEX: "has an index",
    Apart.PARSER: "the contract changes values before it checks them",
    Apart.WHOLE_ROWS: "checks of whole rows",
    Apart.TYPES: "other types",
    Apart.COERCE: "coerced to another type",
    Apart.NULLS: "nulls change the type in pandas",
    Apart.OWN_CHECK: "checks of the contract's own",
    Apart.CHECK: "checks with other arguments",
    Apart.PATTERN: "patterns that engines read apart",
    Apart.QUERY: "the query failed",
}

_ENGINES = {EngineName.POLARS: "polars", EngineName.DUCKDB: "DuckDB", EngineName.SPARK: "Spark"}


def paths_table(asked: Sequence[tuple[str, Sequence[Read]]], remembered: int) -> Table:
    """Return the table of datasets by name, with what was said of each of their files.

    `remembered` is how many files were not read again, for neither they nor their contract have changed.
    """
    rows = tuple(_row(name, read) for name, read in asked)
    columns = (
        Column("dataset"),
        Column("in one query", "right"),
        Column("by pandera", "right"),
        Column("why"),
    )
    did = "did not change and was" if remembered == 1 else "did not change and were"
    note = f"{amount(remembered, 'file')} {did} not read again." if remembered else None
    return Table(title="How the rules were asked", columns=columns, rows=rows, folded=True, note=note)


def _row(name: str, read: Sequence[Read]) -> Row:
    """Return a row; of several files the one counts that pandera was asked most about."""
    held = min(read, key=lambda one: one.fused - one.rules)
    reasons: dict[Apart, list[str]] = {}
    for one in read:
        for column, why in one.apart:
            known = reasons.setdefault(why, [])
            known += [column] if column and column not in known else []
    words = [f"{_WORDS[why]} ({codes(columns, 3)})" if columns else _WORDS[why] for why, columns in reasons.items()]
    plain = held.engine is EngineName.POLARS
    fused = f"{held.fused:,}" if plain or not held.fused else f"{held.fused:,} on {_ENGINES[held.engine]}"
    return Row(cells=(code(name), fused, f"{held.rules - held.fused:,}", "; ".join(words)))
