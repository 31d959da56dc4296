"""A repository at one side of the comparison, as far as READMEs care: which names exist, and what files say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from mlgate import documents
from mlgate.context import Context
from mlgate.errors import MlgateError
from mlgate.git import relative_paths
from mlgate.readme.sources import Read, Sources, reader

_MARKDOWN = (".md", ".markdown")


class Side:
    """One side. All paths are from the repository's root, with `/`."""

    def __init__(self, names: Callable[[], Iterable[str]], read: Read, prefix: str) -> None:
        """Keep how names and files are found; both are asked for only when a README needs them."""
        self._names = names
        self.read = read
        self.prefix = prefix
        self.sources = Sources(read, prefix)
        self._anchors: dict[str, frozenset[str] | None] = {}

    @cached_property
    def files(self) -> frozenset[str]:
        """Return the names of all files, links and submodules."""
        return frozenset(self._names())

    @cached_property
    def project_files(self) -> Mapping[str, str]:
        """Return the files of the project by their path from its folder."""
        return relative_paths(sorted(self.files), self.prefix)

    @cached_property
    def folders(self) -> frozenset[str]:
        """Return the names of all folders that hold a file."""
        found = {"."}
        for path in self.files:
            folder = path.rpartition("/")[0]
            while folder and folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    def has(self, path: str) -> bool:
        """Return whether a path exists; what lies behind a link or in a submodule cannot be seen, and counts."""
        return path in self.files or path in self.folders or any(above in self.files for above in _above(path))

    def is_dvc_output(self, path: str) -> bool:
        """Return whether DVC keeps this path, or a folder above it, by a `.dvc` file."""
        return any(f"{place}.dvc" in self.files for place in (path, *_above(path)))

    def anchors(self, path: str) -> frozenset[str] | None:
        """Return the anchors of a Markdown file, or None where they cannot be known."""
        if path not in self._anchors:
            self._anchors[path] = self._read_anchors(path)
        return self._anchors[path]

    def _read_anchors(self, path: str) -> frozenset[str] | None:
        from mlgate.readme.parse import parse

        if not path.lower().endswith(_MARKDOWN):
            return None
        try:
            data = self.read(path)
            return None if data is None else parse(documents.decode(data)).anchors
        except MlgateError:
            return None


def head_side(context: Context) -> Side:
    """Return the repository as it is now."""
    git = context.git
    return Side(lambda: _files_now(context) - set(git.missing()), reader(context.root), context.prefix)


def baseline_side(context: Context, commit: str) -> Side:
    """Return the repository at the baseline's commit."""
    git = context.git
    return Side(lambda: git.names(commit), lambda path: git.blob(f"{commit}:{path}"), context.prefix)


def _files_now(context: Context) -> frozenset[str]:
    """Return the files of the repository; where the project is the whole of it, they are known already."""
    return frozenset(context.git.files()) if context.prefix else context.files


def _above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts))]
