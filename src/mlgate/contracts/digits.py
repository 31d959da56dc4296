"""Tells digits that name something from numbers: a zip code `00123` must stay text, or its zeros are lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mlgate.data.formats import Kind, format_of
from mlgate.drift.reading import Table
from mlgate.drift.sides import Side

_PADDED = r"^\s*[+-]?0[0-9]"
_LONGEST = 18
"""The digits that surely fit into a whole number of 64 bits."""
_NAMES = frozenset({
    "zip", "zipcode", "postcode", "postalcode", "plz", "fips", "phone", "phonenumber", "phoneno", "telephone", "tel",
    "telno", "mobile", "mobileno", "fax", "msisdn", "ssn", "ean", "gtin", "upc", "isbn", "barcode",
})  # fmt: skip
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_FEWEST_DIGITS = 4


def digit_names(side: Side, table: Table) -> frozenset[str]:
    """Return the columns of delimited text that a reader takes for whole numbers and that only have digits for signs.

    A number begins with no zero and has no more digits than a whole number can hold; and what is called a zip code or
    a phone number is none, however it begins.
    """
    if any((form := format_of(piece.name)) is None or form.kind is not Kind.DELIMITED for piece in side.pieces):
        return frozenset()
    folders = {name for piece in side.pieces for name, _, _ in piece.folders}
    names = [name for name, dtype in table.schema.items() if dtype.is_integer() and name not in folders]
    if not names:
        return frozenset()
    found = table.collect(table.raw(names).select(**dict(_asked(names)))).row(0, named=True)
    called = {name for name in names if _is_called_so(name) and found[f"least {name}"] >= _FEWEST_DIGITS}
    return frozenset(name for name in names if found[f"padded {name}"] or found[f"most {name}"] > _LONGEST) | called


def width_pattern(table: Table, name: str) -> str | None:
    """Return the pattern of a column of digits, of one width where all have it; None where it holds other signs."""
    import polars as pl

    column = pl.col(name)
    asked = table.frame.select(
        pl.len() - column.null_count() - column.str.contains(r"^[0-9]+$").sum(),
        column.str.len_chars().min().alias("least"),
        column.str.len_chars().max().alias("most"),
    )
    others, least, most = table.collect(asked).row(0)
    if others or not most:
        return None
    return f"^[0-9]{{{least}}}$" if least == most else "^[0-9]+$"


def _asked(names: list[str]) -> Iterator[tuple[str, Any]]:
    import polars as pl

    for name in names:
        column = pl.col(name)
        digits = column.str.count_matches("[0-9]")
        yield f"padded {name}", column.str.contains(_PADDED).any()
        yield f"most {name}", digits.max().fill_null(0)
        yield f"least {name}", digits.min().fill_null(0)


def _is_called_so(name: str) -> bool:
    words = [word.lower() for word in _WORDS.findall(name)]
    return bool(_NAMES.intersection([*words[-1:], "".join(words[-2:])]))
