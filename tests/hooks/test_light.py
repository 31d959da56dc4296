"""The hooks of the first stage, pre-commit, import nothing heavy, whatever files they are given."""

from __future__ import annotations

import subprocess  # noqa: TID251 - the hooks are run as programs
import sys
from pathlib import Path

import pytest

from heavy import HEAVY
from hook_examples import EXAMPLES, HOOKS, file_examples, judges_projects, lay_out

LIGHT = [hook for hook in HOOKS if HOOKS[hook]["stages"][0] == "pre-commit"]
NEEDED = {"mlgate-readme": {"markdown_it"}, "mlgate-readme-references": {"markdown_it"}}
SCRIPT = """
import contextlib, os, sys
from mlgate_hooks.{module} import main
def tell():
    print("MODULES", *sorted({{name.partition(".")[0] for name in sys.modules}}), flush=True)
end = os._exit
os._exit = lambda code: (tell(), end(code))
with contextlib.suppress(SystemExit):
    main()
tell()
"""


@pytest.mark.parametrize("hook", LIGHT)
@pytest.mark.parametrize("kind", ["negative", "positive"])
def test_light__imports_nothing_heavy(hook: str, kind: str, tmp_path: Path) -> None:
    folder, names = EXAMPLES / hook / kind, [name for other, name in file_examples(kind) if other == hook]
    if judges_projects(hook):
        example = next(path for path in sorted(folder.iterdir()) if path.is_dir())
        folder, names = tmp_path / example.name, []
        lay_out(example, folder)
    assert _imported(hook, folder, names) & HEAVY <= NEEDED.get(hook, set())


def test_plain_secrets__asks_the_library_only_about_suspects() -> None:
    folder = EXAMPLES / "mlgate-plain-secrets"
    quiet = _imported(
        "mlgate-plain-secrets", folder / "negative", ["params.yaml", "settings.py", ".env", "explore.ipynb"]
    )
    assert not quiet & {"detect_secrets", "requests"}
    assert "detect_secrets" in _imported("mlgate-plain-secrets", folder / "positive", ["settings.py"])


def _imported(hook: str, folder: Path, names: list[str]) -> set[str]:
    """Return the top-level packages that a hook has imported by its end."""
    module = hook.removeprefix("mlgate-").replace("-", "_")
    command = [sys.executable, "-c", SCRIPT.format(module=module), *names]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    told = [line for line in done.stdout.splitlines() if line.startswith("MODULES ")]
    assert told, done.stdout
    return set(told[-1].split()[1:])
