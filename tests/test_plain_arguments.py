"""Words read without argparse mean what they mean to argparse; whatever may be a mistake is left to it."""

from __future__ import annotations

import contextlib
import io
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgate.cli import COMMANDS
from mlgate.parser import build_parser
from mlgate.plain_arguments import PlainArguments

_WORDS = (
    "metrics", "data", "report.json", "--base", "--base=v1", "--base=", "main", "--format", "json", "--format=xml",
    "--output", "json=report.json", "--output=markdown=r.md", "--workers", "2", "--workers=two", "-1", "--quiet",
    "--quiet=yes", "--fix", "--force", "--keep", "--verb", "-h", "--help", "--", "-", "", "--no-cache", "--config",
)  # fmt: skip


def plain(command: str, words: list[str]) -> dict[str, object] | None:
    arguments = PlainArguments()
    import_module(COMMANDS[command][0]).add_arguments(arguments)
    found = arguments.read(words)
    return None if found is None else vars(found)


def by_argparse(command: str, words: list[str]) -> dict[str, object] | None:
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        try:
            found = vars(build_parser(COMMANDS, command).parse_args([command, *words]))
        except SystemExit:
            return None
    return {name: value for name, value in found.items() if name != "command"}


@pytest.mark.parametrize("command", list(COMMANDS))
@given(words=st.lists(st.sampled_from(_WORDS), max_size=5))
def test_plain_words__mean_what_they_mean_to_argparse(command: str, words: list[str]) -> None:
    found = plain(command, words)
    if found is not None:
        assert found == by_argparse(command, words)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([], id="nothing"),
        pytest.param(["metrics", "data"], id="names"),
        pytest.param(["metrics", "--base", "v1", "--format", "json", "--quiet"], id="options"),
        pytest.param(["--output=json=a", "--output", "sarif=b", "--workers", "2"], id="options that repeat"),
    ],
)
def test_usual_words__need_no_argparse(words: list[str]) -> None:
    assert plain("run", words) is not None


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--help"], id="help"),
        pytest.param(["--formt", "json"], id="unknown option"),
        pytest.param(["--format", "xml"], id="unknown choice"),
        pytest.param(["--workers", "two"], id="not a number"),
        pytest.param(["--base"], id="value missing"),
        pytest.param(["metrics", "--quiet", "data"], id="names apart"),
    ],
)
def test_mistakes__are_left_to_argparse(words: list[str]) -> None:
    assert plain("run", words) is None
