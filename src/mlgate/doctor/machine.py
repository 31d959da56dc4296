"""Practices about this machine: the interpreter and tools of the project, and mlgate's own extras."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from mlgate.checks.metrics import CHECK as METRICS
from mlgate.doctor.practice import Answer, Facts, fine, missing, not_needed
from mlgate.errors import ToolMissingError
from mlgate.interpreter import find_tool
from mlgate.metrics.config import MetricsConfig
from mlgate.pytest_run.settings import has_test_files
from mlgate.report import Enforcement
from mlgate.text import code, codes

_SECONDS = 20.0
_VERSION = re.compile(r"\d+(?:\.\d+)+\S*")
_OLDEST_GIT = (2, 25)


def git(facts: Facts) -> Answer:
    """Ask for git, and whether it is young enough."""
    version = _said(facts, ["git", "--version"])
    numbers = tuple(int(part) for part in re.findall(r"\d+", version or "")[:2])
    if version is None or numbers < _OLDEST_GIT:
        return missing(f"git {version or 'does not say its version'}", "install git 2.25 or newer")
    return fine(f"git {version}")


def interpreter(facts: Facts) -> Answer:
    """Ask which Python runs the project's tests and stages."""
    try:
        path = facts.context.python
    except ToolMissingError as error:
        return missing(error.message, error.hint or "set `project: {python: ...}`")
    version = _said(facts, [path, "-V"])
    if version is None:
        return missing(f"{code(path)} does not start", "set `project: {python: ...}`")
    if path.parent == Path(sys.executable).parent and facts.found.has_python:
        says = f"Python {version}, mlgate's own, for no environment of the project was found"
        return missing(says, "make one in `.venv`, activate yours, or set `project: {python: ...}`")
    return fine(f"Python {version} at {code(path)}")


def linter(facts: Facts) -> Answer:
    """Ask for ruff, which the check `lint` runs."""
    if not facts.found.has_python or _is_off(facts, "lint"):
        return not_needed("nothing to lint" if not facts.found.has_python else "`lint` is turned off")
    tool = find_tool("ruff", facts.context.python, facts.context.env)
    version = _said(facts, [tool, "--version"]) if tool else None
    if version is None:
        return missing("ruff was not found", "add it to the project, or run `pip install 'mlgate[tools]'`")
    return fine(f"ruff {version}")


def test_runner(facts: Facts) -> Answer:
    """Ask for pytest in the project's own environment, where the check `tests` runs it."""
    if not has_test_files(facts.context.files) or _is_off(facts, "tests"):
        return not_needed("no tests to run")
    version = _said(facts, [facts.context.python, "-m", "pytest", "--version"])
    if version is None:
        return missing(f"{code(facts.context.python)} has no pytest", "install it beside the project's packages")
    return fine(f"pytest {version}")


def data_packages(facts: Facts) -> Answer:
    """Ask for the packages that the checks of data import."""
    if not any(dataset.contract for dataset in facts.context.config.datasets.values()):
        return not_needed("no dataset has a contract")
    return _extra("data", ("pandera", "pandas", "polars", "pyarrow"))


def statistics(facts: Facts) -> Answer:
    """Ask for the packages that verdicts with predictions, and drift, import."""
    config = facts.context.config.section(METRICS.id, MetricsConfig)
    if config.predictions is None and "drift" not in facts.context.config.sections:
        return not_needed("no predictions and no drift are configured")
    return _extra("data", ("scipy", "pandas"))


def dvc(facts: Facts) -> Answer:
    """Ask for DVC, which stages that are run again, and questions to the remote, need."""
    if not facts.found.has_pipeline and not facts.found.pipelines.data:
        return not_needed("no pipeline and no data of DVC's")
    tool = find_tool("dvc", facts.context.python, facts.context.env)
    version = _said(facts, [tool, "--version"]) if tool else None
    if version is None:
        return missing("DVC was not found", "add it to the project, or run `pip install 'mlgate[dvc]'`")
    return fine(f"DVC {version}")


def mlflow_client(facts: Facts) -> Answer:
    """Ask for MLflow's client, where runs are compared."""
    if facts.context.config.section(METRICS.id, MetricsConfig).mlflow is None:
        return not_needed("MLflow is not configured")
    from importlib.util import find_spec

    if find_spec("mlflow") is None:
        return missing("MLflow is not installed beside mlgate", "run `pip install 'mlgate[mlflow]'`")
    return fine("MLflow is installed beside mlgate")


def _extra(extra: str, packages: Sequence[str]) -> Answer:
    from importlib.metadata import PackageNotFoundError, version

    found, absent = [], []
    for name in packages:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            absent.append(name)
    if absent:
        step = f"pip install 'mlgate[{extra}]'"
        return missing(f"not installed beside mlgate: {codes(absent)}", f"run {code(step)}")
    return fine(", ".join(found))


def _is_off(facts: Facts, check: str) -> bool:
    return facts.context.config.enforce.get(check) is Enforcement.OFF


def _said(facts: Facts, command: Sequence[str | Path]) -> str | None:
    """Return the version that a program says it has, or None where it does not start."""
    try:
        done = facts.context.children.run(command, cwd=facts.context.project, limit=_SECONDS)
    except ToolMissingError:
        return None
    found = _VERSION.search(done.text + done.error_text)
    return found[0] if found and not done.code else None
