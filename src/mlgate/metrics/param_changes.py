"""Why a metric may have moved: the parameters and the data that differ from the baseline, read from DVC's files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mlgate.context import Context
from mlgate.dvc.lock import lock_path, read_lock
from mlgate.dvc.params import DEFAULT, read_params, shown
from mlgate.dvc.paths import above, folder_of, is_foreign, join
from mlgate.dvc.records import Hash, Item, Pipelines
from mlgate.errors import MlgateError
from mlgate.files import Files
from mlgate.metrics.sources import is_outside
from mlgate.report import Column, Row, Table
from mlgate.text import amount, code

if TYPE_CHECKING:
    from mlgate.metrics.mlflow.messages import Run

MOST = 200
_NESTED = 50


class Change(Struct, frozen=True):
    """One parameter or one snapshot of data that differs, its two sides as cells; an absent side is empty."""

    name: str
    baseline: str
    head: str
    is_data: bool = False


def find_changes(
    context: Context, old: Pipelines, new: Pipelines, baseline: Run | None = None, head: Run | None = None
) -> list[Change]:
    """Return what differs between the sides, whose pipelines are `old` and `new`.

    The parameters of MLflow's runs, `baseline` and `head`, are told where no params file has them.
    """
    before, after = context.baseline_files, context.head_files
    changes: list[Change] = []
    if before is not None:
        for path, keys in _params_files(old, new).items():
            changes += _of_params(path, keys, before, after)
        tracked = frozenset((*context.baseline_tree, *context.files))
        changes += _of_data(_snapshots(old, before, tracked), _snapshots(new, after, tracked))
    if baseline is not None and head is not None:
        changes += _of_runs(baseline, head, {change.name for change in changes})
    return changes


def changes_table(changes: Sequence[Change]) -> Table | None:
    """Return the folded table of what changed, or None where nothing did."""
    if not changes:
        return None
    rows = tuple(Row(cells=(change.name, change.baseline, change.head)) for change in changes[:MOST])
    columns = (Column("parameter or data"), Column("baseline", "right"), Column("this PR", "right"))
    note = f"and {len(changes) - MOST:,} more" if len(changes) > MOST else None
    return Table(title=f"Why: {_counted(changes)} changed", columns=columns, rows=rows, folded=True, note=note)


def _counted(changes: Sequence[Change]) -> str:
    data = sum(change.is_data for change in changes)
    params = len(changes) - data
    parts = [amount(params, "parameter")] if params else []
    parts += [amount(data, "dataset")] if data else []
    return " and ".join(parts)


def _params_files(*sides: Pipelines) -> dict[str, tuple[str, ...]]:
    """Return the params files of both sides, each with the keys that stages take from it; no keys means all of them."""
    found: dict[str, tuple[str, ...]] = {DEFAULT: ()}
    whole = {DEFAULT, *(path for side in sides for path in side.params)}
    for params in (params for side in sides for stage in side.stages for params in stage.params):
        if params.path in whole or not params.keys:
            whole.add(params.path)
        found[params.path] = () if params.path in whole else (*found.get(params.path, ()), *params.keys)
    return found | dict.fromkeys(whole, ())


def _of_params(path: str, keys: Sequence[str], before: Files, after: Files) -> Iterator[Change]:
    if is_foreign(path) or is_outside(path, ""):
        return
    old, new = _leaves(before, path), _leaves(after, path)
    if old is None or new is None:
        return
    for key in dict.fromkeys((*new, *old)):
        one, other = (_cell(side, key) for side in (old, new))
        if one != other and (not keys or any(_selects(wanted, key) for wanted in keys)):
            yield Change(code(key) if path == DEFAULT else f"{code(key)} of {code(path)}", one, other)


def _selects(wanted: str, key: str) -> bool:
    """Return whether a key of a `dvc.yaml` names a value, or what holds it."""
    return key == wanted or key.startswith(f"{wanted}.") or fnmatchcase(key, wanted)


def _leaves(files: Files, path: str) -> dict[str, Any] | None:
    """Return the values of a params file by dotted key; None where it cannot be read, nothing where it is not there."""
    try:
        value = read_params(files, path)
    except MlgateError:
        return None
    found: dict[str, Any] = {}
    _gather("", value, found, 0)
    return found


def _gather(key: str, value: Any, found: dict[str, Any], depth: int) -> None:
    if isinstance(value, dict) and value and depth < _NESTED:
        for name, inner in value.items():
            _gather(f"{key}.{name}" if key else str(name), inner, found, depth + 1)
    elif key:
        found[key] = value


def _cell(values: Mapping[str, Any], key: str) -> str:
    return shown(values[key]) if key in values else ""


def _snapshots(pipelines: Pipelines, files: Files, tracked: frozenset[str]) -> dict[str, Item]:
    """Return the data that a side's pipelines start from, as recorded: what `.dvc` files track, and dependencies.

    A dependency that git tracks is code or a setting, and one that a stage makes is no cause but an effect.
    """
    made = {out.path for stage in pipelines.stages for out in stage.outs}
    folders = {folder for path in (*tracked, *made) for folder in above(path)}
    found = {out.path: item for data in pipelines.data for out, item in data.outs}
    for pipeline in pipelines.files:
        try:
            lock = read_lock(files, lock_path(pipeline))
        except MlgateError:
            continue
        wdirs = {stage.name: stage.wdir for stage in pipelines.stages if stage.file == pipeline}
        for stage in lock.stages.values() if lock else ():
            for item in stage.deps.values():
                path = join(wdirs.get(stage.name, folder_of(pipeline)), item.path)
                if path in tracked or path in folders or path in found:
                    continue
                if path not in made and not any(folder in made for folder in above(path)):
                    found[path] = item
    return found


def _of_data(before: Mapping[str, Item], after: Mapping[str, Item]) -> Iterator[Change]:
    for path in dict.fromkeys((*after, *before)):
        old, new = before.get(path), after.get(path)
        if _hash(old) != _hash(new):
            yield Change(code(path), _snapshot(old), _snapshot(new), is_data=True)


def _hash(item: Item | None) -> Hash | None:
    return item.hash if item else None


def _snapshot(item: Item | None) -> str:
    if item is None or item.hash is None:
        return ""
    told = [code(item.hash.md5[:7])]
    if item.nfiles is not None:
        told.append(amount(item.nfiles, "file"))
    if item.size is not None:
        told.append(_size(item.size))
    return ", ".join(told)


def _size(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:,.3g} TB"


def _of_runs(baseline: Run, head: Run, told: set[str]) -> Iterator[Change]:
    for key in dict.fromkeys((*head.params, *baseline.params)):
        one, other = baseline.params.get(key), head.params.get(key)
        if one != other and code(key) not in told:
            cells = ["" if side is None else code(side, 60) for side in (one, other)]
            yield Change(f"{code(key)} of the run", cells[0], cells[1])
