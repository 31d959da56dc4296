"""Tells quotes that stay open until the end of a text, which readers of CSV take for the end of a field."""

from __future__ import annotations

import csv
from itertools import islice

from mlgate.data.messages import Defect, UnreadableError
from mlgate.data.text_file import TextFile, open_bytes, records


def require_closed_quotes(looked: TextFile, last: str) -> None:
    """Raise where a quote stays open until the end; `last` is the last value of the last row, as it was read."""
    end = looked.tail.rstrip(b"\r\n")
    plain = last.encode()
    separators = (looked.separator.encode(), b"\n", b"\r")
    quoted = b'"' + plain.replace(b'"', b'""') + b'"'
    if end.endswith(quoted) or any(end.endswith(sign + plain) for sign in separators):
        return
    begin = line_of_open_quote(looked)
    if _stays_open(looked, begin):
        raise UnreadableError(Defect.OPEN_QUOTE, line=begin)


def _stays_open(looked: TextFile, begin: int) -> bool:
    """Return whether the record that begins on a line ends within quotes: only those that open a field count."""
    inside, ended, fresh = False, False, True
    with open_bytes(looked.path, looked.format.compression) as stream:
        for line in islice(stream, begin - 1, None):
            for sign in line.decode("utf-8", "replace").removeprefix("\ufeff"):
                if sign == '"' and (inside or fresh or ended):
                    inside, ended, fresh = not inside, inside, False
                elif not inside:
                    ended, fresh = False, sign in (looked.separator, "\n", "\r")
    return inside


def line_of_open_quote(looked: TextFile) -> int:
    """Return the line on which the last record begins, or the first one that is too long for a record."""
    begin = last = 1
    with records(looked.path, looked.format.compression, looked.separator) as rows:
        try:
            for row in rows:
                last = begin if row else last
                begin = rows.line_num + 1
        except csv.Error:
            return begin
    return last
