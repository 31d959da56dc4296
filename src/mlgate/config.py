"""The config, `mlgate.yaml` or `[tool.mlgate]` in pyproject.toml, as frozen records, and where its file is."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from msgspec import Meta, Struct

from mlgate import documents
from mlgate.documents import Document, Position
from mlgate.errors import MlgateError
from mlgate.report import Enforcement
from mlgate.text import code
from mlgate.units import Day, Duration, Size, Tolerance

FILE = "mlgate.yaml"
FILES = (FILE, "mlgate.yml", ".mlgate.yaml")
PYPROJECT = "pyproject.toml"


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of every section of the config; each field carries its description for the schema and the docs."""


S = TypeVar("S", bound=Section)


class ProjectConfig(Section, frozen=True):
    """Where the project's own tools are."""

    python: Annotated[
        str | None,
        Meta(description="The interpreter that runs the project's tests and stages; a path from the project folder."),
    ] = None


class BaselineConfig(Section, frozen=True):
    """What the head is compared with, where the event does not say."""

    branch: Annotated[
        str | None,
        Meta(description="The branch to compare with; default: the event's base, else the remote's default."),
    ] = None
    reference: Annotated[
        str | None,
        Meta(
            description="A second baseline, against many small losses: `latest-tag`, the last release, or a revision."
        ),
    ] = None


