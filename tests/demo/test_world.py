"""The world of the demo: it is apart from the user's, and says in one line when it cannot be made."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mlgate.demo.world import copy_example, demo_environment, require_empty, require_packages
from mlgate.errors import ToolMissingError, UsageError


def test_environment__keeps_what_the_user_needs(tmp_path: Path) -> None:
    made = demo_environment({"HOME": "/home/ana", "HTTPS_PROXY": "http://proxy:3128"}, tmp_path)
    assert (made["HOME"], made["HTTPS_PROXY"]) == ("/home/ana", "http://proxy:3128")


def test_environment__python_is_this_interpreter(tmp_path: Path) -> None:
    made = demo_environment({"PATH": "/usr/bin"}, tmp_path)
    assert made["PATH"] == os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin"])


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("GITHUB_EVENT_PATH", id="event of the CI run that started the demo"),
        pytest.param("GIT_DIR", id="repository of the git hook that started the demo"),
        pytest.param("GIT_CONFIG_COUNT", id="git config from the environment"),
        pytest.param("DVC_REMOTE", id="DVC setting"),
        pytest.param("PYTHONSAFEPATH", id="would keep stages from importing the project"),
    ],
)
def test_environment__leaves_out(tmp_path: Path, name: str) -> None:
    assert name not in demo_environment({name: "1"}, tmp_path)


def test_environment__git_reads_no_config_of_the_user(tmp_path: Path) -> None:
    made = demo_environment({"GIT_CONFIG_GLOBAL": "/home/ana/.gitconfig"}, tmp_path)
    assert (made["GIT_CONFIG_GLOBAL"], made["GIT_CONFIG_NOSYSTEM"]) == (os.devnull, "1")


def test_copy_example__only_what_belongs_to_the_project(tmp_path: Path) -> None:
    copy_example(tmp_path / "copy")
    assert {path.name for path in (tmp_path / "copy").iterdir()} == {
        ".gitignore",
        "README.md",
        "contracts",
        "dvc.lock",
        "dvc.yaml",
        "metrics.json",
        "mlgate.yaml",
        "params.yaml",
        "pyproject.toml",
        "src",
        "tests",
    }


def test_require_empty__new_folder(tmp_path: Path) -> None:
    require_empty(tmp_path / "new")


def test_require_empty__empty_folder(tmp_path: Path) -> None:
    require_empty(tmp_path)


def test_require_empty__folder_with_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(UsageError, match="is not empty"):
        require_empty(tmp_path)


def test_require_empty__file(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(UsageError, match="is not empty"):
        require_empty(tmp_path / "mine.txt")


def test_require_packages__all_there() -> None:
    require_packages({"sys": "python", "json": "python"})


def test_require_packages__names_what_to_install() -> None:
    with pytest.raises(ToolMissingError, match="needs `no-such-package`") as caught:
        require_packages({"sys": "python", "no_such_module": "no-such-package"})
    assert caught.value.hint == "pip install 'mlgate[demo]'"
