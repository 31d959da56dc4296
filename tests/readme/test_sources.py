"""Sources: what a selector finds, and what is said where it finds nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mlgate.readme.sources import SourceError, Sources
from mlgate.text import plain

FILES = {
    "params.yaml": b"train: {lr: 1e-3, layers: [8, 4], a.b: 1}\n1: one\n",
    "metrics.json": b'{"test": {"auc": 0.912}}',
    "pyproject.toml": b"[tool.x]\ny = true\n",
    "broken.json": b'{\n  "a": 1,\n',
    "both.yaml": b"a.b: 1\na: {b: 2}\n",
    "sub/params.yaml": b"x: 1\n",
    "text.yaml": b"\xff",
    "notes.txt": b"x: 1",
}
SOURCES = Sources(FILES.get)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("metrics.json#test.auc", 0.912, id="nested key"),
        pytest.param("params.yaml#train.lr", 0.001, id="number as YAML 1.2 has it"),
        pytest.param("params.yaml#train.layers.1", 4, id="item of a list"),
        pytest.param("params.yaml#train.a.b", 1, id="key with a dot"),
        pytest.param("params.yaml#1", "one", id="key that is a number"),
        pytest.param("pyproject.toml#tool.x.y", True, id="TOML"),
        pytest.param("metrics.json", {"test": {"auc": 0.912}}, id="whole file"),
        pytest.param("./sub/../metrics.json#test.auc", 0.912, id="path with detours"),
    ],
)
def test_value__found(source: str, value: Any) -> None:
    assert SOURCES.value(source) == value


@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        pytest.param(
            "metrics.jsn#a",
            "metrics.jsn is no source",
            "sources are files that end in .yaml, .yml, .json, .toml",
            id="kind",
        ),
        pytest.param("notes.txt", "notes.txt is no source", None, id="text file"),
        pytest.param("m.json#a", "m.json does not exist", "dvc pull m.json", id="missing file"),
        pytest.param("metrics.json#test.acu", "metrics.json#test.acu: there is no acu", "did you mean auc?", id="typo"),
        pytest.param(
            "metrics.json#tset.auc", "metrics.json#tset.auc: there is no tset", "did you mean test?", id="top"
        ),
        pytest.param("metrics.json#test.auc.x", "metrics.json#test.auc.x: there is no x", None, id="too deep"),
        pytest.param("metrics.json#zzz", "metrics.json#zzz: there is no zzz", "there: test", id="unlike any"),
        pytest.param("both.yaml#a.b", "both.yaml#a.b can be read in 2 ways", None, id="ambiguous"),
        pytest.param(
            "../secret.yaml#a", "../secret.yaml is not inside the repository", None, id="above the repository"
        ),
        pytest.param("a/../../x.yaml", "a/../../x.yaml is not inside the repository", None, id="above, in disguise"),
        pytest.param("/etc/x.yaml#a", "/etc/x.yaml is not inside the repository", None, id="absolute"),
        pytest.param("#a", "the source names no file", None, id="no path"),
        pytest.param("broken.json#a", "broken.json:3:1: not valid JSON", None, id="broken file, with its line"),
        pytest.param("text.yaml#a", "text.yaml:1:1: not UTF-8: byte 0xff", "save the file as UTF-8", id="not UTF-8"),
    ],
)
def test_value__says_what_is_wrong(source: str, message: str, hint: str | None) -> None:
    with pytest.raises(SourceError) as raised:
        SOURCES.value(source)
    assert plain(raised.value.message).startswith(message)
    if hint:
        assert hint in plain(raised.value.hint or "")


def test_value__from_the_project_folder_and_up_to_the_repository() -> None:
    sources = Sources(FILES.get, "sub/")
    assert (sources.value("params.yaml#x"), sources.value("../params.yaml#1")) == (1, "one")


def test_of_folder__reads_files_but_follows_no_link_out_of_it(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside.yaml"
    inside.mkdir()
    outside.write_text("a: 1")
    (inside / "own.yaml").write_text("a: 1")
    (inside / "link.yaml").symlink_to(outside)
    sources = Sources.of_folder(inside)
    assert sources.value("own.yaml#a") == 1
    with pytest.raises(SourceError, match="leads out of the repository"):
        sources.value("link.yaml#a")
