"""What a model itself says of the use of features: the inputs of its signature, or the importances of its features."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from math import isfinite
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct

from mlgate import documents
from mlgate.documents import DocumentError, Position
from mlgate.readme.sources import SourceError
from mlgate.text import code

SIGNATURE = "MLmodel"
_COLUMNS = ("feature", "importance")


class ModelUse(Struct, frozen=True):
    """The features that a model has, and those of them that it makes no use of."""

    features: frozenset[str]
    idle: frozenset[str] = frozenset()


def read_model_use(data: bytes, path: str) -> ModelUse | None:
    """Return what a file says of a model's features, or None where it is no such file.

    It is MLflow's `MLmodel` with a signature, a JSON object of importances by feature, or a CSV with the columns
    `feature` and `importance`. Raises `SourceError` where it is one that cannot be read.
    """
    name = PurePosixPath(path)
    try:
        if name.name == SIGNATURE:
            return ModelUse(frozenset(_inputs(documents.parse_yaml(documents.decode(data)).value, path)))
        if name.suffix.lower() == ".json":
            return _by_importance(documents.parse(data, path), path)
        lines = documents.decode(data).splitlines()
        columns = next(csv.reader(lines[:1], strict=True), [])
        if "last_used_at" in columns or not set(_COLUMNS) <= set(columns):
            return None
        rows = csv.DictReader(lines, strict=True)
        return _by_importance({row["feature"].strip(): _number(row["importance"], rows.line_num) for row in rows}, path)
    except csv.Error as error:
        raise SourceError(f"{code(path)}: not valid CSV: {error}") from None
    except DocumentError as error:
        error.at(path)
        raise SourceError(f"{code(error.where)}: {error.message}", hint=error.hint) from None


def _inputs(document: Any, path: str) -> list[str]:
    signature = document.get("signature") if isinstance(document, dict) else None
    text = signature.get("inputs") if isinstance(signature, dict) else None
    inputs = documents.parse_json(text) if isinstance(text, str) else None
    listed = inputs if isinstance(inputs, list) else []
    names = [str(one["name"]) for one in listed if isinstance(one, dict) and "name" in one]
    if not names:
        raise SourceError(
            f"{code(path)} has no signature that names the model's inputs",
            hint="log the model with `signature=infer_signature(features, predictions)`",
        )
    return names


def _by_importance(values: Any, path: str) -> ModelUse:
    numbers = values.items() if isinstance(values, Mapping) else ()
    if not numbers or not all(_is_number(value) for _, value in numbers):
        raise SourceError(f"{code(path)} is no list of importances", hint='write it like `{"lag_7": 0.31, "hour": 0}`')
    return ModelUse(frozenset(map(str, values)), frozenset(str(name) for name, value in numbers if value == 0))


def _number(text: str | None, line: int) -> float:
    try:
        return float(text or "")
    except ValueError:
        raise DocumentError(f"{code(text, 40)} is no number", Position(line, 1)) from None


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
