"""Fills in the `${}` of a `dvc.yaml` by DVC's rules (dvc/parsing of DVC 3).

A text that is one `${}` alone takes the value with its kind; inside a longer text a value is written out, a mapping
as options of a command. A backslash before `${` keeps it as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from mlgate.documents import Path
from mlgate.lazy_pattern import lazy_pattern
from mlgate.text import code, nearest

_TEMPLATE = lazy_pattern(r"(?<!\\)\$\{(.{0,400}?)\}")
_MOST_NAMES = 2_000
_EXPRESSION = lazy_pattern(r"[^.\[\]]+(?:\.[^.\[\]]+|\[[^.\[\]]+\])*")

Options = Mapping[str, str]


class TemplateError(Exception):
    """A template that cannot be filled in; `path` says where in the value that was given."""

    def __init__(self, message: str, hint: str | None = None, path: Path = ()) -> None:
        """Keep the parts."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path


class Scope:
    """The values that templates may name, and the files that they came from (None: the whole file)."""

    def __init__(self, options: Options | None = None) -> None:
        """Begin empty; `options` is the `parsing` section of DVC's config."""
        self.values: dict[str, Any] = {}
        self.files: dict[str, list[str] | None] = {}
        self.reserved: frozenset[str] = frozenset()
        self.options = options or {}

    def copy(self) -> Scope:
        """Return a scope that can grow without changing this one."""
        twin = Scope(self.options)
        twin.values = _branches_copied(self.values)
        twin.files = {path: None if keys is None else list(keys) for path, keys in self.files.items()}
        twin.reserved = self.reserved
        return twin

    def with_loop(self, values: Mapping[str, Any]) -> Scope:
        """Return a scope for one arm of a loop, where `item` and `key` have the arm's values."""
        twin = self.copy()
        twin.values.update({name: usable(value) for name, value in values.items()})
        twin.reserved = frozenset(values)
        return twin

    def add(self, values: Mapping[str, Any], source: str) -> None:
        """Take in the values of a source; raises `TemplateError` where one has a value already."""
        taken = self.reserved.intersection(values)
        if taken:
            raise TemplateError(f"{source} sets {code(min(taken))}, which belongs to the loop")
        _merge(self.values, usable(values), source, "")

    def select(self, expression: str) -> Any:
        """Return the value that an expression such as `train.lr` or `models[0].name` names."""
        found: Any = self.values
        for part in expression.replace("[", ".").replace("]", "").split("."):
            try:
                found = _step(found, part.strip())
            except (LookupError, ValueError, TypeError):
                raise TemplateError(f"{code('${' + expression + '}')} has no value", self._hint(expression)) from None
        return found

    def _hint(self, expression: str) -> str:
        close = nearest(expression, tuple(islice(_names(self.values), _MOST_NAMES)))
        if close:
            return f"did you mean {code('${' + close + '}')}?"
        where = " or ".join(code(path) for path in self.files) or "`params.yaml`"
        return f"define {code(expression)} in {where} or under `vars:`"


def resolve(value: Any, scope: Scope, field: str | None = None, path: Path = ()) -> Any:
    """Return `value` with every template filled in; `field` is the key of the stage that it stands under."""
    if isinstance(value, str):
        try:
            return _fill(value, scope, field)
        except TemplateError as error:
            error.path = path + error.path
            raise
    if isinstance(value, dict):
        return {
            resolve(key, scope, field, (*path, key)): resolve(inner, scope, field, (*path, key))
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [resolve(inner, scope, field, (*path, index)) for index, inner in enumerate(value)]
    return value


def is_template(text: object) -> bool:
    """Return whether a text holds a template."""
    return isinstance(text, str) and _TEMPLATE.search(text) is not None


def is_one_template(text: object) -> bool:
    """Return whether a text is one template and nothing else."""
    found = _TEMPLATE.match(text) if isinstance(text, str) else None
    return found is not None and found[0] == text


def to_text(value: object, options: Options | None = None) -> str:
    """Return a value as DVC writes it into a longer text: `true`, `0.1`, or options of a command for a mapping."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return " ".join(_flags(value, options or {}))
    return str(value)


def usable(value: Any) -> Any:
    """Return a value as templates see it: keys that are not text are left out."""
    if isinstance(value, dict):
        return {key: usable(inner) for key, inner in value.items() if isinstance(key, str)}
    if isinstance(value, (list, tuple)):
        return [usable(inner) for inner in value]
    return value


def _fill(text: str, scope: Scope, field: str | None) -> Any:
    if "${" not in text:
        return text
    found = list(_TEMPLATE.finditer(text))
    if len(found) == 1 and found[0][0] == text:
        return _value(found[0][1], scope, field)
    filled = []
    position = 0
    for match in found:
        filled += [text[position : match.start()], to_text(_value(match[1], scope, field), scope.options)]
        position = match.end()
    return "".join([*filled, text[position:]]).replace("\\${", "${")


def _value(expression: str, scope: Scope, field: str | None) -> Any:
    if not _EXPRESSION.fullmatch(expression):
        raise TemplateError(f"{code('${' + expression + '}')} is no template", "write it like `${train.lr}`")
    value = scope.select(expression)
    allowed = field is None or (field == "cmd" and isinstance(value, dict))
    if isinstance(value, (dict, list)) and not allowed:
        kind = "keys and values" if isinstance(value, dict) else "a list"
        raise TemplateError(f"{code('${' + expression + '}')} is {kind}, where one value is needed")
    return value


def _step(value: Any, part: str) -> Any:
    if isinstance(value, list):
        return value[int(part)]
    if isinstance(value, dict):
        return value[part]
    raise TypeError(part)


def _flags(value: Mapping[str, Any], options: Options) -> Iterable[str]:
    for name, inner in _flat(value, ""):
        if isinstance(inner, bool):
            if inner:
                yield f"--{name}"
            elif options.get("bool") == "boolean_optional":
                yield f"--no-{name}"
        elif isinstance(inner, list):
            yield from _list_flags(name, inner, append=options.get("list") == "append")
        else:
            yield f"--{name} {_quoted(inner)}"


def _list_flags(name: str, values: list[Any], *, append: bool) -> Iterable[str]:
    for index, value in enumerate(values):
        if isinstance(value, (list, dict)):
            raise TemplateError(f"the list {code(name)} holds lists or mappings, which are no options of a command")
        yield f"--{name} {_quoted(value)}" if append or index == 0 else _quoted(value)


def _quoted(value: object) -> str:
    from shlex import quote

    return quote(value) if isinstance(value, str) else str(value)


def _flat(value: Mapping[str, Any], before: str) -> Iterable[tuple[str, Any]]:
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from _flat(inner, f"{before}{key}.")
        else:
            yield before + key, inner


def _names(value: Mapping[str, Any], before: str = "") -> Iterable[str]:
    for key, inner in value.items():
        yield before + key
        if isinstance(inner, dict):
            yield from _names(inner, f"{before}{key}.")


def _branches_copied(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _branches_copied(inner) if isinstance(inner, dict) else inner for key, inner in value.items()}


def _merge(into: dict[str, Any], added: Mapping[str, Any], source: str, before: str) -> None:
    for key, value in added.items():
        if isinstance(into.get(key), dict) and isinstance(value, dict):
            _merge(into[key], value, source, f"{before}{key}.")
        elif key in into:
            raise TemplateError(f"{source} sets {code(before + key)}, which has a value already", "keep one of the two")
        else:
            into[key] = value
