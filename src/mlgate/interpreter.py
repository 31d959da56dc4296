"""Which Python runs the project's own tests and stages: never mlgate's own unless nothing else is there."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mlgate.errors import ToolMissingError
from mlgate.text import code

if TYPE_CHECKING:
    from mlgate.git import Git

_BIN, _SUFFIX = ("Scripts", ".exe") if sys.platform == "win32" else ("bin", "")
# On Windows only a virtual environment keeps its interpreter beside its programs; conda and Python itself do not.
_PLACES = (f"{_BIN}/python.exe", "python.exe") if sys.platform == "win32" else (f"{_BIN}/python",)


def find_interpreter(project: Path, wanted: str | None, env: Mapping[str, str]) -> Path:
    """Return the interpreter that is asked for, else the active environment's, the project's `.venv`, or the PATH's."""
    if wanted:
        return _asked_for(project, wanted, env)
    env = _outside_hook(env)
    for folder in (env.get("VIRTUAL_ENV"), env.get("CONDA_PREFIX"), str(project / ".venv")):
        if folder and (found := _python_of(Path(folder))):
            return found
    for name in ("python", "python3"):
        found = which(name, env)
        if found:
            return found
    return Path(sys.executable)


def _outside_hook(env: Mapping[str, str]) -> Mapping[str, str]:
    """Return the environment as it was before pre-commit activated the one that it made for mlgate alone."""
    if env.get("PRE_COMMIT") != "1":
        return env
    own = str(Path(sys.prefix) / _BIN)
    path = os.pathsep.join(part for part in env.get("PATH", "").split(os.pathsep) if part != own)
    return {name: value for name, value in env.items() if name != "VIRTUAL_ENV"} | {"PATH": path}


def find_tool(name: str, python: Path, env: Mapping[str, str]) -> Path | None:
    """Return a program of the project's environment, else the PATH's, else the one installed beside mlgate."""
    return _beside(python, name) or which(name, env) or _beside(Path(sys.executable), name)


def _beside(python: Path, name: str) -> Path | None:
    """Return a program of the environment that an interpreter belongs to."""
    folders = (python.parent, python.parent / _BIN) if sys.platform == "win32" else (python.parent,)
    return next((place for folder in folders if (place := folder / f"{name}{_SUFFIX}").exists()), None)


def _python_of(folder: Path) -> Path | None:
    """Return the interpreter of an environment's folder."""
    return next((folder / place for place in _PLACES if (folder / place).exists()), None)


def repository_file(program: Path, root: Path, git: Git, *, whole: bool = False) -> str | None:
    """Return the file of the repository that a program is, by its path or its link; None where it is none.

    Whoever changes the code could change what judges it. With `whole` no file of its Python environment may be one.
    """
    top = root.resolve()
    for place in (Path(os.path.abspath(program)), program.resolve()):  # noqa: PTH100 - follows no link
        for path in (place, *(_environment(place) if whole else ())):
            tracked = git.ask("ls-files", "-z", "--", str(path.relative_to(top))) if path.is_relative_to(top) else None
            if tracked:
                return os.fsdecode(tracked.partition(b"\0")[0])
    return None


def _environment(program: Path) -> tuple[Path, ...]:
    """Return the Python environment that a program is installed in, if it is one."""
    folder = program.parent.parent
    return (folder,) if (folder / "pyvenv.cfg").is_file() or (folder / "conda-meta").is_dir() else ()


def which(name: str, env: Mapping[str, str]) -> Path | None:
    """Return the program that the PATH of `env` leads to."""
    import shutil

    found = shutil.which(name, path=env.get("PATH", ""))
    return Path(found) if found else None


def _asked_for(project: Path, wanted: str, env: Mapping[str, str]) -> Path:
    path = Path(wanted)
    if len(path.parts) == 1:
        found = which(wanted, env)
        if found:
            return found
    # Not resolved: an environment's interpreter is a link, and following it would leave the environment.
    candidate = path if path.is_absolute() else project / path
    if candidate.is_dir():
        candidate = _python_of(candidate) or candidate / _PLACES[0]
    if not candidate.exists():
        raise ToolMissingError(
            f"the interpreter {code(wanted)} does not exist", hint="set `project: {python: ...}` or give `--python`"
        )
    return candidate
