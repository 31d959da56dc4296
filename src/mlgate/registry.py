"""All checks that a run may use, built in and from plugins, with the project and the config that they are for."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mlgate.check import Check
from mlgate.checks import BUILTIN
from mlgate.config import Section, find_config
from mlgate.documents import MAX_BYTES
from mlgate.errors import UsageError
from mlgate.text import code, nearest


class Registry(Mapping[str, Check]):
    """The checks by id; a built-in one is imported only when it is looked at."""

    def __init__(self, plugins: Mapping[str, Check]) -> None:
        """Add the checks of plugins to the built-in ones."""
        self._plugins = plugins

    def __getitem__(self, name: str) -> Check:
        """Return a check by its id."""
        return self._plugins[name] if name in self._plugins else BUILTIN[name]

    def __iter__(self) -> Iterator[str]:
        """Return the ids, the built-in ones first."""
        return iter((*BUILTIN, *self._plugins))

    def __len__(self) -> int:
        """Return how many checks there are."""
        return len(BUILTIN) + len(self._plugins)

    @property
    def kinds(self) -> Mapping[str, type[Section]]:
        """Return the record of each check's section of the config."""
        return Kinds(self)

    def wanted(self, asked: Sequence[str]) -> list[Check]:
        """Return the checks that are asked for, or all, in order; raises `UsageError` for one that there is not."""
        for name in asked:
            if name not in self:
                close = nearest(name, tuple(self))
                hint = f"did you mean {code(close)}?" if close else f"known: {', '.join(self)}"
                raise UsageError(f"there is no check {code(name)}", hint=hint)
        return [self[name] for name in self if not asked or name in asked]


class Kinds(Mapping[str, type[Section]]):
    """The records of the sections, by check; each is imported only when it is looked at."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        """Keep the checks."""
        self._checks = checks

    def __getitem__(self, name: str) -> type[Section]:
        """Return the record of a check's section."""
        return self._checks[name].config

    def __iter__(self) -> Iterator[str]:
        """Return the ids of the checks."""
        return iter(self._checks)

    def __len__(self) -> int:
        """Return how many checks there are."""
        return len(self._checks)


def find_checks(asked: Sequence[str], config: Path | None) -> Registry:
    """Return the checks; plugins are looked for unless only built-in ones are asked for and configured."""
    if asked and all(name in BUILTIN for name in asked) and not _mentions_others(config):
        return Registry({})
    from mlgate.plugins import load_plugins

    return Registry(load_plugins(BUILTIN))


def nearest_project(root: Path, start: Path) -> Path:
    """Return the nearest folder from `start` up to the root that has a config, or the root."""
    here = start.resolve()
    top = root.resolve()
    for folder in (here, *here.parents):
        if folder == top or not folder.is_relative_to(top):
            break
        if find_config(folder) is not None:
            return folder
    return top


def _mentions_others(config: Path | None) -> bool:
    """Return whether the config may hold the section of a plugin, judged cheaply by how its lines begin."""
    if config is None:
        return False
    if config.suffix == ".toml":
        return True
    try:
        data = config.read_bytes() if config.is_file() and config.stat().st_size <= MAX_BYTES else b""
    except OSError:
        # Whoever reads it says what is wrong with it.
        return False
    lines = data.removeprefix(codecs.BOM_UTF8).splitlines()
    from mlgate.config_reading import CORE

    words = {line.partition(b":")[0].strip() for line in lines if line[:1] not in (b"", b" ", b"#")}
    return not words <= {name.encode() for name in (*CORE, *BUILTIN)}
