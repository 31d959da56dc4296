"""Reads the baseline's config from git, as much of it as this version understands."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping
from typing import Any, NamedTuple

from mlgate import documents
from mlgate.config import PYPROJECT, Config, Section
from mlgate.config_reading import CORE
from mlgate.documents import Document, DocumentError
from mlgate.git import Git
from mlgate.policy.seam import config_at
from mlgate.text import code
from mlgate.validation import Problem, convert, convert_struct, report_unknown

_MOST_LINKS = 5
_LONGEST_PATH = 1000


class Read(NamedTuple):
    """The baseline's config, in which file, the keys that cannot be understood, and what is wrong with them."""

    config: Config
    source: str | None
    unread: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()


def read_baseline(
    git: Git, commit: str, prefix: str, kinds: Mapping[str, type[Section]], explicit: str | None
) -> Read | None:
    """Return the config of the project at a commit, or None where it has none.

    `prefix` is the project folder with a closing `/`; `explicit` the file that the command line names.
    """
    found = config_at(git, commit, prefix, explicit)
    if found is None:
        return None
    name, data = found
    return _read(_followed(git, commit, name, data), name, kinds)


def _followed(git: Git, commit: str, name: str, data: bytes) -> bytes:
    """Return the bytes of a file at a commit; a link, whose bytes are a path, is followed a few steps."""
    for _ in range(_MOST_LINKS):
        if len(data) > _LONGEST_PATH or b"\n" in data:
            break
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), os.fsdecode(data)))
        found = None if target.startswith(("..", "/")) else git.blob(f"{commit}:{target}")
        if found is None:
            break
        name, data = target, found
    return data


def _read(data: bytes, name: str, kinds: Mapping[str, type[Section]]) -> Read:
    try:
        document = _document(data, name)
    except DocumentError as error:
        place = f"line {error.position.line}: " if error.position else ""
        return Read(Config(source=name), name, frozenset((*CORE, *kinds)), (place + error.message,))
    value = {} if document.value is None else document.value
    if not isinstance(value, dict):
        return Read(Config(source=name), name, frozenset((*CORE, *kinds)), ("the config must be keys and values",))
    return _converted(value, document, name, kinds)


def _document(data: bytes, name: str) -> Document:
    if name.endswith(PYPROJECT):
        from mlgate.pyproject import tool_table

        return tool_table(data, name)
    return documents.parse_yaml(documents.decode(data))


def _converted(value: dict[str, object], document: Document, name: str, kinds: Mapping[str, type[Section]]) -> Read:
    problems: list[Problem] = []
    report_unknown(value, (*CORE, *kinds), (), problems)
    core: dict[str, Any] = {}
    sections: dict[str, Section] = {}
    unread = set()
    for key, said in value.items():
        told: list[Problem] = []
        if key in CORE:
            core[key] = convert(said, CORE[key], (key,), told)
        elif key in kinds:
            sections[key] = convert_struct(said, kinds[key], (key,), told)
        if told:
            problems += told
            unread.add(key)
            core.pop(key, None)
            sections.pop(key, None)
    config = Config(**core, sections=sections, source=name, positions=document.positions)
    return Read(config, name, frozenset(unread), tuple(_line(problem, document) for problem in problems))


def _line(problem: Problem, document: Document) -> str:
    position = document.position(problem.path)
    where = f"line {position.line}: " if position else ""
    return (
        f"{where}{problem.message} (at {code('.'.join(map(str, problem.path)))})" if problem.path else problem.message
    )
