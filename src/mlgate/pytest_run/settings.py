"""What a project says about its tests without running them: whether it has any, and whether it uses pytest-cov."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any

from mlgate.context import Context
from mlgate.errors import MlgateError

_INI_SECTIONS = {"pytest.ini": "pytest", ".pytest.ini": "pytest", "tox.ini": "pytest", "setup.cfg": "tool:pytest"}


def has_test_files(files: Iterable[str]) -> bool:
    """Return whether a file is named as pytest expects of tests."""
    names = (PurePosixPath(path).name for path in files if path.endswith(".py"))
    return any(name.startswith("test_") or name.endswith("_test.py") for name in names)


def pytest_settings(context: Context) -> list[dict[str, Any]]:
    """Return the pytest tables of the project's config files; pytest itself complains of what cannot be read."""
    found = [_ini_table(context, name, section) for name, section in _INI_SECTIONS.items()]
    found.append(_pyproject_table(context))
    return [table for table in found if table is not None]


def uses_pytest_cov(args: Sequence[str], settings: Sequence[dict[str, Any]], addopts: str) -> bool:
    """Return whether the arguments, the settings or the environment's `addopts` switch pytest-cov on."""
    words = [*args, *_words(addopts)]
    for table in settings:
        value = table.get("addopts", "")
        words += [str(word) for word in value] if isinstance(value, list) else _words(str(value))
    return any(word == "--cov" or word.startswith("--cov=") for word in words)


def _words(text: str) -> list[str]:
    import shlex

    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _text(context: Context, name: str) -> str | None:
    if not context.exists(name):
        return None
    try:
        return context.read(name).decode("utf-8-sig", "replace")
    except MlgateError:
        return None


def _ini_table(context: Context, name: str, section: str) -> dict[str, Any] | None:
    import configparser

    text = _text(context, name)
    if text is None:
        return None
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    return dict(parser[section]) if section in parser else None


def _pyproject_table(context: Context) -> dict[str, Any] | None:
    import tomllib

    text = _text(context, "pyproject.toml")
    if text is None or "tool.pytest" not in text:
        return None
    try:
        tool = tomllib.loads(text)["tool"]["pytest"]
    except (tomllib.TOMLDecodeError, KeyError, TypeError, RecursionError):
        return {}
    if not isinstance(tool, dict):
        return {}
    inner = tool.get("ini_options")
    return inner if isinstance(inner, dict) else tool
