"""The config through the command line: what is accepted, and every way in which it can be wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

import sample_plugins
from mlgate.checks import BUILTIN
from mlgate.config import Config
from mlgate.config_reading import load_config
from mlgate.report import Enforcement
from repositories import Repository

KINDS = {name: check.config for name, check in BUILTIN.items()}


def read(repo: Repository, text: str | bytes, name: str = "mlgate.yaml") -> Config:
    repo.write({name: text})
    return load_config(repo.path, repo.path, KINDS)


@pytest.fixture
def said(mlgate: Callable, plugin: Callable, repo: Repository) -> Callable[[], str]:
    """Runs a check that passes and returns the report."""
    plugin("fine", sample_plugins.source("fine", sample_plugins.PASSING))

    def run() -> str:
        ran = mlgate("run", "fine", "--format", "json", "--quiet", cwd=repo.path)
        assert ran.code == 0, ran.text
        return ran.out

    return run


@pytest.fixture
def refusal(mlgate: Callable, repo: Repository) -> Callable[..., list[str]]:
    """Runs the command line on a wrong config and returns the lines that it says."""

    def run(*argv: str) -> list[str]:
        ran = mlgate("run", "metrics", *argv, cwd=repo.path)
        assert ran.code == 2, ran.text
        assert ran.out == ""
        assert "Traceback" not in ran.err
        assert ran.err.startswith("mlgate: ")
        return ran.err.removeprefix("mlgate: ").splitlines()

    return run


# What is accepted.


def test_missing__defaults_and_says_so(said: Callable) -> None:
    assert "no config: every check ran with its defaults" in said()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("# nothing yet\n\n# metrics:\n", id="comments only"),
        pytest.param("---\n", id="empty document"),
        pytest.param("{}\n", id="empty braces"),
    ],
)
def test_empty__defaults_and_says_so(said: Callable, repo: Repository, text: str) -> None:
    repo.write({"mlgate.yaml": text})
    assert "`mlgate.yaml` sets nothing: every check ran with its defaults" in said()


def test_config_that_sets_something__no_word_of_defaults(said: Callable, repo: Repository) -> None:
    repo.write({"mlgate.yaml": "version: 1\n"})
    assert "defaults" not in said()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"enforce:\n  readme: warn\n", id="plain"),
        pytest.param(b"\xef\xbb\xbfenforce:\n  readme: warn\n", id="byte order mark"),
        pytest.param(b"enforce:\r\n  readme: warn\r\n", id="CRLF"),
        pytest.param(b"{enforce: {'readme': \"warn\"}}", id="flow style, no last line end"),
        pytest.param(b"%YAML 1.2\n---\nenforce: {readme: warn}\n...\n", id="one document with markers"),
        pytest.param(b"enforce: &e\n  readme: &w warn\n", id="anchors"),
    ],
)
def test_accepted(repo: Repository, data: bytes) -> None:
    assert read(repo, data).enforce == {"readme": Enforcement.WARN}


@pytest.mark.parametrize("name", ["mlgate.yaml", "mlgate.yml", ".mlgate.yaml"])
def test_names(repo: Repository, name: str) -> None:
    config = read(repo, "enforce: {readme: off}", name)
    assert (config.enforce, config.source) == ({"readme": Enforcement.OFF}, name)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('[tool.mlgate]\nenforce.readme = "off"\n', id="table"),
        pytest.param('[tool.mlgate.enforce]\nreadme = "off"\n', id="table of a section"),
        pytest.param('["tool"."mlg\\u0061te"]\nenforce.readme = "off"\n', id="written with an escape"),
        pytest.param('[tool]\nmlgate.enforce = {readme = "off"}\n', id="dotted key"),
        pytest.param('[ tool . "mlgate" . enforce ]\r\nreadme = "off"\r\n', id="spaces and quotes"),
    ],
)
def test_pyproject(repo: Repository, text: str) -> None:
    config = read(repo, text, "pyproject.toml")
    assert (config.enforce, config.source) == ({"readme": Enforcement.OFF}, "pyproject.toml")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('[project]\ndependencies = ["mlgate"]\n', id="a dependency on us"),
        pytest.param("[tool.other]\n# see [tool.mlgate]\n", id="a comment"),
        pytest.param('[project]\ndescription = """\n[tool.mlgate]\n"""\n', id="a text of several lines"),
        pytest.param("[tool.mlgate-extra]\nx = 1\n", id="another tool"),
        pytest.param("not TOML, mlgate", id="not TOML, without our table"),
    ],
)
def test_pyproject__that_only_mentions_us_is_no_config(repo: Repository, text: str) -> None:
    repo.write({"pyproject.toml": text})
    assert read(repo, "enforce: {readme: off}").source == "mlgate.yaml"


def test_link_inside_the_repository(repo: Repository) -> None:
    repo.write({"shared/gate.yaml": "enforce: {readme: off}"})
    (repo.path / "mlgate.yaml").symlink_to("shared/gate.yaml")
    assert load_config(repo.path, repo.path, KINDS).enforce == {"readme": Enforcement.OFF}


def test_config_option__a_file_from_anywhere(mlgate: Callable, repo: Repository, tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("enforce: {metrics: off}")
    ran = mlgate("run", "metrics", "--config", "../other.yaml", "--format", "json", cwd=repo.path)
    assert ran.code == 3
    assert "turned off in the config" in ran.out


# What is wrong: each with the place, the words, and the way out where there is one.


class Wrong(NamedTuple):
    text: str | bytes
    place: str
    message: str
    hint: str | None = None


WRONG = [
    pytest.param(Wrong("metrics: [1, 2\nbaseline: {}\n", "2:9", "not valid YAML: did not find expected"), id="syntax"),
    pytest.param(Wrong("version: '1\n", "2:1", "a quoted scalar that begins on line 1"), id="unclosed quote"),
    pytest.param(
        Wrong("enforce:\n\treadme: warn\n", "2:1", "a tab where YAML wants spaces", "indent with spaces"), id="tab"
    ),
    pytest.param(Wrong("version: 1\nreport: {}\nversion: 1\n", "3:1", "duplicate key version"), id="duplicate key"),
    pytest.param(
        Wrong("enforce:\n  readme: warn\n  readme: off\n", "3:3", "duplicate key readme"), id="duplicate inner key"
    ),
    pytest.param(Wrong("metrisc: {}\n", "1:1", "unknown key metrisc", "did you mean metrics?"), id="unknown key"),
    pytest.param(
        Wrong("baseline:\n  brunch: main\n", "2:3", "unknown key brunch", "did you mean branch?"),
        id="unknown inner key",
    ),
    pytest.param(Wrong("zzz: 1\n", "1:1", "unknown key zzz", "known here: version, project"), id="unlike any key"),
    pytest.param(Wrong("enforce:\n  metric: off\n", "2:3", "unknown key metric", "metrics?"), id="unknown check"),
    pytest.param(Wrong("limits: {testz: 5m}\n", "1:10", "unknown key testz", "tests?"), id="limit of no check"),
    pytest.param(Wrong("datasets: [a]\n", "1:1", "expected keys and values, got a list"), id="list for a mapping"),
    pytest.param(Wrong("project: here\n", "1:1", "expected keys and values, got here"), id="text for a mapping"),
    pytest.param(Wrong("project:\n  python: 3\n", "2:3", "expected text, got 3", "put it in quotes"), id="wrong type"),
    pytest.param(Wrong("version: 2\n", "1:1", "expected 1, got 2"), id="version of the future"),
    pytest.param(Wrong("version: '1'\n", "1:1", "got the text 1", "write it without quotes"), id="version in quotes"),
    pytest.param(Wrong("enforce: {readme: blokc}\n", "1:11", "got blokc", "did you mean block?"), id="unknown level"),
    pytest.param(Wrong("enforce: {readme: yes}\n", "1:11", "expected one of block, warn, off, got yes"), id="yes"),
    pytest.param(Wrong("limits: {tests: 30}\n", "1:10", "30 needs a unit: 30s is seconds, 30m is"), id="no unit"),
    pytest.param(Wrong("limits: {tests: 3 parsecs}\n", "1:10", "3 parsecs is no time"), id="unknown unit"),
    pytest.param(Wrong("limits: {tests: -1m}\n", "1:10", "-1m is no time"), id="negative time"),
    pytest.param(Wrong("datasets:\n  a: {}\n", "2:3", "the key path is missing"), id="missing key"),
    pytest.param(Wrong("datasets: {a: {path: ''}}\n", "1:16", "of length >= 1, got an empty text"), id="empty text"),
    pytest.param(
        Wrong("datasets: {1: {path: a}}\n", "1:12", "the key 1 must be text", "put it in quotes"), id="number"
    ),
    pytest.param(Wrong("report: {key: a/b}\n", "1:10", "got a/b"), id="text that does not match"),
    pytest.param(
        Wrong("version: 1\n---\nversion: 1\n", "2:1", "several documents in one file", "keep one, without --- lines"),
        id="several documents",
    ),
    pytest.param(
        Wrong("project:\n  python: !!python/object/apply:os.system [id]\n", "2:11", "the tag !!python/object/apply"),
        id="python tag",
    ),
    pytest.param(Wrong("project: !mine {}\n", "1:10", "the tag !mine is not allowed"), id="tag of one's own"),
    pytest.param(
        Wrong(
            "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
            + "".join(
                f"{b}: &{b} [{', '.join(['*' + a] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
            ),
            "6:8",
            "expands to more than 200,000 values",
            "aliases repeat too much",
        ),
        id="alias bomb",
    ),
    pytest.param(Wrong("a: &a [*a]\n", "1:8", "the alias *a stands for nothing before it"), id="alias of itself"),
    pytest.param(Wrong("a: *b\n", "1:4", "the alias *b stands for nothing before it"), id="alias of nothing"),
    pytest.param(Wrong("a: " + "[" * 200_000, "1:54", "nested deeper than 50 levels"), id="brackets without end"),
    pytest.param(Wrong("- " * 200_000, "1:103", "nested deeper than 50 levels"), id="lists without end"),
    pytest.param(Wrong("? [a, b]\n: 1\n", "1:3", "a key must be a plain word"), id="a list as key"),
    pytest.param(Wrong("a: {<<: 3}\n", "1:5", "<< can only merge keys and values"), id="merge of a number"),
    pytest.param(
        Wrong("version: 1\nreport: {key: caf\xe9}\n".encode("latin-1"), "2:18", "not UTF-8: byte 0xe9", "as UTF-8"),
        id="Latin-1",
    ),
    pytest.param(Wrong(b"\xff\xfev\x00e\x00r\x00", "1:1", "not UTF-8: byte 0xff"), id="UTF-16"),
    pytest.param(Wrong(b"\xef\xbb\xbfa: \xff", "1:7", "not UTF-8: byte 0xff"), id="not UTF-8 behind a byte order mark"),
    pytest.param(Wrong("version: 1\x00\n", "1:11", r"the character \x00 is not allowed"), id="NUL"),
    pytest.param(Wrong("- a\n- b\n", "1:1", "the config must be keys and values"), id="a list"),
    pytest.param(Wrong("hello\n", "1:1", "the config must be keys and values"), id="a word"),
]


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong__says_where_and_what_to_do(refusal: Callable, repo: Repository, wrong: Wrong) -> None:
    repo.write({"mlgate.yaml": wrong.text})
    lines = refusal()
    assert lines[0].startswith(f"mlgate.yaml:{wrong.place}: ")
    assert wrong.message in lines[0]
    hints = [line.removeprefix("  hint: ") for line in lines if line.startswith("  hint: ")]
    assert (wrong.hint or "") in "".join(hints)


def test_wrong__shows_the_line(refusal: Callable, repo: Repository) -> None:
    repo.write({"mlgate.yaml": "version: 1\nenforce:\n  readme: wran  # softer\n"})
    assert refusal() == [
        "mlgate.yaml:3:3: expected one of block, warn, off, got wran",
        "  |   readme: wran  # softer",
        "  hint: did you mean warn?",
    ]


def test_wrong__every_problem_at_once_in_the_order_of_lines(refusal: Callable, repo: Repository) -> None:
    repo.write(
        {"mlgate.yaml": "limits: {tests: 30}\nversion: 3\ndatasets:\n  a: {pth: x}\nreprot: {}\nenforce: {lint: 1}\n"}
    )
    places = [line.split(": ")[0] for line in refusal() if line.startswith("mlgate.yaml:")]
    assert places == [f"mlgate.yaml:{place}" for place in ("1:10", "2:1", "4:3", "4:7", "5:1", "6:11")]


def test_wrong__the_line_is_shown_without_its_control_characters(refusal: Callable, repo: Repository) -> None:
    repo.write({"mlgate.yaml": "nope: '\u202eevil \x85 `tick`'\n"})
    lines = refusal()
    assert lines[1] == r"  | nope: '\u202eevil \x85 `tick`'"


def test_wrong__a_runner_finds_no_command_in_what_is_said(mlgate: Callable, repo: Repository) -> None:
    repo.write({"::add-mask::x/mlgate.yaml": "a: 1\n'##[add-mask]x': 2\n"})
    ran = mlgate("run", "metrics", "--project", "::add-mask::x", cwd=repo.path, GITHUB_ACTIONS="true")
    assert ran.code == 2
    assert "unknown key" in ran.err
    assert "##[" not in ran.err
    assert not re.search(r"^\s*::", ran.err, re.MULTILINE)


# Files that are no files.


def test_too_large(refusal: Callable, repo: Repository) -> None:
    with (repo.path / "mlgate.yaml").open("wb") as file:
        file.truncate(50_000_000)
    assert refusal() == ["mlgate.yaml: 50,000,000 bytes, more than the 1,000,000 that are read"]


def test_link_out_of_the_repository(refusal: Callable, repo: Repository, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("password: hunter2\n")
    (repo.path / "mlgate.yaml").symlink_to(tmp_path / "secret.yaml")
    lines = refusal()
    assert lines == ["mlgate.yaml: it leads out of the repository", "  hint: put the file itself into it"]


def test_link_to_nothing(refusal: Callable, repo: Repository) -> None:
    (repo.path / "mlgate.yaml").symlink_to("gone.yaml")
    assert refusal() == ["mlgate.yaml: the file does not exist"]


def test_link_to_itself(refusal: Callable, repo: Repository) -> None:
    (repo.path / "mlgate.yaml").symlink_to("mlgate.yaml")
    assert refusal() == ["mlgate.yaml: cannot be read: Too many levels of symbolic links"]


def test_link_to_a_device(refusal: Callable, repo: Repository) -> None:
    (repo.path / "mlgate.yaml").symlink_to("/dev/zero")
    assert refusal()[0] == "mlgate.yaml: it leads out of the repository"


def test_fifo(refusal: Callable, repo: Repository) -> None:
    os.mkfifo(repo.path / "mlgate.yaml")
    assert refusal() == ["mlgate.yaml: not a regular file"]


def test_folder(refusal: Callable, repo: Repository) -> None:
    (repo.path / "mlgate.yaml").mkdir()
    assert refusal() == ["mlgate.yaml: not a regular file"]


@pytest.mark.parametrize("other", ["mlgate.yml", ".mlgate.yaml"])
def test_two_configs(refusal: Callable, repo: Repository, other: str) -> None:
    repo.write({"mlgate.yaml": "", other: ""})
    assert refusal() == [f"two configs: mlgate.yaml and {other}", "  hint: keep one of them"]


def test_two_configs__one_in_pyproject(refusal: Callable, repo: Repository) -> None:
    repo.write({"mlgate.yaml": "", "pyproject.toml": "[tool.mlgate]\nversion = 1\n"})
    assert refusal()[0] == "two configs: mlgate.yaml and pyproject.toml"


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        pytest.param("gone.yaml", "gone.yaml: the file does not exist", id="gone"),
        pytest.param(".", "not a regular file", id="folder"),
        pytest.param("a" * 300, "cannot be read: File name too long", id="name too long"),
        pytest.param("/dev/stdin", "/dev/stdin: not a regular file", id="device"),
    ],
)
def test_config_option__no_file(refusal: Callable, argument: str, message: str) -> None:
    assert message in refusal("--config", argument)[0]


# pyproject.toml.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "[project]\nname = 'x'\n\n[tool.mlgate]\nversion = 2\n", "5:1: expected 1, got 2", id="key of the table"
        ),
        pytest.param("[tool.mlgate.enforce]\n  readme = 'wran'\n", "2:3: expected one of", id="key of an inner table"),
        pytest.param("[tool.mlgate]\nenforce.readme = 'wran'\n", "2:1: expected one of", id="dotted key"),
        pytest.param("[tool.mlgate]\nenforce = {readme = 'wran'}\n", "2:1: expected one of", id="inline table"),
        pytest.param("[tool.mlgate.metrisc]\n", "1:1: unknown key metrisc", id="unknown table"),
        pytest.param("[tool.mlgate.datasets.'a.b']\npath = ''\n", "2:1: expected text of", id="quoted name with a dot"),
        pytest.param("[tool.mlgate]\nversion = 1\nversion = 1\n", "3:12: not valid TOML: Cannot overwrite", id="twice"),
        pytest.param("[tool.mlgate]\nversion = \n", "2:11: not valid TOML: Invalid value", id="syntax"),
        pytest.param("[tool]\nmlgate = 3\n", "2:1: the config must be keys and values", id="no table"),
        pytest.param("[[tool.mlgate.datasets]]\npath = 'x'\n", "1:1: expected keys and values, got a list", id="list"),
        pytest.param("[tool.mlgate]\nlimits = {tests = 1979-05-27}\n", "2:1: expected a time", id="date"),
    ],
)
def test_pyproject__wrong(refusal: Callable, repo: Repository, text: str, expected: str) -> None:
    repo.write({"pyproject.toml": text})
    assert refusal()[0].startswith(f"pyproject.toml:{expected}")


def test_pyproject__not_utf8(refusal: Callable, repo: Repository) -> None:
    repo.write({"pyproject.toml": b"[tool.mlgate]\n# \xe9\n"})
    assert refusal()[0] == "pyproject.toml:2:3: not UTF-8: byte 0xe9"


# A monorepo.


def test_monorepo__place_is_from_the_root_of_the_repository(mlgate: Callable, repo: Repository) -> None:
    repo.write({"models/churn/mlgate.yaml": "version: 2\n"})
    ran = mlgate("run", "metrics", "--project", "models/churn", cwd=repo.path)
    assert ran.err.startswith("mlgate: models/churn/mlgate.yaml:1:1: ")


def test_monorepo__nearest_config_upwards(mlgate: Callable, repo: Repository) -> None:
    repo.write({"mlgate.yaml": "version: 1\n", "models/churn/mlgate.yaml": "version: 2\n", "models/churn/src/a.py": ""})
    ran = mlgate("run", "metrics", cwd=repo.path / "models/churn/src")
    assert ran.err.startswith("mlgate: models/churn/mlgate.yaml:1:1: ")


def test_monorepo__a_config_above_the_repository_is_not_ours(said: Callable, repo: Repository, tmp_path: Path) -> None:
    (tmp_path / "mlgate.yaml").write_text("version: 2\n")
    assert "no config" in said()


# The sections of plugins.


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("fine: {level: x}\n", id="plain"),
        pytest.param('"fine": {level: x}\n', id="quoted key"),
        pytest.param("{fine: {level: x}}\n", id="braces"),
        pytest.param("\ufefffine: {level: x}\n", id="behind a byte order mark"),
    ],
)
def test_plugin_section__known_even_where_only_a_builtin_check_runs(
    refusal: Callable, plugin: Callable, repo: Repository, text: str
) -> None:
    plugin("fine", sample_plugins.source("fine", sample_plugins.PASSING, fields="level: int = 1"))
    repo.write({"mlgate.yaml": text})
    assert re.fullmatch(r"mlgate\.yaml:1:\d+: expected a whole number, got x", refusal()[0])


# The page about the config.


def _blocks(language: str) -> list[str]:
    page = Path(__file__).parents[1] / "docs" / "config.md"
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_docs__the_example_is_a_config(repo: Repository) -> None:
    (example,) = _blocks("yaml")
    config = read(repo, example)
    assert config.enforce == {"readme": Enforcement.WARN}
    assert set(config.sections) == {"metrics", "tests"}


def test_docs__the_example_in_toml_is_a_config(repo: Repository) -> None:
    (example,) = _blocks("toml")
    assert set(read(repo, example, "pyproject.toml").sections) == {"metrics"}


def test_docs__what_is_shown_of_errors_is_what_is_said(refusal: Callable, repo: Repository) -> None:
    repo.write({"mlgate.yaml": "\nenforce:\n  reedme: warn\n\n\nmetrics:\n  rules:\n    a:\n    tolerence: 1pp\n"})
    shown = next(block for block in _blocks("console") if "reedme" in block)
    assert refusal()[:3] == shown.removeprefix("$ mlgate run\nmlgate: ").splitlines()[:3]
