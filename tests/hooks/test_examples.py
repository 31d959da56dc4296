"""Every hook on its example files and projects, by the command of `.pre-commit-hooks.yaml`.

Where lines of a file end in `# found`, just these must be named.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hook_examples import EXAMPLES, HOOKS, file_examples, judges_projects, lay_out, project_examples, run_hook, said_of


def files(*kinds: str) -> list[object]:
    return [
        pytest.param(hook, name, kind, id=f"{hook}: {name}") for kind in kinds for hook, name in file_examples(kind)
    ]


def projects(kind: str) -> list[object]:
    return [pytest.param(hook, name, id=f"{hook}: {name}") for hook, name in project_examples(kind)]


def test_every_hook_has_examples_of_both_kinds() -> None:
    for hook in HOOKS:
        found = project_examples if judges_projects(hook) else file_examples
        for kind in ("positive", "negative"):
            assert any(other == hook for other, _ in found(kind)), f"{hook} has no {kind} example"


@pytest.mark.parametrize(("hook", "name", "kind"), files("negative"))
def test_file__quiet(hook: str, name: str, kind: str) -> None:
    assert run_hook(hook, EXAMPLES / hook / kind, name) == (0, "")


@pytest.mark.parametrize(("hook", "name", "kind"), files("positive"))
def test_file__found(hook: str, name: str, kind: str) -> None:
    folder = EXAMPLES / hook / kind
    code, said = run_hook(hook, folder, name)
    assert code == 1, said
    assert all(line.startswith(f"{name}:") for line in said.splitlines())
    marked = {number for number, line in enumerate((folder / name).open(), 1) if line.rstrip().endswith("# found")}
    if marked:
        assert {int(line.removeprefix(f"{name}:").partition(":")[0]) for line in said.splitlines()} == marked, said


@pytest.mark.parametrize(("hook", "name", "kind"), files("positive", "negative"))
def test_file__is_given_to_the_hook(hook: str, name: str, kind: str) -> None:
    assert re.search(HOOKS[hook]["files"], name)


@pytest.mark.parametrize(("hook", "name"), projects("negative"))
def test_project__quiet(hook: str, name: str, tmp_path: Path) -> None:
    names = lay_out(EXAMPLES / hook / "negative" / name, tmp_path / name)
    code, said = run_hook(hook, tmp_path / name, *(names if HOOKS[hook].get("pass_filenames", True) else []))
    assert code == 0, said


@pytest.mark.parametrize(("hook", "name"), projects("positive"))
def test_project__found(hook: str, name: str, tmp_path: Path) -> None:
    names = lay_out(EXAMPLES / hook / "positive" / name, tmp_path / name)
    code, said = run_hook(hook, tmp_path / name, *(names if HOOKS[hook].get("pass_filenames", True) else []))
    assert code == 1, said
    for line in said_of(hook, name):
        assert line in said
