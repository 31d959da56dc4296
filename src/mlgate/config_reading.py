"""Reads the config into its records; every error at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta

from mlgate import documents
from mlgate.config import (
    PYPROJECT,
    BaselineConfig,
    Config,
    Dataset,
    DuckDBConfig,
    ProjectConfig,
    ReportConfig,
    Section,
    SparkConfig,
    Waiver,
    find_config,
    read_file,
    read_regular,
)
from mlgate.documents import Document, DocumentError, Position
from mlgate.errors import ExitCode, MlgateError
from mlgate.report import Enforcement
from mlgate.text import amount, code, printable
from mlgate.units import Duration
from mlgate.validation import Problem, convert, convert_struct, report_unknown

CORE: Mapping[str, Any] = {
    "version": Annotated[Literal[1], Meta(description="The version of this file's format.")],
    "project": Annotated[ProjectConfig, Meta(description="Where the project's own tools are.")],
    "baseline": Annotated[BaselineConfig, Meta(description="What to compare with.")],
    "enforce": Annotated[
        dict[str, Enforcement], Meta(description="What each check may do to a merge: `block` (default), `warn`, `off`.")
    ],
    "limits": Annotated[dict[str, Duration], Meta(description="The time limit of a check, such as `tests: 30m`.")],
    "datasets": Annotated[dict[str, Dataset], Meta(description="The datasets by name.")],
    "duckdb": Annotated[DuckDBConfig, Meta(description="How DuckDB runs, for datasets with `engine: duckdb`.")],
    "spark": Annotated[SparkConfig, Meta(description="How Spark runs, for datasets with `engine: spark`.")],
    "report": Annotated[ReportConfig, Meta(description="How the report reaches people.")],
    "waivers": Annotated[tuple[Waiver, ...], Meta(description="Findings that are accepted for a while, with reasons.")],
}


class ConfigError(MlgateError):
    """The config file is wrong; holds every problem, each with its place, its line and a hint."""

    exit_code = ExitCode.USAGE

    def __init__(self, file: str, problems: list[tuple[Position | None, str, str | None]], text: str) -> None:
        """Keep the problems in the order of their lines."""
        super().__init__(f"{code(file)} has {amount(len(problems), 'problem')}")
        self.file = file
        self.problems = sorted(problems, key=lambda problem: problem[0] or Position(0, 0))
        self._lines = text.split("\n")

    def __str__(self) -> str:
        """Return every problem as `file:line:column: what`, the offending line, and the hint, in inline form."""
        shown = []
        for position, message, hint in self.problems:
            file = printable(self.file)
            place = f"{file}:{position.line}:{position.column}" if position else file
            shown.append(f"{place}: {message}")
            if position and 0 < position.line <= len(self._lines) and self._lines[position.line - 1].strip():
                shown.append(f"  | {code(self._lines[position.line - 1].rstrip(), 160)}")
            if hint:
                shown.append(f"  hint: {hint}")
        return "\n".join(shown)


def load_config(project: Path, root: Path, kinds: Mapping[str, type[Section]], explicit: Path | None = None) -> Config:
    """Return the config of a project folder; `kinds` gives the record of each check's section.

    Raises `ConfigError` with every problem, or a plain `MlgateError` when the file cannot be read at all.
    """
    path = explicit or find_config(project)
    if path is None:
        return Config()
    name = _shown(path, root)
    data = read_regular(path, name) if explicit else read_file(path, root, name)
    if path.name == PYPROJECT:
        from mlgate.pyproject import tool_table

        document = tool_table(data, name)
    else:
        document = _yaml_document(data, name)
    return build_config(document, kinds, name, data)


def build_config(document: Document, kinds: Mapping[str, type[Section]], name: str, data: bytes) -> Config:
    """Return the config that a parsed document holds, or raise `ConfigError` with all that is wrong in it."""
    problems: list[Problem] = []
    value = {} if document.value is None else document.value
    if not isinstance(value, dict):
        problems.append(Problem((), "the config must be keys and values"))
        value = {}
    report_unknown(value, (*CORE, *kinds), (), problems)
    core = {key: convert(value[key], kind, (key,), problems) for key, kind in CORE.items() if key in value}
    sections = {key: convert_struct(value[key], kind, (key,), problems) for key, kind in kinds.items() if key in value}
    for key in ("enforce", "limits"):
        if isinstance(value.get(key), dict):
            report_unknown(value[key], tuple(kinds), (key,), problems)
    if problems:
        text = documents.decode(data)
        raise ConfigError(name, [(document.position(p.path), p.message, p.hint) for p in problems], text)
    return Config(**core, sections=sections, source=name, positions=document.positions, data=data)


def _yaml_document(data: bytes, name: str) -> Document:
    try:
        return documents.parse_yaml(documents.decode(data))
    except DocumentError as error:
        text = data.decode("utf-8", "replace")
        raise ConfigError(name, [(error.position, error.message, error.hint)], text) from None


def _shown(path: Path, root: Path) -> str:
    try:
        return Path(os.path.normpath(path.absolute())).relative_to(root).as_posix()
    except ValueError:
        return str(path)
