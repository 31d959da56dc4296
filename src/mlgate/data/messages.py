"""What the gate and its worker say to each other: one job as JSON in, one event on each line out, nothing else.

The worker runs code of the pull request, so an event is facts only, each bounded; all words are the gate's own.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from msgspec import Meta, Struct

from mlgate.data.description import Described

Text = Annotated[str, Meta(max_length=2_000)]
Names = Annotated[tuple[Text, ...], Meta(max_length=200)]


class ContractJob(Struct, frozen=True, kw_only=True):
    """A contract to load: the file, the name in it, the rules that may not be tried again, and the plans made of it."""

    path: str
    name: str | None = None
    skip: tuple[str, ...] = ()
    plans: dict[str, bytes] = {}


class Scope(StrEnum):
    """What a task asks: all rules of a dataset of one file; those of single rows in one file of several; or those
    that look at the rows of all files together.
    """

    ALL = "all"
    ROWS = "rows"
    TOGETHER = "together"


class EngineName(StrEnum):
    """What runs the one query of a contract."""

    POLARS = "polars"
    DUCKDB = "duckdb"
    SPARK = "spark"


class Engines(Struct, frozen=True, kw_only=True):
    """How engines are started: the memory of DuckDB in bytes, the master of Spark and its options."""

    memory: int = 2_000_000_000
    master: str = "local[*]"
    options: dict[str, str] = {}


class Task(Struct, frozen=True, kw_only=True):
    """Files to validate against a contract: one, or all of a dataset for the scope `together`.

    `done` names the rules that an earlier worker has answered; below `top` the names of folders are columns.
    """

    engine: EngineName = EngineName.POLARS

    contract: int
    files: tuple[str, ...]
    scope: Scope = Scope.ALL
    separator: str | None = None
    top: str = ""
    done: tuple[str, ...] = ()


class Job(Struct, frozen=True, kw_only=True):
    """All that a worker is asked: paths are absolute; `examples` is how many values a finding may show."""

    project: str
    contracts: tuple[ContractJob, ...]
    tasks: tuple[Task, ...]
    examples: int = 5
    engines: Engines = Engines()


class Stage(StrEnum):
    """Where the worker is; a worker that ends in one of them is answered by what that one costs."""

    START = "start"
    LOAD = "load"
    READ = "read"
    STRUCTURE = "structure"
    UNIQUE = "unique"
    CHECK = "check"


class Event(Struct, frozen=True, kw_only=True, tag_field="event"):
    """The base of what a worker says; `task` and `contract` are places in the job."""


class Step(Event, frozen=True, kw_only=True, tag="step"):
    """The worker begins something that can take long or never end; what came before is done."""

    stage: Stage
    contract: int = -1
    task: int = -1
    rule: Text = ""
    column: Text = ""
    shown: Text = ""
    line: int | None = None


class Going(Event, frozen=True, kw_only=True, tag="going"):
    """A step goes on: so many rows were read in so many seconds. It does not give the step more time."""

    task: int
    rows: int
    seconds: float


class Loaded(Event, frozen=True, kw_only=True, tag="loaded"):
    """A contract is there: its name, its engine, the lines of its columns, and what it says."""

    contract: int
    name: Text
    engine: Text
    lines: dict[str, int]
    described: Described | None = None


class Planned(Event, frozen=True, kw_only=True, tag="planned"):
    """The query for files of the same columns, as `mlgate.data.prepared` keeps it."""

    contract: int
    key: Text
    plan: Annotated[bytes, Meta(max_length=400_000)]


class Refusal(StrEnum):
    """Why a contract cannot be used."""

    NO_SCHEMA = "no-schema"
    SEVERAL = "several"
    NO_SUCH_NAME = "no-such-name"
    NOT_A_SCHEMA = "not-a-schema"
    SYNTAX = "syntax"
    RAISED = "raised"
    EXITED = "exited"
    NOT_INSTALLED = "not-installed"
    ENGINE = "engine"
    CHECKS_NOTHING = "checks-nothing"
    NOT_YAML = "not-yaml"
    SHAPE = "shape"
    UNKNOWN_KEY = "unknown-key"
    UNKNOWN_DTYPE = "unknown-dtype"
    UNKNOWN_CHECK = "unknown-check"
    BAD_CHECK = "bad-check"
    BAD_SCHEMA = "bad-schema"


class Refused(Event, frozen=True, kw_only=True, tag="refused"):
    """A contract cannot be used: why, about what, where (`path` from the project, else the contract itself)."""

    contract: int = -1
    reason: Refusal
    subject: Text = ""
    said: Text = ""
    known: Names = ()
    path: Text = ""
    line: int | None = None


class Defect(StrEnum):
    """Why a file cannot be read as a table."""

    EMPTY = "empty"
    NOT_UTF8 = "not-utf8"
    UTF16 = "utf16"
    NUL = "nul"
    DUPLICATE_COLUMN = "duplicate-column"
    EMPTY_COLUMN = "empty-column"
    RAGGED = "ragged"
    OPEN_QUOTE = "open-quote"
    NOT_JSON = "not-json"
    NOT_AN_OBJECT = "not-an-object"
    CUT_OFF = "cut-off"
    OTHER_FORMAT = "other-format"
    COMPRESSION = "compression"
    MEMORY = "memory"
    LONG_LINE = "long-line"
    CHANGED = "changed"
    ENGINE = "engine"
    HANDING_OVER = "handing-over"
    FOLDER = "folder"
    OTHER = "other"


class Unreadable(Event, frozen=True, kw_only=True, tag="unreadable"):
    """A file cannot be read: why, at which line, and up to five places (line and number of fields) of ragged rows."""

    task: int = -1
    file: int = 0
    defect: Defect
    line: int | None = None
    subject: Text = ""
    said: Text = ""
    expected: int = 0
    count: int = 0
    places: Annotated[tuple[tuple[int, int], ...], Meta(max_length=5)] = ()


class Apart(StrEnum):
    """Why pandera itself is asked, and not the one query."""

    TEXT = "text"
    STREAM = "stream"
    FILES_DIFFER = "files-differ"
    INDEX = "index"
    PARSER = "parser"
    WHOLE_ROWS = "whole-rows"
    TYPES = "types"
    COERCE = "coerce"
    NULLS = "nulls"
    OWN_CHECK = "own-check"
    CHECK = "check"
    PATTERN = "pattern"
    QUERY = "query"


class Read(Event, frozen=True, kw_only=True, tag="read"):
    """A file was read: how large it is, how many rules it is held to, how many of them one query answered, and which
    engine ran that query.

    `apart` says which columns pandera itself was asked about and why; a column without a name stands for all.
    """

    task: int
    rows: int
    columns: int
    rules: int
    fused: int = 0
    engine: EngineName = EngineName.POLARS
    apart: Annotated[tuple[tuple[Text, Apart], ...], Meta(max_length=50)] = ()


class Place(Struct, frozen=True, array_like=True):
    """A row: its line in a text file (from 1) or its number (from 0), and which of the task's files holds it."""

    number: int
    file: int = 0


