"""What the baseline's config says of datasets: its file may have named other paths and contracts."""

from __future__ import annotations

from mlgate.config import PYPROJECT, Config, Dataset
from mlgate.context import Context
from mlgate.data.convention import Convention
from mlgate.documents import DocumentError, parse


def datasets_before(context: Context) -> dict[str, Dataset]:
    """Return the datasets of the baseline's config, as far as they can be read: path, contract and separator."""
    if context.ruling is not None:
        # It was looked for in all places where a config may stand.
        return dict(context.ruling.before.datasets)
    if context.baseline is None:
        return {}
    held = Config(datasets=_named_before(context))
    return dict(Convention(context.git, context.project).before(held, context.baseline.revision.commit).datasets)


def _named_before(context: Context) -> dict[str, Dataset]:
    config, files = context.config.source, context.baseline_files
    if config is None or files is None or not config.startswith(context.prefix):
        return {}
    data = files.read(config[len(context.prefix) :])
    try:
        value: object = parse(data, config) if data else None
    except DocumentError:
        return {}
    for key in (*(("tool", "mlgate") if config.endswith(PYPROJECT) else ()), "datasets"):
        value = value.get(key) if isinstance(value, dict) else None
    found = {}
    for name, held in value.items() if isinstance(value, dict) else ():
        dataset = _dataset(held)
        if isinstance(name, str) and dataset is not None:
            found[name] = dataset
    return found


def _dataset(value: object) -> Dataset | None:
    if not isinstance(value, dict):
        return None
    path, separator, contract = (value.get(key) for key in ("path", "separator", "contract"))
    if not isinstance(path, str) or not path:
        return None
    return Dataset(
        path=path,
        separator=separator if isinstance(separator, str) else Dataset(path=path).separator,
        contract=contract if isinstance(contract, str) and contract else None,
    )
