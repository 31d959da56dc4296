"""`mlgate-empty-contracts`: no pandera contract, column or check passes whatever the data are."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from mlgate import documents
from mlgate.text import code, printable
from mlgate_hooks.empty_python_contracts import hollow
from mlgate_hooks.reading import check, parse_python, read_text

_FOR_CONTRACTS = re.compile(r"(^|/)[^/]*contracts?([/._-]|$)", re.IGNORECASE)
_ASKING = ("columns", "index", "multiindex", "checks", "dtype", "unique", "unique_column_names", "ordered")


def main(argv: Sequence[str] | None = None) -> int:
    """Look at each contract given and return 1 if something in one of them checks nothing."""
    return check(sys.argv[1:] if argv is None else argv, problems_of)


def problems_of(name: str) -> Iterator[str]:
    """Yield what checks nothing in a file, each as `file:line:column: what`."""
    text = read_text(name)
    if not name.endswith((".yaml", ".yml")):
        if "pandera" in text:
            for line, column, what in hollow(parse_python(text)):
                yield f"{printable(name)}:{line}:{column}: {what}"
        return
    document = documents.parse_yaml(text)
    for path, what in _hollow_yaml(name, document.value):
        position = document.position(path) or documents.Position(1, 1)
        yield f"{printable(name)}:{position.line}:{position.column}: {what}"


def _hollow_yaml(name: str, value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    named_so = bool(_FOR_CONTRACTS.search(name))
    if value is None or value == {}:
        if named_so:
            yield (), "the contract is empty and checks nothing; state its columns"
        return
    if not isinstance(value, dict) or not ("schema_type" in value or (named_so and "columns" in value)):
        return
    if not any(value.get(key) for key in _ASKING) and value.get("strict") is not True:
        yield ("columns",), "the contract checks nothing; state its columns"
        return
    columns = value.get("columns")
    for column, asked in columns.items() if isinstance(columns, dict) else ():
        if isinstance(asked, dict) and _asks_nothing(asked):
            what = f"column {code(column)} may be missing, null and of any type: nothing is checked"
            yield ("columns", column), f"{what}; give it a dtype or a check"


def _asks_nothing(column: dict[str, Any]) -> bool:
    optional = column.get("required") is False and column.get("nullable") is True
    return optional and not any(column.get(key) for key in ("dtype", "checks", "unique"))


if __name__ == "__main__":
    sys.exit(main())
