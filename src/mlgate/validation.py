"""Turns a parsed document into frozen records, and collects every problem with its place instead of the first only."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from mlgate.documents import Path
from mlgate.text import code, nearest
from mlgate.units import UNITS


class Problem(Struct, frozen=True):
    """One thing that is wrong: the path of keys to it, and the words for people in inline form."""

    path: Path
    message: str
    hint: str | None = None


_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false", type(None): "nothing"}
_INVALID = object()


def convert(value: Any, kind: Any, path: Path, problems: list[Problem]) -> Any:
    """Return `value` as `kind` (a Struct, dict, list, union, literal, unit or plain type); problems are appended.

    Where something is wrong the returned value is meaningless: look at `problems` first.
    """
    origin = get_origin(kind)
    if origin is Annotated:
        before = len(problems)
        found = convert(value, get_args(kind)[0], path, problems)
        return found if len(problems) > before else _constrained(found, kind, path, problems)
    if origin in (Union, types.UnionType):
        return _convert_union(value, get_args(kind), path, problems)
    if origin is Literal:
        return _convert_choice(value, get_args(kind), path, problems)
    if origin in (dict, Mapping):
        return _convert_mapping(value, get_args(kind)[1], path, problems)
    if origin in (tuple, list):
        return _convert_sequence(value, get_args(kind)[0], path, problems)
    if isinstance(kind, type) and issubclass(kind, UNITS):
        return _convert_unit(value, kind, path, problems)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return convert_struct(value, kind, path, problems)
    return _convert_leaf(value, kind, path, problems)


def convert_struct(value: Any, kind: type[msgspec.Struct], path: Path, problems: list[Problem]) -> Any:
    """Return a mapping as the record `kind`; unknown keys are named with their nearest valid neighbour."""
    if value is None:
        value = {}
    if not isinstance(value, dict):
        return _bad(problems, path, f"expected keys and values, got {describe(value)}")
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    before = len(problems)
    if kind.__struct_config__.forbid_unknown_fields:
        report_unknown(value, tuple(fields), path, problems)
    found: dict[str, Any] = {}
    for name, field in fields.items():
        if name in value:
            found[field.name] = convert(value[name], field.type, (*path, name), problems)
        elif field.required:
            problems.append(Problem(path, f"the key {code(name)} is missing"))
    if len(problems) > before:
        return _INVALID
    try:
        return kind(**found)
    except ValueError as error:
        return _bad(problems, path, str(error))


def report_unknown(value: dict[Any, Any], known: tuple[str, ...], path: Path, problems: list[Problem]) -> None:
    """Append a problem for each key of `value` that is not in `known`."""
    for key in value:
        if key not in known:
            close = nearest(str(key), known)
            hint = f"did you mean {code(close)}?" if close else "known here: " + ", ".join(code(name) for name in known)
            problems.append(Problem((*path, key), f"unknown key {code(key)}", hint))


def describe(value: Any) -> str:
    """Return in words what kind of value this is."""
    if isinstance(value, dict):
        return "keys and values"
    if isinstance(value, (list, tuple)):
        return "a list"
    if value is None:
        return "nothing"
    if value == "":
        return "an empty text"
    return code(str(value).lower() if isinstance(value, bool) else value, 60)


def _bad(problems: list[Problem], path: Path, message: str, hint: str | None = None) -> Any:
    problems.append(Problem(path, message, hint))
    return _INVALID


def _convert_union(value: Any, members: tuple[Any, ...], path: Path, problems: list[Problem]) -> Any:
    if value is None and type(None) in members:
        return None
    choices = [member for member in members if member is not type(None)]
    fitting = [member for member in choices if _fits(value, member)] or choices
    attempts: list[list[Problem]] = []
    for member in fitting:
        attempt: list[Problem] = []
        found = convert(value, member, path, attempt)
        if not attempt:
            return found
        attempts.append(attempt)
    if len(attempts) == 1:
        problems.extend(attempts[0])
        return _INVALID
    wanted = " or ".join(dict.fromkeys(_words(member) for member in choices))
    return _bad(problems, path, f"expected {wanted}, got {describe(value)}")


def _fits(value: Any, member: Any) -> bool:
    origin = get_origin(member) or member
    if isinstance(value, dict):
        is_record = isinstance(origin, type) and issubclass(origin, msgspec.Struct) and not issubclass(origin, UNITS)
        return origin in (dict, Mapping) or is_record
    if isinstance(value, (list, tuple)):
        return origin in (list, tuple)
    if isinstance(origin, type) and origin in _WORDS:
        return type(value) is origin or (origin is float and type(value) is int)
    if origin is Literal:
        return value in get_args(member) or (
            isinstance(value, str) and all(isinstance(a, str) for a in get_args(member))
        )
    return isinstance(origin, type) and issubclass(origin, UNITS)


def _words(kind: Any) -> str:
    origin = get_origin(kind) or kind
    if origin is Literal:
        return "one of " + ", ".join(code(choice) for choice in get_args(kind))
    if isinstance(origin, type) and issubclass(origin, UNITS):
        return f"an amount such as {code(origin.EXAMPLE)}"
    if origin in (list, tuple):
        return "a list"
    return _WORDS.get(origin, "keys and values")


def _convert_choice(value: Any, choices: tuple[Any, ...], path: Path, problems: list[Problem]) -> Any:
    if any(value == choice and type(value) is type(choice) for choice in choices):
        return value
    named = ", ".join(code(choice) for choice in choices)
    wanted = f"expected one of {named}" if len(choices) > 1 else f"expected {named}"
    if any(str(value) == str(choice) for choice in choices):
        return _bad(problems, path, f"{wanted}, got the text {describe(value)}", "write it without quotes")
    close = nearest(str(value), tuple(str(choice) for choice in choices))
    return _bad(problems, path, f"{wanted}, got {describe(value)}", close and f"did you mean {code(close)}?")


def _convert_mapping(value: Any, inner: Any, path: Path, problems: list[Problem]) -> Any:
    if value is None:
        return {}
    if not isinstance(value, dict):
        return _bad(problems, path, f"expected keys and values, got {describe(value)}")
    found = {}
    for key, item in value.items():
        if isinstance(key, str):
            found[key] = convert(item, inner, (*path, key), problems)
        else:
            problems.append(Problem((*path, key), f"the key {code(key)} must be text", "put it in quotes"))
    return found


def _convert_sequence(value: Any, inner: Any, path: Path, problems: list[Problem]) -> Any:
    if not isinstance(value, (list, tuple)):
        return _bad(problems, path, f"expected a list, got {describe(value)}", "write it as `[...]`")
    return tuple(convert(item, inner, (*path, index), problems) for index, item in enumerate(value))


def _convert_unit(value: Any, kind: Any, path: Path, problems: list[Problem]) -> Any:
    try:
        return kind.parse(value)
    except ValueError as error:
        return _bad(problems, path, str(error))


def _convert_leaf(value: Any, kind: Any, path: Path, problems: list[Problem]) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return _bad(problems, path, f"expected a finite number, got {describe(value)}")
    try:
        return msgspec.convert(value, kind, strict=True)
    except (msgspec.ValidationError, OverflowError):
        wanted = _WORDS.get(kind)
        if wanted is None:
            choices = tuple(member.value for member in kind)
            return _convert_choice(value, choices, path, problems)
        hint = "put it in quotes" if kind is str and isinstance(value, (int, float)) else None
        return _bad(problems, path, f"expected {wanted}, got {describe(value)}", hint)


def _constrained(value: Any, kind: Any, path: Path, problems: list[Problem]) -> Any:
    try:
        if isinstance(value, (str, int, float, tuple)):
            msgspec.convert(value, kind, strict=True)
    except msgspec.ValidationError as error:
        message = str(error).partition(" - at ")[0].replace("Expected", "expected", 1)
        for own, word in _WORDS.items():
            message = message.replace(f"`{own.__name__}`", word)
        return _bad(problems, path, f"{message}, got {describe(value)}")
    return value
