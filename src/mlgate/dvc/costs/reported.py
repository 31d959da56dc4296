"""What stages took by a report of mlgate that was kept: `mlgate run repro --output json=PATH`."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import MsgspecError, Struct, json

from mlgate.context import Context
from mlgate.dvc.costs.figures import NAMES, Figures
from mlgate.errors import MlgateError
from mlgate.text import code

_CHECK = "repro"
_FAMILY = "mlgate-report/"
_LIMIT_BYTES = 20_000_000


class Reported(Struct, frozen=True, kw_only=True):
    """The figures of a report by the address of their stage, and the commit that it is about."""

    figures: Mapping[str, Figures]
    commit: str | None = None


class _Measure(Struct):
    name: str
    current: float | None = None


class _Outcome(Struct):
    measures: list[_Measure] = []


class _Entry(Struct):
    check: str
    outcome: _Outcome


class _Head(Struct):
    commit: str


class _Report(Struct):
    schema: str
    entries: list[_Entry]
    head: _Head | None = None


def read_report(context: Context, path: str) -> Reported | None:
    """Return what a report says stages took, or None where there is no such file.

    Where git has the file, the baseline's version counts, and none where only the head has one: a pull request does not
    bring the figures that it is compared with. Raises `MlgateError` for what is no report.
    """
    data = _bytes(context, path)
    if data is None:
        return None
    try:
        report = json.decode(data, type=_Report)
    except (MsgspecError, UnicodeDecodeError, RecursionError):
        raise _no_report(context, path) from None
    if not report.schema.startswith(_FAMILY):
        raise _no_report(context, path)
    found: dict[str, dict[str, float]] = {}
    for measure in (one for entry in report.entries if entry.check == _CHECK for one in entry.outcome.measures):
        address, _, what = measure.name.rpartition(": ")
        if what in NAMES and measure.current is not None and measure.current >= 0:
            found.setdefault(address, {})[NAMES[what]] = measure.current
    figures = {address: Figures(**values) for address, values in found.items()}
    return Reported(figures=figures, commit=report.head.commit if report.head else None)


def _bytes(context: Context, path: str) -> bytes | None:
    if context.baseline_files is not None and path in context.baseline_tree:
        return context.baseline_files.read(path, _LIMIT_BYTES)
    if context.git.blob(f"HEAD:{context.prefix}{path}") is not None:
        return None
    return context.head_files.read(path, _LIMIT_BYTES)


def _no_report(context: Context, path: str) -> MlgateError:
    return MlgateError(
        f"{code(path)} is no report of mlgate",
        where=context.shown(path),
        hint="write it with `mlgate run repro --output json=PATH`",
    )
