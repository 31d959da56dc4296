"""Under which hash DVC keeps a file: what `dvc.lock` or a `.dvc` file of one side records of it."""

from __future__ import annotations

from collections.abc import Iterator

from mlgate.dvc.cache import Cache
from mlgate.dvc.lock import lock_path, read_lock
from mlgate.dvc.paths import is_inside, join
from mlgate.dvc.reading import placed
from mlgate.dvc.records import Hash, Item, Pipelines
from mlgate.errors import MlgateError
from mlgate.files import Files


def recorded_hash(files: Files, pipelines: Pipelines, path: str, prefix: str, cache: Cache) -> Hash | None:
    """Return the hash of a file that is an output or lies in one, or None where nothing is recorded of it.

    A file in a directory is looked up in the directory's listing, which the cache may not hold. Raises `MlgateError`
    for a `dvc.lock` that cannot be read; `prefix` is the project folder, for its place.
    """
    for out, item in _owners(files, pipelines, path, prefix):
        if out == path:
            return item.hash
        listing = item.files
        if listing is None and item.hash is not None and item.hash.is_folder:
            listing = cache.listing(item.hash)
        if listing is not None:
            return listing.get(path[len(out) + 1 :])
    return None


def is_recorded(files: Files, pipelines: Pipelines, path: str, prefix: str) -> bool:
    """Return whether DVC keeps the file, whether or not its hash is known here."""
    return any(True for _ in _owners(files, pipelines, path, prefix))


def _owners(files: Files, pipelines: Pipelines, path: str, prefix: str) -> Iterator[tuple[str, Item]]:
    """Yield the outputs that are a path or hold it, with what is recorded of each."""
    for stage in pipelines.stages:
        outs = [out.path for out in stage.outs if out.path == path or is_inside(path, out.path)]
        if not outs:
            continue
        name = lock_path(stage.file)
        try:
            lock = read_lock(files, name)
        except MlgateError as error:
            raise placed(error, prefix + name) from None
        locked = lock.stages.get(stage.name) if lock else None
        items = {join(stage.wdir, item.path): item for item in locked.outs.values()} if locked else {}
        yield from ((out, items[out]) for out in outs if out in items)
    for data in pipelines.data:
        yield from ((out.path, item) for out, item in data.outs if out.path == path or is_inside(path, out.path))
