"""The chain inside the lock: which stage or `.dvc` file makes a path, and with what hash it is recorded."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile

from msgspec import Struct

from mlgate.dvc.cache import Cache
from mlgate.dvc.hashes import hash_listing
from mlgate.dvc.paths import above, is_inside, join
from mlgate.dvc.records import Hash, Item, LockedStage, Pipelines, Stage
from mlgate.text import code

Locked = Mapping[tuple[str, str], LockedStage]


class Made(Struct, frozen=True, kw_only=True):
    """An output: who makes it (in words), the file and line that say so, and what is recorded of its content.

    `cache` says whether DVC keeps it.
    """

    path: str
    by: str
    file: str
    line: int | None
    item: Item | None
    cache: bool = True


class Chain:
    """All outputs of a project by their path."""

    def __init__(self, made: Iterable[Made], cache: Cache) -> None:
        """Keep the outputs; of two with one path the first counts."""
        self._made: dict[str, Made] = {}
        self._cache = cache
        for output in made:
            self._made.setdefault(output.path, output)
        self._paths = sorted(self._made)

    def __iter__(self) -> Iterator[Made]:
        """Yield all outputs."""
        return iter(self._made.values())

    def at(self, path: str) -> Made | None:
        """Return what makes exactly this path."""
        return self._made.get(path)

    def around(self, path: str) -> Made | None:
        """Return what makes a directory that this path lies in."""
        return next((made for folder in above(path) if (made := self._made.get(folder))), None)

    def inside(self, folder: str) -> list[Made]:
        """Return all that is made inside a directory."""
        start = bisect_left(self._paths, f"{folder}/" if folder else "")
        return [self._made[path] for path in takewhile(lambda path: is_inside(path, folder), self._paths[start:])]

    def near(self, path: str) -> Iterator[Made]:
        """Yield all that is made of a path: itself, a directory that it lies in, and what lies in it."""
        yield from (made for made in (self.at(path), self.around(path)) if made is not None)
        yield from self.inside(path)

    def listing(self, made: Made) -> Mapping[str, Hash] | None:
        """Return the files of a directory that is made, or None where the listing is not here."""
        if made.item is None:
            return None
        return self.contents(made.item)

    def contents(self, item: Item) -> Mapping[str, Hash] | None:
        """Return the files of a recorded directory, or None where the listing is not here."""
        if item.files is not None:
            return item.files
        return self._cache.listing(item.hash) if item.hash and item.hash.is_folder else None

    def is_cached(self, item: Item) -> bool:
        """Return whether DVC's cache here has all content of an entry, by its names."""
        return self._cache.holds(item)

    def recorded(self, made: Made, path: str) -> Hash | None:
        """Return the hash that a maker's entry has of its output, or of what lies in it; None where it is not known."""
        if path == made.path:
            return made.item.hash if made.item else None
        return self.hash_within(made, path)

    def breaks(self, made: Made, path: str, item: Item) -> bool:
        """Return whether what a stage read of a path is another content than the maker's entry records.

        The output is the path itself, holds it or lies in it; what is not known breaks nothing.
        """
        if is_inside(made.path, path):
            return self._breaks_inside(made, path, item)
        return differ(self.recorded(made, path), item.hash)

    def _breaks_inside(self, made: Made, folder: str, item: Item) -> bool:
        contents = self.contents(item)
        wanted = made.item.hash if made.item else None
        if contents is None or wanted is None:
            return False
        name = made.path[len(folder) + 1 :] if folder else made.path
        return differ(contents.get(name) or _listed_below(contents, name), wanted)

    def hash_within(self, made: Made, path: str) -> Hash | None:
        """Return the hash of a file or directory inside a directory that is made; None where that is not known."""
        listing = self.listing(made)
        if listing is None or made.item is None:
            return None
        inner = path[len(made.path) + 1 :]
        if inner in listing:
            return listing[inner]
        return _listed_below(listing, inner)


def differ(one: Hash | None, other: Hash | None) -> bool:
    """Return whether two hashes are of different contents; none is known to differ from one of another kind."""
    return one is not None and other is not None and one.dos2unix == other.dos2unix and one != other


def _listed_below(listing: Mapping[str, Hash], folder: str) -> Hash | None:
    """Return the hash of a directory in a listing, or None where nothing lies in it."""
    below = {name[len(folder) + 1 :]: digest for name, digest in listing.items() if is_inside(name, folder)}
    dos2unix = next(iter(below.values())).dos2unix if below else False
    return hash_listing(below, dos2unix=dos2unix) if below else None


def find_made(pipelines: Pipelines, locked: Locked) -> Iterator[Made]:
    """Return every output of a project's stages and `.dvc` files."""
    for stage in pipelines.stages:
        recorded = recorded_outs(stage, locked.get((stage.file, stage.name)))
        for out in stage.outs:
            yield Made(
                path=out.path,
                by=f"stage {code(stage.address)}",
                file=stage.file,
                line=out.line,
                item=recorded.get(out.path),
                cache=out.cache,
            )
    for data in pipelines.data:
        for out, item in data.outs:
            yield Made(
                path=out.path, by=code(data.file), file=data.file, line=out.line, item=_hashed(item), cache=out.cache
            )


def recorded_outs(stage: Stage, locked: LockedStage | None) -> Mapping[str, Item]:
    """Return what the lock records of a stage's outputs, by their path from the project folder."""
    return {join(stage.wdir, path): _hashed(item) for path, item in locked.outs.items()} if locked else {}


def recorded_deps(stage: Stage, locked: LockedStage) -> Mapping[str, Item]:
    """Return what the lock records of a stage's dependencies, by their path from the project folder."""
    return {join(stage.wdir, path): _hashed(item) for path, item in locked.deps.items()}


def _hashed(item: Item) -> Item:
    """Return an entry with the hash of its listing, where it holds a listing instead of a hash."""
    if item.hash is not None or item.files is None:
        return item
    dos2unix = any(digest.dos2unix for digest in item.files.values())
    return Item(
        path=item.path,
        hash=hash_listing(item.files, dos2unix=dos2unix),
        size=item.size,
        nfiles=item.nfiles,
        files=item.files,
        line=item.line,
    )
