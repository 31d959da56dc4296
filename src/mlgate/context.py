"""What a check may know: the repository, the baseline, the config and the environment, each read at most once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mlgate import documents
from mlgate.config import Config, S, read_file
from mlgate.errors import MlgateError
from mlgate.files import BaselineFiles, HeadFiles
from mlgate.git import Git, files_question, relative_paths, tree_question
from mlgate.git_records import Change
from mlgate.proc import Children
from mlgate.report import Baseline, Location, Revision

if TYPE_CHECKING:
    from mlgate.policy.ledger import Ledger
    from mlgate.policy.ruling import Ruling


class Context:
    """One run's view of a project. Paths that checks see and give are relative to the project folder, with `/`."""

    def __init__(
        self,
        *,
        project: Path,
        git: Git,
        head: Revision | None,
        baseline: Baseline | None,
        config: Config,
        env: Mapping[str, str],
        children: Children,
        python: str | None = None,
        progress: Callable[[str], None] | None = None,
        scheduled: bool = False,
        current: str | None = None,
        ruling: Ruling | None = None,
        waivers: Ledger | None = None,
    ) -> None:
        """Keep the parts; `progress` is told in a few words what is going on.

        `scheduled` says that rules about time are asked for too, which are no business of a pull request. `current` is
        data that drift shall compare instead of what its config names.
        `ruling` tells how `config` came about where the baseline's differs, and `waivers` which findings are accepted.
        """
        self.project = project
        self.git = git
        self.head = head
        self.baseline = baseline
        self.config = config
        self.env = env
        self.children = children
        self.scheduled = scheduled
        self.current = current
        self.ruling = ruling
        self.waivers = waivers
        self.progress = progress or (lambda _: None)
        self._python = python

    @property
    def root(self) -> Path:
        """Return the top folder of the repository."""
        return self.git.root

    def section_before(self, check: str, kind: type[S]) -> S | None:
        """Return the baseline's section of a check, where that differs and counts beside the head's."""
        if self.ruling is None or self.ruling.is_own or self.ruling.is_first:
            return None
        return self.ruling.before.section(check, kind)

    @property
    def waiver_keys(self) -> tuple[str, ...]:
        """Return the keys of the waivers that the head's config has, in its order."""
        if self.ruling is not None:
            return self.ruling.waiver_keys
        return tuple(waiver.key for waiver in self.config.waivers)

    @cached_property
    def prefix(self) -> str:
        """Return the project folder from the repository's root with a closing `/`, or nothing at the root itself."""
        relative = self.project.resolve().relative_to(self.root.resolve()).as_posix()
        return "" if relative == "." else f"{relative}/"

    @cached_property
    def python(self) -> Path:
        """Return the interpreter that runs the project's own tests and stages."""
        from mlgate.interpreter import find_interpreter

        return find_interpreter(self.project, self._python or self.config.project.python, self.env)

    def look_ahead(self) -> None:
        """Let git list the files of both sides, which are wanted soon, while the caller gets ready."""
        self.git.begin(files_question(self.prefix or "."))
        if self.baseline is not None:
            self.git.begin(tree_question(self.baseline.revision.commit, *self._below))

    @property
    def _below(self) -> list[str]:
        return [self.prefix] if self.prefix else []

    @cached_property
    def files(self) -> frozenset[str]:
        """Return the project's files that git tracks or would track."""
        return self.head_files.listed

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Return what differs from the baseline below the project folder; nothing where there is no baseline."""
        if self.baseline is None:
            return ()
        cut = len(self.prefix)
        found = self.git.changes(self.baseline.revision.commit, [self.prefix or "."])
        return tuple(Change(c.letter, c.path[cut:], c.old[cut:] if c.old else None) for c in found)

    @cached_property
    def baseline_tree(self) -> Mapping[str, str]:
        """Return the blobs of the baseline below the project folder: hash by path."""
        if self.baseline is None:
            return {}
        blobs = self.git.tree(self.baseline.revision.commit, *self._below)
        return {path: blobs[full] for path, full in relative_paths(blobs, self.prefix).items()}

    @cached_property
    def head_files(self) -> HeadFiles:
        """Return the project's files as they are now."""
        return HeadFiles(self.project, self.git, self.prefix)

    @cached_property
    def baseline_files(self) -> BaselineFiles | None:
        """Return the project's files at the baseline, or None where there is no baseline."""
        return None if self.baseline is None else BaselineFiles(self.git, self.baseline_tree)

    def exists(self, path: str) -> bool:
        """Return whether the project has a file or folder of this name now."""
        return os.path.lexists(self.project / path)

    def read(self, path: str) -> bytes:
        """Return a file's bytes now: a regular file inside the repository of at most the size of a document."""
        return read_file(self.project / path, self.root, self.shown(path))

    def shown(self, path: str) -> str:
        """Return a path as people and annotations name it: from the repository's root."""
        joined = PurePosixPath(os.path.normpath(self.prefix + path)).as_posix()
        return joined if not joined.startswith("..") else path

    def location(self, path: str, line: int | None = None, column: int | None = None) -> Location:
        """Return a location in a file of the project."""
        return Location(path=self.shown(path), line=line, column=column)

    def config_location(self, *keys: str | int) -> Location | None:
        """Return where a key of the config stands, or None where there is no config file."""
        if self.config.source is None:
            return None
        return Location(path=self.config.source, line=self.config.line(*keys))

    def document(self, path: str) -> object:
        """Return the value of a YAML, JSON or TOML file now; raises `MlgateError` with its place."""
        return _parsed(self.read(path), path, self.shown(path))


def _parsed(data: bytes, path: str, shown: str) -> object:
    try:
        return documents.parse(data, path)
    except documents.DocumentError as error:
        raise error.at(shown) from None


def project_folder(root: Path, start: Path, wanted: str | None) -> Path:
    """Return the project folder: the one asked for, else where the command stands; raises when it is outside."""
    folder = (start / wanted).resolve() if wanted else start.resolve()
    if not folder.is_dir():
        raise MlgateError(f"the project folder {wanted} does not exist")
    if not folder.is_relative_to(root.resolve()):
        raise MlgateError(f"the project folder {wanted} is not inside this repository")
    if wanted and _is_through_link(Path(os.path.abspath(start / wanted)), root):  # noqa: PTH100 - follows no link
        # A pull request could put a link in its place, and so have another folder judged.
        raise MlgateError(f"the project folder {wanted} is a link, or in one", hint="name the folder that it leads to")
    return folder


def _is_through_link(folder: Path, root: Path) -> bool:
    """Return whether the name of a folder goes through a link that lies in the repository."""
    top = root.resolve()
    return any(place.is_symlink() and place.parent.resolve().is_relative_to(top) for place in (folder, *folder.parents))
