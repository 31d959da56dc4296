"""Brings together what the table of models needs: lock, rows, remote, earlier runs."""

from __future__ import annotations

from mlgate.cache import open_cache
from mlgate.context import Context
from mlgate.dvc.assessment import Assessment
from mlgate.dvc.cache import find_cache
from mlgate.dvc.costs.history import History
from mlgate.dvc.lineage.rows import RowCounter
from mlgate.dvc.lineage.table import Around, lineage_table
from mlgate.dvc.lineage.trace import Lineage, trace
from mlgate.dvc.remote.naming import default_remote
from mlgate.report import Table


def tell_lineage(context: Context, found: Assessment, wanted: tuple[str, ...], run: str | None) -> Table | None:
    """Return the table of all models; `wanted` names them, `run` is the head's run of MLflow in words."""
    kept = open_cache(context.env, lambda: context.git.common_folder() / "mlgate")
    history = History(kept)
    counter = RowCounter(context.project, find_cache(context.project, context.root), kept)

    def took(model: Lineage) -> float | None:
        figures = history.find(model.entry)
        return figures.seconds if figures else None

    around = Around(
        commit=context.head.commit if context.head else None,
        remote=default_remote(context),
        run=run,
        rows=lambda data: counter.count(data.path, data.item),
        took=took,
    )
    return lineage_table(tuple(trace(found, wanted)), around)
