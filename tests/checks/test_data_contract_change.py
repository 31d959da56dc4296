"""Contracts against the baseline's, as a user meets them: commits in a real repository."""

from __future__ import annotations

import pytest

from asking import ask, only, rules
from mlgate.checks.data import CHECK
from mlgate.report import Outcome, Severity, Status
from mlgate.text import plain
from repositories import Repository

CONTRACT = """\
import pandera.pandas as pa

from limits import MOST


class Sales(pa.DataFrameModel):
    id: int = pa.Field(unique=True)
    price: float = pa.Field(in_range={"min_value": 0, "max_value": MOST})
    color: str = pa.Field(isin=["red", "green"])
"""
YAML = "columns:\n  id: {dtype: int64, unique: true}\n  price: {dtype: float64, ge: 0}\n"
DATA = "id,price,color\n1,5.5,red\n2,7.5,green\n"
CONFIG = "datasets:\n  sales: {path: data.csv, contract: sales.py}\n"
START = {"sales.py": CONTRACT, "limits.py": "MOST = 100\n", "data.csv": DATA, "mlgate.yaml": CONFIG, "sales.yaml": YAML}


def change(repo: Repository, now: dict[str, str], before: dict[str, str] = START, **more: str) -> Outcome:
    repo.commit(before)
    repo.commit({"README.md": "x", **now})
    return ask(CHECK, repo, base="HEAD~1", **more)


@pytest.mark.parametrize(
    "now",
    [
        pytest.param({"other.py": "x = 1\n"}, id="other code"),
        pytest.param({"sales.py": CONTRACT + "\n# a word\n"}, id="a comment"),
        pytest.param({"limits.py": "MOST = 50 + 50\n"}, id="another way to say it"),
        pytest.param({"data.csv": DATA + "3,1.5,red\n"}, id="data"),
    ],
)
def test_quiet(repo: Repository, now: dict[str, str]) -> None:
    outcome = change(repo, now)
    assert (outcome.status, rules(outcome)) == (Status.PASSED, [])


def test_loosened_in_the_contract(repo: Repository) -> None:
    outcome = change(repo, {"sales.py": CONTRACT.replace('"green"]', '"green", "blue"]')})
    found = only(outcome, "data/contract-loosened")
    assert outcome.status is Status.FAILED
    assert plain(found.message) == "column color of sales.py:Sales is looser than at the baseline: blue is allowed too"
    assert found.key == "data/contract-loosened:sales.py:Sales.color"
    assert str(found.location) == "sales.py:9"


def test_loosened_in_a_module_that_it_imports(repo: Repository) -> None:
    found = only(change(repo, {"limits.py": "MOST = 1000\n"}), "data/contract-loosened")
    assert plain(found.message).endswith("≥ 0 and ≤ 100 became ≥ 0 and ≤ 1000")


def test_removed_retyped_tightened_and_added(repo: Repository) -> None:
    now = CONTRACT.replace("    id: int = pa.Field(unique=True)\n", "").replace("price: float", "price: object")
    outcome = change(repo, {"sales.py": now.replace('["red", "green"]', '["red"]') + "    size: int\n"})
    assert {"data/contract-removed", "data/contract-retyped", "data/contract-tightened", "data/contract-added"} <= set(
        rules(outcome)
    )
    assert only(outcome, "data/contract-added").severity is Severity.INFO
    assert plain(only(outcome, "data/contract-removed").message) == "column id of sales.py:Sales is gone"


def test_yaml_contract(repo: Repository) -> None:
    config = CONFIG.replace("sales.py", "sales.yaml")
    outcome = change(repo, {"sales.yaml": YAML.replace(", ge: 0", "")}, {**START, "mlgate.yaml": config})
    assert only(outcome, "data/contract-loosened").key == "data/contract-loosened:sales.yaml.price"


def test_moved_to_another_file(repo: Repository) -> None:
    moved = {"mlgate.yaml": CONFIG.replace("sales.py", "new.py:Sales"), "new.py": CONTRACT.replace("unique=True", "")}
    found = only(change(repo, moved), "data/contract-loosened")
    assert plain(found.message) == "column id of new.py:Sales is looser than at the baseline: values may repeat"


def test_contract_taken_away(repo: Repository) -> None:
    outcome = change(repo, {"mlgate.yaml": "datasets:\n  sales: {path: data.csv}\n"})
    found = only(outcome, "data/contract-removed")
    assert plain(found.message) == "sales has no contract any more; at the baseline it is sales.py"
    assert outcome.status is Status.FAILED


def test_data_is_not_here__contracts_are_compared_all_the_same(repo: Repository) -> None:
    config = CONFIG.replace("data.csv", "away.csv")
    files = {**START, "mlgate.yaml": config, "away.csv.dvc": "outs:\n- md5: " + "0" * 32 + "\n  path: away.csv\n"}
    outcome = change(repo, {"limits.py": "MOST = 1000\n"}, files)
    assert "data/contract-loosened" in rules(outcome)


def test_baseline_contract_cannot_be_loaded__is_a_note(repo: Repository) -> None:
    outcome = change(repo, {"sales.py": CONTRACT}, {**START, "sales.py": "raise SystemExit\n"})
    found = only(outcome, "data/contract-changed")
    assert (found.severity, outcome.status) == (Severity.INFO, Status.PASSED)


@pytest.mark.parametrize(
    ("word", "status"), [pytest.param("warn", Status.WARNED, id="warn"), pytest.param("off", Status.PASSED, id="off")]
)
def test_enforcement(repo: Repository, word: str, status: Status) -> None:
    config = f"{CONFIG}data: {{contract_changes: {word}}}\n"
    assert change(repo, {"limits.py": "MOST = 1000\n"}, {**START, "mlgate.yaml": config}).status is status


def test_remembered__still_compared(repo: Repository) -> None:
    change(repo, {"limits.py": "MOST = 1000\n"})
    assert "data/contract-loosened" in rules(ask(CHECK, repo, base="HEAD~1"))
