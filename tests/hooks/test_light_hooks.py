"""The light hooks on example files: `positive` ones must be found, `negative` ones must stay quiet.

A file that is put into `examples/<hook id>/` is a test. Where lines of it end in `# found`, just these must be named.
"""

from __future__ import annotations

import os
import re
import subprocess  # noqa: TID251 - the hooks are run as programs
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = Path(__file__).parent / "examples"
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}


def examples(kind: str) -> list[object]:
    return [
        pytest.param(folder.name, path.relative_to(folder / kind).as_posix(), id=f"{folder.name}: {path.name}")
        for folder in sorted(EXAMPLES.iterdir())
        for path in sorted((folder / kind).rglob("*"))
        if path.is_file()
    ]


def run_hook(hook: str, folder: Path, *words: str) -> tuple[int, str]:
    """Run a hook with the command that pre-commit would run, in a folder."""
    program, *options = HOOKS[hook]["entry"].split()
    module = program.removeprefix("mlgate-").replace("-", "_")
    command = [sys.executable, "-m", f"mlgate_hooks.{module}", *options, *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=dict(os.environ))  # noqa: TID251
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(("hook", "name"), examples("negative"))
def test_example__quiet(hook: str, name: str) -> None:
    assert run_hook(hook, EXAMPLES / hook / "negative", name) == (0, "")


@pytest.mark.parametrize(("hook", "name"), examples("positive"))
def test_example__found(hook: str, name: str) -> None:
    folder = EXAMPLES / hook / "positive"
    code, said = run_hook(hook, folder, name)
    assert code == 1, said
    assert all(line.startswith(f"{name}:") for line in said.splitlines())
    marked = {number for number, line in enumerate((folder / name).open(), 1) if line.rstrip().endswith("# found")}
    if marked:
        assert {int(line.removeprefix(f"{name}:").partition(":")[0]) for line in said.splitlines()} == marked, said


@pytest.mark.parametrize(("hook", "name"), [*examples("positive"), *examples("negative")])
def test_example__is_given_to_the_hook(hook: str, name: str) -> None:
    assert re.search(HOOKS[hook]["files"], name)
