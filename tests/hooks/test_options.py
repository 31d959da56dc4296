"""What the light hooks say and mend beyond the example files: options, remedies, broken files, bytes kept."""

from __future__ import annotations

import json
import os
import subprocess  # noqa: TID251 - git is run as people run it
from pathlib import Path

import pytest

from mlgate_hooks import absolute_paths, data_in_git, empty_contracts, notebooks, remote_pickles

MAINS = [
    pytest.param(module.main, name, id=module.__name__.rpartition(".")[2])
    for module, name in (
        (absolute_paths, "train.py"),
        (empty_contracts, "contract.py"),
        (notebooks, "explore.ipynb"),
        (remote_pickles, "fetch.py"),
    )
]
NOTEBOOK = (
    '{"cells":\t[ {"cell_type": "code" , "outputs":[{"output_type":"stream","text":"\\u00e9]}"}],\r\n'
    ' "execution_count":  7, "metadata": {"a": 1.0e5, "o": {"outputs": [1]}}, "source": "\\u00e9 = \'outputs\'"},\r\n'
    ' {"cell_type": "code", "source": ["print(1)"], "metadata": {"tags": ["keep_output"]},\r\n'
    '  "execution_count": 2, "outputs": [ {} ]}], "metadata":{}, "nbformat":4, "nbformat_minor":5 }'
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("main", "name"), MAINS)
def test_main__no_files(main, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("main", "name"), MAINS)
@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"pandera pickle\xff", ":1:15: not UTF-8: byte 0xff", id="not UTF-8"),
        pytest.param(None, ": cannot be read: No such file or directory", id="not there"),
    ],
)
def test_main__says_what_it_cannot_read(
    main, name: str, data: bytes | None, said: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if data is not None:
        (here / name).write_bytes(data)
    assert main([name]) == 1
    assert f"{name}{said}" in capsys.readouterr().out


@pytest.mark.parametrize(("main", "name"), MAINS)
def test_main__does_not_wait_for_a_pipe(main, name: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(here / name)
    assert main([name]) == 1
    assert "it is not a file" in capsys.readouterr().out


@pytest.mark.parametrize("main", [empty_contracts.main, remote_pickles.main])
def test_main__code_that_is_no_python(main, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "old.py").write_text("import pandera, pickle\nprint 'one'\n")
    assert main(["old.py"]) == 1
    assert "old.py:2:1: not valid Python" in capsys.readouterr().out


@pytest.mark.parametrize("terms", [pytest.param(900, id="just parsed"), pytest.param(5000, id="not parsed")])
@pytest.mark.parametrize("main", [absolute_paths.main, empty_contracts.main, remote_pickles.main])
def test_main__long_sum(main, terms: int, here: Path) -> None:
    whole = " + ".join(['"/home/ana/x"'] * terms)
    (here / "long.py").write_text(f"import joblib, pandera\njoblib.load({whole})\n")
    assert main(["long.py"]) in (0, 1)


def test_main__python_in_another_encoding(here: Path) -> None:
    (here / "old.py").write_bytes(b"# -*- coding: latin-1 -*-\nimport pandera\nx = '\xe4'\n")
    assert empty_contracts.main(["old.py"]) == absolute_paths.main(["old.py"]) == 0


def test_absolute_paths__names_the_place_and_the_file_that_is_there(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "data").mkdir()
    (here / "data/train.csv").write_text("")
    (here / "é.py").write_text('é = "é"; x = "/home/ana/churn/data/train.csv"\n')
    assert absolute_paths.main(["é.py"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("é.py:1:15: absolute path /home/ana/churn/data/train.csv; write data/train.csv, relative to")


def test_absolute_paths__a_place_that_is_not_there(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "params.yaml").write_text("data: C:\\Users\\ana\\train.csv\n")
    assert absolute_paths.main(["params.yaml"]) == 1
    assert "take it from a parameter or an environment variable" in capsys.readouterr().out


def test_absolute_paths__place_in_a_notebook(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cell = {"cell_type": "code", "source": ["a = 1\n", 'b = "é", "/home/ana/x.csv"'], "outputs": []}
    (here / "a.ipynb").write_text(json.dumps({"cells": [cell]}, indent=1, ensure_ascii=True))
    assert absolute_paths.main(["a.ipynb"]) == 1
    assert capsys.readouterr().out.startswith("a.ipynb:7:24: absolute path /home/ana/x.csv;")


def test_absolute_paths__still_seen_where_code_is_broken(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.py").write_text('x = "/home/ana/x.csv"\nprint "x"\n')
    assert absolute_paths.main(["a.py"]) == 1
    assert capsys.readouterr().out.startswith("a.py:1:6:")


def test_absolute_paths__allowed(here: Path) -> None:
    (here / "a.py").write_text('x = "/home/shared/x.csv"\n')
    assert absolute_paths.main(["a.py"]) == 1
    assert absolute_paths.main(["--allow", "/home/shared/", "a.py"]) == 0


@pytest.mark.parametrize(
    ("name", "kilobytes", "options", "code"),
    [
        pytest.param("notes.txt", 500, [], 0, id="any file, at the limit"),
        pytest.param("notes.txt", 501, [], 1, id="any file, over the limit"),
        pytest.param("notes.txt", 501, ["--max-kb", "600"], 0, id="any file, another limit"),
        pytest.param("model.PKL", 20, [], 0, id="model, at the limit"),
        pytest.param("model.PKL", 21, [], 1, id="model, over the limit"),
        pytest.param("model.PKL", 1, ["--max-data-kb=0"], 1, id="model, none allowed"),
        pytest.param("model.pkl", 21, ["--max-kb=5", "--max-data-kb=100"], 1, id="the smaller limit holds"),
        pytest.param("uv.lock", 900, [], 0, id="lock file"),
        pytest.param("csv", 100, [], 0, id="no ending"),
    ],
)
def test_data_in_git__limits(name: str, kilobytes: int, options: list[str], code: int, here: Path) -> None:
    (here / name).write_bytes(b"\0" * (1024 * kilobytes))
    assert data_in_git.main([*options, name]) == code


def test_data_in_git__quiet_on_a_link_and_on_what_is_deleted(here: Path) -> None:
    (here / "kept").write_bytes(b"\0" * 2_000_000)
    (here / "train.csv").symlink_to("kept")
    assert data_in_git.main(["train.csv", "gone.csv"]) == 0


def test_data_in_git__quiet_on_what_git_lfs_stores(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=here, check=True)
    (here / ".gitattributes").write_text("*.bin filter=lfs\n")
    for name in ("weights.bin", "other.pkl"):
        (here / name).write_bytes(b"\0" * 2_000_000)
    assert data_in_git.main(["weights.bin", "other.pkl"]) == 1
    said = capsys.readouterr().out
    assert "weights.bin" not in said
    assert "other.pkl: a model file of 1,954 KB, more than 20 KB" in said
    assert "dvc add other.pkl" in said


def test_data_in_git__says_what_dvc_keeps_already(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "train.csv").write_bytes(b"\0" * 30_000)
    (here / "train.csv.dvc").write_text("outs: []\n")
    assert data_in_git.main(["train.csv"]) == 1
    assert "train.csv.dvc keeps it already: git rm --cached train.csv" in capsys.readouterr().out


@pytest.mark.parametrize("mark", [pytest.param(b"", id="plain"), pytest.param(b"\xef\xbb\xbf", id="byte order mark")])
def test_notebooks__fix_changes_nothing_else(mark: bytes, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = here / "a.ipynb"
    path.write_bytes(mark + NOTEBOOK.encode())
    assert notebooks.main(["--fix", "a.ipynb"]) == 1
    wanted = NOTEBOOK.replace('[{"output_type":"stream","text":"\\u00e9]}"}]', "[]")
    wanted = wanted.replace('"execution_count":  7', '"execution_count":  null')
    wanted = wanted.replace('"execution_count": 2', '"execution_count": null')
    assert path.read_bytes() == mark + wanted.encode()
    assert "outputs and execution counts removed" in capsys.readouterr().out
    assert notebooks.main(["--fix", "a.ipynb"]) == notebooks.main(["a.ipynb"]) == 0
    assert path.read_bytes() == mark + wanted.encode()


def test_notebooks__fix_leaves_a_clean_one_untouched(here: Path) -> None:
    path = here / "a.ipynb"
    path.write_text('{"cells": [{"cell_type": "code", "source": "a", "execution_count": 1, "outputs": []}]}')
    os.utime(path, (1, 1))
    assert notebooks.main(["--fix", "a.ipynb"]) == 0
    assert path.stat().st_mtime == 1


def test_notebooks__outputs_allowed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = here / "a.ipynb"
    path.write_text('{"cells": [\n{"cell_type": "code", "source": "a", "execution_count": 1, "outputs": [{}, {}]}]}')
    assert notebooks.main(["a.ipynb"]) == 1
    assert capsys.readouterr().out.startswith("a.ipynb:2:1: cell 1 holds 2 outputs")
    assert notebooks.main(["--allow-outputs", "a.ipynb"]) == 0
    path.write_text(path.read_text().replace('_count": 1', '_count": 5'))
    assert notebooks.main(["--allow-outputs", "a.ipynb"]) == 1
    assert "cell 1 was run as 5, not 1" in capsys.readouterr().out
    assert notebooks.main(["--allow-outputs", "--fix", "a.ipynb"]) == 1
    assert '"execution_count": null, "outputs": [{}, {}]' in path.read_text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "a.ipynb:1:1: the file is empty", id="empty"),
        pytest.param('{"cells": [', "a.ipynb:1:12: not valid JSON", id="cut off"),
        pytest.param('{"worksheets": []}', "it has no list of cells", id="format 3"),
        pytest.param('{"cells": [\n1]}', "a.ipynb:2:1: a cell is not an object", id="no cell"),
        pytest.param('{"cells": [], "cells": []}', "duplicate key cells", id="cells twice"),
    ],
)
def test_notebooks__broken(text: str, said: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.ipynb").write_text(text)
    assert notebooks.main(["--fix", "a.ipynb"]) == 1
    assert said in capsys.readouterr().out
    assert (here / "a.ipynb").read_text() == text


def test_empty_contracts__names_the_column(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "schema_type: dataframe\ncolumns:\n  a: {dtype: int64}\n  b: {required: false, nullable: true}\n"
    (here / "rows.contract.yaml").write_text(text)
    assert empty_contracts.main(["rows.contract.yaml"]) == 1
    assert capsys.readouterr().out.startswith("rows.contract.yaml:4:3: column b may be missing, null and of any type")
