"""Writes a draft as people write contracts: Python with pandera's own names, or YAML as pandera reads it."""

from __future__ import annotations

import json
import keyword
import re

from mlgate.contracts.inferring import Clause, Draft, Scalar
from mlgate.text import amount

_PLAIN = {"int64": "int", "float64": "float", "str": "str", "bool": "bool"}
_POLARS = {"Int64": "pl.Int64", "Float64": "pl.Float64", "String": "pl.String", "Boolean": "pl.Boolean"}
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def python_contract(draft: Draft, name: str) -> str:
    """Return the contract as a Python module with one schema object called `name`."""
    is_polars = draft.engine == "polars"
    lines = [
        f'"""The contract of {_quoted(draft.source)}: what every row must be.',
        "",
        *_explained(draft),
        '"""',
        "",
        *(["import pandera.polars as pa", "import polars as pl"] if is_polars else ["import pandera.pandas as pa"]),
        "",
        f"{name} = pa.DataFrameSchema(",
        "    {",
        *(
            f"        {json.dumps(one.name, ensure_ascii=False)}: {_column(one, draft.engine)},"
            for one in draft.columns
        ),
        "    },",
        "    strict=True,",
        ")",
    ]
    if is_polars and not any("pl." in line for line in lines[8:]):
        lines.remove("import polars as pl")
    return "\n".join(lines) + "\n"


def _explained(draft: Draft) -> tuple[str, ...]:
    return (
        f"Drafted by `mlgate contract infer` from {amount(draft.rows, 'row')}. Ranges leave a tenth",
        "of the span on both sides, and lists hold the values that were seen: read each",
        "line, and write down what you know better.",
    )


def _quoted(source: str) -> str:
    return source.replace("\\", "/").replace('"""', "'''")


def _column(clause: Clause, engine: str) -> str:
    parts = [_dtype(clause.dtype, engine)] if clause.dtype else []
    checks = _checks(clause)
    if checks:
        shown = checks[0] if len(checks) == 1 else f"[{', '.join(checks)}]"
        parts.append(shown if clause.dtype else f"checks={shown}")
    parts += [f"{flag}=True" for flag in ("unique", "nullable", "coerce") if getattr(clause, flag)]
    return f"pa.Column({', '.join(parts)})"


def _dtype(dtype: str, engine: str) -> str:
    if engine == "polars":
        return _POLARS.get(dtype) or f"pl.{dtype}"
    return _PLAIN.get(dtype) or json.dumps(dtype)


def _checks(clause: Clause) -> list[str]:
    found = []
    if clause.allowed:
        found.append(f"pa.Check.isin([{', '.join(map(_value, clause.allowed))}])")
    if clause.low is not None and clause.high is not None:
        found.append(f"pa.Check.in_range({_value(clause.low)}, {_value(clause.high)})")
    if clause.pattern:
        found.append(f"pa.Check.str_matches(r{json.dumps(clause.pattern).replace(chr(92) * 2, chr(92))})")
    return found


def _value(value: Scalar) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10_000:
        return f"{value:_}"
    return repr(value)


def yaml_contract(draft: Draft, name: str) -> str:
    """Return the contract as YAML, one line a column."""
    head = [
        f"# The contract of {_quoted(draft.source)}: what every row must be.",
        *(f"# {line}" for line in _explained(draft)),
        *(["schema_type: polars_dataframe"] if draft.engine == "polars" else []),
        f"name: {name}",
        "strict: true",
        "columns:",
    ]
    return "\n".join([*head, *(f"  {_key(one.name)}: {{{', '.join(_entries(one))}}}" for one in draft.columns)]) + "\n"


def _entries(clause: Clause) -> list[str]:
    found = [f"dtype: {_scalar(clause.dtype)}"] if clause.dtype else []
    found += [f"{flag}: true" for flag in ("unique", "nullable", "coerce") if getattr(clause, flag)]
    if clause.allowed:
        found.append(f"isin: [{', '.join(_scalar(one) for one in clause.allowed)}]")
    if clause.low is not None and clause.high is not None:
        found.append(f"in_range: {{min_value: {_scalar(clause.low)}, max_value: {_scalar(clause.high)}}}")
    if clause.pattern:
        found.append(f"str_matches: {_scalar(clause.pattern)}")
    return found


def _key(name: str) -> str:
    plain = _WORD.fullmatch(name) and name.lower() not in _RESERVED
    return name if plain else json.dumps(name)


_RESERVED = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan"})


def _scalar(value: Scalar | None) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    return value if _WORD.fullmatch(value) and value.lower() not in _RESERVED else json.dumps(value)


def schema_name(source: str) -> str:
    """Return a name for the schema of a dataset, a Python identifier made of the name of its file or folder."""
    parts = [part for part in re.split(r"[/\\]", source) if part and not set(part) & set("*?[")]
    stem = parts[-1].partition(".")[0] if parts else ""
    word = re.sub(r"\W+", "_", stem).strip("_").lower()
    if not word or word[0].isdigit():
        word = f"data_{word}".rstrip("_")
    return f"{word}_" if keyword.iskeyword(word) else word
