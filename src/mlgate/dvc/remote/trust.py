"""Whether DVC's config is the one of the baseline: one changed line sends the remote's password to another host."""

from __future__ import annotations

from mlgate.context import Context
from mlgate.dvc.cache import find_dvc
from mlgate.dvc.config import NAMES


def config_change(context: Context) -> str | None:
    """Return the file of DVC's config, from the root, that is not what the baseline has; None where all are.

    The one of the machine, `config.local`, counts where git tracks it. Without a baseline nothing was changed.
    """
    folder = find_dvc(context.project, context.root)
    if context.baseline is None or folder is None:
        return None
    prefix = folder.relative_to(context.root.resolve()).as_posix()
    tracked = set(context.git.files(prefix))
    for name in NAMES:
        path = f"{prefix}/{name}"
        place = folder / name
        if name == NAMES[1] and path not in tracked:
            continue
        before = context.git.blob(f"{context.baseline.revision.commit}:{path}")
        now = place.read_bytes() if place.is_file() else None
        if before != now:
            return path
    return None