Places = Annotated[tuple[Place, ...], Meta(max_length=5)]


class Example(Struct, frozen=True):
    """A value that breaks a rule, and the first places where it stands."""

    value: Text
    places: Places = ()


class Breach(StrEnum):
    """In which way a rule is broken."""

    MISSING = "missing"
    EXTRA = "extra"
    ORDER = "order"
    DTYPE = "dtype"
    COERCION = "coercion"
    NULLS = "nulls"
    DUPLICATES = "duplicates"
    CHECK = "check"
    OTHER = "other"
    RAISED = "raised"


class Broken(Event, frozen=True, kw_only=True, tag="broken"):
    """A rule does not hold. `count` of `total` rows break it; None where the rule is about the column as a whole.

    `wanted` and `got` are dtypes, or the order of columns; `common` is the value that most of the rows have;
    `similar` pairs a value with the allowed one that it differs from in case or spaces only; `line` is where the
    contract states the rule; `skipped` counts the rules that were not tried because of this.
    """

    task: int = -1
    breach: Breach
    rule: Text
    column: Text = ""
    check: Text = ""
    count: int | None = None
    total: int = 0
    examples: Annotated[tuple[Example, ...], Meta(max_length=20)] = ()
    places: Places = ()
    wanted: Text = ""
    got: Text = ""
    said: Text = ""
    common: tuple[Text, int] | None = None
    similar: Annotated[tuple[tuple[Text, Text], ...], Meta(max_length=20)] = ()
    warn: bool = False
    line: int | None = None
    skipped: int = 0


class Used(Event, frozen=True, kw_only=True, tag="used"):
    """The files below the project folder that the worker has opened or imported; None where there are too many."""

    paths: Annotated[tuple[Annotated[str, Meta(max_length=4_096)], ...], Meta(max_length=2_000)] | None


class Finished(Event, frozen=True, kw_only=True, tag="finished"):
    """All tasks are done: a worker that ends without this has not answered everything."""


AnyEvent = Step | Going | Loaded | Planned | Refused | Unreadable | Read | Broken | Used | Finished


class RefusedError(Exception):
    """A contract cannot be used; holds the facts."""

    def __init__(self, reason: Refusal, **facts: Any) -> None:
        """Keep the facts of a `Refused`."""
        super().__init__(reason)
        self.event = Refused(reason=reason, **facts)


class UnreadableError(Exception):
    """A file cannot be read as a table; holds the facts."""

    def __init__(self, defect: Defect, **facts: Any) -> None:
        """Keep the facts of an `Unreadable`."""
        super().__init__(defect)
        self.event = Unreadable(defect=defect, **facts)
