"""How Spark says what `mlgate.data.engines.sql_terms` leaves to each engine."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlgate.data.engines.sql import FILE_BITS
from mlgate.data.engines.sql_terms import encodable, moment_of
from mlgate.data.messages import Apart
from mlgate.data.scanning import ApartError, Holds


class SparkDialect:
    """The words of Spark."""

    starts = "startswith"
    ends = "endswith"

    def quoted(self, name: str) -> str:
        """Return a column's name as it stands in a query."""
        return "`" + name.replace("`", "``") + "`"

    def text(self, value: str) -> str:
        """Return a literal; raises `ApartError` for what Spark cannot hold."""
        return literal(encodable(value))

    def moment(self, count: int, kind: Holds) -> str:
        """Return the literal of a time, so many units since 1970."""
        if kind is Holds.NANOS:
            return f"CAST('{count}' AS BIGINT)"
        return f"CAST('{moment_of(count, kind).isoformat(sep=' ')}' AS TIMESTAMP_NTZ)"

    def of_file(self, literals: Sequence[str], row: str) -> str:
        """Return the one of several literals that stands at the place of the file of a `row`."""
        return f"element_at(array({', '.join(literals)}), CAST(shiftright({row}, {FILE_BITS}) + 1 AS INT))"

    def found(self, value: str, pattern: str) -> str:
        """Return where a pattern is found; raises `ApartError` where Java may not end."""
        if backtracks(pattern):
            raise ApartError(Apart.PATTERN)
        return f"({value} RLIKE {literal(pattern)})"


def backtracks(pattern: str) -> bool:
    """Return whether a pattern of `mlgate.data.patterns` repeats repeats, which may take Java for ever."""
    open_groups: list[bool] = []
    for sign in re.finditer(r"\[[^\]]*\]|\(\?:|\)(\{\d+,\d*\})?", pattern):
        if sign[0] == "(?:":
            open_groups.append(False)
        elif sign[0].startswith(")"):
            inner = open_groups.pop()
            many = sign[1] is not None and sign[1] not in ("{0,1}", "{1,1}")
            if many and inner:
                return True
            if open_groups and (inner or many):
                open_groups[-1] = True
    return False


def literal(value: str) -> str:
    """Return a literal, every sign of which but letters and digits is written as its code: none means anything."""
    return "'" + "".join(sign if sign.isascii() and sign.isalnum() else _coded(sign) for sign in value) + "'"


def _coded(sign: str) -> str:
    number = ord(sign)
    return f"\\u{number:04x}" if number < 1 << 16 else f"\\U{number:08x}"
