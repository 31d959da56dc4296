"""Compares recorded content with what is known of it: the chain inside the lock, git's files, the work tree."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from mlgate.dvc.chain import Chain, Made, differ
from mlgate.dvc.hashes import hash_listing
from mlgate.dvc.paths import is_foreign, is_url
from mlgate.dvc.records import Hash, Item, Output
from mlgate.dvc.work_tree import WorkTree


class Content(Enum):
    """How recorded content compares."""

    SAME = "the same"
    DIFFERENT = "different"
    BROKEN = "not what its maker left"
    ABSENT = "nowhere"
    UNKNOWN = "not here"
    OUTSIDE = "outside the repository"


class Judged(NamedTuple):
    """An answer, with the output that the chain breaks at.

    Of a directory that differs, `files` are those that do, where the old listing is known; `counts` is how many files
    it had when it was recorded, and has now. `line_ends` says that a file differs by its line ends alone.
    """

    content: Content
    made: Made | None = None
    files: tuple[str, ...] = ()
    counts: tuple[int | None, int] | None = None
    line_ends: bool = False


class Comparer:
    """Answers for one project; it reads no file larger than is cheap unless git tracks it."""

    def __init__(self, tree: WorkTree, chain: Chain) -> None:
        """Keep what is known."""
        self._tree = tree
        self._chain = chain
        self._lost: dict[str, bool] = {}

    def dependency(self, path: str, item: Item) -> Judged:
        """Return how a stage's dependency compares with what the lock records of it."""
        if item.hash is None or is_url(path):
            return Judged(Content.OUTSIDE)
        made = self._chain.at(path) or self._chain.around(path)
        if made is not None:
            return self._by_chain(made, path, item)
        if self._tree.is_folder(path) or self._chain.inside(path):
            return self._folder(path, item)
        if not self._tree.is_file(path):
            if self._tree.is_left_out(path):
                return Judged(Content.UNKNOWN)
            return Judged(Content.OUTSIDE if is_foreign(path) else Content.ABSENT)
        return self._here(path, item)

    def output(self, output: Output, item: Item) -> Judged:
        """Return how an output in the work tree compares with what the lock records of it."""
        path = output.path
        if is_foreign(path):
            return Judged(Content.OUTSIDE)
        if item.hash is None:
            return Judged(Content.UNKNOWN)
        if not self._tree.is_here(path):
            is_kept = output.cache or self._tree.is_left_out(path)
            return Judged(Content.UNKNOWN if is_kept else Content.ABSENT)
        return self._here(path, item)

    def is_deleted(self, output: Output) -> bool:
        """Return whether an output that DVC keeps is gone from the work tree, and its cache here still has it."""
        made = self._chain.at(output.path)
        return made is not None and made.cache and self._is_lost(made)

    def lost_inputs(self, path: str) -> list[Made]:
        """Return the outputs that a dependency is, lies in or holds, and that are gone from the work tree."""
        return [made for made in self._chain.near(path) if self._is_lost(made)]

    def is_bare(self) -> bool:
        """Return whether the work tree lacks more of what DVC keeps, and has in its cache, than it has."""
        kept = [made for made in self._chain if made.cache]
        return sum(map(self._is_lost, kept)) > sum(self._tree.is_here(made.path) for made in kept)

    def _is_lost(self, made: Made) -> bool:
        """Return whether an output is gone that was here, as far as it can be told from one that was not pulled."""
        if made.path not in self._lost:
            self._lost[made.path] = self._look_for(made)
        return self._lost[made.path]

    def _look_for(self, made: Made) -> bool:
        item = made.item
        if item is None or item.hash is None or is_foreign(made.path) or item.nfiles == 0:
            return False
        if self._tree.is_here(made.path):
            return False
        return self._chain.is_cached(item) if made.cache else not self._tree.is_left_out(made.path)

    def is_listed_file(self, path: str) -> bool:
        """Return whether a path is a file that git tracks or would track."""
        return self._tree.is_file(path) and self._tree.is_listed(path)

    def _by_chain(self, made: Made, path: str, item: Item) -> Judged:
        if item.hash is None:
            return Judged(Content.UNKNOWN)
        known = self._chain.recorded(made, path)
        if differ(known, item.hash):
            return Judged(Content.BROKEN, made, self._differing(item, made.item if path == made.path else None))
        here = self._here(path, item)
        if here.content is Content.UNKNOWN and known == item.hash:
            return Judged(Content.SAME)
        return here

    def _here(self, path: str, item: Item) -> Judged:
        """Compare with the work tree, where that is cheap or git vouches for the content."""
        tree = self._tree
        if tree.is_folder(path):
            return self._folder(path, item)
        if item.hash is None or not tree.is_file(path) or not (tree.is_listed(path) or tree.is_cheap(path)):
            return Judged(Content.UNKNOWN)
        found = tree.hash(path, dos2unix=item.hash.dos2unix)
        if found is None:
            return Judged(Content.UNKNOWN)
        if found == item.hash:
            return Judged(Content.SAME)
        return Judged(Content.DIFFERENT, line_ends=tree.differs_by_line_ends(path, item.hash))

    def _folder(self, path: str, item: Item) -> Judged:
        """Compare a directory: by git's files and the outputs in it, then by all that lies there now.

        What lies there may prove that it is the same, but not that it differs while outputs in it are not pulled. A
        directory that holds nothing is not in git.
        """
        if item.hash is None:
            return Judged(Content.UNKNOWN)
        dos2unix = item.hash.dos2unix
        recorded = self._recorded(path, dos2unix=dos2unix)
        lying = self._lying(path, dos2unix=dos2unix)
        if item.hash in [hash_listing(found, dos2unix=dos2unix) for found in (recorded, lying) if found]:
            return Judged(Content.SAME)
        here = all(
            self._tree.is_file(made.path) or self._tree.is_folder(made.path) for made in self._chain.inside(path)
        )
        best = recorded or (lying if here else None)
        if not best:
            return Judged(Content.ABSENT if lying == {} and here else Content.UNKNOWN)
        files = _differences(self._chain.contents(item), best)
        return Judged(Content.DIFFERENT, files=files, counts=(item.nfiles, len(best)))

    def _recorded(self, path: str, *, dos2unix: bool) -> Mapping[str, Hash] | None:
        """Return the listing of a directory from git's files and the recorded outputs in it, without their data."""
        names = self._tree.tracked(path)
        inside = self._chain.inside(path)
        if not names and not inside:
            return None
        hashes = self._tree.hashes(path, names, dos2unix=dos2unix)
        if hashes is None:
            return None
        found = dict(hashes)
        for made in inside:
            name = made.path[len(path) + 1 :] if path else made.path
            if made.item is None or made.item.hash is None or made.item.hash.dos2unix != dos2unix:
                return None
            if not made.item.hash.is_folder:
                found[name] = made.item.hash
                continue
            listing = self._chain.listing(made)
            if listing is None:
                return None
            found |= {f"{name}/{inner}": digest for inner, digest in listing.items()}
        return found

    def _lying(self, path: str, *, dos2unix: bool) -> Mapping[str, Hash] | None:
        if not self._tree.is_folder(path) or not self._tree.is_cheap(path):
            return None
        return self._tree.hashes(path, self._tree.walk(path), dos2unix=dos2unix)

    def _differing(self, item: Item, other: Item | None) -> tuple[str, ...]:
        known = self._chain.contents(other) if other else None
        return _differences(self._chain.contents(item), known) if known else ()


def _differences(one: Mapping[str, Hash] | None, other: Mapping[str, Hash]) -> tuple[str, ...]:
    """Return the paths that differ between two listings, or nothing where the first is not known."""
    if one is None:
        return ()
    return tuple(sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path)))
