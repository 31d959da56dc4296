"""Fits a workflow template to a repository: how its project is installed, with which Python, in which folder."""

from __future__ import annotations

import re

from mlgate.context import Context
from mlgate.errors import MlgateError, UsageError
from mlgate.scaffold.config_text import scalar
from mlgate.scaffold.found import Found
from mlgate.scaffold.shipped import template

_INSTALL = "        run: pip install -r requirements.txt\n"
_UNKNOWN = "        # Nothing here says what the project needs: write it below, such as `pip install ...`.\n"
_COPY = re.compile(r": copy this file to [^\n]*\.\n")
_PYTHON = 'python-version: "3.12"'
_VERSION = re.compile(r"\s*(?:cpython-|python-)?(3\.\d+)(?:\.\d+)?\s*")
_GATE = re.compile(r"( +)uses: mlgate/mlgate@[^\n]*\n(?: +with:\n)?")

# What says how to install a project, and the command; the first that is there counts.
_WAYS = (
    ("uv.lock", "pip install uv && uv sync --locked"),
    ("poetry.lock", "pip install poetry && POETRY_VIRTUALENVS_IN_PROJECT=true poetry install"),
    ("pdm.lock", "pip install pdm && pdm sync"),
    ("requirements.lock", "pip install -r requirements.lock"),
    ("requirements.txt", "pip install -r requirements.txt"),
    ("requirements/dev.txt", "pip install -r requirements/dev.txt"),
    ("pyproject.toml", "pip install ."),
    ("setup.py", "pip install ."),
)


def workflow_text(context: Context, found: Found, name: str) -> str:
    """Return the template `name` as it fits this repository."""
    if "${{" in context.prefix:
        raise UsageError("the name of the project folder would be run by GitHub", hint="take `${{` out of it")
    text = _COPY.sub(", as `mlgate init` wrote it.\n", template(name), count=1)
    text = text.replace(_INSTALL, _install_step(context) + _pull_step(found))
    python = _python_version(context)
    if python:
        text = text.replace(_PYTHON, f'python-version: "{python}"')
    return _with_project(text, context.prefix.rstrip("/"))


def _install_step(context: Context) -> str:
    folder = f"        working-directory: {scalar(context.prefix.rstrip('/'))}\n" if context.prefix else ""
    for file, command in _WAYS:
        if context.exists(file) and (file != "pyproject.toml" or _is_package(context)):
            return f"{folder}        run: {command}\n"
    return f"{_UNKNOWN}{folder}        run: python --version\n"


def _is_package(context: Context) -> bool:
    try:
        document = context.document("pyproject.toml")
    except MlgateError:
        return False
    return isinstance(document, dict) and ("project" in document or "build-system" in document)


def _pull_step(found: Found) -> str:
    kept = any(out.cache for stage in found.pipelines.stages for out in stage.outs) or bool(found.pipelines.data)
    if not kept:
        return ""
    return (
        "\n      # Data that DVC keeps: bring it here, with credentials that can only read.\n"
        "      # - name: Pull the data\n"
        "      #   run: pip install 'dvc[s3]' && dvc pull\n"
    )


def _python_version(context: Context) -> str | None:
    try:
        data = context.head_files.read(".python-version") or b""
    except MlgateError:
        return None
    match = _VERSION.fullmatch(data.decode("utf-8", "replace"))
    return match[1] if match else None


def _with_project(text: str, folder: str) -> str:
    """Return a workflow whose gate looks at a folder of the repository."""
    if not folder:
        return text

    def with_input(step: re.Match[str]) -> str:
        uses = step[0].partition("\n")[0]
        return f"{uses}\n{step[1]}with:\n{step[1]}  project: {scalar(folder)}\n"

    return _GATE.sub(with_input, text)
