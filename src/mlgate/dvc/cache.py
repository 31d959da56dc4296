"""Finds DVC's cache on this machine and reads small objects from it, checked against their hash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from mlgate.dvc.config import FOLDER, NAMES, parse_config
from mlgate.dvc.paths import stays_inside
from mlgate.dvc.records import Hash, Item

LIMIT_BYTES = 10_000_000


class Cache:
    """The cache of one DVC repository, in the layout of DVC 3 and, beside it, that of DVC 2."""

    def __init__(self, folder: Path | None) -> None:
        """Keep the folder, or None where there is no cache."""
        self.folder = folder

    def read(self, wanted: Hash, limit: int = LIMIT_BYTES) -> bytes | None:
        """Return the content of a hash, or None where it is absent, larger than `limit` bytes, or damaged."""
        from mlgate.dvc.hashes import hash_bytes

        for place in self._places(wanted):
            if place.is_file() and place.stat().st_size <= limit:
                data = place.read_bytes()
                if hash_bytes(data, dos2unix=wanted.dos2unix and not wanted.is_folder) == wanted.md5.removesuffix(
                    ".dir"
                ):
                    return data
        return None

    def find(self, wanted: Hash) -> Path | None:
        """Return the file of a hash, of any size, or None where it is absent or damaged."""
        from mlgate.dvc.hashes import hash_file

        for place in self._places(wanted):
            if place.is_file() and hash_file(place, dos2unix=wanted.dos2unix) == wanted.md5:
                return place
        return None

    def place(self, wanted: Hash) -> Path | None:
        """Return the file that goes by the name of a hash, or None where there is none; its content is not read."""
        return next((place for place in self._places(wanted) if place.is_file()), None)

    def holds(self, item: Item) -> bool:
        """Return whether all content of an entry is here, by name; what lies under the names is not read."""
        if item.hash is None or not any(place.is_file() for place in self._places(item.hash)):
            return False
        inside = self.listing(item.hash) if item.hash.is_folder else {}
        return inside is not None and all(any(p.is_file() for p in self._places(one)) for one in inside.values())

    def listing(self, wanted: Hash) -> Mapping[str, Hash] | None:
        """Return the files of a directory by their path in it, or None where the cache does not hold the listing."""
        data = self.read(wanted)
        if data is None:
            return None
        import json

        try:
            found = {str(entry["relpath"]): Hash(str(entry["md5"]), wanted.dos2unix) for entry in json.loads(data)}
        except (ValueError, KeyError, TypeError):
            return None
        return found if all(map(stays_inside, found)) else None

    def _places(self, wanted: Hash) -> Iterator[Path]:
        if self.folder is None:
            return
        head, tail = wanted.md5[:2], wanted.md5[2:]
        if not wanted.dos2unix:
            yield self.folder / "files" / "md5" / head / tail
        yield self.folder / head / tail


def find_cache(project: Path, root: Path) -> Cache:
    """Return the cache of the DVC repository that a project folder belongs to; `root` is the top of git's."""
    folder = find_dvc(project, root)
    return Cache(_cache_folder(folder) if folder else None)


def find_dvc(project: Path, root: Path) -> Path | None:
    """Return DVC's own folder of the repository that a project folder belongs to; `root` is the top of git's."""
    here = project.resolve()
    for folder in (here, *here.parents):
        if (folder / FOLDER).is_dir():
            return folder / FOLDER
        if folder == root.resolve():
            break
    return None


def _cache_folder(dvc: Path) -> Path:
    found = "cache"
    for name in NAMES:
        path = dvc / name
        if path.is_file():
            options = parse_config(path.read_text(encoding="utf-8", errors="replace"))
            found = options.get("cache", {}).get("dir", found)
    return dvc / Path(found).expanduser()