class Dataset(Section, frozen=True):
    """One dataset: where it lies, and what it must satisfy."""

    path: Annotated[str, Meta(description="A file or a glob, from the project folder.", min_length=1)]
    contract: Annotated[
        str | None,
        Meta(
            description="The pandera contract: `file.py`, `file.py:Name` or `file.yaml`, from the project folder; "
            "default: `contracts/NAME.py`, `.yaml` or `.yml` where there is one; `none` asks for none."
        ),
    ] = None
    separator: Annotated[
        str,
        Meta(description="What separates fields, such as `;`; default: by the ending of the file.", max_length=1),
    ] = ""
    key: Annotated[
        str | tuple[str, ...] | None,
        Meta(description="The column, or the list of columns, whose values name a row."),
    ] = None
    time: Annotated[str | None, Meta(description="The column that says when a row happened.")] = None
    split: Annotated[
        str | None,
        Meta(description="What the rows are for, such as `train` or `test`; default: by the dataset's name."),
    ] = None
    target: Annotated[str | None, Meta(description="The column that a model is to predict.")] = None
    engine: Annotated[
        Literal["polars", "duckdb", "spark"],
        Meta(
            description="What asks the contract; `duckdb` for data larger than memory, `spark` for data on a cluster."
        ),
    ] = "polars"

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the columns of the key."""
        return (self.key,) if isinstance(self.key, str) else self.key or ()


class Found(Struct, frozen=True):
    """What stands by the name of a dataset that names no contract: the contracts that fit, of which one counts.

    `data` are the paths that DVC keeps for a dataset that the config does not name at all.
    """

    contracts: tuple[str, ...]
    data: tuple[str, ...] = ()


class DuckDBConfig(Section, frozen=True):
    """How DuckDB runs, for datasets with `engine: duckdb`."""

    memory: Annotated[
        Size, Meta(description="The most memory that DuckDB takes; what needs more is written to a temporary folder.")
    ] = Size(2e9)


class SparkConfig(Section, frozen=True):
    """How Spark runs, for datasets with `engine: spark`."""

    master: Annotated[str, Meta(description="The master, such as `local[4]` or `spark://HOST:7077`.", min_length=1)] = (
        "local[*]"
    )
    options: Annotated[
        dict[str, str], Meta(description="Settings of the session, such as `spark.executor.memory: 4g`.")
    ] = {}


class ReportConfig(Section, frozen=True):
    """How the report reaches people."""

    key: Annotated[
        str,
        Meta(description="Tells the comments of several projects of one repository apart.", pattern=r"^[\w.-]{1,60}$"),
    ] = "default"


class Waiver(Section, frozen=True):
    """A finding that is accepted for a while: which, how much of it, until when, who says so, and why."""

    key: Annotated[
        str,
        Meta(description="The finding: its rule, and after a colon what it is about, `metrics/regression:recall`."),
    ]
    until: Annotated[Day, Meta(description="The last day on which it counts, by the clock in UTC.")]
    owner: Annotated[str, Meta(description="Who answers for it, such as `@ana`.", min_length=1, max_length=100)]
    reason: Annotated[str, Meta(description="Why it is accepted.", min_length=1, max_length=500)]
    ceiling: Annotated[
        Tolerance | None,
        Meta(description="How much is accepted at most: `3pp`, `5%`, `0.2 abs`; needed where a finding has a size."),
    ] = None
    label: Annotated[
        Annotated[str, Meta(min_length=1, max_length=50)] | None,
        Meta(description="It counts only on pull requests with this label."),
    ] = None
    trailer: Annotated[
        bool, Meta(description="It counts only where a commit of the change says `Mlgate-Waive: KEY`.")
    ] = False


class Config(Struct, frozen=True, kw_only=True):
    """The whole config. `source` is the file it came from, from the repository's root, or None for pure defaults.

    `data` are the bytes of that file; `found` is by dataset what was found and not named.
    """

    version: Literal[1] = 1
    project: ProjectConfig = ProjectConfig()
    baseline: BaselineConfig = BaselineConfig()
    enforce: Mapping[str, Enforcement] = {}
    limits: Mapping[str, Duration] = {}
    datasets: Mapping[str, Dataset] = {}
    duckdb: DuckDBConfig = DuckDBConfig()
    spark: SparkConfig = SparkConfig()
    report: ReportConfig = ReportConfig()
    waivers: tuple[Waiver, ...] = ()
    sections: Mapping[str, Section] = {}
    found: Mapping[str, Found] = {}
    source: str | None = None
    positions: Mapping[documents.Path, Position] = {}
    data: bytes = b""

    @property
    def is_silent(self) -> bool:
        """Return whether no file says anything, so that every check runs with its defaults."""
        return not any(self.positions)

    def section(self, check: str, kind: type[S]) -> S:
        """Return the section of a check, or its defaults where the file has none."""
        found = self.sections.get(check)
        return found if isinstance(found, kind) else kind()

    def line(self, *path: str | int) -> int | None:
        """Return the line of the config file where `path` stands, or of its nearest ancestor."""
        position = Document(None, self.positions).position(path)
        return position.line if position and self.source else None


def find_config(project: Path) -> Path | None:
    """Return the one config file of a project folder; two of them are an error."""
    found = [project / name for name in FILES if os.path.lexists(project / name)]
    if _has_tool_table(project / PYPROJECT):
        found.append(project / PYPROJECT)
    if len(found) > 1:
        names = " and ".join(code(path.name) for path in found)
        raise MlgateError(f"two configs: {names}", hint="keep one of them")
    return found[0] if found else None


def read_file(path: Path, root: Path, name: str, limit: int = documents.MAX_BYTES) -> bytes:
    """Return the bytes of a regular file inside the repository, at most `limit` of them."""
    try:
        real, top = (os.path.normcase(os.path.realpath(place)) for place in (path, root))
    except ValueError as error:
        raise MlgateError(f"cannot be read: {error}", where=name) from None
    # A `Path` of each would take longer than to read the file.
    if real != top and not real.startswith(os.path.join(top, "")):  # noqa: PTH118
        raise MlgateError("it leads out of the repository", where=name, hint="put the file itself into it")
    return read_regular(path, name, limit)


def read_regular(path: Path, name: str, limit: int = documents.MAX_BYTES) -> bytes:
    """Return the bytes of a regular file wherever it lies, at most `limit` of them."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise MlgateError("not a regular file", where=name)
        if status.st_size > limit:
            size = f"{status.st_size:,} bytes, more than the {limit:,} that are read"
            raise MlgateError(size, where=name)
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise MlgateError("the file does not exist", where=name) from None
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise MlgateError(f"cannot be read: {said}", where=name) from None


def _has_tool_table(pyproject: Path) -> bool:
    """Return whether a pyproject.toml has our table; only one that names us is parsed."""
    try:
        if not pyproject.is_file() or pyproject.stat().st_size > documents.MAX_BYTES:
            return False
        data = pyproject.read_bytes()
    except OSError:
        return False
    return has_tool_table(data)


def has_tool_table(data: bytes) -> bool:
    """Return whether the bytes of a pyproject.toml have our table."""
    if b"\\" not in data and not any(map(_is_key, data.split(b"mlgate")[1:])):
        # To load a TOML reader takes time, and without an escape the name can only stand there as it is.
        return False
    from mlgate.pyproject import has_table

    return has_table(data)


def _is_key(after: bytes) -> bool:
    """Return whether what follows a name makes it a part of a key, not a package that is merely required."""
    unquoted = after[1:] if after[:1] in (b'"', b"'") else after
    return unquoted.lstrip(b" \t")[:1] in (b".", b"]", b"=")
