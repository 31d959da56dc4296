"""What DVC keeps for a project: the paths of cached outputs, and of data that `.dvc` files track."""

from __future__ import annotations

from mlgate.context import Context
from mlgate.dvc.pipeline import read_pipelines


def dvc_outputs(context: Context) -> frozenset[str]:
    """Return the paths, from the project folder, that `dvc pull` brings; files of DVC's that are broken say nothing."""
    found = read_pipelines(context.head_files, context.prefix).pipelines
    made = [out for stage in found.stages for out in stage.outs]
    tracked = [out for data in found.data for out, _ in data.outs]
    return frozenset(out.path for out in (*made, *tracked) if out.cache)
