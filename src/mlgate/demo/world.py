"""Where the demo takes place: the example found, and an environment that touches nothing of the user's."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from mlgate.errors import MlgateError, ToolMissingError, UsageError
from mlgate.text import code, codes

EXAMPLE = "breast-cancer"
NEEDED = {
    "dvc": "dvc",
    "sklearn": "scikit-learn",
    "pandas": "pandas",
    "pandera": "pandera",
    "polars": "polars",
    "pyarrow": "pyarrow",
    "pytest": "pytest",
    "ruff": "ruff",
}
_LEFT_OUT = ("__pycache__", ".dvc", ".git", ".pytest_cache", ".ruff_cache", ".venv", "data", "out")
_DVC_CONFIG = "[core]\n    analytics = false\n    check_update = false\n"


def find_example() -> Path:
    """Return the example project: the one installed with mlgate, else the one of its source tree."""
    package = Path(__file__).resolve().parent.parent
    candidates = [package / "_example", *(up / "examples" / EXAMPLE for up in package.parents[1:2])]
    for folder in candidates:
        if (folder / "dvc.yaml").is_file():
            return folder
    raise MlgateError("the example project is not installed with mlgate", hint="install mlgate again")


def copy_example(target: Path) -> None:
    """Copy the example to a folder that does not exist yet, without what running it left behind."""
    import shutil

    shutil.copytree(find_example(), target, ignore=shutil.ignore_patterns(*_LEFT_OUT))


def require_packages(needed: Mapping[str, str] = NEEDED) -> None:
    """Raise when a package that the example's stages and checks need is not installed; `needed` is by module."""
    from importlib.util import find_spec

    missing = [package for module, package in needed.items() if find_spec(module) is None]
    if missing:
        raise ToolMissingError(f"the demo needs {codes(missing)}", hint="pip install 'mlgate[demo]'")


def require_empty(folder: Path) -> None:
    """Raise unless a folder may be made here, or an empty one is here already."""
    if not folder.exists():
        return
    if not folder.is_dir() or any(folder.iterdir()):
        raise UsageError(f"{code(folder)} is not empty", hint="name a folder that does not exist yet")


def demo_environment(env: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the environment of the demo's children, and write what it points to below `folder`.

    Git and DVC see no config of the user, CI variables do not reach the gate, and `python` is this interpreter.
    """
    dvc = folder / "dvc"
    dvc.mkdir(parents=True)
    (dvc / "config").write_text(_DVC_CONFIG, encoding="utf-8")
    own = {name: value for name, value in env.items() if not _is_foreign(name)}
    path = os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", os.defpath)])
    return own | {
        "PATH": path,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "DVC_GLOBAL_CONFIG_DIR": str(dvc),
        "DVC_SYSTEM_CONFIG_DIR": str(folder / "none"),
        "DVC_SITE_CACHE_DIR": str(folder / "site"),
        "DVC_NO_ANALYTICS": "1",
    }


def _is_foreign(name: str) -> bool:
    return name in {"CI", "PYTHONSAFEPATH", "MLGATE_CONFIG"} or name.startswith(("GIT_", "GITHUB_", "DVC_"))
