"""The lint check with real ruff: what must stay quiet, what it finds, and what is no finding but an error."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from asking import ask, only, places, rules
from mlgate.checks.lint import CHECK
from mlgate.report import Outcome, Severity, Status
from mlgate.text import plain
from repositories import Repository

CLEAN = '"""A clean module."""\n\nLIMIT = 3\n'
UNUSED = "import os\n\nLIMIT = 3\n"
LOOSE = "LIMIT=3\n"
BROKEN = "def f(:\n    pass\n"
ONLY_PYFLAKES = '[lint]\nselect = ["F"]\n'


def notebook(*cells: str) -> str:
    made = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell} for cell in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def lint(repo: Repository, files: dict[str, str], config: str | None = None, **more) -> Outcome:
    repo.write({"ruff.toml": ONLY_PYFLAKES, **files, **({"mlgate.yaml": config} if config else {})})
    return ask(CHECK, repo, **more)


@pytest.fixture
def fake_ruff(tmp_path: Path):
    """Makes an environment whose ruff is a script, for what a real ruff cannot be brought to do."""

    def make(script: str) -> Path:
        folder = tmp_path / "tools" / "bin"
        folder.mkdir(parents=True)
        (folder / "python").symlink_to(sys.executable)
        (folder / "ruff").write_text(f"#!/bin/sh\n{script}\n")
        (folder / "ruff").chmod(0o755)
        return folder / "python"

    return make


@pytest.mark.parametrize(
    ("files", "config"),
    [
        pytest.param({"a.py": CLEAN}, None, id="clean"),
        pytest.param({"a.py": CLEAN, "nb.ipynb": notebook("x = 1")}, None, id="clean notebook"),
        pytest.param({"a.py": LOOSE}, "lint: {format: false}\n", id="format not wanted"),
        pytest.param({"a.py": CLEAN, "old/b.py": UNUSED}, "lint: {paths: [a.py]}\n", id="outside of the paths"),
        pytest.param(
            {"a.py": CLEAN, "b.py": UNUSED, "ruff.toml": 'exclude = ["b.py"]\n'}, None, id="excluded by ruff's config"
        ),
        pytest.param({"a.py": CLEAN, "b.py": UNUSED, ".gitignore": "b.py\n"}, None, id="ignored by git"),
        pytest.param({"a.py": CLEAN, "b.py": "import os  # noqa: F401\n"}, None, id="allowed by noqa"),
    ],
)
def test_run__quiet(repo, files, config):
    outcome = lint(repo, files, config)
    assert (outcome.status, outcome.summary, rules(outcome)) == (Status.PASSED, "clean", [])


def test_run__counts_files_and_no_pyproject(repo):
    outcome = lint(repo, {"a.py": CLEAN, "b.pyi": "LIMIT: int\n", "pyproject.toml": "[project]\nname = 'x'\n"})
    assert outcome.note == "2 files"


def test_run__leaves_the_tree_as_it_was(repo):
    lint(repo, {"a.py": UNUSED, "ruff.toml": "fix = true\n"})
    assert (repo.path / "a.py").read_text() == UNUSED
    assert sorted(path.name for path in repo.path.iterdir()) == [".git", "a.py", "ruff.toml"]


def test_run__unused_import(repo):
    outcome = lint(repo, {"src/a.py": UNUSED})
    found = only(outcome, "lint/F401")
    assert (outcome.status, outcome.summary, outcome.note) == (Status.FAILED, "1 problem", "1 file")
    assert (str(found.location), found.severity) == ("src/a.py:1:8", Severity.ERROR)
    assert found.message == "`` `os` imported but unused ``"
    assert found.hint == "`ruff check --fix` mends it"


def test_run__unsafe_fix_is_said(repo):
    found = only(lint(repo, {"a.py": "def f():\n    x = 1\n"}), "lint/F841")
    assert found.hint == "`ruff check --fix --unsafe-fixes` mends it; read what it changes"


def test_run__without_a_fix_the_rule_is_explained(repo):
    found = only(lint(repo, {"a.py": "print(nothing)\n"}), "lint/F821")
    assert found.hint == "`ruff rule F821` explains it"


def test_run__not_formatted(repo):
    outcome = lint(repo, {"a.py": LOOSE, "b.py": LOOSE, "c.py": CLEAN})
    assert rules(outcome) == ["lint/format", "lint/format"]
    assert [finding.location.path for finding in outcome.findings] == ["a.py", "b.py"]
    assert (outcome.summary, outcome.note) == ("2 files to format", "3 files")
    assert {finding.hint for finding in outcome.findings} == {"run `ruff format`"}


def test_run__problems_and_format_together(repo):
    assert lint(repo, {"a.py": UNUSED, "b.py": LOOSE}).summary == "1 problem, 1 file to format"


def test_run__syntax_error_is_a_finding_once(repo):
    outcome = lint(repo, {"a.py": BROKEN, "b.py": CLEAN})
    assert set(rules(outcome)) == {"lint/invalid-syntax"}
    assert outcome.status is Status.FAILED
    assert len(set(places(outcome.findings))) == len(outcome.findings)
    assert places(outcome.findings)[0] == "a.py:1:7"


def test_run__syntax_error_that_only_the_formatter_reads(repo):
    outcome = lint(repo, {"a.py": BROKEN, "ruff.toml": '[lint]\nexclude = ["a.py"]\n'})
    assert set(rules(outcome)) == {"lint/invalid-syntax"}


def test_run__notebook_names_the_cell(repo):
    found = only(lint(repo, {"nb.ipynb": notebook("x = 1", "import os")}), "lint/F401")
    assert str(found.location) == "nb.ipynb"
    assert plain(found.message).startswith("cell 2, line 1: ")


def test_run__monorepo_paths_are_from_the_root(repo):
    repo.write({"ruff.toml": ONLY_PYFLAKES, "services/api/src/a.py": UNUSED, "services/web/b.py": UNUSED})
    outcome = ask(CHECK, repo, folder="services/api")
    assert places(outcome.findings) == ["services/api/src/a.py:1:8"]


def test_run__project_behind_a_link(repo, tmp_path):
    repo.write({"ruff.toml": ONLY_PYFLAKES, "a.py": UNUSED})
    (tmp_path / "link").symlink_to(repo.path)
    linked = Repository(tmp_path / "link", repo.env)
    assert places(ask(CHECK, linked).findings) == ["a.py:1:8"]


def test_run__fix_only_in_the_config_hides_nothing(repo):
    outcome = lint(repo, {"a.py": UNUSED, "ruff.toml": "fix-only = true\n"})
    assert "lint/F401" in rules(outcome)


def test_run__hostile_file_name_is_literal(repo):
    outcome = lint(repo, {"a`|\n::error::x.py": UNUSED})
    assert only(outcome, "lint/F401").location.path == "a`|\n::error::x.py"


def test_run__many_problems_are_counted_and_the_first_listed(repo):
    outcome = lint(repo, {"a.py": "".join(f"print(missing_{n})\n" for n in range(250))})
    assert len(outcome.findings) == 200
    assert (outcome.summary, outcome.note) == ("250 problems", "1 file, the first 200 problems are listed")
    (table,) = outcome.tables
    assert table.folded
    assert [row.cells for row in table.rows] == [("`F821`", "250", "0")]


def test_run__paths_that_begin_with_a_dash(repo):
    outcome = lint(repo, {"--fix.py": UNUSED}, "lint: {paths: [--fix.py]}\n")
    assert places(outcome.findings) == ["--fix.py:1:8"]


def test_run__path_that_does_not_exist_fails_at_its_line(repo):
    outcome = lint(repo, {"a.py": CLEAN}, "version: 1\nlint:\n  paths:\n    - a.py\n    - srcs\n")
    (found,) = outcome.findings
    assert outcome.status is Status.FAILED
    assert (str(found.location), found.message) == ("mlgate.yaml:5", "the path `srcs` does not exist")


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"README.md": "text"}, id="none at all"),
        pytest.param({"a.py": UNUSED, "ruff.toml": 'exclude = ["*.py"]\n'}, id="all excluded"),
        pytest.param({"pyproject.toml": "[project]\nname = 'x'\n"}, id="only a pyproject.toml"),
    ],
)
def test_run__no_python_files_is_skipped(repo, files):
    outcome = lint(repo, files)
    assert (outcome.status, outcome.summary) == (Status.SKIPPED, "no Python files")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        pytest.param('line-length = "wide"\n', "invalid type", id="wrong type"),
        pytest.param("[lint\n", "TOML parse error at line 1", id="not TOML"),
        pytest.param('[lint]\nselect = ["NOPE999"]\n', "NOPE999", id="unknown rule"),
        pytest.param('required-version = ">=99"\n', "does not match", id="other version wanted"),
    ],
)
def test_run__misconfigured_ruff_is_an_error_in_its_own_words(repo, config, said):
    outcome = lint(repo, {"a.py": UNUSED, "ruff.toml": config})
    assert (outcome.status, rules(outcome)) == (Status.ERROR, [])
    assert outcome.summary.startswith("ruff gave no verdict: ")
    assert said in outcome.summary


def test_run__missing_ruff_is_an_error_with_a_hint(repo, tmp_path, monkeypatch):
    python = tmp_path / "bare" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(python))
    outcome = lint(repo, {"a.py": CLEAN}, python=python, env={"PATH": "/usr/bin:/bin"})
    assert (outcome.status, outcome.summary) == (Status.ERROR, "ruff was not found")
    assert outcome.hint == "install it with `pip install ruff`"


@pytest.mark.parametrize(
    ("script", "summary"),
    [
        pytest.param("kill -9 $$", "ruff was ended by SIGKILL", id="killed"),
        pytest.param(
            "echo 'ruff: command not found' >&2; exit 127",
            "ruff cannot be started: `ruff: command not found`",
            id="shim without a ruff behind it",
        ),
        pytest.param(
            'case "$*" in *show-files*) echo a.py;; *) exit 0;; esac',
            "ruff gave no verdict: it left no report",
            id="exit 0 without a report",
        ),
        pytest.param(
            'case "$*" in *show-files*) echo a.py;; *) echo "[]"; exit 1;; esac',
            "ruff gave no verdict: it names 0 problems and ends with exit code 1",
            id="exit 1 without problems",
        ),
        pytest.param(
            'case "$*" in *show-files*) echo a.py;; *) echo \'[{"filename": "a.py"}]\';; esac',
            "ruff gave no verdict: it names 1 problem and ends with exit code 0",
            id="problems with exit 0",
        ),
        pytest.param(
            'case "$*" in *show-files*) echo a.py;; *) echo \'[{"filename": \';; esac',
            "ruff gave no verdict: it left no report",
            id="report cut short",
        ),
    ],
)
def test_run__ruff_that_gives_no_answer_is_no_pass(repo, fake_ruff, script, summary):
    outcome = lint(repo, {"a.py": CLEAN}, python=fake_ruff(script))
    assert (outcome.status, outcome.summary) == (Status.ERROR, summary)


def test_run__formatter_that_knows_no_json(repo, fake_ruff):
    python = fake_ruff(
        'case "$*" in\n'
        "*show-files*) echo a.py;;\n"
        "format*output-format*) echo \"error: unexpected argument '--output-format' found\" >&2; exit 2;;\n"
        'format*) echo "Would reformat: src/a b.py"; echo "1 file would be reformatted";\n'
        '  echo "error: Failed to parse c.py:3:7: Expected a name" >&2; exit 2;;\n'
        '*) echo "[]";;\n'
        "esac"
    )
    outcome = lint(repo, {"a.py": CLEAN}, python=python)
    assert [(finding.rule, str(finding.location)) for finding in outcome.findings] == [
        ("lint/invalid-syntax", "c.py:3:7"),
        ("lint/format", "src/a b.py"),
    ]


@pytest.mark.parametrize("link", [False, True])
def test_run__a_ruff_of_the_repository_is_not_asked(repo, link):
    folder = repo.path / ("tools" if link else ".venv") / "bin"
    folder.mkdir(parents=True)
    (folder / "python").symlink_to(sys.executable)
    (folder / "ruff").write_text("#!/bin/sh\necho '[]'\n")
    (folder / "ruff").chmod(0o755)
    if link:
        (repo.path / ".venv").symlink_to("tools")
    repo.git("add", "--all", "--force")
    ran = lint(repo, {"a.py": UNUSED}, python=".venv/bin/python")
    assert ran.status is Status.ERROR
    shown = "tools/bin/ruff" if link else ".venv/bin/ruff"
    assert plain(ran.summary) == f"ruff at {shown} is a file of the repository, and is not asked"


def test_run__the_projects_own_ruff_is_asked_first(repo, fake_ruff):
    python = fake_ruff("exit 0")
    assert stat.S_IMODE((python.parent / "ruff").stat().st_mode) == 0o755
    assert lint(repo, {"a.py": UNUSED}, python=python).status is Status.SKIPPED
