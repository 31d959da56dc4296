"""The example files of the hooks: `hooks/examples/<hook id>/positive` must be found, `negative` must stay quiet.

A file there is a test of a hook that judges file by file; a folder is one of a hook that judges a project. What a hook
must say of a project stands beside it, a line each, in `<project>.said`. Every hook is run by the command that
`.pre-commit-hooks.yaml` gives to pre-commit.
"""

from __future__ import annotations

import os
import shutil
import subprocess  # noqa: TID251 - the hooks are run as programs
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "tests" / "hooks" / "examples"
HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
}
_IDENTITY = ("-c", "user.name=hooks", "-c", "user.email=hooks@example.invalid", "-c", "commit.gpgsign=false")


def judges_projects(hook: str) -> bool:
    """Return whether a hook is about a project, and not about one file after the other."""
    return not HOOKS[hook].get("pass_filenames", True) or HOOKS[hook].get("require_serial", False)


def file_examples(kind: str) -> Iterator[tuple[str, str]]:
    """Yield hook and file for each file that a hook must find, or must not."""
    for hook in sorted(HOOKS):
        folder = EXAMPLES / hook / kind
        if not judges_projects(hook):
            yield from ((hook, path.relative_to(folder).as_posix()) for path in _files(folder))


def project_examples(kind: str) -> Iterator[tuple[str, str]]:
    """Yield hook and project for each project that a hook must find fault with, or must not."""
    for hook in sorted(HOOKS):
        if judges_projects(hook):
            folders = sorted(path for path in (EXAMPLES / hook / kind).iterdir() if path.is_dir())
            yield from ((hook, path.name) for path in folders)


def lay_out(source: Path, target: Path) -> list[str]:
    """Copy an example to a new repository, commit it, and return the names of its files."""
    shutil.copytree(source, target)
    git(target, "init", "--quiet", "--initial-branch=main")
    git(target, "add", "--all", "--force")
    git(target, "commit", "--quiet", "--message=Start")
    return git(target, "ls-files").splitlines()


def said_of(hook: str, project: str) -> list[str]:
    """Return what must be among what a hook says of a project."""
    path = EXAMPLES / hook / "positive" / f"{project}.said"
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def run_hook(hook: str, folder: Path, *words: str) -> tuple[int, str]:
    """Run a hook with the command that pre-commit would run, in a folder; return its exit code and what it said."""
    program, *options = HOOKS[hook]["entry"].split()
    module = program.removeprefix("mlgate-").replace("-", "_")
    start = f"import sys; from mlgate_hooks.{module} import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", start, *options, *words], cwd=folder, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


def git(folder: Path, *words: str) -> str:
    """Run git in a folder and return what it printed."""
    done = subprocess.run(["git", *_IDENTITY, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def environment(home: Path) -> dict[str, str]:
    """Return an environment for pre-commit with a home of its own, in which pip spares itself byte-compiling pandas."""
    return {**os.environ, "PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never", "PIP_NO_COMPILE": "1"}  # noqa: TID251
