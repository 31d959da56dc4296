"""Files of any name, told on any terminal: escaped where they cannot be shown, and never a crash."""

from __future__ import annotations

import subprocess  # noqa: TID251 - the hooks are run as programs
import sys
from pathlib import Path

import pytest

from hook_examples import EXAMPLES, HOOKS, environment, file_examples, judges_projects

FOLDER = "日本\udcff\x1b[31m"


def tell(hook: str, name: str, folder: Path, encoding: str) -> subprocess.CompletedProcess[bytes]:
    module = hook.removeprefix("mlgate-").replace("-", "_")
    start = f"import sys; from mlgate_hooks.{module} import main; sys.exit(main())"
    command = [sys.executable, "-c", start, name]
    # A Windows pipe takes the signs of one code page alone.
    env = {**environment(folder), "PYTHONIOENCODING": encoding}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, check=False)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize("hook", [hook for hook in HOOKS if not judges_projects(hook)])
def test_name__is_shown_and_not_believed(hook: str, tmp_path: Path, encoding: str) -> None:
    example = next(name for other, name in file_examples("positive") if other == hook)
    name = f"{FOLDER}/{example}"
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_bytes((EXAMPLES / hook / "positive" / example).read_bytes())
    done = tell(hook, name, tmp_path, encoding)
    said = done.stdout.decode(encoding)
    assert (done.returncode, done.stderr) == (1, b"")
    start = "日本" if encoding == "utf-8" else "\\u65e5\\u672c"
    assert said.startswith(f"{start}\\udcff\\x1b[31m/{example}:")
    assert "\x1b" not in said


def test_name__what_is_to_be_copied_is_one_word(tmp_path: Path) -> None:
    name = "$(touch pwned);x.csv"
    (tmp_path / name).write_bytes(b"a,b\n" * 10_000)
    done = tell("mlgate-data-in-git", name, tmp_path, "utf-8")
    assert f"git rm --cached '{name}' && dvc add '{name}'" in done.stdout.decode()
