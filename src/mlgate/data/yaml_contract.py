"""Reads a contract in pandera's YAML, and refuses what pandera itself would pass over in silence or in a traceback."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from mlgate import documents
from mlgate.data.messages import Refusal, RefusedError
from mlgate.documents import Document, DocumentError
from mlgate.text import plain, shorten

_FLAGS = ("nullable", "unique", "coerce", "required", "regex", "drop_invalid_rows")
_COLUMN_KEYS = (*_FLAGS, "title", "description", "dtype", "checks", "name", "default", "report_duplicates", "metadata")
_SCHEMA_FLAGS = ("coerce", "ordered", "unique_column_names", "add_missing_columns", "drop_invalid_rows")
_SCHEMA_KEYS = (
    *_SCHEMA_FLAGS, "schema_type", "version", "api", "dataframe_library", "columns", "checks", "index", "multiindex",
    "dtype", "strict", "name", "unique", "report_duplicates", "title", "description", "metadata",
)  # fmt: skip
_ALIASES = ("eq", "ne", "gt", "ge", "lt", "le", "between")
_OTHER_SHAPES = ("cf_", "dim_", "has_", "ndim", "no_duplicates_in_coord", "is_monotonic")
_DTYPES = (
    "int64", "float64", "str", "bool", "datetime64[ns]", "timedelta64[ns]", "category", "object", "int8", "int16",
    "int32", "uint8", "uint16", "uint32", "uint64", "float32", "Int64", "Float64", "boolean", "string", "date",
)  # fmt: skip
_POLARS_DTYPES = (
    "Int64", "Float64", "String", "Boolean", "Date", "Datetime", "Duration", "Time", "Categorical", "Int8", "Int16",
    "Int32", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Decimal", "Binary",
)  # fmt: skip


def read_schema(path: Path) -> tuple[Any, dict[str, int]]:
    """Return the schema object of a YAML contract and the lines of its columns; raises `RefusedError`."""
    try:
        document = documents.parse_yaml(documents.decode(path.read_bytes()))
    except DocumentError as error:
        line = error.position.line if error.position else None
        raise RefusedError(Refusal.NOT_YAML, said=plain(error.message), line=line) from error
    return _Reader(document).read()


class _Reader:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._known_checks = _known_checks()
        self._deserialize: Any = None

    def read(self) -> tuple[Any, dict[str, int]]:
        value = self._document.value
        if value is None or value == {}:
            raise RefusedError(Refusal.CHECKS_NOTHING)
        if not isinstance(value, dict):
            raise RefusedError(Refusal.SHAPE, subject="the contract", said="keys and values", line=1)
        self._keys(value, _SCHEMA_KEYS, _SCHEMA_FLAGS, ())
        self._choose_engine(value)
        columns = self._components(value.get("columns"), "columns")
        index = self._components(value.get("index"), "index")
        self._checks(value.get("checks"), ("checks",))
        if not (columns or index or value.get("checks") or value.get("dtype")):
            raise RefusedError(Refusal.CHECKS_NOTHING, line=self._line(("columns",)))
        for path, component in columns:
            self._column(path, component)
        lines = {str(path[-1]): self._line(path) or 1 for path, _ in columns}
        return self._build(value, Refusal.BAD_SCHEMA, (), ""), lines

    def _line(self, path: tuple[str | int, ...]) -> int | None:
        position = self._document.position(path)
        return position.line if position else None

    def _choose_engine(self, value: dict[str, Any]) -> None:
        kind = value.get("schema_type", "dataframe")
        if kind == "dataframe" and value.get("api", "pandas") == "pandas":
            from pandera.io.pandas_io import deserialize_schema
        elif kind == "polars_dataframe":
            from pandera.io.polars_io import deserialize_schema
        else:
            subject = kind if kind != "dataframe" else value.get("api")
            raise RefusedError(Refusal.ENGINE, subject=shorten(str(subject)), line=self._line(("schema_type",)))
        self._deserialize = deserialize_schema
        self._dtypes = _POLARS_DTYPES if kind == "polars_dataframe" else _DTYPES

    def _keys(
        self, value: dict[Any, Any], known: tuple[str, ...], flags: tuple[str, ...], path: tuple[str | int, ...]
    ) -> None:
        for key, held in value.items():
            here = (*path, key)
            if key not in known:
                raise RefusedError(Refusal.UNKNOWN_KEY, subject=shorten(str(key)), known=known, line=self._line(here))
            if key in flags and held is not None and not isinstance(held, bool):
                raise RefusedError(Refusal.SHAPE, subject=_dotted(here), said="true or false", line=self._line(here))

    def _components(self, value: Any, key: str) -> list[tuple[tuple[str | int, ...], dict[str, Any]]]:
        if value is None:
            return []
        pairs: list[tuple[tuple[str | int, ...], Any]]
        if isinstance(value, dict):
            pairs = [((key, name), component) for name, component in value.items()]
        elif isinstance(value, list):
            pairs = [((key, index), component) for index, component in enumerate(value)]
        else:
            raise RefusedError(Refusal.SHAPE, subject=key, said="keys and values", line=self._line((key,)))
        for path, component in pairs:
            if not isinstance(component, dict):
                raise RefusedError(Refusal.SHAPE, subject=_dotted(path), said="keys and values", line=self._line(path))
            self._keys(component, (*_COLUMN_KEYS, *self._known_checks), _FLAGS, path)
            self._checks(component.get("checks"), (*path, "checks"))
            if component.get("checks") is not None and any(name in component for name in self._known_checks):
                raise RefusedError(
                    Refusal.SHAPE,
                    subject=_dotted(path),
                    said="its checks in one form, either below `checks:` or beside it",
                    line=self._line(path),
                )
        return pairs

    def _checks(self, value: Any, path: tuple[str | int, ...]) -> None:
        named: list[tuple[tuple[str | int, ...], Any]] = []
        if isinstance(value, dict):
            named = [((*path, name), name) for name in value]
        elif isinstance(value, list):
            for index, entry in enumerate(value):
                options = entry.get("options") if isinstance(entry, dict) else None
                name = options.get("check_name") if isinstance(options, dict) else None
                if name is None:
                    raise RefusedError(
                        Refusal.SHAPE,
                        subject=_dotted(path),
                        said="entries with `options: {check_name: ...}`",
                        line=self._line((*path, index)),
                    )
                named.append(((*path, index), name))
        elif value is not None:
            raise RefusedError(Refusal.SHAPE, subject=_dotted(path), said="a list of checks", line=self._line(path))
        for here, name in named:
            if name not in self._known_checks:
                known = self._known_checks
                raise RefusedError(
                    Refusal.UNKNOWN_CHECK, subject=shorten(str(name)), known=known, line=self._line(here)
                )

    def _column(self, path: tuple[str | int, ...], component: dict[str, Any]) -> None:
        """Build a column alone, its dtype first, so that what pandera says belongs to one line."""
        name = str(component.get("name", path[-1]))
        if component.get("dtype"):
            dtype = {"columns": {name: {"dtype": component["dtype"]}}}
            subject = shorten(str(component["dtype"]))
            self._build(dtype, Refusal.UNKNOWN_DTYPE, (*path, "dtype"), subject, self._dtypes)
        alone = {key: value for key, value in component.items() if key != "name"}
        self._build({"columns": {name: alone}}, Refusal.BAD_CHECK, path, name)

    def _build(
        self, value: dict[str, Any], reason: Refusal, path: tuple[str | int, ...], subject: str,
        known: tuple[str, ...] = (),
    ) -> Any:  # fmt: skip
        top = {} if self._dtypes is _DTYPES else {"schema_type": "polars_dataframe"}
        try:
            # pandera takes the description apart as it reads it.
            return self._deserialize(deepcopy({**value, **top}))
        except Exception as error:
            said = shorten(f"{type(error).__name__}: {error}".splitlines()[0], 300)
            raise RefusedError(
                reason, subject=shorten(subject), said=said, known=known, line=self._line(path)
            ) from error


def _known_checks() -> tuple[str, ...]:
    from pandera import Check

    named = [name for name in Check.CHECK_FUNCTION_REGISTRY if not name.startswith(_OTHER_SHAPES)]
    return (*sorted(named), *(name for name in _ALIASES if hasattr(Check, name)))


def _dotted(path: tuple[str | int, ...]) -> str:
    return shorten(".".join(str(part) for part in path))
