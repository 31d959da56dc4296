"""Datasets laid out by folders such as `day=2024-01-01`, as a user meets them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from asking import ask, only, rules
from mlgate.checks.data import CHECK
from mlgate.report import Outcome, Status
from mlgate.text import plain
from repositories import Repository

CONTRACT = """\
import pandera.pandas as pa

S = pa.DataFrameSchema(
    {
        "id": pa.Column(int, pa.Check.ge(0)),
        "day": pa.Column("datetime64[us]"),
        "shop": pa.Column(str, pa.Check.str_matches("^0[0-9]+$"), nullable=True),
    },
    unique=["day", "id"],
    strict=True,
)
"""
CONFIG = "datasets:\n  sales: {path: data, contract: c.py}\n"
GOOD = {"day=2024-01-01/shop=01": [1, 2], "day=2024-01-02/shop=02": [1, 2]}


def write(repo: Repository, folders: Mapping[str, list[int]], ending: str = "csv", **more: str) -> None:
    repo.write({"c.py": CONTRACT, "mlgate.yaml": CONFIG, **more})
    for folder, ids in folders.items():
        place = repo.path / "data" / folder / f"part-0.{ending}"
        place.parent.mkdir(parents=True, exist_ok=True)
        frame = pd.DataFrame({"id": ids})
        frame.to_csv(place, index=False) if ending == "csv" else frame.to_parquet(place)


def remembered(outcome: Outcome) -> str | None:
    (table,) = [table for table in outcome.tables if table.title == "How the rules were asked"]
    return table.note


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("path", ["data", "data/*/*/*", "data/day=*/shop=*/part-0.*"])
def test_holds(repo: Repository, ending: str, path: str) -> None:
    config = CONFIG.replace("path: data", f'path: "{path}"')
    write(repo, GOOD | {"day=2024-01-03/shop=__HIVE_DEFAULT_PARTITION__": [7]}, ending, **{"mlgate.yaml": config})
    outcome = ask(CHECK, repo)
    assert (outcome.status, rules(outcome)) == (Status.PASSED, [])
    assert outcome.tables[0].rows[0].cells[1:3] == ("5 in 3 files", "3")


def test_named_from_below_the_folders__they_are_no_columns(repo: Repository) -> None:
    write(repo, {"day=2024-01-01/shop=01": [1]}, **{"mlgate.yaml": CONFIG.replace("data,", "data/day=2024-01-01/,")})
    assert plain(only(ask(CHECK, repo), "data/contract").message) == "column day of sales is missing"


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_broken__says_in_which_folder(repo: Repository, ending: str) -> None:
    write(repo, GOOD | {"day=2024-01-03/shop=x": [7, 8]}, ending)
    outcome = ask(CHECK, repo)
    noun = "lines 2 and 3" if ending == "csv" else "rows 0 and 1"
    assert plain(only(outcome, "data/contract").message) == (
        "column shop of sales: 2 of 6 rows (33.3 %) are not str_matches('^0[0-9]+$'), such as x "
        f"(day=2024-01-03/shop=x/part-0.{ending} {noun})"
    )


def test_no_day__is_told(repo: Repository) -> None:
    write(repo, GOOD | {"day=someday/shop=02": [7]})
    message = plain(only(ask(CHECK, repo), "data/contract").message)
    assert message.startswith("column day of sales is str where the contract wants datetime64")
    assert message.endswith("such as someday (day=someday/shop=02/part-0.csv line 2)")


def test_order_and_depth_that_differ(repo: Repository) -> None:
    write(repo, {"shop=01/day=2024-01-01": [1], "day=2024-01-02/shop=01": [2]})
    assert ask(CHECK, repo).status is Status.PASSED
    write(repo, {"day=2024-01-03": [3]})
    message = plain(only(ask(CHECK, repo), "data/contract").message)
    assert message == "column shop of sales is missing in day=2024-01-03/part-0.csv"


def test_file_that_says_otherwise_than_its_folder(repo: Repository) -> None:
    write(repo, GOOD)
    repo.write({"data/day=2024-01-01/shop=01/part-0.csv": "id,shop\n1,01\n2,07\n"})
    found = only(ask(CHECK, repo), "data/unreadable")
    assert plain(found.message) == (
        "data/day=2024-01-01/shop=01/part-0.csv says in 1 row otherwise than its folder, where shop is 01"
    )


def test_remembered_by_folder(repo: Repository) -> None:
    write(repo, GOOD, "parquet")
    ask(CHECK, repo)
    assert remembered(ask(CHECK, repo)) == "2 files did not change and were not read again."
    (repo.path / "data/day=2024-01-02").rename(repo.path / "data/day=2024-01-01x")
    assert rules(ask(CHECK, repo)) == ["data/contract"], "the same file in another folder"
    (repo.path / "data/day=2024-01-01x").rename(repo.path / "data/day=2024-01-05")
    write(repo, {"day=2024-01-03/shop=03": [5]}, "parquet")
    outcome = ask(CHECK, repo)
    assert (outcome.status, remembered(outcome)) == (Status.PASSED, "1 file did not change and was not read again.")


def test_unique_with_a_folder__over_all_files(repo: Repository) -> None:
    write(repo, {"day=2024-01-01/shop=01": [1, 2], "day=2024-01-01/shop=02": [2, 3]}, "parquet")
    message = plain(only(ask(CHECK, repo), "data/contract").message)
    assert "2 of 4 rows" in message
    assert "day" in message
