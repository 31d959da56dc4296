"""Datasets that the config does not name: what DVC keeps, and a contract of the same name."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from asking import ask, only, rules
from gating import Gate
from mlgate.checks.data import CHECK
from mlgate.report import Status
from mlgate.text import plain
from repositories import Repository

CONTRACT = """\
import pandera.pandas as pa

Rows = pa.DataFrameSchema({"a": pa.Column(int, pa.Check.ge(0))}, strict=True)
"""
WEAK = "columns:\n  a: {dtype: int64}\n"
GOOD, BAD = "a\n1\n2\n", "a\n1\n-2\n"


def kept(name: str) -> dict[str, str]:
    """Return DVC's record of a file, which git is told to ignore."""
    folder, _, file = name.rpartition("/")
    ignored = f"{folder}/.gitignore" if folder else ".gitignore"
    return {f"{name}.dvc": f"outs:\n- md5: {'ab' * 16}\n  path: {file}\n", ignored: f"/{file}\n"}


def stage(*outs: str) -> str:
    return f"stages:\n  make: {{cmd: python make.py, outs: [{', '.join(outs)}]}}\n"


START = {"contracts/flights.py": CONTRACT, **kept("data/flights.csv")}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({**kept("data/flights.csv"), "data/flights.csv": BAD}, id="tracked"),
        pytest.param({"dvc.yaml": stage("data/flights.csv"), "data/flights.csv": BAD}, id="made by a stage"),
        pytest.param({"dvc.yaml": stage("flights"), "flights/day=1/p.csv": BAD}, id="a folder"),
        pytest.param(
            {"dvc.yaml": stage("{data/flights.csv: {cache: true}}", "flights.pkl"), "data/flights.csv": BAD},
            id="beside a model of that name",
        ),
    ],
)
def test_found(repo: Repository, files: dict[str, str]) -> None:
    repo.write({"contracts/flights.py": CONTRACT.replace(", strict=True", ""), **files})
    outcome = ask(CHECK, repo)
    assert (outcome.status, rules(outcome)) == (Status.FAILED, ["data/contract"])
    path = "flights" if "dvc.yaml" in files and "flights/day=1/p.csv" in files else "data/flights.csv"
    assert plain(outcome.tables[0].note or "") == (
        f"Found by name and not named in the config: contracts/flights.py for flights, kept by DVC as {path}."
    )


@pytest.mark.parametrize(
    ("files", "status"),
    [
        pytest.param(kept("data/other.csv"), Status.SKIPPED, id="another name"),
        pytest.param({"data/flights.csv": BAD}, Status.SKIPPED, id="in git"),
        pytest.param({"dvc.yaml": stage("{data/flights.csv: {cache: false}}")}, Status.SKIPPED, id="not kept by DVC"),
        pytest.param(
            {**kept("data/flights.csv"), "mlgate.yaml": "datasets: {x: {path: data}}\n", "data/flights.csv": BAD},
            Status.PASSED,
            id="part of a dataset of the config",
        ),
        pytest.param(
            {
                **kept("data/flights.csv"),
                "mlgate.yaml": "datasets: {x: {path: x.csv, contract: ./contracts/flights.py}}\n",
                "x.csv": GOOD,
            },
            Status.PASSED,
            id="the contract is another dataset's",
        ),
        pytest.param(
            {
                **kept("data/flights.csv"),
                "mlgate.yaml": "datasets: {flights: {path: data/flights.csv, contract: none}}\n",
                "data/flights.csv": BAD,
            },
            Status.PASSED,
            id="not wanted",
        ),
    ],
)
def test_not_found(repo: Repository, files: dict[str, str], status: Status) -> None:
    repo.write({"contracts/flights.py": CONTRACT, **files})
    assert ask(CHECK, repo).status is status


def test_not_pulled__is_told(repo: Repository) -> None:
    repo.write(START)
    outcome = ask(CHECK, repo)
    assert (outcome.status, rules(outcome)) == (Status.INCONCLUSIVE, ["data/missing"])


def test_two_outputs_of_one_name__fail_until_one_is_named(repo: Repository) -> None:
    repo.write({**START, "dvc.yaml": stage("raw/flights.parquet"), "data/flights.csv": GOOD})
    found = only(ask(CHECK, repo), "data/invalid-contract")
    assert plain(found.message) == "2 outputs fit flights: data/flights.csv and raw/flights.parquet"
    assert plain(found.hint or "") == "name the one that is meant: datasets: {flights: {path: data/flights.csv}}"
    repo.write({"mlgate.yaml": "datasets: {flights: {path: data/flights.csv}}\n"})
    assert ask(CHECK, repo).status is Status.PASSED


@pytest.mark.parametrize(
    ("now", "remove", "told"),
    [
        pytest.param({}, (), {"data/contract:flights.a": "error"}, id="nothing"),
        pytest.param(
            {},
            ("contracts/flights.py",),
            {"data/invalid-contract:flights": "error", "policy/loosened:datasets.flights": "warning"},
            id="deletes the contract",
        ),
        pytest.param(
            {"contracts/flights.yaml": WEAK},
            ("contracts/flights.py",),
            {"data/contract-loosened:contracts/flights.yaml.a": "error"},
            id="puts a weaker one in its place",
        ),
        pytest.param({"contracts/flights.yaml": WEAK}, (), {"data/invalid-contract:flights": "error"}, id="adds one"),
        pytest.param(
            {},
            ("data/flights.csv.dvc",),
            {"data/contract:flights.a": "error", "policy/loosened:datasets.flights": "warning"},
            id="takes it from DVC",
        ),
        pytest.param(
            {"dvc.yaml": stage("copy/flights.csv"), "copy/flights.csv": GOOD},
            (),
            {"data/invalid-contract:flights": "error"},
            id="makes another of that name",
        ),
        pytest.param(
            {"mlgate.yaml": "datasets: {x: {path: data/flights.csv}}\n"},
            (),
            {"data/contract:flights.a": "error", "policy/loosened:datasets.flights": "warning"},
            id="gives the data another name",
        ),
        pytest.param(
            {"mlgate.yaml": "datasets: {flights: {path: data/flights.csv, contract: none}}\npolicy: {removed: warn}\n"},
            (),
            {"data/contract:flights.a": "error", "policy/loosened:datasets.flights.contract": "warning"},
            id="wants none in a first config",
        ),
    ],
)
def test_pull_request__cannot_lose_it_without_a_word(
    repo: Repository, gate: Gate, now: Mapping[str, str], remove: tuple[str, ...], told: dict[str, str]
) -> None:
    repo.commit(START)
    repo.branch("feature")
    repo.commit({**now, "README.md": "x"}, remove=remove)
    repo.write({"data/flights.csv": BAD})
    found = gate("data", "policy")
    said = found.findings("data") | found.findings()
    assert found.code == 1
    assert told.items() <= said.items()


def test_pull_request__names_it_in_a_first_config(repo: Repository, gate: Gate) -> None:
    repo.commit(START)
    repo.branch("feature")
    repo.commit({"mlgate.yaml": "datasets: {flights: {path: data/flights.csv}}\nenforce: {lint: warn}\n"})
    repo.write({"data/flights.csv": GOOD})
    told = gate("data", "policy")
    assert (told.code, told.status("data")) == (0, "passed")
    assert "policy/first-config" in " ".join(told.findings())
