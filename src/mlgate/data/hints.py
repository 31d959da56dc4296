"""What a data scientist would do about a broken rule."""

from __future__ import annotations

import re

from mlgate.data.merging import Merged
from mlgate.data.messages import Breach
from mlgate.text import code

_BOUNDS = re.compile(r"^(in_range|greater_than|less_than|equal_to|between)")
_SENTINELS = frozenset({"-1", "-9", "-99", "-999", "-9999", "0", "9", "99", "999", "9999", "99999"})


def hint_for(merged: Merged) -> str | None:
    """Return what to do about a broken rule."""
    first = merged.first
    if first.breach is Breach.MISSING:
        separator = next((sign for sign in ",;|\t" if sign in first.got), None)
        if separator is not None:
            return f"the header is one field, {code(first.got, 60)}: set {code(f'separator: {separator!r}')} for it"
        renamed = f"the data has {code(first.got)}: renamed? " if first.got else ""
        return f"{renamed}write the column where the data is made, or say `required=False`"
    if first.breach is Breach.EXTRA:
        return "add it to the contract, drop it where the data is made, or allow it with `strict=False`"
    if first.breach is Breach.CHECK:
        return _for_check(merged)
    return _PLAIN.get(first.breach) if first.check != "nulls" else _INTEGER_NULLS


_INTEGER_NULLS = "whole numbers beside nulls are read as floats: write `Int64` for the dtype"
_PLAIN = {
    Breach.ORDER: "write the columns in the contract's order, or take `ordered` off the contract",
    Breach.DTYPE: "mend the values where the data is made; where the other type is right, change the contract, "
    "or let it convert with `coerce=True`",
    Breach.COERCION: "mend or drop these values where the data is made; a text for missing values belongs out of it",
    Breach.NULLS: "fill or drop them where the data is made, or write `nullable=True` if missing means something",
    Breach.DUPLICATES: "drop the repeats where the data is made; a join on a key that is not unique is the usual cause",
    Breach.OTHER: "call `validate` of the contract on this data in a notebook to see more",
    Breach.RAISED: "run the check on these rows in a notebook; it must bear every value of the column's type",
}


def _for_check(merged: Merged) -> str | None:
    first = merged.first
    if merged.similar:
        got, allowed = merged.similar[0]
        return f"{code(got)} differs from {code(allowed)} in case or spaces only: normalise the spelling first"
    if first.check.startswith("isin("):
        return "a new category, or a misspelt one: add it to the contract only if the model can take it"
    if _BOUNDS.match(first.check):
        value = merged.common[0] if merged.common else merged.examples[0][0] if len(merged.examples) == 1 else ""
        if value.removesuffix(".0") in _SENTINELS and value:
            return f"{code(value)} looks like a mark for missing: turn it into a null where the data is read"
        return "a wrong unit, a mark for missing such as `-1`, a broken export? widen the range only if they are real"
    if first.check.startswith("str_"):
        return "look at how these values were written; change the pattern only if they are right"
    return "look at these rows where the data is made; change the contract only if they are right"
