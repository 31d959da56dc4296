"""`mlgate-contracts`: the datasets whose files changed satisfy their contracts."""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Collection, Iterator, Sequence

from msgspec.structs import replace

from mlgate.checks.data import CHECK
from mlgate.config import Dataset
from mlgate.context import Context
from mlgate.data.dvc_outputs import dvc_outputs
from mlgate.data.sources import find_source
from mlgate.dvc.pipeline import read_pipelines
from mlgate_hooks.asking import ask_project, outcome_of, parser, tell


def main(argv: Sequence[str] | None = None) -> int:
    """Test the datasets that the files given belong to, and return 1 if one breaks its contract."""
    arguments = parser("mlgate-contracts", __doc__)
    arguments.add_argument("files", nargs="*", help="the files that changed, from the root of the repository")
    options = arguments.parse_args(argv)
    names = frozenset(posixpath.normpath(name) for name in options.files)
    return ask_project(options.project, CHECK, lambda context: _ask(context, names))


def _ask(context: Context, names: frozenset[str]) -> int:
    chosen = dict(touched(context, names))
    # The rest of the config stays as it is: its limits, its section `data`, what it enforces.
    context.config = replace(context.config, datasets=chosen)
    return tell(outcome_of(CHECK, context)) if chosen else 0


def touched(context: Context, names: Collection[str]) -> Iterator[tuple[str, Dataset]]:
    """Yield the datasets with a contract that one of these files, from the repository's root, may have changed.

    That is so for a file of the dataset, its contract, the config, and DVC's own record of the data.
    """
    datasets = [(name, dataset) for name, dataset in context.config.datasets.items() if dataset.contract]
    if not datasets:
        return
    if context.config.source in names:
        yield from datasets
        return
    kept = dvc_outputs(context)
    recorded = tuple(_recorded(context, names))
    for name, dataset in datasets:
        contract = (dataset.contract or "").partition(":")[0]
        source = find_source(context, dataset.path, kept)
        paths = (*source.files, *(absent.path for absent in source.absent))
        if any(context.shown(path) in names for path in (contract, *paths)) or any(
            _is_in(path, out) for path in paths for out in recorded
        ):
            yield name, dataset


def _recorded(context: Context, names: Collection[str]) -> Iterator[str]:
    """Yield the outputs of DVC whose record, a `.dvc` file or a `dvc.lock`, is among the names."""
    found = read_pipelines(context.head_files, context.prefix).pipelines
    for data in found.data:
        if context.shown(data.file) in names:
            yield from (out.path for out, _ in data.outs)
    for stage in found.stages:
        if context.shown(posixpath.join(posixpath.dirname(stage.file), "dvc.lock")) in names:
            yield from (out.path for out in stage.outs)


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


if __name__ == "__main__":
    sys.exit(main())
