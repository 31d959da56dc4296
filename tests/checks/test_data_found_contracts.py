"""Contracts that the config does not name: found by the dataset's name, and not to be lost without a word."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from asking import ask, only, rules
from gating import Gate, Told
from mlgate.checks.data import CHECK
from mlgate.report import Status
from mlgate.text import plain
from repositories import Repository

CONFIG = "datasets:\n  train: {path: data/train.csv}\n"
HEAD = "import pandera.pandas as pa\n\n"
CONTRACT = f"{HEAD}Rows = pa.DataFrameSchema({{'a': pa.Column(int, pa.Check.ge(0))}}, strict=True)\n"
WEAK = "columns:\n  a: {dtype: int64}\n"
YAML = "strict: true\ncolumns:\n  a: {dtype: int64, ge: 0}\n"
GOOD, BAD = "a\n1\n2\n", "a\n1\n-2\n"
START = {"mlgate.yaml": CONFIG, "contracts/train.py": CONTRACT, "data/train.csv": GOOD}


@pytest.mark.parametrize(
    ("name", "file", "contract"),
    [
        pytest.param("train", "contracts/train.py", CONTRACT, id="Python"),
        pytest.param("train", "contracts/train.yaml", YAML, id="YAML"),
        pytest.param("train", "contracts/train.yml", YAML, id="YAML by its short ending"),
        pytest.param("train-2024.v1", "contracts/train_2024_v1.py", CONTRACT, id="a name that Python cannot import"),
        pytest.param("train-2024.v1", "contracts/train-2024.v1.yaml", YAML, id="the same as it is"),
    ],
)
def test_found(repo: Repository, name: str, file: str, contract: str) -> None:
    repo.write({"mlgate.yaml": CONFIG.replace("train:", f"{name}:"), file: contract, "data/train.csv": BAD})
    outcome = ask(CHECK, repo)
    assert (outcome.status, rules(outcome)) == (Status.FAILED, ["data/contract"])
    assert plain(outcome.tables[0].note or "") == f"Found by name and not named in the config: {file} for {name}."


@pytest.mark.parametrize(
    ("files", "config"),
    [
        pytest.param({"contracts/test.py": CONTRACT}, CONFIG, id="of another dataset"),
        pytest.param({"contracts/train/rows.py": CONTRACT, "train.py": CONTRACT}, CONFIG, id="elsewhere"),
        pytest.param({"contracts/train.py": CONTRACT}, CONFIG.replace("csv}", "csv, contract: none}"), id="not wanted"),
        pytest.param({"contracts/train.py": CONTRACT, ".gitignore": "train.py\n"}, CONFIG, id="not in git"),
    ],
)
def test_not_found(repo: Repository, files: dict[str, str], config: str) -> None:
    repo.write({"mlgate.yaml": config, "data/train.csv": BAD, **files})
    outcome = ask(CHECK, repo)
    assert (outcome.status, outcome.tables[0].note) == (Status.PASSED, None)
    assert outcome.tables[0].rows[0].cells[4] == "no contract"


def test_not_found__link(repo: Repository) -> None:
    repo.write({"mlgate.yaml": CONFIG, "data/train.csv": BAD, "src/train.py": CONTRACT})
    (repo.path / "contracts").mkdir()
    (repo.path / "contracts/train.py").symlink_to("../src/train.py")
    assert ask(CHECK, repo).tables[0].note is None


def test_found__in_a_project_folder(repo: Repository) -> None:
    repo.write({f"ml/{name}": text for name, text in START.items()} | {"ml/data/train.csv": BAD})
    repo.write({"contracts/train.py": "raise RuntimeError\n"})
    assert rules(ask(CHECK, repo, folder="ml")) == ["data/contract"]


def test_named_contract__comes_first(repo: Repository) -> None:
    config = CONFIG.replace("csv}", "csv, contract: loose.yaml}")
    repo.write({**START, "mlgate.yaml": config, "loose.yaml": WEAK, "data/train.csv": BAD})
    assert ask(CHECK, repo).status is Status.PASSED


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param(
            {"contracts/train.yaml": YAML},
            "2 contracts fit train: contracts/train.py and contracts/train.yaml",
            id="two that fit",
        ),
        pytest.param(
            {"contracts/train.py": CONTRACT + "Other = pa.DataFrameSchema({})\n"},
            "the contract contracts/train.py holds 2 schemas: Rows, Other",
            id="two schemas in it",
        ),
        pytest.param(
            {"contracts/train.py": "LIMIT = 5\n"},
            "the contract contracts/train.py holds no pandera schema",
            id="no schema in it",
        ),
        pytest.param({"contracts/train.py": ""}, "the contract contracts/train.py holds no pandera schema", id="empty"),
    ],
)
def test_found_and_of_no_use__fails_in_a_line(repo: Repository, files: dict[str, str], message: str) -> None:
    repo.write({**START, **files})
    outcome = ask(CHECK, repo)
    assert outcome.status is Status.FAILED
    assert plain(only(outcome, "data/invalid-contract").message) == message


# What a pull request might try.


def pull_request(repo: Repository, gate: Gate, now: Mapping[str, str], remove: tuple[str, ...] = ()) -> Told:
    """Return what is said of a change that breaks the contract, and does something to it."""
    repo.commit(START)
    repo.branch("feature")
    repo.commit({**now, "data/train.csv": BAD}, remove=remove)
    return gate("data", "policy")


@pytest.mark.parametrize(
    ("now", "remove", "told"),
    [
        pytest.param({}, (), {"data/contract:train.a": "error"}, id="nothing"),
        pytest.param(
            {},
            ("contracts/train.py",),
            {"data/invalid-contract:train": "error", "policy/loosened:datasets.train.contract": "warning"},
            id="deletes it",
        ),
        pytest.param(
            {"contracts/trains.py": CONTRACT},
            ("contracts/train.py",),
            {"data/invalid-contract:train": "error", "policy/loosened:datasets.train.contract": "warning"},
            id="renames it",
        ),
        pytest.param(
            {"contracts/train.py": ""}, (), {"data/invalid-contract:contracts/train.py": "error"}, id="empties it"
        ),
        pytest.param(
            {"contracts/train.py": CONTRACT.replace(", pa.Check.ge(0)", "")},
            (),
            {"data/contract-loosened:contracts/train.py:Rows.a": "error"},
            id="loosens it",
        ),
        pytest.param(
            {"contracts/train.yaml": WEAK}, (), {"data/invalid-contract:train": "error"}, id="adds a weaker one"
        ),
        pytest.param(
            {"contracts/train.yaml": WEAK},
            ("contracts/train.py",),
            {"data/contract-loosened:contracts/train.yaml.a": "error"},
            id="puts a weaker one in its place",
        ),
        pytest.param(
            {"mlgate.yaml": CONFIG.replace("csv}", "csv, contract: none}")},
            (),
            {"data/contract:train.a": "error", "policy/loosened:datasets.train.contract": "warning"},
            id="wants none",
        ),
        pytest.param(
            {"mlgate.yaml": CONFIG.replace("csv}", "csv, contract: weak.yaml}"), "weak.yaml": WEAK},
            (),
            {"data/contract-loosened:weak.yaml.a": "error"},
            id="names a weaker one",
        ),
        pytest.param(
            {"mlgate.yaml": CONFIG.replace("train:", "rows:")},
            (),
            {"data/contract:train.a": "error", "policy/loosened:datasets.train": "warning"},
            id="renames the dataset",
        ),
        pytest.param(
            {},
            ("mlgate.yaml",),
            {"data/contract:train.a": "error", "policy/config-removed:mlgate.yaml": "warning"},
            id="removes the config",
        ),
        pytest.param(
            {"mlgate.yaml": CONFIG + "# a word\n", ".gitignore": "contracts\n"},
            ("contracts/train.py",),
            {"data/invalid-contract:train": "error", "policy/loosened:datasets.train.contract": "warning"},
            id="deletes and ignores it, and touches the config",
        ),
    ],
)
def test_pull_request__cannot_lose_it_without_a_word(
    repo: Repository, gate: Gate, now: dict[str, str], remove: tuple[str, ...], told: dict[str, str]
) -> None:
    found = pull_request(repo, gate, now, remove)
    said = found.findings("data") | found.findings()
    assert found.code == 1
    assert told.items() <= said.items()


def test_pull_request__puts_a_link_in_the_place_of_the_folder(repo: Repository, gate: Gate) -> None:
    repo.commit(START)
    repo.branch("feature")
    repo.git("mv", "contracts", "other")
    (repo.path / "contracts").symlink_to("other")
    repo.commit({"other/train.py": CONTRACT.replace(", pa.Check.ge(0)", ""), "data/train.csv": BAD})
    told = gate("data", "policy")
    assert (told.code, told.findings()["policy/loosened:datasets.train.contract"]) == (1, "warning")
    assert "data/contract-loosened:contracts/train.py:Rows.a" in told.findings("data")


def test_pull_request__moves_the_project_and_loses_it_on_the_way(repo: Repository, gate: Gate) -> None:
    repo.commit(START)
    repo.branch("feature")
    for name in START:
        (repo.path / "ml" / name).parent.mkdir(parents=True, exist_ok=True)
        repo.git("mv", name, f"ml/{name}")
    repo.commit()
    assert gate("data", "policy", cwd=repo.path / "ml").code == 0
    repo.commit({"ml/data/train.csv": BAD}, remove=("ml/contracts/train.py",))
    told = gate("data", "policy", cwd=repo.path / "ml")
    assert (told.code, told.findings()["policy/loosened:datasets.train.contract"]) == (1, "warning")


def test_pull_request__names_what_was_found(repo: Repository, gate: Gate) -> None:
    repo.commit(START)
    repo.branch("feature")
    repo.commit({"mlgate.yaml": CONFIG.replace("csv}", "csv, contract: contracts/train.py}")})
    told = gate("data", "policy")
    assert (told.code, told.status("data"), told.status(), told.rows()) == (0, "passed", "passed", {})


def test_pull_request__brings_a_contract(repo: Repository, gate: Gate) -> None:
    repo.commit({name: text for name, text in START.items() if name != "contracts/train.py"})
    repo.branch("feature")
    repo.commit({"contracts/train.py": CONTRACT, "data/train.csv": BAD})
    told = gate("data", "policy")
    assert told.findings("data") == {"data/contract:train.a": "error"}
    assert told.rows()["datasets.train.contract"] == ("`none`", "`contracts/train.py`", "tighter, counts now")


def test_config_outside_of_the_repository__deleting_the_contract_is_seen(
    repo: Repository, gate: Gate, tmp_path: Path
) -> None:
    outside = tmp_path / "gate.yaml"
    outside.write_text(CONFIG, encoding="utf-8")
    repo.commit({name: text for name, text in START.items() if name != "mlgate.yaml"})
    repo.branch("feature")
    repo.commit({"data/train.csv": BAD}, remove=("contracts/train.py",))
    told = gate("data", "policy", "--config", str(outside))
    assert (told.code, "data/invalid-contract:train" in told.findings("data")) == (1, True)


def test_pushed__losing_it_is_told(repo: Repository) -> None:
    repo.commit(START)
    repo.commit({"data/train.csv": BAD}, remove=("contracts/train.py",))
    outcome = ask(CHECK, repo, base="HEAD~1")
    found = only(outcome, "data/contract-removed")
    assert outcome.status is Status.FAILED
    assert plain(found.message) == "train has no contract any more; at the baseline it is contracts/train.py"
