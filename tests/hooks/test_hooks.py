"""The hooks as people get them: installed by pre-commit itself from this repository, run on their examples."""

from __future__ import annotations

import subprocess  # noqa: TID251 - pre-commit is run as people run it
import sys
from pathlib import Path

import pytest
import yaml

from hook_examples import EXAMPLES, HOOKS, ROOT, environment, file_examples, git, judges_projects, lay_out, said_of


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the files of this one, as they are now, for pre-commit to clone."""
    folder = tmp_path_factory.mktemp("source")
    listed = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--deduplicate")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and not name.startswith(("tests/", "docs/images/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=All")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps the environments that it makes, for all tests of this module."""
    return tmp_path_factory.mktemp("home")


@pytest.mark.parametrize("hook", HOOKS)
def test_hook__quiet_and_then_found(hook: str, source: Path, home: Path, tmp_path: Path) -> None:
    for kind, expected in (("negative", 0), ("positive", 1)):
        name, example = _example(hook, kind)
        project = tmp_path / kind
        lay_out(example, project)
        code, said = _run(source, project, home, hook)
        assert code == expected, said
        assert "Traceback" not in said
        if kind == "positive":
            wanted = said_of(hook, name) if judges_projects(hook) else [f"{file}:" for file in _found(hook)]
            assert all(line in said for line in wanted), said


def test_readme__mends_a_block_and_fails_once(source: Path, home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    lay_out(EXAMPLES / "mlgate-readme" / "mended" / "behind", project)
    code, said = _run(source, project, home, "mlgate-readme")
    assert code == 1, said
    assert "files were modified by this hook" in said
    assert "| rate | 0.2 |" in (project / "README.md").read_text()
    assert _run(source, project, home, "mlgate-readme")[0] == 0


def test_contracts__says_what_to_install_where_a_user_replaced_the_dependencies(
    source: Path, home: Path, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    lay_out(EXAMPLES / "mlgate-contracts" / "negative" / "holds", project)
    code, said = _run(source, project, home, "mlgate-contracts", additional_dependencies=[])
    assert code == 1, said
    assert "not checked: needs the package pandas; install it with pip install 'mlgate[data]'" in said
    assert "list .[data] among the hook's additional_dependencies" in said


def test_hooks_file__names_what_is_installed() -> None:
    scripts = {path.name for path in Path(sys.executable).parent.iterdir()}
    assert {hook["entry"] for hook in HOOKS.values()} <= scripts


def _example(hook: str, kind: str) -> tuple[str, Path]:
    """Return one project of a hook, or for a hook on files the folder of all of them."""
    folder = EXAMPLES / hook / kind
    if judges_projects(hook):
        folder = next(path for path in sorted(folder.iterdir()) if path.is_dir())
    return folder.name, folder


def _found(hook: str) -> list[str]:
    return [name for other, name in file_examples("positive") if other == hook]


def _run(source: Path, project: Path, home: Path, hook: str, **settings: object) -> tuple[int, str]:
    """Run one hook on all files of a project by the real pre-commit; return its exit code and what it printed."""
    config = {
        "repos": [{"repo": str(source), "rev": git(source, "rev-parse", "HEAD"), "hooks": [{"id": hook, **settings}]}]
    }
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git(project, "add", "--all", "--force")
    stage = HOOKS[hook]["stages"][0]
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose", "--hook-stage", stage, hook]
    done = subprocess.run(command, cwd=project, env=environment(home), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
