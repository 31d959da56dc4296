"""The table of what made each model, folded in the comment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from mlgate.dvc.lineage.trace import Lineage, Snapshot, flat_params
from mlgate.dvc.params import shown
from mlgate.dvc.records import Item
from mlgate.dvc.rerun.wording import seconds, size
from mlgate.report import Column, Row, Table
from mlgate.text import amount, code, codes

_MOST_PARAMS = 15


class Around(Struct, frozen=True, kw_only=True):
    """What stands beside the lock: the head commit, the remote in words, MLflow's run in words, rows and seconds.

    `rows` and `took` know of some data and of some stages only.
    """

    commit: str | None
    remote: str | None
    run: str | None
    rows: Callable[[Snapshot], int | None]
    took: Callable[[Lineage], float | None]


def lineage_table(models: Sequence[Lineage], around: Around) -> Table | None:
    """Return for each model its data, code, parameters, training time and run; None where there is no model."""
    if not models:
        return None
    names = codes([model.path for model in models], 2)
    return Table(
        title=f"Lineage: what made {names}",
        columns=(Column("Model"), Column("Made of"), Column("Which")),
        rows=tuple(row for model in models for row in _rows(model, around)),
        folded=True,
        note=f"data is in the remote {around.remote}" if around.remote else "no DVC remote is configured",
    )


def _rows(model: Lineage, around: Around) -> Iterator[Row]:
    name = code(model.path) + (f" {_hash(model.item)}" if model.item else "")
    for kind, words in _facts(model, around):
        yield Row(cells=(name, kind, words))
        name = ""


def _facts(model: Lineage, around: Around) -> Iterator[tuple[str, str]]:
    for data in model.data:
        yield ("data" if data.direct else "its source"), _data(data, around)
    command = model.entry.cmd if isinstance(model.entry.cmd, str) else "; ".join(model.entry.cmd)
    stage = f"stage {code(model.stage.address)}: {code(command, 80)}"
    commit = f"{code(around.commit[:12])}, " if around.commit else ""
    yield "code", f"{commit}{stage}" if model.is_true else f"another than that of the head (the lock is stale), {stage}"
    params = [f"{code(key)} {shown(value)}" for key, value in flat_params(model.entry)]
    if params:
        more = f" and {len(params) - _MOST_PARAMS} more" if len(params) > _MOST_PARAMS else ""
        yield "parameters", ", ".join(params[:_MOST_PARAMS]) + more
    took = around.took(model)
    if took is not None:
        yield "training", f"{seconds(took)}, by runs here"
    if around.run:
        yield "MLflow run", around.run


def _data(data: Snapshot, around: Around) -> str:
    rows = around.rows(data)
    parts = [f"{code(data.path)} {_hash(data.item)}"]
    parts += [amount(rows, "row")] if rows is not None else []
    parts += [amount(data.item.nfiles, "file")] if data.item.nfiles is not None else []
    parts += [size(data.item.size)] if data.item.size is not None else []
    whence = f"another version than {data.by} records" if data.broken else f"by {data.by}"
    parts.append(whence if data.by != "git" else "in git")
    return ", ".join(parts)


def _hash(item: Item) -> str:
    return f"md5 {code(item.hash.md5)}" if item.hash else "of no recorded hash"
