"""What DVC keeps of a project at one side: the files behind its outputs and `.dvc` files, with their hashes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mlgate.dvc.cache import Cache
from mlgate.dvc.chain import Chain, Made, find_made
from mlgate.dvc.lock import lock_path, read_lock
from mlgate.dvc.paths import is_foreign, is_inside
from mlgate.dvc.pipeline import read_pipelines
from mlgate.dvc.reading import placed
from mlgate.dvc.records import Hash, LockedStage
from mlgate.errors import MlgateError
from mlgate.files import Files

_PARTS = re.compile(r"(\*\*/|\*\*|\*|\?|\[[^\]]*\])")
_SIGNS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


class Holdings:
    """The data of one side; `problems` are the files of DVC's that cannot be read, whose data is then not known."""

    def __init__(self, files: Files, prefix: str, cache: Cache) -> None:
        """Read what DVC's files say; `prefix` is the project folder, for the places in problems."""
        reading = read_pipelines(files, prefix, cache)
        pipelines = reading.pipelines
        self.problems: list[MlgateError] = list(reading.problems)
        locked: dict[tuple[str, str], LockedStage] = {}
        for file in pipelines.files:
            name = lock_path(file)
            try:
                lock = read_lock(files, name)
            except MlgateError as error:
                self.problems.append(placed(error, prefix + name))
                continue
            if lock is not None:
                locked |= {(file, stage): held for stage, held in lock.stages.items()}
        cached = {out.path for stage in pipelines.stages for out in stage.outs if out.cache}
        cached |= {out.path for data in pipelines.data for out, _ in data.outs if out.cache}
        found = find_made(pipelines, locked)
        self._made = [made for made in found if made.path in cached and not is_foreign(made.path)]
        self._chain = Chain(self._made, cache)

    def keeps(self, path: str) -> bool:
        """Return whether DVC keeps a file, as far as the listings of directories are here."""
        if self._chain.at(path) is not None:
            return True
        around = self._chain.around(path)
        if around is None:
            return False
        listing = self._chain.listing(around)
        return listing is None or path[len(around.path) + 1 :] in listing

    def lacks_listing(self, path: str) -> bool:
        """Return whether a path is, or lies in, a directory whose listing the cache does not hold."""
        made = self._chain.at(path) or self._chain.around(path)
        return made is not None and _is_folder(made) and self._chain.listing(made) is None

    def hash(self, path: str) -> Hash | None:
        """Return the hash of a file, or None where it is not recorded or its directory's listing is not here."""
        made = self._chain.at(path)
        if made is not None:
            return made.item.hash if made.item else None
        around = self._chain.around(path)
        return self._chain.hash_within(around, path) if around else None

    def whole_hash(self, path: str) -> Hash | None:
        """Return the hash of what DVC keeps as one: the file itself, or the directory that it lies in."""
        made = self._chain.at(path) or self._chain.around(path)
        return made.item.hash if made and made.item else None

    def size(self, path: str) -> int | None:
        """Return the recorded size of a file in bytes, where it is known."""
        made = self._chain.at(path)
        return made.item.size if made and made.item else None

    def names(self, path: str) -> list[str]:
        """Return the kept files that a path stands for: itself, what lies below it, or what a glob matches.

        A directory whose listing is not here stands for its files where some of them might be meant.
        """
        return sorted({name for made in self._made for name in self._within(made, path)})

    def _within(self, made: Made, path: str) -> Iterator[str]:
        is_folder = _is_folder(made)
        listing = self._chain.listing(made) if is_folder else None
        if listing is not None:
            yield from matching(path, (f"{made.path}/{name}" for name in listing))
        elif not is_folder:
            yield from matching(path, [made.path])
        elif _may_meet(path, made.path):
            yield made.path


def _is_folder(made: Made) -> bool:
    return made.item is not None and made.item.hash is not None and made.item.hash.is_folder


def matching(path: str, names: Iterable[str]) -> Iterator[str]:
    """Return the names that a path stands for; in a glob `*` stays inside a folder, and `**` goes through folders."""
    glob = is_glob(path)
    matches = re.compile("".join(_SIGNS.get(part) or _own(part) for part in _PARTS.split(path))).fullmatch
    for name in names:
        if (matches(name) if glob else name == path or is_inside(name, path)) or (path == "."):
            yield name


def is_glob(path: str) -> bool:
    """Return whether a path holds signs of a glob."""
    return any(sign in path for sign in "*?[")


def _own(part: str) -> str:
    if part[:1] != "[" or part[-1:] != "]":
        return re.escape(part)
    inner = part[1:-1].replace("\\", r"\\").replace("[", r"\[")
    return f"[^{inner[1:]}]" if inner.startswith("!") else f"[{inner}]"


def _may_meet(path: str, folder: str) -> bool:
    """Return whether files of a folder may be among those that a path stands for."""
    fixed = path[: min((path.find(sign) for sign in "*?[" if sign in path), default=len(path))]
    top = fixed.rpartition("/")[0] if is_glob(path) else fixed
    return top == folder or is_inside(top, folder) or is_inside(folder, top)
