"""Findings about columns that say nothing: one value, or nulls alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from mlgate.integrity.facts import ColumnFacts, Holds
from mlgate.integrity.telling import Teller
from mlgate.report import Enforcement, Finding
from mlgate.text import amount, code, codes

RULE = "constant-column"
_FEWEST_ROWS = 20
_MOST = 5
_HINT = "a model can learn nothing from it: a filter that is too narrow, a default that hides what is missing?"


def constant_findings(teller: Teller, columns: Sequence[ColumnFacts]) -> Iterator[Finding]:
    """Yield the columns of one value or none: a finding each, or one for many."""
    rows, enforcement = teller.seen.now.rows, teller.config.constant_columns
    if enforcement is Enforcement.OFF or rows < _FEWEST_ROWS:
        return
    found = [one for one in columns if one.holds is not Holds.NESTED and _says_nothing(one, rows)]
    found = [one for one in found if not _is_of_layout(teller, one)]
    known = [one for one in found if _was_so(teller, one)]
    for was_before in (False, True):
        some = [one for one in found if (one in known) is was_before]
        if len(some) > _MOST:
            names = codes([one.name for one in some], _MOST)
            message = (
                f"{amount(len(some), 'column')} of {teller.name} have one value or none in all {rows:,} rows: {names}"
            )
            yield teller.finding(RULE, enforcement, message, _HINT, was_before=was_before)
        else:
            yield from (_finding(teller, one, was_before=was_before) for one in some)


def _says_nothing(column: ColumnFacts, rows: int) -> bool:
    return column.nulls == rows or (column.is_constant and not column.nulls)


def _is_of_layout(teller: Teller, column: ColumnFacts) -> bool:
    """Return whether a column is the name of a folder that all files lie in, and was so before."""
    earlier = teller.seen.earlier
    old = earlier.column(column.name) if earlier else None
    if old is not None and old.distinct > 1:
        return False
    sign = f"{column.name}="
    return all(any(unquote(part).startswith(sign) for part in file.split("/")[:-1]) for file in teller.seen.files)


def _was_so(teller: Teller, column: ColumnFacts) -> bool:
    earlier = teller.seen.earlier
    old = earlier.column(column.name) if earlier else None
    return old is not None and (old.is_constant or not old.count)


def _finding(teller: Teller, column: ColumnFacts, *, was_before: bool) -> Finding:
    rows, earlier = teller.seen.now.rows, teller.seen.earlier
    old = earlier.column(column.name) if earlier else None
    varied = f", where the baseline has {old.distinct:,} different values" if old is not None and not was_before else ""
    hint = _HINT
    if column.nulls == rows:
        value = "null"
        hint = (
            "a join that finds nothing, or a field that the source no longer sends? drop it, or mend where it is made"
        )
    else:
        value = code(column.top[0].text, 60) if column.top and teller.shows else "one value"
    message = f"column {code(column.name)} of {teller.name} is {value} in all {rows:,} rows{varied}"
    return teller.finding(
        RULE, teller.config.constant_columns, message, hint, column=column.name, was_before=was_before
    )
