"""Reads a command line that is well formed and plain without argparse, which takes longer than all else that is read.

Whatever is not plain (help, a mistake, an abbreviation, options in the midst of names) is left to argparse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

_KNOWN = frozenset({"help", "metavar", "default", "type", "choices", "nargs", "action"})
_ACTIONS = frozenset({None, "store_true", "append"})


class _NotPlainError(Exception):
    """The words, or what was declared, want argparse."""


class _Argument:
    def __init__(self, name: str, default: Any, told: dict[str, Any]) -> None:
        self.name = name
        self.default = default
        self.convert: Callable[[str], Any] | None = told.get("type")
        self.choices: Sequence[str] | None = told.get("choices")
        self.nargs: str | None = told.get("nargs")
        self.action: str | None = told.get("action")

    def value(self, word: str) -> Any:
        try:
            value = self.convert(word) if self.convert else word
        except ValueError:
            raise _NotPlainError from None
        if self.choices is not None and value not in self.choices:
            raise _NotPlainError
        return value


class PlainArguments:
    """Takes a command's declarations as `argparse.ArgumentParser` does, and reads words by them."""

    def __init__(self) -> None:
        """Begin without any."""
        self._options: dict[str, _Argument] = {}
        self._names: list[_Argument] = []
        self._is_plain = True

    def add_argument(self, name: str, *others: str, **told: Any) -> None:
        """Declare an option `--name` or a positional argument."""
        action, nargs = told.get("action"), told.get("nargs")
        if others or action not in _ACTIONS or not told.keys() <= _KNOWN or nargs not in (None, "?", "*"):
            self._is_plain = False
            return
        default = told.get("default", False if action == "store_true" else None)
        argument = _Argument(name.lstrip("-").replace("-", "_"), default, told)
        if name.startswith("--") and nargs is None:
            self._options[name] = argument
        elif name.startswith("-") or isinstance(default, str):
            self._is_plain = False
        else:
            self._names.append(argument)

    def read(self, words: Sequence[str]) -> SimpleNamespace | None:
        """Return what the words say, or None where they are not plain."""
        try:
            return self._read(words) if self._is_plain else None
        except _NotPlainError:
            return None

    def _read(self, words: Sequence[str]) -> SimpleNamespace:
        found = {argument.name: argument.default for argument in self._options.values()}
        plain: list[str] = []
        last = -1
        rest = iter(range(len(words)))
        for index in rest:
            word = words[index]
            if not word.startswith("-"):
                if plain and last != index - 1:
                    raise _NotPlainError
                plain.append(word)
                last = index
                continue
            name, equals, value = word.partition("=")
            argument = self._options.get(name)
            if argument is None or (argument.action == "store_true" and equals):
                raise _NotPlainError
            if argument.action == "store_true":
                found[argument.name] = True
                continue
            if not equals:
                value = words[next(rest, -1)] if index + 1 < len(words) else ""
                if value.startswith("-") or not value:
                    raise _NotPlainError
            said = argument.value(value)
            found[argument.name] = [*found[argument.name], said] if argument.action == "append" else said
        return SimpleNamespace(**found, **self._positionals(plain))

    def _positionals(self, words: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        left = list(words)
        for argument in self._names:
            if argument.nargs == "*":
                said = [argument.value(word) for word in left]
                found[argument.name] = said if said or argument.default is None else argument.default
                left = []
            elif left:
                found[argument.name] = argument.value(left.pop(0))
            elif argument.nargs == "?":
                found[argument.name] = argument.default
            else:
                raise _NotPlainError
        if left:
            raise _NotPlainError
        return found
