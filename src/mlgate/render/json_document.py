"""The report as JSON for machines, and the way back: strict, bounded, and exact but for logs, which stay at home."""

from __future__ import annotations

from math import isfinite
from typing import Any

import msgspec

from mlgate.errors import MlgateError
from mlgate.report import Report
from mlgate.text import code, shorten

SCHEMA = "mlgate-report/1"
MAX_BYTES = 20_000_000
MAX_WORD = 300
MAX_LINE = 4_000
MAX_TEXT = 100_000
MAX_ROWS = 50_000
MAX_PARTS = 1_000
MAX_PLACE = 2**31

_WORDS = frozenset({"check", "version", "unit", "run", "rule", "until", "ceiling"})
_PLACES = frozenset({"line", "column", "end_line"})
_NUMBERS = frozenset({"baseline", "current", "seconds", "by", "of", "low", "value", "high", "before", "now"})
_DERIVED = ("schema", "verdict", "exit_code")


class ReportFileError(MlgateError):
    """A report file that is not what this version of mlgate writes."""


def render(report: Report) -> str:
    """Return the report as JSON by `mlgate-report/1`; the logs of checks are left out, for they may hold secrets."""
    bounding = _Bounding()
    values = bounding.of(msgspec.to_builtins(report))
    derived = {"verdict": report.verdict, "exit_code": report.exit_code}
    document = {"schema": SCHEMA, "version": values.pop("version"), **derived, **values}
    if bounding.is_large:
        _require_fit(document)
    return msgspec.json.format(msgspec.json.encode(document)).decode() + "\n"


def load(data: bytes, *, limit: int = MAX_BYTES) -> Report:
    """Return the report that a JSON document holds; raises `ReportFileError`, in a line, for anything else.

    Unknown or repeated keys, wrong types, numbers that are not finite, texts over their bound, more than `limit`
    bytes, and a verdict that does not follow from the entries are all refused.
    """
    if len(data) > limit:
        raise ReportFileError(f"the report has {len(data):,} bytes, more than the {limit:,} that are read")
    from mlgate.render.json_records import ReportRecord

    try:
        record = msgspec.json.decode(data, type=ReportRecord)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _refused(data, error) from None
    _refuse_repeated_keys(data, limit)
    values = msgspec.to_builtins(record)
    derived = {name: values.pop(name) for name in _DERIVED}
    report = msgspec.convert(values, Report)
    if derived["verdict"] != report.verdict or derived["exit_code"] != report.exit_code:
        said = code(f"{derived['verdict']}, {derived['exit_code']}")
        follows = code(f"{report.verdict}, {report.exit_code}")
        raise ReportFileError(f"the report says {said}, but {follows} follows from its entries")
    return report


def _require_fit(document: dict[str, Any]) -> None:
    """Raise `ReportFileError` where a document has more of something than its records allow."""
    from mlgate.render.json_records import ReportRecord

    try:
        msgspec.convert(document, ReportRecord, strict=False)
    except msgspec.ValidationError as error:
        raise ReportFileError(f"this report does not fit into {code(SCHEMA)}: {code(error)}") from None


def _refused(data: bytes, error: Exception) -> ReportFileError:
    found = _schema(data)
    if found not in (None, SCHEMA):
        hint = "read it with the version of mlgate that wrote it"
        return ReportFileError(f"the report is by {code(found, 60)}, and this mlgate reads {code(SCHEMA)}", hint=hint)
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    return ReportFileError(f"not a report of mlgate: {code(said)}")


def _schema(data: bytes) -> str | None:
    class _Head(msgspec.Struct):
        schema: str | None = None

    try:
        return msgspec.json.decode(data, type=_Head).schema
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _refuse_repeated_keys(data: bytes, limit: int) -> None:
    from mlgate.documents import DocumentError, decode, parse_json

    try:
        parse_json(decode(data, limit))
    except DocumentError as error:
        raise ReportFileError(f"not a report of mlgate: {error.message}") from None


class _Bounding:
    """Makes plain values fit: no logs, an escape for what JSON cannot hold, texts cut to their bounds.

    `is_large` says whether there were numbers or lists of a size that only the records can judge.
    """

    def __init__(self) -> None:
        self.is_large = False

    def of(self, value: Any, key: str = "") -> Any:
        if isinstance(value, str):
            limit = MAX_TEXT if key == "detail" else MAX_WORD if key in _WORDS else MAX_LINE
            return shorten(_encodable(value), limit)
        if isinstance(value, dict):
            if key == "picture" and not _is_drawable(value):
                return None
            return {name: self.of(inner, name) for name, inner in value.items() if name != "log"}
        if isinstance(value, (list, tuple)):
            self.is_large |= len(value) > MAX_PARTS
            return [self.of(inner, key) for inner in value]
        if isinstance(value, float) or (key in _NUMBERS and value is not None and abs(value) < MAX_PLACE):
            # A whole number reads the same whether it was counted or read back.
            return float(value) if isfinite(value) else None
        if key in _PLACES and value is not None and value < 1:
            return None
        self.is_large |= value is not None and not 0 <= value < MAX_PLACE
        return value


def _is_drawable(picture: dict[str, Any]) -> bool:
    """Return whether all numbers of a picture are finite, and not too many; one of others is left out."""
    values = [part if isinstance(part, (list, tuple)) else (part,) for part in picture.values()]
    numbers = [number for part in values for number in part if not isinstance(number, str)]
    return all(len(part) <= MAX_PARTS for part in values) and all(isfinite(number) for number in numbers)


def _encodable(text: str) -> str:
    """Return a text whose bytes that are not UTF-8 are shown as `\\udcff`."""
    return text.encode("utf-8", "backslashreplace").decode()
