"""Lets the tables of SQL engines have the columns of folders: values that stand in the query, one for each file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mlgate.data.engines.sql import Table
from mlgate.data.folders import Folders
from mlgate.data.scanning import Holds, Scan
from mlgate.data.text_types import RAW


def add_folder_terms(table: Table, scan: Scan, folders: Sequence[Folders]) -> None:
    """Add the columns of the folders of each file to a table; those that no engine surely reads alike hold nothing."""
    for name, typed in scan.folders.items():
        texts = [dict(one)[name] for one in folders]
        kind = scan.holds[name]
        values = _values(name, typed, scan.misfits.get(name), texts) if kind is not Holds.OTHER else None
        table.holds[name] = Holds.OTHER if values is None else kind
        shown = [None] * len(texts) if values is None else values
        table.terms.fix(name, shown, Holds.TEXT if values is None else kind, table.row)


def _values(name: str, typed: Any, misfits: Any, texts: Sequence[str | None]) -> list[Any] | None:
    """Return the values of what the folders say, or None where one of them fits the type in no plain way."""
    import polars as pl

    written = pl.Series(name, texts, dtype=pl.String)
    frame = pl.DataFrame([written, written.alias(f"{RAW}{name}")]).with_columns(typed.alias(name))
    if misfits is not None and frame.select(misfits).item():
        return None
    found = frame.get_column(name)
    return (found.to_physical() if found.dtype == pl.Datetime else found).to_list()
