"""A work tree of its own for a run, in a temporary folder, that leaves no trace in the repository."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from mlgate.context import Context
from mlgate.dvc.cache import find_cache, find_dvc
from mlgate.dvc.config import parse_config

_PREFIX = "mlgate-rerun-"
_OWNER = "owner"


class Place(NamedTuple):
    """Where a run happens: the temporary folder, the top of the work tree in it, and the project in that."""

    folder: Path
    root: Path
    project: Path


@contextmanager
def own_worktree(context: Context, commit: str) -> Iterator[Place]:
    """Give a checkout of a commit whose DVC shares the project's cache, and take it away again in any case."""
    from tempfile import mkdtemp

    common = context.git.common_folder()
    _clear_up(common)
    folder = Path(os.path.realpath(mkdtemp(prefix=_PREFIX)))
    place = Place(folder, folder / "tree", folder / "tree" / context.prefix)
    try:
        (folder / _OWNER).write_text(str(os.getpid()), encoding="ascii")
        context.git.add_worktree(place.root, commit)
        _share_cache(context, place)
        yield place
    finally:
        _remove(common, place)


def _share_cache(context: Context, place: Place) -> None:
    """Write the settings of the machine: the project's cache, and nothing that asks others or stages files in git.

    What the user's own `config.local` holds besides, such as passwords, is not for the stages.
    """
    own, other = find_dvc(context.project, context.root), find_dvc(place.project, place.root)
    cache = find_cache(context.project, context.root).folder
    if own is None or other is None or cache is None:
        return
    local = own / "config.local"
    options = parse_config(local.read_text(encoding="utf-8", errors="replace")) if local.is_file() else {}
    kind = options.get("cache", {}).get("type")
    lines = ["[core]", "    analytics = false", "    autostage = false", "    check_update = false"]
    lines += [
        "[cache]",
        f"    dir = {_quoted(str(cache.resolve()))}",
        *([f"    type = {_quoted(kind)}"] if kind else []),
    ]
    (other / "config.local").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _quoted(value: str) -> str:
    return f"'{value}'" if '"' in value else f'"{value}"'


def _remove(common: Path, place: Place) -> None:
    """Take the work tree away without git, which may not be started any more where a run was cancelled.

    What git keeps of a work tree is one folder, named in no other place; it goes first, for it is small.
    """
    from shutil import rmtree

    listed = common / "worktrees"
    for entry in sorted(listed.iterdir()) if listed.is_dir() else ():
        if _names(entry / "gitdir", place.root):
            rmtree(entry, ignore_errors=True)
    if listed.is_dir() and not any(listed.iterdir()):
        listed.rmdir()
    for folder, _, _ in os.walk(place.folder):
        # A stage may have left a folder in which nothing can be deleted.
        with suppress(OSError):
            Path(folder).chmod(0o700)
    rmtree(place.folder, ignore_errors=True)


def _clear_up(common: Path) -> None:
    """Take away the work trees of runs that were killed before they could do so themselves."""
    listed = common / "worktrees"
    for entry in sorted(listed.iterdir()) if listed.is_dir() else ():
        try:
            root = Path(os.fsdecode((entry / "gitdir").read_bytes()).strip()).parent
        except OSError:
            continue
        folder = root.parent
        if folder.name.startswith(_PREFIX) and _is_orphan(folder):
            _remove(common, Place(folder, root, root))


def _is_orphan(folder: Path) -> bool:
    """Return whether the process that made a folder has ended; where nobody knows, it has not."""
    try:
        os.kill(int((folder / _OWNER).read_text(encoding="ascii")), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError):
        return not folder.exists()
    return False


def _names(pointer: Path, root: Path) -> bool:
    try:
        return Path(os.fsdecode(pointer.read_bytes()).strip()).parent == root
    except OSError:
        return False
